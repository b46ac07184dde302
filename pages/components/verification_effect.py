"""What verification by machine found, what it cost, and whether people agree with it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.analysis.verification_effect import Effect, together
from core.domain.money import NANO
from core.domain.strategies import Strategy
from pages.components.charts import table
from pages.components.figures import count, money, percent
from pages.components.session import Here
from pages.components.text import safe

METHODS = {
    "judge": "Judge",
    "agreement": "Agreement of several answers",
    "execution": "Execution",
    "reference": "Comparison with the reference",
}
_READING = (
    "How to read it: a sample that fails a check is kept and marked; nobody but a person rejects it. The pass rate "
    "counts the samples on which the check could tell, with the 95 % Wilson interval. The last costs compare two ways: "
    "keep every sample and check none, or pay for the check and keep what did not fail. Only runs that asked for the "
    "check are counted; answers reused from a preview were paid there."
)
_PAPER = (
    "What the budget rule's paper found (second-hand): on text-to-SQL verified data did not beat unverified data of "
    "the same size. About 10 % of the teacher's answers were wrong, and dropping them cost diversity. So compare with "
    "spending the same money on more samples before you verify all."
)
_PERCENT = st.column_config.NumberColumn(format="%.1f %%")
_DOLLARS = st.column_config.NumberColumn(format="$%.6f")
_COUNT = st.column_config.NumberColumn(format="localized")
_SHARES = ("Pass rate", "95 % from", "95 % to", "Agrees with people", "Agrees from", "Agrees to")
_AMOUNTS = ("Cost of the check", "Each, unchecked", "Each kept, checked")
_NUMBERS = ("Samples", "Passed", "Failed", "Could not tell", "Calls", "Decided by people")


def show_verification(h: Here) -> None:
    """Sentences for each check, then the figures by check and strategy."""
    with st.spinner("Counting ..."):
        effects = h.work.verification.effects(h.project_id)
    if not effects:
        st.info(
            "No generated sample was verified by machine yet. Verification is part of a plan: choose it for a part on "
            "the Generate page.",
            icon=":material/info:",
        )
        st.caption(safe(_PAPER, 600))
        return
    st.caption(safe(_READING, 800))
    for effect in together(effects):
        st.markdown(f"- **{_name(effect)}** {safe(_sentence(effect), 600)}")
    _figures(effects)
    st.caption(safe(_PAPER, 600))


def _name(effect: Effect) -> str:
    return safe(METHODS.get(effect.method, effect.method))


def _sentence(effect: Effect) -> str:
    parts = [_outcome(effect), _price(effect), _people(effect)]
    return " ".join(part for part in parts if part)


def _outcome(effect: Effect) -> str:
    untold = f"; on {count(effect.open)} it could not tell" if effect.open else ""
    if effect.pass_rate is None:
        return f"was tried on {count(effect.samples, 'sample')} and could tell on none."
    low, high = effect.interval
    return (
        f"passed {count(effect.passed)} of {count(effect.told, 'sample')} ({percent(effect.pass_rate)}, "
        f"95 % from {low * 100:.0f} to {high * 100:.0f} %){untold}."
    )


def _price(effect: Effect) -> str:
    if not effect.calls:
        return "It takes no calls."
    spent = f"It took {count(effect.calls, 'call')} and {money(effect.cost)}"
    without, checked = effect.each_without, effect.each_with
    if checked is None or not without:
        return f"{spent}."
    return f"{spent}: a kept sample cost {money(checked)} instead of {money(without)}."


def _people(effect: Effect) -> str:
    if effect.agreement is None:
        return "People decided none of these samples yet."
    low, high = effect.agreement_interval
    told = (
        f"People agree with it on {count(effect.agreed)} of {count(effect.decided)} that they decided "
        f"({percent(effect.agreement)}, 95 % from {low * 100:.0f} to {high * 100:.0f} %)"
    )
    failed = effect.failed_accepted + effect.failed_rejected
    return (
        f"{told}; of the {count(failed)} that it failed they accepted {count(effect.failed_accepted)}."
        if failed
        else f"{told}."
    )


def _figures(effects: Sequence[Effect]) -> None:
    table(
        [_row(effect) for effect in effects],
        key="insights.verification",
        name="effect of verification",
        columns={
            **dict.fromkeys(_SHARES, _PERCENT),
            **dict.fromkeys(_AMOUNTS, _DOLLARS),
            **dict.fromkeys(_NUMBERS, _COUNT),
        },
    )


def _row(effect: Effect) -> dict[str, object]:
    low, high = effect.interval if effect.told else (None, None)
    agrees_low, agrees_high = effect.agreement_interval if effect.decided else (None, None)
    return {
        "Check": METHODS.get(effect.method, effect.method),
        "Strategy": _strategy(effect.strategy),
        "Samples": effect.samples,
        "Passed": effect.passed,
        "Failed": effect.failed,
        "Could not tell": effect.open,
        "Pass rate": _hundred(effect.pass_rate),
        "95 % from": _hundred(low),
        "95 % to": _hundred(high),
        "Calls": effect.calls,
        "Cost of the check": effect.cost / NANO,
        "Each, unchecked": _dollars(effect.each_without),
        "Each kept, checked": _dollars(effect.each_with),
        "Decided by people": effect.decided,
        "Agrees with people": _hundred(effect.agreement),
        "Agrees from": _hundred(agrees_low),
        "Agrees to": _hundred(agrees_high),
    }


def _strategy(name: str) -> str:
    return Strategy(name).label if name in set(Strategy) else name


def _hundred(part: float | None) -> float | None:
    return None if part is None else part * 100


def _dollars(nano: int | None) -> float | None:
    return None if nano is None else nano / NANO
