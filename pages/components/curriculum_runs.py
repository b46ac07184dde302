"""Runs that make subjects and syllabi: choose a teacher, see prompt and price, start, watch, read what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.analysis.estimates import Estimate
from core.domain.calls import Stage
from core.domain.plans import Plan, PlanKind, SubjectsPlan, SyllabiPlan, TeacherChoice
from core.domain.records import Connection
from core.domain.states import ItemState, NodeState, RunState
from core.domain.taxonomy import Node
from core.errors import NotFoundError
from core.services.curriculum import SubjectRow
from core.services.projects import choice_for
from core.services.runs import RunView
from pages.components.connection_prices import offer_prices
from pages.components.curriculum_steps import PAGES
from pages.components.discipline_choice import leave
from pages.components.figures import count, money
from pages.components.notices import flash, problems, show_error
from pages.components.plan_execution import choose_execution, time_words
from pages.components.presses import press
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

BUILTIN = "builtin"
_WATCHED = "curriculum.watched_run"
_KINDS = (PlanKind.SUBJECTS, PlanKind.SYLLABI)


@dataclass(frozen=True, slots=True)
class Teacher:
    """A model of a connection; `builtins` are the connections that are no language model."""

    connection: Connection
    model: str
    builtins: frozenset[str]

    @property
    def builtin(self) -> bool:
        """Is it the built-in teacher?"""
        return self.connection.kind == BUILTIN


def choose_teacher(h: Here, stage: Stage, key: str) -> Teacher:
    """A teacher among all models of all connections; the project's own choice stands first."""
    own = h.work.projects.teachers(h.project_id)[stage]
    connections = [view.connection for view in h.work.connections.all()]
    builtins = frozenset(connection.id for connection in connections if connection.kind == BUILTIN)
    teachers = {
        (connection.id, model): Teacher(connection, model, builtins)
        for connection in connections
        for model in (*connection.models, *([own.model] if connection.id == own.connection else []))
    }
    order = sorted(teachers, key=lambda pair: pair != (own.connection, own.model))
    chosen = st.selectbox(
        "Teacher",
        order,
        format_func=lambda pair: f"{teachers[pair].connection.name}, {pair[1]}",
        key=key,
        help="Who answers. Teachers are added on the Connections page; the project's own choice stands first.",
    )
    return teachers[chosen]


def choices(h: Here, stage: Stage, teacher: Teacher) -> dict[Stage, TeacherChoice]:
    """Who answers the stage, and who turns the free text into a list: a teacher that can read the other's text."""
    connection, model = teacher.connection, teacher.model
    own = h.work.projects.teachers(h.project_id)
    mine = {
        each: own[each]
        if (own[each].connection, own[each].model) == (connection.id, model)
        else choice_for(each, connection.id, model)
        for each in (stage, Stage.EXTRACTION)
    }
    other = own[Stage.EXTRACTION]
    if not teacher.builtin and other.connection not in teacher.builtins:
        mine[Stage.EXTRACTION] = other
    return mine


def list_subjects(h: Here, node: Node, *, primary: bool) -> None:
    """Ask a teacher for the subjects of the discipline."""
    st.caption(
        "The teacher is asked the same question several times; the answers are merged, and each subject shows in how "
        "many of them it came up. A subject that you already have is counted, never changed."
    )
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        teacher = choose_teacher(h, Stage.SUBJECTS, "curriculum.list.teacher")
    queries = right.number_input(
        "Queries",
        min_value=1,
        max_value=50,
        value=3 if teacher.builtin else 10,
        key=f"curriculum.list.queries.{teacher.connection.kind}",
        help="How often the question is asked. The GLAN paper asks 10 times; the built-in teacher needs 3.",
    )
    if teacher.builtin and not h.work.curriculum.builtin_knows(node.name):
        _explain_unknown(h, f"The built-in teacher does not know {safe(node.name, 80)}.", "add the subjects by hand")
        return
    teachers = choices(h, Stage.SUBJECTS, teacher)
    plan = SubjectsPlan(
        teachers=teachers,
        execution=choose_execution(h, teachers.values(), key="curriculum.list.execution"),
        disciplines=(node.id,),
        queries=int(queries or 1),
        include_unverified=_unverified(node.state is not NodeState.VERIFIED, "the discipline", "list"),
    )
    _offer(h, plan, "list", "List subjects", primary=primary)


