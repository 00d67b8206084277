// Images as marks in a plane. From one moment of a training to the next they glide to their new places.

const GLIDE = 300; // milliseconds
const NEAR = 10; // pixels from a mark within which the pointer means it
const MARGIN = 8; // pixels, so that a mark on the edge is whole

function make(box) {
  const canvas = document.createElement("canvas"), legend = document.createElement("div");
  const said = document.createElement("output");
  legend.className = "legend";
  canvas.role = "img";
  box.replaceChildren(legend, canvas, said);
  const it = { canvas, legend, said, from: null, to: null, began: 0, frame: 0, pointed: -1 };
  it.size = new ResizeObserver(() => draw(it));
  it.size.observe(canvas);
  return it;
}

function nowAt(it) {
  const share = Math.min(1, (performance.now() - it.began) / GLIDE);
  if (!it.from || share === 1) return it.to;
  const eased = share * (2 - share);
  return it.to.map((place, number) => it.from[number] + (place - it.from[number]) * eased);
}

function draw(it) {
  const { canvas, data } = it, ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width || !data) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "11px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const places = nowAt(it);
  it.shown = data.indices.map((_, number) => [
    MARGIN + (places[2 * number] / data.steps) * (width - 2 * MARGIN),
    MARGIN + (places[2 * number + 1] / data.steps) * (height - 2 * MARGIN),
  ]);
  it.shown.forEach(([x, y], number) => {
    const { glyph, color } = data.legend[data.groups[number]];
    pen.fillStyle = color;
    pen.fillText(glyph, x, y);
  });
  for (const number of new Set([data.indices.indexOf(data.chosen), it.pointed])) {
    if (number < 0) continue;
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(...it.shown[number], 9, 0, 2 * Math.PI);
    pen.stroke();
  }
  cancelAnimationFrame(it.frame);
  if (performance.now() - it.began < GLIDE) it.frame = requestAnimationFrame(() => draw(it));
}

function nearest(it, { offsetX, offsetY }) {
  let found = -1, least = NEAR;
  (it.shown ?? []).forEach(([x, y], number) => {
    const distance = Math.hypot(x - offsetX, y - offsetY);
    if (distance < least) [found, least] = [number, distance];
  });
  return found;
}

function point(it, number) {
  if (it.pointed === number) return;
  it.pointed = number;
  it.canvas.style.cursor = number < 0 ? "default" : "pointer";
  it.said.textContent = number < 0 ? it.data.idle : it.data.point
    .replace("{index}", it.data.indices[number])
    .replace("{group}", it.data.legend[it.data.groups[number]].name);
  draw(it);
}

function entry({ glyph, color, name }) {
  const part = document.createElement("span"), mark = document.createElement("b");
  mark.textContent = glyph;
  mark.style.color = color;
  part.append(mark, " ", name);
  return part;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".arrangement");
  const it = (box.it ??= make(box));
  const isSame = it.data && JSON.stringify(it.data.places) === JSON.stringify(data.places);
  if (!isSame) {
    const still = !it.to || matchMedia("(prefers-reduced-motion: reduce)").matches;
    it.from = still ? null : nowAt(it);
    it.to = data.places;
    it.began = still ? 0 : performance.now();
  }
  it.data = data;
  it.pointed = -1;
  it.said.textContent = data.idle;
  it.canvas.style.height = `${data.height}px`;
  it.canvas.setAttribute("aria-label", data.alt);
  it.legend.replaceChildren(...data.legend.map(entry));
  it.canvas.onpointermove = (event) => point(it, nearest(it, event));
  it.canvas.onpointerleave = () => point(it, -1);
  it.canvas.onclick = (event) => {
    const number = nearest(it, event);
    if (number >= 0) setTriggerValue("opened", it.data.indices[number]);
  };
  draw(it);
}
