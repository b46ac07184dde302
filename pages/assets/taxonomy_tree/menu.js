// The menu of a row. Its entries come from the server as data; one is shown when it fits every node it would act on.

// Two entries the browser carries out by itself.
const OWN = { copy_link: copyLink, open_below: (tree, ids) => ids.forEach((id) => openBelow(tree, id)) };

function fits(tree, entry) {
  const ids = targets(tree);
  if (!ids.length || (entry.single && ids.length > 1) || (entry.edits && !tree.editable)) return false;
  const rows = ids.map((id) => rowOf(tree.held, id)).filter(Boolean);
  const suits = (wanted, value) => !wanted.length || wanted.includes(value);
  return rows.every((row) => suits(entry.kinds, row.k) && suits(entry.states, row.s) && (!entry.below || row.c > 0));
}

function act(tree, entry) {
  const ids = targets(tree);
  if (OWN[entry.id]) OWN[entry.id](tree, ids);
  else say(tree, { do: entry.id, nodes: ids });
}

function copyLink(tree, [id]) {
  const link = new URL(location.href);
  link.searchParams.set("node", id);
  const failed = () => note(tree, link.href);
  if (!navigator.clipboard) failed();
  else navigator.clipboard.writeText(link.href).then(() => note(tree, "Link copied"), failed);
}

function openMenu(tree, x = null, y = null) {
  closeMenu(tree);
  const entries = tree.menu.filter((entry) => fits(tree, entry));
  if (!entries.length) return;
  const menu = element("div", "menu");
  const number = targets(tree).length;
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", number > 1 ? `Actions for ${number} nodes` : "Actions");
  if (number > 1) menu.append(element("div", "title", `${number} nodes`));
  for (const entry of entries) menu.append(menuItem(tree, entry));
  const line = lineOf(tree.held, tree.focus);
  const box = tree.dom.canvas.getBoundingClientRect();
  tree.dom.menu = menu;
  float(tree, menu, x ?? box.left + inset(placeAt(tree.held, line).level) + 40, y ?? box.top + (line + 1) * LINE);
  menu.querySelector(".item").focus();
}

function menuItem(tree, entry) {
  const item = element("div", `item${entry.danger ? " danger" : ""}${entry.line ? " line" : ""}`);
  item.setAttribute("role", "menuitem");
  item.tabIndex = -1;
  const icon = element("span", "icon", entry.icon);
  icon.setAttribute("aria-hidden", "true");
  item.append(icon, element("span", "label", entry.label));
  if (entry.key) {
    item.setAttribute("aria-keyshortcuts", entry.key);
    item.append(element("span", "key", entry.key));
  }
  item.addEventListener("click", () => {
    closeMenu(tree, true);
    act(tree, entry);
    draw(tree);
  });
  return item;
}

// Above everything else on the page, moved so that it stays inside the window.
function float(tree, thing, x, y) {
  tree.dom.box.append(thing);
  if (thing.showPopover) {
    thing.popover = "manual";
    thing.showPopover();
  }
  const { width, height } = thing.getBoundingClientRect();
  thing.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
  thing.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
}

function closeMenu(tree, back = false) {
  tree.dom.menu?.remove();
  tree.dom.menu = null;
  if (back) tree.dom.scroll.focus({ preventScroll: true });
}

function menuKey(tree, event) {
  const items = [...tree.dom.menu.querySelectorAll(".item")];
  const at = items.indexOf(tree.dom.menu.getRootNode().activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  event.stopImmediatePropagation();
  if (event.key === "Tab") {
    closeMenu(tree);
    return;
  }
  event.preventDefault();
  if (event.key === "Escape") closeMenu(tree, true);
  else if (event.key === "Enter" || event.key === " ") items[at]?.click();
  else if (to !== undefined) items[to % items.length].focus();
  else if ([...event.key].length === 1) nextItem(items, at, folded(event.key))?.focus();
}

function nextItem(items, at, letter) {
  const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return turned.find((item) => folded(item.querySelector(".label").textContent).startsWith(letter));
}
