"""Which discipline the curriculum is about: from the URL, kept for the project, verified ones first."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.curriculum import MOST_CHOICES, DisciplineList
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


def option(path: Path) -> str:
    """The discipline with its place, and a mark when nobody verified it."""
    place = " > ".join(node.name for node in path[:-1])
    mark = "" if path[-1].state is NodeState.VERIFIED else ", not verified"
    return f"{path[-1].name} ({place}){mark}"


def find_disciplines(h: Here, key: str, *, include: tuple[int, ...] = ()) -> DisciplineList:
    """Disciplines to choose from; where there are more than a list can hold, a field to find the others by name."""
    text = str(st.session_state.get(key, ""))
    found = h.work.curriculum.disciplines(h.project_id, text=text, include=include)
    if found.total > MOST_CHOICES:
        st.text_input(
            f"Find one of {found.total:,} disciplines",
            key=key,
            type="search",
            live="300ms",
            placeholder="A part of its name",
        )
    return found


def _wanted(h: Here) -> tuple[int, ...]:
    """The one in the URL, else the one of last time."""
    last = st.session_state.get(_last(h))
    return tuple(node_id for node_id in (number_in_url("discipline"), last) if node_id is not None)


def _first(h: Here, found: DisciplineList, options: Mapping[int, Path]) -> int:
    """The one wanted, one that has subjects, or the first."""
    for wanted in (*_wanted(h), *(node_id for node_id in options if node_id in found.busy)):
        if wanted in options:
            return wanted
    return next(iter(options))


def _changed() -> None:
    st.query_params["discipline"] = str(st.session_state[_KEY])
    leave(*_BELOW)


def choose_discipline(h: Here) -> Path | None:
    """The chooser, drawn; None when the project has no discipline."""
    found = find_disciplines(h, f"{_KEY}.find", include=_wanted(h))
    options = {path[-1].id: path for path in found.paths}
    if not options:
        return None
    chosen = _first(h, found, options)
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
