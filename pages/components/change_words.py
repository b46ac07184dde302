"""One change of a row in words: which row, what it was, what it became."""

from __future__ import annotations

import json

from core.services.histories import NamedChange

_HIDDEN = frozenset(
    {"name_key", "position", "touched", "meaning", "verified_at", "verified_version", "removed_with", "state_before"}
)
_ITEMS = {"node_link": "link", "not_alike": "told apart", "class_session": "class session", "subject_share": "share"}
_MOST = 600


def change_row(each: NamedChange) -> dict[str, str]:
    """One line of a table; its cells are shown as plain text."""
    change = each.change
    was, became = change.was, change.became
    shown = [name for name in change.changed if name not in _HIDDEN]
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
