"""Dataset versions on the command line: choose and freeze, list; their files are beside."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import click

from core.cli.dataset_files import dataset_export, dataset_files, dataset_verify
from core.cli.session import Session, explained, pass_session
from core.domain.dataset_wish import MOST_HELD_OUT, DatasetWish, Reason
from core.domain.holding_out import TEST, TRAIN, VALIDATION
from core.domain.records import Dataset
from core.domain.sampling import Difficulty
from core.domain.strategies import Strategy
from core.ids import new_token
from core.services.datasets import Outline


class Between(click.FloatRange):
    """A number within bounds; no bound stops NaN, nor infinity where there is none above."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or wrong usage."""
        found = float(super().convert(value, param, ctx))
        return found if isfinite(found) else self.fail(f"{value!r} is no number.", param, ctx)


_SHARE, _LIMIT, _RATIO = Between(0, MOST_HELD_OUT), click.IntRange(1), Between(0, min_open=True)


@click.group()
def dataset() -> None:
    """Freeze accepted samples, export a frozen version."""


@dataset.command("freeze")
@click.argument("name")
@click.option("--like", metavar="VERSION", help="Begin with the choice of this version: its number or id.")
@click.option(
    "--choice",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Begin with the choice in this file: a manifest, or what --dry-run printed with --json.",
)
@click.option(
    "--discipline",
    "disciplines",
    multiple=True,
    metavar="NAME",
    help="Only this discipline; several times for several.",
)
@click.option(
    "--strategy",
    "strategies",
    multiple=True,
    type=click.Choice([each.value for each in Strategy]),
    help="Only samples made so; several times for several.",
)
@click.option("--difficulty", type=click.Choice([each.value for each in Difficulty]), help="Only such questions.")
@click.option(
    "--without-failed/--with-failed",
    "without_failed_verification",
    default=None,
    help="Whether samples go in that a machine check failed.",
)
@click.option(
    "--without-open/--with-open",
    "without_open_seconds",
    default=None,
    help="Whether samples go in that await a second verdict.",
)
@click.option("--demo/--without-demo", default=None, help="Whether demo content goes in.")
@click.option("--near", type=Between(0.5, 1), help="Leave out questions that are at least this alike, such as 0.8.")
@click.option(
    "--benchmark",
    "benchmarks",
    multiple=True,
    metavar="NAME",
    help="Leave out what it asks; several times for several.",
)
@click.option("--ngram", type=click.IntRange(5, 50), help="Words in a row that count as asked by it. Default: 13.")
@click.option("--per-discipline", type=_LIMIT, help="Most rows of a discipline.")
@click.option("--per-strategy", type=_LIMIT, help="Most rows of a strategy.")
@click.option("--generated-per-human", type=_RATIO, help="Most generated rows for each human one.")
@click.option("--basic-per-challenging", type=_RATIO, help="Most basic rows for each challenging one.")
@click.option("--validation", "validation_share", type=_SHARE, help="Share of rows held out.")
@click.option("--test", "test_share", type=_SHARE, help="Share of rows held out until the very end.")
@click.option("--seed", "random_seed", type=click.IntRange(0, 2**31 - 1), help="Of the draw for balance and splits.")
@click.option("--dry-run", is_flag=True, help="Say how many samples fit and stop; with --json the choice too.")
@pass_session
@explained
def dataset_freeze(
    session: Session, /, name: str, like: str | None, choice: Path | None, *, dry_run: bool, **given: Any
) -> None:
    """Freeze accepted samples as version NAME: all of them, exact repeats left out, unless options say otherwise.

    An option stands over what --like or --choice brings; to be rid of a limit, edit the choice in a file.
    """
    work, project = session.work, session.project()
    wish = _wish(session, like, choice, given)
    if dry_run:
        fitting = work.datasets.outline(project.id, wish)
        session.say({"filter": wish.model_dump(mode="json"), **_figures(fitting)}, _words(fitting))
        return
    made = work.datasets.freeze(session.who, project.id, name, wish, token=new_token())
    session.say(_row(made), _report(made))


def _wish(session: Session, like: str | None, choice: Path | None, given: Mapping[str, Any]) -> DatasetWish:
    choices, project = session.work.dataset_choices, session.project().id
    if like and choice:
        raise click.UsageError("--like and --choice both bring a choice: keep one of them.")
    said = {field: value for field, value in given.items() if value not in (None, ())}
    for field, named in (("disciplines", choices.disciplines), ("benchmarks", choices.benchmarks)):
        if field in said:
            said[field] = named(project, said[field])
    begun = DatasetWish()
    if like:
        begun = choices.like(project, like)
    elif choice:
        begun = choices.from_file(project, choice.read_bytes(), choice.name)
    return DatasetWish.model_validate({**begun.model_dump(), **said})


def _figures(fitting: Outline) -> dict[str, Any]:
    return {"accepted": fitting.accepted, "fit": fitting.rows, "human": fitting.human, "open": fitting.open_seconds}


def _words(fitting: Outline) -> str:
    return f"{fitting.rows:,} of {fitting.accepted:,} accepted samples fit the choice, before cleaning and balance."


def _row(made: Dataset) -> dict[str, Any]:
    told = {name: made.card[name] for name in ("accepted", "fitting", "left_out", "splits")}
    return {"id": made.id, "number": made.number, "rows": made.n_items, **told}


def _report(made: Dataset) -> str:
    """The version, and why samples that fit the choice are not in it."""
    card = made.card
    sides = ", ".join(
        f"{card['splits'][side]:,} {side}" for side in (TRAIN, VALIDATION, TEST) if side in card["splits"]
    )
    lines = [
        f"Version {made.number} {made.name!r}: {made.n_items:,} rows ({sides}), id {made.id}.",
        f"{card['fitting']:,} of {card['accepted']:,} accepted samples fit the choice.",
        *(f"{Reason(why).label}: {rows:,} left out." for why, rows in card["left_out"].items()),
    ]
    return "\n".join(lines)


@dataset.command("list")
@pass_session
@explained
def dataset_list(session: Session) -> None:
    """List the frozen versions."""
    found = [made for made, _ in session.work.datasets.page(session.project().id)]
    rows = [{"id": d.id, "number": d.number, "name": d.name, "rows": d.n_items} for d in found]
    session.say(
        rows, "\n".join(f"{r['id']}  v{r['number']}  {r['rows']:>8,} rows  {r['name']}" for r in rows) or "None."
    )


for command in (dataset_export, dataset_files, dataset_verify):
    dataset.add_command(command)
