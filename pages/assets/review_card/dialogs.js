// The keys in one overlay: what each does, and a way to choose others. "?" and Escape close it.

const TAKEN = new Set(["c", "r"]); // Streamlit's own

function openHelp(desk) {
  const { box } = desk.dom;
  if (box.querySelector("dialog") || desk.help) return;
  const draft = { keys: { ...desk.keys }, asking: "", trouble: "" };
  const overlay = make("dialog", "help");
  desk.help = overlay;
  overlay.setAttribute("aria-label", "Keys");
  overlay.tabIndex = -1;
  const gone = () => {
    overlay.remove(); // a closed dialog keeps the focus until the browser draws, and with it the next key
    if (desk.help === overlay) desk.help = null;
  };
  const close = () => {
    overlay.close();
    gone();
  };
  overlay.addEventListener("close", gone);
  overlay.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (draft.asking) takeKey(draft, event, () => drawHelp(desk, overlay, draft, close));
    else if (event.key === "?" || event.key === "Escape") {
      event.preventDefault(); // the browser's own way of closing takes a while, in which the next key would be lost
      close();
    }
  });
  overlay.addEventListener("click", (event) => {
    if (event.target === overlay) close();
  });
  desk.root.append(overlay);
  drawHelp(desk, overlay, draft, close);
  overlay.showModal();
}

function drawHelp(desk, overlay, draft, close) {
  const rows = Object.keys(NAMES).map((name) => helpRow(desk, overlay, draft, name, close));
  const fixed = [
    ["1 – 9", "While choosing a reason: the reason with that number"],
    ["Enter", "While choosing a reason: reject without one; in the note: out of it"],
    ["Esc", "Closes the reasons, or what is open"],
    ["?", "This list"],
  ].map(([key, words]) => make("tr", "", [make("td", "", [make("kbd", "", [key])]), make("td", "", [words])]));
  const changed = Object.keys(NAMES).some((name) => draft.keys[name] !== desk.keys[name]);
  const save = button("", "Save the keys", "primary", () => keepKeys(desk, draft, close));
  save.disabled = !changed;
  const usual = button("", "Usual keys", "quiet", () => {
    draft.keys = { ...desk.usual };
    draft.asking = draft.trouble = "";
    drawHelp(desk, overlay, draft, close);
  });
  const shut = button("", "Close", "quiet", close);
  const trouble = make("p", "trouble", [draft.trouble]);
  trouble.setAttribute("role", "alert");
  overlay.replaceChildren(
    make("h3", "", ["Keys"]),
    make("p", "hint", ["Click a key to choose another. Keys sleep while you type."]),
    make("table", "", [...rows, ...fixed]),
    trouble,
    make("div", "row", [save, usual, shut]),
  );
  (overlay.querySelector(".chip.on") || overlay).focus();
}

function helpRow(desk, overlay, draft, name, close) {
  const asking = draft.asking === name;
  const chip = make("button", asking ? "chip on" : "chip", [asking ? "Press a key" : draft.keys[name].toUpperCase()]);
  chip.type = "button";
  chip.setAttribute("aria-label", `${NAMES[name]}: key ${draft.keys[name]}, choose another`);
  chip.addEventListener("click", () => {
    draft.asking = asking ? "" : name;
    draft.trouble = "";
    drawHelp(desk, overlay, draft, close);
  });
  const words = make("td", "", [make("b", "", [NAMES[name]]), `. ${MEANING[name]}`]);
  return make("tr", "", [make("td", "", [chip]), words]);
}

function takeKey(draft, event, redraw) {
  event.preventDefault();
  const key = event.key.toLowerCase();
  if (key === "escape") {
    draft.asking = "";
  } else if (/^[a-z]$/.test(key) && !TAKEN.has(key)) {
    const other = Object.keys(NAMES).find((name) => name !== draft.asking && draft.keys[name] === key);
    draft.trouble = other ? `${key.toUpperCase()} is ${NAMES[other]}; choose another key for it first.` : "";
    if (!other) draft.keys[draft.asking] = key;
    if (!other) draft.asking = "";
  } else if (key.length === 1) {
    draft.trouble = "Take a letter from A to Z, but not C and R, which the page itself uses.";
  }
  redraw();
}

function keepKeys(desk, draft, close) {
  desk.keys = { ...draft.keys };
  note(desk, { do: "keys", keys: desk.keys });
  dress(desk);
  close();
}
