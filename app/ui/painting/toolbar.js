// The toolbar, the shortcuts and the sheet that lists them: the same for every painter.

const ICONS = {
  brush: "M9.5 14.5 20 4M9.5 14.5c-3-.6-5 .9-5 3.6 0 1-.6 1.9-1.5 2.4 4 1 8-.2 8-3.5 0-1-.5-2-1.5-2.5Z",
  rectangle: "M4 6h16v12H4Z",
  ellipse: "M3 12a9 6.5 0 1 0 18 0a9 6.5 0 1 0-18 0Z",
  polygon: "M12 3.5 20.5 10 17 20H7L3.5 10Z",
  lasso: "M8 15.5C4.8 14.6 3 12.7 3 10.5 3 6.9 7 4 12 4s9 2.9 9 6.5-4 6.5-9 6.5c-.7 0-1.4-.1-2-.2M8 15.5a2 2 0 1 1-2.6 2.2c.8 2.5-.4 3.3-1.4 3.8",
  undo: "M8.5 13.5 4 9l4.5-4.5M4 9h10.5a5.5 5.5 0 0 1 0 11H10",
  redo: "M15.5 13.5 20 9l-4.5-4.5M20 9H9.5a5.5 5.5 0 0 0 0 11H14",
  clear: "M4 7h16M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.5 11v5M13.5 11v5",
  minus: "M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.2 15.2 20 20M8 10.5h5",
  plus: "M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.2 15.2 20 20M8 10.5h5M10.5 8v5",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  hand: "M12 3v18M3 12h18M9.5 5.5 12 3l2.5 2.5M9.5 18.5 12 21l2.5-2.5M5.5 9.5 3 12l2.5 2.5M18.5 9.5 21 12l-2.5 2.5",
  help: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.5v.1",
};
const TOOLS = {
  brush: ["Brush", "B"], rectangle: ["Rectangle", "R"], ellipse: ["Ellipse", "O"],
  lasso: ["Lasso", "L"], polygon: ["Polygon", "P"], hand: ["Move the view", "H"],
};
const SIZE_STEP = 1.15;

// What is chosen: one for all painters of the tab, so that a change of painter keeps it.
const chosen = (globalThis.gessoChosen ??= { tool: "brush", erase: false, colour: "rose", sizes: {} });

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

function iconButton(icon, label, shortcut, act) {
  const button = element("button", { type: "button", "aria-label": label, title: shortcut ? `${label} (${shortcut})` : label });
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
  button.addEventListener("click", act);
  return button;
}

function textButton(label, title, act) {
  const button = element("button", { type: "button", class: "text", title }, label);
  button.addEventListener("click", act);
  return button;
}

class Toolbar {
  // painter: { drawing, picture, tools, changed(), busy(), takeBack(), key?(event), zoom?, shortcuts? }
  constructor(root, painter) {
    Object.assign(this, { root, painter, buttons: {} });
    const { width, height } = painter.picture;
    this.range = [Math.min(2, Math.max(width, height)), Math.max(8, Math.round(Math.max(width, height) / 4))];
    chosen.sizes[painter.picture.id] ??= Math.max(1, Math.round(Math.max(width, height) / 32));
    if (!painter.tools.includes(chosen.tool)) chosen.tool = chosen.tool === "lasso" ? "polygon" : "brush";
    this.build(root.querySelector(".bar"));
    this.sheet = this.buildSheet(root.querySelector("dialog"));
    root.addEventListener("keydown", (event) => this.key(event));
    this.paint();
  }

  get tool() { return chosen.tool; }
  get erase() { return chosen.erase; }
  get colour() { return COLOURS[chosen.colour]; }
  get size() { return chosen.sizes[this.painter.picture.id]; }

  build(bar) {
    const { drawing, tools, zoom } = this.painter;
    const group = (label, ...children) => element("div", { class: "group", role: "group", "aria-label": label }, ...children);
    const set = (name, icon, label, shortcut, act) => (this.buttons[name] = iconButton(icon, label, shortcut, act));
    bar.append(
      group("Tool", ...tools.map((tool) => set(tool, tool, ...TOOLS[tool], () => this.choose({ tool })))),
      group("Effect",
        (this.buttons.add = textButton("Add", "What you paint may change (B)", () => this.choose({ erase: false }))),
        (this.buttons.erase = textButton("Erase", "What you paint is protected again (E)", () => this.choose({ erase: true })))),
      this.buildSize(),
      group("History",
        set("undo", "undo", "Undo", "Ctrl+Z", () => this.act(() => this.undo())),
        set("redo", "redo", "Redo", "Ctrl+Shift+Z", () => this.act(() => drawing.redo())),
        set("clear", "clear", "Clear everything", "", () => this.act(() => drawing.clear()))),
      this.buildColours());
    if (zoom) bar.append(group("Zoom",
      set("out", "minus", "Zoom out", "-", () => zoom.out()),
      set("fit", "fit", "Show the whole picture", "0", () => zoom.fit()),
      set("in", "plus", "Zoom in", "+", () => zoom.in())));
    bar.append(group("Help", set("help", "help", "Keyboard shortcuts", "?", () => this.sheet.showModal())));
  }

