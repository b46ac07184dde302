"""Freezing by command line: the same choice as on the page, by options, from a version, from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.cli import main
from core.domain.dataset_wish import DatasetWish
from core.domain.people import Principal
from core.settings import Settings
from core.workspace import Workspace

ADA = Principal("Ada")
ALL = {
    "--strategy": "glan",
    "--difficulty": "basic",
    "--near": "0.75",
    "--benchmark": "exam",
    "--ngram": "9",
    "--per-discipline": "20",
    "--per-strategy": "60",
    "--generated-per-human": "2.5",
    "--basic-per-challenging": "3",
    "--validation": "0.1",
    "--test": "0.05",
    "--seed": "7",
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The demo, with a benchmark."""
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STUDIO_DB", raising=False)
    environ = {"STUDIO_HOME": str(tmp_path / "home")}
    opened = Workspace.open(Settings.load(environ), environ)
    demo = opened.projects.open_demo(ADA)
    look = opened.benchmarks.read(b'{"question": "Why?"}', "exam.jsonl")
    opened.benchmarks.take_in(ADA, demo.id, look, "Exam", token="b")
    yield opened
    opened.close()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def told(*arguments: str) -> Any:
    result = call("--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def project(work: Workspace) -> str:
    return next(each.id for each in work.projects.all() if each.is_demo)


def wishes(work: Workspace) -> list[DatasetWish]:
    """Of the frozen versions, newest first."""
    return [DatasetWish.model_validate(made.filter) for made, _ in work.datasets.page(project(work))]


def rows(work: Workspace, dataset_id: str) -> list[Any]:
    return [(row["split"], row["row"]) for row in work.datasets.rows(project(work), dataset_id, 1_000)]


def test_everything_that_the_page_lets_choose_can_be_chosen_by_options(work: Workspace) -> None:
    names = {name: ident for ident, name in work.review.choices(project(work)).disciplines.items()}
    options = [word for pair in ALL.items() for word in pair]
    flags = ["--without-failed", "--without-open", "--without-demo"]
    both = ["--discipline", "music", "--discipline", "Nursing"]
    planned = told("dataset", "freeze", "All", *options, *flags, *both, "--dry-run")
    wish = DatasetWish.model_validate(planned["filter"])
    unsaid = {name for name, value in wish if value == DatasetWish.model_fields[name].default}
    assert (unsaid, wish.disciplines) == (set(), (names["Music"], names["Nursing"]))
    assert wish.benchmarks == (work.benchmarks.page(project(work))[0].id,)
    assert (wish.near, wish.per_discipline, wish.validation_share, wish.random_seed) == (0.75, 20, 0.1, 7)
    assert wishes(work) == []


def test_what_is_frozen_says_how_many_rows_stayed_out_and_why(work: Workspace) -> None:
    made = told("dataset", "freeze", "Few", "--per-discipline", "20", "--test", "0.1")
    assert made["rows"] == made["fitting"] - made["left_out"]["discipline"] == sum(made["splits"].values()) == 60
    assert (made["accepted"], made["splits"]["test"]) == (172, 6)
    text = call("dataset", "freeze", "Few", "--per-discipline", "20", "--test", "0.1").stdout
    assert "60 rows (54 train, 6 test)" in text
    assert "Enough of its discipline: 112 left out." in text


def test_a_version_is_made_like_an_earlier_one_but_for_what_is_said(work: Workspace) -> None:
    wish = DatasetWish(near=0.8, demo=True, per_discipline=20, without_open_seconds=True, validation_share=0.1)
    made = work.datasets.freeze(ADA, project(work), "By hand", wish, token="h")
    again = told("dataset", "freeze", "Again", "--like", "1")
    assert rows(work, again["id"]) == rows(work, made.id)
    told("dataset", "freeze", "Other", "--like", made.id, "--validation", "0.2", "--with-open")
    changed = wish.model_copy(update={"validation_share": 0.2, "without_open_seconds": False})
    assert wishes(work) == [changed, wish, wish]


@pytest.mark.parametrize("named", ["1", "v1"])
def test_a_version_is_named_by_its_number_as_well_as_by_its_id(work: Workspace, named: str) -> None:
    made = told("dataset", "freeze", "Few", "--per-discipline", "2")
    files = [row["file"] for row in told("dataset", "export", named, "--format", "csv")]
    assert [Path(file).name for file in files] == [row["file"] for row in told("dataset", "files", named)]
    assert [row["found"] for row in told("dataset", "verify", named)] == ["sound"]
    assert rows(work, told("dataset", "freeze", "Again", "--like", named)["id"]) == rows(work, made["id"])


@pytest.mark.parametrize("command", ["export", "files", "verify"])
def test_a_version_that_is_not_there_is_told_with_how_one_is_named(work: Workspace, command: str) -> None:
    refused = call("dataset", command, "9")
    assert (refused.exit_code, "There is no version 9" in refused.stderr) == (1, True), refused.stderr
    assert "number or id" in refused.stderr


def test_the_manifest_of_a_file_tells_how_to_make_its_version_again(work: Workspace) -> None:
    options = [
        word for pair in ALL.items() if pair[0] not in {"--difficulty", "--generated-per-human"} for word in pair
    ]
    first = told("dataset", "freeze", "First", *options)
    (file, *_) = told("dataset", "export", first["id"])
    again = told("dataset", "freeze", "Again", "--choice", f"{file['file']}.manifest.json")
    assert rows(work, again["id"]) == rows(work, first["id"])


def test_what_a_dry_run_says_is_a_choice_that_can_be_edited(work: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "choice.json"
    file.write_text(call("--json", "dataset", "freeze", "A", "--near", "0.8", "--dry-run").stdout, encoding="utf-8")
    planned = json.loads(file.read_text(encoding="utf-8"))
    assert (planned["accepted"], planned["fit"]) == (172, 172)
    file.write_text(json.dumps({**planned["filter"], "near": None, "difficulty": "basic"}), encoding="utf-8")
    told("dataset", "freeze", "A", "--choice", str(file))
    assert wishes(work) == [DatasetWish(difficulty="basic")]


def test_a_choice_of_another_project_is_refused(work: Workspace) -> None:
    made = told("dataset", "freeze", "First", "--discipline", "Music")
    (file,) = told("dataset", "export", made["id"])
    work.projects.create(ADA, "Mine", starter=True, token="mine")
    refused = call("--project", "Mine", "dataset", "freeze", "B", "--choice", f"{file['file']}.manifest.json")
    assert (refused.exit_code, "of another project" in refused.stderr) == (1, True)
    assert call("--project", "Mine", "dataset", "freeze", "B", "--like", made["id"]).exit_code == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[1]", "holds no choice"),
        ('{"filter": 3}', "holds no choice"),
        ('{"near": ', "is not JSON"),
        ('{"near": 0.1}', "near: "),
        ('{"nearly": 0.8}', "nearly: "),
        ('{"strategies": ["glna"]}', "no strategy 'glna'"),
        ('{"difficulty": "hard"}', "no difficulty 'hard'"),
        ('{"disciplines": [999999]}', "no discipline 999999"),
        ('{"benchmarks": [999999]}', "no benchmark 999999"),
        ('{"disciplines": [99999999999999999]}', "no discipline"),
        ('{"validation_share": 0.4, "test_share": 0.4}', "more than half"),
        ("\xff", "not UTF-8"),
    ],
)
def test_a_file_that_holds_no_choice_is_refused_in_one_sentence(
    work: Workspace, tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "choice.json"
    file.write_text(content, encoding="latin-1")
    refused = call("dataset", "freeze", "A", "--choice", str(file))
    assert (refused.exit_code, words in refused.stderr) == (1, True), refused.stderr
    assert wishes(work) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--like", "9"], "no version 9"),
        (["--like", "²"], "no version"),
        (["--like", "9" * 40], "no version"),
        (["--discipline", "Alchemy"], "There are: 'Mathematics', 'Music', 'Nursing'."),
        (["--benchmark", "GSM8K"], "There are: 'Exam'."),
        (["--validation", "0.4", "--test", "0.4"], "more than half"),
        (["--discipline", "Music", "--generated-per-human", "2"], "No accepted sample is left by this choice."),
        (["--discipline", "Music", "--generated-per-human", "2"], "Left out: 52 too many generated."),
    ],
)
def test_a_choice_that_cannot_be_is_explained(work: Workspace, options: list[str], words: str) -> None:
    refused = call("dataset", "freeze", "A", *options)
    assert (refused.exit_code, words in refused.stderr) == (1, True), refused.stderr
    assert wishes(work) == []


@pytest.mark.parametrize(
    "options",
    [
        ["--like", "1", "--choice", __file__],
        ["--generated-per-human", "inf"],
        ["--per-discipline", "0"],
        ["--seed", "-1"],
        ["--strategy", "glna"],
        ["--ngram", "2"],
    ],
)
def test_what_no_choice_can_hold_is_wrong_usage(work: Workspace, options: list[str]) -> None:
    assert call("dataset", "freeze", "A", *options).exit_code == 2
    assert wishes(work) == []
