"""Final answers: found in whatever dress they come, compared by what they say."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.final_answers import extract, same
from core.domain.numbers import written
from core.domain.strategies import TaskType

QUICK = settings(max_examples=150)
MATHS, CHOICE, SQL, OPEN = TaskType.MATHS, TaskType.MULTIPLE_CHOICE, TaskType.TEXT_TO_SQL, TaskType.OPEN


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        ("48/2 = <<48/2=24>>24 clips in May.\n48+24 = <<48+24=72>>72 clips.\n#### 72", "72"),
        ("He adds 5 and 7.\nFinal answer: 12", "12"),
        ("**Final answer:** 12 apples", "12"),
        ("### Final Answer\n\n12", "12"),
        ("Final answer: $1,234.50", "1234.5"),
        ("Final answer: \\$1,234", "1234"),
        ("Final answer: 1{,}234", "1234"),
        ("Final answer: 12\u202f000", "12000"),
        ("So $\\boxed{72}$ clips.", "72"),
        ("So \\boxed{\\frac{3}{4}}.", "0.75"),
        ("So \\boxed{\\dfrac{1}{2}}", "0.5"),
        ("So \\boxed{-5}", "-5"),
        ("The answer is 72.", "72"),
        ("The answer is 72, because 48 + 24 is that.", "72"),
        ("Therefore the final answer is $x = 7$.", "7"),
        ("Final answer: 48 + 24 = 72 clips", "72"),
        ("Final answer: −3", "-3"),
        ("Final answer: -$3.20", "-3.2"),
        ("Final answer: 15%", "15%"),
        ("Final answer: 15 percent", "15%"),
        ("Final answer: 12.5\\%", "12.5%"),
        ("Final answer: 3 × 10^8 m/s", "300000000"),
        ("Final answer: 1.5 \\times 10^{-3}", "0.0015"),
        ("Final answer: 2.5e3", "2500"),
        ("Final answer: 5 m^2", "5"),
        ("Final answer: 5 \\text{ cm}^2", "5"),
        ("Final answer: 5 m²", "5"),
        ("Final answer: 2½ hours", "2.5"),
        ("Final answer: 2 1/2 hours", "2.5"),
        ("Final answer: 1/3", "1/3"),
        ("Final answer: (3, 4)", "(3, 4)"),
        ("Final answer: x^2 + 1", "x^2 + 1"),
        ("In April they sold 48 clips, in May they sold 24 clips.\nThat makes a total of 72 clips.", "72"),
        ("Final answer: x = 3 or x = 5", "x = 3 or x = 5"),
        ("Final answer: x = 5, y = 3", "x = 5, y = 3"),
        ("Final answer: (a) axis x = 3/2, vertex (3/2, 5); (b) 29 m", "(a) axis x = 3/2, vertex (3/2, 5); (b) 29 m"),
        ("72", "72"),
        ("#### 1,000", "1000"),
        ("First #### 3\nno, wait\n#### 4", "4"),
        ("Final answer: 3 hours and 20 minutes", "3 hours and 20 minutes"),
        ("Final answer: standard error 2.4 g, n = 400", "standard error 2.4 g, n = 400"),
        ("Final answer: In April and May 48 + 24 = 72", "72"),
        ("Final answer: 9√3", "9√3"),
        ("Final answer: 7 km/h", "7"),
        ("Final answer: 7x", "7x"),
        ("Final answer: 7 m", "7"),
        ("Final answer: 7 per cent of all", "7%"),
        ("Final answer: 2π", "2π"),
        ("Final answer: n + 3", "n + 3"),
        ("Final answer: seven", None),
        ("I cannot tell.", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_result_of_a_calculation_is_found_in_any_dress(answer: str, final: str | None) -> None:
    found = extract(MATHS, answer)
    assert found == final


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("72", "72.0", True),
        ("1,234", "1234", True),
        ("1/2", "0.5", True),
        ("\\frac{1}{2}", "0.5", True),
        ("1/3", "0.333", False),
        ("15%", "15", True),
        ("15%", "0.15", True),
        ("15%", "15.5", False),
        ("-3", "3", False),
        ("$5", "5 dollars", True),
        ("0.1", "0.10000000000000001", False),
        ("x^2+1", "x^2 + 1", True),
        ("x^2 + 1", "1", False),
        ("the mean -0.5", "-0.5", True),
        ("(3, 4)", "(4, 3)", False),
        ("72", "seventy-two", False),
        ("9√3", "9", False),
        ("9√3", "3", False),
        ("(3, 4)", "(3.0, 4)", True),
        ("14 neutrons and 10 electrons", "14 neutrons, 10 electrons", True),
        ("14 neutrons and 10 electrons", "10 neutrons, 14 electrons", False),
        ("48 and 24, in all = 72", "72", True),
        ("7 km/h", "7", True),
    ],
)
def test_results_are_compared_by_exact_value(one: str, other: str, equal: bool) -> None:
    assert same(MATHS, one, other) is equal is same(MATHS, other, one)


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        ("Final answer: B", "B"),
        ("Final answer: (B)", "B"),
        ("**Final answer:** B. Paris", "B"),
        ("The correct option is **C**.", "C"),
        ("The answer is (d).", "D"),
        ("$\\boxed{\\text{A}}$", "A"),
        ("B", "B"),
        ("b)", "B"),
        ("C) 42", "C"),
        ("Because of friction, I would choose option D here.", "D"),
        ("Water boils at 100 degrees, which is what (B) says.", "B"),
        ("Final answer: A, C", "A, C"),
        ("Final answer: A and C", "A, C"),
        ("A train leaves the station.", None),
        ("I think so.", None),
        ("Paris", None),
    ],
)
def test_the_letter_of_the_chosen_option_is_found(answer: str, final: str | None) -> None:
    assert extract(CHOICE, answer) == final


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        ("We count.\n```sql\nSELECT count(*)\n  FROM singer; -- all\n```", "SELECT count(*) FROM singer"),
        ("First:\n```sql\nSELECT 1\n```\nBetter:\n```\nSELECT 2;\n```\nDone.", "SELECT 2"),
        ("SELECT name FROM t WHERE a = 'x  y'", "SELECT name FROM t WHERE a = 'x  y'"),
        ("The query:\nWITH a AS (\nSELECT 1)\nSELECT * FROM a;", "WITH a AS ( SELECT 1) SELECT * FROM a"),
        ("```sql\nSELECT '--no comment' /* but this */ FROM t\n```", "SELECT '--no comment' FROM t"),
        ("```python\nprint(1)\n```", None),
        ("I cannot write it.", None),
    ],
)
def test_the_last_statement_of_an_answer_is_its_query(answer: str, final: str | None) -> None:
    assert extract(SQL, answer) == final


def test_queries_are_the_same_but_for_case_space_and_comments() -> None:
    assert same(SQL, "SELECT a FROM t", "select  a\nfrom T; -- all of them")
    assert not same(SQL, "SELECT 'A'", "SELECT 'a'")


def test_open_answers_are_the_same_only_word_for_word() -> None:
    assert extract(OPEN, "  Two\n words ") == "Two words"
    assert same(OPEN, "Two words", "two  words")
    assert not same(OPEN, "Two words", "Two other words")


@QUICK
@given(st.sampled_from(TaskType), st.text(max_size=300), st.text(max_size=60))
def test_no_text_at_all_makes_it_fail(task: TaskType, answer: str, other: str) -> None:
    found = extract(task, answer)
    if found is not None:
        assert same(task, found, found)
        assert same(task, found, other) is same(task, other, found)


NUMBERS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=200)
DRESSES = ("#### {}", "It follows.\nFinal answer: {}", "Hence $\\boxed{{{}}}$.", "The answer is {}.", "{}")


@QUICK
@given(NUMBERS, st.sampled_from(DRESSES))
def test_every_number_that_is_written_down_is_found_again(value: Fraction, dress: str) -> None:
    found = extract(MATHS, dress.format(written(value)))
    assert found == written(value)
    assert same(MATHS, found, f"\\frac{{{value.numerator}}}{{{value.denominator}}}")


@QUICK
@given(st.integers(-(10**12), 10**12))
def test_separators_and_units_do_not_change_a_number(value: int) -> None:
    assert extract(MATHS, f"Final answer: {value:,} km/h") == str(value)


@QUICK
@given(st.sampled_from("ABCDEFGH"), st.sampled_from(("{}", "({})", "{}.", "**{}**", "\\boxed{{{}}}", "option {}")))
def test_every_letter_that_is_written_down_is_found_again(letter: str, dress: str) -> None:
    assert extract(CHOICE, f"We compare the options.\nFinal answer: {dress.format(letter)}") == letter


@pytest.mark.parametrize(
    "hostile", ["9" * 5000, "1e999999999", "1/0", "1" + ",000" * 3000, "\\boxed{" * 3000, "- " * 9000]
)
def test_numbers_beyond_all_measure_are_refused_and_not_computed(hostile: str) -> None:
    found = extract(MATHS, f"Final answer: {hostile}")
    assert found is None or len(found) <= 500
