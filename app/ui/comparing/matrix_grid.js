// Cells are made anew one by one as they change, so that pictures stay and ticks are not lost while others still run.
// Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
const MOST = 4;
export default function ({ data, parentElement, setTriggerValue }) {
  const matrix = parentElement.querySelector(".matrix"), bar = parentElement.querySelector(".bar");
  const known = JSON.stringify([data.rows, data.columns]);
  matrix.bar = bar;
  if (matrix.dataset.known !== known) {
    matrix.dataset.known = known;
    build(matrix, data);
  }
  matrix.setAttribute("aria-label", data.label);
  data.cells.flat().forEach((cell, number) =>
    renew(matrix, matrix.cells[number], cell, data.columns[number % data.columns.length], data.marks));
  bar.querySelector("button").onclick = () => setTriggerValue("compare", ticked(matrix));
  paint(matrix);
}
function build(matrix, data) {
  matrix.setAttribute("role", "table");
  matrix.style.setProperty("--columns", data.columns.length);
  const heads = element("div", "line heads");
  heads.setAttribute("role", "row");
  heads.append(element("div", "head"), ...data.columns.map((size) => as("columnheader", element("div", "head", size))));
  matrix.cells = [];
  matrix.replaceChildren(heads, ...data.rows.map(([model, quality], number) => {
    const line = as("row", element("div", "line")), side = as("rowheader", element("div", "side"));
    const begins = data.rows[number - 1]?.[0] !== model;
    side.append(element("b", begins ? "" : "again", model), element("span", "", quality));
    const cells = data.columns.map(() => as("cell", element("div", "cell")));
    matrix.cells.push(...cells);
    line.append(side, ...cells);
    return line;
  }));
}
function renew(matrix, place, cell, column, marks) {
  const known = JSON.stringify([cell, column, marks]);
  if (place.dataset.known === known) return;
  place.dataset.known = known;
  place.className = `cell ${cell ? cell.kind : "none"}`;
  if (!cell) {
    const none = element("div", "said");
    none.append(element("b", "", "not run"));
    return place.replaceChildren(none);
  }
  place.style.setProperty("--ratio", cell.ratio);
  const said = element("div", "said");
  said.append(element("b", "", cell.text));
  if (cell.small) said.append(element("span", "", cell.small));
  place.replaceChildren(element("div", "column", column), ...(cell.source ? [picture(matrix, cell, marks)] : []), said);
}
function picture(matrix, cell, marks) {
  const frame = element(marks ? "label" : "div"), img = element("img");
  img.alt = `${cell.model}, ${cell.quality}, ${cell.size}`;
  img.src = cell.source;
  frame.append(img);
  if (marks) {
    const box = element("input");
    box.type = "checkbox";
    box.value = cell.id;
    box.setAttribute("aria-label", `Select ${img.alt}`);
    box.onchange = () => paint(matrix);
    frame.append(box);
  }
  return frame;
}
function ticked(matrix) {
  return [...matrix.querySelectorAll("input:checked")].map((box) => box.value);
}
function paint(matrix) {
  const boxes = [...matrix.querySelectorAll("input")], count = ticked(matrix).length;
  for (const box of boxes) box.disabled = !box.checked && count >= MOST;
  const button = matrix.bar.querySelector("button");
  matrix.bar.hidden = boxes.length < 2;
  button.disabled = count < 2;
  button.textContent = count < 2 ? "Compare" : `Compare ${count} pictures`;
  matrix.bar.querySelector("span").textContent = count < 2 ? "Tick two to four pictures to hold them side by side." : "";
}
function as(role, made) {
  made.setAttribute("role", role);
  return made;
}
function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
