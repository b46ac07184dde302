// Ctrl+Z and Ctrl+Shift+Z press the two buttons of the undo bar. Streamlit's own shortcuts would also fire while
// somebody types, where these keys belong to the text; and nothing is taken back behind an open dialog.

const TYPING = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";
const readers = new Map();

export default function (component) {
  if (!readers.has(component.key)) readers.set(component.key, listen());
  return () => {
    readers.get(component.key)?.();
    readers.delete(component.key);
  };
}

function listen() {
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}

function onKey(event) {
  const wish = wished(event);
  if (!wish || event.altKey || event.repeat || event.isComposing) return;
  if (event.composedPath().some((part) => part instanceof Element && part.matches(TYPING))) return;
  if (document.querySelector("[role=dialog]")) return;
  const button = document.querySelector(`.st-key-undo-bar-${wish} button:not([disabled])`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

function wished(event) {
  if (!event.ctrlKey && !event.metaKey) return "";
  const pressed = event.key.toLowerCase();
  if (pressed === "z") return event.shiftKey ? "redo" : "undo";
  return pressed === "y" && !event.shiftKey ? "redo" : "";
}
