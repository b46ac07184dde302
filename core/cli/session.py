"""What the commands share: the opened workspace, the project in hand, output for people or for machines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from core.domain.people import Principal
from core.domain.records import Project
from core.errors import NotFoundError, StudioError
from core.settings import Settings
from core.store.database import OperationalError
from core.store.space import in_words
from core.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Session:
    """One call of the command line."""

    database: Path | None
    project_name: str | None
    as_json: bool
    _work: Workspace | None = None

    @property
    def work(self) -> Workspace:
        """The workspace, opened on first use."""
        if self._work is None:
            settings = Settings.load(os.environ)
            if self.database:
                settings = replace(settings, database=self.database.expanduser().resolve())
            self._work = Workspace.open(settings, os.environ)
        return self._work

    @property
    def who(self) -> Principal:
        """The owner of this machine."""
        return Principal(self.work.settings.person)

    def project(self) -> Project:
        """The project that --project names, or the only one; raises NotFoundError."""
        found = self.work.projects.all()
        if self.project_name is None and len(found) == 1:
            return found[0]
        for project in found:
            if self.project_name in {project.id, project.name}:
                return project
        names = ", ".join(repr(project.name) for project in found) or "none yet"
        raise NotFoundError("Which project is meant is not clear.", f"Name it with --project; there are: {names}.")

    def say(self, value: Mapping[str, Any] | Sequence[Mapping[str, Any]], text: str) -> None:
        """Print `value` as JSON for machines, `text` for people."""
        click.echo(json.dumps(value, ensure_ascii=False, default=str) if self.as_json else text)

    def fail(self, error: StudioError) -> NoReturn:
        """Explain the error on standard error and leave with 1."""
        if self.as_json:
            click.echo(json.dumps({"error": error.message, "hint": error.hint}, ensure_ascii=False), err=True)
        else:
            click.echo(f"Error: {error.message}" + (f"\n{error.hint}" if error.hint else ""), err=True)
        sys.exit(1)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a StudioError of a command, or what the disk did to it, into its sentence, its hint and exit code 1."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (StudioError, OperationalError, OSError) as error:
            told = error if isinstance(error, StudioError) else in_words(error)
            if told is None or isinstance(error, BrokenPipeError):  # whoever reads the output has enough of it
                raise
            session = click.get_current_context().find_object(Session)
            assert session is not None
            session.fail(told)

    return wrapper


pass_session = click.make_pass_decorator(Session)
