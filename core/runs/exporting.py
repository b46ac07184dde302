"""Writing the files of a frozen dataset: streamed, whole or not at all, named by their content.

Each file is written under a temporary name that carries the job and how often it was begun, synced, and renamed; its
manifest stands there first. A job that died leaves temporary files behind, which the next one sweeps.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.domain.naming import content_hash, slug
from core.domain.records import Dataset, Export
from core.domain.states import DatasetState
from core.errors import InvalidInputError, StoreError
from core.ids import iso, new_id
from core.interchange.dataset_rows import Row
from core.interchange.datasets.formats import FORMATS
from core.interchange.datasets.hub_folder import part_name
from core.interchange.datasets.model import About, Format, Options, Part
from core.interchange.files import fingerprint, place
from core.runs.preparing_report import without_texts
from core.runs.work import Work
from core.store import benchmarks, datasets, events, exports
from core.store.space import shortage

ROWS_AT_ONCE = 2_000
ROWS_A_PART = 250_000
TEMPORARY = ".export-"
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same zip file whenever it is made


def export(work: Work) -> Mapping[str, object]:
    """Write one file for each split, or one folder; what came of it names the files."""
    form, options = FORMATS[work.job.what["format"]], Options(**work.job.what.get("options", {}))
    options = Options(options.licence, tuple(options.languages))
    with work.store.read() as tx:
        dataset = datasets.get(tx, work.job.project_id, work.job.dataset_id or "")
        splits = exports.splits(tx, dataset.id)
    if dataset.state is not DatasetState.FROZEN:
        raise InvalidInputError("Only a frozen version can be written.", "Freeze it first.")
    sweep(work)
    writing = _Writing(work, dataset, form, options, splits)
    try:
        made = [writing.folder()] if form.is_folder else [writing.file(split) for split in splits]
        assert writing.done == sum(splits.values())
    finally:
        writing.tidy()
    after = {"format": form.key, "files": [each.file for each in made]}
    with work.write() as tx:
        person, at = work.job.created_by, work.clock()
        for each in made:
            exports.keep(tx, each.model_copy(update={"at": at}))
        events.append(tx, dataset.project_id, person, at, "exported", ("dataset", dataset.id), after=after)
    return after


def sweep(work: Work) -> None:
    """Remove what jobs left behind that are worked on no more; this one's own earlier tries are among them."""
    left = list(work.settings.exports.glob(f"{TEMPORARY}*"))  # before the jobs are read: none of these is begun later
    with work.store.read() as tx:
        rows = tx.rows("SELECT id, epoch FROM job WHERE state='running'")
    living = {f"{TEMPORARY}{row['id']}-{row['epoch']}-" for row in rows}
    for path in left:
        if not path.name.startswith(tuple(living)):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@dataclass(slots=True)
