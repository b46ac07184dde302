"""Acting on nodes of the tree in a real browser: several at once, the menu, moving by mouse and by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.tree_screen import TreeScreen
from tests.e2e.waiting import quiet
from tests.pages.grown_tree import ARABIC, HOSTILE, ISLANDS

pytestmark = pytest.mark.e2e
FIELD = "Field {} of knowledge"


def opened(page: Page, url: str, **query: object) -> TreeScreen:
    """The tree with its first field open."""
    screen = TreeScreen(page, url, **query)
    screen.open(FIELD.format(0))
    expect(screen.row(ISLANDS)).to_be_visible()
    return screen


def wished(screen: TreeScreen, *lines: str) -> None:
    """The page was told exactly these actions."""
    for line in lines:
        expect(screen.page.get_by_text(line, exact=True)).to_be_visible()
    expect(screen.page.get_by_text("[", exact=False)).to_have_count(len(lines))


def chosen(screen: TreeScreen) -> list[str]:
    """Names of the rows that are marked as chosen."""
    return list(screen.page.locator(".row.chosen .name").all_text_contents())


def drag(screen: TreeScreen, row: Locator, onto: Locator, part: float = 0.5, opens: Locator | None = None) -> None:
    """Drag a row onto a part of another one's height, stay there until it `opens` to show a row, let go."""
    start, end = row.bounding_box(), onto.bounding_box()
    assert start
    assert end
    mouse = screen.page.mouse
    mouse.move(start["x"] + 120, start["y"] + 15)
    mouse.down()
    mouse.move(end["x"] + 110, end["y"] + end["height"] * part, steps=4)
    mouse.move(end["x"] + 120, end["y"] + end["height"] * part)
    if opens:
        expect(opens).to_be_visible()
    mouse.up()


def test_shift_and_ctrl_choose_several_and_the_menu_acts_on_all_of_them(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.keys("ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown")
    assert set(chosen(screen)) == {HOSTILE, ARABIC, ISLANDS}
    expect(screen.page.get_by_role("status").filter(has_text="3 nodes chosen")).to_be_visible()
    screen.row(ISLANDS).click(modifiers=["Control"])
    screen.row(FIELD.format(2)).click(modifiers=["Control"])
    assert set(chosen(screen)) == {HOSTILE, ARABIC, FIELD.format(2)}
    screen.keys("Shift+F10")
    expect(screen.page.get_by_role("menuitem", name="Rename")).to_have_count(0)
    screen.page.get_by_role("menuitem", name="Change kind...").click()
    wished(screen, "kind [9, 10, 3]")


def test_ctrl_a_chooses_the_siblings(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.keys("ArrowDown", "Control+a")
    assert len(chosen(screen)) == 6
    assert FIELD.format(0) not in chosen(screen)
    screen.keys("Escape")
    assert chosen(screen) == []


def test_the_menu_works_by_keys_and_gives_the_focus_back(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.keys("ContextMenu")
    expect(screen.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    for key in ("ArrowUp", "ArrowUp", "Home", "p"):
        screen.page.keyboard.press(key)
    expect(screen.page.get_by_role("menuitem", name="Propose below")).to_be_focused()
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("menu")).to_have_count(0)
    expect(screen.tree).to_be_focused()
    screen.page.keyboard.press("Shift+F10")
    screen.page.keyboard.press("ArrowDown")
    screen.page.keyboard.press("Enter")
    wished(screen, "add [1]")
    screen.at(FIELD.format(0))


def test_keys_of_the_menu_work_without_it_where_the_entry_fits(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.keys("F2", "ArrowDown", "Delete")
    wished(screen, "rename [1]", "remove [9]")


def test_a_removed_node_offers_to_restore_it_and_nothing_that_needs_a_live_one(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.row(ISLANDS).click(button="right")
    expect(screen.page.get_by_role("menuitem", name="Restore")).to_be_visible()
    expect(screen.page.get_by_role("menuitem", name="Add below")).to_have_count(0)


def test_a_reader_may_open_and_choose_but_is_offered_no_change(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url, reader=1)
    drag(screen, screen.row(ARABIC), screen.row(FIELD.format(2)))
    screen.keys("Home", "F2", "Delete", "Control+x", "ArrowDown", "Control+v", "Alt+ArrowDown", "Shift+F10")
    expect(screen.page.get_by_role("menuitem")).to_have_count(1)
    wished(screen)


def test_a_drop_on_a_row_wishes_the_node_below_it_and_between_rows_beside_them(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    drag(screen, screen.row(ARABIC), screen.row(FIELD.format(2)))
    wished(screen, "move [10] to 3 before None")
    drag(screen, screen.row(ARABIC), screen.row(HOSTILE), part=0.1)
    wished(screen, "move [10] to 3 before None", "move [10] to 1 before 9")
    drag(screen, screen.row(FIELD.format(2)), screen.row(FIELD.format(7)), part=0.9)
    wished(screen, "move [10] to 3 before None", "move [10] to 1 before 9", "move [3] to None before None")
    expect(screen.page.get_by_text("Chosen None")).to_be_visible()


def test_a_node_is_not_dropped_below_itself_nor_where_it_is_and_escape_lets_go(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    drag(screen, screen.row(FIELD.format(0)), screen.row(ARABIC))
    drag(screen, screen.row(ARABIC), screen.row(HOSTILE), part=0.9)
    box = screen.row(ARABIC).bounding_box()
    assert box
    screen.page.mouse.move(box["x"] + 120, box["y"] + 15)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + 120, box["y"] + 300, steps=4)
    expect(screen.page.locator(".ghost")).to_be_visible()
    screen.tree.focus()
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator(".ghost")).to_have_count(0)
    screen.page.mouse.up()
    quiet(screen.page)
    wished(screen)


def test_waiting_over_a_closed_row_while_dragging_opens_it(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    drag(screen, screen.row(ARABIC), screen.row(FIELD.format(4)), opens=screen.row("Topic 5.0"))
    wished(screen, "move [10] to 5 before None")


def test_cut_and_paste_moves_what_was_cut_below_the_current_row(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.keys("ArrowDown", "Shift+ArrowDown", "Control+x", "End", "Control+v", "Control+v")
    wished(screen, "move [9, 10] to 8 before None")


def test_alt_and_arrows_move_a_node_past_its_neighbours(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.keys("ArrowDown", "ArrowDown", "Alt+ArrowUp")
    wished(screen, "move [10] to 1 before 9")
    screen.keys("Alt+ArrowDown")
    wished(screen, "move [10] to 1 before 9", "move [10] to 1 before 12")


def test_open_all_below_shows_every_level(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.row(FIELD.format(1)).click(button="right")
    screen.page.get_by_role("menuitem", name="Open all below").click()
    expect(screen.row("Level 20")).to_be_attached()


def test_star_opens_all_siblings(tree_page: Page, tree_url: str) -> None:
    screen = TreeScreen(tree_page, tree_url)
    screen.keys("*")
    expect(screen.row("Everything at once")).to_be_attached()
    screen.keys("End", "ArrowLeft")
    screen.at(FIELD.format(7))
    expect(screen.current).to_have_attribute("aria-expanded", "true")


def test_a_link_to_a_node_is_copied(tree_page: Page, tree_url: str) -> None:
    screen = opened(tree_page, tree_url)
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.row(ARABIC).click(button="right")
    screen.page.get_by_role("menuitem", name="Copy link").click()
    expect(screen.page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    assert "node=10" in str(screen.page.evaluate("navigator.clipboard.readText()"))
