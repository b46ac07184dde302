"""The commands."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.cli.datasets import dataset
from core.cli.runs import runs, watch
from core.cli.seeds import seeds
from core.cli.session import Session, explained, pass_session
from core.cli.taxonomy import taxonomy
from core.domain.money import money
from core.errors import StudioError
from core.ids import new_token
from core.runs import worker as worker_process


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--db", "database", type=click.Path(path_type=Path), help="Database file (default: STUDIO_DB, else var/studio.db)."
)
@click.option("--project", "project", help="Name or id of the project; not needed when there is only one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.pass_context
def main(context: click.Context, database: Path | None, project: str | None, as_json: bool) -> None:
    """GLAN Studio on the command line."""
    context.obj = Session(database, project, as_json)


@main.command()
@pass_session
@explained
def demo(session: Session) -> None:
    """Make the worked demo project."""
    project = session.work.projects.open_demo(session.who)
    session.say({"id": project.id, "name": project.name}, f"{project.name} is ready. Open the studio with: make run")


@main.command()
@click.argument("name")
@click.option("--empty", is_flag=True, help="Without the starter taxonomy.")
@pass_session
@explained
def create(session: Session, name: str, *, empty: bool) -> None:
    """Make a project."""
    project = session.work.projects.create(session.who, name, starter=not empty, token=new_token())
    session.say({"id": project.id, "name": project.name}, f"Project {project.name!r} is ready.")


@main.command()
@click.option(
    "--plan",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Plan file as saved by the Generate page.",
)
@click.option("--preview", type=click.IntRange(1, 20), help="Only the first items, as a preview.")
@click.option("--estimate", is_flag=True, help="Say what it would cost and stop.")
@pass_session
@explained
def generate(session: Session, file: Path, preview: int | None, *, estimate: bool) -> None:
    """Execute a plan file here, with progress."""
    work, project = session.work, session.project()
    plan = work.generation.plan_from_file(project.id, file.read_bytes(), file.name)
    figures = work.generation.estimate(project.id, plan)
    cost = money(figures.cost) if figures.cost is not None else "unknown, enter the price first"
    if estimate:
        session.say({"calls": figures.calls, "nano_dollars": figures.cost}, f"{figures.calls:,} calls, about {cost}.")
        return
    run = work.generation.start(session.who, project.id, plan, token=new_token(), preview=preview or 0)
    watch(session, run, f"{run.title}: {figures.calls:,} calls, about {cost}")


@main.command()
@pass_session
@explained
def worker(session: Session) -> None:
    """Execute queued runs until stopped with Ctrl-C."""
    sys.exit(worker_process.main(["--stay", "--db", str(session.work.settings.database)]))


main.add_command(dataset)
main.add_command(runs)
main.add_command(seeds)
main.add_command(taxonomy)


@main.command()
@click.option("--restore", "name", metavar="FILE", help="Put this backup back instead of making one.")
@click.option("--list", "listed", is_flag=True, help="List the backups.")
@pass_session
@explained
def backup(session: Session, name: str | None, *, listed: bool) -> None:
    """Make a backup of the database, list backups or restore one."""
    service = session.work.maintenance
    if listed:
        rows = [{"name": b.name, "bytes": b.bytes} for b in service.backups()]
        session.say(rows, "\n".join(f"{r['bytes']:>12,}  {r['name']}" for r in rows) or "No backup yet.")
    elif name:
        safety = service.restore(session.who, name)
        session.say({"restored": name, "before": str(safety)}, f"Restored. What was there before: {safety}")
    else:
        path = service.backup(session.who)
        session.say({"file": str(path)}, f"Written to {path}.")


@main.command()
@click.option(
    "--recount", is_flag=True, help="First work out anew the counts that the screens show, flags and second verdicts."
)
@pass_session
@explained
def doctor(session: Session, recount: bool) -> None:
    """Check SQLite, folders, disk, keys, worker, teachers, ledger and history; exit code 1 if there is a problem."""
    if recount:
        session.work.maintenance.recount(session.who)
    found = session.work.maintenance.doctor()
    rows = [{"subject": f.subject, "level": f.level, "detail": f.detail, "hint": f.hint} for f in found]
    wide = max(len(f.subject) for f in found)
    lines = [f"{f.level:<8} {f.subject:<{wide}} {f.detail}" for f in found]
    lines = [line + (f"\n{'':{wide + 10}}{f.hint}" if f.hint else "") for line, f in zip(lines, found, strict=True)]
    session.say(rows, "\n".join(lines))
    if any(f.level == "problem" for f in found):
        raise StudioError("The doctor found a problem.", "See the lines marked problem above.")
