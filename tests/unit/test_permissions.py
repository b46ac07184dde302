"""What each role may do: every service method that is told who acts is declared here with the right it demands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any
from unittest.mock import MagicMock

import pytest

from core.domain.people import Action, Principal, Role
from core.errors import NotAllowedError
from core.workspace import Workspace

Method = Callable[..., Any]
DEMANDED: Mapping[Action, Mapping[str, str]] = {
    Action.REVIEW: {
        "review": "decide edit flag skip undo",
        "queues": "keep_keys serve",
        "bulk_verdicts": "judge take_back",
        "repairs": "give_up",
        "human_seeds": "put_in take_back",
    },
    Action.EDIT: {
        "tree": "add move remove restore sort_children",
        "files": "import_",
        "votes": "keep_branch recount_votes reopen settle vote vote_many",
        "growth": "decide_many save_goal",
        "actions": "redo undo",
        "outlines": "add_outline",
        "merging": "merge",
        "kinds": "change",
        "removal": "remove restore",
        "links": "remove",
        "likeness": "dismiss",
        "curriculum": "move_subjects reopen_syllabus verify_syllabi verify_syllabus",
        "subjects": "add_lines move_to reorder save_table",
        "merges": "share unshare",
        "proposals": "dismiss take",
    },
    Action.SEEDS: {
        "seeds": "attach_database detach_database edit fill_context new_version remove remove_example rename restore"
        " set_task_type",
    },
    Action.RUN: {
        "generation": "start",
        "prompts": "save use",
        "runs": "cancel reparse resume retry_failed set_caps",
        "repairs": "start",
    },
    Action.FREEZE: {
        "datasets": "cancel discard freeze freeze_draft prepare prepare_again",
        "exports": "cancel delete order",
        "benchmarks": "remove restore take_in",
    },
    Action.SETTINGS: {
        "projects": "choose_teachers create save",
        "connections": "add add_local delete_model download edit pause_download remove set_models set_price test"
        " use_listed_price",
        "switch_points": "reset save",
        "queues": "keep_plan",
        "reviewers": "add_gold remove_gold",
        "maintenance": "backup recount restore",
        "verdict_imports": "keep take_back take_in",
    },
}
CHECKED_FIRST: Mapping[str, str] = {  # what was typed is checked before the right is demanded
    "tree": "edit",
    "files": "set_base",
    "splitting": "split",
    "bulk": "edit_many",
    "links": "add",
    "curriculum": "add_subject edit_subject save_syllabus",
    "merges": "merge",
    "adviser": "start_pilot",
    "seeds": "add_shipped take_in",
}
OPEN: Mapping[str, str] = {  # looking, and one's own place; the demo is there for everybody
    "projects": "open_demo",
    "taxonomy": "history next_open view",
    "rows": "children reveal some",
    "search": "find first",
    "growth": "proposals proposals_on waits",
    "verifying": "agreement ahead disputes left progress",
    "actions": "choice",
    "history": "of_node opened page",
    "subjects": "step",
    "queues": "in_other_hands keep_place keys place release",
    "bulk_verdicts": "unfinished",
    "reviewers": "progress",
}
MAY: Mapping[Role, set[Action]] = {
    Role.VIEWER: set(),
    Role.REVIEWER: {Action.REVIEW},
    Role.EXPERT: {Action.REVIEW, Action.EDIT, Action.SEEDS},
    Role.OWNER: set(Action),
}


class _DemandedError(Exception):
    def __init__(self, action: Action) -> None:
        super().__init__(action)
        self.action = action


class _Asking(Principal):
    """Nobody: tells which right is demanded first."""

    def must(self, action: Action) -> None:
        raise _DemandedError(action)


def _named(table: Mapping[str, str]) -> set[str]:
    return {f"{service}.{method}" for service, methods in table.items() for method in methods.split()}


def _methods(work: Workspace) -> Iterator[tuple[str, Method]]:
    """All that are told who acts."""
    for each in fields(work):
        service = getattr(work, each.name)
        for name, method in inspect.getmembers(service, inspect.ismethod):
            if not name.startswith("_") and "who" in inspect.signature(method).parameters:
                yield f"{each.name}.{name}", method


def _arguments(method: Method) -> Iterator[dict[str, object]]:
    """A few ways to call it, of which one passes the checks of what was typed, if these come first."""
    told = [each for each in inspect.signature(method).parameters.values() if each.default is each.empty]
    kinds = [(each.name, str(each.annotation).split("[")[0].split(" ")[0]) for each in told]
    typed: dict[str, object] = {"str": "text", "int": 1, "Mapping": {}}
    for several in (MagicMock(), [1, 2], [MagicMock(), MagicMock()]):
        for words in ({}, typed | {"Sequence": several, "Collection": several}):
            yield {name: words.get(kind, MagicMock()) for name, kind in kinds} | {"who": _Asking("Nobody")}


def _demands(method: Method) -> Action | None:
    for values in _arguments(method):
        try:
            method(**values)
        except _DemandedError as demanded:
            return demanded.action
        except Exception:  # noqa: BLE001 - the made-up arguments fit no further
            continue
    return None


def test_every_method_that_is_told_who_acts_demands_the_right_it_is_declared_with(work: Workspace) -> None:
    declared = {name: action for action, table in DEMANDED.items() for name in _named(table)}
    unchecked = _named(CHECKED_FIRST) | _named(OPEN)
    methods = dict(_methods(work))
    assert methods.keys() == declared.keys() | unchecked
    assert {name: _demands(methods[name]) for name in declared} == declared
    assert {name for name in _named(OPEN) if _demands(methods[name])} == set()


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_it_is_given_and_nothing_else(role: Role) -> None:
    def may(action: Action) -> bool:
        try:
            Principal("P", role).must(action)
        except NotAllowedError:
            return False
        return True

    assert {action for action in Action if may(action)} == MAY[role]
