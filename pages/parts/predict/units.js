// Hidden units as buttons in a grid: one that is chosen stays marked, and keeps the focus when the grid changes.

function unit({ place, picture, title, value, words }, chosen, choose) {
  const button = pictureButton({ picture, alt: words, title: words }, [title, value], () => choose(place));
  button.dataset.unit = place;
  button.ariaPressed = String(place === chosen);
  if (value === "0") button.lastChild.className = "silent";
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".units");
  const focused = grid.contains(document.activeElement) ? document.activeElement.dataset.unit : null;
  const choose = (place) => setTriggerValue("chosen", place);
  const buttons = data.tiles.map((each) => unit(each, data.chosen, choose));
  const again = buttons.find((each) => each.dataset.unit === focused);
  grid.replaceChildren(...buttons);
  moveByArrows(grid, again ?? buttons.find((each) => each.ariaPressed === "true") ?? buttons[0]);
  again?.focus();
}
