"""The examples of a set: search, pages, one in full, and its text while the set can still be edited."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.seeds import SeedDraft, SeedExample
from core.services.seeds import SetView
from pages.components.drafts import Draft
from pages.components.figures import count
from pages.components.presses import press
from pages.components.seed_words import COLUMNS, example_cells
from pages.components.session import Here
from pages.components.text import rich, safe

SIZE = 50
_FIELDS = {"question": 120, "context": 90, "options": 90, "answer": 160}


def show_examples(h: Here, view: SetView) -> None:
    """The table of one page; a click shows the whole example."""
    set_id = view.set.id
    text = st.text_input(
        "Search",
        key=f"seeds.search.{set_id}",
        placeholder="Search in questions, contexts and answers",
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=_first_page,
        args=(set_id,),
    )
    number = int(st.session_state.get(_page_key(set_id), 1))
    found = h.work.seeds.page(h.project_id, set_id, text=text or "", start=(number - 1) * SIZE, size=SIZE)
    if not found.total:
        st.info("No example holds these words.", icon=":material/search_off:")
        return
    chosen = _table(found.examples, key=f"seeds.examples.{set_id}.{number}.{view.set.version}")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f"{count(found.total, 'example')}. Choose a row to see all of it.", width="content")
        pages = -(-found.total // SIZE)
        if pages > 1:
            st.pagination(pages, key=_page_key(set_id))
    if chosen is not None:
        show_example(h, view, chosen)


def _page_key(set_id: int) -> str:
    return f"seeds.page.{set_id}"


def _first_page(set_id: int) -> None:
    st.session_state.pop(_page_key(set_id), None)


def _table(examples: tuple[SeedExample, ...], *, key: str) -> SeedExample | None:
    picked = st.dataframe(
        table_of(examples),
        hide_index=True,
        height=min(460, 38 + 35 * len(examples)),
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        column_config=COLUMNS,
    )
    rows = picked["selection"]["rows"]
    return examples[rows[0]] if rows and rows[0] < len(examples) else None


def table_of(examples: tuple[SeedExample, ...]) -> dict[str, list[object]]:
    """Columns that hold anything."""
    cells = [example_cells(example) for example in examples]
    names = list(cells[0]) if cells else []
    return {name: [row[name] for row in cells] for name in names if any(row[name] for row in cells)}


def show_example(h: Here, view: SetView, example: SeedExample) -> None:
    """All of it, as a teacher reads the question; with the form while it is edited."""
    draft = Draft(f"seeds.edit.{example.id}")
    with st.container(border=True):
        st.markdown(f"**Seed {example.position + 1:,}**")
        draft.show_refusal()
        if draft.is_open and not view.set.frozen_at:
            _form(h, example, draft)
            return
        st.markdown(rich(example.prompt), anchors=False)
        st.divider()
        st.markdown(rich(example.answer) if example.answer else ":gray[No answer]", anchors=False)
        if example.final:
            st.markdown(f":green-badge[Final answer] {safe(example.final, 400)}")
        if example.meta:
            with st.expander("Further fields", type="compact", key=f"seeds.meta.{example.id}"):
                st.json(example.meta)
        _actions(h, view, example, draft)


def _actions(h: Here, view: SetView, example: SeedExample, draft: Draft) -> None:
    if view.set.removed:
        return
    if view.set.frozen_at:
        st.caption("The set is frozen. Make a new version to edit it.")
        return
    with st.container(horizontal=True):
        press("Edit", partial(_open, example, draft), key=f"seeds.edit.open.{example.id}", icon="edit")
        action = partial(_remove, h, example)
        press("Remove this example", action, key=f"seeds.drop.{example.id}", icon="delete", quiet=True)


def _open(example: SeedExample, draft: Draft) -> None:
    values = {"question": example.question, "context": example.context, "answer": example.answer}
    draft.open({**values, "options": "\n".join(example.options), "final": example.final}, None)


def _form(h: Here, example: SeedExample, draft: Draft) -> None:
    for field, height in _FIELDS.items():
        label = "Options, one a line" if field == "options" else field.capitalize()
        st.text_area(label, key=draft.key(field), height=height)
    st.text_input("Final answer", key=draft.key("final"))
    with st.container(horizontal=True):
        press("Save", partial(_save, h, example, draft), key=f"seeds.save.{example.id}", icon="save", primary=True)
        press("Cancel", draft.close, key=f"seeds.cancel.{example.id}", quiet=True)


def _save(h: Here, example: SeedExample, draft: Draft) -> str:
    """Bad input keeps the form with all that was typed."""
    new = SeedDraft.model_construct(
        question=draft.text("question").strip(),
        answer=draft.text("answer").strip(),
        context=draft.text("context").strip(),
        options=draft.lines("options"),
        final=draft.text("final").strip(),
        meta=example.meta,
    )
    return draft.save(
        lambda: h.work.seeds.edit(h.who, h.project_id, example, new), f"Seed {example.position + 1} is saved."
    )


def _remove(h: Here, example: SeedExample) -> str:
    h.work.seeds.remove_example(h.who, h.project_id, example.id)
    return f"Seed {example.position + 1} is out; the later ones moved up."
