// The shim around streamlit-drawable-canvas: its bundle draws, we keep the list, the tools and the history.
//
// - Streamlit never runs the bundle itself. So its arguments change only when we want it, and no
//   cleanup of a superseded run disposes of a living canvas (Streamlit 1.65 to 1.67 do that).
// - Each stroke is fetched when the pointer is lifted, through the bundle's own send button, not 200 ms later.
// - The bundle's history is not used: a list of ours is loaded as its initial drawing. While it loads,
//   what the pointer does is held back and played again.
// - A drag that leaves the canvas goes on, and a box stops at the picture's edge.

const MODES = { brush: "freedraw", rectangle: "rect", ellipse: "rect", polygon: "polygon" };
const HINTS = {
  brush: "Brush over what may change", rectangle: "Drag from corner to corner", ellipse: "Drag from corner to corner",
  polygon: "Click the corners, then the first one (or Enter) to close",
};
const SMALLEST_PX = 1, NEAR_PX = 0.75, LOAD_MS = 3000;
const HELD_BACK = ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove", "touchend"];

class Canvas {
  tools = ["brush", "rectangle", "ellipse", "polygon"];
  shortcuts = [["Enter", "Close the polygon"], ["Esc", "Give the polygon up"]];

  constructor(root, { document, picture, bundle }) {
    Object.assign(this, { root, picture, drawing: Drawing.of(document, picture.id), shown: [], loads: 0, loading: null });
    Object.assign(this, { drag: null, open: [], held: [], initial: { objects: [] }, width: 0, height: 0, dense: 1 });
    for (const name of ["board", "host", "preview", "ring"]) this[name] = root.querySelector(`.${name}`);
    Object.assign(root.querySelector(".picture"), { src: picture.display, alt: picture.alt });
    this.board.setAttribute("aria-label", `Mask on ${picture.alt}. To paint by keyboard choose the precise painter, or regions by name or by numbers.`);
    this.toolbar = new Toolbar(root, this);
    this.listen();
    this.drawing.listeners.set("canvas", () => this.changed());
    import(new URL(bundle, globalThis.document.baseURI).href).then((module) => this.start(module.default), () => this.fail());
  }

  start(draw) {
    this.draw = draw;
    new ResizeObserver(() => this.layout()).observe(this.root);
    this.layout();
  }

  fail() { this.root.querySelector(".hint").textContent = "The canvas could not be loaded. The precise painter needs no more than this page."; }

  busy() { return this.drag !== null; }

  get scale() { return (this.width * this.dense) / this.picture.width; }

  layout() {
    const across = this.root.clientWidth, { width, height } = this.picture;
    if (!across || !this.draw || this.drag) return;
    const shown = Math.round(Math.min(across, (Math.max(280, innerHeight * 0.74) * width) / height));
    const dense = Math.min(2, devicePixelRatio || 1);
    if (shown === this.width && dense === this.dense) return;
    Object.assign(this, { width: shown, height: Math.max(1, Math.round((shown * height) / width)), dense });
    Object.assign(this.board.style, { width: `${this.width}px`, height: `${this.height}px` });
    Object.assign(this.host.style, { width: `${100 * dense}%`, height: `${100 * dense}%`, transform: `scale(${1 / dense})` });
    this.load();
    this.changed();
  }

  // Show the list; what the pointer does meanwhile waits.
  load() {
    if (!this.draw || !this.width) return;
    const isFirst = !this.loads;
    this.shown = this.drawing.list;
    this.open = [];
    if (isFirst) this.run();  // The bundle reports the end of every load but its first.
    this.initial = { objects: this.shown.map((one) => toFabric(one, this.scale)), gesso: (this.loads += 1) };
    clearTimeout(this.loading);
    this.loading = setTimeout(() => this.loaded(), LOAD_MS);
    this.run();
  }

  loaded() {
    clearTimeout(this.loading);
    this.loading = null;
    this.preview.style.visibility = "hidden";
    for (const event of this.held.splice(0)) event.target.dispatchEvent(copied(event));
    this.changed();
  }

