"""One verdict for many samples at once: what would be judged, ten of them to look at, the verdict, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from core.domain.filters import SampleFilter
from core.domain.queues import QueueWish
from core.domain.states import ReviewState
from core.errors import ConflictError
from core.services.bulk_verdicts import BulkPreview
from pages.components.bulk_counts import show_counts
from pages.components.figures import count, percent
from pages.components.notices import problems, show_error
from pages.components.presses import press
from pages.components.sample_source import draw_turns
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import plain, rich

_OPEN, _LOOKED, _AT, _DONE = "bulk.dialog", "bulk.looked", "bulk.at", "bulk.done"
_WORDS = {ReviewState.ACCEPTED: "Accept all", ReviewState.REJECTED: "Reject all"}
_NO_REASON = ""


def bulk_button(h: Here, wish: QueueWish) -> None:
    """A button that opens the dialog for what fits the wish."""
    st.button(
        "Judge in bulk",
        key="bulk.open",
        icon=":material/done_all:",
        type="tertiary",
        help="One verdict for all pending samples that fit the filters, after a look at ten of them.",
        on_click=_begin,
        args=(h, wish.wanted),
    )
    if _OPEN in st.session_state:
        _dialog(h, wish.wanted)


def _begin(h: Here, wanted: SampleFilter) -> None:
    _close()
    seen = h.work.bulk_verdicts.preview(h.project_id, wanted)
    _mean(seen)


def _mean(seen: BulkPreview) -> None:
    """From now on the dialog is about what was counted just now."""
    st.session_state[_OPEN] = {"until": seen.until, "fingerprint": seen.fingerprint}
    st.session_state[_LOOKED], st.session_state[_AT] = [], 0


def _close() -> None:
    for key in (_OPEN, _LOOKED, _AT, _DONE):
        st.session_state.pop(key, None)
    spend_form_token("bulk")


def unfinished_bar(h: Here) -> None:
    """Nothing at all unless the studio stopped while this person's bulk verdict was being taken back."""
    half = h.work.bulk_verdicts.unfinished(h.who, h.project_id)
    if half is None:
        return
    word = "accepted" if half.verdict is ReviewState.ACCEPTED else "rejected"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bulk.unfinished"):
        st.markdown(
            f":material/undo: **Your bulk verdict is taken back in part only**, as the studio stopped meanwhile: of "
            f"{count(half.taken + half.left, 'sample')} {half.left:,} still stand as {word} by you. Nothing is lost.",
            width="stretch",
        )
        label = "Take the rest back"
        press(label, partial(_finish, h, half.batch), key="bulk.finish", icon="undo")


def _finish(h: Here, batch: str) -> str:
    taken = h.work.bulk_verdicts.take_back(h.who, h.project_id, batch, token=f"back-{batch}")
    return f"{count(taken, 'verdict')} taken back."


@st.dialog("Judge in bulk", width="large", on_dismiss=_close)
def _dialog(h: Here, wanted: SampleFilter) -> None:
    """Outcome if there is one, else what would be judged."""
    if _DONE in st.session_state:
        _outcome(h, st.session_state[_DONE])
        return
    meant = st.session_state[_OPEN]
    try:
        seen = h.work.bulk_verdicts.again(h.project_id, wanted, meant["until"], meant["fingerprint"])
    except ConflictError as error:
        show_error(error)
        st.button("Count again", key="bulk.again", icon=":material/refresh:", on_click=_begin, args=(h, wanted))
        return
    show_counts(seen)
    if not seen.judged:
        st.info("None of these samples is pending, so there is nothing to judge.", icon=":material/info:")
        return
    _examples(seen)
    _verdict(h, seen)


