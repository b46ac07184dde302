// The log: what was pressed, numbered, kept in the browser's own storage until the server says that it is worked off.
// A tab that is closed leaves its entries behind; the next visit hands them in under their own name, and counts once.

const KEPT = "glan.review";
const PAUSE = 50;
const PATIENCE = 3000;
const LATE = 5000; // milliseconds after which the reader is told that presses wait

function newLog(desk) {
  const log = { nonce: nonce(), seq: 0, entries: [], place: `${KEPT}.${desk.name}`, timer: 0, last: 0, tick: 0, asked: false, more: false, since: 0, late: false };
  log.left = leftBehind(log);
  desk.retry = setInterval(() => {
    if (log.entries.length + log.left.length && performance.now() - log.last > PATIENCE) tell(desk);
    sayLate(desk);
  }, 1000);
  return log;
}

// What was pressed is safe in the browser, but nobody should close a studio that does not answer without knowing.
function sayLate(desk) {
  const { log } = desk;
  const late = log.entries.length > 0 && performance.now() - log.since > LATE;
  if (late) say(desk, `${log.entries.length} to be stored; the studio does not answer yet …`);
  else if (log.late) say(desk, "");
  log.late = late;
}

function nonce() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
}

function leftBehind(log) {
  let keys = [];
  try {
    keys = Object.keys(localStorage);
  } catch {
    // storage is off: what is on this page is still kept by the page
  }
  const names = keys.filter((key) => key.startsWith(`${log.place}.`)).map((key) => key.slice(log.place.length + 1));
  return names.flatMap((name) => stored(log, name));
}

// What a page of this name keeps at the moment; nothing where that is off or spoilt.
function stored(log, name) {
  try {
    const found = JSON.parse(localStorage.getItem(`${log.place}.${name}`));
    return Array.isArray(found) ? found.filter((entry) => entry?.nonce === name) : [];
  } catch {
    return [];
  }
}

function note(desk, entry) {
  const { log } = desk;
  log.seq += 1;
  if (!log.entries.length) log.since = performance.now();
  log.entries.push({ nonce: log.nonce, seq: log.seq, ...entry });
  keep(log, log.nonce, log.entries);
  tellSoon(desk);
  return log.seq;
}

function keep(log, name, entries) {
  try {
    if (entries.length) localStorage.setItem(`${log.place}.${name}`, JSON.stringify(entries));
    else localStorage.removeItem(`${log.place}.${name}`);
  } catch {
    // no storage: the log lives as long as the page
  }
}

// What the server has worked off is forgotten. A page that left something may be open still and have added to it.
function forget(desk, acks) {
  const { log } = desk;
  const open = (entry) => !(entry.seq <= (acks[entry.nonce] || 0));
  const before = log.entries.length;
  log.entries = log.entries.filter(open);
  if (log.entries.length !== before) {
    log.since = performance.now();
    keep(log, log.nonce, log.entries);
  }
  for (const name of new Set(log.left.map((entry) => entry.nonce))) keep(log, name, stored(log, name).filter(open));
  log.left = log.left.filter(open);
}

// The server has answered: what was pressed meanwhile goes out now. One message at a time is on its way, because a
// second one would make the server begin its answer to the first one again.
function answered(desk) {
  desk.log.asked = false;
  if (desk.log.more) tellSoon(desk);
}

// Presses in quick succession go together; nothing waits longer than the answer to what went before.
function tellSoon(desk) {
  const { log } = desk;
  if (log.timer) return;
  const wait = Math.max(0, log.last + PAUSE - performance.now());
  log.timer = setTimeout(() => tell(desk), wait);
}

function tell(desk) {
  const { log } = desk;
  clearTimeout(log.timer);
  log.timer = 0;
  if (log.asked && performance.now() - log.last < PATIENCE) {
    log.more = true;
    return;
  }
  log.last = performance.now();
  if (!desk.home || !desk.line?.post) return; // the card is not on the page
  Object.assign(log, { asked: true, more: false });
  log.tick += 1;
  desk.greeted = true;
  desk.line.post({
    tick: log.tick,
    desk: desk.name,
    visit: desk.visit,
    wish: desk.wish,
    seen: desk.seen,
    held: desk.held.map((card) => card.id),
    log: [...log.left, ...log.entries],
  });
}
