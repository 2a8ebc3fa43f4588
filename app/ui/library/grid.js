// Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const grid = parentElement.querySelector(".grid");
  const known = JSON.stringify([data.tiles, data.edge, data.marks]);
  grid.pick = (id) => setTriggerValue("picked", id);
  grid.tell = () => setStateValue("marks", { version: data.version, page: data.page, ids: marked(grid) });
  if (grid.dataset.known !== known) {
    grid.dataset.known = known;
    grid.style.setProperty("--edge", data.edge + "px");
    grid.setAttribute("aria-label", data.label);
    grid.replaceChildren(...data.tiles.map((tile) => make(tile, grid, data.marks)));
    grid.version = undefined;
  }
  if (grid.version !== data.version) {
    grid.version = data.version;
    const chosen = new Set(data.marked);
    for (const box of grid.querySelectorAll("input")) box.checked = chosen.has(box.value);
  }
  paint(grid);
}
function make(tile, grid, marks) {
  const item = element("div", "tile");
  item.setAttribute("role", "listitem");
  const open = element("button", "open");
  open.type = "button";
  open.title = tile.title;
  open.setAttribute("aria-label", tile.title);
  open.dataset.id = tile.id;
  open.onclick = () => grid.pick(tile.id);
  open.append(face(tile));
  if (tile.name) open.append(words(tile));
  item.append(open);
  if (marks) item.append(mark(tile, grid));
  if (tile.favourite) item.append(heart());
  return item;
}
function face(tile) {
  if (!tile.source) return element("div", "none");
  const img = element("img");
  img.loading = "lazy";
  img.alt = "";
  img.src = tile.source;
  return img;
}
function words(tile) {
  const box = element("div", "words"), name = element("b"), small = element("span");
  name.textContent = tile.name;
  small.textContent = tile.small;
  box.append(name, small);
  return box;
}
function mark(tile, grid) {
  const label = element("label", "mark"), box = element("input");
  box.type = "checkbox";
  box.value = tile.id;
  box.setAttribute("aria-label", "Select " + tile.title);
  box.onchange = () => { paint(grid); grid.tell(); };
  label.append(box);
  return label;
}
function heart() {
  const sign = element("span", "heart");
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", "Favourite");
  sign.textContent = "♥";
  return sign;
}
function paint(grid) {
  for (const box of grid.querySelectorAll("input")) box.closest(".tile").classList.toggle("marked", box.checked);
  grid.classList.toggle("some", marked(grid).length > 0);
}
function marked(grid) {
  return [...grid.querySelectorAll("input:checked")].map((box) => box.value);
}
function element(name, className = "") {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
