// The element: one tree per name, kept while the page draws other things, so that opened nodes, scroll, current row and
// choice are still there when the tree comes back. Streamlit calls this again on every update; listeners are bound when
// the tree gets its place in the document, once.

const trees = new Map();
const homes = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  const tree = trees.get(data.tree) || newTree();
  trees.set(data.tree, tree);
  if (tree.home !== parentElement) settle(tree, parentElement);
  take(tree, component);
  return () => leave(parentElement);
}

function newTree() {
  const tree = {
    held: newHolding(),
    focus: { parent: TOP, index: 0, id: null },
    lastLine: 0,
    chosen: new Set(),
    cut: [],
    selected: null,
    given: null,
    pivot: null,
    typed: { text: "", at: 0 },
    seq: 0,
    log: [],
    applied: -1,
    asked: new Map(),
    waiting: [],
    menu: [],
    post: null,
    home: null,
    drag: null,
    scrolled: 0,
  };
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
}

function leave(home) {
  const tree = homes.get(home);
  if (!tree || tree.home !== home) return;
  stopDragging(tree);
  closeMenu(tree);
  tree.unbind();
  tree.dom.box.remove();
  tree.home = null;
  tree.post = null;
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
