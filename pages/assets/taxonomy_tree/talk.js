// The conversation with the server. What the browser wishes goes into a numbered log; the server works it off and says
// up to which number (`ack`), with the answers in the same message. A message that overtook its answer shows as an
// acknowledged question without one: it is simply asked again. Entries: children, reveal, below, found (questions);
// select and whatever the menu names (wishes). `sought` says what the tree is narrowed to: when that changes, what was
// found comes unasked, or else is asked for.

const SCROLL_REST = 60;
const MOST_HAVE = 500;

function say(tree, entry) {
  tree.seq += 1;
  tree.log = [...tree.log, { seq: tree.seq, ...entry }];
  if (!tree.posting) {
    tree.posting = true;
    queueMicrotask(() => {
      tree.posting = false;
      tree.feed.last?.post(tree.log);
    });
  }
  return tree.seq;
}

// Ask for the pages that these lines show and that are not here, or not of this revision.
function askFor(tree, from, to) {
  const { held } = tree;
  if (tree.seeking) return;
  for (let line = from; line < to; line += 1) {
    const { parent, index } = placeAt(held, line);
    const page = pageOf(held, index);
    const key = pageKey(parent, page);
    if (isFresh(held, parent, page) || tree.asked.has(key)) continue;
    tree.asked.set(key, { seq: say(tree, { do: "children", node: parent, offset: page * held.page }), trouble: "" });
  }
}

function askLater(tree) {
  clearTimeout(tree.resting);
  tree.resting = setTimeout(() => draw(tree), SCROLL_REST);
}

// Go to a node that may not be here yet, or not there any more; the server names the way from the top. `quiet`: only
// the current row follows, and the view goes along if it showed it.
function reveal(tree, id, quiet = false) {
  const { held } = tree;
  const path = [...ancestors(held, id), id];
  if (rowOf(held, id) && path.every((each) => isHeldFresh(held, each))) {
    for (const above of path.slice(0, -1)) open(held, above);
    measure(held);
    goTo(tree, id);
    return;
  }
  const have = [];
  for (const [parent, branch] of held.branches) {
    for (const page of branch.pages.keys()) if (isFresh(held, parent, page)) have.push(pageKey(parent, page));
  }
  tree.revealing = { id, quiet, seq: say(tree, { do: "reveal", node: id, have: have.slice(0, MOST_HAVE) }) };
}

// The person went on meanwhile: the current row is where they put it.
function stopFollowing(tree) {
  if (tree.revealing?.quiet) tree.revealing = null;
}

function take(tree, { data }) {
  const { held } = tree;
  const hold = anchor(tree);
  tree.seq = Math.max(tree.seq, data.ack);
  if (held.revision !== data.revision) {
    held.revision = data.revision;
    tree.asked.clear();
  }
  const hits = data.sought === tree.sought ? null : data.answers.find((each) => each.found === data.sought);
  if (hits) begin(tree, hits, data.selected);
  else if (data.sought === tree.sought) tree.seeking = 0;
  else if (tree.seeking <= data.ack) tree.seeking = say(tree, { do: "found" });
  for (const answer of data.answers) {
    if (answer.found === undefined && answer.seq > tree.applied) answered(tree, answer);
  }
  for (const [key, asked] of tree.asked) if (asked.seq <= data.ack && !asked.trouble) tree.asked.delete(key);
  const chose = tree.log.some((entry) => entry.do === "select" && entry.seq > data.ack);
  tree.log = tree.log.filter((entry) => entry.seq > data.ack);
  measure(held);
  refocus(tree);
  draw(tree, hits ? null : hold);
  if (data.selected !== tree.given) {
    tree.given = data.selected;
    if (!chose && data.selected !== tree.selected) follow(tree, data.selected);
  } else if (tree.revealing && tree.revealing.seq <= data.ack) {
    reveal(tree, tree.revealing.id, tree.revealing.quiet);
  }
  workOff(tree);
}

// Another search: what it found takes the place of everything, opened, the best hit as the current row.
function begin(tree, hits, selected) {
  const { held, dom } = tree;
  Object.assign(held, newHolding(held.page), { revision: held.revision });
  tree.sought = hits.found;
  tree.seeking = 0;
  tree.asked.clear();
  tree.revealing = null;
  tree.given = tree.selected = selected;
  tree.chosen = new Set(selected ? [selected] : []);
  for (const page of hits.pages) put(held, page);
  for (const id of hits.open) open(held, id);
  measure(held);
  tree.focus = { ...(held.places.get(hits.goto) || { parent: TOP, index: 0 }), id: hits.goto || null };
  tree.pivot = tree.focus.id;
  dom.scroll.scrollTop = 0;
  show(tree);
}

function answered(tree, answer) {
  const { held } = tree;
  tree.applied = answer.seq;
  if (answer.trouble) {
    for (const asked of tree.asked.values()) if (asked.seq === answer.seq) asked.trouble = answer.trouble;
    if (tree.revealing?.seq === answer.seq) tree.revealing = null;
    tree.waiting = [];
    note(tree, answer.trouble);
    return;
  }
  for (const page of answer.pages) {
    put(held, page);
    tree.asked.delete(pageKey(page.p, pageOf(held, page.o)));
  }
  for (const id of answer.open) open(held, id);
  measure(held);
  if (answer.goto === undefined || (answer.seq && answer.seq !== tree.revealing?.seq)) return;
  const quiet = Boolean(tree.revealing?.quiet);
  tree.revealing = null;
  if (answer.goto && rowOf(held, answer.goto)) tree.arrival = { id: answer.goto, quiet };
  else if (!answer.goto && !quiet) note(tree, "This node is not in the tree that is shown.");
}

// The address names another node than before: it is the chosen one, and the tree opens down to it.
function follow(tree, id) {
  tree.selected = id;
  tree.chosen = new Set(id ? [id] : []);
  if (id) reveal(tree, id);
  draw(tree);
}

function select(tree, id) {
  tree.chosen = new Set([id]);
  if (id === tree.selected) return;
  tree.selected = id;
  say(tree, { do: "select", node: id });
}
