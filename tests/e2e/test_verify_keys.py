"""Verifying by keyboard in a real browser: fast presses are votes, each on its own node with the meaning on screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.domain.people import Principal
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import Node, Scope, Vote
from core.services.tree_edits import Texts
from tests.e2e.conftest import ME, App
from tests.e2e.waiting import quiet, until

pytestmark = pytest.mark.e2e
ANNA = Principal("Anna")
# The key reader is there and shows one card of those that are drawn.
READER = """() => [...document.head.querySelectorAll("style")].some(
    (style) => /card-\\d+ \\{ display: flex/.test(style.textContent))"""


def made(app: App) -> Project:
    """A project of several people with the starter taxonomy."""
    return app.work.projects.create(ME, "Together", starter=True, token="together", quorum=3)


def order(app: App, project: Project, size: int) -> list[Node]:
    """The first nodes of the walk."""
    return [stop.node for stop in app.work.verifying.ahead(ME, project.id, Scope(), size=size)]


def votes_on(app: App, node: Node) -> tuple[Vote, ...]:
    """The votes that this person may see on a node."""
    return app.work.taxonomy.view(ME, node.project_id, node.id).votes


def start(app: App, page: Page, project: Project, query: str = "") -> None:
    """Open the walk and wait until keys work."""
    app.open(page, f"taxonomy?project={project.id}&mode=verify{query}")
    page.wait_for_function(READER)
    quiet(page)


def test_twenty_presses_without_a_pause_are_twenty_votes_on_twenty_nodes(app: App, page: Page) -> None:
    project = made(app)
    wanted = order(app, project, 22)
    start(app, page, project)
    for _ in range(20):
        page.keyboard.press("k")
    until(page, "twenty votes", lambda: all(votes_on(app, node) for node in wanted[:20]))
    expect(page.get_by_role("heading", name=wanted[20].name)).to_be_visible()
    quiet(page)
    for node in wanted[:20]:
        (vote,) = votes_on(app, node)
        assert (vote.person, vote.verdict, vote.node_version) == (ME.name, "keep", node.meaning)
    assert not any(votes_on(app, node) for node in wanted[20:])


def test_keep_remove_skip_and_undo_go_to_the_nodes_they_were_pressed_on(app: App, page: Page) -> None:
    project = made(app)
    field, second, third, *_ = order(app, project, 3)
    start(app, page, project)
    page.keyboard.press("k")
    page.keyboard.press("s")
    page.keyboard.press("x")
    until(page, "a vote on the third", lambda: votes_on(app, third))
    assert [vote.verdict for vote in votes_on(app, field)] == ["keep"]
    assert not votes_on(app, second)
    assert [vote.verdict for vote in votes_on(app, third)] == ["remove"]
    for node in (third, second, field):
        page.keyboard.press("u")
        expect(page).to_have_url(re.compile(f"node={node.id}\\b"))
    assert not votes_on(app, third)
    assert not votes_on(app, field)


def test_a_branch_asks_once_more_before_it_is_voted_out(app: App, page: Page) -> None:
    project = made(app)
    field = order(app, project, 1)[0]
    start(app, page, project)
    page.keyboard.press("x")
    expect(page.get_by_text("Press X again")).to_be_visible()
    quiet(page)
    assert not votes_on(app, field)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Press X again")).to_be_hidden()
    page.keyboard.press("x")
    page.keyboard.press("x")
    until(page, "a vote on the field", lambda: votes_on(app, field))
    assert [vote.verdict for vote in votes_on(app, field)] == ["remove"]


def test_letters_in_the_note_are_no_keys_and_the_note_goes_with_one_vote(app: App, page: Page) -> None:
    project = made(app)
    field, second, *_ = order(app, project, 2)
    start(app, page, project)
    note = page.get_by_placeholder("Note for your vote")
    note.click()
    note.press_sequentially("skip sex ukulele")
    note.press("Enter")
    page.keyboard.press("k")
    page.keyboard.press("k")
    until(page, "a vote on the second", lambda: votes_on(app, second))
    assert [vote.note for vote in (*votes_on(app, field), *votes_on(app, second))] == ["skip sex ukulele", ""]


def test_a_node_that_changed_while_it_was_read_gets_no_vote_and_is_shown_anew(app: App, page: Page) -> None:
    project = made(app)
    field = order(app, project, 1)[0]
    start(app, page, project)
    app.work.tree.edit(ANNA, field, Texts("Quite another field", field.description, field.synonyms))
    page.keyboard.press("k")
    expect(page.get_by_text("was changed while you read it")).to_be_visible()
    expect(page.get_by_role("heading", name="Quite another field")).to_be_visible()
    assert not votes_on(app, field)
    page.keyboard.press("k")
    until(page, "a vote on the field", lambda: votes_on(app, field))


def test_two_windows_are_two_people_and_neither_sees_the_others_vote(app: App, page: Page) -> None:
    project = made(app)
    field = order(app, project, 1)[0]
    start(app, page, project, "&person=Anna")
    page.keyboard.press("k")
    until(page, "the first vote", lambda: app.work.taxonomy.view(ME, project.id, field.id).ballot.cast == 1)
    other = page.context.new_page()
    start(app, other, project, f"&person=Ben&node={field.id}")
    expect(other.get_by_text("1 vote is cast; you see which way after your own").first).to_be_visible()
    other.keyboard.press("k")
    until(page, "the second vote", lambda: app.work.taxonomy.view(ME, project.id, field.id).ballot.cast == 2)
    assert app.work.taxonomy.view(ME, project.id, field.id).node.state is NodeState.PROPOSED
    people = [vote.person for vote in app.work.taxonomy.view(ANNA, project.id, field.id).votes]
    assert people == ["Anna", "Ben"]
