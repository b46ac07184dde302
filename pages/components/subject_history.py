"""What happened to a subject, its syllabus and its class sessions: who, when, from what to what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from core.domain.curriculum import Subject
from core.services.actions import Change, Entry
from pages.components.figures import when
from pages.components.session import Here
from pages.components.syllabus_difference import both, list_both
from pages.components.text import safe

_SIZE = 120
_LISTS = frozenset({"subtopics", "objectives", "concepts"})
_TEXTS = frozenset({"name", "level", "introduction", "description"})


def show_history(h: Here, subject: Subject) -> None:
    """The newest actions, session by session, in a box that opens; older ones on demand."""
    box = st.expander("History", icon=":material/history:", key="curriculum.history", on_change="rerun")
    if not box.open:
        return
    key = f"curriculum.history.size.{subject.id}"
    size = int(st.session_state.get(key, _SIZE))
    entries = h.work.curriculum.history(h.project_id, subject.id, size=size)
    values = [side.get("node_id") for entry in entries for side in (entry.change.was, entry.change.became)]
    names = h.work.curriculum.names_of(h.project_id, {int(value) for value in values if value is not None})
    with box:
        for _, group in groupby(entries, key=lambda entry: entry.action.id):
            _action(list(group)[::-1], names)
        if not entries:
            st.caption("Nothing was changed since it came.")
        if len(entries) == size and st.button(
            "Show older", key="curriculum.history.older", icon=":material/expand_more:"
        ):
            st.session_state[key] = size * 2
            st.rerun()


def _action(entries: Sequence[Entry], names: dict[int, str]) -> None:
    action = entries[0].action
    with st.container(border=True, gap="xsmall"):
        undone = " · taken back since" if action.undone_by is not None else ""
        verb = {"undo": "Took back: ", "redo": "Made again: "}.get(action.kind, "")
        st.markdown(f"**{verb}{safe(action.title, 200)}**")
        st.caption(f"{when(action.at)} · {safe(action.person, 80)}{undone}")
        lines = [line for entry in entries for line in lines_of(entry.change, names)]
        if lines:
            st.markdown("\n".join(f"- {line}" for line in lines))


def lines_of(change: Change, names: dict[int, str]) -> list[str]:
    """A change in words, as Markdown; the words of people and models in it are plain."""
    if change.item == "subject":
        return _subject(change, names)
    if change.item == "subject_share":
        return _share(change, names)
    return {"syllabus": _syllabus, "class_session": _session, "syllabus_proposal": _proposal}[change.item](change)


def _fields(change: Change) -> list[str]:
    was, became = change.was, change.became
    lines = []
    for name in change.changed:
        old, new = was.get(name), became.get(name)
        label = name.replace("_", " ").capitalize()
        if name in _LISTS:
            lines.append(f"{label}: {list_both(_list(old), _list(new))}")
        elif name in _TEXTS:
            lines.append(f"{label}: {both(str(old or ''), str(new or ''))}")
        elif name == "state":
            lines.append(f"State: {safe(old)} → {safe(new)}")
    return lines


def _list(value: Any) -> list[str]:
    return [str(each) for each in json.loads(value)] if isinstance(value, str) else []


def _subject(change: Change, names: dict[int, str]) -> list[str]:
    if change.before is None:
        return [f"Subject added: {safe(change.became['name'])}"]
    if change.after is None:
        return [f"Subject taken out: {safe(change.was['name'])}"]
    lines = _fields(change)
    was, became = change.was, change.became
    if "node_id" in change.changed:
        places = (names.get(int(each["node_id"]), "a discipline that is gone") for each in (was, became))
        lines.append("Discipline: {} → {}".format(*(safe(place) for place in places)))
    if "merged_into" in change.changed:
        lines.append("Merged into another subject" if became.get("merged_into") else "A subject of its own again")
    if set(change.changed) <= {"position", "touched"} and "position" in change.changed:
        lines.append(f"Place in the list: {was['position']} → {became['position']}")
    return lines


def _syllabus(change: Change) -> list[str]:
    if change.before is None:
        return ["Syllabus written"]
    if change.after is None:
        return ["Syllabus taken out"]
    came = ["Syllabus taken over from a merged subject"] if "subject_id" in change.changed else []
    return [*came, *(f"Syllabus: {line}" for line in _fields(change))]


def _session(change: Change) -> list[str]:
    if change.before is None:
        concepts = ", ".join(_list(change.became["concepts"]))
        return [f"Session {change.became['position']} added: {safe(change.became['name'])} ({safe(concepts, 600)})"]
    if change.after is None:
        return [f"Session {change.was['position']} removed: {safe(change.was['name'])}"]
    head = f"Session {change.became['position']}, {safe(change.became['name'])}"
    lines = _fields(change)
    if "position" in change.changed:
        lines.append(f"moved from place {change.was['position']} to {change.became['position']}")
    return [f"{head}: {line}" for line in lines]


def _share(change: Change, names: dict[int, str]) -> list[str]:
    values = change.became or change.was
    place = safe(names.get(int(values["node_id"]), "a discipline that is gone"))
    return [f"Shared with {place}" if change.after else f"No longer shared with {place}"]


def _proposal(change: Change) -> list[str]:
    if change.before is None:
        return ["A proposal of a teacher arrived"]
    return [f"Proposal: {safe(change.was['state'])} → {safe(change.became['state'])}"] if change.after else []
