"""Seed sets by command line: the same services and the same words as the Seeds page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.cli import main


def told(*arguments: str, code: int = 0) -> Any:
    """What a command prints as JSON."""
    result = CliRunner().invoke(main, ["--json", *arguments])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout or result.stderr)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project, and a file with two good rows and a bad one."""
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STUDIO_DB", raising=False)
    told("create", "P", "--empty")
    path = tmp_path / "sums.jsonl"
    path.write_text(
        '{"q": "1+1?", "a": "#### 2"}\n{"q": "", "a": ""}\n{"q": "2+2?", "a": "#### 4"}\n', encoding="utf-8"
    )
    return str(path)


def test_a_file_is_taken_in_as_the_fields_say_and_comes_out_again(file: str, tmp_path: Path) -> None:
    fields = ("--field", "question=q", "--field", "answer=a")
    seen = told("seeds", "import", file, *fields, "--dry-run")
    assert (seen["examples"], seen["bad"], seen["task"]) == (2, 1, "maths")
    assert told("seeds", "import", file, *fields, code=1)["error"] == "Line 2: The question is empty."
    rejects = tmp_path / "rejects.jsonl"
    made = told("seeds", "import", file, *fields, "--rejects", str(rejects), "--name", "Sums")
    assert (made["examples"], made["rejected"], json.loads(rejects.read_text("utf-8"))["line"]) == (2, 1, 2)
    (listed,) = told("seeds", "list")
    assert (listed["name"], listed["version"], listed["examples"], listed["frozen"]) == ("Sums", 1, 2, False)
    assert told("seeds", "export", str(made["id"]))["rows"] == 2


def test_a_field_that_says_nothing_is_refused_with_the_words_it_needs(file: str) -> None:
    refused = told("seeds", "import", file, "--field", "q=question", code=1)
    assert "question, answer, context, options, final" in refused["hint"]