class _Writing:
    """One version on its way out in one format."""

    work: Work
    dataset: Dataset
    form: Format
    options: Options
    splits: Mapping[str, int]
    done: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def file(self, split: str) -> Export:
        """One split as one file."""
        temporary = self._temporary()
        with temporary.open("wb") as file:
            self.form.write(self._rows(split), file)
        size, digest = fingerprint(temporary)
        name = f"{self._stem(split)}-{digest[:10]}{self.form.suffix}"
        return self._publish(temporary, name, split, self.splits[split], size, digest)

    def folder(self) -> Export:
        """All splits as one folder, and the same as a zip file."""
        assert self.form.finish is not None
        inside = self._temporary()
        (inside / "data").mkdir(parents=True)
        parts = [part for split in self.splits for part in self._parts(inside, split)]
        self.form.finish(inside, parts, self._about())
        packed = self._temporary()
        self._pack(inside, packed)
        size, digest = fingerprint(packed)
        stem = f"{self._stem()}-{digest[:10]}"
        self._place_folder(inside, self.work.settings.exports / stem)
        return self._publish(packed, f"{stem}{self.form.suffix}", "", sum(self.splits.values()), size, digest, parts)

    def tidy(self) -> None:
        """Leave nothing behind."""
        for path in self.work.settings.exports.glob(f"{self._mark()}*"):
            _remove(path)

    def _mark(self) -> str:
        return f"{TEMPORARY}{self.work.job.id}-{self.work.job.epoch}-"

    def _temporary(self) -> Path:
        return self.work.settings.exports / f"{self._mark()}{next(self._numbers)}"

    def _stem(self, split: str = "") -> str:
        kind = self.form.key.replace("_", "-")
        return "-".join(
            part for part in (slug(self.dataset.name), f"v{self.dataset.number}", slug(split, ""), kind) if part
        )

    def _about(self) -> About:
        dataset, card = self.dataset, self.dataset.card
        project = str(card.get("project", ""))
        frozen = iso(dataset.frozen_at or 0)[:10]
        with self.work.store.read() as tx:
            wanted = dataset.filter.get("benchmarks") or ()
            names = tuple(benchmarks.get(tx, dataset.project_id, ident).name for ident in wanted)
        return About(
            dataset.name,
            dataset.number or 0,
            project,
            slug(dataset.name),
            frozen,
            self.splits,
            card,
            self.options,
            dataset.filter,
            names,
        )

    def _rows(self, split: str) -> Iterator[Row]:
        """The rows of a split, in order but for those that the format wants first."""
        first = self.form.first(self._each(split)) if self.form.first else []
        for position in first:
            yield from (row for _, row in self._read(split, position - 1, 1))
        moved = set(first)
        for position, row in self._each(split):
            self.done += 1  # before the row goes: of the last one nobody comes back
            if position not in moved:
                yield row

    def _each(self, split: str) -> Iterator[tuple[int, Row]]:
        """Position and row, in order, each held against the hash that was accepted."""
        total, after = sum(self.splits.values()), -1
        while True:
            self.work.progress(self.done, total)
            self._need_room()
            found = self._read(split, after, ROWS_AT_ONCE)
            yield from found
            if len(found) < ROWS_AT_ONCE:
                return
            after = found[-1][0]

    def _read(self, split: str, after: int, size: int) -> Sequence[tuple[int, Row]]:
        with self.work.store.read() as tx:
            found = exports.rows(tx, self.dataset.id, split, after=after, size=size)
        for _, row in found:
            _check(row)
        return found

    def _need_room(self) -> None:
        short = shortage(self.work.settings)
        if short:
            raise StoreError(short, "Free some space, then order it again.")

    def _parts(self, folder: Path, split: str) -> Iterator[Part]:
        rows, of = self._rows(split), -(-self.splits[split] // ROWS_A_PART)
        for number in range(of):
            name = part_name(split, number, of)
            with (folder / name).open("wb") as file:
                self.form.write(itertools.islice(rows, ROWS_A_PART), file)
            count = min(ROWS_A_PART, self.splits[split] - number * ROWS_A_PART)
            yield Part(name, split, count, *fingerprint(folder / name))

    def _pack(self, folder: Path, packed: Path) -> None:
        """The same bytes for the same files: names in order, no dates; they are compressed already."""
        top = f"{slug(self.dataset.name)}-v{self.dataset.number}"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as out:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    info = zipfile.ZipInfo(f"{top}/{path.relative_to(folder).as_posix()}", _MOMENT)
                    info.create_system, info.external_attr = 3, 0o644 << 16
                    with path.open("rb") as source, out.open(info, "w", force_zip64=True) as target:
                        shutil.copyfileobj(source, target, 1 << 20)

    def _place_folder(self, inside: Path, path: Path) -> None:
        """Let it appear; what stands under this name has the same content unless somebody changed it."""
        for each in inside.rglob("*"):
            if each.is_file():
                place(each, each)
        if os.path.lexists(path):
            path.replace(self._temporary())
        place(inside, path)

    def _publish(
        self, temporary: Path, name: str, split: str, rows: int, size: int, digest: str, parts: list[Part] | None = None
    ) -> Export:
        """The manifest, then the file: whoever sees the file sees what it must hold."""
        told: dict[str, Any] = {
            "file": name,
            "format": self.form.key,
            "format_version": self.form.version,
            "split": split or "all",
            "rows": rows,
            "bytes": size,
            "sha256": digest,
            "files": [asdict(part) for part in parts or ()],
            "options": asdict(self.options) if self.form.is_folder else {},
            "dataset": {"id": self.dataset.id, "name": self.dataset.name, "number": self.dataset.number},
            "frozen_at": iso(self.dataset.frozen_at or 0),
            "filter": self.dataset.filter,
            "counts": without_texts(self.dataset.card),
        }
        exported, at = self.work.settings.exports, self.work.clock()
        self._manifest(exported / f"{name}.manifest.json", told, at)
        place(temporary, exported / name)
        return Export(
            id=new_id(at),
            dataset_id=self.dataset.id,
            format=self.form.key,
            split=split,
            file=name,
            folder=name.removesuffix(self.form.suffix) if self.form.is_folder else "",
            rows=rows,
            bytes=size,
            sha256=digest,
            at=at,
            person=self.work.job.created_by,
        )

    def _manifest(self, path: Path, told: dict[str, Any], at: float) -> None:
        """It says when the content was written first: written again, it stays."""
        text = json.dumps({**told, "written_at": iso(at)}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        if path.is_file() and _without_moment(path.read_bytes()) == _without_moment(text.encode()):
            return
        temporary = self._temporary()
        temporary.write_text(text, encoding="utf-8", newline="\n")
        place(temporary, path)


def _without_moment(manifest: bytes) -> Any:
    try:
        told = json.loads(manifest)
    except ValueError:
        return None
    return {key: value for key, value in told.items() if key != "written_at"} if isinstance(told, dict) else None


def _check(row: Row) -> None:
    """Raise StoreError unless the text is the one that was accepted."""
    if content_hash(row["question"], row["answer"], row.get("history", ())) != row["content_hash"]:
        raise StoreError(
            f"The row of sample {row['id']} is not the text that was accepted: the database was changed or is damaged.",
            "Run python -m core doctor, and restore a backup.",
        )
