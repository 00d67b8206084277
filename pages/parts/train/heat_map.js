// The heat map of a sweep as tables of buttons: a click on one asks for its runs.

function header(text, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

function button(place, choose) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.cell = `${place}-0`;
  made.append(document.createElement("b"), document.createElement("small"));
  made.onclick = () => choose(place);
  return made;
}

function build(root, { columns, rows, tables, corner }, choose) {
  const made = tables.map((title, number) => {
    const table = document.createElement("table");
    const caption = table.createCaption();
    caption.textContent = title;
    caption.hidden = !title;
    const head = table.insertRow();
    const first = document.createElement("td");
    first.textContent = corner;
    head.append(first, ...columns.map((name) => header(name, "col")));
    rows.forEach((name, row) => {
      const line = table.insertRow();
      line.append(header(name, "row"));
      columns.forEach((_, column) => {
        const place = (number * rows.length + row) * columns.length + column;
        line.insertCell().append(button(place, choose));
      });
    });
    return table;
  });
  root.replaceChildren(...made);
}

function fill(made, { text, more, shade, words, state }, isChosen) {
  made.firstChild.textContent = text;
  made.lastChild.textContent = more;
  made.title = words;
  made.ariaLabel = words;
  made.ariaPressed = String(isChosen);
  made.className = state;
  made.disabled = state === "gone";
  made.style.setProperty("--shade", `${Math.round(12 + shade * 68)}%`);
  made.classList.toggle("known", Boolean(text) && text !== "…" && text !== "–");
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".heat");
  const { cells, chosen, ...frame } = data;
  root.choose = (place) => setTriggerValue("chosen", { place });
  if (root.frame !== JSON.stringify(frame)) {
    build(root, frame, (place) => root.choose(place));
    root.frame = JSON.stringify(frame); // while it trains only the numbers change
  }
  const buttons = [...root.querySelectorAll("button")];
  buttons.forEach((made, place) => fill(made, cells[place], chosen.includes(place)));
}
