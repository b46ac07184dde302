"""Let a teacher propose children of a node: the exact prompt and price before, what came of it after."""

from __future__ import annotations

import streamlit as st

from core.domain.calls import Call, Stage
from core.domain.plans import TaxonomyPlan
from core.domain.states import RunState
from core.domain.taxonomy import CHILD_KIND, Node, NodeKind
from core.errors import NotFoundError
from core.services.generation import Estimate
from core.services.runs import RunView
from pages.components.connection_prices import offer_prices
from pages.components.figures import count, money
from pages.components.node_place import RUN, close_dialog, start_walk
from pages.components.node_words import kind_count
from pages.components.notices import flash, problems
from pages.components.plan_execution import choose_execution, time_words
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

WORDINGS = 3


def can_propose(parent: Node | None) -> bool:
    """Has this node children at all?"""
    return CHILD_KIND[parent.kind if parent else None] is not None


@st.dialog("Propose with a teacher", width="medium", on_dismiss=close_dialog)
def propose_dialog(h: Here, parent: Node | None) -> None:
    """How many queries, whom they go to, what they say and cost; nothing is sent before the button."""
    kind = CHILD_KIND[parent.kind if parent else None]
    if kind is None:
        return
    where = f"below **{safe(parent.name, 120)}**" if parent else "at the top"
    st.markdown(f"A teacher names {_plural(kind)} {where}. They arrive as proposed: people decide.")
    queries = st.number_input(
        "Queries",
        min_value=1,
        max_value=20,
        value=3,
        key="taxonomy.propose.queries",
        width=200,
        help="The same question is asked this many times in three wordings that take turns. A name that comes up "
        "more often is the safer one.",
    )
    with problems():
        teachers = h.work.projects.teachers(h.project_id)
        teacher = teachers[Stage.TAXONOMY]
        plan = TaxonomyPlan(
            node=parent.id if parent else None,
            queries=int(queries),
            teachers={Stage.TAXONOMY: teacher},
            execution=choose_execution(h, [teacher], key="taxonomy.propose.execution"),
        )
        estimate = h.work.generation.estimate(h.project_id, plan)
        _price(h, estimate)
        offer_prices(h, estimate, key="taxonomy.propose")
        _prompts(h.work.generation.first_prompts(h.project_id, plan, min(WORDINGS, plan.queries)))
        label = f"Send {count(plan.queries, 'query', 'queries')}"
        if st.button(label, type="primary", key="taxonomy.propose.send", icon=":material/send:"):
            _send(h, plan)


def _send(h: Here, plan: TaxonomyPlan) -> None:
    name = "taxonomy.propose"
    run = h.work.generation.start(h.who, h.project_id, plan, token=form_token(name))
    spend_form_token(name)
    wake_worker()
    st.query_params[RUN] = run.id
    close_dialog()
    flash("The queries are queued.")
    st.rerun()


def _price(h: Here, estimate: Estimate) -> None:
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
    st.page_link(
        "connections.py",
        label="Choose another teacher",
        icon=":material/hub:",
        query_params={"project": h.project_id},
    )


def _cost(estimate: Estimate) -> str:
    if estimate.cost is None or estimate.bound is None:
        return "**unknown**: no price is entered"
    if not estimate.bound:
        return "**free**"
    return f"**about {safe(money(estimate.cost))}**  \nat most {safe(money(estimate.bound))} without retries"


def _prompts(calls: list[Call]) -> None:
    with st.expander("The exact prompts", icon=":material/visibility:", key="taxonomy.propose.prompts"):
        tabs = st.tabs([f"Wording {number}" for number, _ in enumerate(calls, 1)])
        for tab, call in zip(tabs, calls, strict=True):
            for message in call.messages:
                tab.caption(message.role.capitalize())
                tab.code(message.content, language=None, wrap_lines=True)


def _plural(kind: NodeKind) -> str:
    return kind_count(kind, 2).split(" ", 1)[1]


