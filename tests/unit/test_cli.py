"""The command line: the same services, JSON for machines, exit codes that tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.cli import main
from core.domain.filters import SampleFilter
from core.domain.people import Principal
from core.domain.states import ReviewState
from core.settings import Settings
from core.workspace import Workspace


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STUDIO_DB", raising=False)
    return CliRunner()


def call(cli: CliRunner, *arguments: str) -> Result:
    return cli.invoke(main, list(arguments))


def test_the_doctor_finds_nothing_wrong_with_a_new_installation(cli: CliRunner) -> None:
    result = call(cli, "--json", "doctor")
    assert result.exit_code == 0
    assert {row["level"] for row in json.loads(result.output)} <= {"ok", "warning"}


def test_the_whole_way_by_command_line(cli: CliRunner, tmp_path: Path) -> None:
    assert call(cli, "demo").exit_code == 0
    verified = json.loads(call(cli, "--json", "taxonomy", "show", "--verified").output)
    assert [row["path"][-1] for row in verified] == ["Music", "Nursing", "Mathematics"]
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "format: glan-studio-plan/1\nkind: samples\nsamples: 6\ndisciplines:\n"
        "- Formal science > Quantity, structure and proof > Mathematics\n"
        "challenging_share: 0.5\nverify: true\n",
        encoding="utf-8",
    )
    run = call(cli, "--json", "generate", "--plan", str(plan))
    assert run.exit_code == 0, run.output
    made = json.loads(run.stdout)
    assert (made["state"], made["made"], made["failed"]) == ("completed", 6, 0)
    listed = json.loads(call(cli, "--json", "runs").output)
    assert [(row["id"], row["done"], row["items"]) for row in listed] == [(made["run"], 6, 6)]
    frozen = json.loads(call(cli, "--json", "dataset", "freeze", "From the shell").output)
    (file,) = json.loads(call(cli, "--json", "dataset", "export", frozen["id"], "--format", "openai_chat").output)
    lines = Path(file["file"]).read_text(encoding="utf-8").splitlines()
    assert len(lines) == file["rows"] == frozen["rows"]
    assert [message["role"] for message in json.loads(lines[0])["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(("option", "value"), [("--near", "nan"), ("--validation", "NaN"), ("--test", "0.6")])
def test_shares_that_no_version_can_have_are_wrong_usage(cli: CliRunner, option: str, value: str) -> None:
    call(cli, "demo")
    assert call(cli, "dataset", "freeze", "Odd", option, value).exit_code == 2
    assert json.loads(call(cli, "--json", "dataset", "list").output) == []


def test_rejected_samples_are_repaired_by_command_line(cli: CliRunner, tmp_path: Path) -> None:
    call(cli, "demo")
    plan = tmp_path / "plan.yaml"
    plan.write_text("format: glan-studio-plan/1\nkind: repairs\n", encoding="utf-8")
    assert call(cli, "generate", "--plan", str(plan)).exit_code == 1
    environ = {"STUDIO_HOME": str(tmp_path / "home")}
    work = Workspace.open(Settings.load(environ), environ)
    (project,) = work.projects.all()
    pumps = next(
        s for s in work.review.queue(project.id, SampleFilter(), size=20) if s.question.startswith("Six equal")
    )
    work.review.decide(Principal("Ada"), pumps, ReviewState.REJECTED, token="t", note="Fewer need longer.", fix=True)
    run = call(cli, "--json", "generate", "--plan", str(plan))
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["made"] == 1
    assert "21 hours" in work.review.view(project.id, pumps.id).sample.answer
    work.close()


def test_an_exported_taxonomy_is_read_back_whole(cli: CliRunner, tmp_path: Path) -> None:
    call(cli, "create", "One")
    file = tmp_path / "tree.yaml"
    assert call(cli, "taxonomy", "export", str(file)).exit_code == 0
    call(cli, "create", "Two", "--empty")
    added = call(cli, "--json", "--project", "Two", "taxonomy", "import", str(file))
    assert added.exit_code == 0, added.output
    again = tmp_path / "again.yaml"
    call(cli, "--project", "Two", "taxonomy", "export", str(again))
    assert again.read_text().replace("title: Two", "title: One") == file.read_text()


def test_an_import_can_be_looked_at_first_and_goes_out_in_the_format_of_the_ending(
    cli: CliRunner, tmp_path: Path
) -> None:
    call(cli, "create", "One", "--empty")
    outline = tmp_path / "tree.txt"
    outline.write_text("Science\n  Physics\n  Physics\n", encoding="utf-8")
    looked = json.loads(call(cli, "--json", "taxonomy", "import", str(outline), "--dry-run").output)
    assert looked == {"counts": {"refused": 1, "new": 2, "note": 1}, "refused": True}
    refused = call(cli, "taxonomy", "import", str(outline))
    assert (refused.exit_code, "Line 3" in refused.stderr) == (1, True)
    added = json.loads(call(cli, "--json", "taxonomy", "import", str(outline), "--twins", "merge").output)
    assert (added["added"], added["changed"]) == (2, 0)
    turtle = tmp_path / "tree.ttl"
    assert call(cli, "taxonomy", "export", str(turtle)).exit_code == 0
    assert "skos:ConceptScheme" in turtle.read_text(encoding="utf-8")
    again = json.loads(call(cli, "--json", "taxonomy", "import", str(turtle), "--take-marks").output)
    assert (again["added"], again["counts"]) == (0, {"there": 2})
    unclear = call(cli, "taxonomy", "export", str(tmp_path / "tree.doc"))
    assert (unclear.exit_code, "not clear" in unclear.stderr) == (1, True)


def test_an_error_is_one_sentence_with_a_hint_and_code_1(cli: CliRunner, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: x\nfields: [unclosed", encoding="utf-8")
    call(cli, "create", "One", "--empty")
    result = call(cli, "taxonomy", "import", str(bad))
    assert result.exit_code == 1
    assert "Error: Line 2: This is not YAML" in result.stderr
    assert "Traceback" not in result.output


def test_which_project_is_meant_must_be_clear(cli: CliRunner) -> None:
    call(cli, "create", "One", "--empty")
    call(cli, "create", "Two", "--empty")
    result = call(cli, "runs")
    assert result.exit_code == 1
    assert "'One', 'Two'" in result.stderr


def test_backup_list_and_restore(cli: CliRunner) -> None:
    call(cli, "create", "One", "--empty")
    made = Path(json.loads(call(cli, "--json", "backup").output)["file"])
    call(cli, "create", "Two", "--empty")
    assert call(cli, "backup", "--restore", made.name).exit_code == 0
    assert call(cli, "--json", "taxonomy", "show").output.strip() == "[]"
    assert call(cli, "backup", "--restore", "../../etc/passwd").exit_code == 1
