"""How fast and how long a connection may be asked: set, emptied, refused in one sentence, shown on its card."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.records import Connection
from core.errors import InvalidInputError
from core.runs.seats import pace_of
from tests.pages.conftest import ME, Studio
from tests.pages.connection_screen import endpoints, opened, words


@pytest.fixture
def made(studio: Studio) -> Connection:
    """An endpoint as it was added."""
    return studio.work.connections.add(ME, name="Gateway", base_url="http://127.0.0.1:9/v1", models=["m"])


def settings(studio: Studio, made: Connection) -> AppTest:
    """The page with the dialog of the connection."""
    page = opened(studio)
    page.button(key=f"connections.edit.{made.id}").click().run()
    assert not page.exception
    return page


def save(page: AppTest, made: Connection, **values: int | None) -> None:
    """Type the values and press Save."""
    for name, value in values.items():
        page.number_input(key=f"connections.{name}.{made.id}").set_value(value)
    page.button(key=f"connections.save.{made.id}").click().run()
    assert not page.exception


def test_a_new_connection_learns_its_limits_from_the_server(studio: Studio, made: Connection) -> None:
    told = words(opened(studio))
    assert "At most 8 calls at once, rate limits learnt from the server; an answer must come within 120 s" in told


def test_a_pace_is_saved_shown_and_kept_to(studio: Studio, made: Connection) -> None:
    page = settings(studio, made)
    save(page, made, concurrency=32, rpm=90, tpm=200_000, deadline=45)
    (saved,) = endpoints(studio)
    assert {name: saved.settings[name] for name in ("concurrency", "rpm", "tpm", "deadline")} == {
        "concurrency": 32,
        "rpm": 90,
        "tpm": 200_000,
        "deadline": 45,
    }
    told = words(opened(studio))
    assert "At most 32 calls at once, 90 requests per minute, 200,000 tokens per minute" in told
    assert "within 45 s" in told
    pace = pace_of(saved)
    assert (pace.most, pace._requests.rate, pace._tokens.rate) == (32, 1.5, 200_000 / 60)


def test_what_is_emptied_is_learnt_again(studio: Studio, made: Connection) -> None:
    page = settings(studio, made)
    save(page, made, rpm=90, concurrency=2)
    page = settings(studio, made)
    assert page.number_input(key=f"connections.rpm.{made.id}").value == 90
    save(page, made, rpm=None, concurrency=None)
    (saved,) = endpoints(studio)
    assert (pace_of(saved).most, pace_of(saved)._requests.rate) == (8, None)
    assert "rate limits learnt from the server" in words(opened(studio))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("concurrency", 0),
        ("concurrency", -1),
        ("concurrency", 257),
        ("rpm", 0),
        ("rpm", 10**7),
        ("tpm", 10),
        ("tpm", 10**12),
        ("deadline", 1),
        ("deadline", 10**6),
    ],
)
def test_an_absurd_value_is_refused_in_one_sentence_and_changes_nothing(
    studio: Studio, made: Connection, name: str, value: int
) -> None:
    page = settings(studio, made)
    save(page, made, **{name: value})
    (error,) = page.error
    assert "must be a whole number between" in error.value
    assert endpoints(studio) == [made]


@pytest.mark.parametrize("value", ["8", 1.5, True, float("nan"), float("inf"), [8]])
def test_what_is_no_whole_number_is_refused(studio: Studio, made: Connection, value: object) -> None:
    with pytest.raises(InvalidInputError, match="whole number"):
        studio.work.connections.edit(
            ME, made, name=made.name, base_url=made.base_url, key="", settings={"concurrency": value}
        )


def test_a_link_to_a_connection_shows_it_first(studio: Studio, made: Connection) -> None:
    other = studio.work.connections.add(ME, name="Zeppelin", base_url="http://127.0.0.1:9/v1")
    assert "Zeppelin" not in first_card(studio.page("connections"))
    assert "Zeppelin" in first_card(studio.page("connections", connection=other.id))


def first_card(page: AppTest) -> str:
    """The head of the card at the top."""
    return next(element.value for element in page.markdown if element.value.startswith("####"))
