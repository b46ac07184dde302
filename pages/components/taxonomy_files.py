"""The taxonomy as a file: take it out, bring another one in."""

from __future__ import annotations

import streamlit as st

from pages.components.figures import count
from pages.components.node_place import close_dialog, done
from pages.components.notices import problems
from pages.components.session import Here

MEGABYTES = 25


@st.dialog("Import and export", on_dismiss=close_dialog)
def files_dialog(h: Here, *, disciplines: int) -> None:
    """Both ways, with what happens to what is there."""
    st.markdown("##### Export")
    st.caption(
        "All fields, sub-fields and disciplines that are not removed, as a YAML file. States and votes stay here, and "
        "so do fields and sub-fields without a discipline."
    )
    if disciplines:
        with problems():
            st.download_button(
                "Download the taxonomy",
                h.work.files.export_file(h.project_id),
                file_name="taxonomy.yaml",
                mime="application/yaml",
                key="taxonomy.export",
                icon=":material/download:",
                on_click="ignore",
            )
    else:
        st.caption("There is no discipline to export yet.")
    st.markdown("##### Import")
    st.caption("Names that are not there yet are added as proposed; nothing that is there changes. All or nothing.")
    file = st.file_uploader(
        "Taxonomy file (YAML)", type=["yaml", "yml"], key="taxonomy.import.file", max_upload_size=MEGABYTES
    )
    if (
        st.button("Import", type="primary", key="taxonomy.import", icon=":material/upload:", disabled=file is None)
        and file is not None
    ):
        with problems(), st.spinner("Importing ..."):
            new = h.work.files.import_file(h.who, h.project_id, file.getvalue(), file.name)
            done(f"{count(new, 'node is', 'nodes are')} new." if new else "Everything in the file is there already.")
