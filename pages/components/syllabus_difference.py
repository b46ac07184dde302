"""Two texts side by side with every word marked that differs, and two syllabi part by part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.syllabus_diff import Kind, Mark, Unit, marks
from pages.components.text import safe

_LONG = 6000


def sides(old: str, new: str) -> tuple[str, str]:
    """Both texts as Markdown: what only the old one has is red and struck, what only the new one has green."""
    found = marks(old, new)
    return _joined(found, "-"), _joined(found, "+")


def both(old: str, new: str) -> str:
    """The same in one line."""
    return "".join(map(_piece, marks(old, new)))


def _joined(found: Sequence[Mark], kind: str) -> str:
    return "".join(_piece(mark) for mark in found if mark.kind in {" ", kind}) or "*empty*"


def _piece(mark: Mark) -> str:
    """White space stays outside the marks, where Markdown keeps it."""
    core = mark.text.strip()
    if not core:
        return " "
    lead = " " if mark.text[0].isspace() else ""
    trail = " " if mark.text[-1].isspace() else ""
    text = safe(core, _LONG)
    if mark.kind == "-":
        text = f":red-background[~~{text}~~]"
    elif mark.kind == "+":
        text = f":green-background[**{text}**]"
    return f"{lead}{text}{trail}"


def list_sides(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Lists as badges: gone ones red and struck on the left, new ones green on the right."""
    left = [f":gray-badge[{safe(x, 200)}]" if x in new else f":red-badge[~~{safe(x, 200)}~~]" for x in old]
    right = [f":gray-badge[{safe(x, 200)}]" if x in old else f":green-badge[{safe(x, 200)}]" for x in new]
    return " ".join(left) or "*none*", " ".join(right) or "*none*"


def list_both(old: Sequence[str], new: Sequence[str]) -> str:
    """What went and what came, without what stayed."""
    gone = [f":red-badge[~~{safe(x, 200)}~~]" for x in old if x not in new]
    come = [f":green-badge[{safe(x, 200)}]" for x in new if x not in old]
    return " ".join([*gone, *come]) or "in another order"


def title_of(unit: Unit, old: SyllabusDraft, new: SyllabusDraft) -> str:
    """What a difference is about, in words."""
    if unit.kind is Kind.CHANGED and unit.new is not None:
        return f"Session {unit.new + 1}: {safe(new.sessions[unit.new].name, 120)}"
    if unit.kind is Kind.ADDED and unit.new is not None:
        return f"New session {unit.new + 1}: {safe(new.sessions[unit.new].name, 120)}"
    if unit.kind is Kind.REMOVED and unit.old is not None:
        return f"Without session {unit.old + 1}: {safe(old.sessions[unit.old].name, 120)}"
    return {Kind.INTRODUCTION: "Introduction", Kind.OBJECTIVES: "Objectives"}.get(unit.kind, "Order of the sessions")


def show_difference(
    units: Sequence[Unit],
    old: SyllabusDraft,
    new: SyllabusDraft,
    heads: tuple[str, str],
    offer: Callable[[Unit], None] | None = None,
) -> None:
    """Every difference in a box: the old text on the left, the new one on the right; `offer` draws what can be done."""
    for unit in units:
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{title_of(unit, old, new)}**", width="stretch")
                if offer:
                    offer(unit)
            left, right = st.columns(2, gap="medium")
            for column, head, text in zip((left, right), heads, _texts(unit, old, new), strict=True):
                column.caption(head)
                column.markdown(text)


def _texts(unit: Unit, old: SyllabusDraft, new: SyllabusDraft) -> tuple[str, str]:
    if unit.kind is Kind.INTRODUCTION:
        return sides(old.introduction, new.introduction)
    if unit.kind is Kind.OBJECTIVES:
        return _lines_of(old.objectives, new.objectives, "-"), _lines_of(new.objectives, old.objectives, "+")
    if unit.kind is Kind.ORDER:
        return _order(old, new), _order(new, old)
    before = old.sessions[unit.old] if unit.old is not None else None
    after = new.sessions[unit.new] if unit.new is not None else None
    return _session_sides(before, after)


def _lines_of(lines: Sequence[str], others: Sequence[str], kind: str) -> str:
    return "\n".join(f"- {safe(x, 500) if x in others else _piece(Mark(kind, x))}" for x in lines) or "*none*"


def _order(draft: SyllabusDraft, other: SyllabusDraft) -> str:
    """The sessions in order, bold where the other text has another one."""
    there = [each.name for each in other.sessions]
    lines = []
    for place, each in enumerate(draft.sessions):
        name = safe(each.name, 200)
        lines.append(f"{place + 1}. {name if there[place : place + 1] == [each.name] else f'**{name}**'}")
    return "\n".join(lines)


def _session_sides(before: SessionDraft | None, after: SessionDraft | None) -> tuple[str, str]:
    """Name where it differs, description, concepts; a session without partner stands alone."""
    if before is None or after is None:
        alone = before or after
        assert alone is not None
        kind = "-" if after is None else "+"
        colour = "red" if after is None else "green"
        badges = " ".join(f":{colour}-badge[{safe(x, 200)}]" for x in alone.concepts)
        text = f"{_piece(Mark(kind, alone.description)) if alone.description else ''}\n\n{badges}"
        return (text, "*not there*") if after is None else ("*not there*", text)
    parts = [sides(before.name, after.name)] if before.name != after.name else []
    parts.append(sides(before.description, after.description))
    parts.append(list_sides(before.concepts, after.concepts))
    return "\n\n".join(left for left, _ in parts), "\n\n".join(right for _, right in parts)
