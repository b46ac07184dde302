"""Verdicts from other tools: a file is looked at, shown with what it would do, taken in as one, taken back as one.

A verdict counts as if its person had given it here: it belongs to the text it was given to, stands beside what others
said, and may make a dispute. It settles none, moves no gold item, and never replaces what the same person said here by
hand. People of other tools are signed "argilla:ana" unless somebody says that they are Ana here, since two people of
one name would count as one voice; a table of our own names people as they are called here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from core.domain.filters import SampleFilter
from core.domain.naming import clean_name
from core.domain.people import Action, Principal
from core.domain.records import Sample
from core.domain.review import standing, state_of
from core.domain.states import ReviewState
from core.domain.verdict_words import Meaning, guesses
from core.errors import InvalidInputError
from core.interchange.verdicts import apart, handing_over
from core.interchange.verdicts.model import Asked, ReadOptions, Said, Source, VerdictFile
from core.services import verdict_slices
from core.services.context import Context
from core.services.shelf import Shelf
from core.services.uploads import Upload, Uploads
from core.services.verdict_files import HandedOver, Imported, Look, Preview
from core.services.verdict_matching import Choice, Fate, Judged, Plan, planned
from core.services.verdict_slices import Tell
from core.store import projects, samples, standings, verdict_imports
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
        stands, reading = verdict_slices.standing(tx, project_id, look.digest), verdict_slices.reading_of(look, choice)
        begun = stands.done if stands and not stands.complete and stands.reading == reading else 0
        plan = planned(tx, project_id, look.file.said, choice, done=begun)
        by_person = Counter((each.person, each.meaning.value) for each in plan.written)
        return Preview(plan, by_person, _moves(tx, plan), stands, reading)

    def take_in(
        self,
        who: Principal,
        project_id: str,
        look: Look,
        choice: Choice,
        *,
        stamp: str,
        tell: Tell = verdict_slices.nobody,
    ) -> Imported | None:
        """Write what the preview with this stamp showed; None where nothing would be written.

        It is written in slices, of which `tell(done, all)` hears. A file that is in already changes nothing, one that
        is in part is finished. ConflictError when the project changed so that something else would be written than was
        shown; what changes while it is being written is passed over.
        """
        who.must(Action.SETTINGS)
        return verdict_slices.take_in(self._c, who, project_id, look, _checked(choice), stamp, tell)

    def take_back(self, who: Principal, project_id: str, batch: str, *, tell: Tell = verdict_slices.nobody) -> int:
        """Undo every verdict of a file as one; how many. NotFoundError when it is not in, or not any more."""
        who.must(Action.SETTINGS)
        return verdict_slices.take_back(self._c, who, project_id, batch, tell)

    def imports(self, project_id: str) -> list[Imported]:
        """Every file that was taken in, the newest first."""
        with self._c.store.read() as tx:
            return verdict_slices.imports(tx, project_id)

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


def _moves(tx: Tx, plan: Plan) -> Counter[tuple[str, str]]:
    """How many samples would go from one state to another."""
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
        state = state_of(standing(history, place.content_hash))
        if state != place.review:
            moves[place.review, state.value] += 1
    return moves
