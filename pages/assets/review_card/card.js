// One sample as it is shown: question and answer on the left, beside them what helps to judge them.

function drawCard(card, guidelines) {
  const main = make("div", "main", [
    ...card.turns.map(drawTurn),
    card.task ? drawTask(card.task) : null,
    card.changes ? drawChanges(card.changes) : null,
  ]);
  const side = make("aside", "side", [
    drawStanding(card),
    card.said.length ? drawSaid(card.said) : null,
    drawFacts(card.facts),
    drawLinks(card),
    ...card.checks.map(drawCheck),
    guidelines.length ? drawGuidelines(guidelines) : null,
    drawHistory(card),
  ]);
  const made = make("article", "card", [main, side]);
  made.dataset.sample = card.id;
  made.setAttribute("aria-label", `Sample ${card.id}`);
  return made;
}

function drawTurn({ title, body }) {
  const text = grow(make("div", "text"), body);
  text.dir = "auto";
  return make("section", "turn", [make("div", "title", [title]), text]);
}

// Options with the marked one, the query with its result, the final answer.
function drawTask(task) {
  const parts = [make("div", "title", [task.title])];
  if (task.options.length) {
    const items = task.options.map(([letter, text, marked]) => {
      const item = make("li", marked ? "marked" : "", [make("b", "", [letter]), grow(make("span"), text)]);
      if (marked) item.append(make("span", "tick", [icon("check"), "marked"]));
      return item;
    });
    parts.push(make("ul", "options", items));
  }
  if (task.body.length) parts.push(grow(make("div", "text"), task.body));
  if (task.words) parts.push(make("div", "words", [task.words]));
  return make("section", "turn task", parts);
}

function drawChanges({ title, parts }) {
  const made = make("details", "changes", [make("summary", "", [icon("difference"), title])]);
  made.open = true;
  for (const [name, pieces] of parts) {
    const words = pieces.map(([how, text]) => make(how === "-" ? "del" : how === "+" ? "ins" : "span", "", seen(text)));
    const text = make("div", "compared", words);
    text.dir = "auto";
    made.append(make("div", "title", [name]), text);
  }
  return made;
}

function drawStanding(card) {
  const flag = make("span", "badge orange", [icon("flag"), "Flagged"]);
  const badges = card.badges.map(([words, name, tone]) => make("span", `badge ${tone}`, [icon(name), words]));
  return make("div", "standing", [make("b", "", [`Sample ${card.id}`]), ...badges, card.flagged ? flag : null]);
}

// The verdicts that stand, where the reader may see them: both sides of a dispute, or why it is rejected.
function drawSaid(said) {
  const items = said.map(({ person, words, tone, why }) =>
    make("li", tone, [make("b", "", [person]), ` ${words}`, why ? make("div", "why", [why]) : null]),
  );
  return make("ul", "said", items);
}

function drawFacts(facts) {
  return make("ul", "facts", facts.map((fact) => make("li", "", [fact])));
}

function drawLinks(card) {
  return make("div", "links", card.links.map(([words, address]) => inside(words, address)));
}

function drawCheck({ words, passed }) {
  return make("div", `check ${passed ? "passed" : "failed"}`, [icon(passed ? "verified" : "warning"), words]);
}

function drawGuidelines(guidelines) {
  const parts = [make("summary", "", [icon("rule"), "Guidelines"]), grow(make("div", "text"), guidelines)];
  return make("details", "rules", parts);
}

function drawHistory({ history }) {
  const lines = make("ul", "facts", history.lines.map((line) => make("li", "", [line])));
  const earlier = history.earlier.flatMap(([title, text]) => [make("div", "title", [title]), make("pre", "", seen(text))]);
  return make("details", "", [make("summary", "", [icon("history"), history.title]), lines, ...earlier]);
}
