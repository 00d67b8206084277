// Hidden units as buttons in a grid: a click, a tap or Enter chooses one; arrow keys move from unit to unit.

function caption(text, className) {
  const line = document.createElement("span");
  line.textContent = text;
  line.className = className;
  line.ariaHidden = "true"; // the picture's text says it already
  return line;
}

function tile({ place, picture, title, value, words }, chosen, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = words;
  button.dataset.unit = place;
  button.ariaPressed = String(chosen);
  const image = document.createElement("img");
  image.src = picture;
  image.alt = words;
  button.append(image, caption(title, "title"), caption(value, value === "0" ? "silent" : ""));
  button.onclick = () => choose(place);
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".units");
  const focused = grid.contains(document.activeElement) ? document.activeElement.dataset.unit : null;
  const choose = (place) => setTriggerValue("chosen", place);
  const buttons = data.tiles.map((each) => tile(each, each.place === data.chosen, choose));
  const reachable = (one) => buttons.forEach((each) => (each.tabIndex = each === one ? 0 : -1));
  const again = buttons.find((each) => each.dataset.unit === focused);
  grid.replaceChildren(...buttons);
  reachable(again ?? buttons.find((each) => each.ariaPressed === "true") ?? buttons[0]); // one stop for the Tab key
  again?.focus();
  grid.onfocusin = (event) => reachable(event.target);
  grid.onkeydown = (event) => {
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = buttons[buttons.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
}
