// Where the current row is, and what is chosen. The current row is a place, not a node: while a page is on its way it
// is a line that says "Loading …", and keys go on over it.

function setFocus(tree, line) {
  const { held } = tree;
  const place = placeAt(held, Math.max(0, Math.min(line, lines(held) - 1)));
  tree.focus = { ...place, id: rowAt(held, place)?.i || null };
}

// After rows came: the current row follows its node. Where that is not here any more the nearest row is current for
// now, and the server is asked where the node went.
function refocus(tree) {
  const { held, focus } = tree;
  const place = focus.id ? held.places.get(focus.id) : null;
  if (place && lineOf(held, place) >= 0) {
    tree.focus = { ...place, id: focus.id };
    tree.lastLine = lineOf(held, place);
  } else if (lines(held)) {
    const line = lineOf(held, focus);
    setFocus(tree, line < 0 ? tree.lastLine : line);
    if (focus.id && !tree.revealing) reveal(tree, focus.id, true);
  }
}

function goTo(tree, id) {
  tree.focus = { ...tree.held.places.get(id), id };
  show(tree, "center");
}

// Bring the current row into view with as little scrolling as possible, or into the middle if it was out of view.
function show(tree, where = "near") {
  const { scroll } = tree.dom;
  const line = lineOf(tree.held, tree.focus);
  if (line < 0) return;
  tree.lastLine = line;
  const [top, end] = [line * LINE, (line + 1) * LINE];
  tree.dom.canvas.style.height = `${lines(tree.held) * LINE}px`;
  if (top >= scroll.scrollTop && end <= scroll.scrollTop + scroll.clientHeight) return;
  if (where === "center") scroll.scrollTop = top - (scroll.clientHeight - LINE) / 2;
  else scroll.scrollTop = top < scroll.scrollTop ? top : end - scroll.clientHeight;
}

function step(tree, by) {
  setFocus(tree, lineOf(tree.held, tree.focus) + by);
  tree.pivot = tree.focus.id;
}

function screenful(tree) {
  return Math.max(1, Math.floor(tree.dom.scroll.clientHeight / LINE) - 1);
}

function toggle(tree, row) {
  const { held } = tree;
  if (!row.c) return;
  if (held.opened.has(row.i)) {
    if (tree.focus.id !== row.i && tree.focus.parent !== TOP && isBelow(tree, row.i)) goTo(tree, row.i);
    held.opened.delete(row.i);
  } else {
    open(held, row.i);
  }
  measure(held);
}

function isBelow(tree, id) {
  const { held, focus } = tree;
  return focus.parent === id || ancestors(held, focus.parent).includes(id);
}

function openOrEnter(tree, row) {
  if (!row.c) return;
  if (!tree.held.opened.has(row.i)) toggle(tree, row);
  else step(tree, 1);
}

function closeOrLeave(tree, row) {
  if (row?.c && tree.held.opened.has(row.i)) toggle(tree, row);
  else if (tree.focus.parent !== TOP) setFocus(tree, lineOf(tree.held, tree.held.places.get(tree.focus.parent)));
  tree.pivot = tree.focus.id;
}

function openSiblings(tree) {
  const { held, focus } = tree;
  const rows = held.branches.get(focus.parent).rows;
  rows.slice(0, 1000).forEach((row) => row.c && open(held, row.i));
  measure(held);
}

function openBelow(tree, id) {
  open(tree.held, id);
  measure(tree.held);
  say(tree, { do: "below", node: id });
}

// The next row whose name begins with what was typed; the same letter again goes on to the next one.
function typeAhead(tree, { text, at }) {
  const { held } = tree;
  const typed = at - tree.typed.at < TYPING_PAUSE ? tree.typed.text + folded(text) : folded(text);
  tree.typed = { text: typed, at };
  const letters = [...typed];
  const same = letters.every((letter) => letter === letters[0]);
  const sought = same ? letters[0] : typed;
  const start = lineOf(held, tree.focus) + (letters.length === 1 || same ? 1 : 0);
  const count = lines(held);
  for (let n = 0; n < count; n += 1) {
    const line = (start + n) % count;
    const row = rowAt(held, placeAt(held, line));
    if (row && (row.folded ??= folded(row.n)).startsWith(sought)) {
      setFocus(tree, line);
      tree.pivot = tree.focus.id;
      return;
    }
  }
}

function toggleChosen(tree, id) {
  if (tree.chosen.has(id)) tree.chosen.delete(id);
  else tree.chosen.add(id);
  tree.pivot = id;
  tellChosen(tree);
}

// Everything between the row where choosing began and the current one.
function chooseRange(tree) {
  const { held, focus } = tree;
  const pivot = tree.pivot && held.places.get(tree.pivot);
  const to = lineOf(held, focus);
  const from = pivot && lineOf(held, pivot) >= 0 ? lineOf(held, pivot) : to;
  tree.chosen = new Set();
  for (let line = Math.min(from, to); line <= Math.max(from, to); line += 1) {
    const row = rowAt(held, placeAt(held, line));
    if (row) tree.chosen.add(row.i);
  }
  tellChosen(tree);
}

function extend(tree, by) {
  const pivot = tree.pivot || tree.focus.id;
  step(tree, by);
  tree.pivot = pivot;
  chooseRange(tree);
}

function chooseSiblings(tree) {
  const branch = tree.held.branches.get(tree.focus.parent);
  tree.chosen = new Set();
  branch.rows.forEach((row) => tree.chosen.add(row.i));
  const missing = branch.total - tree.chosen.size;
  tellChosen(tree, missing ? `; ${missing.toLocaleString("en")} more siblings are not loaded` : "");
}

function tellChosen(tree, more = "") {
  const number = tree.chosen.size;
  note(tree, number > 1 || more ? `${number.toLocaleString("en")} nodes chosen${more}` : "");
}

// What an action is about: all chosen rows if the current one is among them, else the current one.
function targets(tree) {
  const { focus, chosen } = tree;
  if (!focus.id) return [];
  return chosen.has(focus.id) ? [...chosen] : [focus.id];
}

// Of nodes to move, those that do not go along with another one anyway.
function topmost(tree, ids) {
  const moving = new Set(ids);
  return ids.filter((id) => !ancestors(tree.held, id).some((above) => moving.has(above)));
}

function move(tree, ids, to, before) {
  const nodes = topmost(tree, ids);
  const above = to ? [...ancestors(tree.held, to), to] : [];
  if (!nodes.length || nodes.some((id) => above.includes(id))) {
    note(tree, "A node cannot be moved below itself.");
    return;
  }
  say(tree, { do: "move", nodes, to: to || null, before });
}
