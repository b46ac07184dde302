"""What the adviser is asked: seeds, budget, augmenter, verification; the same wish is in the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from core.domain.calls import Stage
from core.domain.money import dollars
from core.domain.plans import Checks, SharedTeacher, TeacherChoice
from core.domain.seeds import SeedSet
from core.domain.strategies import TaskType
from core.services.adviser import Wish
from core.services.projects import choice_for
from pages.components.figures import count
from pages.components.session import Here
from pages.components.stage_teachers import Teacher, options_of, short
from pages.components.text import safe

_KEPT: Final = "session"
_OF = "adviser.of"
WEAK: Mapping[str, bool | None] = {"auto": None, "strong": False, "weak": True}
_WEAK_WORDS = {"auto": "Find out", "strong": "Strong", "weak": "Weak"}
_CHECKS: Mapping[str, tuple[str, Checks]] = {
    "none": ("None", Checks()),
    "reference": ("Reference answer, free", Checks(reference=True)),
    "execution": ("Execution, free", Checks(execution=True)),
    "agreement": ("Agreement of 3 answers, +2 calls", Checks(agreement=3)),
    "judge": ("Judge, +1 call", Checks(judge=True)),
}
_OFFERED = {
    TaskType.MATHS: ("none", "reference", "execution", "agreement", "judge"),
    TaskType.MULTIPLE_CHOICE: ("none", "reference", "agreement", "judge"),
    TaskType.TEXT_TO_SQL: ("none", "reference", "execution", "agreement", "judge"),
    TaskType.OPEN: ("none", "judge"),
}


def choose_wish(h: Here, sets: Sequence[SeedSet]) -> Wish:
    """One row of widgets; raises InvalidInputError for a budget that is no number."""
    known = {each.id: each for each in sets}
    _begin(h, known)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom", key="adviser.row"):
            chosen = _seeds(known)
            st.number_input(
                "Budget (calls)",
                1,
                10_000_000,
                value=None,
                placeholder="No limit",
                key="adviser.calls",
                help="Teacher calls in all, those of the augmenter and of verification included.",
                persist_state=_KEPT,
                width=150,
            )
            st.text_input(
                "or money (dollars)",
                max_chars=20,
                placeholder="No limit",
                key="adviser.money",
                help="Turned into calls with the price of the answer teacher. Both together: the tighter one counts.",
                persist_state=_KEPT,
                width=150,
            )
            task = _task(chosen)
            checks = _verification(task)
            _augmenter()
            answerers, student = _more(h)
        _say_teachers(h)
    _to_url()
    money = st.session_state["adviser.money"].strip()
    calls = st.session_state["adviser.calls"]
    return Wish(
        chosen.id if chosen else None,
        task,
        int(calls) if calls else None,
        dollars(money, "budget") if money else None,
        WEAK[st.session_state["adviser.weak"] or "auto"],
        checks,
        student,
        answerers,
    )


def _begin(h: Here, known: Mapping[int, SeedSet]) -> None:
    """From the URL, else as it was, else the first set and no budget; anew in another project."""
    state, query = st.session_state, st.query_params
    if state.get(_OF) != h.project_id:
        for key in [key for key in state if str(key).startswith("adviser.")]:
            del state[key]
        state[_OF] = h.project_id
    named = query.get("set", "")
    first = next(iter(known), None)
    if "adviser.set" not in state:
        state["adviser.set"] = int(named) if named.isdigit() else None if named == "none" else first
    if state["adviser.set"] not in known:
        state["adviser.set"] = None
    calls = query.get("calls", "")
    state.setdefault("adviser.calls", min(int(calls), 10_000_000) if calls.isdigit() and int(calls) else None)
    state.setdefault("adviser.money", query.get("money", "")[:20])
    state.setdefault("adviser.weak", query["augmenter"] if query.get("augmenter") in WEAK else "auto")
    state.setdefault("adviser.task", TaskType.OPEN)
    state.setdefault("adviser.checks", query["checks"] if query.get("checks") in _CHECKS else "none")


def _to_url() -> None:
    state = st.session_state
    wanted: dict[str, Any] = {
        "set": state["adviser.set"] or "none",
        "calls": state["adviser.calls"],
        "money": state["adviser.money"],
        "augmenter": None if state["adviser.weak"] == "auto" else state["adviser.weak"],
        "checks": None if state["adviser.checks"] == "none" else state["adviser.checks"],
    }
    for name, value in wanted.items():
        if value:
            st.query_params[name] = str(value)
        else:
            st.query_params.pop(name, None)


def _seeds(known: Mapping[int, SeedSet]) -> SeedSet | None:
    chosen: int | None = st.selectbox(
        "Seed set",
        list(known),
        index=None,
        placeholder="No seeds",
        format_func=lambda ident: _set_words(known[ident]),
        key="adviser.set",
        persist_state=_KEPT,
        width=260,
    )
    return known.get(chosen) if chosen is not None else None


def _set_words(each: SeedSet) -> str:
    return short(f"{each.label}: {count(each.n_examples, 'seed')}")


def _task(chosen: SeedSet | None) -> TaskType:
    if chosen:
        st.selectbox(
            "Task type", [chosen.task_type.label], disabled=True, key=f"adviser.task_of.{chosen.id}", width=160
        )
        return chosen.task_type
    return TaskType(
        st.selectbox(
            "Task type",
            list(TaskType),
            format_func=lambda each: each.label,
            key="adviser.task",
            persist_state=_KEPT,
            width=160,
        )
        or TaskType.OPEN
    )


def _verification(task: TaskType) -> Checks:
    offered = _OFFERED[task]
    if st.session_state["adviser.checks"] not in offered:
        st.session_state["adviser.checks"] = "none"
    chosen = st.selectbox(
        "Verification",
        offered,
        format_func=lambda name: _CHECKS[name][0],
        key="adviser.checks",
        help="What machines check of every sample. The study behind the rule found that more data of the same size was "
        "as good; a pilot with it measures how much is right.",
        persist_state=_KEPT,
        width=280,
    )
    return _CHECKS[chosen][1]


def _augmenter() -> None:
    st.segmented_control(
        "Augmenter",
        list(WEAK),
        format_func=_WEAK_WORDS.__getitem__,
        required=True,
        key="adviser.weak",
        help="The augmenter rewrites seed questions or writes new ones. A weak one spoils new questions more than "
        "rephrased ones. Find out: by what kind of teacher it is, and by pilots.",
        persist_state=_KEPT,
    )


def _more(h: Here) -> tuple[tuple[SharedTeacher, ...], str]:
    """What is rarely asked: a second teacher for the answers, and the student."""
    students = h.work.adviser.students(h.project_id)
    options = options_of(h)
    with st.popover("More", icon=":material/tune:"):
        student = st.selectbox(
            "Student",
            ["", *students],
            format_func=lambda name: name or "Llama 2 7B, or not decided",
            key="adviser.student",
            help="The model that will be trained. The choice matters little, says the study; one has its own number.",
            persist_state=_KEPT,
        )
        second: Teacher | None = st.selectbox(
            "Second teacher for answers",
            list(options),
            index=None,
            placeholder="None",
            format_func=lambda teacher: short(options[teacher]),
            key="adviser.second",
            help="Part of the answers comes from this teacher, in every plan that is handed over from here.",
            persist_state=_KEPT,
        )
        share = st.slider("Its share of the answers (%)", 1, 99, 50, key="adviser.second_share", persist_state=_KEPT)
    if second is None:
        return (), student
    first = h.work.projects.teachers(h.project_id)[Stage.ANSWER]
    other = choice_for(Stage.ANSWER, *second)
    if _who(first) == _who(other):
        return (), student
    return (SharedTeacher(teacher=first, share=100 - share), SharedTeacher(teacher=other, share=share)), student


def _who(choice: TeacherChoice) -> Teacher:
    return choice.connection, choice.model


def _say_teachers(h: Here) -> None:
    names, teachers = options_of(h), h.work.projects.teachers(h.project_id)
    augmenter, answers = (names.get(_who(teachers[stage]), "none") for stage in (Stage.AUGMENT, Stage.ANSWER))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Augmenter: {safe(augmenter, 90)}. Answers: {safe(answers, 90)}.", width="content")
        st.page_link(
            "connections.py",
            label="Teachers and prices",
            icon=":material/hub:",
            query_params={"project": h.project_id},
            width="content",
        )
