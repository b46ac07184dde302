"""Ask a teacher for subjects, for syllabi, or for one part of a syllabus anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from core.domain.calls import Stage
from core.domain.curriculum import Part, Subject, Syllabus
from core.domain.plans import SubjectsPlan, SyllabiPlan
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.curriculum import SubjectRow
from pages.components.curriculum_offer import offer
from pages.components.curriculum_teachers import Teacher, choices, choose_teacher, explain_unknown
from pages.components.figures import count
from pages.components.plan_execution import choose_execution
from pages.components.session import Here
from pages.components.text import safe


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
        explain_unknown(h, f"The built-in teacher does not know {safe(node.name, 80)}.", "add the subjects by hand")
        return
    teachers = choices(h, Stage.SUBJECTS, teacher)
    plan = SubjectsPlan(
        teachers=teachers,
        execution=choose_execution(h, teachers.values(), key="curriculum.list.execution"),
        disciplines=(node.id,),
        queries=int(queries or 1),
        include_unverified=_unverified(node.state is not NodeState.VERIFIED, "the discipline", "list"),
    )
    offer(h, plan, "list", "List subjects", node.name, primary=primary)


def design_syllabi(h: Here, node: Node, rows: Sequence[SubjectRow], ticked: Collection[int], *, primary: bool) -> None:
    """Ask a teacher for the syllabi of chosen subjects: at first the ticked ones, else all that have none yet."""
    open_rows = {r.subject.id: r for r in rows if r.syllabus is not NodeState.VERIFIED and r.home is None}
    sure = {i: r for i, r in open_rows.items() if r.subject.state is NodeState.VERIFIED}
    if not sure:
        done = any(row.syllabus for row in rows)
        st.info("Every verified subject has a verified syllabus." if done else "Verify a subject first.")
        return
    st.caption(
        "One query for each subject: introduction, objectives, class sessions with their key concepts. Where there "
        "is a syllabus already the answer waits beside it as a proposal; nothing is overwritten."
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
    label = f"Design {count(len(chosen), 'syllabus', 'syllabi')}"
    offer(h, plan, "design", label, node.name, primary=primary)


def _can_design(h: Here, node: Node, teacher: Teacher, row: SubjectRow) -> bool:
    return not teacher.builtin or h.work.curriculum.builtin_designs(node.name, row.subject.name)


def _unverified(needed: bool, what: str, name: str) -> bool:
    if not needed:
        return False
    label = f"Include {what} although nobody verified it, for this run only"
    return st.checkbox(label, key=f"curriculum.{name}.unverified")


_PARTS = {
    Part.OPENING: "Introduction and objectives",
    Part.SESSION: "One session",
    Part.SESSIONS: "All sessions",
    Part.WHOLE: "Everything",
}


def rewrite_part(h: Here, node: Node, subject: Subject, syllabus: Syllabus) -> None:
    """Ask a teacher for a part of the syllabus anew; the answer waits as a difference."""
    st.caption(
        "The teacher reads the present syllabus and writes the chosen part anew. The answer stands beside it as a "
        "difference: you take what is better, the rest stays as it is."
    )
    part = st.segmented_control(
        "What to write anew", list(_PARTS), format_func=_PARTS.__getitem__, default=Part.SESSION, key="curriculum.part"
    )
    session = 0
    if part is Part.SESSION:
        names = {each.id: f"{each.position}. {each.name}" for each in syllabus.sessions}
        session = st.selectbox(
            "Class session", list(names), format_func=names.__getitem__, key="curriculum.part.session"
        )
    if part is None:
        return
    teacher = choose_teacher(h, Stage.SYLLABUS, "curriculum.part.teacher")
    if teacher.builtin and not h.work.curriculum.builtin_designs(node.name, subject.name):
        explain_unknown(h, f"The built-in teacher has no syllabus for {safe(subject.name, 80)}.", "edit it by hand")
        return
    teachers = choices(h, Stage.SYLLABUS, teacher)
    plan = SyllabiPlan(
        teachers=teachers,
        execution=choose_execution(h, teachers.values(), key="curriculum.part.execution"),
        subjects=(subject.id,),
        part=part,
        session=session or 0,
        include_unverified=subject.state is not NodeState.VERIFIED,
    )
    offer(h, plan, "part", "Ask for a proposal", subject.name, primary=False)
