// Fabric's objects (streamlit-drawable-canvas 0.13, Fabric 7) and operations, in both directions.
//
// Paths and polygons carry their points in canvas pixels, and nothing is ever moved or scaled on our
// canvas, so no matrix is needed. `scale` is canvas pixels for one image pixel.

const PAINTED = "#ff0000", TAKEN = "#000000", CLEAR = "rgba(255, 0, 0, 0)";
const FLAT_PX = 0.05;

// The operation that an object shows; null for one without an area.
function fromFabric(object, { scale, erase, size }) {
  const made = (tool, points) => operation(tool, points.map((value) => value / scale), { size: tool === "brush" ? size : 0, erase });
  switch (object.type.toLowerCase()) {
    case "path": return made("brush", flattened(object.path));
    case "polygon": return made("polygon", object.points.flatMap(({ x, y }) => [x, y]));
    default: return null;
  }
}

// A path of M, L and Q as points, its curves in pieces that stay within a twentieth of a pixel.
function flattened(path) {
  const points = [];
  let [x, y] = [0, 0];
  for (const [letter, ...at] of path) {
    if (letter === "Q") points.push(...curve([x, y], at));
    else if (letter !== "Z") points.push(...at);
    [x, y] = points.slice(-2);
  }
  return points;
}

function curve([x, y], [byX, byY, toX, toY]) {
  const bend = Math.hypot(x - 2 * byX + toX, y - 2 * byY + toY), pieces = Math.max(1, Math.ceil(Math.sqrt(bend / (4 * FLAT_PX))));
  const points = [];
  for (let piece = 1; piece <= pieces; piece += 1) {
    const t = piece / pieces, u = 1 - t;
    points.push(u * u * x + 2 * u * t * byX + t * t * toX, u * u * y + 2 * u * t * byY + t * t * toY);
  }
  return points;
}

function toFabric(one, scale) {
  const points = pointsOf(one).map((value) => value * scale), colour = one.erase ? TAKEN : PAINTED;
  const common = { selectable: false, evented: false, strokeWidth: 0, fill: colour, stroke: colour };
  if (one.tool === "brush") return { ...common, ...strokeOf(points), fill: null, strokeWidth: one.size * scale };
  if (one.tool === "polygon") return { ...common, type: "Polygon", points: paired(points).map(([x, y]) => ({ x, y })) };
  return { ...common, ...boxOf(one.tool, points) };
}

function strokeOf(points) {
  const path = paired(points).map(([x, y], at) => [at ? "L" : "M", x, y]);
  if (path.length === 1) path.push(["L", points[0] + 0.01, points[1]]);
  return { type: "Path", path, strokeLineCap: "round", strokeLineJoin: "round" };
}

function boxOf(tool, [x, y, toX, toY]) {
  const [width, height] = [Math.abs(toX - x), Math.abs(toY - y)];
  const corner = { originX: "left", originY: "top", left: Math.min(x, toX), top: Math.min(y, toY) };
  if (tool === "rectangle") return { ...corner, type: "Rect", width, height };
  return { ...corner, type: "Circle", radius: width / 2, scaleY: height / (width || 1) };
}

function paired(points) {
  const pairs = [];
  for (let at = 0; at < points.length; at += 2) pairs.push([points[at], points[at + 1]]);
  return pairs;
}
