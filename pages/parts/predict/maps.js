// All maps of an image from layer to layer; a click on one asks for what made it. Other pages of a column are
// here already, and another image only paints anew.

const PER_PAGE = 32;
const CELLS_PER_PAGE = 128; // numbers of a dense layer

function element(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(name, place, number, choose) {
  const made = element("button", name);
  made.type = "button";
  made.dataset.map = `${place}-${number}`;
  made.onclick = () => choose([place, number]);
  return made;
}

function mapButton(place, number, choose) {
  const made = button("map", place, number, choose);
  const under = element("span", "under");
  under.append(element("span", "", number), element("span", "share"));
  under.ariaHidden = "true"; // the button's own words say it
  made.append(element("canvas", ""), under);
  return made;
}

function classButton(place, name, number, choose) {
  const made = button("class", place, number, choose);
  made.append(element("span", "name", name), element("span", "bar"), element("span", "percent"));
  return made;
}

// What a column shows of its maps or numbers, and how many at once.
const SHOWN = {
  image: () => [element("canvas", "picture")],
  maps: (column, choose, page) =>
    numbers(column.shares.length, page, PER_PAGE).map((each) => mapButton(column.place, each, choose)),
  row: (column, choose, page) =>
    column.buttons
      ? numbers(column.sides[1], page, CELLS_PER_PAGE).map((each) =>
          button("unit", column.place, each, choose),
        )
      : [Object.assign(button("whole", column.place, 0, choose), { innerHTML: "<canvas></canvas>" })],
  classes: (column, choose) =>
    column.names.map((name, each) => classButton(column.place, name, each, choose)),
};

const numbers = (count, page, most) =>
  Array.from({ length: Math.min(most, count - page * most) }, (_, each) => page * most + each);

function pagesOf(column) {
  if (column.kind === "maps") return Math.ceil(column.shares.length / PER_PAGE);
  return column.kind === "row" && column.buttons ? Math.ceil(column.sides[1] / CELLS_PER_PAGE) : 1;
}

function pager(column, page, pages, turn, words) {
  const box = element("div", "pager");
  const step = (text, label, to) => {
    const made = element("button", "", text);
    made.type = "button";
    made.ariaLabel = label;
    made.disabled = to < 0 || to >= pages;
    made.onclick = () => turn(to);
    return made;
  };
  const where = element("span", "", filled(words.page, { page: page + 1, pages }));
  box.append(step("‹", words.earlier, page - 1), where, step("›", words.later, page + 1));
  return box;
}

function build(column, state, redraw, data) {
  const box = element("section", `column ${column.kind}`);
  const page = Math.min(state.pages[column.place] ?? 0, pagesOf(column) - 1);
  const head = element("header", "");
  const shape = [column.shape, column.ending].filter(Boolean).join(" · ");
  head.append(element("b", "", column.title), element("span", "", shape));
  const inside = element("div", "inside");
  inside.append(...SHOWN[column.kind](column, state.choose, page));
  box.append(head);
  const pages = pagesOf(column);
  const turn = (to) => {
    state.pages[column.place] = to;
    redraw();
    state.strip.querySelectorAll(`[data-column="${column.place}"] .pager button:enabled`)[0]?.focus();
  };
  if (pages > 1) box.append(pager(column, page, pages, turn, data.words));
  box.append(inside);
  if (column.limit) box.append(element("small", "scale"));
  box.dataset.column = column.place;
  return box;
}

const DRAW = {
  image(box, column, colors) {
    const levels = bytesOf(column.levels);
    const canvas = box.querySelector("canvas");
    canvas.role = "img";
    canvas.ariaLabel = column.title;
    paint(canvas, column.sides, colors, (place) => levels[place]);
  },
  maps(box, column, colors, words) {
    const levels = bytesOf(column.levels);
    const size = column.sides[0] * column.sides[1];
    for (const each of box.querySelectorAll(".map")) {
      const number = +each.dataset.map.split("-")[1];
      const said = { map: number, layer: column.title, share: column.shares[number] };
      paint(each.firstChild, column.sides, colors, (place) => levels[number * size + place]);
      each.querySelector(".share").textContent = `${column.shares[number]}%`;
      each.ariaLabel = each.title = filled(words.map, said);
    }
  },
  row(box, column, colors, words) {
    const levels = bytesOf(column.levels);
    if (!column.buttons) {
      const wide = Math.ceil(Math.sqrt(levels.length / 4));
      const sides = [Math.ceil(levels.length / wide), wide];
      paint(box.querySelector("canvas"), sides, colors, (place) => levels[place] ?? MIDDLE);
      box.querySelector(".whole").ariaLabel = box.querySelector(".whole").title = words.whole;
    }
    for (const each of box.querySelectorAll(".unit")) {
      const number = +each.dataset.map.split("-")[1];
      const color = colors.subarray(3 * levels[number], 3 * levels[number] + 3);
      each.style.background = `rgb(${color.join(" ")})`;
      each.ariaLabel = each.title = filled(words.unit, { unit: number, layer: column.title });
    }
  },
  classes(box, column, colors, words) {
    const largest = Math.max(...column.probabilities);
    box.querySelectorAll(".class").forEach((each, number) => {
      const percent = 100 * column.probabilities[number];
      each.querySelector(".bar").style.setProperty("--share", `${percent}%`);
      each.querySelector(".percent").textContent = `${percent.toFixed(0)}%`;
      each.classList.toggle("first", column.probabilities[number] === largest);
      each.ariaLabel = each.title = filled(words.class, {
        name: column.names[number],
        percent: percent.toFixed(1),
      });
    });
  },
};

function mark(strip, chosen) {
  strip.querySelectorAll("[aria-pressed]").forEach((each) => each.removeAttribute("aria-pressed"));
  const [place, number] = chosen;
  const found =
    strip.querySelector(`[data-map="${place}-${number}"]`) ??
    strip.querySelector(`[data-column="${place}"] .whole`);
  if (found) found.ariaPressed = "true";
}

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".map-strip");
  const state = (strip.state ??= { pages: {} });
  const { columns } = data;
  const colors = bytesOf(data.colors);
  state.strip = strip;
  state.chosen = data.chosen;
  state.choose = (which) => {
    state.chosen = which;
    mark(strip, which);
    setTriggerValue("chosen", which);
  };
  const shape = JSON.stringify([columns.map((each) => [each.title, each.shape]), data.words]);
  const draw = (anew) => {
    if (anew) {
      const made = columns.map((each) => build(each, state, () => draw(true), data));
      strip.replaceChildren(...made);
    }
    for (const each of columns) {
      const box = strip.querySelector(`[data-column="${each.place}"]`);
      DRAW[each.kind](box, each, colors, data.words);
      const scale = box.querySelector(".scale");
      if (scale) scale.textContent = filled(data.words.scale, each);
    }
    mark(strip, state.chosen);
    if (!anew) return;
    for (const inside of strip.querySelectorAll(".inside:has(button)")) {
      moveByArrows(inside, inside.querySelector("[aria-pressed]") ?? inside.querySelector("button"));
    }
  };
  draw(strip.shape !== shape);
  strip.shape = shape;
}