def show_run(h: Here, parent: Node | None) -> None:
    """The run that the URL names, if its proposals belong here: progress while it works, then what came."""
    run_id = str(st.query_params.get(RUN, ""))
    if not run_id:
        return
    try:
        view = h.work.runs.view(h.project_id, run_id)
    except NotFoundError:
        st.query_params.pop(RUN, None)
        return
    if view.run.kind != "taxonomy" or view.run.plan.get("node") != (parent.id if parent else None):
        return
    with st.container(border=True):
        if view.active:
            st.fragment(run_every=1.0)(_watch)(h, run_id)
        else:
            _outcome(h, view)


def _watch(h: Here, run_id: str) -> None:
    view = h.work.runs.view(h.project_id, run_id)
    if not view.active:
        st.rerun()
    queued = view.run.state is RunState.QUEUED
    text = "Waiting for the worker" if queued else f"{view.finished:,} of {view.run.n_items:,} queries answered"
    st.progress(view.finished / max(1, view.run.n_items), text=text)
    if st.button("Stop", key="taxonomy.run.stop", icon=":material/stop_circle:"):
        with problems():
            h.work.runs.cancel(h.who, h.project_id, run_id)
            st.rerun()


def _outcome(h: Here, view: RunView) -> None:
    """New children with how often each came up, then what went wrong."""
    items = h.work.runs.items(h.project_id, view.run.id)
    made = {product for item in items for product in item.products}
    parent = view.run.plan.get("node")
    children = h.work.taxonomy.children(h.project_id, int(parent) if parent is not None else None, removed=True)
    new = [node for node in children if node.id in made]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        answered = f"{view.good:,} of {count(view.run.n_items, 'query', 'queries')} gave an answer"
        headline = count(len(new), "new name came", "new names came") if new else "Nothing new came"
        st.markdown(f"**{headline}** · {answered}", width="stretch")
        if st.button("Close", key="taxonomy.run.close", icon=":material/close:", type="tertiary"):
            st.query_params.pop(RUN, None)
            st.rerun()
    if new:
        _names(new)
    elif view.good:
        st.caption("Every name that came up is in the taxonomy already, possibly among the removed ones.")
    _errors(h, view, sorted({item.error for item in items if item.error}))


def _names(new: list[Node]) -> None:
    ordered = sorted(new, key=lambda node: -node.times_seen)
    rows = [{"Name": node.name, "Came up": node.times_seen, "Description": node.description} for node in ordered]
    st.dataframe(
        rows,
        key="taxonomy.run.names",
        hide_index=True,
        width="stretch",
        column_config={
            "Name": st.column_config.TextColumn(width="medium"),
            "Came up": st.column_config.NumberColumn(
                width="small", format="%d ×", help="In how many answers the name came up, over all runs."
            ),
            "Description": st.column_config.TextColumn(width="large"),
        },
    )
    if st.button("Decide on them one by one", key="taxonomy.run.walk", icon=":material/checklist:"):
        start_walk()
        st.rerun()


def _errors(h: Here, view: RunView, errors: list[str]) -> None:
    if view.run.reason:
        st.warning(f"{safe(view.run.reason, 600)} {safe(view.run.hint, 400)}", icon=":material/error:")
    if not errors:
        return
    built_in = any("built-in teacher" in error for error in errors)
    hint = (
        "It knows the starter taxonomy and no more. Connect a language model for anything else."
        if built_in
        else "Look at the run for the raw answers, or send the queries again."
    )
    st.warning("\n\n".join(safe(error, 400) for error in errors[:5]) + f"\n\n{hint}", icon=":material/error:")
    page, label, icon = (
        ("connections", "Connect a language model", "hub") if built_in else ("runs", "Look at the run", "play_circle")
    )
    st.page_link(
        f"{page}.py",
        label=label,
        icon=f":material/{icon}:",
        query_params={"project": h.project_id} | ({} if built_in else {"run": view.run.id}),
    )
