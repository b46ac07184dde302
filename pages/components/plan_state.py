"""The values of the Generate form: where they begin, its parts, how a plan from elsewhere fills them.

Each part keeps its values under a number of its own ("generate.2.count"); the first part of a form that is filled anew
is number 1, and a number that was removed is not given again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.domain.calls import Stage
from core.domain.money import NANO
from core.domain.plans import MAX_PARTS, Checks, MixedPlan, SamplesPlan, parts_of
from core.domain.strategies import FROM_SEEDS, Strategy
from pages.components.plan_checks import fill_checks
from pages.components.plan_sampling import project_teachers, sampling
from pages.components.session import Here

PREFIX = "generate."
PARTS = "generate.parts"
_LAST = "generate.last_part"
_OF = "generate.of"
_LINKED = "generate.linked"


def key_of(part: int, name: str) -> str:
    """Where a value of a part is kept; also the key of its widget."""
    return f"{PREFIX}{part}.{name}"


def prefix_of(part: int) -> str:
    """What the keys of a part begin with."""
    return f"{PREFIX}{part}"


def value(part: int, name: str) -> Any:
    """A value of a part."""
    return st.session_state[key_of(part, name)]


def parts_in_form() -> list[int]:
    """The numbers of the parts, in their order."""
    return list(st.session_state[PARTS])


def prepare(h: Here) -> None:
    """Fill the form on the first visit, and anew in another project; a link may name a discipline or a seed set."""
    if st.session_state.get(_OF) != h.project_id:
        _clear(h)
        st.session_state[PARTS] = [_new_number()]
    for name, initial in _HEAD.items():
        st.session_state.setdefault(f"{PREFIX}{name}", initial)
    for part in parts_in_form():
        _complete(h, part)
    _follow_link()


def _follow_link() -> None:
    """Point the first part at the discipline or the seed set that the address names, once."""
    for name, place in (("discipline", "disciplines"), ("set", "seed_set")):
        linked = st.query_params.get(name, "")
        if not linked.isdigit() or st.session_state.get(_LINKED) == (name, linked):
            continue
        first = parts_in_form()[0]
        if name == "discipline":
            st.session_state[key_of(first, "strategy")] = Strategy.GLAN
        elif value(first, "strategy") not in FROM_SEEDS:
            st.session_state[key_of(first, "strategy")] = Strategy.ANSWER_AUGMENTATION
        st.session_state[key_of(first, place)] = [int(linked)] if name == "discipline" else int(linked)
        st.session_state[_LINKED] = (name, linked)


_HEAD: Mapping[str, Any] = {
    "title": "",
    "cost_cap": "",
    "call_cap": None,
    "execution": "live",
    "split": "samples",
    "purpose": "",
}
_PART: Mapping[str, Any] = {
    "subjects": [],
    "unverified": False,
    "weighted": False,
    "seed_set": None,
    "size": None,
    "size_seed": 0,
    "runs": [],
    "count": 20,
    "challenging": 50.0,
    "rounds": 1,
    "breadth": 20.0,
    "seed": 0,
    "share": 50,
    "prompts": {},
    "start": {},
}


def _clear(h: Here) -> None:
    """Forget every value but the file that is being loaded, and say whose the form is from now on."""
    for key in [key for key in st.session_state if str(key).startswith(PREFIX) and key != "generate.file"]:
        del st.session_state[key]
    st.session_state[_OF] = h.project_id


def _new_number() -> int:
    number = int(st.session_state.get(_LAST, 0)) + 1
    st.session_state[_LAST] = number
    return number


def _complete(h: Here, part: int) -> None:
    """Give a part what it has no value for yet."""
    state = st.session_state
    if key_of(part, "strategy") not in state:
        state[key_of(part, "strategy")] = _first_strategy(h)
    if key_of(part, "disciplines") not in state:
        state[key_of(part, "disciplines")] = _known_to_teacher(h)
    for name, initial in {**_PART, **sampling(project_teachers(h))}.items():
        state.setdefault(key_of(part, name), initial)
    if key_of(part, "judge") not in state:
        fill_checks(prefix_of(part), Checks())


def _first_strategy(h: Here) -> Strategy:
    """One that has something to draw on and that no part uses yet; going on from samples is nobody's first step."""
    found = h.work.generation.materials(h.project_id)
    used = {st.session_state.get(key_of(part, "strategy")) for part in parts_in_form()}
    begin = [strategy for strategy in found.possible if strategy is not Strategy.MULTI_TURN]
    waiting = [Strategy.GLAN] if found.unverified and not begin else []
    fresh = [strategy for strategy in (*begin, *waiting, *found.possible) if strategy not in used]
    return next(iter((*fresh, *found.possible, *found.strategies)))


