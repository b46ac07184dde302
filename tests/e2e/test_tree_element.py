"""The tree in a real browser: keys, pages of children, the way down to a linked node, what others change meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.tree_screen import TreeScreen
from tests.e2e.waiting import quiet, table
from tests.pages.grown_tree import ARABIC, HOSTILE, ISLANDS, LONG, GrownTree

pytestmark = pytest.mark.e2e
DEEPEST = 33
MANY = 34
FIELD = "Field {} of knowledge"


def test_arrows_open_enter_close_and_leave(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.keys("ArrowRight")
    expect(screen.row(ISLANDS)).to_be_visible()
    screen.at(FIELD.format(0))
    screen.keys("ArrowRight", "ArrowDown")
    screen.at(ARABIC)
    screen.keys("ArrowLeft")
    screen.at(FIELD.format(0))
    screen.keys("ArrowLeft")
    expect(screen.row(ISLANDS)).to_have_count(0)
    screen.keys("End")
    screen.at(FIELD.format(7))
    screen.keys("Home", "ArrowUp")
    screen.at(FIELD.format(0))
    screen.drawn(1)


def test_a_screen_reader_hears_name_kind_state_counts_and_place(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.keys("ArrowRight", "ArrowDown", "ArrowDown")
    arabic = screen.current
    expect(arabic).to_have_attribute("aria-label", f"{ARABIC}, sub-field, proposed, 1 of 3 votes cast, yours is open")
    for name, value in {"role": "treeitem", "aria-level": "2", "aria-posinset": "2", "aria-setsize": "6"}.items():
        expect(arabic).to_have_attribute(name, value)
    expect(screen.tree).to_have_attribute("aria-activedescendant", str(arabic.get_attribute("id")))
    expect(screen.row(FIELD.format(0))).to_have_attribute("aria-expanded", "true")
    assert "1 of 6 below verified" in str(screen.row(FIELD.format(0)).get_attribute("aria-label"))


def test_names_are_text_whatever_they_contain(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.keys("ArrowRight")
    expect(screen.row(HOSTILE)).to_be_visible()
    assert screen.page.locator(".box img").count() == 0
    assert screen.row(ARABIC).locator(".name").evaluate("name => getComputedStyle(name).direction") == "rtl"
    long = screen.row(LONG).locator(".name")
    assert long.evaluate("name => name.scrollWidth > name.clientWidth")
    expect(long).to_have_attribute("title", LONG)


def test_fifty_presses_without_a_pause_end_on_the_right_row(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=10000)
    screen.keys(
        *["End", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight"]
    )
    screen.keys(*["ArrowDown"] * 50)
    screen.at("Part 50")


def test_keys_that_overtake_a_slow_answer_wait_for_their_rows(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=128, slow=0.3)
    screen.keys("ArrowDown", *["ArrowRight"] * 8)
    screen.at("Level 5")


def test_two_quick_openings_both_load_and_a_slow_one_says_so_without_moving_the_view(
    tree_page: Page, tree_url: str
) -> None:
    screen = TreeScreen(tree_page, tree_url, size=129, slow=1.5)  # long enough to be seen on a busy machine
    before = screen.row(FIELD.format(3)).bounding_box()
    screen.open(FIELD.format(3), FIELD.format(4))
    expect(screen.page.get_by_text("Loading …").first).to_be_visible()
    expect(screen.row("Topic 4.5")).to_be_visible()
    expect(screen.row("Topic 5.5")).to_be_visible()
    assert screen.row(FIELD.format(3)).bounding_box() == before
    assert screen.scrolled() == 0


def test_letters_go_to_the_next_row_that_begins_so_without_case_and_accents(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.keys("ArrowRight")
    expect(screen.row(ISLANDS)).to_be_visible()
    screen.type("ala")
    screen.at(ISLANDS)
    screen.page.wait_for_timeout(800)  # a new word begins
    screen.type("field 3")
    screen.at(FIELD.format(3))
    screen.page.wait_for_timeout(800)  # a new word begins
    screen.keys("f", "f")
    screen.at(FIELD.format(5))
    screen.keys("r", "c")
    quiet(screen.page)
    screen.drawn(1)


def test_choosing_writes_the_address_and_draws_the_page_once_and_the_same_again_not_at_all(
    tree_page: Page, tree_url: str
) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.keys("ArrowDown", "Enter")
    expect(screen.page.get_by_text("Chosen 2", exact=True)).to_be_visible()
    expect(screen.page).to_have_url(re.compile(r"node=2\b"))
    screen.keys("Enter", " ")
    screen.row(FIELD.format(1)).click()
    quiet(screen.page)
    screen.drawn(2)
    screen.row(FIELD.format(3)).click()
    expect(screen.page.get_by_text("Chosen 4", exact=True)).to_be_visible()
    screen.drawn(3)


def test_choosing_faster_than_the_page_is_drawn_ends_on_the_last_one_with_everything_loaded(
    tree_page: Page, tree_url: str
) -> None:
    screen = TreeScreen(tree_page, tree_url, size=132, slow=0.1)
    screen.keys("ArrowDown", "ArrowDown", "ArrowDown")
    screen.keys(*["Enter", "ArrowRight", "ArrowDown", "ArrowDown", "Enter", "ArrowLeft", "ArrowLeft", "ArrowDown"] * 4)
    screen.keys("Enter")
    screen.at(FIELD.format(7))
    expect(screen.page.get_by_text("Chosen 8", exact=True)).to_be_visible()
    screen.keys("Home", "ArrowRight", "ArrowRight", "Enter")
    expect(screen.page.get_by_text("Chosen 9", exact=True)).to_be_visible()
    screen.at(HOSTILE)
    expect(screen.page.get_by_text("Loading …")).to_have_count(0)
    expect(screen.page).to_have_url(re.compile(r"node=9\b"))


def test_an_empty_tree_says_so(tree_page: Page, tree_url: str) -> None:
    tree_page.goto(f"{tree_url}/?size=0")
    tree = tree_page.get_by_role("tree")
    expect(tree).to_have_class("scroll empty")
    tree.focus()
    for key in ("ArrowDown", "Enter", "*", "Control+a", "Shift+F10", "End", "x"):
        tree_page.keyboard.press(key)
    expect(tree_page.locator(".row")).to_have_count(0)


@pytest.mark.parametrize("size", [126, 10_000, 100_000])
def test_a_link_opens_the_tree_down_to_its_node(tree_page: Page, tree_url: str, size: int) -> None:
    screen = TreeScreen(tree_page, tree_url, size=size, node=DEEPEST)
    screen.at("Level 20")
    expect(screen.current).to_be_in_viewport()
    expect(screen.current).to_have_attribute("aria-selected", "true")
    expect(screen.current).to_have_attribute("aria-level", "20")
    screen.keys("ArrowLeft")
    screen.at("Level 19")


def test_fifty_thousand_children_are_fetched_only_where_they_are_looked_at(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=100_000, node=MANY + 30_000)
    screen.at("Part 30000")
    screen.row("Part 30001").click()
    expect(screen.page.get_by_text(f"Chosen {MANY + 30_001}", exact=True)).to_be_visible()
    total = 50_000 - MANY
    assert screen.page.locator(".canvas").evaluate("canvas => canvas.clientHeight") == (total + 9) * 30
    assert screen.page.locator(".row").count() < 60
    screen.page.locator(".scroll").evaluate("scroll => { scroll.scrollTop = 15000 * 30; }")
    expect(screen.row("Part 15000")).to_be_visible()
    screen.at("Part 30001")
    screen.keys("ArrowDown")
    screen.at("Part 30002")
    expect(screen.current).to_be_in_viewport()


def test_an_address_that_changes_elsewhere_takes_the_tree_along(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, node=1)
    screen.at(FIELD.format(0))
    screen.page.get_by_role("button", name="Go to the deepest").click()
    screen.at("Level 20")
    expect(screen.current).to_be_in_viewport()
    expect(screen.current).to_have_class("row verified here chosen")


def test_a_link_to_a_node_that_is_not_there_shows_the_top(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, node=987654)
    screen.at(FIELD.format(0))


def test_what_another_person_adds_appears_and_nothing_else_moves(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=2000, watch=1)
    screen.open(FIELD.format(3))
    screen.row("Topic 4.5").click()
    screen.open("Topic 4.5")
    screen.keys("ArrowDown", "ArrowDown")
    screen.at("Topic 1006.1")
    screen.page.locator(".scroll").evaluate("scroll => { scroll.scrollTop = 60; }")
    before, scrolled = screen.current.bounding_box(), screen.scrolled()
    screen.page.get_by_role("button", name="Another person adds").click()
    expect(screen.row("Newcomer")).to_have_count(1)
    screen.at("Topic 1006.1")
    assert screen.current.bounding_box() == before
    assert screen.scrolled() == scrolled + 30
    expect(screen.row("Topic 4.5")).to_have_attribute("aria-expanded", "true")


def test_the_current_row_follows_its_node_to_where_another_person_moved_it(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=131, node=10)
    screen.at(ARABIC)
    screen.page.get_by_role("button", name="Another person moves").click()
    expect(screen.current).to_have_attribute("aria-setsize", "2")
    screen.at(ARABIC)
    expect(screen.current).to_be_in_viewport()
    screen.keys("ArrowLeft")
    screen.at(FIELD.format(2))


def test_a_question_whose_answer_is_lost_is_asked_again(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.page.get_by_role("button", name="Lose the next answer").click()
    screen.drawn(2)
    screen.open(FIELD.format(0))
    expect(screen.row(ISLANDS)).to_be_visible()


def test_children_that_cannot_be_read_say_so_and_come_when_asked_again(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=130)
    screen.page.get_by_role("button", name="Break field 5").click()
    screen.open(FIELD.format(4))
    expect(screen.page.get_by_text("Node 5 cannot be read. Click to try again.").first).to_be_visible()
    screen.keys("ArrowDown", "Enter")
    expect(screen.row("Topic 5.0")).to_be_visible()


def test_the_tree_is_as_it_was_after_the_page_showed_something_else(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url, size=2000)
    screen.open(FIELD.format(3))
    screen.row("Topic 4.2").click()
    screen.open("Topic 4.2")
    expect(screen.row("Topic 1003.0")).to_be_visible()
    names = screen.names()
    screen.page.get_by_role("button", name="Something else").click()
    expect(screen.tree).to_have_count(0)
    screen.page.get_by_role("button", name="Back to the tree").click()
    expect(screen.row("Topic 4.2")).to_be_visible()
    assert screen.names() == names


def test_rows_that_are_held_are_not_sent_again(tree_page: Page, tree_url: str) -> None:
    sent: list[str] = []
    tree_page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sent.append(repr(frame))))
    screen = TreeScreen(tree_page, tree_url, size=2000)
    quiet(tree_page)  # the browser has told what it holds: what is not held is sent
    screen.open(FIELD.format(3))
    expect(screen.row("Topic 4.5")).to_be_visible()
    screen.open(FIELD.format(4))
    expect(screen.row("Topic 5.5")).to_be_visible()
    screen.row("Topic 4.1").click()
    expect(screen.page.get_by_text("Chosen", exact=False)).to_be_visible()
    screen.drawn(2)
    assert sum("Topic 4.5" in frame for frame in sent) == 1
    assert sum(FIELD.format(6) in frame for frame in sent) == 1


def test_choosing_a_row_of_the_plain_columns_goes_to_the_address(tree_page: Page, tree_url: str) -> None:
    tree_page.goto(f"{tree_url}/?plain=1")
    table(tree_page, FIELD.format(2)).click(position={"x": 18, "y": 35 * 3 + 17})
    expect(tree_page.get_by_text("Chosen 3", exact=True)).to_be_visible()
    expect(tree_page.get_by_text("Below Field 2 of knowledge")).to_be_visible()
    expect(tree_page).to_have_url(re.compile(r"node=3\b"))


def test_the_grown_tree_has_the_size_and_the_parent_that_the_tests_speak_of() -> None:
    tree = GrownTree(1000)
    assert len(tree.rows) == 1000
    assert tree.rows[MANY].name == "Everything at once"
    assert len(tree.below[MANY]) == 500 - MANY
    assert [place.node for place in tree.reveal(DEEPEST)][:2] == [2, 15]
