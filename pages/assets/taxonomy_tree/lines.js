// What is on screen: only the lines in view are elements, each 30 px high, at their true height in a canvas as high as
// all lines. The whole tree keeps the focus and names its current row by aria-activedescendant: a row that scrolls out
// of view leaves the document, and with a roving tabindex the focus would leave with it. The current row is therefore
// always drawn, in view or not.

const LINE = 30;
const SPARE = 8;
const MARKS = { proposed: "?", verified: "✓", removed: "×" };
const DISPUTES = { tie: "as many votes to keep as to remove", narrow: "a narrow vote" };

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function build(tree) {
  const box = element("div", "box");
  const scroll = element("div", "scroll");
  const canvas = element("div", "canvas");
  const mark = element("div", "mark");
  const said = element("div", "said");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "tree");
  scroll.setAttribute("aria-multiselectable", "true");
  canvas.setAttribute("role", "none");
  mark.hidden = true;
  mark.setAttribute("aria-hidden", "true");
  said.setAttribute("role", "status");
  canvas.append(mark);
  scroll.append(canvas);
  box.append(scroll, said);
  tree.dom = { box, scroll, canvas, mark, said, rows: new Map(), menu: null, ghost: null };
}

function inView(tree) {
  const { scrollTop, clientHeight } = tree.dom.scroll;
  const top = lineOf(tree.held, tree.focus) * LINE;
  return top > scrollTop - LINE && top < scrollTop + clientHeight;
}

// Which row shall stay where it is on screen while others come and go: the current one, else the first in view.
function anchor(tree) {
  const { held, dom, focus } = tree;
  const top = dom.scroll.scrollTop;
  const line = inView(tree) ? lineOf(held, focus) : Math.ceil(top / LINE);
  if (line >= lines(held)) return null;
  const row = rowAt(held, placeAt(held, line));
  return row ? { id: row.i, offset: line * LINE - top } : null;
}

function draw(tree, hold = null) {
  const { held, dom } = tree;
  dom.scroll.classList.toggle("empty", lines(held) === 0);
  dom.scroll.classList.toggle("narrowed", Boolean(tree.sought));
  dom.canvas.style.height = `${lines(held) * LINE}px`;
  const stands = hold ? held.places.get(hold.id) : null;
  const line = stands ? lineOf(held, stands) : -1;
  if (line >= 0 && dom.scroll.scrollTop !== line * LINE - hold.offset) dom.scroll.scrollTop = line * LINE - hold.offset;
  if (tree.arrival) arrive(tree);
  const first = Math.max(0, Math.floor(dom.scroll.scrollTop / LINE) - SPARE);
  const last = Math.min(lines(held), Math.ceil((dom.scroll.scrollTop + dom.scroll.clientHeight) / LINE) + SPARE);
  drawLines(tree, first, last);
  askFor(tree, first, last);
}

function arrive(tree) {
  const { id, quiet } = tree.arrival;
  const shown = inView(tree);
  tree.arrival = null;
  if (quiet && !shown) setFocus(tree, lineOf(tree.held, tree.held.places.get(id)));
  else goTo(tree, id);
}

function drawLines(tree, first, last) {
  const { dom } = tree;
  const current = lineOf(tree.held, tree.focus);
  const wanted = new Map();
  for (let line = first; line < last; line += 1) drawLine(tree, wanted, line, line === current);
  if (current >= 0 && (current < first || current >= last)) drawLine(tree, wanted, current, true);
  for (const [key, drawn] of dom.rows) if (!wanted.has(key)) drawn.remove();
  dom.rows = wanted;
  const here = [...wanted.values()].find((drawn) => drawn.classList.contains("here"));
  if (here) dom.scroll.setAttribute("aria-activedescendant", here.id);
  else dom.scroll.removeAttribute("aria-activedescendant");
}

