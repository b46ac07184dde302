"""Which of the accepted samples go into a dataset version, on which side of the split, and why the others do not.

In this order: exact repeats, what a benchmark asks too, near duplicates, balance; then the split, where one story
with other numbers, which is no near duplicate, stays on one side all the same. Several answers to
one question are meant: near duplicates are looked for among different questions, and what asks the same question as
the first of a family stays with it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from core.analysis import contamination
from core.analysis.contamination import Hit
from core.analysis.near_duplicates import Families, of_corpus, tellings
from core.analysis.quality_words import Corpus
from core.analysis.signatures import Tell, silent
from core.domain.balancing import Balance, BalanceRow, balanced
from core.domain.dataset_wish import DatasetWish, Reason
from core.domain.holding_out import TEST, VALIDATION, concept_set, families_of, origins, split
from core.domain.naming import name_key
from core.domain.records import Sample
from core.domain.strategies import Strategy

USUAL_THRESHOLD = 0.7
_OFTEN = 1_000
_SAME_QUESTION = {Strategy.ANSWER_AUGMENTATION, Strategy.HUMAN}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is looked at of one accepted sample. `says` is equal for repetitions, `asks` for the same question."""

    id: int
    says: bytes
    asks: bytes
    strategy: str
    difficulty: str | None
    node_id: int | None
    origin: str
    second_open: bool
    seed: int | None
    concepts: Hashable
    row: BalanceRow


@dataclass(frozen=True, slots=True)
class Chosen:
    """`rows` go in, in order, `splits` beside them; `left` maps the others to (reason, id of the sample that stays).

    The second is 0 where no other sample is the reason. `hits` are by id of the sample.
    """

    rows: tuple[Candidate, ...]
    splits: tuple[str, ...]
    left: Mapping[int, tuple[Reason, int]]
    hits: tuple[Hit, ...] = ()
    near: Families = field(default_factory=lambda: Families((), (), (), ()))
    asked: tuple[int, ...] = ()  # ids of the samples whose questions `near` compared


def candidates(accepted: Iterable[Sample]) -> tuple[list[Candidate], list[bytes]]:
    """What is looked at of them, and what each goes back to: its seed question, or the first of its conversation."""
    found: list[Candidate] = []

    def noted() -> Iterable[Sample]:
        for sample in accepted:
            found.append(_candidate(sample))
            yield sample

    roots = origins(noted())
    return found, roots


def _candidate(sample: Sample) -> Candidate:
    texts = [text for turn in sample.history for text in turn]
    texts.append(sample.question)
    asks = _digest(texts)
    human = sample.strategy == Strategy.HUMAN
    return Candidate(
        sample.id,
        _digest([*texts, sample.answer]) if sample.strategy in _SAME_QUESTION else asks,
        asks,
        sample.strategy,
        sample.difficulty.value if sample.difficulty else None,
        sample.node_id,
        sample.origin.value,
        sample.second == 1,
        sample.seed_example_id,
        concept_set(sample),
        BalanceRow(sample.id, sample.node_id, sample.strategy, human, sample.difficulty),
    )


