// Many buttons as one stop for the Tab key; arrow keys move from one to the next, row by row.

function moveByArrows(box, first) {
  const buttons = [...box.querySelectorAll("button")];
  const reachable = (one) => buttons.forEach((each) => (each.tabIndex = each === one ? 0 : -1));
  const top = (button) => button.getBoundingClientRect().top;
  buttons.forEach((each) => (each.onfocus = () => reachable(each)));
  reachable(first);
  box.onkeydown = (event) => {
    const columns = buttons.filter((each) => top(each) === top(buttons[0])).length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const next = buttons[buttons.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault(); // the page would scroll
    next.focus();
  };
}