  buildSize() {
    this.slider = element("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": "Brush size" });
    this.sizeText = element("output", { class: "size" });
    const [low, high] = this.range;
    this.slider.addEventListener("input", () => this.resize(low * (high / low) ** (this.slider.value / 100)));
    return element("label", { class: "group sized", title: "Brush size in pixels of the picture ([ and ])" }, this.slider, this.sizeText);
  }

  buildColours() {
    const group = element("div", { class: "group colours", role: "group", "aria-label": "Colour of the overlay" });
    for (const [name, colour] of Object.entries(COLOURS)) {
      const label = `Show the selection in ${name}`;
      const swatch = element("button", { type: "button", class: "swatch", "aria-label": label, title: label });
      swatch.style.setProperty("--swatch", colour);
      swatch.addEventListener("click", () => this.choose({ colour: name }));
      group.append((this.buttons[name] = swatch));
    }
    return group;
  }

  buildSheet(sheet) {
    const rows = this.shortcuts().map(([keys, what]) =>
      [element("dt", {}, ...keys.split(" ").flatMap((key) => [element("kbd", {}, key), " "])), element("dd", {}, what)]);
    const close = element("button", { type: "button", class: "plain" }, "Close");
    close.addEventListener("click", () => sheet.close());
    sheet.append(element("h2", {}, "Keyboard shortcuts"), element("dl", {}, ...rows.flat()), close);
    sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
    return sheet;
  }

  shortcuts() {
    const { tools, shortcuts = [] } = this.painter;
    return [
      ["B", "Brush"], ["E", "Eraser: the brush takes away"],
      ...tools.filter((tool) => tool !== "brush").map((tool) => [TOOLS[tool][1], TOOLS[tool][0]]),
      ["X", "Swap adding and taking away"], ["[ ]", "Smaller or larger brush"],
      ["Ctrl+Z", "Undo"], ["Ctrl+Shift+Z", "Redo"], ...shortcuts, ["?", "This list"],
    ];
  }

  // Nothing changes under a stroke that is being drawn.
  act(what) { if (!this.painter.busy()) what(); }

  // A shape that is not finished goes back by its last corner.
  undo() { if (!this.painter.takeBack()) this.painter.drawing.undo(); }

  choose(choice) {
    this.act(() => {
      Object.assign(chosen, choice);
      this.paint();
      this.painter.changed();
    });
  }

  resize(size) {
    const [low, high] = this.range;
    this.act(() => {
      chosen.sizes[this.painter.picture.id] = Math.round(Math.min(high, Math.max(low, size)));
      this.paint();
      this.painter.changed();
    });
  }

  paint() {
    const { drawing, tools } = this.painter, [low, high] = this.range;
    for (const tool of tools) this.buttons[tool].setAttribute("aria-pressed", tool === chosen.tool);
    this.buttons.add.setAttribute("aria-pressed", !chosen.erase);
    this.buttons.erase.setAttribute("aria-pressed", chosen.erase);
    for (const name of Object.keys(COLOURS)) this.buttons[name].setAttribute("aria-pressed", name === chosen.colour);
    this.buttons.undo.disabled = !drawing.past.length;
    this.buttons.redo.disabled = !drawing.future.length;
    this.buttons.clear.disabled = !drawing.list.length;
    this.slider.value = Math.round((100 * Math.log(this.size / low)) / Math.log(high / low));
    this.slider.setAttribute("aria-valuetext", `${this.size} pixels`);
    this.slider.disabled = chosen.tool !== "brush";
    this.sizeText.textContent = `${this.size} px`;
  }

  key(event) {
    if (this.sheet.open || event.altKey) return;
    const act = this.action(event);
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();  // Streamlit has R and C for itself.
  }

  action(event) {
    const { drawing, tools } = this.painter, key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") return () => this.act(() => (event.shiftKey ? drawing.redo() : this.undo()));
      if (key === "y") return () => this.act(() => drawing.redo());
      return null;
    }
    const tool = tools.find((name) => TOOLS[name][1].toLowerCase() === key);
    if (key === "b" || key === "e") return () => this.choose({ tool: "brush", erase: key === "e" });
    if (tool) return () => this.choose({ tool });
    if (key === "x") return () => this.choose({ erase: !chosen.erase });
    if (key === "[" || key === "]") return () => this.resize(stepped(this.size, key === "]"));
    if (key === "?") return () => this.sheet.showModal();
    if (key === "c") return () => {};
    return this.painter.key?.(event) ?? null;
  }
}

const stepped = (size, larger) =>
  larger ? Math.max(size + 1, size * SIZE_STEP) : Math.min(size - 1, size / SIZE_STEP);
