"""A large file of verdicts comes in and goes back in slices: never half counted, never counted twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.domain.people import Principal
from core.domain.records import Sample
from core.domain.states import ReviewState
from core.errors import ConflictError, NotFoundError
from core.services import slices, verdict_matching, verdict_slices
from core.services.verdict_checks import texts_and_states, verdicts_and_events
from core.services.verdict_imports import Choice, Fate, Imported, Meaning, VerdictImportService
from core.services.verdict_matching import Plan
from core.services.verdict_slices import nobody
from core.store import events
from tests.unit import verdict_files
from tests.unit.conftest import World
from tests.unit.test_verdict_imports import NO, OPEN, OWNER, YES, Desk, made_desk

SLICE, SIZE = 3, 8
Tell = Callable[[int, int], None]


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def desk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(slices, "MOST", SLICE)
    monkeypatch.setattr(slices, "PAUSE", 0)
    return made_desk(world, tmp_path)


@pytest.fixture
def found(desk: Desk) -> list[Sample]:
    return [desk.plant() for _ in range(SIZE)]


def written(found: list[Sample]) -> bytes:
    """Ana accepts all of them but says of the first, in a row of its own at the end, that she rejects it."""
    return verdict_files.own([*((sample, "Ana", "accept") for sample in found), (found[0], "Ana", "reject")])


def take_in(desk: Desk, content: bytes, tell: Tell = nobody, **people: str) -> Imported | None:
    """By a process of its own, which knows only what the store tells."""
    desk.files = VerdictImportService(desk.files._c)
    look = desk.look(content)
    stamp = desk.preview(look, **people).plan.stamp
    return desk.files.take_in(OWNER, desk.world.project, look, desk.choice(look, **people), stamp=stamp, tell=tell)


def dies_at(number: int) -> Tell:
    """Once so many verdicts are dealt with."""

    def tell(done: int, _all: int) -> None:
        if done >= number:
            raise Killed

    return tell


def told(desk: Desk) -> list[tuple[str, str]]:
    """All entries that count verdicts, as (person, word)."""
    with desk.world.store.read() as tx:
        return [(row["person"], row["verdict"]) for row in tx.rows("SELECT person, verdict FROM review ORDER BY id")]


def assert_sound(desk: Desk) -> None:
    """The doctor finds nothing."""
    with desk.world.store.read() as tx:
        assert {finding.level for finding in [*texts_and_states(tx), *verdicts_and_events(tx)]} == {"ok"}


@pytest.mark.parametrize("number", [1, SLICE + 1, SIZE + 1])
def test_killed_between_slices_a_file_is_finished_by_the_second_try_and_counts_once(
    desk: Desk, found: list[Sample], number: int
) -> None:
    content = written(found)
    with pytest.raises(Killed):
        take_in(desk, content, dies_at(number))
    assert_sound(desk)
    (half,) = desk.files.imports(desk.world.project)
    assert half.complete is (number > SIZE)
    made = take_in(desk, content)
    assert made is not None
    assert made.batch == half.batch
    assert (made.complete, made.counts) == (True, {"accept": SIZE, "reject": 1})
    assert desk.states(*found) == [NO, *[YES] * (SIZE - 1)]
    assert take_in(desk, content) == made
    assert len(told(desk)) == SIZE + 1
    assert_sound(desk)
    assert desk.files.take_back(OWNER, desk.world.project, made.batch) == SIZE + 1
    assert desk.states(*found) == [OPEN] * SIZE


def test_what_is_in_of_a_file_is_shown_apart_from_what_would_still_come_in(desk: Desk, found: list[Sample]) -> None:
    content = written(found)
    with pytest.raises(Killed):
        take_in(desk, content, dies_at(1))
    preview = desk.preview(desk.look(content))
    assert dict(preview.plan.fates) == {Fate.IN: SLICE, Fate.COUNTS: SIZE + 1 - SLICE}
    assert preview.stands is not None
    assert (preview.stands.done, preview.stands.total, preview.stands.count) == (SLICE, SIZE + 1, SLICE)
    assert preview.stands.reading == preview.reading


def test_a_slice_that_fails_leaves_nothing_of_itself(
    desk: Desk, found: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = written(found)
    with monkeypatch.context() as broken:
        broken.setattr(events, "append", _raise)
        with pytest.raises(Killed):
            take_in(desk, content)
    assert told(desk) == []
    assert desk.states(*found) == [OPEN] * SIZE
    assert take_in(desk, content) is not None


def _raise(*_: object, **__: object) -> int:
    raise Killed


def test_somebody_else_can_write_between_slices(desk: Desk, found: list[Sample]) -> None:
    heard = []

    def write(done: int, total: int) -> None:
        with desk.world.store.write(patient=False) as tx:
            tx.run("INSERT INTO form_token(token, at) VALUES (?, 1)", (f"t{done}",))
        heard.append((done, total))

    made = take_in(desk, written(found), write)
    assert made is not None
    assert heard == [(3, 9), (6, 9), (9, 9)]
    heard.clear()
    desk.files.take_back(OWNER, desk.world.project, made.batch, tell=lambda done, total: heard.append((done, total)))
    assert heard == [(3, 9), (6, 9), (9, 9)]


def test_two_who_take_in_the_same_file_at_once_write_each_verdict_once(desk: Desk, found: list[Sample]) -> None:
    content = written(found)
    look = desk.look(content)
    choice, stamp = desk.choice(look), desk.preview(look).plan.stamp
    other = VerdictImportService(desk.files._c)

    def meanwhile(done: int, _all: int) -> None:
        if done == SLICE:
            second = other.preview(desk.world.project, look, choice)
            other.take_in(OWNER, desk.world.project, look, choice, stamp=second.plan.stamp)

    made = desk.files.take_in(OWNER, desk.world.project, look, choice, stamp=stamp, tell=meanwhile)
    assert made is not None
    assert made.counts == {"accept": SIZE, "reject": 1}
    assert len(told(desk)) == SIZE + 1
    assert_sound(desk)


def test_what_somebody_says_by_hand_while_a_file_comes_in_stands(desk: Desk, found: list[Sample]) -> None:
    by_hand = found[5]

    def meanwhile(done: int, _all: int) -> None:
        if done == SLICE:
            desk.review.decide(Principal("Ana"), by_hand, NO, token="hand")

    made = take_in(desk, verdict_files.own([(sample, "Ana", "accept") for sample in found]), meanwhile)
    assert made is not None
    assert made.counts == {"accept": SIZE - 1}
    assert desk.states(by_hand) == [NO]
    assert_sound(desk)


def test_a_slice_that_is_overtaken_is_planned_again(
    desk: Desk, found: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody judges after the slice was planned and before it is written."""
    planned: list[Plan] = []

    def overtaken(*args: Any, **more: Any) -> Plan:
        planned.append(verdict_matching.planned(*args, **more))
        if len(planned) == 2:  # the first is the look at the whole file
            desk.review.decide(Principal("Ana"), found[0], NO, token="hand")
        return planned[-1]

    content = verdict_files.own([(sample, "Ana", "accept") for sample in found])
    monkeypatch.setattr(verdict_slices, "planned", overtaken)
    made = take_in(desk, content)
    assert made is not None
    assert made.count == SIZE - 1
    assert desk.states(found[0]) == [NO]


