// Asks for the whole page when the connection is back; Streamlit says on its outermost element whether it is.

const STATE = "data-test-connection-state";
let ask = () => {};
let wasLost = false;

function look(app) {
  const isConnected = app.getAttribute(STATE) === "CONNECTED";
  if (isConnected && wasLost) ask();
  wasLost = !isConnected;
}

const app = document.querySelector("[data-testid=stApp]");
new MutationObserver(() => look(app)).observe(app, { attributeFilter: [STATE] });

export default function ({ setTriggerValue }) {
  ask = () => setTriggerValue("reconnected", true);
}
