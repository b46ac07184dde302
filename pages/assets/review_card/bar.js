// The buttons with their keys, and the reasons to reject.

const DOUBLE = 300; // milliseconds between the clicks of a double click, of which the second is not meant
const PHONE = 500; // a card that is not so wide has little room beside it
const ICONS = { accept: "check", reject: "close", skip: "skip_next", edit: "edit", flag: "flag", undo: "undo" };

function build(desk) {
  const dom = {};
  dom.buttons = {};
  for (const name of Object.keys(ICONS)) {
    dom.buttons[name] = button(ICONS[name], NAMES[name], name === "accept" ? "primary" : "", () => act(desk, name));
    dom.buttons[name].title = MEANING[name];
  }
  dom.help = button("keyboard", "Keys", "quiet keys", () => act(desk, "help"));
  dom.said = make("span", "said-now");
  dom.said.setAttribute("role", "status");
  dom.aloud = make("div", "aloud");
  dom.aloud.setAttribute("role", "status");
  dom.bar = make("div", "bar", [...Object.values(dom.buttons), dom.help, dom.said]);
  dom.note = make("input", "note");
  Object.assign(dom.note, { type: "text", maxLength: 2000 });
  dom.note.setAttribute("aria-label", "Note");
  dom.reasons = make("div", "reasons");
  dom.place = make("div", "place");
  dom.box = make("div", "desk", [dom.bar, dom.reasons, dom.place, dom.aloud]);
  desk.dom = dom;
}

function button(name, words, look, onPress) {
  const made = make("button", look, [name ? icon(name) : null, make("span", "label", [words]), make("kbd", "", [])]);
  made.type = "button";
  let last = -DOUBLE;
  made.addEventListener("click", (event) => {
    const byKey = !event.detail; // then the focus stays
    if (!byKey) made.blur();
    if (event.timeStamp - last > DOUBLE || byKey) onPress(event);
    last = event.timeStamp;
  });
  return made;
}

function label(made, key) {
  made.lastChild.textContent = (key || "").toUpperCase();
  made.lastChild.setAttribute("aria-hidden", "true");
  if (key) made.setAttribute("aria-keyshortcuts", key === "Esc" ? "Escape" : key);
}

// New labels after the person's keys or the project's reasons changed.
function dress(desk) {
  const { dom, keys } = desk;
  for (const name of Object.keys(dom.buttons)) label(dom.buttons[name], keys[name]);
  label(dom.help, "?");
  const reasons = desk.reasons.map((reason, index) => {
    const made = button("", reason, "", () => act(desk, "reason", reason));
    label(made, index < 9 ? String(index + 1) : "");
    return made;
  });
  const fixing = button("build", NAMES.fix, "", () => act(desk, "fix"));
  fixing.title = MEANING.fix;
  label(fixing, keys.fix);
  const none = button("", "No reason", "quiet", () => act(desk, "reason"));
  label(none, "Enter");
  const cancel = button("", "Cancel", "quiet", () => act(desk, "cancel"));
  label(cancel, "Esc");
  const title = make("label", "why", [make("b", "", ["Why is it rejected?"]), dom.note]);
  dom.reasons.replaceChildren(title, make("div", "row", [...reasons, none]), make("div", "row", [fixing, cancel]));
}

function show(desk) {
  const { dom } = desk;
  if (!dom || !desk.home) return;
  const card = inHand(desk);
  dom.box.hidden = desk.still || (desk.over && !card && !desk.waiting);
  if (!desk.choosing && dom.reasons.contains(focused(desk))) dom.buttons.reject.focus();
  dom.reasons.hidden = !desk.choosing;
  turn(dom.buttons.reject, "aria-expanded", desk.choosing);
  turn(dom.buttons.flag, "aria-pressed", Boolean(card && card.flagged));
  if (!desk.choosing) emptyNote(desk);
  const wanted = card ? drawnCard(desk, card) : loading(desk);
  if (dom.place.firstChild === wanted) return;
  keepRules(dom.place.firstChild, wanted);
  const moved = dom.place.firstChild?.dataset.sample !== wanted.dataset.sample;
  dom.place.replaceChildren(wanted);
  if (card) dom.said.textContent = "";
  if (card && moved) toTop(desk);
  clearTimeout(desk.ahead);
  desk.ahead = setTimeout(() => desk.held.slice(0, 3).forEach((next) => drawnCard(desk, next)), 30);
}

function turn(made, name, on) {
  made.classList.toggle("on", on);
  made.setAttribute(name, on);
}

function focused(desk) {
  return desk.dom.box.getRootNode().activeElement;
}

// Guidelines that somebody opened stay open on the next card.
function keepRules(before, next) {
  const [was, now] = [before, next].map((card) => card?.querySelector(".rules"));
  if (was && now) now.open = was.open;
}

// Once a frame: it costs a layout. On a phone whoever scrolled down to the card begins the next one there.
function toTop(desk) {
  desk.frame ??= requestAnimationFrame(() => {
    desk.frame = null;
    const main = document.querySelector("[data-testid=stMain]");
    const { top, width } = desk.dom.box.getBoundingClientRect();
    main?.scrollTo(0, width < PHONE ? Math.min(main.scrollTop, main.scrollTop + top - covered()) : 0);
  });
}

// The app's own header lies over the page where the side bar is closed: the bar stays below it.
function stayInSight(desk) {
  desk.dom.bar.style.top = `${covered()}px`;
}

function covered() {
  const header = document.querySelector("[data-testid=stHeader]");
  const seeThrough = !header || /^rgba.*\b0\)$/.test(getComputedStyle(header).backgroundColor);
  return seeThrough ? 0 : header.offsetHeight;
}

// The next cards are drawn while the reader reads.
function drawnCard(desk, card) {
  let made = desk.drawn.get(card.id);
  if (!made || made.version !== card.version) {
    made = { version: card.version, node: drawCard(card, desk.guidelines) };
    desk.drawn.set(card.id, made);
    if (desk.drawn.size > 12) desk.drawn.delete(desk.drawn.keys().next().value);
  }
  return made.node;
}

function loading(desk) {
  const words = { undo: "Taking back your last step …", edit: "Opening the editor …" };
  desk.dom.loading ??= make("div", "loading");
  desk.dom.loading.textContent = words[desk.waiting?.what] || "Loading …";
  return desk.dom.loading;
}

function say(desk, words) {
  desk.dom.said.textContent = words;
}

// For those who hear the page: the cards change without a word.
function sayAloud(desk, words) {
  const next = inHand(desk);
  desk.dom.aloud.textContent = next ? `${words} Sample ${next.id} is in hand.` : words;
}

function noteWords(desk) {
  return desk.dom.note.value.trim();
}

function emptyNote(desk) {
  desk.dom.note.value = "";
  desk.dom.note.placeholder = "Note (optional), before the reason";
  delete desk.dom.note.dataset.fixing;
}

function askForNote(desk) {
  desk.dom.note.placeholder = "What should the teacher mend? Then Enter";
  desk.dom.note.dataset.fixing = "1";
  desk.dom.note.focus();
}
