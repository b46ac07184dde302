"""A price as typed: read as it stands, asked back where it looks like a slip, refused where it is no amount."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.money import NANO, Price, dollars
from core.domain.price_entry import PriceEntry, dollars_per_million, doubts
from core.errors import InvalidInputError

USUAL = Price(150_000_000, 600_000_000, 75_000_000)
FIELDS = ("fresh", "output", "cached", "reasoning", "batch_input", "batch_output")


def of(entry: PriceEntry) -> Price:
    return entry.read(model="m", source="typed in by Ada, 2026-01-01")


def test_every_part_of_a_price_is_read_as_typed() -> None:
    price = of(PriceEntry("0.15", "$0.60", " 0.075 ", "1.20", "0.07", "0.3"))
    assert price == Price(
        *(150_000_000, 600_000_000, 75_000_000, "m", "typed in by Ada, 2026-01-01"),
        reasoning=1_200_000_000,
        batch_input=70_000_000,
        batch_output=300_000_000,
    )


def test_what_is_left_empty_is_not_known_and_cached_input_costs_what_input_costs() -> None:
    price = of(PriceEntry("1", "4", cached=" "))
    assert (price.cached, price.reasoning, price.batch_input, price.batch_output) == (NANO, None, None, None)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("typed", ["-1", "free", "0,15", "NaN", "1e99", "10000.01", "<b>1</b>", "1 2", "9" * 5000])
def test_a_field_that_holds_no_amount_is_named(field: str, typed: str) -> None:
    entry = replace(PriceEntry("1", "4"), **{field: typed})
    name = {"fresh": "input", "cached": "cached-input"}.get(field, field.replace("_", " "))
    with pytest.raises(InvalidInputError, match=f"{name} price"):
        of(entry)


@pytest.mark.parametrize("field", ["fresh", "output"])
def test_input_and_output_are_needed(field: str) -> None:
    with pytest.raises(InvalidInputError):
        of(replace(PriceEntry("1", "4"), **{field: ""}))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (PriceEntry("0.00000015", "0.6"), ["input $0.00000015 looks like a price per token", "$0.15 per million"]),
        (PriceEntry("0.00015", "0.6"), ["input $0.00015 looks like a price per thousand tokens", "$0.15 per million"]),
        (PriceEntry("0.15", "0.0006"), ["output $0.0006 looks like a price per thousand tokens"]),
        (PriceEntry("0.15", "0.6", reasoning="0.0006"), ["reasoning $0.0006 looks like a price per thousand"]),
        (PriceEntry("10", "2"), ["input $10 is dearer than output $2"]),
        (PriceEntry("1", "4", cached="1.10"), ["cached input $1.10 is dearer than input $1"]),
        (PriceEntry("1", "4", batch_input="1.5"), ["batch input $1.50 is dearer than input $1"]),
        (PriceEntry("1", "4", batch_output="4.01"), ["batch output $4.01 is dearer than output $4"]),
        (PriceEntry("150", "1,000.01"), ["output $1,000.01 is more than $1,000 per million tokens"]),
    ],
)
def test_a_likely_slip_is_named_with_its_figure(entry: PriceEntry, said: list[str]) -> None:
    found = "; ".join(doubts(of(entry), None))
    assert [part for part in said if part not in found] == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (PriceEntry("1.51", "6"), ["input $1.51 is far from the listed $0.15"]),
        (PriceEntry("0.15", "6.01"), ["output $6.01 is far from the listed $0.60"]),
        (PriceEntry("0", "0"), ["input $0 is far from the listed $0.15", "output $0 is far from the listed $0.60"]),
        (PriceEntry("0.0149", "0.06"), ["input $0.0149 is far from the listed $0.15"]),
        (PriceEntry("1.5", "6"), []),
        (PriceEntry("0.015", "0.06"), []),
    ],
)
def test_a_price_more_than_ten_times_off_the_list_is_asked_back(entry: PriceEntry, said: list[str]) -> None:
    assert doubts(of(entry), USUAL) == said


@pytest.mark.parametrize(
    "entry",
    [
        PriceEntry("0", "0"),
        PriceEntry("0.01", "0.01"),
        PriceEntry("0.15", "0.60", "0.075", "0.60", "0.075", "0.30"),
        PriceEntry("150", "600", "15"),
        PriceEntry("2", "8", reasoning="3"),
    ],
)
def test_a_usual_price_is_not_asked_back(entry: PriceEntry) -> None:
    assert doubts(of(entry), None) == []


@settings(max_examples=150)
@given(st.integers(0, 10_000 * NANO))
def test_a_figure_survives_being_shown_and_typed_again(nano: int) -> None:
    assert dollars(dollars_per_million(nano)) == nano
