// One viewport for all: `x` and `y` (0 to 1) are the point of every picture that stands in the middle of its frame,
// `zoom` is 1 where each picture just fits. So pictures of different sizes and shapes still compare.
// Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
const MOST = 32, STEP = 1.4, LETTERS = "ABCD";
export default function ({ data, parentElement, setTriggerValue }) {
  const panes = parentElement.querySelector(".panes");
  const known = JSON.stringify([data.panes, data.ratio]);
  panes.tell = setTriggerValue;
  if (panes.dataset.known === known) return;
  panes.dataset.known = known;
  panes.dataset.count = data.panes.length;
  panes.view ??= { x: 0.5, y: 0.5, zoom: 1 };
  panes.data = data.panes;
  panes.bar = parentElement.querySelector(".bar");
  panes.replaceChildren(...data.panes.map((pane, number) => make(pane, number, data.ratio, panes)));
  wire(panes);
  panes.watch?.disconnect();
  panes.watch = new ResizeObserver(() => paint(panes));
  for (const frame of frames(panes)) panes.watch.observe(frame);
  paint(panes);
}
function frames(panes) {
  return [...panes.querySelectorAll(".frame")];
}
// How large a picture is in its frame when it just fits.
function fitted(frame, pane) {
  const width = Math.min(frame.clientWidth, frame.clientHeight * pane.ratio);
  return { width, height: width / pane.ratio };
}
// The middle of a frame must not leave the picture: a picture smaller than its frame stays centred.
function kept(middle, frameLength, length) {
  const half = frameLength / 2 / length;
  return half >= 0.5 ? 0.5 : Math.min(Math.max(middle, half), 1 - half);
}
function paint(panes) {
  const view = panes.view;
  frames(panes).forEach((frame, number) => {
    const pane = panes.data[number], size = fitted(frame, pane), img = frame.querySelector("img");
    const width = size.width * view.zoom, height = size.height * view.zoom;
    const left = frame.clientWidth / 2 - kept(view.x, frame.clientWidth, width) * width;
    const top = frame.clientHeight / 2 - kept(view.y, frame.clientHeight, height) * height;
    img.style.width = `${size.width}px`;
    img.style.height = `${size.height}px`;
    img.style.transform = `translate(${left}px, ${top}px) scale(${view.zoom})`;
    img.style.imageRendering = pane.width && width > 3 * pane.width ? "pixelated" : "";
    if (view.zoom > 1) sharpen(img, pane);
  });
  panes.classList.toggle("near", view.zoom > 1);
  panes.bar.querySelector("output").textContent = view.zoom > 1 ? `${Math.round(view.zoom * 100)} %` : "Fit";
  panes.bar.querySelector(".out").disabled = panes.bar.querySelector(".fit").disabled = view.zoom <= 1;
  panes.bar.querySelector(".in").disabled = view.zoom >= MOST;
}
// A close look is at every pixel, not at the smaller copy that was enough before.
function sharpen(img, pane) {
  if (!pane.whole || img.dataset.whole) return;
  img.dataset.whole = "1";
  const whole = new Image();
  whole.onload = () => { img.src = pane.whole; };
  whole.src = pane.whole;
}
// Keep the shared middle where at least one of the pictures can follow.
function settle(panes) {
  const view = panes.view;
  for (const [axis, side, length] of [["x", "width", "clientWidth"], ["y", "height", "clientHeight"]]) {
    const halves = frames(panes).map((frame, number) =>
      Math.min(frame[length] / 2 / (fitted(frame, panes.data[number])[side] * view.zoom), 0.5));
    const half = Math.min(...halves);
    view[axis] = Math.min(Math.max(view[axis], half), 1 - half);
  }
  paint(panes);
}
function move(panes, frame, right, down) {
  const size = fitted(frame, panes.data[frame.number]);
  panes.view.x -= right / (size.width * panes.view.zoom);
  panes.view.y -= down / (size.height * panes.view.zoom);
  settle(panes);
}
// Zoom so that what lies under a point of a frame, in pixels from its middle, stays there.
function zoom(panes, factor, frame = frames(panes)[0], right = 0, down = 0) {
  const view = panes.view, before = view.zoom;
  view.zoom = Math.min(Math.max(view.zoom * factor, 1), MOST);
  if (view.zoom < 1.01) view.zoom = 1;
  const size = fitted(frame, panes.data[frame.number]), gain = 1 / before - 1 / view.zoom;
  view.x += (right / size.width) * gain;
  view.y += (down / size.height) * gain;
  settle(panes);
}
function fit(panes) {
  Object.assign(panes.view, { x: 0.5, y: 0.5, zoom: 1 });
  paint(panes);
}
function whole(panes) {
  const frame = frames(panes)[0], pane = panes.data[0];
  const wanted = (pane.width || 1024) / devicePixelRatio / fitted(frame, pane).width;
  zoom(panes, Math.max(wanted, 1) / panes.view.zoom);
}
function wire(panes) {
  const find = (name) => panes.bar.querySelector(name);
  find(".in").onclick = () => zoom(panes, STEP);
  find(".out").onclick = () => zoom(panes, 1 / STEP);
  find(".fit").onclick = () => fit(panes);
  find(".whole").onclick = () => whole(panes);
  for (const frame of frames(panes)) wireFrame(frame, panes);
}
function wireFrame(frame, panes) {
  const fingers = new Map();
  const from = (event) => {
    const box = frame.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  };
  frame.addEventListener("wheel", (event) => {
    // At its limits a wheel turns the page again.
    if (event.deltaY > 0 ? panes.view.zoom <= 1 : panes.view.zoom >= MOST) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : 1;
    zoom(panes, Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), frame, ...from(event));
  }, { passive: false });
  frame.onpointerdown = (event) => {
    if (event.button || event.target.closest("button")) return;
    fingers.set(event.pointerId, event);
    if (panes.view.zoom > 1 || fingers.size > 1) frame.setPointerCapture(event.pointerId);
    panes.classList.toggle("moving", panes.view.zoom > 1);
  };
  frame.onpointermove = (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const others = [...fingers.values()].filter((finger) => finger.pointerId !== event.pointerId);
    fingers.set(event.pointerId, event);
    if (!others.length) {
      if (panes.view.zoom > 1) move(panes, frame, event.clientX - before.clientX, event.clientY - before.clientY);
      return;
    }
    const far = (one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY) || 1;
    const [x, y] = from(event), [otherX, otherY] = from(others[0]);
    zoom(panes, far(event) / far(before), frame, (x + otherX) / 2, (y + otherY) / 2);
    move(panes, frame, (event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
  };
  frame.onpointerup = frame.onpointercancel = (event) => {
    fingers.delete(event.pointerId);
    panes.classList.toggle("moving", fingers.size > 0 && panes.view.zoom > 1);
  };
  // Two fingers zoom also where one finger still turns the page.
  frame.addEventListener("touchmove", (event) => {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault();
  }, { passive: false });
  frame.ondblclick = (event) => (panes.view.zoom > 1 ? fit(panes) : zoom(panes, 3, frame, ...from(event)));
  frame.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      "+": () => zoom(panes, STEP, frame), "=": () => zoom(panes, STEP, frame), "-": () => zoom(panes, 1 / STEP, frame),
      "0": () => fit(panes), "1": () => whole(panes),
      ArrowLeft: () => move(panes, frame, 40, 0), ArrowRight: () => move(panes, frame, -40, 0),
      ArrowUp: () => move(panes, frame, 0, 40), ArrowDown: () => move(panes, frame, 0, -40),
    };
    if (!(event.key in keys) || (event.key.startsWith("Arrow") && panes.view.zoom <= 1)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  };
}
function make(pane, number, ratio, panes) {
  const figure = element("figure"), frame = element("div", "frame"), img = element("img");
  const name = `${LETTERS[number]}: ${pane.facts.slice(0, 3).map((fact) => fact.text).join(", ")}`;
  frame.style.aspectRatio = ratio;
  frame.tabIndex = 0;
  frame.number = number;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", `${name}. Plus and minus zoom all pictures, arrows move them.`);
  img.alt = pane.prompt.slice(0, 200);
  img.draggable = false;
  img.dataset.image = pane.id;
  img.src = pane.source;
  frame.append(img, element("span", "letter", LETTERS[number]));
  figure.append(frame, button("remove", "×", `Take ${LETTERS[number]} away`, () => panes.tell("removed", pane.id)));
  figure.append(told(pane, number, panes));
  return figure;
}
function told(pane, number, panes) {
  const caption = element("figcaption"), list = element("dl"), prompt = element("p", "prompt", pane.told);
  for (const fact of pane.facts) {
    list.append(element("dt", "", fact.name), element("dd", fact.differs ? "differs" : "", fact.text));
  }
  prompt.classList.toggle("all", pane.told.length < 90);
  const links = element("div", "links");
  links.append(button("", "Open in the History", `Open ${LETTERS[number]} in the History`,
    () => panes.tell("opened", pane.id)));
  if (pane.told.length >= 90) {
    const more = button("", "Whole prompt", "", () => {
      more.textContent = prompt.classList.toggle("all") ? "Less of the prompt" : "Whole prompt";
    });
    links.append(more);
  }
  caption.append(list, ...(pane.told ? [prompt] : []), links);
  return caption;
}
function button(className, text, label, does) {
  const made = element("button", className, text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.onclick = does;
  return made;
}
function element(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
