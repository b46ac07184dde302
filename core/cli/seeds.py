"""Seed sets on the command line: bring one in, list what is there, take one out."""

from __future__ import annotations

from pathlib import Path

import click

from core.cli.session import Session, explained, pass_session
from core.domain.strategies import TaskType
from core.errors import ImportRejectedError
from core.ids import new_token
from core.interchange.files import write_whole
from core.services.seeds import FieldMap, Format, Leave, Look, ReadOptions, Shape, Taking

_SHOWN = 20


@click.group()
def seeds() -> None:
    """Import, list or export seed sets."""


@seeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", default="", help="Name of the set; default: that of the file.")
@click.option("--new-version", is_flag=True, help="Another version of the set of this name.")
@click.option("--format", "form", type=click.Choice([f.value for f in Format]), help="Default: recognised.")
@click.option("--shape", type=click.Choice([s.value for s in Shape]), help="Default: recognised.")
@click.option("--task", type=click.Choice([t.value for t in TaskType]), help="Default: proposed from the answers.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="PART=FIELD",
    help="Which field holds the question, answer, context, options or final answer, such as question=body.text.",
)
@click.option("--rejects", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Leave bad rows out.")
@click.option("--leave-out", type=click.Choice([x.value for x in Leave]), default="none", help="Repeated examples.")
@click.option("--dry-run", is_flag=True, help="Say what is in the file and stop.")
@pass_session
@explained
def seeds_import(
    session: Session,
    /,
    file: Path,
    name: str,
    fields: tuple[str, ...],
    rejects: Path | None,
    leave_out: str,
    *,
    new_version: bool,
    dry_run: bool,
    **chosen: str | None,
) -> None:
    """Take in the examples of FILE; all or nothing, unless --rejects names a file for the rows that cannot be used."""
    work, project = session.work.seeds, session.project()
    options = ReadOptions(
        format=Format(chosen["form"]) if chosen["form"] else None,
        shape=Shape(chosen["shape"]) if chosen["shape"] else None,
        task_type=TaskType(chosen["task"]) if chosen["task"] else None,
        fields=_fields(fields),
    )
    look = work.read(file.read_bytes(), file.name, options)
    if dry_run:
        session.say(_figures(look), _words(look))
        return
    taking = Taking(name or file.stem, new_version, leave_out_bad=rejects is not None, leave_out=Leave(leave_out))
    if rejects:
        write_whole(rejects, look.rejects())  # first: without room for it nothing is taken in
    made = work.take_in(session.who, project.id, look, taking, token=new_token())
    told = {"id": made.id, "name": made.name, "version": made.number, "examples": made.n_examples}
    left = f" {len(look.file.bad):,} rows are in {rejects}." if rejects and look.file.bad else ""
    session.say({**told, "rejected": len(look.file.bad)}, f"{made.label}: {made.n_examples:,} examples.{left}")


def _fields(given: tuple[str, ...]) -> FieldMap | None:
    if not given:
        return None
    parts: dict[str, str] = {}
    for word in given:
        part, _, field = word.partition("=")
        if part not in FieldMap.__slots__ or not field:
            hint = f"Write one of {', '.join(FieldMap.__slots__)}, =, and the field."
            raise ImportRejectedError(0, f"{word[:80]!r} does not say which field holds what.", hint)
        parts[part] = field
    options = tuple(filter(None, parts.pop("options", "").split(",")))
    return FieldMap(**parts, options=options)


def _figures(look: Look) -> dict[str, object]:
    file = look.file
    return {
        "format": file.format.value,
        "shape": file.shape.value,
        "task": file.task_type.value,
        "rows": file.rows,
        "examples": len(file.drafts),
        "bad": len(file.bad),
        "repeats": len(file.repeats.exact_extra),
        "near_repeats": len(file.repeats.near),
    }


def _words(look: Look) -> str:
    file = look.file
    lines = [
        f"{file.format.label}, {file.shape.label}: {file.reason}",
        f"{file.rows:,} rows, {len(file.drafts):,} examples, task type: {file.task_type.label}.",
        f"{len(file.repeats.exact_extra):,} repeat an earlier question, {len(file.repeats.near):,} nearly do.",
        *file.notes,
        *(f"{file.counted} {row.line}: {row.reason}" for row in file.bad[:_SHOWN]),
    ]
    return "\n".join([*lines, f"... {len(file.bad) - _SHOWN:,} more." if len(file.bad) > _SHOWN else ""]).rstrip()


@seeds.command("list")
@pass_session
@explained
def seeds_list(session: Session) -> None:
    """List the seed sets with their figures."""
    views = session.work.seeds.sets(session.project().id)
    rows = [
        {
            "id": view.set.id,
            "name": view.set.name,
            "version": view.set.number,
            "task": view.set.task_type.value,
            "examples": view.set.n_examples,
            "answered": view.answered,
            "repeats": view.repeats,
            "runs": view.runs,
            "frozen": view.set.frozen_at is not None,
        }
        for view in views
    ]
    lines = [f"{r['id']:>5}  {r['examples']:>8,} examples  {r['task']:<16} {r['name']}, v{r['version']}" for r in rows]
    session.say(rows, "\n".join(lines) or "No seed set yet.")


@seeds.command("export")
@click.argument("set_id", type=int)
@pass_session
@explained
def seeds_export(session: Session, set_id: int) -> None:
    """Write the examples of a set as JSON lines."""
    written = session.work.seeds.export_file(session.project().id, set_id)
    session.say({"file": str(written.path), "rows": written.lines}, f"{written.lines:,} examples  {written.path}")
