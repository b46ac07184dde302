"""What goes into a dataset version: the choice, what fits it right now, and the button that prepares a draft."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from core.domain.dataset_wish import DatasetWish
from core.domain.records import Dataset
from core.domain.sampling import Difficulty
from core.services.datasets import Draft, DraftState, Outline
from pages.components.dataset_counts import show_counts
from pages.components.dataset_form import OPEN_HELP, ChoiceForm, usual
from pages.components.figures import count
from pages.components.notices import flash, problems
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import plain

_TOKEN = "datasets.prepare"  # noqa: S105 - the name of a form


def new_version(h: Here) -> None:
    """The choice, its counts, the button."""
    with st.container(border=True), problems():
        st.subheader("New version", anchor=False)
        wish, outline = _choose(h, ChoiceForm(h, usual(h)))
        st.caption(
            "Preparing leaves out repeats and what is chosen above, and shows what and why. Nothing is final before "
            "you freeze it."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                "Name of the version",
                key="datasets.name",
                placeholder=plain(h.project.name),
                help="Empty: the project's.",
            )
            pressed = _button("Prepare", "datasets.prepare", outline)
        if pressed:
            token, named = form_token(_TOKEN), name.strip() or h.project.name
            made = h.work.datasets.prepare(h.who, h.project_id, named, wish, token=token)
            _on_its_way(h, made.id, _TOKEN)


def change_draft(h: Here, draft: Draft, seen: str) -> None:
    """The choice of a draft, as it was made, to be changed and prepared again in place."""
    prefix = f"datasets.change.{seen}"
    with st.container(border=True), problems():
        st.subheader("Change the choice", anchor=False)
        wish, outline = _choose(h, ChoiceForm(h, draft.wish, prefix))
        rows = f"Its {count(draft.dataset.n_items, 'row')} go, their figures stay beside the new ones."
        kept = rows if draft.state is DraftState.PREPARED else ""
        st.caption(f"Preparing again fills this draft anew from what is accepted now. {kept}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("Name of the version", draft.dataset.name, key=f"{prefix}.name")
            pressed = _button("Prepare again", f"{prefix}.prepare", outline)
        if pressed:
            prepare_again(h, draft.dataset, wish, name, seen=seen)


def prepare_again(h: Here, dataset: Dataset, wish: DatasetWish, name: str = "", *, seen: str) -> None:
    """Do it and show the draft; raises ConflictError where `seen` is not its preparation any more."""
    token, named = f"datasets.again.{seen}", name.strip() or dataset.name
    h.work.datasets.prepare_again(h.who, h.project_id, dataset.id, named, wish, seen=seen, token=form_token(token))
    _on_its_way(h, dataset.id, token)


def _on_its_way(h: Here, dataset_id: str, token: str) -> None:
    spend_form_token(token)
    wake_worker()
    flash("The draft is being prepared.")
    st.switch_page("datasets.py", query_params={"project": h.project_id, "dataset": dataset_id})


def _button(label: str, key: str, outline: Outline) -> bool:
    return st.button(
        label,
        type="primary",
        key=key,
        icon=":material/inventory_2:",
        disabled=not outline.rows,
        help="Makes a draft with its report. Nothing is frozen before you say so.",
    )


def _choose(h: Here, form: ChoiceForm) -> tuple[DatasetWish, Outline]:
    wish = form.ask()
    outline = h.work.datasets.outline(h.project_id, wish)
    _show(outline)
    _warn(wish, outline)
    return wish, outline


def _show(outline: Outline) -> None:
    figures = (
        ("Accepted", outline.accepted, "All accepted samples of the project."),
        ("Fit the choice", outline.rows, "Before cleaning and balance: preparing finds out what those leave out."),
        ("Second verdict open", outline.open_seconds, OPEN_HELP),
    )
    with st.container(horizontal=True):
        for label, number, words in figures:
            st.metric(label, count(number), help=words, width=190)
    if outline.rows:
        show_counts(asdict(outline), key="datasets.chosen")
    else:
        st.info("No accepted sample fits this choice. Widen it.", icon=":material/filter_alt_off:")


def _warn(wish: DatasetWish, outline: Outline) -> None:
    """Ratios to what is not there leave nothing of the other kind."""
    basic, challenging = (outline.by_difficulty.get(each, 0) for each in (Difficulty.BASIC, Difficulty.CHALLENGING))
    for limit, rows, others, kind, other in (
        (wish.generated_per_human, outline.rows - outline.human, outline.human, "generated", "human"),
        (wish.basic_per_challenging, basic, challenging, "basic", "challenging"),
    ):
        if limit is not None and rows and limit * others < 1:
            few = f"only {count(others, f'{other} row')}" if others else f"no {other} row"
            every = f"all {rows:,} {kind} rows" if rows > 1 else f"the only {kind} row"
            st.warning(
                f"The limit under Balance would leave out {every}: there is {few} in this choice.",
                icon=":material/balance:",
            )
