// Keys, wherever the focus is but in a field where letters are typed. Every person's keys are their own.

const TYPING = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog], dialog";
const PRESSED = "button, summary, a"; // by Enter, whatever it else means
const NAMES = {
  accept: "Accept",
  reject: "Reject",
  skip: "Skip",
  edit: "Edit",
  flag: "Flag",
  undo: "Undo",
  fix: "Fix it",
};
const MEANING = {
  accept: "The sample is good as it is",
  reject: "Opens the reasons; then a digit, Enter for none, or fix it",
  skip: "Leaves it as it is; a pending one comes again later",
  edit: "Opens question and answer for editing",
  flag: "Marks it for somebody's attention, or takes the mark away",
  undo: "Takes back your last step, any number of times",
  fix: "While choosing a reason: rejects, and a teacher repairs it by your note",
};

function onKey(desk, event) {
  if (!desk.home?.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.composedPath()[0];
  if (target instanceof Element && (target.closest(TYPING) || document.querySelector("[role=dialog]"))) {
    if (target === desk.dom.note) onNoteKey(desk, event);
    return;
  }
  if (target === document.body && scrolls(event)) return;
  const wish = wishOf(desk, event);
  if (event.key === "Enter" && target instanceof Element && target.closest(PRESSED)) return;
  if (!wish) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.repeat) return;
  if (typeof wish === "number") act(desk, "reason", desk.reasons[wish - 1]);
  else act(desk, wish);
}

// The page scrolls in a part of its own, in which browsers take no keys before somebody clicked there.
function scrolls(event) {
  const main = document.querySelector("[data-testid=stMain]");
  const [line, screen, all] = [48, 0.8 * main.clientHeight, main.scrollHeight];
  const down = { ArrowDown: line, PageDown: screen, " ": screen, End: all };
  const up = { ArrowUp: line, PageUp: screen, Home: all };
  const by = event.shiftKey ? -(event.key === " " && screen) : down[event.key] || -(up[event.key] || 0);
  if (!by) return false;
  event.preventDefault();
  main.scrollBy(0, by);
  return true;
}

function wishOf(desk, event) {
  if (event.key === "?") return "help";
  if (desk.still) return "";
  const pressed = latin(event);
  if (desk.choosing) {
    if (/^[1-9]$/.test(pressed) && desk.reasons[Number(pressed) - 1] !== undefined) return Number(pressed);
    if (pressed === "enter") return "reason";
    if (pressed === "escape") return "cancel";
  }
  return Object.keys(NAMES).find((name) => desk.keys[name] === pressed) || "";
}

// The letter or digit of a key, by its place on the keyboard where it writes another script, or a sign in the row of
// digits as on French ones.
function latin({ key, code = "" }) {
  const place = /^(?:Key([A-Z])|Digit([1-9]))$/.exec(code);
  const pressed = place && key.length === 1 && !/^[a-z0-9]$/i.test(key) ? place[1] || place[2] : key;
  return pressed.toLowerCase();
}

// Out of the note with Enter or Escape, so that the next key is a wish; asked for by "fix it", Enter carries it out.
function onNoteKey(desk, event) {
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const fixing = desk.dom.note.dataset.fixing && event.key === "Enter" && noteWords(desk);
  desk.dom.note.blur();
  if (fixing) act(desk, "fix");
}
