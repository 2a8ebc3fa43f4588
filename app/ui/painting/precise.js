// Our own painter. Everything is kept in image pixels; the view alone knows about the screen.

const LARGEST_SCALE = 16, ZOOM_STEP = 1.5, STEP_PX = 8, FAST = 6, CLOSE_PX = 12;
const HINTS = {
  brush: "Ctrl and wheel, or two fingers, zoom", rectangle: "Drag from corner to corner; Shift makes a square",
  ellipse: "Drag from corner to corner; Shift makes a circle", lasso: "Draw around what may change",
  polygon: "Click the corners; the first one, or Enter, closes", hand: "Drag to move the picture",
};

// Which part of the picture is seen: `scale` is CSS pixels for one image pixel, (x, y) the corner in image pixels.
class View {
  constructor({ width, height }) { Object.assign(this, { image: [width, height], box: [1, 1], scale: 0, x: 0, y: 0 }); }

  get fitting() { return Math.min(this.box[0] / this.image[0], this.box[1] / this.image[1]); }

  resize(width, height) {
    const wasFitting = !this.scale || this.scale <= this.fitting * 1.001;
    this.box = [width, height];
    this.move(this.x, this.y, wasFitting ? this.fitting : this.scale);
  }

  zoom(factor, [x, y] = this.box.map((side) => side / 2)) {
    const [atX, atY] = this.toImage(x, y);
    const scale = Math.min(Math.max(LARGEST_SCALE, this.fitting), Math.max(this.fitting, this.scale * factor));
    this.move(atX - x / scale, atY - y / scale, scale);
  }

  // A picture smaller than the box stands in its middle, a larger one fills it.
  move(x, y, scale = this.scale) {
    const within = (start, box, image) => box / scale >= image ? (image - box / scale) / 2 : Math.min(Math.max(start, 0), image - box / scale);
    Object.assign(this, { scale, x: within(x, this.box[0], this.image[0]), y: within(y, this.box[1], this.image[1]) });
  }

  toImage(x, y) { return [x / this.scale + this.x, y / this.scale + this.y]; }

  toBox(x, y) { return [(x - this.x) * this.scale, (y - this.y) * this.scale]; }
}

class Precise {
  tools = ["brush", "rectangle", "ellipse", "lasso", "polygon", "hand"];
  zoom = { in: () => this.zoomBy(ZOOM_STEP), out: () => this.zoomBy(1 / ZOOM_STEP), fit: () => this.zoomBy(0) };
  shortcuts = [
    ["+ -", "Zoom in or out"], ["0", "Show the whole picture"], ["← ↑ → ↓", "Move the crosshair; with Shift faster"],
    ["Space", "Dab, or set a corner"], ["Shift+Space", "Straight line from the last dab"],
    ["Enter", "Dab, or close the shape"], ["Esc", "Give the shape up"],
  ];

  constructor(root, { document, picture }) {
    Object.assign(this, { root, picture, drawing: Drawing.of(document, picture.id), view: new View(picture) });
    Object.assign(this, { pointers: new Map(), stroke: null, corners: [], cross: null, pinch: null, grip: null, last: null });
    this.sheet = root.querySelector(".sheet");
    this.layers = [0, 1].map(() => globalThis.document.createElement("canvas").getContext("2d"));
    this.toolbar = new Toolbar(root, this);
    this.input = new Input(this);
    this.load(picture.display);
    this.sheet.setAttribute("aria-label", `Mask on ${picture.alt}, ${picture.width} by ${picture.height} pixels. ` +
      "Arrow keys move the crosshair, Space paints, question mark lists the shortcuts.");
    this.drawing.listeners.set("precise", () => this.changed());
    new ResizeObserver(() => this.layout()).observe(root);
    this.changed();
  }

  busy() { return this.pointers.size > 0; }

  load(source) {
    const loading = new Image();
    loading.onload = () => { this.image = loading; this.soon(); };
    loading.src = source;
  }

  layout() {
    const width = this.root.clientWidth, { width: across, height: down } = this.picture;
    if (!width) return;
    const height = Math.round(Math.min((width * down) / across, Math.max(280, innerHeight * 0.74)));
    this.dense = Math.min(3, devicePixelRatio || 1);
    this.sheet.style.height = `${height}px`;
    for (const canvas of [this.sheet, ...this.layers.map((layer) => layer.canvas)]) {
      canvas.width = Math.round(width * this.dense);
      canvas.height = Math.round(height * this.dense);
    }
    this.view.resize(width, height);
    this.stale();
  }

