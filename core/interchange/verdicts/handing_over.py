"""Samples for reviewers in other tools: tasks of Label Studio with their labelling config, records of Argilla.

Sample id and content hash travel with every row, so that verdicts find the very text they were given to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from core.domain.records import Sample
from core.interchange.dataset_rows import one_line
from core.interchange.verdicts.model import Source

QUESTION, ANSWER, EARLIER = "question", "answer", "earlier"
VERDICT, REASON, NOTE = "verdict", "reason", "note"


def rows(source: Source, samples: Sequence[Sample]) -> Iterator[bytes]:
    """A JSON list, one line for each sample."""
    shape = {Source.LABEL_STUDIO: _task, Source.ARGILLA: _record}[source]
    yield b"[\n"
    for place, sample in enumerate(samples):
        yield (",\n" if place else "").encode() + one_line(shape(sample)).encode("utf-8", "replace")
    yield b"\n]\n"


def _about(sample: Sample) -> dict[str, Any]:
    """What names the text, and what a reviewer may sort by; nothing that says who made it or what others said."""
    return {
        "sample_id": sample.id,
        "content_hash": sample.content_hash,
        "discipline": next(iter(reversed(sample.lineage.get("path") or ())), ""),
        "difficulty": sample.difficulty.value if sample.difficulty else "",
    }


def _texts(sample: Sample) -> dict[str, str]:
    earlier = "\n\n".join(f"Question: {question}\nAnswer: {answer}" for question, answer in sample.history)
    return {QUESTION: sample.question, ANSWER: sample.answer, EARLIER: earlier}


def _task(sample: Sample) -> dict[str, Any]:
    """Data of a task comes back in every kind of export, its meta only in JSON."""
    return {"data": {**_texts(sample), **_about(sample)}, "meta": _about(sample)}


def _record(sample: Sample) -> dict[str, Any]:
    texts = {name: text for name, text in _texts(sample).items() if text}
    return {
        "id": f"sample-{sample.id}-{sample.content_hash}",
        "fields": texts,
        "metadata": {name: value for name, value in _about(sample).items() if value != ""},
        "suggestions": {},
        "responses": {},
        "vectors": {},
    }


def labelling_config(reasons: Sequence[str], guidelines: str, *, conversations: bool) -> str:
    """What Label Studio shows and asks: the texts, accept or reject, the project's own reasons, a note."""
    shown = [(EARLIER, "Earlier turns")] if conversations else []
    shown += [(QUESTION, "Question"), (ANSWER, "Answer")]
    parts = [f"  <Header value={quoteattr(guidelines)} size='6'/>"] if guidelines else []
    parts += [f'  <Header value="{title}"/>\n  <Text name="{name}" value="${name}"/>' for name, title in shown]
    parts.append(_choices(VERDICT, {"accept": "a", "reject": "r"}, 'choice="single" showInline="true" required="true"'))
    if reasons:
        keys = {reason: str(place) if place < 10 else "" for place, reason in enumerate(reasons, 1)}
        when = f'visibleWhen="choice-selected" whenTagName="{VERDICT}" whenChoiceValue="reject"'
        parts.append(_choices(REASON, keys, f'choice="multiple" {when}'))
    parts.append(f'  <TextArea name="{NOTE}" toName="{ANSWER}" rows="2" maxSubmissions="1" placeholder="Note"/>')
    return "\n".join(["<View>", *parts, "</View>", ""])


def _choices(name: str, keys: Mapping[str, str], more: str) -> str:
    inner = "\n".join(
        f"    <Choice value={quoteattr(value)}{f' hotkey={quoteattr(key)}' if key else ''}/>"
        for value, key in keys.items()
    )
    return f'  <Choices name="{name}" toName="{ANSWER}" {more}>\n{inner}\n  </Choices>'
