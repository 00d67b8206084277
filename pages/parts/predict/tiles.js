// The tutorial's gallery: images beside their ten bars. Each tile is a link to its image; a plain click opens it here.
// The bars are those of figures.py, drawn once more: here they grow with the page and cost the server nothing.

const SVG = "http://www.w3.org/2000/svg";
const DIGITS = 10;

function bars({ bars: heights, predicted, true: truth }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  heights.forEach((height, place) => {
    const bar = document.createElementNS(SVG, "rect");
    const box = { x: place * DIGITS + 1, width: 8, y: 99 - height * 0.99, height: 1 + height * 0.99 };
    Object.entries(box).forEach(([name, value]) => bar.setAttribute(name, value));
    bar.setAttribute("class", place === truth ? "true" : place === predicted ? "predicted" : "other");
    svg.append(bar);
  });
  return svg;
}

function digits() {
  const row = document.createElement("small");
  row.append(...Array.from({ length: DIGITS }, (_, digit) => {
    const one = document.createElement("span");
    one.textContent = digit;
    return one;
  }));
  return row;
}

function line([text, right]) {
  const label = document.createElement("p");
  label.ariaHidden = "true";
  label.textContent = right === null ? text : `${right ? "✓" : "✗"} ${text}`;
  label.className = right === null ? "" : right ? "right" : "wrong";
  return label;
}

function mark(grid, chosen) {
  for (const link of grid.children) {
    link.ariaCurrent = Number(link.dataset.index) === chosen ? "true" : null;
  }
}

function tile(each, open) {
  const link = document.createElement("a");
  link.href = each.address;
  link.dataset.index = each.index;
  link.title = each.words;
  const picture = document.createElement("img");
  picture.src = each.picture;
  picture.alt = each.words;
  const chart = document.createElement("div");
  chart.ariaHidden = "true"; // the picture's text says it already
  chart.append(bars(each), digits());
  link.append(picture, chart, ...(each.lines ?? [[each.label, each.right]]).map(line));
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window, as for any link
    event.preventDefault();
    open(each.index);
  };
  return link;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".predictions");
  const open = (index) => {
    setTriggerValue("opened", index);
    if (data.chosen !== null) mark(grid, index); // the server draws the image anew, not its tiles
    document.querySelector(`.st-key-${data.shown_in}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  };
  grid.replaceChildren(...data.tiles.map((each) => tile(each, open)));
  mark(grid, data.chosen);
}