  zoomBy(factor, at) {
    this.view.zoom(factor, at);
    const shown = this.image?.naturalWidth ?? Infinity;
    if (this.picture.original && !this.isWhole && this.view.scale * this.dense * this.picture.width > shown * 1.3) {
      this.isWhole = true;
      this.load(this.picture.original);
    }
    this.stale();
  }

  changed() {
    this.toolbar.paint();
    const { tool, erase } = this.toolbar;
    if (tool !== "polygon" && this.corners.length > 1) this.corners = [];
    this.sheet.dataset.tool = tool;
    this.input.ring.classList.toggle("erase", erase);
    this.root.querySelector(".hint").textContent = HINTS[tool];
    this.stale();
  }

  // The ink must be laid anew: the view, the list or the colour has changed.
  stale() { this.isStale = true; this.soon(); }

  soon() { this.frame ??= requestAnimationFrame(() => { this.frame = null; this.paint(); }); }

  paint() {
    if (!this.view.scale) return;
    const context = this.sheet.getContext("2d"), { width, height } = this.sheet;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    this.place(context);
    context.imageSmoothingEnabled = this.view.scale < 2;
    if (this.image) context.drawImage(this.image, 0, 0, this.picture.width, this.picture.height);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = INK_ALPHA;
    context.drawImage(this.inked(), 0, 0);
    context.globalAlpha = 1;
    this.mark(context);
    this.root.querySelector(".scale").textContent = `${Math.round(this.view.scale * 100)} %`;
    this.input.showRing();
  }

  place(context) {
    const scale = this.view.scale * this.dense;
    context.setTransform(scale, 0, 0, scale, -this.view.x * scale, -this.view.y * scale);
  }

  // What is painted, and on top of a copy what is being painted.
  inked() {
    const [done, live] = this.layers;
    if (this.isStale) this.lay(done, this.drawing.list);
    this.isStale = false;
    const current = this.current();
    if (!current) return done.canvas;
    this.wipe(live);
    live.drawImage(done.canvas, 0, 0);
    this.place(live);
    live.fillStyle = live.strokeStyle = this.toolbar.colour;
    ink(live, current, outline(current.tool, current.points));
    return live.canvas;
  }

  lay(layer, list) {
    this.wipe(layer);
    this.place(layer);
    layer.save();
    layer.beginPath();
    layer.rect(0, 0, this.picture.width, this.picture.height);
    layer.clip();
    layer.fillStyle = layer.strokeStyle = this.toolbar.colour;
    for (const operation of list) ink(layer, operation);
    layer.restore();
  }

  wipe(layer) {
    layer.setTransform(1, 0, 0, 1, 0, 0);
    layer.globalCompositeOperation = "source-over";
    layer.clearRect(0, 0, layer.canvas.width, layer.canvas.height);
  }

  // The stroke under way, in image pixels.
  current() {
    const { size, erase } = this.toolbar;
    if (this.stroke) return this.stroke;
    if (this.corners.length < 4) return null;
    return { tool: "polygon", points: this.corners, size, erase };
  }