def _known_to_teacher(h: Here) -> list[int]:
    """While the built-in teacher asks, what it knows; nothing chosen = everything for a language model."""
    asks = h.work.projects.teachers(h.project_id)[Stage.QUESTION].connection
    kinds = {view.connection.id: view.connection.kind for view in h.work.connections.all()}
    return h.work.generation.builtin_disciplines(h.project_id) if kinds.get(asks) == "builtin" else []


def add_part() -> None:
    """One more part at the end, with values of its own but on the seeds of the last one; a callback."""
    if len(parts_in_form()) >= MAX_PARTS:
        return
    number, last = _new_number(), parts_in_form()[-1]
    for name in ("seed_set", "size", "size_seed"):
        st.session_state[key_of(number, name)] = value(last, name)
    st.session_state[PARTS] = [*parts_in_form(), number]


def copy_part(part: int) -> None:
    """The same part once more, behind it; a callback. The copy goes on in the decks, it does not repeat them."""
    if len(parts_in_form()) >= MAX_PARTS:
        return
    number, old = _new_number(), key_of(part, "")
    for key in [str(key) for key in st.session_state if str(key).startswith(old)]:
        if ".press_" not in key:
            st.session_state[key_of(number, key.removeprefix(old))] = st.session_state[key]
    st.session_state[key_of(number, "start")] = {}
    place = parts_in_form().index(part) + 1
    st.session_state[PARTS] = [*parts_in_form()[:place], number, *parts_in_form()[place:]]


def remove_part(part: int) -> None:
    """The form without this part; the last one stays. A callback."""
    if len(parts_in_form()) > 1:
        st.session_state[PARTS] = [number for number in parts_in_form() if number != part]


def fill_plan(h: Here, plan: SamplesPlan | MixedPlan) -> None:
    """Put a plan into the form in place of what stands there; nothing is checked, kept, sent or started.

    Call it before the form is drawn: in a callback on the Generate page, or on another page right before
    `st.switch_page("generate.py", query_params={"project": h.project_id})`. A SamplesPlan becomes a form of one part, a
    MixedPlan one of several with their numbers of samples as they are; title, caps, execution and purpose go along,
    in a MixedPlan those of the plan itself. Positions (`start`) are kept, so that a drafted plan makes exactly its
    questions; a part without them goes on where the last run ended. Every stage that the plan does not name has the
    project's teacher. What the project no longer has, such as a removed discipline, is left out when the form is drawn.
    """
    _clear(h)
    parts = parts_of(plan)
    numbers = [_new_number() for _ in parts]
    state = st.session_state
    head = {
        "parts": numbers,
        "title": plan.title,
        "cost_cap": "" if plan.cost_cap is None else f"{plan.cost_cap / NANO:.9f}".rstrip("0").rstrip("."),
        "call_cap": plan.call_cap,
        "execution": plan.execution,
        "purpose": plan.purpose if isinstance(plan, MixedPlan) else "",
    }
    for name, filled in head.items():
        state[f"{PREFIX}{name}"] = filled
    for number, part in zip(numbers, parts, strict=True):
        for name, filled in _values(h, part).items():
            state[key_of(number, name)] = filled
        fill_checks(prefix_of(number), part.verification)


def _values(h: Here, part: SamplesPlan) -> dict[str, Any]:
    seeds = part.seeds if part.strategy in FROM_SEEDS else None
    return {
        "strategy": part.strategy,
        "disciplines": _disciplines(h, part) if part.strategy is Strategy.GLAN else [],
        "subjects": list(part.subjects),
        "unverified": part.include_unverified,
        "weighted": bool(part.weights),
        **{f"weight.{node_id}": weight for node_id, weight in part.weights.items()},
        "seed_set": seeds.seed_set if seeds else None,
        "size": seeds.size if seeds else None,
        "size_seed": seeds.random_seed if seeds else 0,
        "runs": list(part.parents),
        "count": part.count,
        "challenging": round(part.challenging_share * 100, 4),
        "rounds": part.rounds,
        "breadth": round(part.breadth_share * 100, 4),
        "seed": part.random_seed,
        "prompts": dict(part.prompts),
        "start": dict(part.start),
        **sampling(part.teachers, part.crew),
    }


def _disciplines(h: Here, part: SamplesPlan) -> list[int]:
    """Those of the plan and those of its subjects, in the order of the tree."""
    views = h.work.generation.sources(h.project_id, include_unverified=True)
    narrowed = {s.node_id for view in views for s in view.sources if s.subject.id in part.subjects}
    return [view.node.id for view in views if view.node.id in narrowed or view.node.id in part.disciplines]


def let_positions_go() -> None:
    """Every part goes on where the last run ended."""
    for part in parts_in_form():
        st.session_state[key_of(part, "start")] = {}


def keep_known(part: int, name: str, options: Mapping[Any, object]) -> None:
    """Drop chosen values of a list that are no option any more."""
    st.session_state[key_of(part, name)] = [chosen for chosen in value(part, name) if chosen in options]
