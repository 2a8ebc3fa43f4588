// Four rectangles on a grid picture, in its own pixels: moved and sized with a pointer, a finger, keys or numbers.
const SIDES = ["left", "top", "width", "height"], LEAST = 16, FAST = 10;
const GRIPS = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Split {
  active = 0;

  constructor(root, data) {
    Object.assign(this, { root, data, boxes: copies(data.boxes) });
    this.stage = root.querySelector(".stage");
    this.stage.style.setProperty("--ratio", data.width / data.height);
    this.stage.querySelector("img").src = data.source;
    this.frames = this.boxes.map((box, index) => this.frame(box, index));
    this.stage.append(...this.frames);
    this.chosen = this.boxes.map((box, index) => this.choice(box, index));
    root.querySelector(".which").append(...this.chosen);
    this.fields = SIDES.map((side) => this.field(side));
    root.querySelector(".cut").onclick = () => this.cut(this.boxes.map(({ label, ...box }) => box));
    root.querySelector(".back").onclick = () => { this.boxes = copies(data.boxes); this.draw(); };
    this.draw();
  }

  frame(box, index) {
    const frame = document.createElement("div"), name = document.createElement("b");
    frame.className = "box";
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    name.textContent = box.label.split(" ").at(-1);
    frame.append(name, ...Object.keys(GRIPS).map((grip) => this.grip(grip, index)));
    frame.onfocus = () => this.choose(index);
    frame.onkeydown = (event) => this.key(event, index);
    frame.onpointerdown = (event) => this.drag(event, index, "move");
    return frame;
  }

  grip(name, index) {
    const grip = document.createElement("span"), [x, y] = GRIPS[name];
    grip.className = "grip";
    grip.dataset.grip = name;
    Object.assign(grip.style, { left: `${100 * x}%`, top: `${100 * y}%`, cursor: `${name}-resize` });
    grip.onpointerdown = (event) => this.drag(event, index, name);
    return grip;
  }

  choice(box, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "radio");
    button.textContent = box.label;
    button.onclick = () => this.choose(index);
    return button;
  }

  field(side) {
    const label = document.createElement("label"), input = document.createElement("input");
    label.textContent = side[0].toUpperCase() + side.slice(1);
    input.type = "number";
    input.onchange = () => this.set(this.active, { ...this.boxes[this.active], [side]: Number(input.value) });
    label.append(input);
    this.root.querySelector(".numbers").append(label);
    return input;
  }

  choose(index) {
    this.active = index;
    this.draw();
  }

  drag(event, index, how) {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    this.frames[index].focus({ preventScroll: true });
    this.choose(index);
    const start = { ...this.boxes[index] }, target = event.currentTarget, scale = this.data.width / this.stage.clientWidth;
    target.setPointerCapture(event.pointerId);
    target.onpointermove = (move) =>
      this.pull(index, start, how, (move.clientX - event.clientX) * scale, (move.clientY - event.clientY) * scale);
    target.onpointerup = target.onpointercancel = () => { target.onpointermove = null; };
  }

  // Pull a rectangle as a whole, or the sides that the grip names.
  pull(index, start, how, dx, dy) {
    if (how === "move") return this.set(index, { ...start, left: start.left + dx, top: start.top + dy });
    let { left, top } = start, right = left + start.width, bottom = top + start.height;
    if (how.includes("w")) left = clamp(left + dx, 0, right - LEAST);
    if (how.includes("e")) right = clamp(right + dx, left + LEAST, this.data.width);
    if (how.includes("n")) top = clamp(top + dy, 0, bottom - LEAST);
    if (how.includes("s")) bottom = clamp(bottom + dy, top + LEAST, this.data.height);
    this.set(index, { ...start, left, top, width: right - left, height: bottom - top });
  }

  key(event, index) {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const [dx, dy] = way.map((step) => step * (event.ctrlKey || event.metaKey ? FAST : 1));
    this.pull(index, this.boxes[index], event.shiftKey ? "se" : "move", dx, dy);
  }

  // Whole pixels within the picture.
  set(index, { label, ...box }) {
    const { width, height } = this.data;
    const wide = clamp(Math.round(box.width) || LEAST, LEAST, width), tall = clamp(Math.round(box.height) || LEAST, LEAST, height);
    const left = clamp(Math.round(box.left) || 0, 0, width - wide), top = clamp(Math.round(box.top) || 0, 0, height - tall);
    this.boxes[index] = { label: this.boxes[index].label, left, top, width: wide, height: tall };
    this.draw();
  }

  draw() {
    const { width, height } = this.data;
    this.frames.forEach((frame, index) => {
      const box = this.boxes[index];
      frame.classList.toggle("active", index === this.active);
      frame.setAttribute("aria-label", `${box.label}: ${box.width} by ${box.height} pixels at ${box.left}, ${box.top}`);
      const share = { left: box.left / width, top: box.top / height, width: box.width / width, height: box.height / height };
      for (const side of SIDES) frame.style[side] = `${100 * share[side]}%`;
    });
    this.chosen.forEach((button, index) => button.setAttribute("aria-checked", index === this.active));
    this.fields.forEach((input, at) => { input.value = this.boxes[this.active][SIDES[at]]; });
  }
}

function copies(boxes) { return boxes.map((box) => ({ ...box })); }
function clamp(value, least, most) { return Math.min(Math.max(value, least), Math.max(least, most)); }

// Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".split");
  root.split ??= new Split(root, data);
  root.split.cut = (boxes) => setTriggerValue("cut", { boxes });
}
