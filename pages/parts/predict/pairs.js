// The most frequent mistakes as a list of buttons: a click asks for exactly the images of one.

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".pairs");
  const shown = JSON.stringify(data.pairs);
  list.choose = (cell) => setTriggerValue("chosen", { cell });
  if (list.shown === shown) return;
  list.shown = shown;
  list.replaceChildren(...data.pairs.map(({ words, cell }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.onclick = () => list.choose(cell);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}
