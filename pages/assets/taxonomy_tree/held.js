// What the browser holds of the tree: the rows that were sent, which nodes are open, where each row stands.
// A branch is the children of one node (TOP: of none): how many there are, and those that came, page by page.
// Nothing is flattened. A row's line on screen is counted over the open branches, so that 50,000 siblings cost nothing.

const TOP = 0;
// What goes without saying of a row: children, descendants, how many of these are verified (found good), votes, quorum,
// may I still vote, dispute, times seen, is it a hit. Said of each row: i (id), n (name), k (kind), s (state).
const UNSAID = { c: 0, d: 0, f: 0, v: 0, q: 1, m: 0, x: "", t: 1, h: 0 };

function newHolding(page) {
  return { branches: new Map([[TOP, newBranch(1)]]), places: new Map(), opened: new Set(), revision: "", page };
}

function newBranch(total) {
  return { total, rows: [], pages: new Map(), size: total, openAt: [] };
}

function rowAt(held, place) {
  return held.branches.get(place.parent)?.rows[place.index] || null;
}

function rowOf(held, id) {
  const place = held.places.get(id);
  return place ? rowAt(held, place) : null;
}

// Count anew how many lines each open branch takes. To be called after anything was put, opened or closed.
function measure(held) {
  for (const branch of held.branches.values()) branch.openAt = [];
  for (const id of held.opened) {
    const place = held.places.get(id);
    if (place && rowAt(held, place).c) held.branches.get(place.parent).openAt.push(place.index);
  }
  for (const branch of held.branches.values()) branch.openAt.sort((a, b) => a - b);
  sizeOf(held, TOP);
}

function sizeOf(held, parent) {
  const branch = held.branches.get(parent);
  branch.size = branch.total;
  for (const index of branch.openAt) {
    const row = branch.rows[index];
    const below = held.branches.get(row.i);
    if (below.total === 0) below.total = row.c;
    branch.size += sizeOf(held, row.i);
  }
  return branch.size;
}

function lines(held) {
  return held.branches.get(TOP).size;
}

// The place on a line: whose child, which one, how deep.
function placeAt(held, line) {
  let [parent, index, level] = [TOP, line, 1];
  for (;;) {
    const branch = held.branches.get(parent);
    let inside = null;
    for (const at of branch.openAt) {
      if (index <= at) break;
      const size = held.branches.get(branch.rows[at].i).size;
      if (index <= at + size) {
        inside = at;
        break;
      }
      index -= size;
    }
    if (inside === null) return { parent, index, level };
    [parent, index, level] = [branch.rows[inside].i, index - inside - 1, level + 1];
  }
}

// The line of a place, -1 when one of its ancestors is closed or not here.
function lineOf(held, place) {
  const branch = held.branches.get(place.parent);
  if (!branch || place.index >= branch.total) return -1;
  let line = place.index;
  for (const at of branch.openAt) {
    if (at >= place.index) break;
    line += held.branches.get(branch.rows[at].i).size;
  }
  if (place.parent === TOP) return line;
  const above = held.opened.has(place.parent) ? held.places.get(place.parent) : null;
  const start = above && rowAt(held, above).c ? lineOf(held, above) : -1;
  return start < 0 ? -1 : start + 1 + line;
}

// The ids from the top down to a node's parent; empty for a node at the top or one that is not here.
function ancestors(held, id) {
  const above = [];
  for (let place = held.places.get(id); place && place.parent !== TOP; place = held.places.get(place.parent)) {
    if (above.includes(place.parent)) return [];
    above.unshift(place.parent);
  }
  return above;
}

function open(held, id) {
  held.opened.add(id);
  if (!held.branches.has(id)) held.branches.set(id, newBranch(Math.max(1, rowOf(held, id)?.c || 0)));
}

function pageOf(held, index) {
  return Math.floor(index / held.page);
}

function pageKey(parent, page) {
  return `${parent}:${page}`;
}

function isFresh(held, parent, page) {
  return held.branches.get(parent)?.pages.get(page) === held.revision;
}

// Was this node where it stands when the tree last changed?
function isHeldFresh(held, id) {
  const place = held.places.get(id);
  return Boolean(place) && isFresh(held, place.parent, pageOf(held, place.index));
}

// Take in one page of a branch; a row that stood elsewhere before stands here now.
function put(held, { p: parent, o: offset, t: total, r: rows }) {
  const branch = held.branches.get(parent) || newBranch(total);
  held.branches.set(parent, branch);
  for (let index = offset; index < offset + held.page; index += 1) forget(held, branch, parent, index);
  for (let index = total; index < branch.rows.length; index += 1) forget(held, branch, parent, index);
  branch.total = total;
  if (branch.rows.length > total) branch.rows.length = total;
  rows.forEach((row, n) => {
    const before = held.places.get(row.i);
    if (before) delete held.branches.get(before.parent).rows[before.index];
    branch.rows[offset + n] = { ...UNSAID, ...row };
    held.places.set(row.i, { parent, index: offset + n });
  });
  branch.pages.set(pageOf(held, offset), held.revision);
}

function forget(held, branch, parent, index) {
  const row = branch.rows[index];
  if (!row) return;
  delete branch.rows[index];
  const place = held.places.get(row.i);
  if (place && place.parent === parent && place.index === index) held.places.delete(row.i);
}

// A name as it is compared with typed letters: without case and diacritics.
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
