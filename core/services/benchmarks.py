"""Benchmark files: read one that somebody brought, choose what holds the question, take it in, remove it."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Sequence

from core.domain.benchmarks import Benchmark, BenchmarkRow
from core.domain.naming import clean_name, clean_text, name_key
from core.domain.people import Action, Principal
from core.errors import ImportRejectedError, InvalidInputError, StoreError
from core.interchange.decoding import decode
from core.interchange.seeds import apart
from core.interchange.seeds.model import FieldMap, ReadOptions, SeedFile, Shape
from core.services.context import Context
from core.services.seed_records import Look
from core.services.shelf import Shelf
from core.services.uploads import Upload, Uploads
from core.store import benchmarks, events
from core.store.database import Tx
from core.store.space import SpaceGuard

__all__ = ["Benchmark", "BenchmarkRow", "BenchmarkService", "Look", "Upload", "question_field"]
_LOOKS, _PAGE = 2, 500
_USUAL = ("question", "problem", "prompt", "instruction", "query", "task", "input", "text")


class BenchmarkService:
    """See the module. The same questions are the same benchmark, whatever the file is called."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self.uploads = Uploads(context.settings)
        self._looks = Shelf(_LOOKS)

    def page(self, project_id: str, *, removed: bool = False) -> list[Benchmark]:
        """In the order in which they were added."""
        with self._c.store.read() as tx:
            return benchmarks.page(tx, project_id, removed=removed)

    def rows(self, project_id: str, benchmark_id: int, *, after: int = 0, size: int = 50) -> list[BenchmarkRow]:
        """Its questions behind number `after`; raises NotFoundError."""
        with self._c.store.read() as tx:
            chosen = benchmarks.get(tx, project_id, benchmark_id)
            return benchmarks.first_rows(tx, chosen, after=max(0, after), size=min(size, _PAGE))

    def rows_of(self, project_id: str, row_ids: Sequence[int]) -> dict[int, BenchmarkRow]:
        """Row id -> the question, with its benchmark and line; ids of other projects are left out."""
        with self._c.store.read() as tx:
            return benchmarks.rows_of(tx, project_id, row_ids)

    def keep(self, content: bytes, name: str) -> Upload:
        """Keep an uploaded file for a day, so that it can be looked at again and again."""
        return self.uploads.keep(content, name)

    def look(self, upload: Upload, field: str = "") -> Look:
        """What is in the file, read in a process of its own; `field` holds the question, "" = guessed.

        ImportRejectedError says in one sentence why the file as a whole cannot be read.
        """
        key = (upload.digest, upload.name, field)
        return self._looks.get(key, lambda: self.read(self.uploads.content(upload.digest), upload.name, field))

    def read(self, content: bytes, name: str, field: str = "") -> Look:
        """The same for a file in hand, not remembered."""
        begun, digest = time.monotonic(), hashlib.sha256(content).hexdigest()
        if name.casefold().endswith(".txt"):
            content = _by_lines(content)
        file = _read(content, name, field) if field else apart.read_apart(content, name)
        guess = "" if field else question_field(file)
        if guess and file.bad:  # rows that only lack an answer or options have a question all the same
            file = _read(content, name, guess)
        return Look(name, digest, file, time.monotonic() - begun)

    def take_in(
        self,
        who: Principal,
        project_id: str,
        look: Look,
        name: str,
        *,
        token: str,
        leave_out_bad: bool = False,
    ) -> Benchmark:
        """Take the questions in, all or none. A file with the same questions is the one that is there already."""
        who.must(Action.FREEZE)
        cleaned, at = clean_name(name, "name of the benchmark"), self._c.clock()
        questions = _questions(look.file, leave_out_bad=leave_out_bad)
        if told := SpaceGuard(self._c.settings).short():
            raise StoreError(told, "Then add the file again.")
        row = {
            "project_id": project_id,
            "name": cleaned,
            "file": clean_text(look.name)[:200],
            "field": clean_text(look.file.fields.question)[:200],
            "sha256": _digest([text for _, text in questions]),
            "person": who.name,
            "at": at,
            "token": token,
        }
        with self._c.store.write() as tx:
            known = benchmarks.find(tx, project_id, token=token, sha256=str(row["sha256"]))
            if known and not known.removed:
                return known
            _must_be_free(tx, project_id, cleaned)
            if known:
                benchmarks.set_removed(tx, known.id, removed=False)
                benchmarks.rename(tx, known.id, cleaned)
            made = known.id if known else benchmarks.insert(tx, row, questions)
            after = {"name": cleaned, "questions": len(questions), "file": row["file"]}
            events.append(tx, project_id, who.name, at, "benchmark added", ("benchmark", made), after=after)
            return benchmarks.get(tx, project_id, made)

    def remove(self, who: Principal, project_id: str, benchmark_id: int) -> Benchmark:
        """Take it off the list. Its questions stay for the versions that were checked against it."""
        return self._set_removed(who, project_id, benchmark_id, removed=True)

    def restore(self, who: Principal, project_id: str, benchmark_id: int) -> Benchmark:
        """Put it back on the list."""
        return self._set_removed(who, project_id, benchmark_id, removed=False)

    def _set_removed(self, who: Principal, project_id: str, benchmark_id: int, *, removed: bool) -> Benchmark:
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            found = benchmarks.get(tx, project_id, benchmark_id)
            if found.removed is not removed:
                if not removed:
                    _must_be_free(tx, project_id, found.name)
                benchmarks.set_removed(tx, found.id, removed=removed)
                kind, what = f"benchmark {'removed' if removed else 'restored'}", {"name": found.name}
                events.append(tx, project_id, who.name, self._c.clock(), kind, ("benchmark", found.id), after=what)
            return benchmarks.get(tx, project_id, benchmark_id)


