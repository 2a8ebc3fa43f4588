// The browser's copy of a drawing: paints at once, tells the server every change, and loses none of them.
// See drawing.py for the conversation. What the server has not answered yet is kept and told again; the
// tab's session storage brings it back after a reload, even of a server that has forgotten everything.

const drawings = (globalThis.gessoDrawings ??= new Map());
const CLIENT = (globalThis.gessoClient ??= Math.random().toString(36).slice(2, 10));
const TELL_AFTER_MS = 120;  // The first change is told at once, those that follow closely together.
const UNDO_STEPS = 200;

const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

function shared(one, other) {
  let count = 0;
  while (count < one.length && count < other.length && same(one[count], other[count])) count += 1;
  return count;
}

// Whether what this tab has left behind goes beyond what the server has: the server does not know its last
// word, or knows no more than it did when that word was said, or has lost everything.
function isNewer({ client, serial, heard, list }, stamp, operations) {
  if (!stamp) return shared(list, operations) === operations.length;
  return stamp[0] === client ? stamp[1] < serial : same(stamp, heard);
}

class Drawing {
  static of(document, picture) {
    if (!drawings.has(document)) drawings.set(document, new Drawing(document, picture));
    return drawings.get(document);
  }

  // A painter has come onto the page: what could not be told before is told through it.
  join(root, send) {
    Object.assign(this, { root, send });
    const told = globalThis.gessoTold?.get(this.document);
    if (told) this.hear(told);
    if (this.base && !same(this.list, this.base.list)) this.later();
  }

  constructor(document, picture) {
    Object.assign(this, { document, storage: `gesso-painting:${picture}`, list: [], past: [], future: [] });
    Object.assign(this, { base: null, sent: new Map(), listeners: new Map(), heard: null, root: null, send: null, timer: 0, toldAt: 0 });
  }

  // What is painted on this list now; every change is a step that can be undone.
  change(list) {
    this.past.push(this.list);
    if (this.past.length > UNDO_STEPS) this.past.shift();
    this.future = [];
    this.show(list);
  }

  add(operation) { this.change([...this.list, operation]); }

  clear() { if (this.list.length) this.change([]); }

  undo() { this.step(this.past, this.future); }

  redo() { this.step(this.future, this.past); }

  step(from, to) {
    if (!from.length) return;
    to.push(this.list);
    this.show(from.pop());
  }

  show(list) {
    this.list = list;
    this.later();
    this.keep();
    this.changed();
  }

  changed() { for (const listener of this.listeners.values()) listener(); }

  // Telling: at once, or with what follows closely; and when a button is pressed, so that it finds all of it.

  later() {
    this.wait();
    this.timer = setTimeout(() => this.tell(), performance.now() - this.toldAt > 2 * TELL_AFTER_MS ? 0 : TELL_AFTER_MS);
  }

  flush() { if (this.timer) this.tell(); }

  // Not now: a word from a page that is being left would call the visitor back. It is told on return.
  wait() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  tell() {
    this.wait();
    if (!this.base || !this.root?.isConnected) return;
    this.toldAt = performance.now();
    const keep = shared(this.list, this.base.list);
    const serial = (globalThis.gessoSerial = (globalThis.gessoSerial ?? 0) + 1);
    this.sent.set(serial, this.list);
    this.keep(serial);
    const { document } = this;
    this.send({ document, client: CLIENT, serial, base: this.base.revision, keep, add: this.list.slice(keep) });
  }

  hear({ revision, stamp, operations }) {
    if (!this.base) return operations ? this.begin(revision, stamp, operations) : this.ask();
    if (revision <= this.base.revision) return;
    const known = stamp?.[0] === CLIENT ? this.sent.get(stamp[1]) : undefined;
    if (operations && !(known && same(known, operations))) this.take(revision, operations, known ?? this.base.list);
    else if (known) this.base = { revision, list: known };
    else return this.ask();
    this.heard = stamp;
    for (const serial of this.sent.keys()) if (serial <= stamp?.[1]) this.sent.delete(serial);
  }

  begin(revision, stamp, operations) {
    Object.assign(this, { base: { revision, list: operations }, heard: stamp });
    const left = this.left();
    this.list = left && isNewer(left, stamp, operations) ? left.list : operations;
    if (!same(this.list, operations)) this.later();
    this.changed();
  }

  // Something was painted elsewhere: it goes below what was painted here meanwhile.
  take(revision, operations, known) {
    const mine = this.list.slice(shared(this.list, known));
    this.past.push(this.list);
    this.base = { revision, list: operations };
    this.list = [...operations, ...mine];
    if (mine.length) this.later();
    this.keep();
    this.changed();
  }

  ask() { this.send?.({ document: this.document, client: CLIENT, ask: Math.random() }); }

  keep(serial = (globalThis.gessoSerial ?? 0) + 1) {
    try {
      sessionStorage.setItem(this.storage, JSON.stringify({ client: CLIENT, serial, heard: this.heard, list: this.list }));
    } catch { sessionStorage.removeItem(this.storage); }  // The storage is full: the server has it.
  }

  left() {
    try { return JSON.parse(sessionStorage.getItem(this.storage)); } catch { return null; }
  }
}

if (!globalThis.gessoFlushes) {
  globalThis.gessoFlushes = true;
  const flush = () => { for (const drawing of drawings.values()) drawing.flush(); };
  for (const event of ["blur", "pagehide"]) addEventListener(event, flush);
  document.addEventListener("visibilitychange", flush);
  document.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => { if (key === "Enter" && (ctrlKey || metaKey)) flush(); }, true);
  document.addEventListener("pointerdown", (event) => {
    const path = event.composedPath();
    if (path.some((node) => node.localName === "a" && node.href)) for (const drawing of drawings.values()) drawing.wait();
    else if (!path.some((node) => node.dataset?.paints)) flush();
  }, true);
}
