"""What an import would do, before anything is written: figures first, then every row with its line and reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.taxonomy import NodeKind
from core.services.tree_files import ImportReport, ReportRow, What
from pages.components.figures import count, duration
from pages.components.node_words import kind_count
from pages.components.text import safe

_SIZE = 50
_WORDS = {
    What.REFUSED: "Refused",
    What.NEW: "New",
    What.CHANGED: "Changed",
    What.RESTORED: "Brought back",
    What.DIFFERS: "Differs",
    What.THERE: "There already",
    What.LEFT_OUT: "Left out",
    What.NOTE: "To know",
}


def show_report(report: ImportReport, name: str) -> None:
    """The figures, the sentences, the rows."""
    _figures(report)
    st.caption(_sentences(report))
    _rows(report, name)


def _figures(report: ImportReport) -> None:
    shown = [what for what in _WORDS if report.counts[what] or what in {What.NEW, What.THERE}]
    with st.container(horizontal=True, gap="small"):
        for what in shown:
            st.metric(_WORDS[what], f"{report.counts[what]:,}", border=True, width=132)


def _sentences(report: ImportReport) -> str:
    said = []
    if report.kinds:
        said.append("New are " + ", ".join(kind_count(kind, n) for kind in NodeKind if (n := report.kinds[kind])) + ".")
    if report.levels:
        said.append(f"{count(len(report.levels), 'level')}: {', '.join(f'{n:,}' for n in report.levels)} nodes.")
    if report.languages:
        named = ", ".join(f"{safe(code)} {n:,}" for code, n in report.languages[:6])
        more = f" and {len(report.languages) - 6} more" if len(report.languages) > 6 else ""
        said.append(f"Names by language: {named}{more}.")
    if report.several_parents:
        many = count(report.several_parents, "concept has", "concepts have")
        said.append(f"{many} several parents: the first is the place in the tree, the others become links.")
    if report.links:
        said.append(f"{count(report.links, 'link')}.")
    if report.alike:
        said.append(f"{count(report.alike, 'new name is', 'new names are')} nearly the same as a node elsewhere.")
    if report.verified:
        said.append(f"{count(report.verified, 'node becomes', 'nodes become')} verified.")
    if report.seconds >= 3:
        said.append(f"Writing takes about {duration(report.seconds)}.")
    return " ".join(said)


def _rows(report: ImportReport, name: str) -> None:
    found = [what for what in _WORDS if report.counts[what]]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        what = st.pills(
            "Show",
            found,
            default=found[0] if report.refused else None,
            format_func=lambda each: f"{_WORDS[each]} {report.counts[each]:,}",
            key="taxonomy.import.shown",
        )
        st.download_button(
            "Download the report",
            report.csv,
            file_name=f"import-report-{report.digest[:10]}.csv",
            mime="text/csv",
            key="taxonomy.import.report",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            help=f"Every row of the report on {safe(name, 80)} as a CSV table.",
        )
    number = report.counts[what] if what else len(report.rows)
    pages = max(1, -(-number // _SIZE))
    page = st.pagination(pages, key="taxonomy.import.page") if pages > 1 else 1
    rows = report.page(what, (min(page, pages) - 1) * _SIZE, _SIZE)
    _table(rows, first=what is None or what in {What.REFUSED, What.NOTE, What.LEFT_OUT})


def _table(rows: Sequence[ReportRow], *, first: bool) -> None:
    """Without columns that are empty; `first`: the note stands in front of the place."""
    cells: dict[str, list[object]] = {
        "Line": [row.line or None for row in rows],
        "What": [_WORDS[row.what] for row in rows],
        "Name": [row.name for row in rows],
        "Note": [row.note for row in rows],
        "Place": [row.place for row in rows],
    }
    order = ["Line", "What", "Name", *(("Note", "Place") if first else ("Place", "Note"))]
    st.dataframe(
        {name: cells[name] for name in order if any(cells[name])},
        hide_index=True,
        height=min(420, 38 + 35 * max(1, len(rows))),
        column_config={
            "Line": st.column_config.NumberColumn(width="small", format="localized"),
            "What": st.column_config.TextColumn(width="small"),
            "Name": st.column_config.TextColumn(width="medium"),
            "Place": st.column_config.TextColumn(width="medium"),
            "Note": st.column_config.TextColumn(width="large"),
        },
        key="taxonomy.import.rows",
    )
