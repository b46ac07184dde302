"""One seed set: its figures, what can be done with it, its examples and what they are used for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.strategies import TaskType
from core.services.seeds import SetView
from pages.components.figures import count
from pages.components.presses import press, show_problem
from pages.components.seed_database import show_database
from pages.components.seed_examples import show_examples
from pages.components.seed_human import show_human
from pages.components.seed_repeats import show_repeats
from pages.components.seed_subset import show_subset
from pages.components.seed_words import made_words, standing_words
from pages.components.session import Here, form_token, spend_form_token
from pages.components.text import safe


def show_set(h: Here, set_id: int) -> None:
    """The page of one version; raises NotFoundError."""
    query = {"project": h.project_id}
    st.page_link("seeds.py", label="All seeds", icon=":material/arrow_back:", query_params=query)
    view = h.work.seeds.get(h.project_id, set_id)
    st.title(safe(view.set.label, 160), anchor=False)
    _badges(h, view)
    show_problem()
    _actions(h, view)
    _figures(view)
    _tabs(h, view)


def _badges(h: Here, view: SetView) -> None:
    colour = "red" if view.set.removed else "blue" if view.set.frozen_at else "green"
    st.markdown(f":violet-badge[{view.set.task_type.label}] :{colour}-badge[{safe(standing_words(view))}]")
    st.caption(safe(made_words(view), 400))
    others = [v for v in h.work.seeds.sets(h.project_id) if v.set.name == view.set.name and v.set.id != view.set.id]
    if others:
        with st.container(horizontal=True, gap="small"):
            for other in others[:8]:
                query = {"project": h.project_id, "set": str(other.set.id)}
                st.page_link("seeds.py", label=f"Version {other.set.number}", query_params=query)


def _actions(h: Here, view: SetView) -> None:
    chosen = view.set
    query = {"project": h.project_id}
    advise = {**query, "set": str(chosen.id)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if chosen.removed:
            press("Restore", partial(_restore, h, view), key="seeds.restore", icon="restore_from_trash", primary=True)
            return
        st.page_link("adviser.py", label="Strategy", icon=":material/explore:", query_params=advise)
        st.page_link("generate.py", label="Generate", icon=":material/auto_awesome:", query_params=query)
        _rename(h, view)
        if not chosen.frozen_at:
            _task_type(h, view)
        press(
            "New version",
            partial(_new_version, h, view),
            key="seeds.new_version",
            icon="content_copy",
            help="A copy that can be edited; this one stays as it is.",
        )
        _export(h, view)
        if not chosen.frozen_at:
            press("Remove", partial(_remove, h, view), key="seeds.remove", icon="delete", quiet=True)


def _rename(h: Here, view: SetView) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        name = st.text_input("Name", value=view.set.name, key=f"seeds.rename.{view.set.id}", max_chars=120)
        st.caption("All versions of the set get it. Samples keep the name under which they were made.")
        action = partial(_do_rename, h, view, name or "")
        press("Save the name", action, key="seeds.rename.save", icon="save", disabled=(name or "") == view.set.name)


def _do_rename(h: Here, view: SetView, name: str) -> str:
    return f"It is called {h.work.seeds.rename(h.who, h.project_id, view.set.id, name).name} now."


def _task_type(h: Here, view: SetView) -> None:
    with st.popover("Task type", icon=":material/category:"):
        task = st.radio(
            "What do the questions ask for?",
            list(TaskType),
            index=list(TaskType).index(view.set.task_type),
            format_func=lambda each: each.label,
            key=f"seeds.task.{view.set.id}",
        )
        st.caption("Final answers are found anew.")
        action = partial(_do_task_type, h, view, task or view.set.task_type)
        press("Save the task type", action, key="seeds.task.save", icon="save", disabled=task == view.set.task_type)


def _do_task_type(h: Here, view: SetView, task: TaskType) -> str:
    h.work.seeds.set_task_type(h.who, h.project_id, view.set.id, task)
    return f"The task type is {task.label}."


def _new_version(h: Here, view: SetView) -> str:
    name = f"seeds.new_version.{view.set.id}"
    made = h.work.seeds.new_version(h.who, h.project_id, view.set.id, token=form_token(name))
    spend_form_token(name)
    st.query_params["set"] = str(made.id)
    return f"{made.label} can be edited."


def _remove(h: Here, view: SetView) -> str:
    h.work.seeds.remove(h.who, h.project_id, view.set.id)
    return f"{view.set.label} is removed; it can be restored."


def _restore(h: Here, view: SetView) -> str:
    h.work.seeds.restore(h.who, h.project_id, view.set.id)
    return f"{view.set.label} is back."


def _export(h: Here, view: SetView) -> None:
    st.download_button(
        "Export",
        partial(_exported, h, view),
        file_name=f"seeds-{view.set.id}-v{view.set.number}.jsonl",
        mime="application/jsonl",
        key="seeds.export",
        icon=":material/download:",
        on_click="ignore",
        help="JSON lines that this page reads back as they are.",
    )


def _exported(h: Here, view: SetView) -> bytes:
    return h.work.seeds.export_file(h.project_id, view.set.id).path.read_bytes()


def _figures(view: SetView) -> None:
    total = view.set.n_examples
    figures = (
        ("Examples", total, None),
        ("Answers", view.answered, "Only these can be put into the dataset or be compared with."),
        ("Final answers", view.with_final, "The answer alone, as the task type finds it."),
        ("Repeated", view.repeats, "Ask word for word what an earlier one asks."),
        ("Runs", view.runs, "Runs whose plans used this version."),
    )
    with st.container(horizontal=True, gap="small"):
        for label, number, words in figures:
            st.metric(label, f"{number:,}", border=True, width=140, help=words)


def _tabs(h: Here, view: SetView) -> None:
    names = ["Examples", "Repeated", "Subset", "In the dataset"]
    if view.set.task_type is TaskType.TEXT_TO_SQL:
        names.append("SQLite file")
    drawn = {
        "Examples": show_examples,
        "Repeated": show_repeats,
        "Subset": show_subset,
        "In the dataset": show_human,
        "SQLite file": show_database,
    }
    for name, tab in zip(names, st.tabs(names, key=f"seeds.tab.{view.set.id}", on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                if view.set.n_examples:
                    drawn[name](h, view)
                else:
                    st.info(f"{count(0, 'example')}: nothing to show.", icon=":material/inbox:")
