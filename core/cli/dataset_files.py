"""Files of frozen versions on the command line: write, list, verify."""

from __future__ import annotations

import sys
import time

import click

from core.cli.session import Session, explained, pass_session
from core.domain.jobs import Job, JobState
from core.domain.records import Export
from core.errors import InvalidInputError
from core.ids import new_token
from core.runs.jobs import run_jobs_once
from core.services.exports import FORMATS, LICENCES, Options, Soundness

_LOOK_SECONDS = 0.2


@click.command("export")
@click.argument("version")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="jsonl", show_default=True)
@click.option("--licence", type=click.Choice(list(LICENCES)), default="unknown", help="For the dataset card.")
@click.option("--language", "languages", multiple=True, help="ISO 639 code, several times for several. Default: en.")
@pass_session
@explained
def dataset_export(session: Session, version: str, form: str, licence: str, languages: tuple[str, ...]) -> None:
    """Write the files of a frozen VERSION, its number or id: one for each split, each with its manifest."""
    work, project = session.work, session.project()
    dataset_id = work.dataset_choices.version(project.id, version).id
    options = Options(licence, languages or Options().languages)
    ordered = work.exports.order(session.who, project.id, dataset_id, form, options, token=new_token())
    job = _ended(session, ordered)
    if job.state is not JobState.DONE:
        raise InvalidInputError(job.error or f"The job was {job.state.value}.", job.hint)
    named = {export.file: export for export in work.exports.files(project.id, dataset_id)}
    made = [named[name] for name in job.result["files"]]
    rows = [{"file": str(work.exports.path(e)), "rows": e.rows, "sha256": e.sha256} for e in made]
    session.say(rows, "\n".join(f"{row['rows']:>8,} rows  {row['file']}" for row in rows))


def _ended(session: Session, job: Job) -> Job:
    """Work on it here; where a worker has taken it already, wait."""
    work = session.work
    while job.is_active:
        if not run_jobs_once(work.settings, work.context.store):
            time.sleep(_LOOK_SECONDS)
        job = work.exports.progress(job.project_id, job.id)
    return job


def _written(session: Session, version: str) -> tuple[Export, ...]:
    project = session.project()
    return session.work.exports.files(project.id, session.work.dataset_choices.version(project.id, version).id)


@click.command("files")
@click.argument("version")
@pass_session
@explained
def dataset_files(session: Session, version: str) -> None:
    """List the files that were written of a VERSION, its number or id."""
    found = _written(session, version)
    rows = [{"file": e.file, "format": e.format, "rows": e.rows, "bytes": e.bytes, "sha256": e.sha256} for e in found]
    session.say(rows, "\n".join(f"{r['rows']:>8,} rows  {r['format']:<12} {r['file']}" for r in rows) or "None yet.")


@click.command("verify")
@click.argument("version")
@pass_session
@explained
def dataset_verify(session: Session, version: str) -> None:
    """Read the files of a VERSION (number or id) again: are they what was written? Exit code 1 if one is not."""
    found = [(each, session.work.exports.verify(each)) for each in _written(session, version)]
    rows = [{"file": export.file, "found": sound.value} for export, sound in found]
    session.say(rows, "\n".join(f"{row['found']:<14} {row['file']}" for row in rows) or "None yet.")
    if any(sound is not Soundness.SOUND for _, sound in found):
        sys.exit(1)
