"""How far the curriculum of a discipline is, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

import streamlit as st

from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.curriculum import SubjectRow
from pages.components.figures import count, share
from pages.components.presses import press
from pages.components.session import Here
from pages.components.subject_actions import move_all
from pages.components.text import safe

PAGES = Path(__file__).parents[1]


class Step(StrEnum):
    """What is missing first on the way to questions."""

    DISCIPLINE = "discipline"
    LIST = "list"
    SUBJECTS = "subjects"
    SYLLABI = "syllabi"
    DESIGN = "design"
    GENERATE = "generate"


@dataclass(frozen=True, slots=True)
class Standing:
    """The subjects of a discipline by what they still need; removed and shared ones count in `ready` alone at most."""

    all: int
    proposed: tuple[int, ...]
    verified: int
    without: int
    syllabi: int
    syllabi_verified: int
    open_syllabi: dict[int, int]
    ready: int

    @staticmethod
    def of(rows: Sequence[SubjectRow]) -> Standing:
        """Count the rows; `open_syllabi` maps a subject to the version of its syllabus that waits."""
        taught = [row for row in rows if row.subject.state is not NodeState.REMOVED]
        live = [row for row in taught if row.home is None]
        sure = [row for row in live if row.subject.state is NodeState.VERIFIED]
        done = [row for row in live if row.syllabus is NodeState.VERIFIED]
        return Standing(
            all=len(live),
            proposed=tuple(row.subject.id for row in live if row.subject.state is NodeState.PROPOSED),
            verified=len(sure),
            without=sum(row.syllabus is None for row in sure),
            syllabi=sum(row.syllabus is not None for row in live),
            syllabi_verified=len(done),
            open_syllabi={row.subject.id: row.version for row in live if row.syllabus is NodeState.PROPOSED},
            ready=sum({row.subject.state, row.syllabus} == {NodeState.VERIFIED} for row in taught),
        )

    def step(self, node: Node) -> Step:
        """The first thing that is missing."""
        if node.state is not NodeState.VERIFIED:
            return Step.DISCIPLINE
        if not self.all:
            return Step.LIST
        if self.proposed:
            return Step.SUBJECTS
        if self.open_syllabi:
            return Step.SYLLABI
        return Step.GENERATE if self.ready else Step.DESIGN


def verify_syllabi(h: Here, versions: dict[int, int]) -> str:
    """Verify these syllabi and their subjects; what to say."""
    number = h.work.curriculum.verify_syllabi(h.who, h.project_id, versions)
    return f"{count(number, 'syllabus', 'syllabi')} verified. Questions can be drawn from them."


def _keep(h: Here, node: Node) -> str:
    h.work.votes.keep_branch(h.who, h.project_id, node.id)
    state = h.work.taxonomy.view(h.who, h.project_id, node.id).node.state
    if state is NodeState.VERIFIED:
        return f"{node.name} is verified."
    return "Your vote is kept; more votes are needed until it counts as verified."


_WORDS = {
    Step.DISCIPLINE: (
        "Verify the discipline",
        "Samples are drawn from verified knowledge only. Vote keep on it and its branch, or look at it first.",
    ),
    Step.LIST: (
        "Find the subjects",
        "Let a teacher list them, or add the first one by hand below. They arrive as proposed, for you to verify.",
    ),
    Step.SUBJECTS: (
        "Verify the subjects",
        "Read the names below. Remove what does not belong, then verify the rest.",
    ),
    Step.DESIGN: (
        "Design the syllabi",
        "Let a teacher design a syllabus for each verified subject, or open a subject below and write it.",
    ),
    Step.SYLLABI: (
        "Verify the syllabi",
        "Open a subject to read its class sessions and key concepts, or verify all at once when you trust their maker.",
    ),
    Step.GENERATE: (
        "Generate questions",
        "The verified syllabi are ready: preview real questions with their price before you start a run.",
    ),
}


def show_next(h: Here, node: Node, standing: Standing, panel: Callable[[], None] | None) -> None:
    """The box with the next step and its one primary button; `panel` is drawn in it when the step needs more."""
    step = standing.step(node)
    title, words = _WORDS[step]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container():
                st.markdown(f"##### :material/arrow_forward: Next: {title}")
                st.markdown(words)
                if standing.all:
                    st.caption(_figures(standing))
            with st.container(width="content", horizontal_alignment="right"):
                _offer(h, node, standing, step)
        if panel:
            panel()


def _figures(standing: Standing) -> str:
    parts = [
        f"{share(standing.verified, standing.all)} subjects verified",
        f"{share(standing.syllabi_verified, standing.syllabi)} syllabi verified" if standing.syllabi else "no syllabus",
    ]
    if standing.without:
        verb = "has" if standing.without == 1 else "have"
        parts.append(f"{count(standing.without, 'verified subject')} {verb} no syllabus")
    return safe(" · ".join(parts))


def _offer(h: Here, node: Node, standing: Standing, step: Step) -> None:
    where = {"project": h.project_id}
    if step is Step.DISCIPLINE:
        press("Vote keep", partial(_keep, h, node), key="curriculum.keep", icon="how_to_vote", primary=True)
        st.page_link(
            PAGES / "taxonomy.py", label="See it in the taxonomy", query_params={**where, "node": str(node.id)}
        )
    if step is Step.SUBJECTS:
        ids = standing.proposed
        press(
            f"Verify all subjects ({len(ids)})",
            partial(move_all, h, ids, NodeState.VERIFIED),
            key="curriculum.verify_all",
            icon="done_all",
            primary=True,
        )
    if standing.open_syllabi and step is not Step.DISCIPLINE:
        press(
            f"Verify all syllabi ({len(standing.open_syllabi)})",
            partial(verify_syllabi, h, standing.open_syllabi),
            key="curriculum.verify_syllabi",
            icon="done_all",
            primary=step is Step.SYLLABI,
            help="Every syllabus of this discipline in the version listed here, and its subject with it.",
        )
    if standing.ready:
        label = f"Generate from {count(standing.ready, 'verified syllabus', 'verified syllabi')}"
        query, icon = {**where, "discipline": str(node.id)}, ":material/auto_awesome:"
        if step is not Step.GENERATE:
            st.page_link(PAGES / "generate.py", label=label, icon=icon, query_params=query)
        elif st.button(label, key="curriculum.generate", icon=icon, type="primary"):
            st.switch_page(PAGES / "generate.py", query_params=query)
