// The review wall: a row for each persona, a tile for each picture. What somebody does is told to the page, which
// answers with the new state; a row that did not change is left as it is, with its place and focus.
// Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const wall = parentElement.querySelector(".wall");
  wall.act = (verb, ids) => setTriggerValue("act", { verb, ids });
  wall.tell = () => setStateValue("marks", { version: data.version, ids: ticked(wall) });
  wall.setAttribute("aria-label", data.label);
  wall.style.setProperty("--many", data.many);
  const focused = wall.getRootNode().activeElement?.dataset?.focus;
  const chosen = wall.version === data.version ? new Set(ticked(wall)) : new Set(data.marked);
  wall.version = data.version;
  const there = new Map([...wall.children].map((row) => [row.dataset.id, row]));
  wall.replaceChildren(...data.rows.map((row) => {
    const known = JSON.stringify([row, data.price]), old = there.get(String(row.position));
    return old?.known === known ? old : make(row, data, wall, known);
  }));
  for (const box of wall.querySelectorAll(".mark input")) box.checked = chosen.has(box.value);
  if (focused) wall.querySelector(`[data-focus="${focused}"]`)?.focus();
}
function make(row, data, wall, known) {
  const section = element("section", "persona");
  section.dataset.id = row.position;
  section.known = known;
  section.setAttribute("aria-label", row.name);
  const tiles = element("div", "tiles");
  tiles.append(...row.tiles.map((tile) => tile.source ? picture(tile, row, data, wall) : waiting(tile)));
  section.append(head(row, wall), tiles);
  return section;
}
function head(row, wall) {
  const box = element("div", "head"), who = element("div", "who"), ways = element("div", "ways");
  who.append(element("b", "", row.name), element("span", "", row.about));
  if (row.note) who.append(element("span", "note", row.note));
  for (const [verb, words] of row.ways) ways.append(button(words, `${verb}-${row.position}`, () => wall.act(verb, row.ids)));
  if (row.splits) ways.append(button("Adjust the split", `split-${row.position}`, () => wall.act("split", [String(row.position)])));
  box.append(who, ways);
  return box;
}
function picture(tile, row, data, wall) {
  const item = element("div", `tile ${tile.verdict}`), open = button("", `open-${tile.id}`, () => wall.act("open", [tile.id])), img = element("img");
  open.classList.add("open");
  open.title = open.ariaLabel = `${row.name}, ${tile.title}: open it`;
  img.loading = "lazy";
  img.alt = "";
  img.src = tile.source;
  open.append(img);
  item.append(open);
  if (tile.verdict !== "new") item.append(element("span", "stamp", tile.verdict));
  else if (tile.tag) item.append(element("span", "tag", tile.tag));
  if (tile.soon) item.append(element("span", "soon", tile.soon));
  if (!tile.acts) return item;
  item.append(mark(tile, row, wall));
  if (tile.problems.length) item.append(why(tile));
  item.append(acts(tile, row, data, wall));
  return item;
}
function waiting(tile) {
  const item = element("div", "tile waits", tile.soon);
  item.setAttribute("aria-label", `${tile.title}: ${tile.soon}`);
  return item;
}
function mark(tile, row, wall) {
  const label = element("label", "mark"), box = element("input");
  box.type = "checkbox";
  box.value = tile.id;
  box.setAttribute("aria-label", `Select ${row.name}, ${tile.title}`);
  box.onchange = () => wall.tell();
  label.append(box);
  return label;
}
function why(tile) {
  const box = element("details", "why"), line = element("summary");
  line.title = tile.problems.map(([, sentence]) => sentence).join(" ");
  line.append(...tile.problems.map(([word]) => element("i", "", word)));
  box.append(line, ...tile.problems.map(([, sentence]) => element("p", "", sentence)));
  return box;
}
function acts(tile, row, data, wall) {
  const box = element("div", "acts");
  const yes = button("✓", `accept-${tile.id}`, () => wall.act(tile.verdict === "accepted" ? "clear" : "accept", [tile.id]));
  const no = button("✕", `reject-${tile.id}`, () => wall.act(tile.verdict === "rejected" ? "clear" : "reject", [tile.id]));
  yes.classList.add("yes");
  no.classList.add("no");
  yes.ariaLabel = yes.title = `Accept ${row.name}, ${tile.title}`;
  no.ariaLabel = no.title = `Reject ${row.name}, ${tile.title}`;
  yes.setAttribute("aria-pressed", tile.verdict === "accepted");
  no.setAttribute("aria-pressed", tile.verdict === "rejected");
  box.append(yes, no);
  if (tile.redo) {
    const redo = button(`Redo ${data.price}`, `redo-${tile.id}`, () => wall.act("redo", [tile.id]));
    redo.classList.add("redo");
    redo.title = `Make ${row.name}, ${tile.title} again, alone from the base portrait, for up to ${data.price}`;
    box.append(redo);
  }
  return box;
}
function ticked(wall) { return [...wall.querySelectorAll(".mark input:checked")].map((box) => box.value); }
function button(words, focus, press) {
  const made = element("button", "", words);
  made.type = "button";
  made.dataset.focus = focus;
  made.onclick = press;
  return made;
}
function element(name, className = "", words = "") {
  const made = document.createElement(name);
  made.className = className;
  if (words) made.textContent = words;
  return made;
}