  run() {
    const { tool, erase, size } = this.toolbar, colour = erase ? TAKEN : PAINTED;
    this.draw({
      parentElement: this.host,
      setStateValue: (name, value) => name === "drawing" && this.received(value.raw),
      data: {
        fillColor: tool === "ellipse" ? CLEAR : colour, strokeColor: colour, strokeWidth: tool === "brush" ? size * this.scale : 0,
        drawingMode: MODES[tool], initialDrawing: this.initial, backgroundColor: "", backgroundImageURL: null,
        backgroundImageFit: "stretch", canvasWidth: Math.round(this.width * this.dense), canvasHeight: Math.round(this.height * this.dense),
        realtimeUpdateStreamlit: true, returnImageData: false, disabled: false, displayRadius: 0, maxDisplayHeight: null, fontSize: 20, label: "",
      },
    });
  }

  changed() {
    this.toolbar.paint();
    const { tool, erase, colour } = this.toolbar;
    this.board.dataset.tool = tool;
    this.ring.classList.toggle("erase", erase);
    this.preview.classList.toggle("erase", erase);
    this.preview.style.background = colour;
    this.tint(colour);
    this.root.querySelector(".hint").textContent = HINTS[tool];
    if (this.drag || !this.draw || !this.width) return;
    if (!isSame(this.shown, this.drawing.list)) this.load();
    else this.run();
  }

