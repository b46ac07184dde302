// What is in hand and what comes next. A press acts on the card on screen and on nothing else, goes into the log at
// once, and the next card is on screen before the server knows. `done` are this page's own steps, for undo.

const DONE = { accept: "accepted", reject: "rejected", skip: "skipped" };
const PASSING = new Set(["accept", "reject", "skip"]);
const WITH_TEXT = ["sample", "version", "hash", "blind"];

function newDesk(name) {
  const desk = {
    name,
    keys: {},
    reasons: [],
    guidelines: [],
    held: [],
    done: [],
    wish: "",
    session: "",
    seen: 0,
    greeted: false,
    still: true,
    over: false,
    choosing: false,
    waiting: null,
    home: null,
    line: null,
    drawn: new Map(),
  };
  desk.log = newLog(desk);
  return desk;
}

function inHand(desk) {
  return desk.waiting ? null : desk.held[0] || null;
}

// A message of the server: what it worked off, cards that changed or are to be on top, cards that come next.
function take(desk, message) {
  if (message.session !== desk.session) Object.assign(desk, { session: message.session, seen: 0 });
  if (message.no <= desk.seen) return; // drawn again, nothing new
  if (message.wish !== desk.wish) {
    Object.assign(desk, { wish: message.wish, held: [], done: [], choosing: false, waiting: null });
    blur();
  }
  forget(desk, message.acks);
  if (desk.waiting && desk.waiting.seq <= (message.acks[desk.log.nonce] || 0)) desk.waiting = null;
  const puts = message.puts.filter((put) => put.no > desk.seen);
  for (const put of puts) putIn(desk, put);
  const busy = new Set([...desk.held.map((card) => card.id), ...pressedOn(desk)]);
  for (const card of message.cards) if (!busy.has(card.id)) lineUp(desk, card);
  desk.seen = message.no;
  desk.still = message.still;
  desk.over = message.over;
  answered(desk);
  const missed = !desk.held.length && !message.over && !message.still; // its cards were in a message that was overtaken
  if (!desk.greeted || message.cards.length || puts.length || message.left || missed) tellSoon(desk);
  show(desk);
}

// What a verdict is on its way for, from this page or one that was closed.
function pressedOn({ log }) {
  return [...log.left, ...log.entries].filter((entry) => PASSING.has(entry.do)).map((entry) => entry.sample);
}

// In the order in which the server sent them first; never above the one on screen.
function lineUp(desk, card) {
  const behind = desk.held.findIndex((held, index) => index > 0 && held.at > card.at);
  desk.held.splice(behind < 0 ? desk.held.length : behind, 0, card);
}

function putIn(desk, { how, id, card }) {
  desk.drawn.delete(id);
  const at = desk.held.findIndex((held) => held.id === id);
  if (how === "gone") {
    if (at >= 0) desk.held.splice(at, 1);
    desk.done = [];
  } else if (how === "front") {
    if (at >= 0) desk.held.splice(at, 1);
    desk.held.unshift(card);
    desk.done = [];
  } else if (at >= 0) {
    desk.held[at] = card;
  }
}

function act(desk, wish, reason = "") {
  if (wish === "help") return openHelp(desk);
  if (desk.still) return undefined;
  if (wish === "undo") return undo(desk);
  const card = inHand(desk);
  if (!card) return say(desk, desk.over && !desk.waiting ? "" : "Loading …");
  if (wish === "reject" && !desk.choosing) return choose(desk, true);
  if (wish === "cancel") return choose(desk, false);
  if (wish === "fix") return desk.choosing ? fix(desk, card) : undefined;
  if (wish === "edit") return edit(desk, card);
  if (wish === "flag") return flag(desk, card);
  if (wish === "reject") return choose(desk, false);
  return judge(desk, card, wish === "reason" ? "reject" : wish, { reason });
}

// Accept, reject or skip, and on to the next.
function judge(desk, card, what, more) {
  const words = what === "reject" ? noteWords(desk) : "";
  note(desk, { do: what, ...seenAs(card), note: words, ...more });
  desk.held.shift();
  remember(desk, { what, card });
  desk.choosing = false;
  show(desk);
  sayAloud(desk, `Sample ${card.id} ${DONE[what]}.`);
}

function fix(desk, card) {
  if (!noteWords(desk)) return askForNote(desk);
  return judge(desk, card, "reject", { fix: true });
}

function edit(desk, card) {
  desk.waiting = { what: "edit", seq: note(desk, { do: "edit", ...seenAs(card) }) };
  desk.choosing = false;
  show(desk);
}

function flag(desk, card) {
  note(desk, { do: "flag", ...seenAs(card), on: !card.flagged });
  remember(desk, { what: "flag", card });
  mark(desk, card);
  show(desk);
  sayAloud(desk, card.flagged ? "Flagged." : "The flag is taken away.");
}

function mark(desk, card) {
  card.flagged = !card.flagged;
  desk.drawn.delete(card.id);
}

// One's own last step on this page is taken back on screen at once; for those before it the server is asked.
function undo(desk) {
  desk.choosing = false;
  const last = desk.done.pop();
  const seq = note(desk, { do: "undo", sample: last ? last.card.id : 0 });
  if (!last) desk.waiting = { what: "undo", seq };
  else if (last.what === "flag") mark(desk, last.card);
  if (last) desk.held = [last.card, ...desk.held.filter((card) => card.id !== last.card.id)];
  show(desk);
  sayAloud(desk, "Your last step is taken back.");
}

function remember(desk, step) {
  desk.done.push(step);
  if (desk.done.length > 500) desk.done.shift();
}

function choose(desk, choosing) {
  desk.choosing = choosing;
  show(desk);
  if (choosing && focused(desk) === desk.dom.buttons.reject) desk.dom.reasons.querySelector("button").focus();
}

function seenAs(card) {
  return { sample: card.id, ...Object.fromEntries(WITH_TEXT.slice(1).map((name) => [name, card[name]])) };
}

function blur() {
  const at = document.activeElement;
  if (at instanceof HTMLElement && at.closest("[class*='st-key-review']")) at.blur();
}
