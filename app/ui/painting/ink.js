// Operations as ink: their form on the wire, on a canvas, and how much of the picture they cover.

const COLOURS = { rose: "#ff2e6e", blue: "#2b6cff", green: "#00b35a", yellow: "#ffd400", white: "#ffffff" };
const INK_ALPHA = 0.55;
const COUNTED_EDGE = 640;

// An operation's corners or path as [x, y, x, y, ...] in image pixels; kept in tenths, as steps.
function operation(tool, points, { size = 0, erase = false } = {}) {
  const path = [];
  let before = [0, 0];
  for (let at = 0; at < points.length; at += 2) {
    const now = [Math.round(points[at] * 10), Math.round(points[at + 1] * 10)];
    path.push(now[0] - before[0], now[1] - before[1]);
    before = now;
  }
  return { tool, size, erase, path };
}

function pointsOf({ path }) {
  const points = new Array(path.length);
  for (let at = 0, x = 0, y = 0; at < path.length; at += 2) {
    points[at] = (x += path[at]) / 10;
    points[at + 1] = (y += path[at + 1]) / 10;
  }
  return points;
}

const outlines = new WeakMap();

function outlineOf(operation) {
  if (!outlines.has(operation)) outlines.set(operation, outline(operation.tool, pointsOf(operation)));
  return outlines.get(operation);
}

function outline(tool, points) {
  const path = new Path2D();
  const [x, y, toX, toY] = points;
  if (tool === "rectangle") path.rect(Math.min(x, toX), Math.min(y, toY), Math.abs(toX - x), Math.abs(toY - y));
  else if (tool === "ellipse") path.ellipse((x + toX) / 2, (y + toY) / 2, Math.abs(toX - x) / 2, Math.abs(toY - y) / 2, 0, 0, 7);
  else {
    path.moveTo(x, y);
    if (points.length === 2) path.lineTo(x + 0.01, y);
    for (let at = 2; at < points.length; at += 2) path.lineTo(points[at], points[at + 1]);
    if (tool === "polygon") path.closePath();
  }
  return path;
}

// Paints on a context whose transform maps image pixels.
function ink(context, operation, path = outlineOf(operation)) {
  context.globalCompositeOperation = operation.erase ? "destination-out" : "source-over";
  if (operation.tool === "brush") {
    Object.assign(context, { lineWidth: operation.size, lineCap: "round", lineJoin: "round" });
    context.stroke(path);
  } else context.fill(path);
}

// Counts on a small copy of the mask, so that it is quick; within about 0.1 % of the truth.
class Coverage {
  constructor({ width, height }) {
    const scale = Math.min(1, COUNTED_EDGE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.scale = [canvas.width / width, canvas.height / height];
    this.list = [];
    this.percent = 0;
  }

  of(list) {
    if (list === this.list) return this.percent;
    const { context } = this, { width, height } = context.canvas;
    const done = this.list.length <= list.length && this.list.every((one, at) => one === list[at]) ? this.list.length : 0;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (!done) context.clearRect(0, 0, width, height);
    context.setTransform(this.scale[0], 0, 0, this.scale[1], 0, 0);
    for (const operation of list.slice(done)) ink(context, operation);
    const { data } = context.getImageData(0, 0, width, height);
    let sum = 0;
    for (let at = 3; at < data.length; at += 4) sum += data[at];
    this.list = list;
    return (this.percent = (100 * sum) / (255 * width * height));
  }
}

const percentText = (percent) =>
  percent === 0 ? "Nothing selected yet" : `${percent < 0.1 ? "< 0.1" : percent.toFixed(1)} % selected`;