  // Red to the colour, black to nothing, yellow to white, magenta to black; clear stays clear.
  tint(colour) {
    const rows = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => [0, 1 - part, -part, 0, part]);
    rows.push([INK_ALPHA, 1 - INK_ALPHA, 1 - INK_ALPHA, INK_ALPHA, -INK_ALPHA]);
    this.root.querySelector("feColorMatrix").setAttribute("values", rows.flat().join(" "));
  }

  // What is on the canvas now: after a load just that, after a stroke one more.
  received(raw) {
    if (this.loading) {
      if (raw.objects.length === this.shown.length) this.loaded();
      return;
    }
    const fresh = raw.objects.slice(this.shown.length);
    this.open = this.toolbar.tool === "polygon" ? (fresh.find(({ type }) => type === "Path")?.path ?? []) : [];
    const made = fresh.filter(() => !this.open.length).map((object) => [object, this.operation(object)]);
    if (!made.length) return;
    this.shown = [...this.shown, ...made.map(([object, one]) => (one && this.isShownBy(object, one) ? one : null))];
    const painted = made.map(([, one]) => one).filter(Boolean);
    if (painted.length) this.drawing.change([...this.drawing.list, ...painted]);
  }

  operation(object) {
    const { tool, erase, size } = this.toolbar;
    if (tool === "rectangle" || tool === "ellipse") return this.drag ? this.boxed(tool, erase) : null;
    return fromFabric(object, { scale: this.scale, erase, size });
  }

  boxed(tool, erase) {
    const [x, y, toX, toY] = this.drag.box;
    if (Math.abs(toX - x) < SMALLEST_PX || Math.abs(toY - y) < SMALLEST_PX) return null;
    const factor = this.picture.width / this.width, down = this.picture.height / this.height;
    return operation(tool, [x * factor, y * down, toX * factor, toY * down], { erase });
  }

  // Only a box can be shown otherwise than it is meant: an ellipse is drawn as its box, a turned drag is a little off.
  isShownBy(object, one) {
    if (one.tool === "ellipse") return false;
    if (one.tool !== "rectangle") return true;
    const box = boxOf("rectangle", pointsOf(one).map((value) => value * this.scale));
    return ["left", "top", "width", "height"].every((side) => Math.abs(box[side] - object[side]) < NEAR_PX * this.dense);
  }

  // Pointers.

  listen() {
    const { board, host } = this;
    for (const name of HELD_BACK) host.addEventListener(name, (event) => this.holdBack(event), true);
    host.addEventListener("mouseout", (event) => this.drag && event.stopImmediatePropagation(), true);
    host.addEventListener("pointerdown", (event) => event.isPrimary && event.button === 0 && this.down(event), true);
    addEventListener("pointermove", (event) => this.move(event), true);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => event.isPrimary && this.up(event), true);
    for (const name of ["mousemove", "mouseup"]) addEventListener(name, (event) => this.fence(event), true);
    // A page that goes has no task later: what was just let go of is fetched now.
    for (const name of ["beforeunload", "pagehide"]) addEventListener(name, () => this.drag?.isOver && !this.loading && this.collect(), true);
    board.addEventListener("pointerleave", () => (this.ring.style.visibility = "hidden"));
  }

  holdBack(event) {
    if (!this.loading || !event.isTrusted) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.held.push(event);
  }

  at({ clientX, clientY }) {
    const box = this.board.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  down(event) {
    const [x, y] = this.at(event);
    this.drag = { box: [x, y, x, y] };
    this.board.focus({ preventScroll: true });
  }

  move(event) {
    const [x, y] = this.at(event), within = [Math.min(Math.max(x, 0), this.width), Math.min(Math.max(y, 0), this.height)];
    this.showRing(event, x, y);
    if (!this.drag || !event.isPrimary) return;
    this.drag.box.splice(2, 2, ...within);
    if (this.toolbar.tool === "ellipse") this.showPreview();
  }

  // After the bundle has made of it what it makes: a task later.
  up() {
    if (!this.drag || this.drag.isOver) return;
    this.drag.isOver = true;
    setTimeout(() => this.collect(), 0);
  }

  collect() {
    if (this.loading) return void setTimeout(() => this.collect(), 5);
    this.root.querySelector(".dc-toolbar button")?.click();
    this.drag = null;
    if (this.toolbar.tool !== "ellipse" || isSame(this.shown, this.drawing.list)) this.preview.style.visibility = "hidden";
    if (!isSame(this.shown, this.drawing.list)) this.load();
    this.layout();
    this.toolbar.paint();
  }

  // Fabric reckons by the element under the pointer, and boxes go wrong beyond the edge: keep both within.
  fence(event) {
    if (!this.drag || !event.isTrusted) return;
    const upper = this.host.querySelector(".upper-canvas"), isBox = this.toolbar.tool !== "brush";
    const box = this.board.getBoundingClientRect(), { clientX: x, clientY: y } = event;
    const isInside = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    if (isInside || !upper) return;
    event.stopImmediatePropagation();
    const within = { clientX: Math.min(Math.max(x, box.left), box.right), clientY: Math.min(Math.max(y, box.top), box.bottom) };
    upper.dispatchEvent(mouse(event.type, isBox ? within : { clientX: x, clientY: y }));
  }

  showRing(event, x, y) {
    const { tool, size } = this.toolbar, isOver = x >= 0 && y >= 0 && x <= this.width && y <= this.height;
    const isShown = tool === "brush" && isOver && event.pointerType !== "touch";
    this.ring.style.visibility = isShown ? "visible" : "hidden";
    const edge = Math.max(3, (size * this.width) / this.picture.width);
    if (isShown) Object.assign(this.ring.style, { width: `${edge}px`, height: `${edge}px`, transform: `translate(${x - edge / 2}px, ${y - edge / 2}px)` });
  }

  showPreview() {
    const [x, y, toX, toY] = this.drag.box;
    const sides = { left: Math.min(x, toX), top: Math.min(y, toY), width: Math.abs(toX - x), height: Math.abs(toY - y) };
    for (const [side, value] of Object.entries(sides)) this.preview.style[side] = `${value}px`;
    this.preview.style.visibility = "visible";
  }

  // An open polygon.

  key(event) {
    if (event.key === "Enter" && this.open.length >= 3) return () => this.tap(this.open[0]);
    if (event.key === "Escape") return () => this.load();
    return null;
  }

  takeBack() {
    if (this.open.length < 2) return false;
    this.tap(this.open.at(-1));
    return true;
  }

  // A click on a corner's handle: the first closes, any other goes.
  tap([, x, y]) {
    const upper = this.host.querySelector(".upper-canvas"), box = this.board.getBoundingClientRect();
    const point = { clientX: box.left + x / this.dense, clientY: box.top + y / this.dense };
    for (const type of ["mousedown", "mouseup"]) upper.dispatchEvent(mouse(type, point));
    setTimeout(() => this.collect(), 0);
  }
}

const isSame = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);
const mouse = (type, point) => new MouseEvent(type, { ...point, bubbles: true, composed: true, cancelable: true, button: 0, buttons: 1, view: window });
const copied = (event) => new event.constructor(event.type, event);

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".painter");
  if (!root) return;
  root.painter ??= new Canvas(root, data);
  root.painter.drawing.join(root, (message) => setStateValue("strokes", message));
}
