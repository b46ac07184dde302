"""Runs by command line: the same services and the same words as the Runs page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.cli import main
from core.errors import UnusableReplyError
from core.generation.strategies import glan

PLAN = (
    "format: glan-studio-plan/1\nkind: samples\nsamples: {count}\ndisciplines:\n- {discipline}\n{more}"
    "challenging_share: 0.5\nverify: false\n"
)
MATHEMATICS = "Formal science > Quantity, structure and proof > Mathematics"


class Shell:
    """Calls of the command line on one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runner = CliRunner()

    def call(self, *arguments: str) -> Result:
        """One command."""
        return self._runner.invoke(main, list(arguments))

    def told(self, *arguments: str, code: int = 0) -> Any:
        """What it prints as JSON."""
        result = self.call("--json", *arguments)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def run(self, count: int, *, discipline: str = MATHEMATICS, more: str = "", code: int = 0) -> str:
        """Execute a plan; the id of its run."""
        file = self._folder / "plan.yaml"
        file.write_text(PLAN.format(count=count, discipline=discipline, more=more), encoding="utf-8")
        return str(self.told("generate", "--plan", str(file), code=code)["run"])


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command "demo" makes, to be copied."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_HOME", str(home))
        patch.delenv("STUDIO_DB", raising=False)
        assert Shell(home).call("demo").exit_code == 0
    return home


@pytest.fixture
def shell(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The demo project, without a worker."""
    shutil.copytree(demo_home, tmp_path / "home")
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STUDIO_DB", raising=False)
    return Shell(tmp_path)


def music(shell: Shell) -> str:
    """A run in which the built-in teacher knows nothing: every item is refused."""
    listed = shell.told("taxonomy", "show", "--verified")
    (path,) = [row["path"] for row in listed if row["path"][-1] == "Music"]
    return shell.run(2, discipline=" > ".join(path))


def test_a_used_up_budget_is_shown_with_the_rest_and_raised(shell: Shell) -> None:
    run = shell.run(6, more="call_cap: 4\n", code=3)
    shown = shell.told("runs", "show", run)
    assert shown["state"] == "budget_exhausted"
    assert shown["calls"] == {"sent": 4, "left": 0, "left_of": "run", "cap": 4, "in_doubt": [], "flagged": {}}
    assert shown["money"]["left"] is None
    assert sum(shown["items"].values()) == 6
    capped = shell.told("runs", "caps", run, "--calls", "50", "--cost", "1.50")
    assert (capped["call_cap"], capped["cost_cap"]) == (50, 1_500_000_000)
    resumed = shell.told("runs", "resume", run)
    assert (resumed["state"], resumed["made"], resumed["left"]) == ("completed", 6, 0)
    assert shell.told("runs", "show", run)["money"]["left_of"] == "run"


def test_a_cap_that_is_not_named_stays_and_none_takes_it_away(shell: Shell) -> None:
    run = shell.run(1)
    shell.told("runs", "caps", run, "--calls", "9", "--cost", "2")
    assert shell.told("runs", "caps", run, "--cost", "none") == {"run": run, "cost_cap": None, "call_cap": 9}


@pytest.mark.parametrize("wrong", [(), ("--calls", "0"), ("--calls", "many"), ("--cost", "much"), ("--calls", "²")])
def test_a_cap_that_is_none_is_refused_in_one_sentence(shell: Shell, wrong: tuple[str, ...]) -> None:
    run = shell.run(1)
    result = shell.call("runs", "caps", run, *wrong)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output


def test_why_items_have_no_result_is_listed_and_a_cause_is_retried(shell: Shell) -> None:
    run = music(shell)
    causes = shell.told("runs", "show", run)["causes"]
    assert [(cause["state"], cause["items"]) for cause in causes] == [("refused", 1)] * 2
    cause = causes[1]
    words = shell.call("runs", "show", run).stdout
    assert cause["key"] in words
    told = shell.call("runs", "retry", run, "--cause", cause["key"])
    assert told.exit_code == 0
    assert "2 without a result" in told.stdout
    assert shell.told("runs", "retry", run, "--state", "truncated") == {"run": run, "items": 0}
    both = shell.call("runs", "retry", run, "--state", "refused", "--cause", cause["key"])
    assert both.exit_code == 1


def test_without_an_invalid_item_there_is_nothing_to_read_again(shell: Shell) -> None:
    run = music(shell)
    assert shell.told("runs", "reparse", run) == {"run": run, "items": 0, "usable": 0}


def test_stored_answers_are_read_again_and_nothing_is_sent(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fussy(answered: object, what: str) -> object:
        raise UnusableReplyError("It cannot be read.", "Wait.", code="empty")

    monkeypatch.setattr(glan, "usable", fussy)
    run = shell.run(3)
    before = shell.told("runs", "show", run)
    assert before["items"] == {"invalid": 3}
    assert shell.told("runs", "reparse", run) == {"run": run, "items": 3, "usable": 0, "state": "completed"}
    after = shell.told("runs", "show", run)
    assert (after["calls"], after["causes"]) == (before["calls"], before["causes"])


def test_a_run_that_has_ended_cannot_be_cancelled(shell: Shell) -> None:
    run = shell.run(1)
    result = shell.call("runs", "cancel", run)
    assert result.exit_code == 1
    assert "Nothing is left to cancel" in result.stderr


def test_runs_are_listed_with_and_without_the_word_list(shell: Shell) -> None:
    run = shell.run(1)
    assert shell.told("runs") == shell.told("runs", "list")
    assert [row["id"] for row in shell.told("runs")] == [run]


def test_an_unknown_run_is_explained(shell: Shell) -> None:
    for command in ("show", "cancel", "resume", "retry", "reparse"):
        result = shell.call("runs", command, "nonsense")
        assert result.exit_code == 1
        assert "There is no run nonsense" in result.stderr
