"""Texts being edited: opened from one version, kept on screen until they are saved or given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from core.errors import ConflictError, StudioError
from pages.components.notices import show_error


@dataclass(frozen=True, slots=True)
class Draft:
    """One open text. Session state holds its widget values, the version it began from, and the order of its rows."""

    name: str

    def key(self, field: str) -> str:
        """The key of the widget for a field."""
        return f"{self.name}.{field}"

    @property
    def is_open(self) -> bool:
        """Is it being edited?"""
        return self.key("open") in st.session_state

    @property
    def based_on(self) -> int | None:
        """The version it began from; None when there was nothing."""
        return st.session_state.get(self.key("based_on"))

    @property
    def lost(self) -> bool:
        """Did somebody else save first?"""
        return bool(st.session_state.get(self.key("lost")))

    @property
    def rows(self) -> list[int]:
        """Numbers of its rows, in the order on screen."""
        return list(st.session_state.get(self.key("rows"), []))

    def open(self, values: Mapping[str, str], based_on: int | None, rows: int = 0) -> None:
        """Begin to edit `values`, one for each widget."""
        self.close()
        st.session_state[self.key("open")] = True
        st.session_state[self.key("based_on")] = based_on
        st.session_state[self.key("rows")] = list(range(rows))
        for field, value in values.items():
            st.session_state[self.key(field)] = value

    def close(self) -> None:
        """Forget it."""
        for key in [key for key in st.session_state if str(key).startswith(f"{self.name}.")]:
            del st.session_state[key]

    def text(self, field: str) -> str:
        """What is typed in a field."""
        return str(st.session_state.get(self.key(field)) or "")

    def lines(self, field: str) -> tuple[str, ...]:
        """What is typed in a field, line by line, empty ones left out."""
        return tuple(line for line in map(str.strip, self.text(field).splitlines()) if line)

    def put(self, field: str, value: str) -> None:
        """Write into a field, as if it had been typed; only from a callback."""
        st.session_state[self.key(field)] = value

    def forget(self, field: str) -> None:
        """Empty a field; only from a callback."""
        st.session_state.pop(self.key(field), None)

    def add_row(self) -> None:
        """One more row at the end."""
        st.session_state[self.key("rows")] = [*self.rows, max(self.rows, default=-1) + 1]

    def drop_row(self, row: int) -> None:
        """Take a row out."""
        st.session_state[self.key("rows")] = [other for other in self.rows if other != row]
        for key in [key for key in st.session_state if str(key).startswith(f"{self.name}.{row}.")]:
            del st.session_state[key]

    def move_row(self, row: int, by: int) -> None:
        """Move a row up (-1) or down (1)."""
        rows = self.rows
        at = rows.index(row)
        to = at + by
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        st.session_state[self.key("rows")] = rows

    def base_on(self, version: int | None) -> None:
        """The person has seen the other text: the next save replaces this version."""
        st.session_state[self.key("based_on")] = version
        st.session_state.pop(self.key("lost"), None)

    def save(self, saving: Callable[[], object], said: str) -> str:
        """Save and close; when somebody else was first it stays open with all that was typed."""
        try:
            saving()
        except ConflictError:
            st.session_state[self.key("lost")] = True
            raise
        self.close()
        return said

    def refuse(self, error: StudioError) -> None:
        """Keep why it could not be saved, for the next drawing."""
        st.session_state[self.key("refused")] = (error.message, error.hint)

    def show_refusal(self) -> None:
        """Draw what `refuse` kept."""
        refused = st.session_state.pop(self.key("refused"), None)
        if refused:
            show_error(StudioError(*refused))


def subject_draft(subject_id: int) -> Draft:
    """The open text of a subject's fields."""
    return Draft(f"curriculum.subject.{subject_id}")


def syllabus_draft(subject_id: int) -> Draft:
    """The open text of a subject's syllabus."""
    return Draft(f"curriculum.syllabus.{subject_id}")
