"""Dialogs over subjects: merge two, move some to another discipline, share some with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.domain.curriculum import Subject
from core.domain.states import NodeState
from core.errors import NotFoundError
from core.services.subject_merges import WhichSyllabus
from pages.components.discipline_choice import find_disciplines, option
from pages.components.figures import count
from pages.components.presses import press, show_problem
from pages.components.session import Here
from pages.components.text import safe

_OPEN = "curriculum.dialog"


def open_dialog(name: str, ids: Sequence[int]) -> None:
    """Open a dialog over these subjects at the next drawing."""
    st.session_state[_OPEN] = (name, tuple(ids))


def close_dialog() -> None:
    """Nothing is open any more."""
    st.session_state.pop(_OPEN, None)


def draw_dialog(h: Here) -> bool:
    """The dialog that is open, if any; it shows what its own buttons met, so the page calls it first."""
    name, ids = st.session_state.get(_OPEN, ("", ()))
    if name not in _DIALOGS:
        return False
    try:
        chosen = [h.work.curriculum.subject(h.project_id, subject_id)[0] for subject_id in ids]
    except NotFoundError:
        close_dialog()
        return False
    _DIALOGS[name](h, chosen)
    return True


def _then_close(action: Callable[[], str]) -> str:
    said = action()
    close_dialog()
    return said


def _leave_when_done() -> None:
    """A press inside draws the dialog alone: when it closed, the page is drawn without it."""
    if _OPEN not in st.session_state:
        st.rerun()


def _buttons(label: str, action: Callable[[], str], *, key: str, icon: str, off: bool = False) -> None:
    with st.container(horizontal=True):
        press(label, partial(_then_close, action), key=key, icon=icon, primary=True, disabled=off)
        press("Cancel", close_dialog, key="curriculum.dialog.cancel", quiet=True)
    show_problem()


@st.dialog("Merge two subjects", width="medium", on_dismiss=close_dialog)
def _merge(h: Here, chosen: Sequence[Subject]) -> None:
    _leave_when_done()
    by_id = {subject.id: subject for subject in chosen}
    kept_id = st.radio(
        "Which one stays?",
        list(by_id),
        format_func=lambda i: safe(by_id[i].name, 120),
        captions=[_facts(subject) for subject in chosen],
        key="curriculum.merge.kept",
    )
    kept = by_id[kept_id or chosen[0].id]
    other = next(subject for subject in chosen if subject.id != kept.id)
    which: WhichSyllabus | None = None
    ask = h.work.merges.must_choose(kept, other)
    if ask:
        words = {WhichSyllabus.KEPT: kept.name, WhichSyllabus.OTHER: other.name}
        which = st.radio(
            "Both have a syllabus. Whose goes on?",
            list(words),
            index=None,
            format_func=lambda each: f"That of {safe(words[each], 120)}",
            key="curriculum.merge.syllabus",
        )
    samples = h.work.merges.samples([other.id])
    st.markdown(
        f"Subtopics and {count(samples, 'sample')} of **{safe(other.name, 120)}** go to **{safe(kept.name, 120)}**. A "
        "teacher that names it again means the one that stays."
    )
    action = partial(_do_merge, h, kept, other, which)
    _buttons("Merge", action, key="curriculum.merge.do", icon="merge", off=ask and which is None)


def _facts(subject: Subject) -> str:
    return safe(f"{subject.state.value}, {subject.level}: {', '.join(subject.subtopics)}", 160)


def _do_merge(h: Here, kept: Subject, other: Subject, which: WhichSyllabus | None) -> str:
    h.work.merges.merge(h.who, h.project_id, kept, other, which)
    return f"{other.name} is merged into {kept.name}."


def _discipline(h: Here, without: set[int], key: str) -> int | None:
    paths = {path[-1].id: path for path in find_disciplines(h, f"{key}.find").paths}
    return st.selectbox(
        "Discipline",
        [node_id for node_id in paths if node_id not in without],
        index=None,
        format_func=lambda node_id: option(paths[node_id]),
        placeholder="Choose a discipline",
        key=key,
    )


@st.dialog("Move to another discipline", width="medium", on_dismiss=close_dialog)
def _move(h: Here, chosen: Sequence[Subject]) -> None:
    _leave_when_done()
    names = ", ".join(subject.name for subject in chosen[:3]) + (" and more" if len(chosen) > 3 else "")
    samples = h.work.merges.samples([subject.id for subject in chosen])
    st.markdown(f"**{safe(names)}** with syllabus, history and {count(samples, 'sample')}.")
    target = _discipline(h, {subject.node_id for subject in chosen}, "curriculum.move.to")
    if any(subject.state is NodeState.VERIFIED for subject in chosen):
        st.caption("A verified subject is proposed again in its new place.")
    action = partial(_do_move, h, tuple(chosen), target or 0)
    _buttons("Move", action, key="curriculum.move.do", icon="drive_file_move", off=target is None)


def _do_move(h: Here, chosen: Sequence[Subject], target: int) -> str:
    moved = h.work.subjects.move_to(h.who, h.project_id, chosen, target)
    return f"{count(moved, 'subject')} moved."


@st.dialog("Share with another discipline", width="medium", on_dismiss=close_dialog)
def _share(h: Here, chosen: Sequence[Subject]) -> None:
    _leave_when_done()
    names = ", ".join(subject.name for subject in chosen[:3]) + (" and more" if len(chosen) > 3 else "")
    st.markdown(
        f"**{safe(names)}** is then listed there too, with the same syllabus. Its questions are drawn once: counted in "
        "its own discipline, and included when only the other one is chosen."
    )
    target = _discipline(h, {subject.node_id for subject in chosen}, "curriculum.share.with")
    action = partial(do_share, h, tuple(chosen), target or 0)
    _buttons("Share", action, key="curriculum.share.do", icon="share", off=target is None)


def do_share(h: Here, chosen: Sequence[Subject], target: int) -> str:
    """Share subjects; what to say."""
    fresh = h.work.merges.share(h.who, h.project_id, chosen, target)
    return f"{count(fresh, 'subject')} shared."


_DIALOGS: dict[str, Callable[[Here, Sequence[Subject]], None]] = {"merge": _merge, "move": _move, "share": _share}
