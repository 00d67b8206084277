// Images as buttons in a grid: one that is chosen opens.

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".tiles");
  const { columns, split, tiles } = data;
  const open = (index) => setTriggerValue("opened", { split, index });
  const buttons = tiles.map((each) => pictureButton(each, [each.name], () => open(each.index)));
  grid.style.setProperty("--columns", columns);
  grid.replaceChildren(...buttons);
  moveByArrows(grid, buttons[0]);
}
