// A picture with lines of text below it as a button: a click, a tap or Enter chooses it.

function pictureButton({ picture, alt, title }, lines, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = title;
  const image = document.createElement("img");
  image.src = picture;
  image.alt = alt;
  button.append(image, ...lines.map(caption));
  button.onclick = choose;
  return button;
}

function caption(text) {
  const line = document.createElement("span");
  line.textContent = text;
  line.ariaHidden = "true"; // the picture's text says it already
  return line;
}