def design_syllabi(h: Here, node: Node, rows: Sequence[SubjectRow], ticked: Collection[int], *, primary: bool) -> None:
    """Ask a teacher for the syllabi of chosen subjects: at first the ticked ones, else all that have none yet."""
    open_rows = {r.subject.id: r for r in rows if r.syllabus is not NodeState.VERIFIED}
    sure = {i: r for i, r in open_rows.items() if r.subject.state is NodeState.VERIFIED}
    if not sure:
        done = any(row.syllabus for row in rows)
        st.info("Every verified subject has a verified syllabus." if done else "Verify a subject first.")
        return
    st.caption(
        "One query for each subject: introduction, objectives, class sessions with their key concepts. A syllabus "
        "that a person verified or changed is never overwritten."
    )
    teacher = choose_teacher(h, Stage.SYLLABUS, "curriculum.design.teacher")
    able = [i for i, row in sure.items() if _can_design(h, node, teacher, row)]
    usual = [i for i in sure if i in ticked] or [i for i in able if sure[i].syllabus is None]
    chosen = st.multiselect(
        "Verified subjects",
        list(sure),
        default=usual,
        format_func=lambda i: sure[i].subject.name + (" (has a proposed syllabus)" if sure[i].syllabus else ""),
        key=f"curriculum.design.subjects.{teacher.connection.kind}.{'-'.join(map(str, usual))}",
        placeholder="Choose subjects",
    )
    unable = [sure[i].subject.name for i in sure if i not in able]
    if unable:
        names = ", ".join(unable[:3]) + (f" and {len(unable) - 3} more" if len(unable) > 3 else "")
        st.caption(
            f"The built-in teacher has no syllabus for {safe(names)}: choose a language model, or open the subject "
            "and write its syllabus."
        )
    if not chosen:
        return
    teachers = choices(h, Stage.SYLLABUS, teacher)
    execution = choose_execution(h, teachers.values(), key="curriculum.design.execution")
    plan = SyllabiPlan(teachers=teachers, execution=execution, subjects=tuple(chosen))
    _offer(h, plan, "design", f"Design {count(len(chosen), 'syllabus', 'syllabi')}", primary=primary)


def _can_design(h: Here, node: Node, teacher: Teacher, row: SubjectRow) -> bool:
    return not teacher.builtin or h.work.curriculum.builtin_designs(node.name, row.subject.name)


def _unverified(needed: bool, what: str, name: str) -> bool:
    if not needed:
        return False
    label = f"Include {what} although nobody verified it, for this run only"
    return st.checkbox(label, key=f"curriculum.{name}.unverified")


def _explain_unknown(h: Here, what: str, instead: str) -> None:
    st.warning(
        f"**{what}** It knows {safe(', '.join(h.work.curriculum.builtin_disciplines()))}. For others connect a "
        f"language model, or {instead}.",
        icon=":material/info:",
    )
    st.page_link(
        PAGES / "connections.py",
        label="Connect a language model",
        icon=":material/hub:",
        query_params={"project": h.project_id},
    )


def _offer(h: Here, plan: Plan, name: str, label: str, *, primary: bool) -> None:
    """Calls, price and exact prompt before anything is sent, and the button that sends."""
    with problems():
        estimate = h.work.generation.estimate(h.project_id, plan)
        first, second = estimate.stages[0].calls, estimate.calls - estimate.stages[0].calls
        time = "at once" if estimate.seconds < 1 else time_words(estimate)
        words = f"{count(estimate.calls, 'call')}: {first} to ask, {second} to turn the text into a list."
        sentence = f"{words} {_cost(estimate)}, {time}."
        with st.container(horizontal=True, vertical_alignment="center"):
            key, icon = f"curriculum.{name}.start", ":material/play_arrow:"
            busy = _active(h) is not None
            pressed = st.button(label, key=key, type="primary" if primary else "secondary", icon=icon, disabled=busy)
            st.markdown(safe(sentence), width="content")
        with problems():
            if pressed and not busy:
                _start(h, plan, name)
        offer_prices(h, estimate, key=f"curriculum.{name}")
        with st.expander("Exact prompt", type="compact", icon=":material/subject:", key=f"curriculum.{name}.prompt"):
            for message in h.work.generation.first_prompts(h.project_id, plan)[0].messages:
                st.caption(message.role.capitalize())
                st.code(message.content, language=None, wrap_lines=True)
            st.caption("The answer comes as free text. A second call turns it into a list, as in the GLAN paper.")


def _cost(estimate: Estimate) -> str:
    if estimate.cost is None or estimate.bound is None:
        return "Price unknown"
    if not estimate.bound:
        return "No charge"
    return f"About {money(estimate.cost)}, at most {money(estimate.bound)} if no call is repeated"


