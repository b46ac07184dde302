"""One change of a row in words: which row, what it was, what it became."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from core.services.histories import NamedChange

_HIDDEN = frozenset(
    {"name_key", "position", "touched", "meaning", "verified_at", "verified_version", "removed_with", "state_before"}
)
_ITEMS = {"node_link": "link", "not_alike": "told apart", "class_session": "class session", "subject_share": "share"}
_BELOW = "stands below"
_MOST = 600


def parents_in(changes: Iterable[NamedChange]) -> set[int]:
    """The nodes below which something stood or stands, to look up their names."""
    values = [values.get("parent_id") for each in changes for values in (each.change.was, each.change.became)]
    return {int(value) for value in values if value}


def change_row(each: NamedChange, places: Mapping[int, str] | None = None) -> dict[str, str]:
    """One line of a table; its cells are shown as plain text. `places`: names of the nodes above, by id."""
    change = each.change
    was, became = (_placed(values, places or {}) for values in (change.was, change.became))
    shown = [_BELOW if name == "parent_id" else name for name in change.changed if name not in _HIDDEN]
    if not was:
        before, after = "", _listed(became, [name for name in shown if became.get(name) not in {None, "", "[]", "{}"}])
    elif not became:
        before, after = _listed(was, [name for name in shown if was.get(name) not in {None, "", "[]", "{}"}]), ""
    else:
        before, after = _listed(was, shown), _listed(became, shown)
    kind = "added" if not was else "deleted" if not became else "changed"
    return {
        "What": f"{_ITEMS.get(change.item, change.item)} {kind}",
        "Name": each.name,
        "Before": before,
        "After": after,
    }


def _placed(values: Mapping[str, object], places: Mapping[int, str]) -> dict[str, object]:
    """With the name of the node above instead of its id."""
    found = dict(values)
    if "parent_id" in found:
        parent = found.pop("parent_id")
        found[_BELOW] = places.get(int(str(parent)), f"node {parent}") if parent else "the top"
    return found


def _listed(values: dict[str, object], names: list[str]) -> str:
    words = [f"{name.replace('_', ' ')}: {plain(values.get(name)) or 'nothing'}" for name in names]
    return "\n".join(words)[:_MOST]


def plain(value: object) -> str:
    """A value of the journal as people read it."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return _spelled(json.loads(value))
        except ValueError:  # a text that begins with a bracket
            return value
    return _spelled(value)


def _spelled(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_spelled, value))
    if isinstance(value, dict):
        parts = ((key, _spelled(inner)) for key, inner in value.items())
        return "; ".join(
            said if key == "preferred" else f"{key.replace('_', ' ')}: {said}" for key, said in parts if said
        )
    return "" if value is None else str(value)