def test_a_file_that_is_taken_back_while_it_comes_in_stops(desk: Desk, found: list[Sample]) -> None:
    def meanwhile(done: int, _all: int) -> None:
        if done == SLICE:
            (half,) = desk.files.imports(desk.world.project)
            desk.files.take_back(OWNER, desk.world.project, half.batch)

    with pytest.raises(ConflictError, match="taken back while it came in"):
        take_in(desk, written(found), meanwhile)
    assert desk.states(*found) == [OPEN] * SIZE
    assert_sound(desk)


def test_a_file_that_is_in_part_is_not_finished_in_another_reading(desk: Desk, found: list[Sample]) -> None:
    content = written(found)
    with pytest.raises(Killed):
        take_in(desk, content, dies_at(1))
    look = desk.look(content)
    other = Choice({"accept": Meaning.REJECT, "reject": Meaning.ACCEPT}, desk.choice(look).people)
    preview = desk.files.preview(desk.world.project, look, other)
    assert preview.stands is not None
    assert preview.stands.reading != preview.reading
    with pytest.raises(ConflictError, match="3 of 9 verdicts of this file are in, read in another way"):
        desk.files.take_in(OWNER, desk.world.project, look, other, stamp=preview.plan.stamp)


def test_a_taking_back_that_was_killed_is_finished_and_holds_the_file_until_then(
    desk: Desk, found: list[Sample]
) -> None:
    content = written(found)
    made = take_in(desk, content)
    assert made is not None
    with pytest.raises(Killed):
        desk.files.take_back(OWNER, desk.world.project, made.batch, tell=dies_at(1))
    (half,) = desk.files.imports(desk.world.project)
    assert (half.undone, half.taken_back) == (SLICE, False)
    assert_sound(desk)
    assert desk.preview(desk.look(content)).stands == half
    assert desk.files.take_back(OWNER, desk.world.project, made.batch) == SIZE + 1 - SLICE
    assert desk.states(*found) == [OPEN] * SIZE
    with pytest.raises(NotFoundError):
        desk.files.take_back(OWNER, desk.world.project, made.batch)
    assert_sound(desk)


def test_a_file_taken_back_in_part_before_it_was_complete_is_not_gone_on_with(desk: Desk, found: list[Sample]) -> None:
    content = written(found)
    with pytest.raises(Killed):
        take_in(desk, content, dies_at(SLICE + 1))
    (half,) = desk.files.imports(desk.world.project)
    with pytest.raises(Killed):
        desk.files.take_back(OWNER, desk.world.project, half.batch, tell=dies_at(1))
    with pytest.raises(ConflictError, match="A part of this file is taken back"):
        take_in(desk, content)


def test_rows_that_write_nothing_hold_nobody_up(desk: Desk, found: list[Sample]) -> None:
    lost = "".join(f"{9000 + n},,Ana,accept,\n" for n in range(3 * SLICE)).encode()
    content = verdict_files.own([(found[0], "Ana", "accept")]) + lost + f"{found[1].id},,Ana,accept,\n".encode() + lost
    made = take_in(desk, content)
    assert made is not None
    assert (made.complete, made.counts) == (True, {"accept": 2})
    assert desk.states(found[0], found[1]) == [ReviewState.ACCEPTED, ReviewState.ACCEPTED]
    assert_sound(desk)


def test_an_import_from_before_slices_is_complete(desk: Desk, found: list[Sample]) -> None:
    made = take_in(desk, verdict_files.own([(found[0], "Ana", "accept")]))
    assert made is not None
    with desk.world.store.write() as tx:
        tx.run("DROP TRIGGER event_no_update")
        tx.run("UPDATE event SET after=json_remove(after, '$.done', '$.total', '$.reading') WHERE entity!='sample'")
    (old,) = desk.files.imports(desk.world.project)
    assert (old.complete, old.taken_back) == (True, False)
