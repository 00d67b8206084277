// Beside the paper: keeps the drawing in the browser's tab, and tends to what the package leaves in the page.

const PLACE = "fmnist drawing";

// The toolbar comes only when a mouse hovers; until then it lies unseen over the paper's upper right corner,
// where it takes a finger's strokes, and a touch of its last button clears the drawing. It is in a shadow
// tree, which the page's style sheets do not reach.
const away = new CSSStyleSheet();
away.replaceSync(".dc-toolbar { display: none !important }");

function tendPaper(name) {
  const host = [...document.querySelectorAll(".st-key-canvas *")].find((element) => element.shadowRoot);
  if (!host) return requestAnimationFrame(() => tendPaper(name));
  Object.assign(host, { role: "img", ariaLabel: name });
  const sheets = host.shadowRoot.adoptedStyleSheets;
  if (!sheets.includes(away)) sheets.push(away);
}

function recall() {
  try {
    return sessionStorage.getItem(PLACE);
  } catch {
    return null; // the browser keeps nothing
  }
}

function remember(drawing) {
  try {
    sessionStorage.setItem(PLACE, drawing);
  } catch {
    // full, or not allowed: the drawing lives as long as the server
  }
}

let answered = null;

export default function ({ data, setStateValue }) {
  tendPaper(data.name);
  if (data.drawing !== null) remember(data.drawing);
  else if (answered !== data.token) {
    answered = data.token;
    setStateValue("kept", { token: data.token, drawing: recall() });
  }
}
