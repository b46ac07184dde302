"""What a reviewer wishes for a sample, carried out: every wish names the sample, the version seen and its token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.domain.records import Sample
from core.domain.review import VERDICTS
from core.domain.states import ReviewState
from core.errors import ConflictError, NotFoundError, StudioError
from core.ids import new_token
from core.services.sample_views import SampleView
from pages.components.review_line import put
from pages.components.review_queue import go_on, hold, place, spend_token
from pages.components.session import Here

REJECTING, EDITING = "review.rejecting", "review.editing"
CONFLICTS, PROBLEM, LAST = "review.conflicts", "review.problem", "review.last"
FIXED = "review.fixed"
_OWN, _MENDING = "review.own", "review.mending"
_SAID = {
    "accept": "accepted",
    "reject": "rejected",
    "fix": "rejected; a teacher is to repair it",
    "skip": "skipped",
    "edit": "saved as a new revision",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One press: what to do with which sample as it was seen. `token` counts once; `blind`: others' were not shown."""

    do: str
    seen: Sample
    token: str
    reason: str = ""
    note: str = ""
    fix: bool = False
    blind: bool = False


def fulfil(h: Here, wish: Wish) -> None:
    """Accept, reject or skip, and go on to the next sample; a lost race is shown and the queue goes on."""
    begin()
    seen, said = wish.seen, _SAID[wish.do]
    try:
        if wish.do == "skip":
            h.work.review.skip(h.who, seen, token=wish.token)
        else:
            own(saved := _decide(h, wish))
            said = _outcome(wish, saved)
        told = wish.fix or "repaired" in st.query_params
        st.session_state[FIXED] = told or st.session_state.get(FIXED, False)
        st.session_state[LAST] = f"Sample {seen.id} {said}."
        st.session_state[_MENDING] = seen.id if wish.fix else None
    except ConflictError as error:
        if not _said_before(h, wish, error.current):
            note_conflict(error, seen, wish.do)
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)
        return
    spend_token(seen.id)
    at, _ = place()
    if at in {None, seen.id}:
        go_on(seen.id)


def last_words(h: Here) -> str:
    """What the last press did, as long as it is so: a repair that came back ended what is said of it."""
    mending = st.session_state.get(_MENDING)
    if mending and h.work.review.view(h.project_id, mending).sample.review is not ReviewState.REJECTED:
        st.session_state[LAST] = st.session_state[_MENDING] = None
    return st.session_state.get(LAST) or ""


def _outcome(wish: Wish, now: Sample) -> str:
    """What the verdict was, and what others' verdicts leave of it; who judges unseen must not learn of any."""
    if wish.blind or now.review is VERDICTS[wish.do]:
        return _SAID["fix" if wish.fix else wish.do]
    rest = "others differ, it is disputed" if now.review is ReviewState.DISPUTED else f"it stays {now.review.value}"
    return f"{_SAID[wish.do]} by you; {rest}"


def _decide(h: Here, wish: Wish) -> Sample:
    verdict = VERDICTS[wish.do]
    return h.work.review.decide(
        h.who,
        wish.seen,
        verdict,
        token=wish.token,
        reason=wish.reason,
        note=wish.note,
        blind=wish.blind,
        fix=wish.fix,
    )


def _said_before(h: Here, wish: Wish, current: object) -> bool:
    """Did the same person say the very same of the same text, in another window?"""
    if not isinstance(current, Sample) or current.content_hash != wish.seen.content_hash or wish.do not in VERDICTS:
        return False
    own_entries = [
        entry for entry in h.work.review.view(h.project_id, current.id).reviews if entry.person == h.who.name
    ]
    last = own_entries[-1] if own_entries else None
    same = last is not None and (last.verdict, last.content_hash) == (wish.do, current.content_hash)
    if same:
        st.session_state[LAST] = f"Sample {current.id} was {_SAID[wish.do]} by you already."
    return same


def flag(h: Here, seen: Sample, token: str, on: bool) -> None:
    """Mark the sample, or take the mark away, as the person saw it; it stays in hand."""
    begin()
    try:
        marked = h.work.review.flag(h.who, seen, on=on, token=token)
        own(marked)
        spend_token(seen.id)
        st.session_state[LAST] = f"Sample {seen.id} {'flagged' if marked.flagged else 'is flagged no more'}."
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)


