// An image as the table of numbers it is: each number stands on its pixel, and the one pointed at is read out.

const SIDE = 28;

function cell(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function build(table) {
  const head = document.createElement("tr");
  head.append(cell("td", ""), ...Array.from({ length: SIDE }, (_, column) => cell("th", column)));
  const rows = Array.from({ length: SIDE }, (_, row) => {
    const line = document.createElement("tr");
    line.append(cell("th", row), ...Array.from({ length: SIDE }, () => cell("td", "")));
    return line;
  });
  table.replaceChildren(head, ...rows);
}

export default function ({ data, parentElement }) {
  const table = parentElement.querySelector("table");
  const readout = parentElement.querySelector("output");
  if (!table.rows.length) build(table);
  table.ariaLabel = data.words;
  data.values.forEach((value, place) => {
    const at = table.rows[1 + Math.floor(place / SIDE)].cells[1 + (place % SIDE)];
    at.textContent = value;
    at.style.backgroundColor = `rgb(${255 - value} ${255 - value} ${255 - value})`;
    at.className = value >= data.white_ink_from ? "dark" : "";
  });
  readout.textContent = data.hint;
  table.onpointermove = table.onpointerdown = ({ target }) => {
    const row = (target.parentElement?.rowIndex ?? 0) - 1;
    const column = (target.cellIndex ?? 0) - 1;
    if (row < 0 || column < 0) return;
    const value = data.values[row * SIDE + column];
    const read = { row, column, value, scaled: (value / 255).toFixed(3) };
    readout.textContent = data.readout.replace(/\{(\w+)\}/g, (_, name) => read[name]);
  };
  table.onpointerleave = ({ pointerType }) => {
    if (pointerType === "mouse") readout.textContent = data.hint; // a finger has left as soon as it has tapped
  };
}
