"""Money: whole nano-dollars, holds that bound every honest bill, and amounts as people type them."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.domain.budget import Caps, Spent, check
from core.domain.calls import Call, Message, Stage, request_key
from core.domain.money import (
    FREE,
    NANO,
    Price,
    Usage,
    assess,
    cost_of,
    dollars,
    hold_for,
    money,
    price_per_million,
    prompt_token_ceiling,
)
from core.errors import BudgetExceededError, InvalidInputError
from tests.unit.conftest import ENDPOINT, make_call

QUICK = settings(max_examples=150, deadline=None)
PER_MILLION = st.integers(0, 10_000 * NANO)
PRICES = st.builds(Price, PER_MILLION, PER_MILLION, PER_MILLION)
PRICE = Price(2 * NANO, 8 * NANO, NANO)


@st.composite
def honest(draw: st.DrawFn) -> tuple[int, int, int, Usage]:
    """(prompt bytes, messages, max tokens, usage within what the call allows)."""
    size, messages, most = draw(st.integers(1, 10**6)), draw(st.integers(1, 20)), draw(st.integers(1, 200_000))
    prompt = draw(st.integers(1, prompt_token_ceiling(size, messages)))
    return size, messages, most, Usage(prompt, draw(st.integers(1, most)), draw(st.integers(0, prompt)))


@QUICK
@given(PRICES, honest())
def test_a_hold_is_an_upper_bound_of_every_honest_bill(price: Price, call: tuple[int, int, int, Usage]) -> None:
    size, messages, most, usage = call
    hold, ceiling = hold_for(price, size, messages, most), prompt_token_ceiling(size, messages)
    charge = assess(price, usage, hold=hold, ceiling=ceiling, max_tokens=most, text="x")
    assert 0 <= charge.cost == cost_of(price, usage) <= hold
    assert charge.measured
    assert charge.flag == ""


@QUICK
@given(PRICES, honest())
def test_a_cost_is_whole_nano_dollars_and_never_below_the_exact_amount(
    price: Price, call: tuple[int, int, int, Usage]
) -> None:
    usage = call[3]
    exact = (usage.prompt - usage.cached) * price.input + usage.cached * price.cached + usage.completion * price.output
    cost = cost_of(price, usage)
    assert isinstance(cost, int)
    assert cost * 1_000_000 >= exact > (cost - 1) * 1_000_000


@pytest.mark.parametrize(
    ("usage", "flag"),
    [
        (None, "usage missing"),
        (Usage(0, 10), "usage not believable"),
        (Usage(-5, 10), "usage not believable"),
        (Usage(10, -1), "usage not believable"),
        (Usage(10, 10, cached=-1), "usage not believable"),
        (Usage(10, 10, cached=11), "usage not believable"),
        (Usage(10, 0), "usage not believable"),
        (Usage(10**18, 10), "usage not believable"),
        (Usage(10, 10**18), "usage not believable"),
        (Usage(1001, 10), "usage not believable"),
        (Usage(10, 401), "usage not believable"),
    ],
)
def test_missing_or_absurd_usage_is_charged_at_the_hold(usage: Usage | None, flag: str) -> None:
    charge = assess(PRICE, usage, hold=12_345, ceiling=250, max_tokens=100, text="An answer.")
    assert (charge.cost, charge.measured, charge.flag) == (12_345, False, flag)


def test_an_empty_answer_may_have_no_completion_tokens() -> None:
    charge = assess(PRICE, Usage(10, 0), hold=10**9, ceiling=250, max_tokens=100, text="")
    assert (charge.cost, charge.measured, charge.flag) == (20_000, True, "")


@pytest.mark.parametrize("usage", [Usage(10, 101), Usage(900, 100)])
def test_usage_above_the_bound_is_charged_as_reported_and_flagged(usage: Usage) -> None:
    charge = assess(PRICE, usage, hold=1_000_000, ceiling=250, max_tokens=100, text="An answer.")
    assert (charge.cost, charge.measured, charge.flag) == (cost_of(PRICE, usage), True, "usage above the bound")


@QUICK
@given(PRICES, st.builds(Usage, *[st.integers(-(10**19), 10**19)] * 4) | st.none(), st.text(max_size=3))
def test_no_lie_about_usage_makes_a_cost_negative_or_boundless(price: Price, usage: Usage | None, text: str) -> None:
    ceiling, most = prompt_token_ceiling(100, 1), 50
    hold = hold_for(price, 100, 1, most)
    charge = assess(price, usage, hold=hold, ceiling=ceiling, max_tokens=most, text=text)
    assert 0 <= charge.cost <= 4 * hold + 4
    assert charge.measured or charge.cost == hold
    assert charge.cost <= hold or charge.flag


def test_a_free_teacher_costs_nothing_however_much_it_says() -> None:
    assert hold_for(FREE, 10**6, 5, 10**5) == 0
    assert assess(FREE, Usage(100, 100), hold=0, ceiling=200, max_tokens=100, text="x").cost == 0


@QUICK
@given(st.text(max_size=200), st.integers(1, 10**4))
def test_a_longer_prompt_or_answer_never_lowers_the_hold(text: str, most: int) -> None:
    size = make_call(content=text).prompt_bytes
    assert size >= len(text)
    base = hold_for(PRICE, size, 1, most)
    assert base > 0
    assert hold_for(PRICE, size + 1, 1, most) >= base
    assert hold_for(PRICE, size, 2, most) >= base
    assert hold_for(PRICE, size, 1, most + 1) >= base


@pytest.mark.parametrize(
    ("typed", "nano"),
    [
        ("12", 12 * NANO),
        ("0.05", 50_000_000),
        ("$3", 3 * NANO),
        (" $ 2.50 ", 2_500_000_000),
        ("1,000", 1000 * NANO),
        ("$1,234,567.89", 1_234_567_890_000_000),
        ("1e-9", 1),
        ("0", 0),
        ("1000000000", 10**18),
    ],
)
def test_an_amount_is_read_as_it_was_typed(typed: str, nano: int) -> None:
    assert dollars(typed) == nano


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "$", "abc", "nan", "inf", "-inf", "sNaN", "-1", "1e10", "9e999999", "-9e999999", "1.2.3"),
        *("0x10", "1/2", "1 000", "2€", "\x00", "\ud800", "5" * 5000, "1000000000.01"),
    ],
)
def test_an_amount_that_is_none_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        dollars(typed, "cost cap")
    assert "cost cap" in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("typed", ["0,05", "2,50", "1,5", "12,3456", ",5", "1,,000", "1,000,0", "0.5,000"])
def test_a_comma_that_does_not_part_thousands_is_refused_instead_of_dropped(typed: str) -> None:
    with pytest.raises(InvalidInputError):
        dollars(typed)


@QUICK
@given(st.text(max_size=20) | st.from_regex(r"[-+$]?[0-9,._eE]{1,12}", fullmatch=True))
@example("1e999999999999")
def test_hostile_amounts_are_read_or_refused_and_never_crash(typed: str) -> None:
    try:
        nano = dollars(typed)
    except InvalidInputError:
        return
    assert isinstance(nano, int)
    assert 0 <= nano <= 10**18


@QUICK
@given(st.integers(0, 10**18))
def test_an_amount_survives_being_written_and_typed_again(nano: int) -> None:
    assert dollars(f"{nano // NANO}.{nano % NANO:09}") == nano


def test_a_price_per_token_slip_is_refused() -> None:
    assert price_per_million("2.50", "input price") == 2_500_000_000
    assert price_per_million("10,000", "input price") == 10_000 * NANO
    with pytest.raises(InvalidInputError, match=r"above \$10,000"):
        price_per_million("10000.01", "input price")


@pytest.mark.parametrize(
    ("nano", "shown"),
    [
        (0, "$0"),
        (1, "less than $0.000001"),
        (1_000, "$0.000001"),
        (500_000, "$0.000500"),
        (12_300_000, "$0.0123"),
        (NANO, "$1.00"),
        (1_234_567 * NANO, "$1,234,567.00"),
    ],
)
def test_an_amount_is_shown_with_as_many_places_as_it_needs(nano: int, shown: str) -> None:
    assert money(nano) == shown


@QUICK
@given(st.integers(1, 10**18))
def test_what_was_spent_is_never_shown_as_nothing(nano: int) -> None:
    assert money(nano).strip("$0.,") != ""


@QUICK
@given(*[st.none() | st.integers(0, 50)] * 2, *[st.integers(0, 50)] * 4)
def test_a_call_is_let_through_only_if_every_cap_still_holds_with_it(
    cost_cap: int | None, call_cap: int | None, settled: int, held: int, calls: int, hold: int
) -> None:
    caps, spent = Caps(cost_cap, call_cap), Spent(settled, held, calls)
    allowed = settled + held + hold <= (math.inf if cost_cap is None else cost_cap) and calls + 1 <= (
        math.inf if call_cap is None else call_cap
    )
    if allowed:
        check("run", caps, spent, hold)
        return
    with pytest.raises(BudgetExceededError) as stop:
        check("run", caps, spent, hold)
    assert stop.value.scope == "run"
    assert stop.value.spent + stop.value.requested > stop.value.limit
    assert stop.value.hint


_CHANGES: dict[str, object] = {
    "model": "teacher-2",
    "messages": (Message("user", "Ask one other question."),),
    "temperature": 0.9,
    "top_p": 1.0,
    "max_tokens": 101,
    "template_hash": "u" * 64,
    "schema": {"type": "object"},
    "sample_index": 1,
}


def _changed(field: str) -> Call:
    base = make_call()
    parts = {name: getattr(base, name) for name in base.__slots__}
    return Call(**{**parts, field: _CHANGES[field]})


@pytest.mark.parametrize("field", _CHANGES)
def test_everything_that_shapes_an_answer_is_in_its_key(field: str) -> None:
    assert request_key(ENDPOINT, _changed(field)) != request_key(ENDPOINT, make_call())


def test_another_endpoint_is_another_key_and_the_reason_for_asking_is_not() -> None:
    base = make_call()
    assert request_key("https://other.example/v1", base) != request_key(ENDPOINT, base)
    parts = {name: getattr(base, name) for name in base.__slots__}
    told = Call(**{**parts, "stage": Stage.ANSWER, "context": {"concepts": ["x"]}, "schema_name": "Reply"})
    assert request_key(ENDPOINT, told) == request_key(ENDPOINT, base)


def test_messages_that_only_look_alike_when_joined_have_different_keys() -> None:
    one = make_call(content="a")
    parts = {name: getattr(one, name) for name in one.__slots__}
    split = Call(**{**parts, "messages": (Message("user", "ab"), Message("user", "c"))})
    other = Call(**{**parts, "messages": (Message("user", "a"), Message("user", "bc"))})
    assert request_key(ENDPOINT, split) != request_key(ENDPOINT, other)


def test_a_key_of_odd_text_can_be_made() -> None:
    assert len(request_key(ENDPOINT, make_call(content="\ud800 \x00 \u2028 \U0001f600"))) == 64
