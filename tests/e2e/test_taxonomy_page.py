"""The Taxonomy page in a real browser: the tree, the search, links, moving, removing, undo, two windows."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.services.tree_edits import Texts
from core.store import node_bulk
from tests.bench import grove
from tests.e2e.conftest import ME, App
from tests.e2e.waiting import press, quiet, settle, until

pytestmark = pytest.mark.e2e
ANNA = Principal("Anna")
SEARCH = "Search names and texts"


class TaxonomyScreen:
    """The page of one project."""

    def __init__(self, app: App, page: Page, *, size: int = 0) -> None:
        self.app, self.page = app, page
        self.project = app.work.projects.create(ME, "Tree", starter=size == 0, token="tree").id
        if size:
            with app.work.context.store.write() as tx:
                node_bulk.insert_many(tx, self.project, grove.rows(size), at=time.time())
        self.go()

    def go(self, **query: object) -> None:
        """Open the page by its address."""
        words = "".join(f"&{name}={value}" for name, value in query.items())
        self.app.open(self.page, f"taxonomy?project={self.project}{words}")
        expect(self.page.locator(".row").first).to_be_visible()
        quiet(self.page)

    @property
    def current(self) -> Locator:
        """The row that keys act on."""
        return self.page.locator(".row.here .name")

    @property
    def heading(self) -> Locator:
        """The name of the node in hand."""
        return self.page.get_by_role("heading", level=3)

    def row(self, name: str) -> Locator:
        """The row of that name."""
        return self.page.locator(".row", has=self.page.get_by_text(name, exact=True))

    def keys(self, *keys: str) -> None:
        """Press keys in the tree."""
        self.page.get_by_role("tree").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, *names: str) -> None:
        """The first rows from top to bottom are these, soon."""
        script = """rows => rows
            .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
            .map(row => row.querySelector(".name").textContent)"""
        rows = self.page.locator(".row")
        until(self.page, f"rows: {names}", lambda: rows.evaluate_all(script)[: len(names)] == list(names))

    def search(self, text: str) -> None:
        """Type into the search box, as a person does, and wait until what was found has taken the tree's place."""
        self.page.get_by_placeholder(SEARCH).click()
        self.page.keyboard.type(text, delay=30)
        self.page.wait_for_timeout(400)  # the box tells of it after 300 ms of rest
        settle(self.page)

    def found(self, name: str) -> Node:
        """The node of that name."""
        return next(p[-1] for p in self.app.work.taxonomy.search(self.project, name) if p[-1].name == name)

    def node(self, node_id: int) -> Node:
        """The node as it is now."""
        return self.app.work.taxonomy.view(ME, self.project, node_id).node

    def drag(self, row: Locator, onto: Locator) -> None:
        """Drag a row onto another one."""
        start, end = row.bounding_box(), onto.bounding_box()
        assert start
        assert end
        mouse = self.page.mouse
        mouse.move(start["x"] + 120, start["y"] + 15)
        mouse.down()
        mouse.move(end["x"] + 110, end["y"] + 15, steps=4)
        mouse.move(end["x"] + 120, end["y"] + 15)
        mouse.up()


