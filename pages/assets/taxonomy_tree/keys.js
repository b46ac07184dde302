// Keys, after the tree pattern of WAI-ARIA. Each press waits its turn in a queue: one that needs the current row waits
// until that row is here, and those behind it wait too, so that typing faster than the server answers loses nothing.

const TYPING_PAUSE = 700;
const MOST_WAITING = 200;
const FREE = new Set(["ArrowDown", "ArrowUp", "Home", "End", "PageUp", "PageDown"]);
const EXTENDS = { "Shift+ArrowDown": 1, "Shift+ArrowUp": -1 };
const COMMANDS = {
  ArrowDown: (tree) => step(tree, 1),
  ArrowUp: (tree) => stepUp(tree),
  "Shift+ArrowDown": (tree) => extend(tree, 1),
  "Shift+ArrowUp": (tree) => extend(tree, -1),
  Home: (tree) => setFocus(tree, 0),
  End: (tree) => setFocus(tree, lines(tree.held) - 1),
  PageUp: (tree) => step(tree, -screenful(tree)),
  PageDown: (tree) => step(tree, screenful(tree)),
  ArrowRight: (tree, row) => openOrEnter(tree, row),
  ArrowLeft: (tree, row) => closeOrLeave(tree, row),
  Enter: (tree, row) => select(tree, row.i),
  " ": (tree, row) => select(tree, row.i),
  "Ctrl+ ": (tree, row) => toggleChosen(tree, row.i),
  "Ctrl+a": (tree) => chooseSiblings(tree),
  "*": (tree) => openSiblings(tree),
  "Shift+*": (tree) => openSiblings(tree),
  "Shift+F10": (tree) => openMenu(tree),
  ContextMenu: (tree) => openMenu(tree),
};
const EDITS = {
  "Ctrl+x": (tree) => cut(tree),
  "Ctrl+v": (tree, row) => paste(tree, row),
  "Alt+ArrowUp": (tree) => reorder(tree, -1),
  "Alt+ArrowDown": (tree) => reorder(tree, 1),
};

function onKey(tree, event) {
  if (event.key === "ArrowDown" && inEntry(tree, event)) {
    event.preventDefault();
    tree.dom.scroll.focus();
    return;
  }
  if (!event.composedPath().includes(tree.dom.box) || event.isComposing) return;
  if (tree.dom.menu) {
    menuKey(tree, event);
    return;
  }
  const press = pressed(tree, event);
  if (!press) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (press.name === "Escape") {
    escape(tree);
  } else if (tree.waiting.length < MOST_WAITING) {
    tree.waiting.push(press);
    workOff(tree);
  }
}

// Is this in the text field that belongs to the tree, with no list of suggestions open?
function inEntry(tree, event) {
  return Boolean(tree.entry) && Boolean(event.target.closest?.(`.${tree.entry} input`)) && !event.isComposing;
}

// What a key means here, null if nothing: then it is the page's.
function pressed(tree, event) {
  const command = event.ctrlKey || event.metaKey;
  const key = command ? event.key.toLowerCase() : event.key;
  const name = `${command ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${key}`;
  const at = event.timeStamp;
  const typing = tree.typed.text && at - tree.typed.at < TYPING_PAUSE;
  if (name === "Escape" || (COMMANDS[name] && !(name === " " && typing))) return { name };
  if (tree.editable && EDITS[name]) return { name };
  const entry = tree.menu.find((each) => each.key === name);
  if (entry) return { name: "entry", entry };
  return !command && !event.altKey && [...event.key].length === 1 ? { name: "type", text: event.key, at } : null;
}

function workOff(tree) {
  let worked = false;
  while (tree.waiting.length && ready(tree, tree.waiting[0])) {
    worked = true;
    obey(tree, tree.waiting.shift());
  }
  if (!worked) return;
  show(tree);
  draw(tree);
}

function ready(tree, press) {
  const { held, focus } = tree;
  if (!lines(held) || FREE.has(press.name) || press.name === "type") return true;
  const page = pageOf(held, focus.index);
  if (tree.asked.get(pageKey(focus.parent, page))?.trouble) return true;
  if (press.name.startsWith("Alt+") && tree.log.some((entry) => entry.do === "move")) return false;
  if (press.name.startsWith("Alt+") && !isFresh(held, focus.parent, page)) return false;
  const next = lineOf(held, focus) + (EXTENDS[press.name] || 0);
  const reached = next < 0 || next >= lines(held) || rowAt(held, placeAt(held, next));
  return Boolean(rowAt(held, focus) && reached);
}

function obey(tree, press) {
  if (!lines(tree.held)) return;
  refocus(tree);
  stopFollowing(tree);
  const row = rowAt(tree.held, tree.focus);
  if (press.name === "type") {
    typeAhead(tree, press);
  } else if (FREE.has(press.name)) {
    COMMANDS[press.name](tree);
  } else if (!row) {
    tryAgain(tree, tree.focus);
  } else if (press.name === "entry") {
    if (fits(tree, press.entry)) act(tree, press.entry);
  } else {
    (COMMANDS[press.name] || EDITS[press.name])(tree, row);
  }
}

// From the first row back to the text field that belongs to the tree.
function stepUp(tree) {
  const entry = tree.entry && document.querySelector(`.${tree.entry} input`);
  if (entry && lineOf(tree.held, tree.focus) === 0) entry.focus();
  else step(tree, -1);
}

function tryAgain(tree, place) {
  tree.asked.delete(pageKey(place.parent, pageOf(tree.held, place.index)));
  note(tree, "");
}

function escape(tree) {
  tree.waiting = [];
  tree.cut = [];
  tree.chosen = new Set(tree.selected ? [tree.selected] : []);
  stopDragging(tree);
  note(tree, "");
  draw(tree);
}

function cut(tree) {
  tree.cut = targets(tree);
  const number = tree.cut.length;
  note(tree, `${number > 1 ? `${number} nodes` : "The node"} cut: go to the new parent and press Ctrl+V`);
}

function paste(tree, row) {
  if (!tree.cut.length) return;
  const cutNodes = tree.cut;
  tree.cut = [];
  note(tree, "");
  move(tree, cutNodes, row.i, null);
}

// Past the next sibling, up or down.
function reorder(tree, by) {
  const { parent, index, id } = tree.focus;
  const { rows, total } = tree.held.branches.get(parent);
  const before = by < 0 ? index - 1 : index + 2;
  if (index + by < 0 || index + by >= total) return;
  if (before < total && !rows[before]) return;
  move(tree, [id], parent, before < total ? rows[before].i : null);
}