def _digest(texts: Iterable[str]) -> bytes:
    return blake2b("\0".join(map(name_key, texts)).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Texts:
    """What samples ask, read anew each time by their ids so that nobody holds it all.

    `tell` hears which share of the choice is made, often, and may raise to stop it.
    """

    of: Callable[[Sequence[int]], Iterable[str]]
    tell: Tell = silent

    def each(self, ids: Sequence[int], tell: Tell) -> Iterator[str]:
        """One after the other."""
        for number, text in enumerate(self.of(ids)):
            if number % _OFTEN == 0:
                tell(number / len(ids))
            yield text

    def part(self, first: float, last: float) -> Tell:
        """Hears the share of a part of the choice."""
        return lambda share: self.tell(first + (last - first) * share)


def choose(
    found: Sequence[Candidate],
    roots: Sequence[bytes],
    wish: DatasetWish,
    texts: Texts,
    questions: Iterable[tuple[int, str]] = (),
) -> Chosen:
    """See the module. `roots` are as `candidates` gave them, `questions` the benchmarks' as (id, text)."""
    left: dict[int, tuple[Reason, int]] = {}
    rest = _without_repeats(list(range(len(found))), found, left)
    hits = _contaminated([found[place].id for place in rest], wish, texts, questions, left)
    rest = [place for place in rest if found[place].id not in left]
    alike = _alike(rest, found, wish, texts)
    if wish.near is not None:
        rest = _without_near(rest, found, alike.family, left)
    rest = _balanced(rest, found, alike.family, wish, left)
    return Chosen(
        tuple(found[place] for place in rest),
        tuple(_splits(rest, found, roots, alike, wish)),
        left,
        tuple(hits),
        alike.near,
        tuple(found[place].id for place in alike.asked),
    )


def _without_repeats(
    places: Iterable[int], found: Sequence[Candidate], left: dict[int, tuple[Reason, int]]
) -> list[int]:
    first: dict[bytes, int] = {}
    rest = []
    for place in places:
        kept = first.setdefault(found[place].says, place)
        if kept == place:
            rest.append(place)
        else:
            left[found[place].id] = (Reason.REPEAT, found[kept].id)
    return rest


def _contaminated(
    ids: Sequence[int],
    wish: DatasetWish,
    texts: Texts,
    questions: Iterable[tuple[int, str]],
    left: dict[int, tuple[Reason, int]],
) -> list[Hit]:
    if not wish.benchmarks:
        return []
    hits = contamination.hits(zip(ids, texts.each(ids, texts.part(0, 0.2)), strict=True), questions, n=wish.ngram)
    for hit in hits:
        left[hit.row] = (Reason.CONTAMINATED, 0)
    return hits


@dataclass(frozen=True, slots=True)
class _Alike:
    """How far the rows ask alike, by place: `near` compared the questions at the places `asked`.

    `family` maps each place to the first of its family of near duplicates, `side` to the first of those that belong on
    one side of the split: near duplicates also when they ask with other numbers or names.
    """

    near: Families
    asked: Sequence[int]
    family: Mapping[int, int]
    side: Mapping[int, int]


def _alike(places: Sequence[int], found: Sequence[Candidate], wish: DatasetWish, texts: Texts) -> _Alike:
    asked: dict[bytes, int] = {}
    for place in places:
        asked.setdefault(found[place].asks, place)
    firsts = list(asked.values())
    alone = {place: asked[found[place].asks] for place in places}
    if wish.near is None and not wish.holds_out:
        return _Alike(Families((), (), (), ()), [], alone, alone)
    ids = [found[place].id for place in firsts]
    corpus = Corpus(texts.each(ids, texts.part(0.2, 0.3)))

    def by_place(families: Families) -> dict[int, int]:
        root_of = {place: firsts[root] for place, root in zip(firsts, families.roots, strict=True)}
        return {place: root_of[first] for place, first in alone.items()}

    near, side = Families(tuple(range(len(firsts)))), alone
    if wish.near is not None:
        again = texts.each(ids, texts.part(0.4, 0.5))
        told = tellings(again, corpus, wish.near, texts.part(0.3, 0.4))
        near = of_corpus(corpus, told, threshold=wish.near, tell=texts.part(0.5, 0.8))
    if wish.holds_out:
        usual = min(wish.near or USUAL_THRESHOLD, USUAL_THRESHOLD)
        side = by_place(of_corpus(corpus, threshold=usual, tell=texts.part(0.8, 1)))
    return _Alike(near, firsts if wish.near is not None else [], by_place(near), side)


def _without_near(
    places: Iterable[int],
    found: Sequence[Candidate],
    family: Mapping[int, int],
    left: dict[int, tuple[Reason, int]],
) -> list[int]:
    rest = []
    for place in places:
        first = found[family[place]]
        if found[place].asks == first.asks:
            rest.append(place)
        else:
            left[found[place].id] = (Reason.NEAR, first.id)
    return rest


def _balanced(
    places: list[int],
    found: Sequence[Candidate],
    family: Mapping[int, int],
    wish: DatasetWish,
    left: dict[int, tuple[Reason, int]],
) -> list[int]:
    if not wish.is_balanced:
        return places
    rules = Balance(
        per_discipline=wish.per_discipline,
        per_strategy=wish.per_strategy,
        generated_per_human=wish.generated_per_human,
        basic_per_challenging=wish.basic_per_challenging,
    )
    rows = [_in_family(found[place].row, family[place]) for place in places]
    result = balanced(rows, rules, wish.random_seed)
    left.update({ident: (Reason(why.value), 0) for ident, why in result.left.items()})
    return [place for place in places if found[place].id in result.kept]


def _in_family(row: BalanceRow, family: int) -> BalanceRow:
    return BalanceRow(row.id, row.discipline, row.strategy, row.human, row.difficulty, family)


def _splits(
    places: Sequence[int],
    found: Sequence[Candidate],
    roots: Sequence[bytes],
    alike: _Alike,
    wish: DatasetWish,
) -> list[str]:
    """Near duplicates, also with other numbers, one question, one seed and one set of concepts stay on one side."""
    together = families_of(
        [roots[place] for place in places],
        [alike.family[place] for place in places],
        [alike.side[place] for place in places],
        [found[place].seed for place in places],
        [found[place].concepts for place in places],
    )
    shares = {VALIDATION: wish.validation_share, TEST: wish.test_share}
    wanted = {name: share for name, share in shares.items() if share}
    return split(together, wanted, wish.random_seed, [found[place].id for place in places])
