"""Before a teacher is asked for children: who, how often, under which caps, the exact prompts and the price."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from core.domain.calls import Stage
from core.domain.growth import MAX_NAMES, MAX_QUERIES, Goal
from core.domain.money import dollars
from core.domain.plans import RepairsPlan, TaxonomyPlan
from core.domain.taxonomy import CHILD_KIND, KINDS_BELOW, Node, NodeKind
from core.services.generation import Estimate
from core.services.projects import choice_for
from pages.components.connection_prices import offer_prices
from pages.components.curriculum_teachers import choose_teacher
from pages.components.figures import count, money
from pages.components.node_place import RUN, close_dialog
from pages.components.node_words import kind_count
from pages.components.notices import flash, problems
from pages.components.plan_execution import choose_execution, time_words
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

WORDINGS = 3
Capped = TypeVar("Capped", TaxonomyPlan, RepairsPlan)


def plural(kind: NodeKind) -> str:
    """ "sub-fields"."""
    return kind_count(kind, 2).split(" ", 1)[1]


def can_propose(parent: Node | None) -> bool:
    """Has this node children at all?"""
    return CHILD_KIND[parent.kind if parent else None] is not None


@st.dialog("Propose with a teacher", width="medium", on_dismiss=close_dialog)
def propose_dialog(h: Here, parent: Node | None) -> None:
    """How many queries, whom they go to, what they say and cost; nothing is sent before the button."""
    key = "taxonomy.propose"
    goal = h.work.growth.goal(h.project_id) or Goal()
    where = f"below **{safe(parent.name, 120)}**" if parent else "at the top"
    st.markdown(f"A teacher names what belongs {where}. Its names arrive as proposed: people decide.")
    child = _choose_kind(parent)
    queries, names = query_fields(key, goal)
    with problems():
        wish = {
            "node": parent.id if parent else None,
            "child": child,
            "scope": goal.scope,
            "queries": queries,
            "names": names,
            "only_new": _only_new(h, parent),
        }
        plan = with_caps(TaxonomyPlan.model_validate({**wish, **teacher_fields(h, key)}), key)
        show_price(h, h.work.generation.estimate(h.project_id, plan), key)
        show_prompts(h, plan, key)
        label = f"Send {count(plan.queries, 'query', 'queries')}"
        if st.button(label, type="primary", key=f"{key}.send", icon=":material/send:"):
            send(h, plan, key)


def _choose_kind(parent: Node | None) -> NodeKind | None:
    kinds = KINDS_BELOW[parent.kind if parent else None]
    if len(kinds) < 2:
        return None
    return st.segmented_control(
        "What is wanted",
        kinds,
        default=kinds[0],
        format_func=lambda kind: plural(kind).capitalize(),
        key=f"taxonomy.propose.child.{parent.id if parent else 0}",
        required=True,
        help="Disciplines are the leaves that subjects hang from; sub-fields can be divided further.",
    )


def _only_new(h: Here, parent: Node | None) -> bool:
    """Offered where proposals wait already."""
    if not h.work.growth.waits(h.who, h.project_id, parent.id if parent else None):
        return False
    return st.checkbox(
        "Only names that did not come up before",
        key="taxonomy.propose.only_new",
        help="Off: open proposals may come up again and are counted. On: the teacher is told not to repeat them.",
    )


def query_fields(key: str, goal: Goal) -> tuple[int, int]:
    """Queries at each place, and names in each answer."""
    left, right = st.columns(2)
    queries = left.number_input(
        "Queries at each place" if key == "taxonomy.grow" else "Queries",
        min_value=1,
        max_value=MAX_QUERIES,
        value=goal.queries,
        key=f"{key}.queries",
        help=f"The same is asked this many times in {WORDINGS} wordings that take turns. A name that comes up more "
        "often is the safer one.",
    )
    names = right.number_input(
        "Names in an answer, at most",
        min_value=1,
        max_value=MAX_NAMES,
        value=goal.names,
        key=f"{key}.names",
    )
    return int(queries), int(names)


def teacher_fields(h: Here, key: str) -> dict[str, object]:
    """Who answers, and at once or in batches: fields of a plan. The project's own choice keeps its sampling."""
    chosen = choose_teacher(h, Stage.TAXONOMY, f"{key}.teacher")
    own = h.work.projects.teachers(h.project_id)[Stage.TAXONOMY]
    pair = (chosen.connection.id, chosen.model)
    teacher = own if pair == (own.connection, own.model) else choice_for(Stage.TAXONOMY, *pair)
    execution = choose_execution(h, [teacher], key=f"{key}.execution")
    return {"teachers": {Stage.TAXONOMY: teacher}, "execution": execution}


def with_caps(plan: Capped, key: str) -> Capped:
    """The plan under the caps that are typed in; InvalidInputError for an amount that is none."""
    with st.expander("Caps of this run", icon=":material/shield:", type="compact", key=f"{key}.caps"):
        left, right = st.columns(2)
        cost = left.text_input(
            "Cost cap (dollars)",
            key=f"{key}.cost_cap",
            placeholder="None",
            max_chars=20,
            help="The run stops before it would pass the cap and can go on when it is raised.",
        )
        calls = right.number_input(
            "Calls, at most", min_value=1, value=None, key=f"{key}.call_cap", placeholder="No limit"
        )
    caps = {"cost_cap": dollars(cost, "cost cap") if cost.strip() else None, "call_cap": calls}
    return plan.model_copy(update=caps)


def show_price(h: Here, estimate: Estimate, key: str) -> None:
    """Teacher, calls, cost and time; where a price is missing, the form to enter it."""
    stage = estimate.stages[0]
    with st.container(border=True):
        who, calls, cost, time = st.columns([2, 1, 2, 1])
        who.caption("Teacher")
        who.markdown(f"**{safe(stage.teacher, 60)}**  \n{safe(stage.model, 60)}")
        calls.caption("Calls")
        calls.markdown(f"**{count(estimate.calls)}**")
        cost.caption("Cost")
        cost.markdown(_cost(estimate))
        time.caption("Time")
        time.markdown(time_words(estimate))
    offer_prices(h, estimate, key=key)


def _cost(estimate: Estimate) -> str:
    if estimate.cost is None or estimate.bound is None:
        return "**unknown**: no price is entered"
    if not estimate.bound:
        return "**no charge**"
    return f"**about {safe(money(estimate.cost))}**  \nat most {safe(money(estimate.bound))} without retries"


def show_prompts(h: Here, plan: TaxonomyPlan, key: str) -> None:
    """The wordings as they will be sent for the first place."""
    first = plan.model_copy(update={"nodes": plan.nodes[:1]})
    calls = h.work.generation.first_prompts(h.project_id, first, min(WORDINGS, plan.queries))
    with st.expander("The exact prompts", icon=":material/visibility:", key=f"{key}.prompts"):
        if len(plan.places) > 1:
            st.caption(f"For the first of {count(len(plan.places), 'place')}; the others differ in their place.")
        tabs = st.tabs([f"Wording {number}" for number, _ in enumerate(calls, 1)])
        for tab, call in zip(tabs, calls, strict=True):
            for message in call.messages:
                tab.caption(message.role.capitalize())
                tab.code(message.content, language=None, wrap_lines=True)


def send(h: Here, plan: TaxonomyPlan, name: str) -> None:
    """Queue the run and watch it in place."""
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token(name))
    spend_form_token(name)
    wake_worker()
    st.query_params[RUN] = run.id
    close_dialog()
    flash("The queries are queued.")
    st.rerun()
