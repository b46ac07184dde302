"""Who answers the stages of a part, several by their shares where wanted, and how they sample."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.domain.calls import Stage
from core.domain.plans import Checks, SamplesPlan, SharedTeacher, TeacherChoice
from core.domain.strategies import Strategy
from core.services.projects import PAPER_SAMPLING
from pages.components.figures import percent
from pages.components.plan_form import Drawn, crew_of, name_of, stages_of_part
from pages.components.plan_sampling import SAME, place_values
from pages.components.plan_state import key_of, value
from pages.components.presses import press
from pages.components.run_words import stage_name
from pages.components.session import Here
from pages.components.text import safe

Teacher = tuple[str, str]
_WORDS = {
    Stage.QUESTION: "Writes the question.",
    Stage.AUGMENT: "Rewrites questions or writes new ones from the seeds. The budget rule: a weak one should rephrase "
    "rather than write new questions.",
    Stage.QUESTION_CHECK: "Says whether a question that the augmenter wrote is fit to be answered.",
    Stage.ANSWER: "Answers it in a call of its own. The paper takes a cheaper, faster model here.",
    Stage.AGREEMENT: "Answers the same question again, to be compared. Usually the teacher of the answer.",
    Stage.VERIFICATION: "Judges whether the answer is correct. Best not the model that wrote it.",
}
_DEFAULTS = {
    Stage.QUESTION: "Defaults: temperature 1.0 and top-p 0.95, as the paper samples where variety is wanted.",
    Stage.AUGMENT: "Defaults: temperature 0.7 and top-p 0.95, about what the budget rule's paper uses.",
    Stage.QUESTION_CHECK: "Default: temperature 0, for steady verdicts.",
    Stage.ANSWER: "Defaults: temperature 0.7 and top-p 0.95, the paper's values for answers.",
    Stage.AGREEMENT: "Defaults: those of the answer, so that answers differ where the teacher is unsure.",
    Stage.VERIFICATION: "Default: temperature 0, for steady verdicts. The paper has no such stage.",
}
_MOST = 6


def choose_teachers(h: Here, part: int, checks: Checks) -> None:
    """One row for each teacher of each stage that the part uses."""
    labels = _labels(h, part)
    for stage in stages_of_part(part, checks):
        places = value(part, f"{stage.value}.places")
        for place in places:
            _row(part, stage, place, labels, several=len(places) > 1)


def keep_teachers(h: Here, drawn: Sequence[Drawn]) -> None:
    """The way to another teacher, and to make these the project's: of each stage the first that any part has."""
    query = {"project": h.project_id}
    st.page_link("connections.py", label="Add a teacher", icon=":material/hub:", query_params=query)
    present = h.work.projects.teachers(h.project_id)
    stages: dict[Stage, TeacherChoice] = {}
    for each in drawn:
        for stage in stages_of_part(each.part, each.checks):
            stages.setdefault(stage, crew_of(each.part, stage)[0].teacher)
    if any(present[stage] != choice for stage, choice in stages.items()):

        def keep() -> str:
            h.work.projects.choose_teachers(h.who, h.project_id, stages)
            return "These are the project's teachers now."

        press("Keep teachers for this project", keep, key="generate.keep_teachers", icon="push_pin", quiet=True)


def all_teachers(drawn: Sequence[Drawn]) -> list[TeacherChoice]:
    """Everybody who answers anything."""
    return [
        shared.teacher
        for each in drawn
        for stage in stages_of_part(each.part, each.checks)
        for shared in crew_of(each.part, stage)
    ]


def _labels(h: Here, part: int) -> dict[Teacher, str]:
    """Every model of every connection; chosen models that are not listed any more come too."""
    views = h.work.connections.all()
    labels = {
        (view.connection.id, model): f"{view.connection.name} · {model}"[:160]
        for view in views
        for model in view.connection.models
    }
    names = {view.connection.id: view.connection.name for view in views}
    for stage in _WORDS:
        for place in value(part, f"{stage.value}.places"):
            key = key_of(part, f"{name_of(stage, place)}.teacher")
            chosen = st.session_state[key]
            if chosen == SAME:
                continue
            if chosen[0] not in names:
                st.session_state[key] = next(iter(labels))
            elif chosen not in labels:
                labels[chosen] = f"{names[chosen[0]]} · {chosen[1]} (not listed)"[:160]
    return labels


def _row(part: int, stage: Stage, place: int, labels: dict[Teacher, str], *, several: bool) -> None:
    key = key_of(part, name_of(stage, place))
    if stage is Stage.QUESTION_CHECK and place == 0 and not several:
        labels = {SAME: "The augmenter itself", **labels}
    widths = [4, 1.7, 4] if several else [5, 4]
    who, *middle, how = st.columns(widths, gap="medium", vertical_alignment="bottom")
    who.selectbox(
        stage_name(stage) if place == 0 else f"{stage_name(stage)}, teacher {_ordinal(part, stage, place)}",
        list(labels),
        format_func=lambda teacher: labels[teacher],
        key=f"{key}.teacher",
        help=_WORDS[stage],
        persist_state="session",
    )
    if middle:
        middle[0].number_input(
            "Share",
            1,
            1000,
            key=f"{key}.share",
            help="Its weight among the teachers of this stage; they take turns.",
            persist_state="session",
        )
    state = st.session_state
    temperature, top_p, tokens = state[f"{key}.temperature"], state[f"{key}.top_p"], state[f"{key}.max_tokens"]
    label = f"T {temperature:g} · top-p {top_p:g} · {int(tokens):,} tokens"
    with how.popover(safe(label), icon=":material/tune:", width="stretch", key=f"{key}.sampling"):
        _sampling(key, stage)
        _crew(part, stage, place, several=several)


