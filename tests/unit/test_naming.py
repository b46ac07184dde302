"""Names: two that look the same to a person are the same, whatever bytes they came in."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.domain.naming import MAX_NAME, clean_name, clean_text, content_hash, name_key, slug
from core.errors import InvalidInputError

QUICK = settings(max_examples=300)
ANY = st.text(alphabet=st.characters(), max_size=30)  # lone surrogates and unassigned code points too
VISIBLE = st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20)
INVISIBLE = [
    "\u00ad",
    "\u034f",
    "\u061c",
    "\u180e",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202e",
    "\u2060",
    "\u2066",
    "\u2069",
    "\u206f",
    "\u3164",
    "\ufe0f",
    "\ufeff",
    "\U000e0041",
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Caf\u00e9", "Cafe\u0301"),
        ("PHYSICS", "physics"),
        ("Stra\u00dfe", "STRASSE"),
        ("Quantum  physics", "Quantum physics"),
        ("Quantum\u00a0physics", "Quantum physics"),
        ("Quantum\n\tphysics", " Quantum physics "),
        ("\uff30hysics", "Physics"),
        ("\ufb01eld theory", "field theory"),
        ("Statistics.", "Statistics"),
        ("Statistics .", "Statistics"),
    ],
)
def test_names_that_read_the_same_are_the_same(one: str, other: str) -> None:
    assert name_key(clean_name(one)) == name_key(clean_name(other)) != ""


@pytest.mark.parametrize(("one", "other"), [("Physics 1", "Physics 2"), ("C", "C++"), ("Nurse", "Nursing")])
def test_names_that_read_differently_stay_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("mark", INVISIBLE, ids=lambda mark: f"U+{ord(mark):04X}")
def test_what_nobody_can_see_makes_no_other_name(mark: str) -> None:
    assert name_key(f"{mark}Phy{mark}sics{mark}") == name_key("Physics")
    assert clean_name(f"{mark}Phy{mark}sics{mark}") == "Physics"
    with pytest.raises(InvalidInputError, match="empty"):
        clean_name(mark * 3)


@QUICK
@given(VISIBLE, st.lists(st.sampled_from(INVISIBLE), max_size=5), st.data())
def test_invisible_marks_anywhere_change_neither_name_nor_key(name: str, marks: list[str], data: st.DataObject) -> None:
    dirty = name
    for mark in marks:
        at = data.draw(st.integers(0, len(dirty)))
        dirty = dirty[:at] + mark + dirty[at:]
    assert name_key(dirty) == name_key(name)
    assert clean_name(dirty) == clean_name(name)


@QUICK
@given(ANY)
@example("e\x00\u0301")
@example("\ud800")
def test_cleaned_text_is_clean_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", cleaned)
    assert clean_text(unicodedata.normalize("NFD", cleaned)) == cleaned


@QUICK
@given(ANY)
@example("e\u200b\u0301")
@example("a\u200b b")
def test_a_cleaned_name_is_one_short_visible_line_and_stays_as_it_is(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidInputError:
        return
    assert clean_name(name) == name == " ".join(name.split())
    assert 1 <= len(name) <= MAX_NAME
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.category(character) == "Cc" for character in name)
    assert name_key(name) == name_key(text) or re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text)


@QUICK
@given(ANY)
@example("a .")
@example("\u0345\u0301")
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key


@QUICK
@given(VISIBLE)
def test_unicode_form_and_spaces_make_no_other_name(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert name_key(f"  {unicodedata.normalize(form, name)} ") == name_key(name)


@QUICK
@given(st.text(alphabet=st.characters(max_codepoint=0x17F, categories=["L"]), min_size=1, max_size=20))
def test_case_makes_no_other_name(name: str) -> None:
    if name.upper().lower() == name.lower():
        assert name_key(name.upper()) == name_key(name.lower())


def test_a_text_keeps_its_paragraphs() -> None:
    assert clean_text(" One.\r\n\r\nTwo.\n\tThree. ") == "One.\n\nTwo.\n\tThree."


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\ufeff", "\x00\x07"])
def test_an_empty_name_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InvalidInputError, match="The subject is empty"):
        clean_name(text, "subject")


def test_a_name_has_at_most_200_characters() -> None:
    assert clean_name("x" * 200 + " ") == "x" * 200
    with pytest.raises(InvalidInputError, match="201 characters"):
        clean_name("x" * 201)


@QUICK
@given(st.tuples(*[st.text(alphabet="a\n1", max_size=6)] * 2), st.tuples(*[st.text(alphabet="a\n1", max_size=6)] * 2))
def test_only_the_same_pair_has_the_same_hash(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (content_hash(*one) == content_hash(*other)) == (one == other)


@QUICK
@given(ANY)
@example("../../etc/passwd")
@example("CON")
def test_a_slug_is_safe_in_a_file_name(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(name))
    assert len(slug(name)) <= 40