def _examples(seen: BulkPreview) -> None:
    """The random sample, one at a time; each that was shown counts as looked at."""
    number, at = len(seen.examples), min(int(st.session_state[_AT]), len(seen.examples) - 1)
    sample = seen.examples[at]
    looked: list[int] = st.session_state[_LOOKED]
    if sample.id not in looked:
        st.session_state[_LOOKED] = looked = [*looked, sample.id]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Example {at + 1} of {number}**, drawn at random", width="content")
        st.button(
            "Back", key="bulk.back", icon=":material/chevron_left:", disabled=not at, on_click=_go, args=(at - 1,)
        )
        last = at == number - 1
        st.button("Next", key="bulk.next", icon=":material/chevron_right:", disabled=last, on_click=_go, args=(at + 1,))
    with st.container(border=True, height=300, key="bulk.example"):
        st.caption(f"Sample {sample.id}")
        draw_turns(sample.history)
        st.markdown(rich(sample.question), anchors=False)
        st.divider()
        st.markdown(rich(sample.answer), anchors=False)


def _go(at: int) -> None:
    st.session_state[_AT] = at


def _verdict(h: Here, seen: BulkPreview) -> None:
    left = len(seen.examples) - len(st.session_state[_LOOKED])
    verdict = st.segmented_control(
        "Verdict",
        list(_WORDS),
        default=ReviewState.ACCEPTED,
        required=True,
        format_func=_WORDS.__getitem__,
        key="bulk.verdict",
    )
    chosen = ReviewState(verdict or ReviewState.ACCEPTED)
    reason = note = ""
    if chosen is ReviewState.REJECTED:
        reason, note = _why(h)
    if seen.second_share:
        st.caption(
            f"About {percent(seen.second_share)} of them will be shown to a second person, as after any verdict."
        )
    label = f"{'Accept' if chosen is ReviewState.ACCEPTED else 'Reject'} {count(seen.judged, 'sample')}"
    unready = bool(left) or (chosen is ReviewState.REJECTED and not (reason or note.strip()))
    pressed = st.button(label, key="bulk.judge", icon=":material/done_all:", type="primary", disabled=unready)
    if left:
        st.caption(f"{count(left, 'example')} still to look at: page on with Next.")
    elif unready:
        st.caption("Say why they are rejected.")
    if pressed:
        with problems():
            _judge(h, seen, chosen, reason, note)


def _why(h: Here) -> tuple[str, str]:
    reasons = [_NO_REASON, *h.project.reject_reasons]
    reason = st.selectbox(
        "Reason",
        reasons,
        format_func=lambda each: plain(each, 80) if each else "Choose a reason",
        key="bulk.reason",
    )
    note = st.text_input(
        "Note", key="bulk.note", max_chars=2000, placeholder="In your own words (optional with a reason)"
    )
    return reason or "", note or ""


def _judge(h: Here, seen: BulkPreview, verdict: ReviewState, reason: str, note: str) -> None:
    with st.spinner("Judging ..."):
        outcome = h.work.bulk_verdicts.judge(
            h.who,
            h.project_id,
            seen,
            verdict,
            looked=st.session_state[_LOOKED],
            token=form_token("bulk"),
            reason=reason,
            note=note,
        )
    st.session_state[_DONE] = {
        "batch": outcome.batch,
        "judged": outcome.judged,
        "passed_over": outcome.passed_over,
        "word": verdict.value,
    }
    st.rerun()


def _outcome(h: Here, done: Mapping[str, Any]) -> None:
    if "taken" in done:
        words = f"{count(int(done['taken']), 'verdict')} taken back."
        st.success(f"{words} What others said meanwhile stands.", icon=":material/undo:")
    else:
        st.success(f"**{count(int(done['judged']), 'sample')}** {done['word']}.", icon=":material/check_circle:")
        if done["passed_over"]:
            changed = count(int(done["passed_over"]), "sample was", "samples were")
            why = "changed or judged since they were counted, or in somebody else's hands"
            st.warning(f"{changed} passed over: {why}.", icon=":material/info:")
        st.caption("It can be taken back as one, here or later with Undo on the Review page.")
    with st.container(horizontal=True):
        if "taken" not in done and st.button("Take it back", key="bulk.take_back", icon=":material/undo:"):
            with problems(), st.spinner("Taking it back ..."):
                taken = h.work.bulk_verdicts.take_back(
                    h.who, h.project_id, str(done["batch"]), token=f"back-{done['batch']}"
                )
                st.session_state[_DONE] = {**done, "taken": taken}
                st.rerun()
        if st.button("Close", key="bulk.close", type="primary"):
            _close()
            st.rerun()