def undo(h: Here, token: str) -> int | None:
    """Take back the last step and show its sample; None where there was nothing."""
    begin()
    st.session_state[EDITING] = None
    st.session_state["review.undo"] = new_token()
    try:
        sample = h.work.review.undo(h.who, h.project_id, token=token)
    except NotFoundError as error:
        st.session_state[LAST] = f"{error.message} {error.hint}"
        return None
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)
        return None
    own(sample)
    spend_token(sample.id)
    hold(sample.id)
    st.session_state[LAST] = f"The last step on sample {sample.id} was taken back."
    return sample.id


def undo_token() -> str:
    """The token of the next undo."""
    return str(st.session_state.setdefault("review.undo", new_token()))


def begin() -> None:
    """A new press: what the last one met is read."""
    st.session_state[REJECTING] = None
    st.session_state[PROBLEM] = st.session_state[LAST] = st.session_state[_MENDING] = None


def own(sample: Sample) -> None:
    """Remember the version that one's own step left, which cards drawn before it do not know."""
    versions: dict[int, int] = st.session_state.setdefault(_OWN, {})
    versions.pop(sample.id, None)
    versions[sample.id] = sample.version
    while len(versions) > 500:
        versions.pop(next(iter(versions)))


def as_seen(view: SampleView, version: int, content_hash: str) -> Sample:
    """The sample as it was on screen, one's own later steps allowed for."""
    sample = view.sample
    known = st.session_state.get(_OWN, {}).get(sample.id, 0)
    revision = next((old["n"] for old in view.revisions if old["content_hash"] == content_hash), sample.revision)
    seen = {"version": max(version, known), "content_hash": content_hash, "revision": revision}
    return sample.model_copy(update=seen)


def open_reasons(sample_id: int) -> None:
    """Show the reasons for this sample; a second press closes them."""
    st.session_state[REJECTING] = None if st.session_state.get(REJECTING) == sample_id else sample_id


def open_edit(sample: Sample) -> None:
    """Begin to edit the text as it stands."""
    begin()
    st.session_state[EDITING] = {"id": sample.id, "version": sample.version, "hash": sample.content_hash}
    st.session_state["review.question"] = sample.question
    st.session_state["review.answer"] = sample.answer
    hold(sample.id)


def close_edit() -> None:
    """Back to the card; what was typed is dropped, and what its saving met."""
    st.session_state[EDITING] = st.session_state[PROBLEM] = None


def save_edit(h: Here, sample: Sample, question: str, answer: str, *, accept: bool) -> bool:
    """Store a new revision, and accept it if asked; False when it could not be stored and the form stays open.

    The version is the one at which editing began; after a lost race it is the present one, whose text is then shown.
    """
    begun: Mapping[str, Any] = st.session_state[EDITING]
    seen = sample.model_copy(update={"version": begun["version"], "content_hash": begun["hash"]})
    st.session_state[PROBLEM] = None
    try:
        saved = h.work.review.edit(h.who, seen, question, answer, token=new_token())
    except ConflictError as error:
        note_conflict(error, seen, "edit")
        if isinstance(error.current, Sample):
            st.session_state[EDITING] = {**begun, "version": error.current.version, "hash": error.current.content_hash}
        return False
    except StudioError as error:
        st.session_state[PROBLEM] = (error.message, error.hint)
        return False
    close_edit()
    own(saved)
    spend_token(saved.id)
    if accept:
        put(saved.id, "gone")
        fulfil(h, Wish("accept", saved, new_token()))
        return True
    put(saved.id, "front")
    if saved.version != sample.version:
        st.session_state[LAST] = f"Sample {saved.id} {_SAID['edit']}; it awaits a verdict."
    return True


def note_conflict(error: ConflictError, seen: Sample, wished: str) -> None:
    """Keep what is needed to show both texts."""
    entry = {"sample": seen.id, "revision": seen.revision, "wished": wished, "message": error.message}
    st.session_state[CONFLICTS] = [*st.session_state.get(CONFLICTS, []), entry][-5:]


def take_again(sample_id: int) -> None:
    """Bring a sample whose verdict came too late to the top as it stands now."""
    st.session_state[CONFLICTS] = [each for each in st.session_state[CONFLICTS] if each["sample"] != sample_id]
    put(sample_id, "front")
    hold(sample_id)


def forget_conflicts() -> None:
    """They were read."""
    st.session_state[CONFLICTS] = []
