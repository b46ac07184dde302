// The line between the server and a tree. It lives in a fragment, so that a question draws nothing else anew, and is so
// short because Streamlit sends a component's script along with each of its messages; the element itself is sent once.

const lines = (globalThis[Symbol.for("glan.tree.lines")] ??= new Map());

export default function ({ data, setStateValue }) {
  const line = lines.get(data.tree) || { hear: null, last: null };
  lines.set(data.tree, line);
  line.last = { data, post: (log) => setStateValue("log", log) };
  line.hear?.(line.last);
  return () => {
    line.last = null;
  };
}
