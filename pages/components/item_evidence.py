"""One item in full: what was drawn, what was made of it, the exact prompts and the raw answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from core.domain.call_records import Request
from core.domain.records import Sample
from core.domain.states import ItemState
from core.services.runs import Evidence
from pages.components.figures import count, money
from pages.components.run_words import ITEMS, stage_name
from pages.components.sample_source import check_word, draw_seed, draw_turns, item_words, turn_title
from pages.components.text import rich, safe

_LONGEST = 60_000
_PASSED = ":green-badge[:material/verified: verified]"
_FAILED = ":orange-badge[:material/gpp_maybe: failed verification]"


def show_item(found: Evidence, *, key: str) -> None:
    """The card of one item."""
    item = found.item
    with st.container(border=True):
        _head(found)
        if "groups" in item.spec:
            _drawn(item.spec)
        if found.sample:
            _source(found.sample)
            _pair(found.sample)
            _checks(found)
        elif item.error:
            st.error(safe(f"{item.error} {item.hint}", 1200), icon=":material/error:")
        prompts(found, key=key)


def _head(found: Evidence) -> None:
    spec, word = found.item.spec, ITEMS[found.item.state][0]
    colour = "gray" if found.item.state is ItemState.PLANNED else "green" if found.sample else "orange"
    parts = [f"**{found.item.idx + 1}**"]
    if "difficulty" in spec:
        parts.append(f":{'violet' if spec['difficulty'] == 'challenging' else 'blue'}-badge[{spec['difficulty']}]")
    parts.append(safe(" › ".join(item_words(spec)), 200))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(" ".join(parts), width="stretch")
        cost = f"{count(found.calls, 'call')}, {safe(money(found.cost))}" if found.calls else ""
        st.markdown(f"{cost} :{colour}-badge[{word.lower()}]", width="content")


def _drawn(spec: Mapping[str, Any]) -> None:
    """The chosen class sessions and, highlighted, the key concepts chosen from them."""
    for number, name, concepts in zip(spec["session_numbers"], spec["sessions"], spec["groups"], strict=True):
        badges = " ".join(f":yellow-badge[{safe(concept, 120)}]" for concept in concepts)
        of = f"class session {number} of {spec['n_sessions']}"
        st.markdown(f":material/menu_book: **{safe(name, 160)}** :gray[{of}] {badges}")


def _source(sample: Sample) -> None:
    """The seed, one click away, and the turns before."""
    draw_seed(sample.lineage)
    draw_turns(sample.history)


def _pair(sample: Sample) -> None:
    question, answer = st.columns(2, gap="medium")
    with question:
        st.caption(turn_title("Question", sample.history))
        st.markdown(rich(sample.question))
    with answer:
        st.caption(turn_title("Answer", sample.history))
        st.markdown(rich(sample.answer))


def _checks(found: Evidence) -> None:
    """What each check said; of those that could not tell, why."""
    sample = found.sample
    assert sample is not None
    notes = [str(text) for key, text in sample.lineage.items() if key.endswith("_note")]
    if not found.checks and not notes:
        st.caption("Verification: off for this plan.")
    for check in found.checks:
        badge = _PASSED if check["passed"] else _FAILED
        st.markdown(f"{badge} {safe(check_word(check['method']))}: {safe(check['detail'], 600)}")
    for note in notes:
        st.markdown(f":gray-badge[:material/help: not told] {safe(note, 600)}")


def prompts(found: Evidence, *, key: str) -> None:
    """Every request of the item, word for word, drawn only when it is opened."""
    box = st.expander(
        f"Exact prompts and raw answers ({len(found.requests)})",
        key=f"{key}.prompts",
        icon=":material/subject:",
        type="compact",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        if not found.requests:
            st.caption("Nothing was sent for this item yet.")
            return
        requests_in_full(found.requests, key=key)


def requests_in_full(requests: Sequence[Request], *, key: str) -> None:
    """Each request in a tab: the exact messages, how it ended, the answer as it came, with its download."""
    for tab, request in zip(st.tabs([_title(r) for r in requests]), requests, strict=True):
        with tab:
            _request(request, key=f"{key}.{request.id}")


def _title(request: Request) -> str:
    return "Repair" if request.template == "repair" else stage_name(request.stage)


def _request(request: Request, *, key: str) -> None:
    body = request.body
    ended = f"{request.reply_model or request.model}, finish reason {request.finish_reason or 'not told'}"
    answered = "none" if request.reply is None else ended
    st.caption(
        safe(
            f"Model {request.model}, temperature {body['temperature']}, top-p {body['top_p']}, at most "
            f"{body['max_tokens']:,} tokens. Template {request.template}, version {request.template_hash[:8]}. "
            f"Answer: {answered}.",
            600,
        )
    )
    for message in body["messages"]:
        st.caption(f"Prompt, {safe(message['role'])}")
        st.code(message["content"][:_LONGEST], language=None, wrap_lines=True, height=_height(message["content"]))
    if body.get("schema"):
        st.caption("The reply must follow a JSON schema; it is sent with the prompt.")
    if request.error:
        st.error(safe(request.error, 800), icon=":material/error:")
    _answer(request, key=key)


def _answer(request: Request, *, key: str) -> None:
    """The body as it was stored; of a call that fetched several answers, the own text."""
    raw = request.raw or request.reply
    if raw is None:
        st.caption("No answer is stored.")
        return
    if request.raw:
        st.caption("Answer as it came")
    else:
        st.caption("Answer; the body it came in is kept with the first request of the call that fetched several")
    st.code(raw[:_LONGEST], language=None, wrap_lines=True, height=_height(raw))
    data = raw.encode("utf-8", "replace")
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(raw) > _LONGEST:
            st.caption(f"The first {_LONGEST:,} of {len(raw):,} characters are shown.")
        st.download_button(
            "Download the answer",
            data,
            file_name=f"request-{request.id}-{hashlib.sha256(data).hexdigest()[:10]}.txt",
            mime="text/plain",
            key=f"{key}.raw",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def _height(text: str) -> int | Literal["content"]:
    return 320 if len(text) > 1200 or text.count("\n") > 14 else "content"