def _start(h: Here, plan: Plan, name: str) -> None:
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token(f"curriculum.{name}"))
    wake_worker()
    spend_form_token(f"curriculum.{name}")
    st.query_params["run"] = run.id
    st.session_state[_WATCHED] = run.id
    st.rerun()


def _active(h: Here) -> str | None:
    """The run of this kind that is queued or running; one at a time, so that a double click starts one."""
    return next((run.id for run in h.work.runs.active(h.project_id) if run.kind in _KINDS), None)


def show_run(h: Here) -> None:
    """The run in the URL, or one that is active anyway: progress while it works, then what came of it."""
    run_id = st.query_params.get("run") or _active(h)
    if not run_id:
        return
    try:
        view = h.work.runs.view(h.project_id, run_id)
    except NotFoundError as error:
        show_error(error)
        press("Close", partial(leave, "run"), key="curriculum.run.close", icon="close")
        return
    if view.active:
        st.query_params["run"] = view.run.id
        st.fragment(_watch, run_every=1.0)(h, view.run.id)
    elif st.session_state.pop(_WATCHED, None) == view.run.id:
        st.rerun()  # it may have ended while the page above was drawn: draw that once more
    else:
        _outcome(h, view)


def _watch(h: Here, run_id: str) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if not view.active:
        st.rerun()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        waiting = "waiting for the worker" if view.run.state is RunState.QUEUED else "working"
        text = f"{view.run.title}: {view.finished} of {view.run.n_items} done, {waiting}"
        st.progress(view.finished / max(1, view.run.n_items), text=safe(text))
        if st.button("Stop", key="curriculum.run.stop", icon=":material/stop:"):
            with problems():
                h.work.runs.cancel(h.who, h.project_id, run_id)
                flash("The run stops after the calls under way.")
                st.rerun()


def _outcome(h: Here, view: RunView) -> None:
    run = view.run
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            icon = "check_circle" if run.state is RunState.COMPLETED and not view.failed else "error"
            st.markdown(f":material/{icon}: **{safe(run.title, 120)}**: {_made(h, view)}", width="stretch")
            where = {"project": h.project_id, "run": run.id}
            st.page_link(PAGES / "runs.py", label="Details", query_params=where)
            press("Close", partial(leave, "run"), key="curriculum.run.close", icon="close", quiet=True)
        if run.state is not RunState.COMPLETED:
            reason = f" {safe(run.reason)}" if run.reason else ""
            hint = f" {safe(run.hint)}" if run.hint else " Open its details to resume it."
            st.warning(f"The run is {safe(run.state.value.replace('_', ' '))}.{reason}{hint}")
        _failures(h, view)


def _made(h: Here, view: RunView) -> str:
    items = h.work.runs.items(h.project_id, view.run.id, states=(ItemState.DONE, ItemState.KNOWN), size=200)
    new = sum(len(item.products) for item in items if item.state is ItemState.DONE)
    cost = safe(money(view.spent.settled)) if view.spent.settled else "no charge"
    if view.run.kind is PlanKind.SUBJECTS:
        words = f"{count(new, 'new subject')} from {count(len(items), 'answer')}"
    else:
        words = f"{count(new, 'syllabus', 'syllabi')} designed"
        kept = sum(item.state is ItemState.KNOWN for item in items)
        words += f", {kept} kept as a person left it" if kept else ""
    return f"{words}, {cost}."


def _failures(h: Here, view: RunView) -> None:
    bad = (ItemState.FAILED, ItemState.INVALID, ItemState.REFUSED, ItemState.FILTERED, ItemState.TRUNCATED)
    items = h.work.runs.items(h.project_id, view.run.id, states=bad, size=200)
    reasons = Counter(item.error or item.state.value for item in items)
    for reason, number in reasons.most_common(5):
        st.error(f"{safe(reason)} ({count(number, 'query', 'queries')})", icon=":material/error:")
    if len(reasons) > 5:
        st.caption(f"And {len(reasons) - 5} more reasons: see the details.")
    if any("built-in teacher" in reason for reason in reasons):
        syllabi = view.run.kind is PlanKind.SYLLABI
        words = "some subjects of its own disciplines" if syllabi else "its own disciplines"
        instead = "open the subject and write its syllabus" if syllabi else "add the subjects by hand"
        _explain_unknown(h, f"The built-in teacher only has {words}.", instead)
    elif reasons:
        st.caption("Retry the failed ones on the Runs page, or choose another teacher.")
