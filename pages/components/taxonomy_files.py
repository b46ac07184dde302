"""The mode "Import and export" of the Taxonomy page."""

from __future__ import annotations

import streamlit as st

from pages.components.export_panel import export_panel, nodes_of
from pages.components.import_steps import import_panel
from pages.components.session import Here

_IMPORT, _EXPORT = ":material/upload: Import", ":material/download: Export"


def files_mode(h: Here) -> None:
    """One way or the other."""
    filled = bool(h.work.taxonomy.counts(h.project_id))
    way = _IMPORT
    if filled:
        way = st.segmented_control(
            "Import or export",
            [_IMPORT, _EXPORT],
            default=_IMPORT,
            key="taxonomy.files.way",
            label_visibility="collapsed",
            required=True,
        )
    if way == _EXPORT:
        st.subheader(f"Export {nodes_of(h)}")
        export_panel(h)
    else:
        st.subheader("Import a taxonomy")
        import_panel(h)
