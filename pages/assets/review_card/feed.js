// The line between the server and the card. It lives in a fragment, so that a press draws nothing else anew, and is so
// short because Streamlit sends a component's script along with each of its messages; the card itself is sent once.

const lines = (globalThis[Symbol.for("glan.review.lines")] ??= new Map());

export default function ({ data, setStateValue }) {
  const line = lines.get(data.desk) || { hear: null, last: null };
  lines.set(data.desk, line);
  line.post = (told) => setStateValue("told", told);
  line.last = data;
  line.hear?.(data);
}