  // Corners of an open polygon, and the crosshair.
  mark(context) {
    context.setTransform(this.dense, 0, 0, this.dense, 0, 0);
    for (let at = 0; at < this.corners.length; at += 2) {
      const [x, y] = this.view.toBox(this.corners[at], this.corners[at + 1]);
      context.beginPath();
      context.arc(x, y, at ? 4 : 6, 0, 7);
      outlined(context, "#fff", "#222");
    }
    if (!this.cross) return;
    const [x, y] = this.view.toBox(...this.cross);
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 16 * dx, y + 16 * dy);
    }
    for (const [style, lineWidth] of [["#fff", 4], ["#222", 1.5]]) {
      Object.assign(context, { strokeStyle: style, lineWidth });
      context.stroke();
    }
  }

  // Drawing, by pointer or by keyboard.

  begin(point) {
    const { tool, size, erase } = this.toolbar;
    const isBox = tool === "rectangle" || tool === "ellipse";
    this.stroke = { tool: tool === "lasso" ? "polygon" : tool, points: isBox ? [...point, ...point] : [...point], size: tool === "brush" ? size : 0, erase };
    this.soon();
  }

  draw([x, y], isSquare = false) {
    const { tool, points } = this.stroke;
    if (tool === "rectangle" || tool === "ellipse") {
      const [fromX, fromY] = points, side = Math.max(Math.abs(x - fromX), Math.abs(y - fromY));
      points[2] = isSquare ? fromX + side * (x < fromX ? -1 : 1) : x;
      points[3] = isSquare ? fromY + side * (y < fromY ? -1 : 1) : y;
    } else if (Math.hypot(x - points.at(-2), y - points.at(-1)) >= 0.5) points.push(x, y);
    this.soon();
  }

  end() {
    const { stroke } = this;
    this.stroke = null;
    if (!stroke) return;
    this.last = stroke.tool === "brush" ? stroke.points.slice(-2) : null;
    if (isWorthwhile(stroke)) this.drawing.add(operation(stroke.tool, stroke.points, stroke));
    this.soon();
  }

  drop() { this.stroke = null; this.corners = []; this.soon(); }

  corner([x, y]) {
    const [firstX, firstY] = this.view.toBox(this.corners[0], this.corners[1]), [atX, atY] = this.view.toBox(x, y);
    if (this.corners.length >= 6 && Math.hypot(firstX - atX, firstY - atY) <= CLOSE_PX) return this.close();
    this.corners.push(x, y);
    this.toolbar.paint();
    this.soon();
  }

  close() {
    const { corners } = this;
    this.corners = [];
    if (corners.length >= 6) this.drawing.add(operation("polygon", corners, { erase: this.toolbar.erase }));
    this.soon();
  }

  takeBack() {
    if (!this.corners.length) return false;
    this.corners.splice(-2);
    this.soon();
    return true;
  }

  key(event) { return this.input.key(event); }
}

const outlined = (context, fill, stroke) => {
  Object.assign(context, { fillStyle: fill, strokeStyle: stroke, lineWidth: 1.5 });
  context.fill();
  context.stroke();
};

function isWorthwhile({ tool, points }) {
  if (tool === "brush") return true;
  if (tool === "polygon") return points.length >= 6;
  return Math.abs(points[2] - points[0]) >= 0.5 && Math.abs(points[3] - points[1]) >= 0.5;
}

