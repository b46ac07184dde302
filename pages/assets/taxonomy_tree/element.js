// The element: one tree per name, kept while the page draws other things, so that opened nodes, scroll, current row and
// choice are still there when the tree comes back. Streamlit calls this again on every update; listeners are bound when
// the tree gets its place in the document, once. What changes comes over the line that `feed.js` holds.

const trees = new Map();
const homes = new WeakMap();
const feeds = (globalThis[Symbol.for("glan.tree.lines")] ??= new Map());

export default function ({ data, parentElement }) {
  const tree = trees.get(data.tree) || newTree(data);
  trees.set(data.tree, tree);
  configure(tree, data);
  if (tree.home !== parentElement) settle(tree, parentElement);
  return () => leave(parentElement);
}

function configure(tree, data) {
  const { box, scroll } = tree.dom;
  tree.menu = data.menu;
  tree.editable = data.editable;
  tree.entry = data.box;
  box.classList.toggle("free", !data.height);
  box.style.height = data.height ? `${data.height}px` : "";
  scroll.setAttribute("aria-label", data.label);
  scroll.dataset.empty = data.empty;
}

function newTree({ tree: name, page }) {
  const tree = {
    feed: feeds.get(name) || { hear: null, last: null },
    held: newHolding(page),
    focus: { parent: TOP, index: 0, id: null },
    lastLine: 0,
    chosen: new Set(),
    cut: [],
    selected: null,
    given: null,
    sought: "",
    seeking: 0,
    entry: "",
    pivot: null,
    typed: { text: "", at: 0 },
    seq: 0,
    log: [],
    applied: -1,
    asked: new Map(),
    waiting: [],
    menu: [],
    home: null,
    revealing: null,
    arrival: null,
    drag: null,
    scrolled: 0,
  };
  feeds.set(name, tree.feed);
  build(tree);
  return tree;
}

function settle(tree, home) {
  leave(home);
  if (tree.home) leave(tree.home);
  tree.home = home;
  homes.set(home, tree);
  home.append(tree.dom.box);
  const { scroll, canvas } = tree.dom;
  const bound = [
    [window, "keydown", onKey, true],
    [window, "pointerdown", onPointerDown, true],
    [window, "pointermove", onPointerMove, true],
    [window, "pointerup", onPointerUp, true],
    [window, "pointercancel", stopDragging, true],
    [canvas, "click", onClick, false],
    [canvas, "dblclick", onDoubleClick, false],
    [canvas, "contextmenu", onContextMenu, false],
    [scroll, "scroll", onScroll, false],
  ].map(([target, name, act, capture]) => {
    const listener = (event) => act(tree, event);
    target.addEventListener(name, listener, capture);
    return () => target.removeEventListener(name, listener, capture);
  });
  const size = new ResizeObserver(() => draw(tree));
  size.observe(scroll);
  tree.unbind = () => {
    size.disconnect();
    for (const unbind of bound) unbind();
  };
  scroll.scrollTop = tree.scrolled;
  tree.feed.hear = (message) => take(tree, message);
  if (tree.feed.last) take(tree, tree.feed.last);
}

function leave(home) {
  const tree = homes.get(home);
  if (!tree || tree.home !== home) return;
  stopDragging(tree);
  closeMenu(tree);
  tree.unbind();
  tree.dom.box.remove();
  tree.home = null;
  tree.feed.hear = null;
  homes.delete(home);
}

function onScroll(tree) {
  tree.scrolled = tree.dom.scroll.scrollTop;
  closeMenu(tree);
  const { held, dom } = tree;
  const first = Math.max(0, Math.floor(tree.scrolled / LINE) - SPARE);
  drawLines(tree, first, Math.min(lines(held), Math.ceil((tree.scrolled + dom.scroll.clientHeight) / LINE) + SPARE));
  askLater(tree);
}
