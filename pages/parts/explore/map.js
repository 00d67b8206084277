// A click on a mark of the map opens its image, which the words under the pointer name. Streamlit's own selection
// of a chart would tell of it a sixth of a second later.

const INDEX = "#vg-tooltip-element.visible tr:last-child td.value";
const MOVES = { mousemove: MouseEvent, pointermove: PointerEvent };

function pointAt(canvas, { clientX, clientY }) {
  for (const [name, Kind] of Object.entries(MOVES))
    canvas.dispatchEvent(new Kind(name, { clientX, clientY, bubbles: true, view: window }));
}

function marked(event) {
  if (event.target.tagName !== "CANVAS") return null;
  if (!document.querySelector(INDEX)) pointAt(event.target, event); // a finger points only when it taps
  return document.querySelector(INDEX)?.textContent;
}

export default function ({ parentElement, setTriggerValue }) {
  const part = parentElement.closest(".st-key-explore_map");
  const isNew = !part.open;
  part.open = (index) => setTriggerValue("opened", { index });
  if (!isNew) return;
  const listen = (event) => {
    const index = marked(event);
    if (!index) return;
    event.stopPropagation(); // the chart would be drawn anew first
    part.open(index);
  };
  part.addEventListener("click", listen, true);
}
