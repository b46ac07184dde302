"""The whole way of a first visitor, in a real browser with the built-in teacher: from the first screen to a file that a
trainer reads. Nothing is prepared; everything is clicked, and the file is checked row by row.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Download, Page, expect

from core.catalogue.load import curricula, starter_taxonomy
from core.domain.filters import SampleFilter
from core.domain.naming import content_hash
from core.domain.states import ReviewState
from core.llm.builtin import homework
from core.store import events, ledger
from tests.e2e.conftest import App
from tests.e2e.waiting import press, settle, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
DISCIPLINE = "Statistics"
COUNT = 12


def go(page: Page, title: str) -> None:
    """Choose a page in the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    settle(page)


def begin(page: Page, app: App) -> str:
    """First screen: name the project; its id from the URL."""
    app.open(page)
    page.get_by_label("Project name").fill("First steps")
    press(page, "Create project")
    expect(page.get_by_text("Next: Verify a discipline")).to_be_visible()
    found = re.search(r"project=(\w+)", page.url)
    assert found
    return found[1]


def verify_branch(page: Page) -> None:
    """Find the discipline by typing a part of its name, keep its branch."""
    press(page, "Open the taxonomy")
    page.get_by_placeholder("Search names and texts").fill("statist")
    page.locator(".row.hit", has=page.get_by_text(DISCIPLINE, exact=True)).click()
    settle(page)
    press(page, "Keep this branch")
    press(page, re.compile(r"Keep 3 nodes"))
    page.get_by_role("link", name="Open the curriculum").first.click()
    settle(page)


def build_curriculum(page: Page) -> None:
    """List subjects, verify them, design syllabi, verify those."""
    press(page, re.compile("List subjects"))
    press(page, re.compile("Verify all subjects"))
    press(page, re.compile(r"Design 2 syllabi"))
    press(page, re.compile("Verify all syllabi"))
    press(page, re.compile("Generate from 2 verified syllabi"))


def generate(page: Page) -> None:
    """Preview real questions, then start the run and watch it end."""
    number = page.get_by_role("spinbutton", name="Number of samples")
    number.fill(str(COUNT))
    number.press("Tab")
    settle(page)
    page.get_by_text("Verification by machine: off").click()
    page.get_by_text("Judge", exact=True).click()
    settle(page)
    press(page, "Preview 4 samples")
    expect(page.get_by_text("4 samples of 4, 12 new calls")).to_be_visible()
    press(page, "Start run")
    expect(page.get_by_text(f"{COUNT} of {COUNT} items (100 %)")).to_be_visible()


def review(page: Page, app: App, project: str) -> None:
    """Judge every sample with the keyboard alone: the third is rejected, one verdict is taken back and given again."""
    page.get_by_role("link", name=re.compile(f"Review {COUNT} samples")).click()
    expect(page.get_by_text(f"0 of {COUNT} judged")).to_be_visible()
    expect(page.locator("article.card")).to_be_visible()
    for keys in (["a"], ["a"], ["x", "1"], ["a"], ["u"], *[["a"]] * (COUNT - 3)):
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(100)
    until(page, "all are judged", lambda: app.work.review.counts(project, SampleFilter()).pending == 0)


def freeze_and_export(page: Page) -> dict[str, Path]:
    """Prepare what was accepted, freeze it and download every file; format and split -> path."""
    go(page, "Datasets")
    page.get_by_role("textbox", name="Name of the version").fill("Pilot")
    page.keyboard.press("Tab")
    settle(page)
    press(page, "Prepare")
    expect(page.get_by_text("Read the report")).to_be_visible()
    press(page, re.compile(rf"Freeze {COUNT - 1} rows"))
    expect(page.get_by_role("heading", name="Version 1: Pilot")).to_be_visible()
    for number, form in enumerate(("OpenAI chat JSONL", "JSONL with full lineage"), 1):
        if number > 1:
            page.get_by_role("combobox", name=re.compile("Format")).click()
            page.get_by_role("option", name=form).click()
            settle(page)
        press(page, "Write files")
        expect(page.get_by_role("heading", name=f"{2 * number} files")).to_be_visible()
    page.get_by_text(re.compile("^OpenAI chat JSONL: 2 files")).click()  # the newest format alone is open
    files = {}
    downloads = page.get_by_role("button", name=re.compile("^(download )?Download", re.IGNORECASE))
    expect(downloads).to_have_count(4)
    for index in range(4):
        with page.expect_download() as waiting:
            downloads.nth(index).click()
        download: Download = waiting.value
        files[download.suggested_filename] = Path(download.path())
    return files


