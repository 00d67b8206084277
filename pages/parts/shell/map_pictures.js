// Numbers that came as base64, numbers as people write them, and maps as pictures of one dot for each cell.

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);
const MIDDLE = 127; // the level of 0

// As `arithmetic.number` writes them.
function written(value) {
  const size = Math.abs(value);
  const text =
    size >= 1000
      ? Math.round(size).toLocaleString("en-US")
      : size.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 3);
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const levelOf = (value, limit) =>
  Math.round(Math.max(-1, Math.min(1, value / limit)) * MIDDLE) + MIDDLE;

function paint(canvas, [rows, columns], colors, level) {
  canvas.height = rows;
  canvas.width = columns;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  for (let place = 0; place < rows * columns; place++) {
    const color = 3 * level(place);
    picture.data[4 * place] = colors[color];
    picture.data[4 * place + 1] = colors[color + 1];
    picture.data[4 * place + 2] = colors[color + 2];
    picture.data[4 * place + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}
