"""Texts of people and models on screen: words stay words, whatever script they are in."""

from __future__ import annotations

import pytest

from pages.components.text import safe

ISOLATE, END = "\u2068", "\u2069"


@pytest.mark.parametrize("name", ["علم الأحياء", "מתמטיקה", "Biology علم", "ܣܘܪܝܝܐ"])
def test_a_name_that_runs_from_right_to_left_turns_nothing_round_but_itself(name: str) -> None:
    assert safe(name) == f"{ISOLATE}{name}{END}"


@pytest.mark.parametrize("name", ["Biology", "生物学", "Βιολογία", "Géologie"])
def test_other_names_carry_no_hidden_marks(name: str) -> None:
    assert safe(name) == name


def test_marks_that_turn_the_direction_are_taken_out() -> None:
    assert safe("abc\u202edcba\u2069 x\u2066") == "abcdcba x"


def test_markup_in_a_name_is_only_letters() -> None:
    assert safe("<img src=x>") == "\\<img src=x\\>".replace("=", "\\=")
    assert safe("[a](javascript:b)").startswith("\\[a\\]\\(")