def check_rows(app: App, project: str, files: dict[str, Path]) -> None:
    """Every row: accepted, complete in its lineage, equal to what is stored; chat rows say the same."""
    full: dict[str, dict[str, Any]] = {}
    chats: list[tuple[str, str]] = []
    for name, path in files.items():
        data = path.read_bytes()
        if name.endswith(".jsonl"):
            assert hashlib.sha256(data).hexdigest()[:10] in name
            for line in data.decode().splitlines():
                row = json.loads(line)
                if "messages" in row:
                    user, assistant = row["messages"]
                    assert (user["role"], assistant["role"]) == ("user", "assistant")
                    chats.append((user["content"], assistant["content"]))
                else:
                    full[row["content_hash"]] = row
    accepted = app.work.review.queue(project, SampleFilter(review=ReviewState.ACCEPTED), size=100)
    assert set(full) == {sample.content_hash for sample in accepted}
    assert sorted(chats) == sorted((row["question"], row["answer"]) for row in full.values())
    taught = {
        (session.name, concept)
        for subject in curricula()[DISCIPLINE].subjects
        if subject.syllabus
        for session in subject.syllabus.sessions
        for concept in session.concepts
    }
    for row in full.values():
        assert content_hash(row["question"], row["answer"]) == row["content_hash"]
        assert row["taxonomy"] == ["Formal science", "Quantity, structure and proof", DISCIPLINE]
        assert len(row["sessions"]) == (2 if row["difficulty"] == "challenging" else 1)
        assert {(s["name"], concept) for s in row["sessions"] for concept in s["concepts"]} <= taught
        calls = {call["stage"]: call for call in row["calls"]}
        assert calls["question"]["model"] == calls["answer"]["model"] == "built-in-1"
        assert calls["question"]["template_hash"] != calls["answer"]["template_hash"]
        assert row["review"]["verdict"] == "accepted"
        solved = homework.solve(row["question"])
        assert solved is not None
        right = homework.final_answer(row["answer"]) == " ".join(solved.answer.split())
        assert [v["passed"] for v in row["verification"]] == [right]


@pytest.mark.own_app
def test_the_whole_way_from_the_first_screen_to_a_checked_file(app: App, page: Page) -> None:
    project = begin(page, app)
    verify_branch(page)
    build_curriculum(page)
    generate(page)
    review(page, app, project)
    counts = app.work.review.counts(project, SampleFilter())
    assert (counts.accepted, counts.rejected, counts.pending) == (COUNT - 1, 1, 0)
    files = freeze_and_export(page)
    check_rows(app, project, files)
    go(page, "Cost and quality")
    expect(page.get_by_text("$0").first).to_be_visible()
    app.open(page)
    with app.work.context.store.read() as tx:
        assert ledger.drift(tx) == []
        assert ledger.spent(tx, "project", project).settled == 0
        assert events.broken_link(tx) is None


def test_the_first_screen_counts_what_ships(app: App, page: Page) -> None:
    app.open(page)
    leaves = sum(len(sub.disciplines) for field in starter_taxonomy().fields for sub in field.sub_fields)
    expect(page.get_by_text(f"{leaves} disciplines")).to_be_visible()
    press(page, "Open the demo")
    expect(page.get_by_role("heading", name="Worked demo")).to_be_visible()
