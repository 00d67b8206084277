// Play, a slider, and the name of the moment. One moment is asked for at a time: the next when the page has it.

const PAUSE = 500; // milliseconds from one moment to the next while it plays
const PATIENCE = 5000; // milliseconds after which a page that has not answered is asked again

function make(box) {
  const button = document.createElement("button"), slider = document.createElement("input");
  const name = document.createElement("output");
  button.type = "button";
  slider.type = "range";
  slider.min = 0;
  box.replaceChildren(button, slider, name);
  return { button, slider, name, isPlaying: false, asked: null, askedAt: 0, timer: 0 };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".through-time");
  const it = (box.it ??= make(box));
  const { button, slider, name } = it;
  const last = data.moments.length - 1;

  const label = (place) => {
    name.textContent = data.moments[place].name;
    slider.setAttribute("aria-valuetext", data.moments[place].name);
  };
  const ask = () => {
    const place = Number(slider.value);
    if (it.asked !== null && performance.now() - it.askedAt < PATIENCE) return;
    if (data.moments[place].key === it.shown) return;
    it.asked = data.moments[place].key;
    it.askedAt = performance.now();
    setTriggerValue("moved", it.asked);
  };
  const go = (place) => {
    slider.value = Math.max(0, Math.min(last, place));
    label(Number(slider.value));
    ask();
  };
  const play = (on) => {
    it.isPlaying = on;
    clearTimeout(it.timer);
    button.textContent = on ? "❚❚" : "▶";
    button.title = on ? data.pause : data.play;
    button.setAttribute("aria-label", button.title);
    button.setAttribute("aria-pressed", String(on));
  };
  const step = () => {
    if (!it.isPlaying || !box.isConnected) return;
    if (Number(slider.value) >= last) return play(false);
    go(Number(slider.value) + 1);
  };

  slider.max = last;
  slider.setAttribute("aria-label", data.title);
  slider.title = data.title;
  it.shown = data.shown;
  const answered = it.asked === null || it.asked === data.shown;
  if (answered || performance.now() - it.askedAt >= PATIENCE) {
    const waiting = it.asked !== null && document.activeElement === slider;
    it.asked = null;
    const place = data.moments.findIndex(({ key }) => key === data.shown);
    if (waiting && Number(slider.value) !== place) ask(); // moved on while the page was at work
    else slider.value = place;
  }
  label(Number(slider.value));
  slider.oninput = () => {
    play(false);
    go(Number(slider.value));
  };
  button.onclick = () => {
    play(!it.isPlaying);
    if (!it.isPlaying) return;
    if (Number(slider.value) >= last) go(0);
    else step();
  };
  button.onkeydown = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    play(false);
    go(Number(slider.value) + by);
  };
  play(it.isPlaying);
  if (it.isPlaying && it.asked === null) {
    it.timer = setTimeout(step, Math.max(0, PAUSE - (performance.now() - it.askedAt)));
  }
}
