"""Which verification by machine a part of a plan asks for, and what each of it costs."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.domain.plans import Checks
from core.domain.strategies import TaskType
from pages.components.figures import count
from pages.components.session import Here

MOST_ANSWERS, USUAL_ANSWERS = 15, 5
_KEPT: Final = "session"
_AGREEMENT = {
    TaskType.MATHS: "Further answers to the same question; passes if the final answer is that of the majority.",
    TaskType.MULTIPLE_CHOICE: "Further answers; passes if the sample's letter is that of the majority.",
    TaskType.TEXT_TO_SQL: "Further queries; passes if the sample's query returns what the majority returns.",
}
_NO_AGREEMENT = (
    "Not offered for open questions: two good answers use different words, so counting equal ones would fail them."
)
_EXECUTION = {
    TaskType.MATHS: "Recomputes every calculation that is written out in the answer.",
    TaskType.TEXT_TO_SQL: "Runs the query on the seed set's SQLite file: read-only, at most 5 seconds and 1,000 rows.",
}
_NO_EXECUTION = {
    TaskType.TEXT_TO_SQL: "Needs the SQLite file of the seed set; attach one on the Seeds page.",
    TaskType.MULTIPLE_CHOICE: "Nothing in an answer of this kind can be executed.",
    TaskType.OPEN: "Nothing in an open answer can be executed.",
}


def choose_checks(
    h: Here,  # noqa: ARG001 - every chooser of a plan takes it
    prefix: str,
    task_type: TaskType | None,
    has_reference: bool,
    has_database: bool,
) -> Checks:
    """The group of widgets with keys `prefix`.judge and so on; what is switched on and possible.

    `task_type` None stands for questions of the curriculum, which are open. `has_reference`: the seeds have final
    answers and the strategy keeps them (answer augmentation, question rephrase). `fill_checks` sets the widgets.
    """
    task = task_type or TaskType.OPEN
    checks = Checks(
        judge=_toggle(
            f"{prefix}.judge", "Judge", "1 call a sample", "A teacher solves the question itself and judges the answer."
        ),
        rubric=_rubric(prefix),
        agreement=_agreement(prefix, task, has_database),
        execution=_execution(prefix, task, has_database),
        reference=_reference(prefix, task, has_reference),
    )
    st.caption(_price(checks))
    return checks


def fill_checks(prefix: str, checks: Checks) -> None:
    """Set the widgets to `checks`; call it before they are drawn."""
    st.session_state[f"{prefix}.judge"] = checks.judge
    st.session_state[f"{prefix}.rubric"] = checks.rubric
    st.session_state[f"{prefix}.agree"] = checks.agreement >= 2
    st.session_state[f"{prefix}.answers"] = max(2, checks.agreement) if checks.agreement else USUAL_ANSWERS
    st.session_state[f"{prefix}.execution"] = checks.execution
    st.session_state[f"{prefix}.reference"] = checks.reference


def _toggle(key: str, label: str, price: str, why: str, *, possible: bool = True) -> bool:
    """A switch with its price and reason; what is not possible is off, whatever the switch was before."""
    if not possible:
        st.session_state[key] = False
    st.session_state.setdefault(key, False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        on = st.toggle(label, key=key, help=why, disabled=not possible, persist_state=_KEPT, width="content")
        st.caption(price if possible else "not possible here", width="content")
    return bool(on) and possible


def _rubric(prefix: str) -> str:
    key = f"{prefix}.rubric"
    st.session_state.setdefault(key, "")
    if not st.session_state[f"{prefix}.judge"]:
        return ""
    text = st.text_area(
        "Rubric for the judge",
        key=key,
        max_chars=4000,
        height=96,
        placeholder="For example: every step is named; units are given; no more than 150 words.",
        help="What the judge looks at besides correctness. Empty: correct and complete.",
        persist_state=_KEPT,
    )
    return str(text or "").strip()


def _agreement(prefix: str, task: TaskType, has_database: bool) -> int:
    possible = task in _AGREEMENT
    why = _AGREEMENT.get(task, _NO_AGREEMENT)
    if task is TaskType.TEXT_TO_SQL and not has_database:
        why = "Further queries, compared word for word because the seed set has no SQLite file: a strict check."
    if not _toggle(
        f"{prefix}.agree", "Agreement of several answers", "1 call for each further answer", why, possible=possible
    ):
        return 0
    key = f"{prefix}.answers"
    st.session_state.setdefault(key, USUAL_ANSWERS)
    answers = st.number_input(
        "Answers in all",
        2,
        MOST_ANSWERS,
        step=1,
        key=key,
        width=220,
        help="The sample's own answer included: 5 answers are 4 further calls. Samples of one question share them. At "
        "temperature 0 all answers are the same and agreement says nothing.",
        persist_state=_KEPT,
    )
    return int(answers)


def _execution(prefix: str, task: TaskType, has_database: bool) -> bool:
    possible = task is TaskType.MATHS or (task is TaskType.TEXT_TO_SQL and has_database)
    why = _EXECUTION[task] if possible else _NO_EXECUTION[task]
    return _toggle(f"{prefix}.execution", "Execution", "no call", why, possible=possible)


def _reference(prefix: str, task: TaskType, has_reference: bool) -> bool:
    possible = has_reference and task is not TaskType.OPEN
    why = "Compares the final answer with that of the seed example."
    if not possible:
        why = (
            "Not offered for open questions, which have no final answer."
            if task is TaskType.OPEN
            else "Needs seeds with final answers, and a strategy that keeps the seed's question or its meaning."
        )
    return _toggle(f"{prefix}.reference", "Comparison with the reference answer", "no call", why, possible=possible)


def _price(checks: Checks) -> str:
    further = sum(checks.calls.values())
    found = (
        "In the budget rule's paper verification did not beat more data of the same size on text-to-SQL (second-hand)."
    )
    if further:
        return f"Verification adds {count(further, 'call')} to each sample. {found}"
    if checks.execution or checks.reference:
        return f"Verification adds no call. {found}"
    return f"No verification by machine: every call goes into more samples. {found}"
