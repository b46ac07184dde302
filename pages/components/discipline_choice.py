"""Which discipline the curriculum is about: from the URL, kept for the project, verified ones first."""

from __future__ import annotations

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from pages.components.session import Here

Path = tuple[Node, ...]
_KEY = "curriculum.discipline"
_BELOW = ("subject", "run", "mode")


def number_in_url(name: str) -> int | None:
    """The id that the URL gives for `name`; None if there is none, or something else than a number."""
    value = str(st.query_params.get(name, ""))
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def leave(*names: str) -> None:
    """Take these out of the URL."""
    for name in names:
        st.query_params.pop(name, None)


def _last(h: Here) -> str:
    return f"{_KEY}.last.{h.project_id}"


def ordered(paths: list[Path]) -> list[Path]:
    """Verified disciplines first, else as in the tree."""
    return sorted(paths, key=lambda path: path[-1].state is not NodeState.VERIFIED)


def option(path: Path) -> str:
    """The discipline with its place, and a mark when nobody verified it."""
    place = " > ".join(node.name for node in path[:-1])
    mark = "" if path[-1].state is NodeState.VERIFIED else ", not verified"
    return f"{path[-1].name} ({place}){mark}"


def _first(h: Here, paths: dict[int, Path]) -> int:
    """The one in the URL, the one of last time, one that has subjects, or the first."""
    for wanted in (number_in_url("discipline"), st.session_state.get(_last(h))):
        if wanted in paths:
            return int(wanted)
    busy = {row.subject.node_id for row in h.work.curriculum.subjects(h.project_id)}
    return next((node_id for node_id in paths if node_id in busy), next(iter(paths)))


def _changed() -> None:
    st.query_params["discipline"] = str(st.session_state[_KEY])
    leave(*_BELOW)


def choose_discipline(h: Here, paths: list[Path]) -> Path:
    """The chooser, drawn."""
    options = {path[-1].id: path for path in ordered(paths)}
    chosen = _first(h, options)
    st.session_state[_KEY] = chosen
    st.selectbox(
        "Discipline",
        list(options),
        format_func=lambda node_id: option(options[node_id]),
        key=_KEY,
        on_change=_changed,
        help="The lowest level of the taxonomy. A discipline is taught in subjects, each subject has one syllabus.",
    )
    st.session_state[_last(h)] = chosen
    st.query_params["discipline"] = str(chosen)
    return options[chosen]
