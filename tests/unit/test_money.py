"""Money: whole nano-dollars, holds that bound every honest bill, and amounts as people type them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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
    batch_price,
    cost_of,
    dollars,
    hold_for,
    money,
    price_per_million,
    prompt_token_ceiling,
)
from core.errors import BudgetExceededError, InvalidInputError
from tests.unit.conftest import ENDPOINT, make_call

QUICK = settings(max_examples=150)
PER_MILLION = st.integers(0, 10_000 * NANO)
PRICES = st.builds(
    Price,
    *[PER_MILLION] * 3,
    reasoning=st.none() | PER_MILLION,
    batch_input=st.none() | PER_MILLION,
    batch_output=st.none() | PER_MILLION,
    batch_cached=st.none() | PER_MILLION,
)
PRICE = Price(2 * NANO, 8 * NANO, NANO)


@dataclass(frozen=True)
class Honest:
    """A call, and a usage within what it allows: no token stands for more than 128 bytes."""

    size: int
    messages: int
    most: int
    answers: int
    usage: Usage

    @property
    def ceiling(self) -> int:
        """Most tokens of the prompt."""
        return prompt_token_ceiling(self.size, self.messages)


@st.composite
def honest(draw: st.DrawFn) -> Honest:
    """Any call with any usage that its provider may truly bill."""
    messages = draw(st.integers(1, 20))
    size, most, answers = draw(st.integers(messages, 10**6)), draw(st.integers(1, 200_000)), draw(st.integers(1, 10))
    prompt = draw(st.integers(max(messages, -(-size // 128)), prompt_token_ceiling(size, messages)))
    completion = draw(st.integers(1, answers * most))
    usage = Usage(prompt, completion, draw(st.integers(0, prompt)), draw(st.integers(0, completion)))
    return Honest(size, messages, most, answers, usage)


@QUICK
@given(PRICES, honest())
def test_a_hold_is_an_upper_bound_of_every_honest_bill(price: Price, call: Honest) -> None:
    hold = hold_for(price, call.size, call.messages, call.most, call.answers)
    charge = assess(
        price, call.usage, hold=hold, ceiling=call.ceiling, max_tokens=call.most, text="x", answers=call.answers
    )
    assert 0 <= charge.cost == cost_of(price, call.usage) <= hold
    assert charge.measured
    assert charge.flag == ""


@QUICK
@given(PRICES, honest())
def test_a_cost_is_whole_nano_dollars_and_never_below_the_exact_amount(price: Price, call: Honest) -> None:
    usage = call.usage
    read = (usage.prompt - usage.cached) * price.input + usage.cached * price.cached
    thought = price.output if price.reasoning is None else price.reasoning
    exact = read + (usage.completion - usage.reasoning) * price.output + usage.reasoning * thought
    cost = cost_of(price, usage)
    assert isinstance(cost, int)
    assert cost * 1_000_000 >= exact > (cost - 1) * 1_000_000


def test_reasoning_tokens_are_charged_at_their_own_price_where_there_is_one() -> None:
    usage = Usage(prompt=10, completion=100, reasoning=60)
    assert cost_of(PRICE, usage) == 10 * 2_000 + 100 * 8_000
    assert cost_of(replace(PRICE, reasoning=3 * NANO), usage) == 10 * 2_000 + 40 * 8_000 + 60 * 3_000


def test_several_answers_in_one_call_are_held_for_and_judged_together() -> None:
    one, four = (hold_for(PRICE, 100, 1, 50, answers) for answers in (1, 4))
    assert four - one == 3 * 50 * 8_000
    usage = Usage(20, 4 * 50)
    told = assess(PRICE, usage, hold=four, ceiling=180, max_tokens=50, text="x", answers=4)
    assert (told.cost, told.flag) == (cost_of(PRICE, usage), "")
    alone = assess(PRICE, usage, hold=one, ceiling=180, max_tokens=50, text="x")
    assert alone.flag == "usage above the bound"


@QUICK
@given(PRICES, honest())
def test_a_batch_whose_price_is_assumed_is_never_dearer_than_live_calls(price: Price, call: Honest) -> None:
    unknown = replace(price, batch_input=None, batch_output=None, batch_cached=None)
    batch = batch_price(unknown)
    live = (unknown.input, unknown.output, unknown.cached, unknown.of_reasoning)
    for assumed, usual in zip((batch.input, batch.output, batch.cached, batch.of_reasoning), live, strict=True):
        assert assumed == -(-usual // 2) <= usual
    assert cost_of(batch, call.usage) <= cost_of(unknown, call.usage)


@QUICK
@given(PRICES, honest())
def test_a_batch_discount_makes_no_part_of_a_call_dearer(price: Price, call: Honest) -> None:
    known = replace(
        price,
        batch_input=min(price.input, price.batch_input or 0),
        batch_output=min(price.output, price.batch_output or 0),
        batch_cached=None if price.batch_cached is None else min(price.cached, price.batch_cached),
    )
    batch = batch_price(known)
    assert (batch.input, batch.output) == (known.batch_input, known.batch_output)
    assert cost_of(batch, call.usage) <= cost_of(known, call.usage)


def test_a_batch_price_says_what_of_it_is_assumed() -> None:
    dated = replace(PRICE, source="the list of May")
    assert batch_price(dated).source == "the list of May, batch at half price (assumed)"
    assert "assumed" in batch_price(replace(dated, batch_input=NANO)).source
    assert batch_price(replace(dated, batch_input=NANO, batch_output=NANO)).source == "the list of May, batch price"
    assert batch_price(FREE) == FREE


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
        (Usage(10, 10, reasoning=-1), "usage not believable"),
        (Usage(10, 10, reasoning=11), "usage not believable"),
        (Usage(10**18, 10), "usage not believable"),
        (Usage(10, 10**18), "usage not believable"),
        (Usage(1001, 10), "usage not believable"),
        (Usage(10, 401), "usage not believable"),
    ],
)
def test_missing_or_absurd_usage_is_charged_at_the_hold(usage: Usage | None, flag: str) -> None:
    charge = assess(PRICE, usage, hold=12_345, ceiling=250, max_tokens=100, text="An answer.")
    assert (charge.cost, charge.measured, charge.flag) == (12_345, False, flag)


@pytest.mark.parametrize("usage", [Usage(3, 10), Usage(4, 3)])
def test_fewer_tokens_than_the_text_can_be_made_of_are_charged_at_the_hold(usage: Usage) -> None:
    told = assess(PRICE, usage, hold=12_345, ceiling=4 * 256, max_tokens=5000, text="字" * 342)
    assert (told.cost, told.measured, told.flag) == (12_345, False, "usage not believable")
    least = Usage(4, 4)
    assert assess(PRICE, least, hold=10**9, ceiling=4 * 256, max_tokens=5000, text="字" * 342).measured


@QUICK
@given(st.text(min_size=1, max_size=2000) | st.integers(1, 10_000).map(lambda n: " " * n), honest())
def test_no_honest_count_of_an_answer_is_called_a_lie(text: str, call: Honest) -> None:
    written = len(text.encode("utf-8", "replace"))
    usage = Usage(call.usage.prompt, -(-written // 128))
    charge = assess(PRICE, usage, hold=10**15, ceiling=call.ceiling, max_tokens=10**5, text=text)
    assert charge.measured


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
