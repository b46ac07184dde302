"""What becomes of each verdict of a file: for which text it was given, whether it counts, is kept, or adds nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.records import Review
from core.domain.review import VERDICTS, Purpose
from core.domain.verdict_words import Meaning
from core.interchange.verdicts.model import Said
from core.store import standings, verdict_imports
from core.store.database import Tx
from core.store.standings import Place


class Fate(StrEnum):
    """What becomes of one verdict of a file."""

    COUNTS = "counts"
    KEPT = "kept"  # given to an earlier text: stands in the history for that text and moves nothing
    SAME = "same"  # the person said the same of this text here already
    OTHERWISE = "otherwise"  # the person said otherwise here by hand, which stands
    GOLD = "gold"  # its verdict is known and no file moves it
    LEFT_OUT = "left out"  # by the choice of words and people
    UNMATCHED = "unmatched"
    IN = "in"  # came in with this very file before

    @property
    def written(self) -> bool:
        """Does it become an entry of the history?"""
        return self in {Fate.COUNTS, Fate.KEPT}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided: their word -> what it means, their person -> the name here ("" leaves them out)."""

    words: Mapping[str, Meaning]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict of a file with what becomes of it; `place` is None and `reason` says why where no text was found."""

    said: Said
    person: str
    meaning: Meaning
    fate: Fate
    place: Place | None = None
    content_hash: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All verdicts of a file; `stamp` is the same as long as exactly the same would be written."""

    judged: tuple[Judged, ...]
    stamp: str

    @property
    def written(self) -> list[Judged]:
        """Those that become entries."""
        return [each for each in self.judged if each.fate.written]

    @property
    def fates(self) -> Counter[Fate]:
        """How many of each."""
        return Counter(each.fate for each in self.judged)


@dataclass(slots=True)
class _Known:
    """What the store knows of the texts that a file names."""

    texts: Mapping[str, Sequence[int]]
    places: Mapping[int, Place]
    gold: Mapping[tuple[int, str], str]
    told: dict[tuple[int, str, str], tuple[str, str]] = field(default_factory=dict)


def planned(tx: Tx, project_id: str, every: Sequence[Said], choice: Choice, *, done: int = 0) -> Plan:
    """What would become of all of them now; the first `done` were dealt with before."""
    said = every[done:]
    hashes = [each.content for each in said if each.content] + [text for each in said for text in each.texts]
    texts = verdict_imports.with_text(tx, project_id, hashes)
    ids = dict.fromkeys([each.sample for each in said if each.sample is not None])
    ids |= dict.fromkeys(sample for found in texts.values() for sample in found)
    known = _Known(texts, standings.places(tx, project_id, ids), verdict_imports.gold(tx, project_id))
    for sample, history in standings.histories(tx, known.places).items():
        _remember(known, sample, history)
    before = [Judged(each, "", Meaning.LEAVE_OUT, Fate.IN) for each in every[:done]]
    judged = (*before, *(_judge(each, choice, known) for each in said))
    return Plan(judged, _stamp(judged))


def _remember(known: _Known, sample: int, history: Sequence[Review]) -> None:
    """Of each person and text the last verdict; that they passed it over only where they gave none."""
    undone = {entry.undoes for entry in history}
    for entry in history:
        key = (sample, entry.content_hash, entry.person)
        is_word = entry.verdict in VERDICTS or (entry.verdict == "skip" and key not in known.told)
        if is_word and entry.id not in undone and entry.purpose not in {Purpose.SEED, Purpose.GOLD}:
            known.told[key] = (entry.verdict, entry.purpose)


def _judge(said: Said, choice: Choice, known: _Known) -> Judged:
    person, meaning = choice.people.get(said.person, ""), choice.words.get(said.word, Meaning.LEAVE_OUT)
    if not person or meaning is Meaning.LEAVE_OUT:
        return Judged(said, person, meaning, Fate.LEFT_OUT)
    found = _found(said, known)
    if isinstance(found, str):
        return Judged(said, person, meaning, Fate.UNMATCHED, reason=found)
    place, digest = found
    fate = _fate(known, place, digest, person, meaning)
    if fate.written:
        known.told[place.id, digest, person] = (meaning.value, Purpose.IMPORT)
    return Judged(said, person, meaning, fate, place, digest)


def _fate(known: _Known, place: Place, digest: str, person: str, meaning: Meaning) -> Fate:
    expert = known.gold.get((place.id, digest))
    if expert is not None and expert != person:
        return Fate.GOLD
    word, purpose = known.told.get((place.id, digest, person), ("", ""))
    if word == meaning.value or (word and meaning is Meaning.SKIP):
        return Fate.SAME
    if word in VERDICTS and purpose != Purpose.IMPORT:
        return Fate.OTHERWISE
    return Fate.COUNTS if digest == place.content_hash else Fate.KEPT


# ---- On which text it was given ----


def _found(said: Said, known: _Known) -> tuple[Place, str] | str:
    """The sample and the hash of the text that was judged, or why there is none."""
    hashes = [said.content] if said.content else list(said.texts)
    if said.sample is None:
        return _by_text(hashes, known)
    place = known.places.get(said.sample)
    if place is None:
        return f"There is no sample {said.sample:,} in this project."
    for digest in hashes:
        if place.id in known.texts.get(digest, ()):
            return place, digest
    if hashes:
        return f"The text is none that sample {said.sample:,} has or had."
    if place.revision > 1:
        return f"Sample {said.sample:,} was edited, and the file does not say which text was judged."
    return place, place.content_hash


def _by_text(hashes: Sequence[str], known: _Known) -> tuple[Place, str] | str:
    if not hashes:
        return "The row names no sample id, no content hash and no question with its answer."
    named = {sample: digest for digest in reversed(hashes) for sample in known.texts.get(digest, ())}
    candidates = [(known.places[sample], digest) for sample, digest in named.items()]
    found = [(place, digest) for place, digest in candidates if place.content_hash == digest] or candidates
    if not found:
        return "No sample of this project has or had this text."
    if len(found) > 1:
        ids = " and ".join(f"{place.id:,}" for place, _ in found[:2])
        return f"{len(found):,} samples have this text, {ids} among them; the file does not say which."
    return found[0]


def _stamp(judged: Sequence[Judged]) -> str:
    digest = hashlib.sha256()
    for row in _rows(judged):
        digest.update(repr(row).encode("utf-8", "replace"))
    return digest.hexdigest()


def _rows(judged: Sequence[Judged]) -> Iterator[tuple[object, ...]]:
    for each in judged:
        if each.fate.written and each.place:
            yield each.said.line, each.said.turn, each.place.id, each.content_hash, each.person, each.meaning.value
