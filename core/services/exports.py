"""Files of frozen datasets: order them from the worker, take them away, see whether they are still what was written."""

from __future__ import annotations

import glob
import shutil
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from core.domain.jobs import Job, JobKind
from core.domain.people import Action, Principal
from core.domain.records import Export
from core.domain.states import DatasetState
from core.errors import InvalidInputError, NotFoundError
from core.interchange.datasets.formats import FORMATS
from core.interchange.datasets.model import LICENCES, Format, Options
from core.interchange.files import fingerprint, unpacked_as
from core.services.context import Context
from core.store import datasets, events, exports, jobs
from core.store.database import Tx

__all__ = ["FORMATS", "LICENCES", "ExportService", "Format", "Options", "Soundness"]
_LANGUAGE_LETTERS = range(2, 4)
_MOST_LANGUAGES = 20


class Soundness(StrEnum):
    """What a file is found to be."""

    SOUND = "sound"
    CHANGED = "changed"
    GONE = "gone"
    FOLDER_CHANGED = "folder changed"
    FOLDER_GONE = "folder gone"


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a version and the jobs that write more, both newest first."""

    files: tuple[Export, ...]
    jobs: tuple[Job, ...]

    @property
    def active(self) -> tuple[Job, ...]:
        """What the worker has still to do."""
        return tuple(job for job in self.jobs if job.is_active)


class ExportService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def formats(self) -> tuple[Format, ...]:
        """In the order in which they are offered."""
        return tuple(FORMATS.values())

    def preview(self, project_id: str, dataset_id: str, form: str) -> str:
        """The first row of a version as it will stand in the file; "" when it has none."""
        chosen = _format(form)
        with self._c.store.read() as tx:
            datasets.get(tx, project_id, dataset_id)
            first = next(datasets.rows(tx, dataset_id, limit=1), None)
        return chosen.preview(first["row"]) if first else ""

    def order(
        self,
        who: Principal,
        project_id: str,
        dataset_id: str,
        form: str,
        options: Options | None = None,
        *,
        token: str,
    ) -> Job:
        """Have the worker write a frozen version in this format. A token makes one job."""
        who.must(Action.FREEZE)
        _format(form)
        what = {"format": form, "options": asdict(_checked(options or Options()))}
        at = self._c.clock()
        with self._c.store.write() as tx:
            dataset = datasets.get(tx, project_id, dataset_id)
            if dataset.state is not DatasetState.FROZEN:
                raise InvalidInputError(f"{dataset.name!r} is still a draft.", "Freeze it, then write the files.")
            return jobs.add(tx, project_id, JobKind.EXPORT, dataset_id, what, person=who.name, at=at, token=token)

    def of_version(self, project_id: str, dataset_id: str) -> Files:
        """Files and jobs of a version."""
        with self._c.store.read() as tx:
            datasets.get(tx, project_id, dataset_id)
            return Files(
                tuple(exports.of_dataset(tx, dataset_id)), tuple(jobs.of_dataset(tx, dataset_id, JobKind.EXPORT))
            )

    def files(self, project_id: str, dataset_id: str) -> tuple[Export, ...]:
        """The files of a version, newest first."""
        return self.of_version(project_id, dataset_id).files

    def jobs(self, project_id: str, dataset_id: str) -> tuple[Job, ...]:
        """What was ordered for a version, newest first."""
        return self.of_version(project_id, dataset_id).jobs

    def progress(self, project_id: str, job_id: str) -> Job:
        """How far a job is; raises NotFoundError."""
        with self._c.store.read() as tx:
            return jobs.get(tx, job_id, project_id)

    def cancel(self, who: Principal, project_id: str, job_id: str) -> Job:
        """Stop a job; what it has written so far goes away. One that has ended stays as it is."""
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            jobs.get(tx, job_id, project_id)
            jobs.cancel(tx, job_id, self._c.clock())
            return jobs.get(tx, job_id, project_id)

    def path(self, export: Export) -> Path:
        """Where a file lies; NotFoundError if it was deleted by hand."""
        path = self._c.settings.exports / Path(export.file).name
        if not path.is_file():
            raise NotFoundError(f"The file {export.file} is gone.", "Write it again; the frozen rows are the same.")
        return path

    def manifest(self, export: Export) -> Path | None:
        """The file that says where an exported file comes from; None if it was deleted by hand."""
        folder = self._c.settings.exports
        beside = folder / f"{Path(export.file).name}.manifest.json"
        earlier = sorted(folder.glob(f"{glob.escape(Path(export.file).stem)}-manifest-*.json"))
        return beside if beside.is_file() else next(reversed(earlier), None)

    def verify(self, export: Export) -> Soundness:
        """Read the file again, and the folder beside it: are they what was written?"""
        try:
            path = self.path(export)
            found = fingerprint(path)
        except (NotFoundError, FileNotFoundError):
            return Soundness.GONE
        if found != (export.bytes, export.sha256):
            return Soundness.CHANGED
        if not export.folder:
            return Soundness.SOUND
        folder = self._c.settings.exports / Path(export.folder).name
        if not folder.is_dir():
            return Soundness.FOLDER_GONE
        return Soundness.SOUND if unpacked_as(path, folder) else Soundness.FOLDER_CHANGED

    def delete(self, who: Principal, project_id: str, export_id: str) -> None:
        """Delete a file with its manifest and its folder; the frozen rows stay and can be written again."""
        who.must(Action.FREEZE)
        with self._c.store.write() as tx:
            export = exports.get(tx, project_id, export_id)
            self._refuse_while_written(tx, export)
            exports.forget(tx, export)
            target, after, at = ("dataset", export.dataset_id), {"file": export.file}, self._c.clock()
            events.append(tx, project_id, who.name, at, "deleted export", target, after=after)
        self._remove(export)

    def _refuse_while_written(self, tx: Tx, export: Export) -> None:
        if any(job.is_active for job in jobs.of_dataset(tx, export.dataset_id, JobKind.EXPORT)):
            raise InvalidInputError("Files of this version are being written.", "Wait until that has ended.")

    def _remove(self, export: Export) -> None:
        """The name carries the hash of the content: a file that another version has as well stays."""
        with self._c.store.read() as tx:
            if exports.is_known(tx, export.file):
                return
        folder = self._c.settings.exports
        manifest = self.manifest(export)
        (folder / Path(export.file).name).unlink(missing_ok=True)
        if manifest:
            manifest.unlink(missing_ok=True)
        if export.folder:
            shutil.rmtree(folder / Path(export.folder).name, ignore_errors=True)


def _format(form: str) -> Format:
    found = FORMATS.get(form)
    if found is None:
        raise InvalidInputError(f"There is no format {form!r}.", f"Choose one of {', '.join(FORMATS)}.")
    return found


def _checked(options: Options) -> Options:
    if options.licence not in LICENCES:
        raise InvalidInputError(f"There is no licence {options.licence!r}.", f"Choose one of {', '.join(LICENCES)}.")
    for code in options.languages:
        if not (code.isascii() and code.isalpha() and code.islower() and len(code) in _LANGUAGE_LETTERS):
            raise InvalidInputError(f"{code!r} is no language code.", "Write ISO 639 codes such as en, de or zh.")
    languages = tuple(dict.fromkeys(options.languages)) or Options().languages
    if len(languages) > _MOST_LANGUAGES:
        raise InvalidInputError("These are more than 20 languages.", "Name those of most rows.")
    return Options(options.licence, languages)
