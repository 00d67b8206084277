// What made one cell of a map: its window, the kernels, products, sums, bias, normalisation and activation.

const CARDS = 16; // maps shown at once

function element(tag, name, ...inside) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...inside);
  return made;
}

// The values under the window of a cell, in map `map`; null where the window lies outside.
function windowOf(told, [row, column], map) {
  const [rows, columns] = told.window;
  const [height, width] = told.input_sides;
  return Array.from({ length: rows * columns }, (_, place) => {
    const y = row * told.strides[0] - told.added[0] + Math.floor(place / columns);
    const x = column * told.strides[1] - told.added[1] + (place % columns);
    const inside = y >= 0 && y < height && x >= 0 && x < width;
    return inside ? told.numbers[(y * width + x) * told.maps + map] : null;
  });
}

function weightsOf(told, map) {
  const size = told.window[0] * told.window[1];
  return Array.from({ length: size }, (_, place) => told.weights[place * told.maps + map]);
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

const ACTIVATIONS = {
  relu: (value) => Math.max(0, value),
  tanh: Math.tanh,
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  elu: (value) => (value > 0 ? value : Math.expm1(value)),
};

function normalised(value, { normalisation: each, epsilon }) {
  const spread = Math.sqrt(each.moving_variance + epsilon);
  return ((value - each.moving_mean) / spread) * each.gamma + each.beta;
}

const plain = (value) => (value < 0 ? `(${written(value)})` : written(value));

// What follows the sum, a line for each step; the last number is the cell's.
function linesAfter(told, total) {
  let value = total;
  const lines = told.after.map((each) => {
    const before = value;
    if (each.activation) {
      value = ACTIVATIONS[each.activation](before);
      const said = { value: written(before), result: written(value) };
      return filled(told.words[each.activation], said);
    }
    value = normalised(before, each);
    const { moving_mean, moving_variance, gamma, beta } = each.normalisation;
    return filled(told.words.normalisation, {
      value: plain(before),
      mean: plain(moving_mean),
      variance: written(moving_variance),
      epsilon: each.epsilon,
      gamma: plain(gamma),
      beta: plain(beta),
      result: written(value),
    });
  });
  return { lines, value };
}

function convolved(told, cell) {
  const sums = Array.from({ length: told.maps }, (_, map) => {
    const weights = weightsOf(told, map);
    return sum(windowOf(told, cell, map).map((value, place) => (value ?? 0) * weights[place]));
  });
  const total = sum(sums);
  const most = sums.map((_, map) => map).sort((a, b) => Math.abs(sums[b]) - Math.abs(sums[a]));
  const named = most.slice(0, 4).map((map) => plain(sums[map]));
  const dots = sums.length > named.length ? " + …" : "";
  const all = sums.length > 1 ? `${named.join(" + ")}${dots} = ${written(total)}` : written(total);
  const lines = [filled(sums.length > 1 ? told.words.sums : told.words.one_sum, { maps: told.maps, all })];
  const biased = total + (told.bias ?? 0);
  if (told.bias !== null) {
    const said = { total: written(total), bias: plain(told.bias), result: written(biased) };
    lines.push(filled(told.words.bias, said));
  }
  return { sums, lines, value: biased };
}

function pooled(told, cell) {
  const values = windowOf(told, cell, 0).filter((value) => value !== null);
  const value = told.kind === "largest" ? Math.max(...values) : sum(values) / values.length;
  const said = { values: values.map(written).join(", "), result: written(value) };
  return { lines: [filled(told.words[told.kind], said)], value };
}

function computed(told, cell) {
  const made = told.kind === "convolution" ? convolved(told, cell) : pooled(told, cell);
  const after = linesAfter(told, made.value);
  return { sums: made.sums, lines: [...made.lines, ...after.lines], value: after.value };
}

// ---- pictures

function windowPicture(canvas, told, values, limit) {
  const level = (place) => levelOf(values[place] ?? 0, limit);
  paint(canvas, told.window, told.palette, level);
}

function card(told, map, choose) {
  const made = element("button", "input");
  made.type = "button";
  made.dataset.input = map;
  const row = element("span", "pictures");
  const canvas = () => document.createElement("canvas");
  row.append(canvas(), "×", canvas(), "=", canvas());
  made.append(row, element("span", "under"));
  made.onclick = () => choose(map);
  return made;
}

function drawCard(made, told, cell, sums) {
  const map = +made.dataset.input;
  const [window, weights] = [windowOf(told, cell, map), weightsOf(told, map)];
  const [first, second, third] = made.querySelectorAll("canvas");
  windowPicture(first, told, window, told.input_limit);
  windowPicture(second, told, weights, told.kernel_limit);
  windowPicture(
    third,
    told,
    window.map((value, place) => (value ?? 0) * weights[place]),
    told.input_limit * told.kernel_limit,
  );
  const said = { map, sum: written(sums[map]) };
  made.lastChild.textContent = filled(told.maps > 1 ? told.words.card : told.words.only_card, said);
  made.ariaLabel = made.title = filled(told.words.card_said, said);
}

// The products of one window and its kernel, or the values of a pooling, as numbers.
function numbersTable(box, told, cell, map) {
  const values = windowOf(told, cell, map);
  const weights = told.kind === "convolution" ? weightsOf(told, map) : null;
  box.style.setProperty("--columns", told.window[1]);
  box.replaceChildren(
    ...values.map((value, place) => {
      const shown = element("span", "", value === null ? told.words.outside : written(value));
      const made = element("div", "product", shown);
      made.classList.toggle("largest", told.kind === "largest" && value === Math.max(...values));
      if (weights) {
        made.append(element("span", "", `× ${plain(weights[place])}`));
        made.append(element("b", "", `= ${written((value ?? 0) * weights[place])}`));
      }
      return made;
    }),
  );
}

// ---- the widget

function build(root) {
  root.innerHTML = `
    <div class="top">
      <div class="map" tabindex="0" role="application"><canvas></canvas><i></i></div>
      <div class="said"><p class="where"></p><ol class="lines" aria-live="polite"></ol></div>
    </div>
    <div class="pager" hidden><button type="button">‹</button><span></span><button type="button">›</button></div>
    <div class="inputs"></div>
    <p class="about"></p>
    <div class="products"></div>`;
}

function prepared(data) {
  return {
    ...data,
    palette: bytesOf(data.colors),
    values: floatsOf(data.cells),
    numbers: floatsOf(data.inputs),
    weights: data.kernel ? floatsOf(data.kernel) : null,
  };
}

function largestCell(told) {
  let best = 0;
  told.values.forEach((value, place) => (best = value > told.values[best] ? place : best));
  return [Math.floor(best / told.sides[1]), best % told.sides[1]];
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".cell-made");
  const find = (name) => root.querySelector(name);
  if (!root.firstElementChild) build(root);
  const told = prepared(data);
  const state = (root.state ??= { cell: null, input: 0, page: 0, pinned: false });
  const inRange = state.cell && state.cell.every((each, axis) => each < told.sides[axis]);
  if (!inRange || state.which !== data.which) {
    Object.assign(state, { which: data.which, cell: largestCell(told), input: null, page: 0, pinned: false });
  }
  const pages = Math.ceil(told.maps / CARDS);
  paint(find(".map canvas"), told.sides, told.palette, (place) => levelOf(told.values[place], told.limit));

  function drawInputs() {
    const first = state.page * CARDS;
    const count = told.kind === "convolution" ? Math.min(CARDS, told.maps - first) : 0;
    const choose = (map) => {
      state.input = map;
      draw();
    };
    const made = Array.from({ length: count }, (_, each) => card(told, first + each, choose));
    find(".inputs").replaceChildren(...made);
    if (made.length) moveByArrows(find(".inputs"), made[0]);
    const pager = find(".pager");
    pager.hidden = told.kind !== "convolution" || pages < 2;
    pager.children[1].textContent = filled(told.words.page, { page: state.page + 1, pages });
    [-1, 1].forEach((step, place) => {
      const button = pager.children[2 * place];
      button.ariaLabel = place ? told.words.later : told.words.earlier;
      button.disabled = !pages || state.page + step < 0 || state.page + step >= pages;
      button.onclick = () => {
        state.page += step;
        state.input = state.page * CARDS;
        drawInputs();
        draw();
      };
    });
  }

  function draw() {
    const [row, column] = state.cell;
    const { sums, lines, value } = computed(told, state.cell);
    if (state.input === null) {
      state.input = sums ? sums.reduce((best, each, map) => (Math.abs(each) > Math.abs(sums[best]) ? map : best), 0) : 0;
      state.page = Math.floor(state.input / CARDS);
      drawInputs();
    }
    const frame = find(".map i");
    frame.style.cssText = `left: ${(100 * column) / told.sides[1]}%; top: ${(100 * row) / told.sides[0]}%;
      width: ${100 / told.sides[1]}%; height: ${100 / told.sides[0]}%`;
    const said = { row, column, value: written(value) };
    find(".where").textContent = filled(told.words.where, said);
    find(".map").ariaLabel = filled(told.words.map, said);
    const all = told.flat ? [...lines, flatLine(row, column)] : lines;
    find(".lines").replaceChildren(...all.map((each) => element("li", "", each)));
    find(".lines").dataset.value = value;
    for (const each of find(".inputs").children) {
      drawCard(each, told, state.cell, sums);
      each.ariaPressed = String(+each.dataset.input === state.input);
    }
    const about = told.kind === "convolution" ? told.words.products : told.words.window;
    find(".about").textContent = filled(about, { map: state.input });
    numbersTable(find(".products"), told, state.cell, state.input);
  }

  function flatLine(row, column) {
    const { map, maps } = told.flat;
    const width = told.sides[1];
    const place = (row * width + column) * maps + map;
    return filled(told.words.flat, { row, width, column, maps, map, place });
  }

  function goTo(cell) {
    if (cell.some((each, axis) => each < 0 || each >= told.sides[axis])) return;
    if (String(cell) === String(state.cell)) return;
    state.cell = cell;
    draw();
  }

  const map = find(".map");
  const pointed = (event) => {
    const place = find(".map canvas").getBoundingClientRect();
    const share = [(event.clientY - place.top) / place.height, (event.clientX - place.left) / place.width];
    return share.map((each, axis) => Math.min(told.sides[axis] - 1, Math.max(0, Math.floor(each * told.sides[axis]))));
  };
  map.onpointermove = (event) => {
    if (event.pointerType === "mouse" && !state.pinned) goTo(pointed(event));
  };
  map.onclick = (event) => {
    const cell = pointed(event);
    state.pinned = !state.pinned || String(cell) !== String(state.cell);
    goTo(cell);
  };
  map.onkeydown = (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault(); // the page would scroll
    goTo(state.cell.map((each, axis) => each + step[axis]));
  };
  drawInputs();
  draw();
}
