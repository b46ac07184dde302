"""All seed sets of the project, the shipped ones, and what stands there before the first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.services.seeds import SetView, ShippedSet
from pages.components.figures import count
from pages.components.notices import empty
from pages.components.presses import press
from pages.components.seed_import import open_import
from pages.components.seed_words import GOOD_FOR, RATIO, made_words, standing_words
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import safe


def nothing_yet(h: Here) -> None:
    """What seeds are good for, and both ways to get some."""
    box = empty("No seeds yet", GOOD_FOR, ":material/psychiatry:")
    box.markdown(RATIO, text_alignment="center")
    box.button("Import seeds", key="seeds.import", type="primary", icon=":material/upload:", on_click=open_import)
    st.markdown("**Or begin with a set that comes with the studio**")
    shipped_sets(h, ())


def shipped_sets(h: Here, views: Sequence[SetView]) -> None:
    """Each with one button."""
    names = {view.set.name for view in views if not view.set.removed}
    shipped = list(h.work.seeds.shipped())
    for start in range(0, len(shipped), 2):
        for column, one in zip(st.columns(2, gap="medium"), shipped[start : start + 2], strict=False):
            with column.container(border=True, height="stretch", gap="small"):
                _shipped(h, one, there=one.name in names)


def _shipped(h: Here, one: ShippedSet, *, there: bool) -> None:
    st.markdown(f"**{safe(one.name)}**  \n{safe(one.about, 600)}")
    database = ", with its SQLite file" if one.has_database else ""
    st.caption(f"{one.task_type.label}, {count(one.n_examples, 'example')}{database}.")
    action = partial(_add, h, one)
    press("Add it again" if there else "Add this set", action, key=f"seeds.shipped.{one.key}", icon="add", quiet=there)


def _add(h: Here, one: ShippedSet) -> str:
    name = f"seeds.shipped.{one.key}"
    made = h.work.seeds.add_shipped(h.who, h.project_id, one.key, token=form_token(name))
    spend_form_token(name)
    st.query_params["set"] = str(made.id)
    return f"{made.label} is there with {count(made.n_examples, 'example')}."


def set_list(h: Here, views: Sequence[SetView]) -> None:
    """One row a set, its newest version in front; removed ones on demand."""
    gone = [view for view in views if view.set.removed]
    there = [view for view in views if not view.set.removed]
    for name in dict.fromkeys(view.set.name for view in there):
        _row(h, [view for view in there if view.set.name == name])
    if not there:
        st.info("All sets are removed.", icon=":material/delete:")
    if gone and st.toggle(f"Show {count(len(gone))} removed", key="seeds.removed"):
        for view in gone:
            _removed(h, view)


def _row(h: Here, versions: Sequence[SetView]) -> None:
    newest = versions[0]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            _link(h, newest, newest.set.label)
            st.markdown(_badges(newest), width="content")
        st.caption(safe(f"{_facts(newest)} {made_words(newest)}", 600))
        if len(versions) > 1:
            with st.container(horizontal=True, gap="small"):
                for earlier in versions[1:]:
                    _link(h, earlier, f"Version {earlier.set.number}")


def _link(h: Here, view: SetView, label: str) -> None:
    query = {"project": h.project_id, "set": str(view.set.id)}
    st.page_link("seeds.py", label=safe(label, 140), icon=":material/psychiatry:", query_params=query)


def _badges(view: SetView) -> str:
    colour = "blue" if view.set.frozen_at else "gray"
    return (
        f":violet-badge[{view.set.task_type.label}] :{colour}-badge[{safe(standing_words(view))}] "
        f"**{count(view.set.n_examples, 'example')}**"
    )


def _facts(view: SetView) -> str:
    repeats = f", {view.repeats:,} repeated" if view.repeats else ", none repeated"
    return f"{view.answered:,} with an answer, {view.with_final:,} with a final answer{repeats}."


def _removed(h: Here, view: SetView) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"{safe(view.set.label)}, {count(view.set.n_examples, 'example')}", width="content")
        press("Restore", partial(_restore, h, view), key=f"seeds.restore.{view.set.id}", icon="restore_from_trash")


def _restore(h: Here, view: SetView) -> str:
    h.work.seeds.restore(h.who, h.project_id, view.set.id)
    return f"{view.set.label} is back."