def test_opening_choosing_and_the_link_of_a_node_by_keys_alone(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    screen.keys("ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "Enter")
    expect(screen.heading).to_have_text(re.compile("^History "))
    node = screen.found("History")
    expect(page).to_have_url(re.compile(rf"node={node.id}\b"))
    screen.go(node=node.id)
    expect(screen.current).to_have_text("History")
    expect(screen.row("Prehistory")).to_be_visible()


def test_hits_stand_in_their_path_and_the_arrow_down_leads_from_the_search_box_to_the_best(
    app: App, page: Page
) -> None:
    screen = TaxonomyScreen(app, page)
    screen.keys("End")
    expect(screen.current).to_have_text("Agriculture")
    screen.search("prehist")
    expect(screen.row("Prehistory")).to_have_class(re.compile("hit"))
    screen.shows("Humanities", "Historical studies", "Prehistory")
    expect(page.locator(".row")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(screen.heading).to_have_text(re.compile("^Prehistory "))
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_placeholder(SEARCH)).to_be_focused()
    press(page, "Show the whole tree")
    expect(screen.row("Agriculture")).to_be_visible()
    expect(screen.current).to_have_text("Prehistory")


def test_another_search_takes_the_place_of_the_first_with_everything_open(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    for text, hit in (("archaeo", "Archaeology"), ("prehist", "Prehistory"), ("archaeo", "Archaeology")):
        page.get_by_placeholder(SEARCH).fill("")
        screen.search(text)
        expect(screen.current).to_have_text(hit)
        expect(screen.row(hit)).to_have_class(re.compile("hit"))


def test_filters_narrow_the_tree_and_stand_in_the_address(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    app.work.votes.keep_branch(ME, screen.project, screen.found("Prehistory").id)
    press(page, "Filter")
    page.get_by_role("button", name="Verified", exact=True).click()
    screen.shows("Humanities", "Historical studies", "Prehistory")
    expect(page.locator(".row")).to_have_count(3)
    expect(page).to_have_url(re.compile("show=verified"))
    screen.go(show="verified,sub_field")
    expect(page.locator(".row.hit .name")).to_have_text(["Historical studies"])
    press(page, "Show the whole tree")
    expect(screen.row("Agriculture")).to_be_visible()


def test_a_drag_asks_and_names_both_places_before_it_moves_and_undo_takes_it_back(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    node = screen.found("Prehistory")
    screen.go(node=node.id)
    screen.drag(screen.row("Prehistory"), screen.row("Language and letters"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("From: Humanities › Historical studies")).to_be_visible()
    expect(dialog.get_by_text("To: Humanities › Language and letters")).to_be_visible()
    assert screen.node(node.id).parent_id == node.parent_id
    dialog.get_by_role("button", name="Move 1 node").click()
    expect(dialog).to_have_count(0)
    assert screen.node(node.id).parent_id == screen.found("Language and letters").id
    press(page, "Undo")
    expect(page.get_by_text(re.compile("^Taken back: Moved Prehistory"))).to_be_visible()
    assert screen.node(node.id).parent_id == node.parent_id


def test_siblings_change_their_order_by_keys_without_a_question(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    screen.keys("Alt+ArrowDown")
    screen.shows("Social science", "Humanities")
    expect(screen.current).to_have_text("Humanities")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_several_are_removed_as_one_after_a_count_and_come_back_with_one_undo(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    fields = [screen.found("Services"), screen.found("Agriculture")]
    screen.keys("End", "Shift+ArrowUp", "Backspace")
    quiet(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    screen.keys("Delete")
    going = sum(field.n_descendants + 1 for field in fields)
    press(page, f"Remove {going} nodes")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(screen.row("Agriculture")).to_have_count(0)
    quiet(page)
    expect(page.get_by_text("This node is not in the tree")).to_have_count(0)
    assert [screen.node(field.id).state for field in fields] == [NodeState.REMOVED] * 2
    press(page, "Undo")
    expect(screen.row("Agriculture")).to_be_visible()
    assert [screen.node(field.id).state for field in fields] == [NodeState.PROPOSED] * 2


def test_what_another_person_does_appears_and_nothing_else_moves(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    screen.keys("ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown")
    expect(screen.current).to_have_text("History")
    node = screen.found("Archaeology")
    screen.row("Archaeology").click()
    expect(screen.heading).to_have_text(re.compile("^Archaeology "))
    screen.keys("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    expect(screen.current).to_have_text("History")
    before = screen.page.locator(".row.here").bounding_box()
    app.work.tree.edit(ANNA, node, Texts("Digging", node.description, node.synonyms))
    app.work.tree.add(ANNA, screen.project, node.parent_id, "Oral history")
    expect(screen.row("Digging")).to_be_visible()
    expect(screen.row("Oral history")).to_be_visible()
    expect(screen.heading).to_have_text(re.compile("^Digging "))
    expect(screen.current).to_have_text("History")
    expect(page.get_by_role("tree")).to_be_focused()
    assert screen.page.locator(".row.here").bounding_box() == before


def test_ten_thousand_nodes_open_are_searched_and_linked(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page, size=10_000)
    deep = app.work.taxonomy.disciplines(screen.project)[5000]
    screen.go(node=deep[-1].id)
    expect(screen.current).to_have_text(deep[-1].name)
    expect(screen.heading).to_have_text(re.compile(f"^{re.escape(deep[-1].name)} "))
    screen.keys("Home", "*", "ArrowDown", "ArrowRight", "ArrowDown", "Enter")
    expect(page.locator(".row.here")).to_have_attribute("aria-level", "3")
    screen.search(deep[-1].name)
    expect(page.locator(".row.hit .name").first).to_have_text(deep[-1].name)
    page.get_by_placeholder(SEARCH).fill("")
    press(page, "Filter")
    page.get_by_role("button", name="Waits for my vote").click()
    expect(page.get_by_text("The first 300 of 1,000+ hits")).to_be_visible()


def test_the_plain_columns_show_the_same_node(app: App, page: Page) -> None:
    screen = TaxonomyScreen(app, page)
    node = screen.found("Prehistory")
    screen.go(node=node.id)
    page.get_by_text("Plain columns").click()
    settle(page)
    expect(page.get_by_role("tree")).to_have_count(0)
    expect(page.get_by_text("Below Historical studies")).to_be_visible()
    expect(screen.heading).to_have_text(re.compile("^Prehistory "))
    expect(page).to_have_url(re.compile("plain=1"))
    page.reload()
    settle(page)
    expect(page.get_by_text("Below Historical studies")).to_be_visible()
