// The card as an element: one desk per project and person. Streamlit calls this again on every update; listeners are
// bound when the desk gets its place in the document, once.

const desks = new Map();
const lines = (globalThis[Symbol.for("glan.review.lines")] ??= new Map());

export default function ({ data, parentElement }) {
  const desk = desks.get(data.desk) || newDesk(data.desk);
  desks.set(data.desk, desk);
  configure(desk, data);
  if (desk.home !== parentElement) settle(desk, parentElement);
  return () => leave(desk, parentElement);
}

function configure(desk, data) {
  if (desk.told === data.told) return;
  Object.assign(desk, { told: data.told, reasons: data.reasons, guidelines: data.guidelines, usual: data.usual });
  desk.keys = data.keys;
  if (!desk.dom) build(desk);
  desk.drawn.clear();
  dress(desk);
}

function settle(desk, home) {
  if (desk.home) leave(desk, desk.home);
  for (const other of desks.values()) leave(other, home); // somebody else took over the window
  Object.assign(desk, { home, root: home, held: [], done: [], seen: 0, waiting: null, choosing: false });
  Object.assign(desk, { visit: nonce(), greeted: false });
  home.append(desk.dom.box);
  const listener = (event) => onKey(desk, event);
  const inSight = () => stayInSight(desk);
  window.addEventListener("keydown", listener, true);
  window.addEventListener("scroll", inSight, { capture: true, passive: true });
  desk.unbind = () => {
    window.removeEventListener("keydown", listener, true);
    window.removeEventListener("scroll", inSight, true);
  };
  const line = lines.get(desk.name) || { hear: null, last: null };
  lines.set(desk.name, line);
  desk.line = line;
  line.hear = (message) => take(desk, message);
  show(desk);
  if (line.last) take(desk, line.last);
  else if (line.post) tellSoon(desk);
}

function leave(desk, home) {
  if (desk.home !== home) return;
  desk.unbind();
  desk.help?.close();
  desk.dom.box.remove();
  Object.assign(desk.line, { hear: null, last: null });
  desk.home = null;
}
