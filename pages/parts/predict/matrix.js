// The confusion matrix as a table of buttons: a click on a cell asks for exactly its images.

function header([name, meaning], scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  const words = document.createElement("span");
  words.textContent = name;
  if (meaning) {
    const small = document.createElement("small");
    small.textContent = meaning;
    words.append(" ", small);
  }
  cell.append(words);
  return cell;
}

function cell(row, column, { text, shade, words }, choose) {
  const place = document.createElement("td");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.title = words;
  button.ariaLabel = words;
  button.ariaPressed = "false";
  button.dataset.cell = `${row}-${column}`;
  button.className = row === column ? "right" : "wrong";
  button.style.setProperty("--shade", `${Math.round(shade * 80)}%`);
  button.onclick = () => choose(button.ariaPressed === "true" ? null : [row, column]);
  place.append(button);
  return place;
}

function headRow(names, words) {
  const row = document.createElement("tr");
  const corner = document.createElement("td");
  corner.textContent = words;
  row.append(corner, ...names.map((name) => header(name, "col")));
  return row;
}

function build(table, { names, corner, cells }, choose) {
  const rows = cells.map((columns, row) => {
    const line = document.createElement("tr");
    line.append(header(names[row], "row"));
    line.append(...columns.map((each, column) => cell(row, column, each, choose)));
    return line;
  });
  table.replaceChildren(headRow(names, corner), ...rows);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector(".confusion");
  const { chosen, ...shown } = data;
  const button = ([row, column]) => table.querySelector(`[data-cell="${row}-${column}"]`);
  const before = table.contains(document.activeElement) ? document.activeElement.dataset.cell : null;
  const isNew = table.shown !== JSON.stringify(shown);
  table.choose = (which) => setTriggerValue("chosen", { cell: which });
  if (isNew) {
    build(table, shown, (which) => table.choose(which));
    table.shown = JSON.stringify(shown); // another cell chosen is no reason to make a hundred buttons anew
  }
  table.querySelectorAll("[aria-pressed=true]").forEach((each) => (each.ariaPressed = "false"));
  if (chosen) button(chosen).ariaPressed = "true";
  const first = button(before ? before.split("-") : (chosen ?? [0, 0]));
  moveByArrows(table, first);
  if (before && isNew) first.focus();
}
