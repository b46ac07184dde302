"""A sample as data for the card in the browser: texts, and trees of nodes for what is Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.domain.review import VERDICTS
from core.domain.states import ReviewState
from core.services.sample_views import SampleView
from pages.components.figures import count, when
from pages.components.markdown_tree import Node, code, tree
from pages.components.review_lineage import (
    CHECKED,
    STATES,
    WISHED,
    address,
    because,
    checks,
    history_words,
    lineage_words,
    links,
    said_beside,
    said_word,
    wished,
)
from pages.components.review_task import TaskPart, task_part
from pages.components.sample_source import turn_title
from pages.components.text_diff import word_changes

Card = dict[str, Any]


def card_of(view: SampleView, person: str) -> Card:
    """All that the card shows, and what a press must name. `person`: as the address names them, "" if it does not."""
    sample = view.sample
    task = task_part(view)
    return {
        "id": sample.id,
        "version": sample.version,
        "hash": sample.content_hash,
        "blind": view.blind,
        "flagged": sample.flagged,
        "badges": [STATES[sample.review], CHECKED[sample.verification]],
        "turns": _turns(view),
        "task": _task(task) if task else None,
        "changes": changes_of(view),
        "said": _said(view),
        "facts": lineage_words(view),
        "links": [(words, address(page, query)) for words, page, query in links(sample, person)],
        "checks": [{"words": words, "passed": passed} for words, passed in checks(view)],
        "history": _history(view),
    }


def _turns(view: SampleView) -> list[Mapping[str, object]]:
    history = view.sample.history
    turns: list[Mapping[str, object]] = []
    for number, (question, answer) in enumerate(history, 1):
        turns.append({"title": f"Turn {number}, question", "body": tree(question)})
        turns.append({"title": f"Turn {number}, answer", "body": tree(answer)})
    turns.append({"title": turn_title("Question", history), "body": tree(view.sample.question)})
    turns.append({"title": turn_title("Answer", history), "body": tree(view.sample.answer)})
    return turns


def _task(part: TaskPart) -> Mapping[str, object]:
    body: tuple[Node, ...] = (code(part.sql, "sql"),) if part.sql else (("p", {}, (part.words,)),) if part.words else ()
    options = [(option.letter, tree(option.text), option.marked) for option in part.options]
    return {"title": part.title, "options": options, "body": body, "words": part.told}


def changes_of(view: SampleView) -> Mapping[str, object] | None:
    """What the last edit changed, None for a first revision."""
    sample = view.sample
    before = next((revision for revision in view.revisions if revision["n"] == sample.revision - 1), None)
    if before is None:
        return None
    pairs = (
        ("Question", str(before["question"]), sample.question),
        ("Answer", str(before["answer"]), sample.answer),
    )
    parts = [(name, word_changes(old, new)) for name, old, new in pairs if old != new]
    if parts and wished(view):
        parts.insert(0, (WISHED, [(" ", wished(view))]))
    return {"title": f"What changed since revision {before['n']}", "parts": parts} if parts else None


def _said(view: SampleView) -> list[Mapping[str, str]]:
    return [
        {
            "person": entry.person,
            "words": said_word(entry),
            "tone": "green" if VERDICTS[entry.verdict] is ReviewState.ACCEPTED else "red",
            "why": because(entry),
        }
        for entry in said_beside(view)
    ]


def _history(view: SampleView) -> Mapping[str, object]:
    revision, entries = view.sample.revision, len(view.reviews)
    earlier = [
        (
            f"Revision {old['n']} by {old['person']}, {when(float(str(old['at'])))}",
            f"{old['question']}\n\n{old['answer']}",
        )
        for old in view.revisions
        if old["n"] != revision
    ]
    lines = history_words(view.reviews) or ["No entry to show."]
    return {
        "title": f"History: revision {revision}, {count(entries, 'entry', 'entries')}",
        "lines": lines,
        "earlier": earlier,
    }