// Mouse, pen, fingers and keys on the sheet.
class Input {
  constructor(painter) {
    Object.assign(this, { painter, sheet: painter.sheet, ring: painter.root.querySelector(".ring"), hover: null });
    this.spoken = painter.root.querySelector(".spoken");
    const on = (name, act, options) => this.sheet.addEventListener(name, act, options);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => { painter.drop(); this.up(event); });
    on("pointerleave", () => { this.hover = null; this.showRing(); });
    on("dblclick", () => painter.toolbar.tool === "polygon" && painter.close());
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("blur", () => { painter.cross = null; painter.soon(); });
    on("contextmenu", (event) => event.preventDefault());
  }

  at(event) {
    const box = this.sheet.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    const { painter } = this, { pointers } = painter, point = painter.view.toImage(...this.at(event));
    this.sheet.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, this.at(event));
    painter.cross = null;
    if (pointers.size === 2) return this.startPinch();
    if (event.button === 1 || painter.toolbar.tool === "hand") painter.grip = point;
    else if (event.button === 0 && painter.toolbar.tool === "polygon") this.pressed = point;
    else if (event.button === 0 && pointers.size === 1) painter.begin(point);
    if (event.button === 1) event.preventDefault();
  }

  move(event) {
    const { painter } = this, { pointers, view } = painter;
    this.hover = event.pointerType === "touch" ? null : this.at(event);
    this.showRing();
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, this.at(event));
    if (painter.pinch) return this.pinched();
    if (painter.grip) {
      const [x, y] = view.toImage(...this.at(event));
      view.move(view.x + painter.grip[0] - x, view.y + painter.grip[1] - y);
      return painter.stale();
    }
    if (!painter.stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) painter.draw(view.toImage(...this.at(one)), event.shiftKey);
  }

  up(event) {
    const { painter } = this, { pointers } = painter;
    pointers.delete(event.pointerId);
    if (painter.pinch && pointers.size) return;
    if (this.pressed && !painter.pinch && event.type === "pointerup") painter.corner(this.pressed);
    this.pressed = painter.pinch = painter.grip = null;
    painter.end();
  }

  // The second finger means the view: what the first has begun is given up.
  startPinch() {
    const { painter } = this;
    painter.stroke = this.pressed = null;
    painter.pinch = this.spread();
    painter.soon();
  }

  pinched() {
    const { painter } = this, { view } = painter, before = painter.pinch, now = this.spread();
    view.move(view.x - (now.x - before.x) / view.scale, view.y - (now.y - before.y) / view.scale);
    painter.pinch = now;
    painter.zoomBy(now.width / (before.width || 1), [now.x, now.y]);
  }

  spread() {
    const [[x, y], [toX, toY]] = this.painter.pointers.values();
    return { x: (x + toX) / 2, y: (y + toY) / 2, width: Math.hypot(toX - x, toY - y) };
  }

  // A plain wheel scrolls the page, as everywhere.
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.painter.zoomBy(Math.exp(-event.deltaY / 240), this.at(event));
  }

  showRing() {
    const { painter, ring } = this, { tool, size } = painter.toolbar;
    const isShown = tool === "brush" && (this.hover || painter.cross);
    ring.style.visibility = isShown ? "visible" : "hidden";
    if (!isShown) return;
    const [x, y] = this.hover && !painter.cross ? this.hover : painter.view.toBox(...painter.cross);
    const edge = Math.max(3, size * painter.view.scale);
    Object.assign(ring.style, { width: `${edge}px`, height: `${edge}px`, transform: `translate(${x - edge / 2}px, ${y - edge / 2}px)` });
  }

  key(event) {
    const { painter } = this, { zoom } = painter;
    if (event.key === "+" || event.key === "=") return zoom.in;
    if (event.key === "-") return zoom.out;
    if (event.key === "0") return zoom.fit;
    if (event.key === "Escape") return () => painter.drop();
    if (painter.root.getRootNode().activeElement !== this.sheet) return null;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (steps) return () => this.step(steps, event.shiftKey);
    if (event.key === " ") return () => this.press(event.shiftKey);
    if (event.key === "Enter") return () => (painter.corners.length ? painter.close() : this.press(event.shiftKey));
    if (event.key === "Backspace") return () => painter.takeBack();
    return null;
  }

  step([dx, dy], isFast) {
    const { painter } = this, { view, picture } = painter;
    const distance = Math.max(1, STEP_PX / view.scale) * (isFast ? FAST : 1);
    const [x, y] = painter.cross ?? view.toImage(...view.box.map((side) => side / 2));
    const within = (value, limit) => Math.round(Math.min(Math.max(value, 0), limit));
    painter.cross = [within(x + dx * distance, picture.width), within(y + dy * distance, picture.height)];
    this.follow(...painter.cross);
    if (painter.stroke) painter.draw(painter.cross);
    this.spoken.textContent = `x ${painter.cross[0]}, y ${painter.cross[1]}`;
    painter.soon();
  }

  // Keeps the crosshair in sight.
  follow(x, y) {
    const { painter } = this, { view } = painter, margin = 40 / view.scale;
    const seen = view.box.map((side) => side / view.scale);
    const moved = (start, at, length) => Math.min(Math.max(start, at + margin - length), at - margin);
    const [toX, toY] = [moved(view.x, x, seen[0]), moved(view.y, y, seen[1])];
    if (toX === view.x && toY === view.y) return;
    view.move(toX, toY);
    painter.stale();
  }

  press(isLine) {
    const { painter } = this, { tool, size, erase } = painter.toolbar;
    const point = (painter.cross ??= painter.view.toImage(...painter.view.box.map((side) => side / 2)).map(Math.round));
    if (tool === "hand") return;
    if (tool === "brush") {
      const points = isLine && painter.last ? [...painter.last, ...point] : [...point];
      painter.last = point;
      painter.drawing.add(operation("brush", points, { size, erase }));
    } else if (tool === "rectangle" || tool === "ellipse") painter.stroke ? painter.end() : painter.begin(point);
    else {
      painter.corner(point);
      this.spoken.textContent = `Corner ${painter.corners.length / 2}`;
    }
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".painter");
  if (!root) return;
  root.painter ??= new Precise(root, data);
  root.painter.drawing.join(root, (message) => setStateValue("strokes", message));
}
