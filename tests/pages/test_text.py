"""Texts of people and models on screen: words stay words, whatever script they are in."""

from __future__ import annotations

import pytest

from pages.components.text import plain, rich, safe

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


@pytest.mark.parametrize("address", ["https://a.example", "ana@a.example", "www.a.example"])
def test_an_address_in_a_name_is_no_link(address: str) -> None:
    """Markdown would make one of it by itself."""
    shown = safe(address)
    assert address not in shown.replace("\\", "")
    assert shown.replace("\\", "").replace("\u200b", "") == address


def test_brackets_behind_a_colon_are_shown_and_colour_nothing() -> None:
    """Streamlit takes them for a directive and drops what stands in them unless the colon is escaped."""
    assert rich("a[1:n[3]] :red[hot]") == "a[1\\:\u200bn[3]] \\:\u200bred[hot]"
    assert rich("\\:red[hot]") == "\\:\u200bred[hot]"


def test_options_of_a_list_carry_no_escapes() -> None:
    assert plain(" Self-Instruct \u202e prompt_text ") == "Self-Instruct prompt_text"


@pytest.mark.parametrize("text", ["{}", "`{}`", "```\n{}\n```", "$x{}$"])
def test_nothing_in_a_question_or_an_answer_turns_words_round_or_hides_unseen(text: str) -> None:
    assert "‹U+202E›evil‹U+202C›" in rich(text.format("\u202eevil\u202c"))
    assert "e‹12 hidden characters›nd" in rich(text.format("e" + "\u200b" * 12 + "nd"))
    assert "so‹U+00AD›ft" in rich(text.format("so\u00adft"))
