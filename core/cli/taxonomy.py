"""Taxonomies on the command line: bring one in, take one out, list what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from core.cli.session import Session, explained, pass_session
from core.errors import ImportRejectedError, InvalidInputError
from core.ids import new_token
from core.interchange.files import write_whole
from core.services.tree_files import FORMATS, Choices, Format, ImportReport, ReadOptions, TextChoice, TwinChoice, What

_FORMAT = click.option("--format", "format_name", type=click.Choice(list(FORMATS)), help="Default: guessed.")
_BELOW = click.option("--below", type=int, help="Id of a node; default: the top, or everything.")
_SHOWN = 20


@click.group()
def taxonomy() -> None:
    """Import, export or show the taxonomy."""


@taxonomy.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FORMAT
@_BELOW
@click.option("--language", default="", help="Language that stands in front, such as en or de.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and stop.")
@click.option("--take-marks", is_flag=True, help="Verifications in the file count here.")
@click.option(
    "--texts",
    type=click.Choice([choice.value for choice in TextChoice]),
    default="keep",
    help="Whose texts stay where both have some.",
)
@click.option(
    "--twins",
    type=click.Choice([choice.value for choice in TwinChoice]),
    default="refuse",
    help="Siblings of one name in the file.",
)
@click.option("--restore", is_flag=True, help="Bring back nodes of the file that are removed here.")
@click.option("--leave-out", is_flag=True, help="Leave out what is refused, with all below it.")
@pass_session
@explained
def taxonomy_import(
    session: Session,
    /,
    file: Path,
    format_name: str | None,
    below: int | None,
    language: str,
    *,
    dry_run: bool,
    **wishes: Any,
) -> None:
    """Add the nodes of FILE that are not there yet; all or nothing, as one action that can be undone."""
    project, files = session.project(), session.work.files
    chosen = FORMATS[format_name] if format_name else None
    reading = files.read(file.read_bytes(), file.name, ReadOptions(language=language), format_=chosen)
    choices = Choices(
        texts=TextChoice(wishes["texts"]),
        twins=TwinChoice(wishes["twins"]),
        marks=wishes["take_marks"],
        restore=wishes["restore"],
        leave_out=wishes["leave_out"],
    )
    report = files.dry_run(project.id, reading, choices, parent_id=below)
    counts = {what.value: number for what, number in report.counts.items()}
    if dry_run:
        session.say({"counts": counts, "refused": report.refused}, _words(report))
        return
    if report.refused:
        row = report.page(What.REFUSED, 0, 1)[0]
        raise ImportRejectedError(row.line, row.note, "See everything with --dry-run; nothing was imported.")
    made = files.import_(session.who, project.id, reading, choices, report=report, token=new_token(), parent_id=below)
    session.say(
        {"added": made.new, "changed": made.changed, "action": made.action_id, "counts": counts},
        f"{made.new:,} nodes added to {project.name!r}, {made.changed:,} changed.",
    )


def _words(report: ImportReport) -> str:
    lines = [f"{number:>9,} {what.value}" for what, number in sorted(report.counts.items())]
    refused = report.page(What.REFUSED, 0, _SHOWN)
    lines += [f"Line {row.line}: {row.note}" if row.line else row.note for row in refused]
    return "\n".join(lines)


@taxonomy.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@_FORMAT
@_BELOW
@click.option("--language", default="", help="Language that stands in front, such as en or de.")
@pass_session
@explained
def taxonomy_export(session: Session, file: Path, format_name: str | None, below: int | None, language: str) -> None:
    """Write the taxonomy to FILE, in the format that its ending names."""
    format_ = FORMATS[format_name] if format_name else _by_ending(file)
    content = session.work.files.export(session.project().id, format_, below=below, language=language)
    write_whole(file, content)
    session.say({"file": str(file), "bytes": len(content), "format": format_.name}, f"Written to {file}.")


def _by_ending(file: Path) -> Format:
    for format_ in FORMATS.values():
        if file.suffix.lower() in format_.extensions:
            return format_
    endings = ", ".join(format_.extensions[0] for format_ in FORMATS.values())
    raise InvalidInputError(f"What to write to {file.name} is not clear.", f"Use --format, or one of {endings}.")


@taxonomy.command("show")
@click.option("--verified", is_flag=True, help="Only verified disciplines.")
@pass_session
@explained
def taxonomy_show(session: Session, *, verified: bool) -> None:
    """List the disciplines with their place and state."""
    paths = session.work.taxonomy.disciplines(session.project().id, verified_only=verified)
    rows = [{"path": [node.name for node in path], "state": path[-1].state.value} for path in paths]
    session.say(rows, "\n".join(f"{row['state']:<9} {' > '.join(row['path'])}" for row in rows) or "None.")