def _ordinal(part: int, stage: Stage, place: int) -> int:
    return int(value(part, f"{stage.value}.places").index(place)) + 1


def _sampling(key: str, stage: Stage) -> None:
    st.caption(_DEFAULTS[stage])
    st.number_input(
        "Temperature",
        0.0,
        2.0,
        step=0.1,
        format="%.2f",
        key=f"{key}.temperature",
        help="0 = always the likeliest words, higher = more varied.",
        persist_state="session",
    )
    st.number_input(
        "Top-p",
        0.01,
        1.0,
        step=0.05,
        format="%.2f",
        key=f"{key}.top_p",
        help="Only the likeliest words up to this probability are considered.",
        persist_state="session",
    )
    st.number_input(
        "Max tokens",
        1,
        200_000,
        step=256,
        key=f"{key}.max_tokens",
        help="The longest answer allowed. A cut answer is never used, and the cap reserves money for the longest.",
        persist_state="session",
    )
    reset = partial(_reset, key, stage)
    st.button("Back to the defaults", key=f"{key}.press_defaults", type="tertiary", on_click=reset)


def _reset(key: str, stage: Stage) -> None:
    temperature, top_p, tokens = PAPER_SAMPLING[stage]
    st.session_state[f"{key}.temperature"] = temperature
    st.session_state[f"{key}.top_p"] = top_p
    st.session_state[f"{key}.max_tokens"] = tokens


def _crew(part: int, stage: Stage, place: int, *, several: bool) -> None:
    """Share a stage with one more teacher, or take one of several out."""
    key = key_of(part, name_of(stage, place))
    if several:
        st.button(
            "Take this teacher out",
            key=f"{key}.press_leave",
            type="tertiary",
            icon=":material/person_remove:",
            on_click=_leave,
            args=(part, stage, place),
        )
    same = stage is Stage.QUESTION_CHECK and value(part, f"{stage.value}.teacher") == SAME
    if len(value(part, f"{stage.value}.places")) < _MOST and not same:
        st.button(
            "Share this stage with another teacher",
            key=f"{key}.press_join",
            type="tertiary",
            icon=":material/group_add:",
            on_click=_join,
            args=(part, stage),
        )


def _join(part: int, stage: Stage) -> None:
    """One more teacher, at first the same as the first one."""
    first = crew_of(part, stage)[0].teacher
    places = value(part, f"{stage.value}.places")
    place = max(places) + 1
    for name, initial in place_values(stage, place, SharedTeacher(teacher=first)).items():
        st.session_state[key_of(part, name)] = initial
    st.session_state[key_of(part, f"{stage.value}.places")] = [*places, place]


def _leave(part: int, stage: Stage, place: int) -> None:
    """Without this teacher; the first place always stays, so another one moves up into it."""
    places = [each for each in value(part, f"{stage.value}.places") if each != place]
    if not places:
        return
    if place == 0:
        for name in ("teacher", "temperature", "top_p", "max_tokens", "share"):
            moved = value(part, f"{name_of(stage, places[0])}.{name}")
            st.session_state[key_of(part, f"{name_of(stage, 0)}.{name}")] = moved
        places = [0, *places[1:]]
    st.session_state[key_of(part, f"{stage.value}.places")] = places


def show_knowledge(h: Here, plan: SamplesPlan) -> None:
    """What to expect of the built-in teacher in a drafted part, before it is asked."""
    kinds = {view.connection.id: view.connection.kind for view in h.work.connections.all()}
    builtin = [stage for stage, choice in plan.teachers.items() if kinds.get(choice.connection) == "builtin"]
    if not builtin:
        return
    names = safe(", ".join(stage_name(stage).lower() for stage in builtin))
    if plan.strategy is not Strategy.GLAN:
        _seed_knowledge(h, plan, names)
        return
    if Stage.QUESTION not in builtin:
        st.warning(
            f"The built-in teacher ({names}) only solves questions that it wrote itself. Choose a language model here, "
            "or let it write the questions too.",
            icon=":material/warning:",
        )
        return
    _curriculum_knowledge(h, plan)


def _seed_knowledge(h: Here, plan: SamplesPlan, names: str) -> None:
    """Loud where it does not know all that the part starts from: the rest would be refused."""
    words = (
        f"The built-in teacher ({names}) is a set of templates, not a language model: it only works on questions of "
        "its own families, such as those of the mathematics set that comes with the studio, and refuses the others."
    )
    if plan.seeds:
        what, (known, looked) = "seeds", h.work.generation.seeds_known(h.project_id, plan.seeds.seed_set)
    else:
        what, (known, looked) = "samples to continue", h.work.generation.parents_known(h.project_id, plan.parents)
    if looked and known < looked:
        st.warning(
            f"{words} It knows {known} of the first {looked} {what}: choose a language model.",
            icon=":material/warning:",
        )
    else:
        st.info(words, icon=":material/info:")


def _curriculum_knowledge(h: Here, plan: SamplesPlan) -> None:
    known = h.work.generation.knowledge(h.project_id, plan)
    words = (
        f"The built-in teacher is a set of templates with computed answers, not a language model. It has problems for "
        f"{known.known:,} of the {known.concepts:,} key concepts, and for {known.posable:,} of the first "
        f"{known.items:,} questions of this plan ({percent(known.posable / known.items if known.items else 0)}). It "
        "refuses what it has no problem for, and some of its answers are wrong on purpose, so that verification and "
        "review have something to find."
    )
    if known.posable < known.items:
        st.warning(safe(words, 900), icon=":material/warning:")
    else:
        st.info(safe(words, 900), icon=":material/info:")