def _must_be_free(tx: Tx, project_id: str, name: str) -> None:
    """Hits are told by the name of their benchmark."""
    if any(name_key(each.name) == name_key(name) for each in benchmarks.page(tx, project_id)):
        raise InvalidInputError(
            f"There is a benchmark named {name!r} already.", "Give this one another name, or remove the other first."
        )


def question_field(file: SeedFile) -> str:
    """The field that the questions were taken from; "" where they stand among the turns of a conversation."""
    usual = (offer.name for name in _USUAL for offer in file.offers if offer.name.casefold() == name)
    nested = file.shape in (Shape.CHAT, Shape.SHAREGPT)
    return file.fields.question or ("" if nested else next(usual, ""))


def _by_lines(content: bytes) -> bytes:
    """A text with a question a line as JSON lines; a table or JSON as it is."""
    lines = decode(content).splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    cells = {cell.strip(' "').casefold() for cell in re.split(r"[,;\t]", first)}
    if first[:1] in ("", "{", "[") or "\t" in first or cells & set(_USUAL):
        return content
    return "\n".join(
        json.dumps({"question": line}, ensure_ascii=False) if line.strip() else "" for line in lines
    ).encode()


def _read(content: bytes, name: str, field: str) -> SeedFile:
    return apart.read_apart(content, name, ReadOptions(fields=FieldMap(question=field)))


def _questions(file: SeedFile, *, leave_out_bad: bool) -> list[tuple[int, str]]:
    """(line, question); raises ImportRejectedError for bad rows that nobody agreed to leave out."""
    if not file.drafts:
        hint = "Choose the field that holds the question."
        raise ImportRejectedError(0, "No question was found in the file.", hint)
    if file.bad and not leave_out_bad:
        first, count = file.bad[0], len(file.bad)
        more = f" In all {count:,} rows cannot be used." if count > 1 else ""
        raise ImportRejectedError(0, f"{file.counted} {first.line}: {first.reason}{more}", "Mend or leave them out.")
    return [(line, draft.question) for line, draft in zip(file.lines, file.drafts, strict=True)]


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
