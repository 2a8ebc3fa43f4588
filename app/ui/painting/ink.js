// Operations as ink: their form on the wire and on a canvas.

const COLOURS = { rose: "#ff2e6e", blue: "#2b6cff", green: "#00b35a", yellow: "#ffd400", white: "#ffffff" };
const INK_ALPHA = 0.55;

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
