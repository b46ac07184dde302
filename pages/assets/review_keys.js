// The key reader of the review page. Streamlit draws the sample in hand and the next ones; this shows one of them,
// takes keys and clicks at once, goes on to the next card by itself, and posts a numbered log that the server works
// off. Every entry names the sample, its version and its token, so nothing is lost, doubled or given to another sample.

const KEYS = { a: "accept", x: "reject", s: "skip", e: "edit", u: "undo" };
const BUTTON = /st-key-review-(accept|reject|skip|edit|undo|reason)-(\d+)?/;
const TYPING = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";
const STACKED =
  "@media (max-width: 1000px) { [class*='st-key-review-card-'] [data-testid=stColumn] { min-width: 100% !important; } }";
const desks = new Map();

export default function (component) {
  const known = desks.get(component.key);
  const desk = known || open();
  desks.set(component.key, desk);
  desk.take(component);
  return () => {
    desk.close();
    desks.delete(component.key);
  };
}

function open() {
  const style = document.createElement("style");
  document.head.append(style);
  const desk = { seq: 0, log: [], cards: [], reasons: 0, still: true, choosing: false, shown: null, post: null };

  desk.take = ({ data, setStateValue }) => {
    desk.post = (log) => setStateValue("log", log);
    desk.seq = Math.max(desk.seq, data.ack);
    desk.log = desk.log.filter((entry) => entry.seq > data.ack);
    desk.cards = data.cards;
    desk.reasons = data.reasons;
    desk.still = data.still;
    if (!data.ready) setStateValue("ready", true);
    show(desk, style);
  };
  const onKey = (event) => key(desk, style, event);
  const onClick = (event) => click(desk, style, event);
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("click", onClick, true);
  desk.close = () => {
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("click", onClick, true);
    style.remove();
  };
  return desk;
}

// The first card that is not handled yet; none while the server looks for the next ones.
function inHand(desk) {
  if (desk.log.some((entry) => entry.do === "undo" || entry.do === "edit")) return null;
  const handled = new Set(desk.log.map((entry) => entry.sample));
  return desk.cards.find((card) => !handled.has(card.sample)) || null;
}

function show(desk, style) {
  const card = inHand(desk);
  const id = card ? card.sample : null;
  if (id !== desk.shown) {
    desk.choosing = false;
    if (id !== null && desk.shown !== null) document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
    desk.shown = id;
  }
  const rules = ["[class*='st-key-review-card-'] { display: none !important; }", STACKED];
  if (card) rules.push(`.st-key-review-card-${id} { display: flex !important; }`);
  if (!desk.choosing) rules.push(".st-key-review-reasons { display: none !important; }");
  const text = rules.join("\n");
  if (style.textContent !== text) style.textContent = text;
}

function key(desk, style, event) {
  if (desk.still || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest(TYPING)) {
    if (event.key === "Escape" || event.key === "Enter") leave(event.target, event);
    return;
  }
  const pressed = event.key.toLowerCase();
  const digit = /^[1-9]$/.test(pressed) ? Number(pressed) : 0;
  const wish = KEYS[pressed] || (digit && desk.choosing ? "reason" : "") || (pressed === "escape" ? "escape" : "");
  if (!wish) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) act(desk, style, wish, digit);
}

// Out of the note, so that the next digit is a reason; Streamlit stores what was typed.
function leave(target, event) {
  if (!target.closest(".st-key-review-reasons")) return;
  event.preventDefault();
  target.blur();
}

function click(desk, style, event) {
  if (desk.still || !(event.target instanceof Element) || !event.target.closest("button")) return;
  const box = event.target.closest("[class*='st-key-review-']");
  const found = box && BUTTON.exec(box.className);
  if (!found) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.detail < 2) act(desk, style, found[1], Number(found[2]));
}

function act(desk, style, wish, digit) {
  const card = inHand(desk);
  if (wish === "undo") {
    add(desk, { do: "undo" });
  } else if (!card) {
    return;
  } else if (wish === "reject" || wish === "escape") {
    desk.choosing = wish === "reject" && !desk.choosing;
  } else if (wish !== "reason") {
    add(desk, { do: wish, ...card });
  } else if (digit <= desk.reasons) {
    const note = document.querySelector(".st-key-review-reasons input")?.value || "";
    add(desk, { do: "reject", reason: digit, note, ...card });
  }
  show(desk, style);
}

function add(desk, entry) {
  desk.seq += 1;
  desk.log = [...desk.log, { seq: desk.seq, ...entry }];
  desk.post(desk.log);
}
