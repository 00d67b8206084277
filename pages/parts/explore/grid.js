// Images as buttons in a grid: a click, a tap or Enter opens one; arrow keys move from image to image.

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

function tile({ index, name, picture, title, alt }, split, open) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = title;
  const image = document.createElement("img");
  image.src = picture;
  image.alt = alt;
  const caption = document.createElement("span");
  caption.textContent = name;
  caption.ariaHidden = "true"; // the picture's text says it already
  button.append(image, caption);
  button.onclick = () => open({ split, index });
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".tiles");
  const { columns, split, tiles } = data;
  const buttons = tiles.map((each) => tile(each, split, (what) => setTriggerValue("opened", what)));
  const reachable = (chosen) => buttons.forEach((each) => (each.tabIndex = each === chosen ? 0 : -1));
  reachable(buttons[0]); // one stop for the Tab key, not a hundred
  grid.style.setProperty("--columns", columns);
  grid.replaceChildren(...buttons);
  grid.onfocusin = (event) => reachable(event.target.closest("button"));
  grid.onkeydown = (event) => {
    const step = STEPS[event.key] ?? { ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = buttons[buttons.indexOf(event.target.closest("button")) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
}
