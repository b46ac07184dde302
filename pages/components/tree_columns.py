"""The tree as columns of plain tables, for those who cannot use the element: each level shows the children of the node
chosen on its left. Same source, same address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pages.components.text import safe
from pages.components.tree_source import Page, Place, Row, Source

PAGE = 500
SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Level:
    """One column: the children of `parent`, and which of them is on the way to the chosen node, -1 if none."""

    depth: int
    parent: int | None
    name: str
    index: int


@dataclass(frozen=True, slots=True)
class TreeColumns:
    """The columns on a page; they want its whole width. `on_select` writes the address; None stands for the top."""

    key: str
    source: Source
    selected: int | None
    on_select: Callable[[int | None], None]
    height: int = 560

    def draw(self) -> None:
        """The way down as buttons, then the last levels side by side."""
        way = self.source.reveal(self.selected) if self.selected is not None else ()
        names = [self._row(place).name for place in way]
        if len(way) >= SHOWN:
            self._way_buttons(way, names)
        levels = self._levels(way, names)[-SHOWN:]
        for column, level in zip(st.columns(len(levels)), levels, strict=True):
            with column:
                self._column(level)

    def _row(self, place: Place) -> Row:
        return self.source.children(place.parent, place.index, 1).rows[0]

    def _levels(self, way: Sequence[Place], names: Sequence[str]) -> list[_Level]:
        levels = [_Level(0, None, "Top", way[0].index if way else -1)]
        for depth, place in enumerate(way, 1):
            index = way[depth].index if depth < len(way) else -1
            levels.append(_Level(depth, place.node, names[depth - 1], index))
        if way and not self._row(way[-1]).has_children:
            levels.pop()
        return levels

    def _way_buttons(self, way: Sequence[Place], names: Sequence[str]) -> None:
        with st.container(horizontal=True, gap="small"):
            nodes = [(None, "Top"), *((place.node, name) for place, name in zip(way, names, strict=True))]
            for node, name in nodes[:-1]:
                st.button(
                    safe(name, 40),
                    key=f"{self.key}.way.{node or 0}",
                    type="tertiary",
                    on_click=self.on_select,
                    args=(node,),
                )

    def _column(self, level: _Level) -> None:
        st.caption(f"Below {safe(level.name, 60)}" if level.depth else "Top level")
        number = self._page_number(level)
        page = self.source.children(level.parent, number * PAGE, PAGE)
        if not page.rows:
            st.caption("Nothing here.")
            return
        key = f"{self.key}.column.{level.parent or 0}.{number}"
        self._take_choice(key, level, page)
        row = level.index - number * PAGE
        _mark(key, [row] if 0 <= row < len(page.rows) else [])
        st.dataframe(
            _frame(page),
            key=key,
            hide_index=True,
            height=self.height if len(page.rows) > 14 else "content",
            selection_mode="single-row",
            on_select="rerun",
        )
        self._pager(level, page)

    def _take_choice(self, key: str, level: _Level, page: Page) -> None:
        """A row marked otherwise than drawn last was chosen by the person: it goes to the address."""
        rows = _marked(key)
        if rows is None or rows == st.session_state.get(_drawn(key)):
            return
        st.session_state[_drawn(key)] = rows
        self.on_select(page.rows[rows[0]].id if rows else level.parent)
        st.rerun()

    def _page_number(self, level: _Level) -> int:
        chosen = st.session_state.get(self._pager_key(level))
        return int(chosen) - 1 if chosen else max(0, level.index) // PAGE

    def _pager_key(self, level: _Level) -> str:
        return f"{self.key}.page.{level.parent or 0}.{level.index}"

    def _pager(self, level: _Level, page: Page) -> None:
        pages = -(-page.total // PAGE)
        if pages > 1:
            st.session_state.setdefault(self._pager_key(level), max(0, level.index) // PAGE + 1)
            st.pagination(pages, key=self._pager_key(level))


def _drawn(key: str) -> str:
    return f"{key}.drawn"


def _marked(key: str) -> list[int] | None:
    """The rows that are marked in a table, None when it was not on the page before."""
    state = st.session_state.get(key)
    return list(state["selection"]["rows"]) if state else None


def _mark(key: str, rows: list[int]) -> None:
    """The address decides which row is marked."""
    if _marked(key) != rows:
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    st.session_state[_drawn(key)] = rows


def _frame(page: Page) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": [row.name for row in page.rows],
            "State": [row.state.value for row in page.rows],
            "Verified below": [
                f"{row.n_verified:,} of {row.n_descendants:,}" if row.n_descendants else "" for row in page.rows
            ],
            "Votes": [_votes(row) for row in page.rows],
        }
    )


def _votes(row: Row) -> str:
    cast = f"{row.votes} of {row.quorum}" if row.quorum > 1 else ""
    return f"{cast}, {row.dispute}" if cast and row.dispute else cast or row.dispute
