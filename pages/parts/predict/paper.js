// The paper of the Draw view: six tools for mouse, pen and touch, with undo, redo and clear.
//
// A drawing is a list of marks. Clearing is a mark too, so that it can be undone like any other.
// After every finished mark the whole paper is sent as a PNG; nothing is sent while the pen is down.

const REACH = 22; // how near to the first corner a click closes a polygon, in paper units
const ERASER = 2.5; // times the pen's width

const tools = {
  pen: { grow: (mark, point) => mark.points.push(point), path: strokePath },
  eraser: { grow: (mark, point) => mark.points.push(point), path: strokePath },
  line: { grow: moveEnd, path: strokePath },
  rectangle: { grow: moveEnd, path: rectanglePath, closed: true },
  ellipse: { grow: moveEnd, path: ellipsePath, closed: true },
  polygon: { grow: (mark, point) => (mark.points[mark.points.length - 1] = point), path: polygonPath, closed: true },
};

function moveEnd(mark, point) {
  mark.points[1] = point;
}

function strokePath(context, points) {
  points.forEach(([x, y]) => context.lineTo(x, y));
  if (points.length === 1) context.lineTo(points[0][0] + 0.01, points[0][1]); // a tap leaves a dot
}

function polygonPath(context, points) {
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
}

function rectanglePath(context, [[left, top], [right, bottom] = [left, top]]) {
  context.rect(left, top, right - left, bottom - top);
}

function ellipsePath(context, [[left, top], [right, bottom] = [left, top]]) {
  const radii = [Math.abs(right - left) / 2, Math.abs(bottom - top) / 2];
  context.ellipse((left + right) / 2, (top + bottom) / 2, ...radii, 0, 0, 2 * Math.PI);
}

function drawMark(context, mark) {
  const { width, height } = context.canvas;
  if (mark.tool === "clear" || mark.tool === "picture") {
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    if (mark.image) context.drawImage(mark.image, 0, 0, width, height);
    return;
  }
  const erases = mark.tool === "eraser";
  const grey = erases ? "white" : `rgb(${mark.tone}, ${mark.tone}, ${mark.tone})`;
  Object.assign(context, { strokeStyle: grey, fillStyle: grey, lineCap: "round", lineJoin: "round" });
  context.lineWidth = mark.width * (erases ? ERASER : 1);
  context.beginPath();
  tools[mark.tool].path(context, mark.points);
  if (tools[mark.tool].closed && mark.filled) context.fill();
  context.stroke();
}

class Paper {
  constructor(root) {
    this.canvas = root.querySelector("canvas");
    this.buttons = Object.fromEntries([...root.querySelectorAll("button")].map((each) => [each.name, each]));
    this.screen = this.canvas.getContext("2d");
    this.finished = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    this.marks = []; // the first one is the empty paper, or the picture the paper began with
    this.undone = [];
    this.mark = null; // under the pen
    this.sheet = null; // the sheet last asked for; null until there is one
    this.listen();
  }

  // ---- what Streamlit asks for

  update(data, send) {
    this.send = send;
    if (this.mark?.tool === "polygon" && data.tool !== "polygon") this.closePolygon();
    this.data = data;
    this.canvas.dataset.tool = data.tool; // for style sheets and tests: which tool is in hand
    this.canvas.ariaLabel = data.words.paper;
    for (const [name, button] of Object.entries(this.buttons)) button.textContent = data.words[name];
    if (data.sheet.id === this.sheet) return;
    const begins = this.sheet === null;
    this.sheet = data.sheet.id;
    if (begins) this.takeSize(data.side);
    this.layPicture(data.sheet.picture, begins);
  }

  takeSize(side) {
    for (const { canvas } of [this.screen, this.finished]) Object.assign(canvas, { width: side, height: side });
    this.marks = [{ tool: "clear" }];
    this.repaint();
  }

  layPicture(picture, begins) {
    const mark = { tool: picture ? "picture" : "clear" };
    const place = () => {
      if (begins) this.marks = [];
      this.finish(mark, !begins); // what the paper began with, the server knows
    };
    if (!picture) return place();
    mark.image = new Image();
    mark.image.onload = place;
    mark.image.src = picture;
  }

  // ---- the list of marks

