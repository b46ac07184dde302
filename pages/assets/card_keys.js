// The key reader of pages that go through cards. Streamlit draws the card in hand and the next ones; this shows one of
// them, takes keys and clicks at once, goes on to the next card by itself, and posts a numbered log that the server
// works off. Every entry names the card as it was on screen, so nothing is lost, doubled or given to another card.
//
// data.words says how a page speaks: `name` is the prefix of its widget keys, `id` the field that tells cards apart,
// `keys` maps keys to wishes, `ask` is the wish that needs a second step. That step is a digit (a reason), or with
// `again` the same key once more, and then only for cards with `asks`.

const TYPING = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";
const desks = new Map();

export default function (component) {
  const known = desks.get(component.key);
  const desk = known || open(component.data.words);
  desks.set(component.key, desk);
  desk.take(component);
  return () => {
    desk.close();
    desks.delete(component.key);
  };
}

function open(words) {
  const style = document.createElement("style");
  document.head.append(style);
  const acts = [...Object.values(words.keys), "reason", "sure"].join("|");
  const desk = {
    words,
    button: new RegExp(`st-key-${words.name}-(${acts})-(\\d+)?`),
    seq: 0,
    log: [],
    cards: [],
    reasons: 0,
    still: true,
    choosing: false,
    shown: null,
    post: null,
    noted: { text: "", seq: 0 },
  };

  desk.take = ({ data, setStateValue }) => {
    desk.post = (log) => setStateValue("log", log);
    desk.seq = Math.max(desk.seq, data.ack);
    desk.log = desk.log.filter((entry) => entry.seq > data.ack);
    if (desk.noted.seq <= data.ack) desk.noted = { text: "", seq: 0 };
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
  const { id } = desk.words;
  const handled = new Set(desk.log.map((entry) => entry[id]));
  return desk.cards.find((card) => !handled.has(card[id])) || null;
}

function show(desk, style) {
  const { name } = desk.words;
  const card = inHand(desk);
  const id = card ? card[desk.words.id] : null;
  if (id !== desk.shown) {
    desk.choosing = false;
    if (id !== null && desk.shown !== null) document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
    desk.shown = id;
  }
  const cards = `[class*='st-key-${name}-card-']`;
  const rules = [
    `${cards} { display: none !important; }`,
    `@media (max-width: 1000px) { ${cards} [data-testid=stColumn] { min-width: 100% !important; } }`,
  ];
  if (card) rules.push(`.st-key-${name}-card-${id} { display: flex !important; }`);
  if (!desk.choosing) rules.push(`.st-key-${name}-reasons { display: none !important; }`);
  const text = rules.join("\n");
  if (style.textContent !== text) style.textContent = text;
}

function key(desk, style, event) {
  if (desk.still || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest(TYPING)) {
    if (event.key === "Escape" || event.key === "Enter") leave(desk, event.target, event);
    return;
  }
  const pressed = event.key.toLowerCase();
  const digit = /^[1-9]$/.test(pressed) ? Number(pressed) : 0;
  const reason = digit && desk.choosing && desk.reasons ? "reason" : "";
  const wish = desk.words.keys[pressed] || reason || (pressed === "escape" ? "escape" : "");
  if (!wish) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) act(desk, style, wish, digit);
}

// Out of the note, so that the next key is a wish; Streamlit stores what was typed.
function leave(desk, target, event) {
  if (!target.closest(`.st-key-${desk.words.name}-note`)) return;
  event.preventDefault();
  target.blur();
}

function click(desk, style, event) {
  if (desk.still || !(event.target instanceof Element) || !event.target.closest("button")) return;
  const box = event.target.closest(`[class*='st-key-${desk.words.name}-']`);
  const found = box && desk.button.exec(box.className);
  if (!found) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.detail < 2) act(desk, style, found[1], Number(found[2]));
}

function act(desk, style, wish, digit) {
  const { ask, again } = desk.words;
  const card = inHand(desk);
  if (wish === "undo") {
    add(desk, { do: "undo" });
  } else if (!card) {
    return;
  } else if (wish === "escape") {
    desk.choosing = false;
  } else if (wish === ask && (!again || (card.asks && !desk.choosing))) {
    desk.choosing = !desk.choosing;
  } else if (wish === "reason") {
    if (digit <= desk.reasons) add(desk, { do: ask, reason: digit, note: note(desk), ...card });
  } else {
    add(desk, { do: wish === "sure" ? ask : wish, note: again ? note(desk) : "", ...card });
  }
  show(desk, style);
}

// What stands in the note, once: the server empties it when it has worked off the entry.
function note(desk) {
  const text = document.querySelector(`.st-key-${desk.words.name}-note input`)?.value || "";
  if (!text || text === desk.noted.text) return "";
  desk.noted = { text, seq: desk.seq + 1 };
  return text;
}

function add(desk, entry) {
  desk.seq += 1;
  desk.log = [...desk.log, { seq: desk.seq, ...entry }];
  desk.post(desk.log);
}
