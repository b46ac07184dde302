// From data to document: every node is made by name from these lists and every text is a text. No innerHTML anywhere.

const HTML_TAGS = new Set(
  ("p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s br hr table thead tbody tr th td a span").split(" "),
);
const MATHML_TAGS = new Set(
  (
    "math mrow mi mo mn ms mtext mspace mfrac msqrt mroot msup msub msubsup mover munder munderover mmultiscripts " +
    "mtable mtr mtd mstyle mpadded mphantom menclose"
  ).split(" "),
);
const HTML_ATTRIBUTES = { ol: ["start"], th: ["align"], td: ["align"], p: ["class"], span: ["class"], code: ["class"] };
const MATHML_ATTRIBUTES = new Set(
  (
    "display displaystyle scriptlevel mathvariant stretchy fence form lspace rspace minsize maxsize linethickness " +
    "columnalign rowspacing columnspacing accent accentunder width height depth voffset separator symmetric largeop " +
    "movablelimits columnlines rowlines notation"
  ).split(" "),
);
const HIDDEN = /([\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+)/u;
const CLOSING = /^[.,;:!?)\]%]+/;
const MATHML = "http://www.w3.org/1998/Math/MathML";

// Append a tree of the server to a node.
function grow(parent, tree) {
  for (const node of tree) {
    if (typeof node === "string") parent.append(...seen(closed(parent.lastChild, node)).filter(Boolean));
    else if (Array.isArray(node)) grow(branch(parent, node[0], node[1] || {}), node[2] || []);
  }
  return parent;
}

// A formula keeps the marks that close it on its line, where browsers would break; what is left of the text.
function closed(before, text) {
  const [marks] = (before?.localName === "math" && CLOSING.exec(text)) || [""];
  if (!marks) return text;
  const whole = make("span", "whole");
  before.replaceWith(whole);
  whole.append(before, marks);
  return text.slice(marks.length);
}

// Marks that turn words round or that nobody sees would be accepted unseen: they are shown by their numbers.
function seen(text) {
  return text.split(HIDDEN).map((part, index) => (index % 2 ? hidden(part) : part));
}

function hidden(marks) {
  const codes = Array.from(marks, (mark) => `U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
  const made = make("span", "hidden", [codes.length > 3 ? `${codes.length} hidden characters` : codes.join(" ")]);
  made.title = codes.slice(0, 50).join(" ");
  return made;
}

function branch(parent, tag, attributes) {
  const made = MATHML_TAGS.has(tag) ? formula(tag, attributes) : HTML_TAGS.has(tag) ? element(tag, attributes) : null;
  if (!made) return parent;
  if (tag === "table") parent.append(make("div", "table", [made]));
  else parent.append(made);
  return made;
}

function formula(tag, attributes) {
  const made = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (MATHML_ATTRIBUTES.has(name)) made.setAttribute(name, value);
  }
  return made;
}

function element(tag, attributes) {
  if (tag === "a") return outside(attributes.href);
  const made = document.createElement(tag);
  for (const name of HTML_ATTRIBUTES[tag] || []) if (attributes[name]) made.setAttribute(name, attributes[name]);
  return made;
}

function outside(address) {
  if (!/^https?:\/\//i.test(address || "")) return document.createElement("span");
  const made = document.createElement("a");
  made.href = address;
  made.rel = "noopener noreferrer";
  made.target = "_blank";
  return made;
}

// A page of the studio, in a tab of its own so that the place in the queue is not left.
function inside(words, address) {
  const made = make("a", "inside", [words]);
  if (/^[a-z_]+\?[\w=&.%-]*$/.test(address)) {
    made.href = address;
    made.rel = "noopener";
    made.target = "_blank";
  }
  return made;
}

function make(tag, name, children = []) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

function icon(name) {
  const made = make("span", "icon", [name]);
  made.setAttribute("aria-hidden", "true");
  return made;
}