  finish(mark, tell = true) {
    this.mark = null;
    this.marks.push(mark);
    this.undone = [];
    drawMark(this.finished, mark);
    this.show();
    if (tell) this.tell();
  }

  undo() {
    if (this.mark) return this.dropCorner();
    if (this.marks.length < 2) return;
    this.undone.push(this.marks.pop());
    this.repaint();
    this.tell();
  }

  redo() {
    if (!this.undone.length) return;
    this.marks.push(this.undone.pop());
    this.repaint();
    this.tell();
  }

  clear() {
    this.mark = null;
    if (this.isEmpty()) return this.show();
    this.finish({ tool: "clear" });
  }

  isEmpty() {
    return this.marks.at(-1)?.tool === "clear";
  }

  tell() {
    const picture = this.isEmpty() ? null : this.finished.canvas.toDataURL("image/png");
    this.send({ sheet: this.sheet, picture });
  }

  // ---- what is seen

  repaint() {
    this.marks.forEach((mark) => drawMark(this.finished, mark));
    this.show();
  }

  show() {
    this.screen.drawImage(this.finished.canvas, 0, 0);
    if (this.mark) drawMark(this.screen, this.mark);
    if (this.mark?.tool === "polygon") this.ringFirstCorner();
    this.buttons.undo.disabled = this.marks.length < 2 && !this.mark;
    this.buttons.redo.disabled = !this.undone.length;
    this.buttons.clear.disabled = this.isEmpty() && !this.mark;
  }

  ringFirstCorner() {
    const [x, y] = this.mark.points[0];
    this.screen.beginPath();
    this.screen.arc(x, y, REACH / 2, 0, 2 * Math.PI);
    Object.assign(this.screen, { strokeStyle: "#1c83e1", lineWidth: 3 });
    this.screen.stroke();
  }

  // ---- the pen

  listen() {
    const on = (name, action) => this.canvas.addEventListener(name, action);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", () => this.cancel());
    on("keydown", (event) => this.key(event));
    for (const name of ["undo", "redo", "clear"]) this.buttons[name].onclick = () => this[name]();
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  down(event) {
    if (event.button !== 0 || !event.isPrimary || !this.data) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.held = event.pointerId;
    const point = this.point(event);
    if (this.mark?.tool === "polygon") this.mark.points.push(point);
    else {
      const { tool, width, tone, filled } = this.data;
      this.mark = { tool, width, tone, filled, points: [point] };
    }
    this.show();
  }

  move(event) {
    if (event.pointerId !== this.held || !this.mark) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) tools[this.mark.tool].grow(this.mark, this.point(each));
    this.show();
  }

  up(event) {
    if (event.pointerId !== this.held) return;
    this.held = null;
    if (!this.mark) return;
    if (this.mark.tool !== "polygon") return this.finish(this.mark);
    const { points } = this.mark;
    const [[firstX, firstY], [lastX, lastY]] = [points[0], points.at(-1)];
    const isBack = points.length > 1 && Math.hypot(lastX - firstX, lastY - firstY) < REACH;
    if (!isBack) return this.show();
    points.pop();
    this.closePolygon();
  }

  cancel() {
    this.held = null;
    if (this.mark?.tool === "polygon") this.dropCorner();
    else this.mark = null;
    this.show();
  }

  closePolygon() {
    const { mark } = this;
    this.mark = null;
    if (mark.points.length > 2) this.finish(mark);
    else this.show();
  }

  dropCorner() {
    this.mark.points.pop();
    if (!this.mark.points.length) this.mark = null;
    this.show();
  }

  key(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") event.shiftKey ? this.redo() : this.undo();
    else if (command && event.key.toLowerCase() === "y") this.redo();
    else if (event.key === "Enter" && this.mark?.tool === "polygon") this.closePolygon();
    else if (event.key === "Escape") this.cancel();
    else return;
    event.preventDefault();
  }
}

const papers = new WeakMap();

export default function (component) {
  const { parentElement, data, setStateValue } = component;
  if (!papers.has(parentElement)) papers.set(parentElement, new Paper(parentElement));
  papers.get(parentElement).update(data, (message) => setStateValue("drawing", message));
  return () => papers.delete(parentElement);
}
