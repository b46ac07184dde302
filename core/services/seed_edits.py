"""Changes of a seed set: its examples until something used it, its name and its place in the lists at any time."""

from __future__ import annotations

from core.domain.naming import clean_name, name_key
from core.domain.people import Action, Principal
from core.domain.seeds import SeedDraft, SeedExample, SeedSet
from core.domain.strategies import TaskType
from core.errors import ConflictError, FrozenError, InvalidInputError
from core.interchange.seeds.drafting import draft as checked
from core.interchange.seeds.drafting import final_of
from core.interchange.seeds.values import RowError
from core.services.context import Context
from core.store import events, seeds
from core.store.database import Tx


def editable(tx: Tx, project_id: str, set_id: int) -> SeedSet:
    """The set; raises FrozenError once a plan, a pilot or a preview used it."""
    found = seeds.get(tx, project_id, set_id)
    if found.frozen_at is not None:
        raise FrozenError(f"{found.label!r} is frozen, since it was used.", "Make a new version and change that.")
    return found


class SeedEdits:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def edit(self, who: Principal, project_id: str, was: SeedExample, draft: SeedDraft) -> SeedExample:
        """Replace an example; ConflictError when it is not as `was` any more, FrozenError when the set is used.

        An empty final answer is found in the answer.
        """
        who.must(Action.SEEDS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            now = seeds.example(tx, was.id)
            chosen = editable(tx, project_id, now.set_id)
            if now != was:
                raise ConflictError("Somebody else changed this example.", "Look at both, then save.", current=now)
            seeds.rewrite(tx, now.id, _finished(_sound(draft), chosen.task_type))
            seeds.touch(tx, chosen.id)
            after = seeds.example(tx, now.id)
            _tell(tx, who, at, "seed edited", chosen, before=_told(now), after=_told(after))
            return after

    def remove_example(self, who: Principal, project_id: str, example_id: int) -> None:
        """Take an example out; the later ones move up. FrozenError when the set is used."""
        who.must(Action.SEEDS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            found = seeds.example(tx, example_id)
            chosen = editable(tx, project_id, found.set_id)
            if chosen.n_examples == 1:
                raise InvalidInputError("This is the last example of the set.", "Remove the set instead.")
            seeds.take_out(tx, found)
            _tell(tx, who, at, "seed removed", chosen, before=_told(found))

    def set_task_type(self, who: Principal, project_id: str, set_id: int, task_type: TaskType) -> SeedSet:
        """Another task type; final answers are found anew. FrozenError when the set is used."""
        who.must(Action.SEEDS)
        with self._c.store.read() as tx:  # finding answers takes long in a large set: no lock
            seen = seeds.get(tx, project_id, set_id)
            finals = {e.id: final_of(task_type, e.answer) for e in seeds.examples(tx, set_id)}
        at = self._c.clock()
        with self._c.store.write() as tx:
            chosen = editable(tx, project_id, set_id)
            if chosen.version != seen.version:
                raise ConflictError("Somebody else changed this set just now.", "Choose again.", current=chosen)
            seeds.set_finals(tx, finals)
            seeds.set_task_type(tx, set_id, task_type)
            _tell(tx, who, at, "seed task type", chosen, before=chosen.task_type, after=task_type)
            return seeds.get(tx, project_id, set_id)

    def new_version(self, who: Principal, project_id: str, set_id: int, *, token: str) -> SeedSet:
        """A copy that can be edited."""
        who.must(Action.SEEDS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            if known := seeds.find_by_token(tx, project_id, token):
                return known
            old = seeds.get(tx, project_id, set_id)
            made = seeds.copy(tx, old, who.name, at, token)
            chosen = seeds.get(tx, project_id, made)
            _tell(tx, who, at, "seed version", chosen, after={"from": old.number, "version": chosen.number})
            return chosen

    def rename(self, who: Principal, project_id: str, set_id: int, name: str) -> SeedSet:
        """Another name for all versions of the set."""
        who.must(Action.SEEDS)
        wanted, at = clean_name(name, "name of the seed set"), self._c.clock()
        with self._c.store.write() as tx:
            old = seeds.get(tx, project_id, set_id)
            if name_key(wanted) != name_key(old.name) and seeds.number_of(tx, project_id, wanted):
                raise ConflictError(f"There is a seed set {wanted!r} already.", "Choose another name.")
            seeds.rename(tx, project_id, old.name, wanted)
            _tell(tx, who, at, "seeds renamed", old, before=old.name, after=wanted)
            return seeds.get(tx, project_id, set_id)

    def remove(self, who: Principal, project_id: str, set_id: int) -> None:
        """Take a version that nothing used out of the lists; FrozenError for others."""
        who.must(Action.SEEDS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            chosen = editable(tx, project_id, set_id)
            seeds.set_removed(tx, set_id, removed=True)
            _tell(tx, who, at, "seeds removed", chosen)

    def restore(self, who: Principal, project_id: str, set_id: int) -> None:
        """Bring a removed version back."""
        who.must(Action.SEEDS)
        at = self._c.clock()
        with self._c.store.write() as tx:
            chosen = seeds.get(tx, project_id, set_id)
            seeds.set_removed(tx, set_id, removed=False)
            _tell(tx, who, at, "seeds restored", chosen)


def _sound(draft: SeedDraft) -> SeedDraft:
    """The same, within the limits of imported ones."""
    try:
        return checked(
            draft.question,
            draft.answer,
            context=draft.context,
            options=draft.options,
            final=draft.final,
            meta=draft.meta,
        )
    except RowError as error:
        raise InvalidInputError(str(error), "Change it and save again.") from error


def _finished(draft: SeedDraft, task: TaskType) -> SeedDraft:
    return draft if draft.final else draft.model_copy(update={"final": final_of(task, draft.answer)})


def _told(example: SeedExample) -> dict[str, object]:
    return example.model_dump(include={"position", "question", "answer", "context", "options", "final"})


def _tell(
    tx: Tx, who: Principal, at: float, kind: str, chosen: SeedSet, *, before: object = None, after: object = None
) -> None:
    entity = ("seed_set", chosen.id)
    events.append(tx, chosen.project_id, who.name, at, kind, entity, before=before, after=after)
