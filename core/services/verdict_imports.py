"""Verdicts from other tools: a file is looked at, shown with what it would do, taken in as one, taken back as one.

A verdict counts as if its person had given it here: it belongs to the text it was given to, stands beside what others
said, and may make a dispute. It settles none, moves no gold item, and never replaces what the same person said here by
hand. People of other tools are signed "argilla:ana" unless somebody says that they are Ana here, since two people of
one name would count as one voice; a table of our own names people as they are called here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence

from core.domain.filters import SampleFilter
from core.domain.naming import clean_name, clean_text
from core.domain.people import Action, Principal
from core.domain.records import Sample
from core.domain.states import ReviewState
from core.domain.verdict_words import Meaning, guesses
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.interchange.verdicts import apart, handing_over
from core.interchange.verdicts.model import Asked, ReadOptions, Said, Source, VerdictFile
from core.services.context import Context
from core.services.shelf import Shelf
from core.services.uploads import Upload, Uploads
from core.services.verdict_files import HandedOver, Imported, Look, Preview
from core.services.verdict_matching import Choice, Fate, Judged, Plan, planned
from core.store import events, projects, reviews, samples, standings, verdict_imports
from core.store.database import Tx

__all__ = [
    "Asked",
    "Choice",
    "Fate",
    "HandedOver",
    "Imported",
    "Judged",
    "Look",
    "Meaning",
    "Preview",
    "ReadOptions",
    "Said",
    "Source",
    "Upload",
    "VerdictImportService",
]
MAX_HANDED_OVER = 10_000
_NAME = 200


class VerdictImportService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self.uploads = Uploads(context.settings)
        self._looks = Shelf(2)
        self._previews = Shelf(2)

    def keep(self, who: Principal, content: bytes, name: str) -> Upload:
        """Keep an uploaded file for a day, so that it can be looked at again and again."""
        who.must(Action.SETTINGS)
        return self.uploads.keep(content, name)

    def look(self, upload: Upload, options: ReadOptions | None = None) -> Look:
        """What is in the file, read in a process of its own; ImportRejectedError for what cannot be read."""
        key = (upload.digest, upload.name, repr(options or ReadOptions()))
        return self._looks.get(
            key, lambda: _look(upload, apart.read_apart(self.uploads.content(upload.digest), upload.name, options))
        )

    def people_here(self, project_id: str) -> list[str]:
        """Who has signed entries of the project, by name."""
        with self._c.store.read() as tx:
            return verdict_imports.people(tx, project_id)

    def preview(self, project_id: str, look: Look, choice: Choice) -> Preview:
        """What would become of each verdict, from one snapshot; remembered until the project or the choice changes."""
        checked = _checked(choice)
        with self._c.store.read() as tx:
            key = (project_id, look.digest, repr(look.file.options), repr(checked), verdict_imports.revision(tx))
            return self._previews.get(key, lambda: self._preview(tx, project_id, look, checked))

    def _preview(self, tx: Tx, project_id: str, look: Look, choice: Choice) -> Preview:
        plan = planned(tx, project_id, look.file.said, choice)
        by_person = Counter((each.person, each.meaning.value) for each in plan.written)
        stands = next((one for one in _imports(tx, project_id) if _is(one, look.digest) and not one.taken_back), None)
        return Preview(plan, by_person, _moves(tx, project_id, plan), stands)

    def take_in(self, who: Principal, project_id: str, look: Look, choice: Choice, *, stamp: str) -> Imported | None:
        """Write what the preview with this stamp showed, all or nothing; None where nothing would be written.

        A file that is in already changes nothing. ConflictError when the project changed so that something else would
        be written than was shown.
        """
        who.must(Action.SETTINGS)
        checked, at = _checked(choice), self._c.clock()
        with self._c.store.write() as tx:
            known = [one for one in _imports(tx, project_id) if _is(one, look.digest)]
            standing = next((one for one in known if not one.taken_back), None)
            if standing:
                return standing
            plan = planned(tx, project_id, look.file.said, checked)
            if plan.stamp != stamp:
                raise ConflictError(
                    "The project changed since this was shown, and other verdicts would be written now.",
                    "Look at the preview again and decide then.",
                )
            if not plan.written:
                return None
            batch = f"{verdict_imports.BATCH}:{project_id}:{look.digest[:16]}.{len(known) + 1}"
            _write(tx, project_id, batch, plan, at)
            _tell(tx, who, project_id, look, batch, plan, at)
            return next(one for one in _imports(tx, project_id) if one.batch == batch)

    def take_back(self, who: Principal, project_id: str, batch: str) -> int:
        """Undo every verdict of a file as one; how many. NotFoundError when it is not in, or not any more."""
        who.must(Action.SETTINGS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            found = next((one for one in _imports(tx, project_id) if one.batch == batch), None)
            if found is None or found.taken_back:
                raise NotFoundError("This file is not in, or was taken back already.", "Reload the page.")
            touched = verdict_imports.take_back(tx, batch, who.name, at)
            standings.settle_all(tx, project_id, touched, reviews.plan_of(tx, project_id))
            count, digest = verdict_imports.summary(tx, batch, undone=True)
            after = {"batch": batch, "count": count, "sha256": digest, "file": found.name}
            entity = (verdict_imports.ENTITY, batch)
            events.append(tx, project_id, who.name, at, verdict_imports.BACK, entity, after=after, batch=batch)
            return count

    def imports(self, project_id: str) -> list[Imported]:
        """Every file that was taken in, the newest first."""
        with self._c.store.read() as tx:
            return _imports(tx, project_id)

    def hand_over(self, project_id: str, source: Source, *, after: int = 0, size: int = MAX_HANDED_OVER) -> HandedOver:
        """The oldest samples behind `after` that wait for a verdict, as a file for Label Studio or Argilla."""
        wanted = SampleFilter(review=ReviewState.PENDING)
        with self._c.store.read() as tx:
            project = projects.get(tx, project_id)
            found = samples.page(tx, project_id, wanted, after=after, size=min(size, MAX_HANDED_OVER))
            total = samples.count(tx, project_id, wanted)
            before = samples.count(tx, project_id, wanted, until=found[-1].id) if found else total
        if not found:
            where = f" behind sample {after:,}" if after else ""
            raise InvalidInputError(f"No sample waits for a verdict{where}.", "Generate some, or begin further up.")
        content = b"".join(handing_over.rows(source, found))
        config = _config(project.reject_reasons, project.guidelines, found) if source is Source.LABEL_STUDIO else ""
        name = f"pending-{source.value.replace('_', '-')}-{hashlib.sha256(content).hexdigest()[:10]}.json"
        return HandedOver(name, content, config, len(found), total - before, found[-1].id)


def _config(reasons: Sequence[str], guidelines: str, found: Sequence[Sample]) -> str:
    return handing_over.labelling_config(reasons, guidelines, conversations=any(sample.history for sample in found))


def _look(upload: Upload, file: VerdictFile) -> Look:
    words, people = Counter(said.word for said in file.said), Counter(said.person for said in file.said)
    by_count = dict(words.most_common())
    return Look(upload.digest, upload.name, file, by_count, dict(people.most_common()), guesses(by_count))


def _checked(choice: Choice) -> Choice:
    """With names as they are signed."""
    people = {
        theirs: clean_name(ours[:_NAME], "name of a person") if ours else "" for theirs, ours in choice.people.items()
    }
    return Choice(dict(choice.words), people)


def _is(one: Imported, digest: str) -> bool:
    return one.sha256 == digest


def _imports(tx: Tx, project_id: str) -> list[Imported]:
    return [
        Imported(
            row["batch"],
            row["file"],
            row["file_sha256"],
            row["source"],
            row["person"],
            row["at"],
            row["words"],
            row["people"],
            row["taken_back"],
        )
        for row in verdict_imports.batches(tx, project_id)
    ]


def _moves(tx: Tx, project_id: str, plan: Plan) -> Counter[tuple[str, str]]:
    """How many samples would go from one state to another."""
    how = reviews.plan_of(tx, project_id)
    added: dict[int, list[Judged]] = {}
    for each in plan.judged:
        if each.fate is Fate.COUNTS and each.place:
            added.setdefault(each.place.id, []).append(each)
    told = standings.histories(tx, added)
    moves: Counter[tuple[str, str]] = Counter()
    for sample, new in added.items():
        place = new[0].place
        assert place is not None
        history = [*told.get(sample, ()), *(standings.imagined(each.person, each.meaning, place) for each in new)]
        state, _ = standings.outcome(history, place, how)
        if state != place.review:
            moves[place.review, state.value] += 1
    return moves


def _write(tx: Tx, project_id: str, batch: str, plan: Plan, at: float) -> None:
    verdict_imports.write(tx, project_id, batch, list(_lines(batch, plan)), at)
    touched = dict.fromkeys(each.place.id for each in plan.written if each.place and each.fate is Fate.COUNTS)
    standings.settle_all(tx, project_id, list(touched), reviews.plan_of(tx, project_id))


def _lines(batch: str, plan: Plan) -> Iterator[verdict_imports.Line]:
    for each in plan.written:
        place, said = each.place, each.said
        assert place is not None
        theirs = hashlib.sha256(said.person.encode("utf-8", "replace")).hexdigest()[:12]
        before = {"revision": place.revision, "verification": place.verification, "review": place.review}
        yield verdict_imports.Line(
            f"{batch}:{said.line}.{said.turn}:{theirs}",
            place.id,
            each.content_hash,
            each.person,
            each.meaning.value,
            clean_text(said.reason)[:200],
            clean_text(said.note)[:2000],
            json.dumps(before),
        )


def _tell(tx: Tx, who: Principal, project_id: str, look: Look, batch: str, plan: Plan, at: float) -> None:
    """One event for the whole file."""
    count, digest = verdict_imports.summary(tx, batch)
    after = {
        "batch": batch,
        "count": count,
        "sha256": digest,
        "file": clean_text(look.name)[:200],
        "file_sha256": look.digest,
        "source": look.file.source.value,
        "words": dict(Counter(each.meaning.value for each in plan.written)),
        "people": sorted({each.person for each in plan.written})[:200],
        "fates": {fate.value: number for fate, number in plan.fates.items()},
    }
    entity = (verdict_imports.ENTITY, batch)
    events.append(tx, project_id, who.name, at, verdict_imports.KIND, entity, after=after, batch=batch)
