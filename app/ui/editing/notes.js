// Notes on streamlit-drawable-canvas: its bundle draws, and we run it ourselves, so that a run of the page
// never disposes of a living canvas (Streamlit 1.65 to 1.67 do that). A line becomes an arrow when it is done.

const MODES = { arrow: "line", circle: "circle", text: "text", pen: "freedraw" };
const HINTS = {
  arrow: "Drag from the tail to the point of the arrow", circle: "Drag around what you mean",
  text: "Click where the words should stand, then type", pen: "Draw freely",
};
const CLEAR = "rgba(0,0,0,0)", HEAD = 0.45, ESCAPE = 27;

class Notes {
  tool = "arrow";
  colour = "#e5243b";
  history = [];
  objects = [];
  earlier = false;  // Whether the notes of an earlier request are part of it: a picture below what is drawn.
  width = 0;

  constructor(root, data) {
    Object.assign(this, { root, data });
    this.board = root.querySelector(".board");
    this.host = root.querySelector(".host");
    root.querySelector(".under").src = data.picture;
    this.below = root.querySelector(".earlier");
    if (data.earlier) Object.assign(this.below, { src: data.earlier, alt: "Notes of an earlier request" });
    this.earlier = Boolean(data.earlier);
    if (data.drawn) Object.assign(this, { objects: data.drawn.objects, drawnAt: data.drawn.width, earlier: data.drawn.earlier });
    for (const button of root.querySelectorAll("button")) {
      if (button.dataset.colour) button.style.setProperty("--ink", button.dataset.colour);
      button.onclick = () => this.press(button.dataset);
    }
    addEventListener("pointerdown", (event) => event.composedPath().includes(this.host) || this.finish(), true);
    addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.finish(), true);
    import(new URL(data.bundle, document.baseURI).href).then((module) => this.start(module.default), () => this.fail());
  }

  start(draw) {
    this.draw = draw;
    new ResizeObserver(() => this.layout()).observe(this.root);
    this.layout();
  }

  fail() { this.root.querySelector(".hint").textContent = "The canvas could not be loaded. Reload the page to try again."; }

  layout() {
    const width = Math.round(Math.min(this.root.clientWidth, Math.max(280, innerHeight * 0.7) * this.data.ratio));
    if (!width || width === this.width) return;
    const factor = width / (this.width || this.drawnAt || width);
    this.objects = this.objects.map((one) => scaled(one, factor));
    this.width = width;
    Object.assign(this.board.style, { width: `${width}px`, height: `${this.height}px` });
    this.load();
  }

  get height() { return Math.max(1, Math.round(this.width / this.data.ratio)); }

  get stroke() { return Math.max(3, Math.round(this.width / 160)); }

  press({ tool, colour, do: deed }) {
    if (tool) this.tool = tool;
    if (colour) this.colour = colour;
    if (deed) this.go(deed === "undo" ? this.back() : this.clear());
    else this.run();
  }

  // What is there now, to come back to.
  get state() { return { objects: this.objects, earlier: this.earlier }; }

  // What was drawn before this canvas was opened goes stroke by stroke.
  back() { return this.history.pop() ?? { ...this.state, objects: this.objects.slice(0, -1) }; }

  clear() {
    if (this.objects.length || this.earlier) this.history.push(this.state);
    return { objects: [], earlier: false };
  }

  go(state) {
    Object.assign(this, state);
    this.load();
    this.tell();
  }

  // A new list takes the place of what is on the canvas; a counter makes it one the bundle has not seen.
  load() {
    this.initial = { objects: this.objects, background: "", gesso: (this.loads = (this.loads ?? 0) + 1) };
    this.run();
  }

  run() {
    for (const button of this.root.querySelectorAll("button")) {
      const { tool, colour } = button.dataset;
      if (tool || colour) button.setAttribute("aria-pressed", tool === this.tool || colour === this.colour);
    }
    this.root.querySelector(".hint").textContent = HINTS[this.tool];
    this.below.hidden = !this.earlier;
    this.draw({
      parentElement: this.host,
      setStateValue: (name, value) => name === "drawing" && this.received(value),
      data: {
        fillColor: this.tool === "text" ? this.colour : CLEAR, strokeColor: this.colour,
        strokeWidth: this.tool === "text" ? 0 : this.stroke, drawingMode: MODES[this.tool], initialDrawing: this.initial,
        backgroundColor: "", backgroundImageURL: null, backgroundImageFit: "stretch",
        canvasWidth: this.width, canvasHeight: this.height, realtimeUpdateStreamlit: true, returnImageData: true,
        disabled: false, displayRadius: 3, maxDisplayHeight: null, fontSize: Math.max(16, Math.round(this.width / 26)), label: "",
      },
    });
  }

  // Words that are being written count as they stand. The bundle tells of them only when Escape has ended the
  // writing, and later; its send button tells at once, before the page hears of what was pressed.
  finish() {
    const words = this.root.isConnected && this.root.querySelector(".dc-textarea-host textarea");
    if (!words) return;
    words.dispatchEvent(new KeyboardEvent("keydown", { keyCode: ESCAPE }));
    queueMicrotask(() => this.root.querySelector(".dc-toolbar button")?.click());
  }

  received({ raw, data }) {
    this.image = data;
    const objects = raw?.objects ?? [];
    if (JSON.stringify(objects) === JSON.stringify(this.objects)) return this.tell();
    if (objects.length > this.objects.length) this.history.push(this.state);
    const last = objects.at(-1), isNew = objects.length > this.objects.length;
    this.objects = objects;
    if (isNew && this.tool === "arrow" && last.type === "Line") {
      this.objects = [...objects, ...head(last, this.stroke)];
      this.load();
    } else this.tell();
  }

  tell() {
    const image = this.objects.length ? this.image : null;
    this.set?.({ image, drawing: { objects: this.objects, width: this.width, earlier: this.earlier } });
  }
}

// The two strokes of an arrow's head, at the end where the drag ended.
function head(line, stroke) {
  const across = line.x2 - line.x1, down = line.y2 - line.y1, length = Math.hypot(across, down);
  if (length < 2 * stroke) return [];
  const tip = [line.left + across / 2, line.top + down / 2], size = Math.min(length * 0.4, 6 * stroke + 8), way = Math.atan2(down, across);
  return [Math.PI - HEAD, Math.PI + HEAD].map((turn) => {
    const dx = size * Math.cos(way + turn), dy = size * Math.sin(way + turn);
    return { ...line, x1: -dx / 2, y1: -dy / 2, x2: dx / 2, y2: dy / 2, width: Math.abs(dx), height: Math.abs(dy),
      left: tip[0] + dx / 2, top: tip[1] + dy / 2 };
  });
}

function scaled(one, factor) {
  return { ...one, left: one.left * factor, top: one.top * factor, scaleX: (one.scaleX ?? 1) * factor, scaleY: (one.scaleY ?? 1) * factor };
}

// Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".notes");
  root.notes ??= new Notes(root, data);
  root.notes.set = (value) => setStateValue("drawn", value);
}
