"""Grow a taxonomy with a teacher from nothing, level by level: say the scope, ask, decide, go on."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.growth import LEVELS, MAX_SCOPE, Goal, Level, current_level, guess_next
from core.domain.plans import TaxonomyPlan
from core.services.generation import Estimate
from pages.components.figures import count, money
from pages.components.node_place import LEVEL
from pages.components.node_proposals import decide_table, show_undo
from pages.components.node_propose import (
    plural,
    query_fields,
    send,
    show_price,
    show_prompts,
    teacher_fields,
    with_caps,
)
from pages.components.node_runs import show_run
from pages.components.node_words import kind_count
from pages.components.notices import problems
from pages.components.presses import press, show_problem
from pages.components.session import Here
from pages.components.text import safe

_KEY = "taxonomy.grow"
_LEVEL = "taxonomy.grow.level"
_EXAMPLES = ("all human knowledge and skill", "nursing", "le droit français")


def grow_by_level(h: Here) -> None:
    """The guided way: first the goal, then one level after the other."""
    show_problem()
    goal = h.work.growth.goal(h.project_id)
    if goal is None:
        with st.container(border=True):
            st.markdown("##### :material/potted_plant: What is the taxonomy to cover?")
            st.markdown(
                "A teacher proposes fields, then sub-fields of those that you accept, then their disciplines. "
                "Nothing is sent before you have seen its prompt and its price, and you can stop after any level."
            )
            _goal_form(h, Goal(), "Begin")
        return
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(f"**{safe(goal.scope, MAX_SCOPE)}** · down to {plural(goal.kinds[-1])}", width="stretch")
        with st.popover("Change", icon=":material/tune:", key=f"{_KEY}.change", width="content"):
            _goal_form(h, goal, "Save")
    levels = h.work.growth.levels(h.project_id, goal)
    number = _choose_level(levels)
    active = show_run(h, None, anywhere=True)
    if levels[number].open:
        _decide(h, number)
    else:
        show_undo(h)
    if active:
        st.caption("The names stand here when the queries are answered. You can leave this page meanwhile.")
        return
    with problems():
        _ask(h, goal, levels, number)


def _goal_form(h: Here, goal: Goal, label: str) -> None:
    with st.form(f"{_KEY}.goal", border=False):
        scope = st.text_area(
            "Scope, in a sentence",
            goal.scope,
            key=f"{_KEY}.scope",
            max_chars=MAX_SCOPE,
            height=80,
            placeholder=f"For example: {', '.join(_EXAMPLES)}",
            help="In any language; names are proposed in the language of the scope. It stands in every prompt.",
        )
        depth = st.segmented_control(
            "Down to",
            range(1, len(LEVELS) + 1),
            default=goal.depth,
            format_func=lambda depth: plural(LEVELS[depth - 1]).capitalize(),
            key=f"{_KEY}.depth",
            required=True,
        )
        pressed = st.form_submit_button(
            label, type="primary" if not goal.scope else "secondary", icon=":material/check:", key=f"{_KEY}.save"
        )
    if pressed:
        with problems():
            wanted = goal.model_copy(update={"scope": scope, "depth": int(depth or goal.depth)})
            h.work.growth.save_goal(h.who, h.project_id, wanted)
            st.rerun()


def _choose_level(levels: tuple[Level, ...]) -> int:
    """The level in the URL; without one that where something is to be done."""
    named = str(st.query_params.get(LEVEL, ""))
    known = [str(number + 1) for number in range(len(levels))]
    number = known.index(named) if named in known else current_level(levels)
    st.session_state[_LEVEL] = number  # the labels change with the counts, which would forget the choice
    st.segmented_control(
        "Level",
        range(len(levels)),
        format_func=lambda number: _level_words(levels[number]),
        key=_LEVEL,
        label_visibility="collapsed",
        required=True,
        width="stretch",
        on_change=_chosen,
    )
    return number


def _chosen() -> None:
    number = st.session_state[_LEVEL]
    if number is not None:
        _go_to(number)


def _level_words(level: Level) -> str:
    parts = [
        f"{number:,} {word}"
        for number, word in ((level.verified, "accepted"), (level.open, "open"), (level.removed, "rejected"))
        if number
    ]
    return f"{plural(level.kind).capitalize()}: {', '.join(parts) or 'none yet'}"


def _decide(h: Here, number: int) -> None:
    found = h.work.growth.proposals_on(h.who, h.project_id, number)
    with st.container(border=True):
        st.markdown(f"##### Proposed {plural(LEVELS[number])}")
        decide_table(h, found, f"{_KEY}.table", above=number > 0, primary=bool(found.open))


def _ask(h: Here, goal: Goal, levels: tuple[Level, ...], number: int) -> None:
    """Ask for this level where it is missing, or say what comes first, or go on to the next one."""
    level = levels[number]
    if level.places:
        _send_form(h, goal, levels, number)
    elif number and not level.live:
        upper = plural(levels[number - 1].kind)
        st.info(f"Accept {upper} first: {plural(level.kind)} are proposed below accepted ones.", icon=":material/info:")
        press(f"Go to the {upper}", partial(_go_to, number - 1), key=f"{_KEY}.back", icon="arrow_upward")
    elif number + 1 < len(levels):
        if level.verified:
            below = plural(levels[number + 1].kind)
            label = f"Go on to the {below}"
            press(label, partial(_go_to, number + 1), key=f"{_KEY}.next", icon="arrow_forward", primary=not level.open)
    elif not level.open:
        _finished(h, level)


def _go_to(number: int) -> None:
    st.query_params[LEVEL] = str(number + 1)


def _send_form(h: Here, goal: Goal, levels: tuple[Level, ...], number: int) -> None:
    """Teacher, queries, caps, price of this level and a guess at the next."""
    level, below = levels[number], levels[number + 1 : number + 2]
    with st.container(border=True):
        what = plural(level.kind)
        if level.places[0] is None:
            st.markdown(f"##### Ask for {what}")
        else:
            st.markdown(f"##### Ask for {what} at {count(len(level.places), 'place')}")
            st.caption(
                "Accepted nodes that have nothing below yet. All are asked about in turn, so an early stop is even."
            )
        queries, names = query_fields(_KEY, goal)
        goal = goal.model_copy(update={"queries": queries, "names": names})
        wish = {
            "nodes": tuple(place for place in level.places if place is not None),
            "child": level.kind,
            "scope": goal.scope,
            "queries": queries,
            "names": names,
        }
        plan = with_caps(TaxonomyPlan.model_validate({**wish, **teacher_fields(h, _KEY)}), _KEY)
        estimate = h.work.generation.estimate(h.project_id, plan)
        show_price(h, estimate, _KEY)
        if below:
            st.caption(_next_words(level, below[0], goal, estimate))
        show_prompts(h, plan, _KEY)
        pressed = st.button(
            f"Send {count(estimate.calls, 'query', 'queries')}",
            type="primary" if not level.open else "secondary",
            key=f"{_KEY}.send",
            icon=":material/send:",
        )
        if pressed:
            h.work.growth.save_goal(h.who, h.project_id, goal)
            send(h, plan, _KEY)


def _next_words(level: Level, below: Level, goal: Goal, estimate: Estimate) -> str:
    """What may come after this level, and where the number is from."""
    guess = guess_next(level, below, goal, calls=estimate.calls, cost=estimate.cost)
    basis = (
        f"{level.branching:.1f} names at each place, as so far"
        if level.branching
        else f"{count(goal.names, 'name')} at each place, as nothing is known yet"
    )
    price = (
        "at no charge" if guess.cost == 0 else f"about {safe(money(guess.cost))}" if guess.cost else "of unknown price"
    )
    return (
        f"The next level, {plural(below.kind)}, would then take about {count(guess.calls, 'call')}, {price}: a guess "
        f"from {basis}, all of them accepted."
    )


def _finished(h: Here, level: Level) -> None:
    st.success(f"{kind_count(level.kind, level.verified)} accepted, nothing is open.", icon=":material/task_alt:")
    st.page_link(
        "curriculum.py",
        label="Go on to the curriculum",
        icon=":material/menu_book:",
        query_params={"project": h.project_id},
    )
