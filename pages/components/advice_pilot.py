"""A pilot: a small share of the budget on each candidate, watched here, and what it changed in the advice."""

from __future__ import annotations

import streamlit as st

from core.analysis.advice_facts import STUDIED
from core.analysis.advice_mixed import sum_of
from core.analysis.advice_pilot import Arm
from core.analysis.advice_reasons import number, span
from core.domain.states import ACTIVE
from core.domain.strategies import Strategy
from core.services.adviser import PILOT_SHARE, Counsel, Wish
from pages.components.advice_card import time_of
from pages.components.charts import table
from pages.components.figures import amount, count, money, percent
from pages.components.notices import problems
from pages.components.run_words import progress_words
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import safe

_PERCENT = st.column_config.NumberColumn(format="%.0f %%")


def show_pilot(h: Here, wish: Wish, counsel: Counsel) -> None:
    """What pilots taught so far, and the next one."""
    found = counsel.pilots
    if found.active:
        st.fragment(_watch, run_every=2.0)(h, found.active.id)
        return
    if found.arms:
        _taught(h, counsel)
    if found.other:
        st.caption(f"{count(found.other, 'pilot')} of these seeds with other teachers do not count here.")
    _next(h, wish, counsel)


def _watch(h: Here, run_id: str) -> None:
    """Renewed by itself while the pilot is at work; its end draws the page anew."""
    view = h.work.runs.view(h.project_id, run_id)
    if view.run.state not in ACTIVE:
        st.rerun()
    st.progress(view.finished / max(1, view.run.n_items), text=safe(progress_words(view)))
    st.caption("The pilot is at work. The advice above is still the one before it.")
    _run_link(h, run_id)


def _run_link(h: Here, run_id: str) -> None:
    query = {"project": h.project_id, "run": run_id}
    st.page_link("runs.py", label="Open the pilot's run", icon=":material/play_circle:", query_params=query)


def _taught(h: Here, counsel: Counsel) -> None:
    arms = counsel.pilots.arms
    if not any(arm.made for arm in arms):
        st.warning("The pilot made no sample, so it taught nothing: see in its run why.", icon=":material/warning:")
        _run_link(h, counsel.pilots.runs[0].id)
        return
    _verdict(counsel)
    compared = counsel.pilots.compared
    rows = [_row(arm, same) for arm, same in zip(arms, compared, strict=True)]
    table(rows, key="adviser.pilot", name="pilot", columns=dict.fromkeys(_SHARES, _PERCENT))
    measure = next((arm.basis for arm in compared if arm.made), "")
    st.markdown(f"**Compared by:** {measure}, the best measure that all of them have.")
    _failures(arms)
    st.caption(
        "Kept is the share of items that became a new sample and are good, with its 95 % Wilson interval: where two "
        "shares are multiplied a cautious one, and where all or none were kept its middle stands for the share. Good "
        "means, in this order: accepted by people, passed verification, made at all. Repeats are equal pairs of "
        "question and answer; near repeats are questions that look alike (so does the same story with other "
        "numbers) and are not counted off."
    )
    _basis(h, arms)


def _verdict(counsel: Counsel) -> None:
    """What changed, and whether it is decided."""
    before, now, lesson = counsel.before, counsel.advice, counsel.situation.lesson
    names = [advice.strategy.label if advice.strategy else "nothing" for advice in (before, now)]
    moved = ""
    if lesson.factor and before.band and now.band and span(before.band) == span(now.band):
        moved = "It left the switch where it was."
    elif lesson.factor and before.band and now.band:
        moved = f"It moved the switch from {span(before.band)} to {span(now.band)} calls a seed"
        moved += f" (times {number(lesson.factor[1])}, 95 % {number(lesson.factor[0])} to {number(lesson.factor[2])})."
    if counsel.changed:
        words = f"**The pilot changed the advice: {names[0]} before, {names[1]} now.** {safe(moved, 300)}"
        st.success(f"{words} {safe(lesson.why, 300)}", icon=":material/swap_horiz:")
    else:
        st.info(
            f"**The pilot did not change the advice: {names[1]}.** {safe(moved, 300)} {safe(lesson.why, 300)}",
            icon=":material/science:",
        )
    _decided(counsel)


