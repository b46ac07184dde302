// The mouse: a click chooses, the arrow opens, a drag proposes a move. A drop only says what is wanted; the page asks.

const DRAG_FROM = 5;
const OPENS_AFTER = 600;
const EDGE = 28;

function rowUnder(event) {
  return event.composedPath().find((part) => part.classList?.contains("row")) || null;
}

function on(event, className) {
  return event.composedPath().some((part) => part.classList?.contains(className));
}

function onClick(tree, event) {
  const drawn = rowUnder(event);
  if (!drawn || tree.dropped) return;
  stopFollowing(tree);
  setFocus(tree, lineOf(tree.held, drawn.place));
  if (!drawn.row) {
    tryAgain(tree, drawn.place);
  } else if (on(event, "twisty")) {
    toggle(tree, drawn.row);
  } else if (event.shiftKey) {
    chooseRange(tree);
  } else if (event.ctrlKey || event.metaKey) {
    toggleChosen(tree, drawn.row.i);
  } else {
    tree.pivot = drawn.row.i;
    tellChosen(tree);
    select(tree, drawn.row.i);
  }
  draw(tree);
}

function onDoubleClick(tree, event) {
  const drawn = rowUnder(event);
  if (!drawn?.row || on(event, "twisty") || event.shiftKey || event.ctrlKey || event.metaKey) return;
  toggle(tree, drawn.row);
  draw(tree);
}

function onContextMenu(tree, event) {
  const drawn = rowUnder(event);
  if (!drawn) return;
  event.preventDefault();
  stopDragging(tree);
  setFocus(tree, lineOf(tree.held, drawn.place));
  draw(tree);
  if (drawn.row) openMenu(tree, event.clientX, event.clientY);
}

function onPointerDown(tree, event) {
  if (tree.dom.menu && !event.composedPath().includes(tree.dom.menu)) closeMenu(tree);
  tree.dropped = false;
  const drawn = event.composedPath().includes(tree.dom.canvas) ? rowUnder(event) : null;
  const may = tree.editable && event.button === 0 && event.pointerType !== "touch";
  if (!drawn?.row || !may || on(event, "twisty")) return;
  tree.drag = { x: event.clientX, y: event.clientY, id: drawn.row.i, nodes: null, target: null, hover: null, timer: 0 };
}

function onPointerMove(tree, event) {
  const { drag } = tree;
  if (!drag) return;
  if (!drag.nodes) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_FROM) return;
    startDragging(tree, drag);
  }
  [drag.x, drag.y] = [event.clientX, event.clientY];
  aim(tree);
}

function startDragging(tree, drag) {
  drag.nodes = topmost(tree, tree.chosen.has(drag.id) ? [...tree.chosen] : [drag.id]);
  const words = drag.nodes.length > 1 ? `${drag.nodes.length} nodes` : rowOf(tree.held, drag.nodes[0])?.n || "1 node";
  tree.dom.ghost = element("div", "ghost", words);
  tree.dom.ghost.dir = "auto";
  float(tree, tree.dom.ghost, drag.x + 12, drag.y + 8);
  tree.dom.box.classList.add("dragging");
  drag.frame = requestAnimationFrame(() => scrollAtEdge(tree));
}

// Find what the pointer is over, and draw where the nodes would go.
function aim(tree) {
  const { drag, dom, held } = tree;
  dom.ghost.style.left = `${drag.x + 12}px`;
  dom.ghost.style.top = `${drag.y + 8}px`;
  const y = drag.y - dom.canvas.getBoundingClientRect().top;
  const line = Math.floor(y / LINE);
  const target = line >= 0 && line < lines(held) ? aimAt(tree, line, y / LINE - line) : null;
  drag.target = target && allowed(tree, target) ? target : null;
  dom.box.classList.toggle("refused", !drag.target);
  dom.mark.hidden = !drag.target;
  if (drag.target) {
    dom.mark.className = target.into ? "mark into" : "mark";
    dom.mark.style.transform = `translateY(${target.line * LINE}px)`;
    dom.mark.style.setProperty("--inset", `${inset(target.level)}px`);
  }
  hover(tree, target?.into ? target.to : null);
}

function aimAt(tree, line, part) {
  const { held } = tree;
  const place = placeAt(held, line);
  const row = rowAt(held, place);
  if (!row) return null;
  const { rows, total } = held.branches.get(place.parent);
  const opened = row.c && held.opened.has(row.i);
  if (part < 0.25) return { to: place.parent, before: row.i, line, level: place.level };
  if (part > 0.75 && opened) {
    const first = held.branches.get(row.i).rows[0];
    if (first) return { to: row.i, before: first.i, line: line + 1, level: place.level + 1 };
  } else if (part > 0.75 && (place.index + 1 === total || rows[place.index + 1])) {
    const before = rows[place.index + 1]?.i || null;
    return { to: place.parent, before, line: line + 1, level: place.level };
  }
  return { to: row.i, before: null, line, level: place.level, into: true };
}

// Not below itself, and not where it already is.
function allowed(tree, { to, before, into }) {
  const { held, drag } = tree;
  const above = to ? [...ancestors(held, to), to] : [];
  if (drag.nodes.some((id) => above.includes(id))) return false;
  if (drag.nodes.length > 1) return true;
  const from = held.places.get(drag.nodes[0]);
  if (!from || from.parent !== to) return true;
  const next = held.branches.get(to).rows[from.index + 1]?.i || null;
  return !into && before !== drag.nodes[0] && before !== next;
}

function hover(tree, id) {
  const { drag } = tree;
  if (drag.hover === id) return;
  drag.hover = id;
  clearTimeout(drag.timer);
  const row = id && rowOf(tree.held, id);
  if (!row?.c || tree.held.opened.has(id)) return;
  drag.timer = setTimeout(() => {
    if (tree.drag !== drag || !rowOf(tree.held, id)) return;
    open(tree.held, id);
    measure(tree.held);
    draw(tree);
  }, OPENS_AFTER);
}

function scrollAtEdge(tree) {
  const { drag, dom } = tree;
  if (!drag?.nodes) return;
  const box = dom.scroll.getBoundingClientRect();
  const by = drag.y < box.top + EDGE ? -1 : drag.y > box.bottom - EDGE ? 1 : 0;
  if (by) {
    dom.scroll.scrollTop += by * 12;
    aim(tree);
  }
  drag.frame = requestAnimationFrame(() => scrollAtEdge(tree));
}

function onPointerUp(tree) {
  const { drag } = tree;
  if (!drag) return;
  const target = drag.target;
  tree.dropped = Boolean(drag.nodes);
  const nodes = drag.nodes;
  stopDragging(tree);
  if (target) move(tree, nodes, target.to, target.before);
}

function stopDragging(tree) {
  const { drag, dom } = tree;
  tree.drag = null;
  if (!drag) return;
  clearTimeout(drag.timer);
  cancelAnimationFrame(drag.frame);
  dom.ghost?.remove();
  dom.ghost = null;
  dom.mark.hidden = true;
  dom.box.classList.remove("dragging", "refused");
}
