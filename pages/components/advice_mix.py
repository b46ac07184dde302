"""A mixed plan: the budget split over strategies with sliders, and what each part buys."""

from __future__ import annotations

import streamlit as st

from core.analysis.advice_facts import Figures
from core.analysis.advice_mixed import Portion, sum_of, usual_shares
from core.domain.strategies import Strategy
from core.services.adviser import Counsel, Wish
from pages.components.advice_card import hand_over, time_of
from pages.components.charts import table
from pages.components.figures import amount, count, money
from pages.components.notices import problems
from pages.components.session import Here
from pages.components.stage_teachers import options_of
from pages.components.text import safe

_OF = "adviser.mix_of"
_COLUMNS = dict.fromkeys(("Samples", "Calls", "Tokens"), st.column_config.NumberColumn(format="localized"))


@st.fragment
def show_mix(h: Here, wish: Wish, counsel: Counsel) -> None:
    """Sliders on the left, what they buy on the right; only this part is drawn again when one is moved."""
    possible = [o.strategy for o in counsel.advice.options if o.possible]
    if not possible or counsel.advice.strategy is None:
        st.info("Nothing can be mixed before one strategy can be run.", icon=":material/info:")
        return
    _begin(counsel, possible)
    st.caption(
        "The sliders begin where the rule leads: new answers get the budget up to the switch, the advised strategy "
        "gets what lies above; near the switch both get half. This split is our own reading, not "
        "published. All parts run side by side under one cap, in proportion, so a run that stops early has the mix."
    )
    _say_teachers(h, wish)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        shares = {strategy: _slider(strategy) for strategy in possible}
        st.button(
            "Back to the suggested split",
            key="adviser.mix_reset",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=_forget,
            args=(possible,),
        )
    with right, problems():
        _bought(h, wish, counsel, shares)


def _bought(h: Here, wish: Wish, counsel: Counsel, shares: dict[Strategy, int]) -> None:
    portions = h.work.adviser.portions(counsel, shares)
    if not portions:
        st.info("Every share is 0: move a slider.", icon=":material/info:")
        return
    whole, total = sum_of(portions), sum(portion.share for portion in portions)
    rows = [_row(p.strategy.label, f"{100 * p.share / total:.0f} %", p.figures) for p in portions]
    table([*rows, _row("Together", "100 %", whole)], key="adviser.mix", name="mixed plan", columns=_COLUMNS)
    _say_small(portions)
    _say_bound(counsel, whole)
    with st.container(horizontal=True):
        plain = st.button("Plan this mix", key="adviser.plan_mix", icon=":material/tune:")
        small = st.button(
            "Plan a smaller one that fits for sure",
            key="adviser.plan_mix_sure",
            icon=":material/compress:",
            disabled=counsel.situation.remaining.money is None,
            help="The same mix, as large as the money allows even if every prompt and answer is at its longest.",
        )
    if plain or small:
        hand_over(h, h.work.adviser.mixed(h.project_id, wish, counsel, shares, sure=small))


def _say_teachers(h: Here, wish: Wish) -> None:
    """How the answers of every part are split over teachers, if they are."""
    if wish.answerers:
        names = options_of(h)
        shares = [f"{s.share} % {names.get((s.teacher.connection, s.teacher.model), '')}" for s in wish.answerers]
        st.caption(f":material/group: Answers of every part: {safe(', '.join(shares), 300)}. Change it under More.")
    else:
        st.caption(":material/group: One teacher answers; a second one, with its share, is added under More.")


def _say_small(portions: list[Portion]) -> None:
    none = [portion.strategy.label for portion in portions if not portion.figures.samples]
    if none:
        st.warning(
            safe(f"The share of {', '.join(none)} does not buy one sample: it is left out of the plan."),
            icon=":material/savings:",
        )


def _say_bound(counsel: Counsel, whole: Figures) -> None:
    limit = counsel.situation.remaining.money
    if limit is not None and whole.bound is not None and whole.bound > limit:
        st.caption(
            f":material/savings: At worst this could cost {safe(money(whole.bound))}; the run stops at "
            f"{safe(money(limit))}, before {count(whole.samples, 'sample')} are made."
        )


def _begin(counsel: Counsel, possible: list[Strategy]) -> None:
    """The suggested split; anew when the advice is another one."""
    usual = counsel.advice.strategy, counsel.advice.ratio
    suggested = usual_shares(counsel.advice)
    if st.session_state.get(_OF) != usual:
        _forget(possible)
        st.session_state[_OF] = usual
    for strategy in possible:
        st.session_state.setdefault(_key(strategy), suggested.get(strategy, 0))


def _forget(possible: list[Strategy]) -> None:
    for strategy in possible:
        st.session_state.pop(_key(strategy), None)


def _key(strategy: Strategy) -> str:
    return f"adviser.share.{strategy.value}"


def _slider(strategy: Strategy) -> int:
    return int(st.slider(f"{strategy.label} (%)", 0, 100, step=1, key=_key(strategy), persist_state="session"))


def _row(name: str, share: str, figures: Figures) -> dict[str, object]:
    return {
        "Part": name,
        "Share": share,
        "Samples": figures.samples,
        "Calls": figures.calls,
        "Expected": amount(figures.cost),
        "At most": amount(figures.bound),
        "Time": time_of(figures),
        "Tokens": figures.tokens_in + figures.tokens_out,
    }
