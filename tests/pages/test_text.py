"""Texts of people and models inside labels: plain words, whatever they hold."""

from __future__ import annotations

import pytest

from pages.components.text import cells, safe


@pytest.mark.parametrize("text", ["see www.example.com", "WWW.Example.com", "http://www.example.com"])
def test_a_bare_address_is_no_link(text: str) -> None:
    drawn = safe(text)
    assert "www\\." not in drawn.lower()
    assert "://" not in drawn
    assert drawn.replace("\u200b", "").replace("\\", "") == text


@pytest.mark.parametrize("text", ["\u202eevil", "שלום 1 of 2", "\u0645\u0631\u062d\u0628\u0627", "\u2067half open"])
def test_text_from_right_to_left_turns_nothing_round_but_itself(text: str) -> None:
    drawn = safe(text)
    assert (drawn[0], drawn[-1]) == ("\u2068", "\u2069")
    assert drawn[1:-1] == text


@pytest.mark.parametrize("text", ["plain", "Überblick", "数学", "x² ≤ 4", "😀", "www", "awww.b"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text).replace("\\", "") == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1|cmd", "@SUM(1)", "\t=1", "\r=1", " =1", "\uff1d1", "\n=1"])
def test_a_formula_in_a_table_is_text_for_whoever_saves_it_from_the_screen(text: str) -> None:
    ((cell,),) = [row.values() for row in cells([{"a": text}])]
    assert cell == f"\u200b{text}"


@pytest.mark.parametrize("value", ["", "a=1", "1-2", 5, -5, 0.5, None, ["=1"]])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert cells([{"a": value}]) == [{"a": value}]