function drawLine(tree, wanted, line, here) {
  const { held, dom } = tree;
  const place = placeAt(held, line);
  const row = rowAt(held, place);
  const key = row ? `node-${row.i}` : `place-${place.parent}-${place.index}`;
  let drawn = dom.rows.get(key);
  if (!drawn || drawn.row !== row) {
    const made = row ? rowElement(row) : waitingElement(tree, place);
    if (drawn) drawn.replaceWith(made);
    else dom.canvas.append(made);
    drawn = made;
    drawn.id = key;
  }
  if (!row) drawn.lastChild.textContent = waitingWords(tree, place);
  drawn.row = row;
  drawn.place = place;
  drawn.style.transform = `translateY(${line * LINE}px)`;
  drawn.style.setProperty("--inset", `${inset(place.level)}px`);
  const open = Boolean(row?.c) && held.opened.has(row.i);
  const chosen = Boolean(row) && tree.chosen.has(row.i);
  drawn.classList.toggle("here", here);
  drawn.classList.toggle("chosen", chosen);
  drawn.classList.toggle("open", open);
  drawn.classList.toggle("cut", Boolean(row) && tree.cut.includes(row.i));
  if (row?.c) drawn.setAttribute("aria-expanded", String(open));
  drawn.setAttribute("aria-selected", String(chosen));
  drawn.setAttribute("aria-level", place.level);
  drawn.setAttribute("aria-setsize", held.branches.get(place.parent).total);
  drawn.setAttribute("aria-posinset", place.index + 1);
  wanted.set(key, drawn);
}

// Fourteen pixels a level, from the seventh on two: twenty levels fit a pane of 330 px.
function inset(level) {
  return Math.min(level - 1, 5) * 14 + Math.max(0, Math.min(level, 24) - 6) * 2;
}

function waitingElement(tree, place) {
  const drawn = element("div", "row waiting");
  drawn.setAttribute("role", "treeitem");
  drawn.append(element("span", "name", waitingWords(tree, place)));
  return drawn;
}

function waitingWords(tree, place) {
  const trouble = tree.asked.get(pageKey(place.parent, pageOf(tree.held, place.index)))?.trouble;
  return trouble ? `${trouble} Click to try again.` : "Loading …";
}

function rowElement(row) {
  const drawn = element("div", `row ${row.s}${row.h ? " hit" : ""}`);
  drawn.setAttribute("role", "treeitem");
  drawn.setAttribute("aria-label", spoken(row));
  const twisty = element("span", row.c ? "twisty" : "twisty none");
  const state = element("span", "state", MARKS[row.s] || "");
  state.title = row.s;
  const name = element("span", "name", row.n);
  name.dir = "auto";
  name.title = row.n;
  drawn.append(twisty, state, name, element("span", "room"));
  for (const badge of badges(row)) drawn.append(badge);
  for (const child of drawn.children) child.setAttribute("aria-hidden", "true");
  return drawn;
}

function badges(row) {
  const made = [];
  const add = (className, text, title) => {
    const badge = element("span", `badge ${className}`, text);
    badge.title = title;
    made.push(badge);
  };
  if (row.t > 1) add("seen", `${row.t}×`, `came up ${row.t} times in the teacher's answers`);
  if (row.x) add("dispute", row.x, DISPUTES[row.x] || row.x);
  if (row.q > 1 && row.s === "proposed") {
    add(row.m ? "votes mine" : "votes", `${row.v}/${row.q}`, votesWords(row));
  }
  if (row.d) add("share", "", `${row.f} of ${row.d} below verified`);
  if (row.d) {
    const bar = element("span", "bar");
    bar.append(element("span", "done"));
    bar.firstChild.style.width = `${Math.floor((100 * row.f) / row.d)}%`;
    made.at(-1).append(bar, element("span", "figures", `${row.f.toLocaleString("en")}/${row.d.toLocaleString("en")}`));
  }
  return made;
}

function votesWords(row) {
  return `${row.v} of ${row.q} votes cast${row.m ? ", yours is open" : ""}`;
}

// What a screen reader says of a row.
function spoken(row) {
  const parts = [row.n, row.k.replaceAll("_", "-"), row.s];
  if (row.h) parts.push("found");
  if (row.t > 1) parts.push(`came up ${row.t} times`);
  if (row.x) parts.push(DISPUTES[row.x] || row.x);
  if (row.q > 1 && row.s === "proposed") parts.push(votesWords(row));
  if (row.d) parts.push(`${row.f} of ${row.d} below verified`);
  return parts.join(", ");
}

// One line below the tree, read out by screen readers; where it takes room, the current row stays in view.
function note(tree, text) {
  const shown = inView(tree);
  tree.dom.said.textContent = text;
  if (shown) show(tree);
}