def _decided(counsel: Counsel) -> None:
    advice, more = counsel.advice, counsel.more
    if advice.ratio is None or advice.band is None or counsel.situation.lesson.factor is None:
        return
    if more is not None:
        names = " and ".join(strategy.label for strategy in more.between)
        st.warning(
            f"**Not decided:** the intervals overlap. About {count(more.samples, 'further sample')} of each of "
            f"{safe(names)}, {count(more.calls, 'call')} in all, would tell.",
            icon=":material/help:",
        )
    elif advice.band.close(advice.ratio):
        st.warning(
            "**Not decided, and no pilot can decide it:** your ratio lies inside the range of the switch itself. "
            "A mix of both is the safe way.",
            icon=":material/help:",
        )
    else:
        st.success("**Decided:** your ratio lies outside all that the pilot leaves open.", icon=":material/check:")


_SHARES = ("Kept", "Kept from", "Kept to")
_MANY_FAILED = 0.2


def _row(arm: Arm, same: Arm) -> dict[str, object]:
    """`same` is the arm by the measure that all have."""
    low, middle, high = same.kept
    calls, cost = same.calls_per_kept, same.cost_per_kept
    return {
        "Strategy": arm.strategy.label,
        "Kept": middle * 100,
        "Kept from": low * 100,
        "Kept to": high * 100,
        "Items": arm.items,
        "Samples": arm.made,
        "Dropped": arm.dropped,
        "Failed": arm.failed,
        "Accepted": _of(arm.accepted, arm.decided),
        "Passed": _of(arm.passed, arm.checked),
        "Repeats": arm.exact,
        "Near repeats": arm.near,
        "Calls a kept sample": f"{calls[1]:.2f} ({calls[0]:.2f} to {calls[2]:.2f})",
        "Cost a kept sample": "no charge" if not arm.cost else f"{money(round(cost[1]))} (to {money(round(cost[2]))})",
    }


def _of(hits: int, of: int) -> str:
    return f"{hits:,} of {of:,}" if of else ""


def _failures(arms: tuple[Arm, ...]) -> None:
    many = [arm.strategy.label for arm in arms if arm.failed > arm.items * _MANY_FAILED]
    if many:
        st.warning(
            f"**Many items of {', '.join(many)} failed:** that may be a fault of the connection or of the prompt and "
            "not of the strategy. Look at the run before you rely on this pilot.",
            icon=":material/warning:",
        )


def _basis(h: Here, arms: tuple[Arm, ...]) -> None:
    waiting = sum(arm.made - arm.decided for arm in arms)
    if waiting:
        words = f"{count(waiting, 'sample')} of the pilot wait for a verdict: people's verdicts count before machines'."
        st.markdown(f":material/rate_review: {words}")
        st.page_link(
            "review.py", label="Review them", icon=":material/rate_review:", query_params={"project": h.project_id}
        )


def _next(h: Here, wish: Wish, counsel: Counsel) -> None:
    possible = [option.strategy for option in counsel.advice.options if option.possible]
    if not possible:
        st.info("A pilot needs a strategy that can be run.", icon=":material/info:")
        return
    st.markdown(
        "**Try before you spend:** the same small number of samples of each candidate, then the advice again with what "
        "was measured. The samples are real and kept; later plans on these seeds go on behind them, so nothing of a "
        "pilot is made or paid twice."
    )
    usual = [strategy for strategy in (*STUDIED, Strategy.GLAN) if strategy in possible]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Candidates",
            possible,
            default=usual if counsel.situation.seeds else possible[:1],
            selection_mode="multi",
            format_func=lambda strategy: strategy.label,
            key="adviser.pilot_candidates",
        )
        share = st.number_input(
            "Share of the budget (%)", 1, 50, round(PILOT_SHARE * 100), key="adviser.pilot_share", width=190
        )
    counts = h.work.adviser.pilot_counts(counsel, tuple(chosen), share / 100)
    _offer(h, wish, counsel, counts)


def _offer(h: Here, wish: Wish, counsel: Counsel, counts: dict[Strategy, int]) -> None:
    if not counts:
        st.caption("Choose at least one candidate, and a budget that buys a sample of each.")
        return
    whole = sum_of(h.work.adviser.pilot_takes(counsel, counts))
    each = next(iter(counts.values()))
    cost = amount(whole.cost).replace("$", "\\$")
    budget = counsel.situation.remaining.calls
    part = f", {percent(whole.calls / budget)} of the calls left" if budget else ""
    st.markdown(
        f"{count(each, 'sample')} of each of {count(len(counts), 'candidate')}: {count(whole.calls, 'call')}{part}, "
        f"{cost}, {time_of(whole)}."
    )
    if st.button("Start the pilot", key="adviser.pilot_start", icon=":material/science:"):
        with problems():
            token = form_token("adviser.pilot")
            h.work.adviser.start_pilot(h.who, h.project_id, wish, counsel, counts, token=token)
            wake_worker()
            spend_form_token("adviser.pilot")
            st.rerun()
