"""Plan files: a plan as YAML with names instead of ids, and the line of everything that can be wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml
from pydantic import ValidationError

from core.domain.money import NANO, dollars
from core.errors import ImportRejectedError
from core.interchange.plan_shapes import FILE, FORMAT, SEPARATOR, PlanFile

MAX_BYTES = 5 * 1024 * 1024
_FIRST = ("format", "kind", "title", "purpose", "strategy")
_LAST = ("include_unverified", "execution", "cost_cap_dollars", "call_cap", "teachers", "crew", "start", "position")
_UNSAID: Mapping[str, Any] = {
    "start": [],
    "position": None,
    "crew": {},
    "weights": [],
    "seeds": None,
    "runs": [],
    "checks": {},
    "purpose": "",
    "verify": False,
}
Loc = Sequence[str | int]


class Places:
    """Where in the file a value stands."""

    def __init__(self, root: yaml.Node) -> None:
        self._root = root

    def line(self, *loc: str | int) -> int:
        """The 1-based line of the value at `loc`, or of the closest thing around it."""
        node = self._root
        for step in loc:
            inner = _child(node, step)
            if inner is None:
                break
            node = inner
        return int(node.start_mark.line) + 1

    def refuse(self, loc: Loc, reason: str, hint: str) -> ImportRejectedError:
        """The error for the value at `loc`, to be raised."""
        place = " > ".join(str(part + 1) if isinstance(part, int) else part for part in loc)
        return ImportRejectedError(self.line(*loc), f"{place}: {reason}" if place else reason, hint)


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if getattr(key, "value", None) == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def read(content: bytes, name: str) -> tuple[PlanFile, Places]:
    """Parse and check a file; raises ImportRejectedError with the line and the place."""
    if len(content) > MAX_BYTES:
        raise ImportRejectedError(0, f"{name} is larger than 5 MB.", "Choose a plan file as this app saves them.")
    try:
        text = content.decode("utf-8-sig")
        root, value = _load(text)
    except UnicodeDecodeError as error:
        raise ImportRejectedError(0, f"{name} is not UTF-8 text.", "Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ImportRejectedError(
            line, f"This is not YAML: {error.problem}.", "Mend the line and try again."
        ) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise ImportRejectedError(0, "This is not YAML that can be read.", "Mend the file and try again.") from error
    except RecursionError as error:
        raise ImportRejectedError(0, "The file is nested too deeply.", "A plan has three levels.") from error
    places = Places(root)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        hint = f"A plan file begins with the line `format: {FORMAT}`. Save one on the Generate page to see its shape."
        raise ImportRejectedError(0, f"{name} is not a plan file.", hint)
    try:
        return FILE.validate_python(value), places
    except ValidationError as error:
        first = error.errors()[0]
        loc = first["loc"][1:] if first["loc"] and first["loc"][0] == value.get("kind") else first["loc"]
        message = first["msg"].removeprefix("Value error, ").rstrip(".")
        hint = "Mend this value and load the file again."
        raise places.refuse([p for p in loc if p != "[key]"], f"{message}.", hint) from error


def _load(text: str) -> tuple[yaml.Node, Any]:
    if "&" in text and any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(text, Loader=yaml.SafeLoader)):
        raise ImportRejectedError(0, "Anchors and aliases are not allowed.", "Write the names out.")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        raise ImportRejectedError(0, "The file is empty.", "Choose a plan file.")
    _refuse_twins(root)
    return root, yaml.safe_load(text)


def _refuse_twins(node: yaml.Node) -> None:
    """A key that stands twice would silently lose its first value."""
    children = node.value if isinstance(node, yaml.SequenceNode) else []
    if isinstance(node, yaml.MappingNode):
        seen: set[object] = set()
        for key, _ in node.value:
            named = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            if named in seen:
                raise ImportRejectedError(
                    int(key.start_mark.line) + 1, f"{str(named)[:80]!r} is given twice.", "Keep one of them."
                )
            seen.add(named)
        children = [value for _, value in node.value]
    for child in children:
        _refuse_twins(child)


def write(file: PlanFile) -> bytes:
    """The file as YAML in reading order; what says nothing is left out."""
    return str(
        yaml.safe_dump(_ordered(file.model_dump(mode="json")), sort_keys=False, allow_unicode=True, width=120)
    ).encode()


def _ordered(row: Mapping[str, Any]) -> dict[str, Any]:
    row = {**row, "checks": {key: value for key, value in row.get("checks", {}).items() if value}}
    said = {key: value for key, value in row.items() if value != _UNSAID.get(key, ...)}
    if "strategy" in said:
        said = {key: value for key, value in said.items() if key not in _idle(said)}
    own = [key for key in said if key not in {*_FIRST, *_LAST}]
    order = [key for key in (*_FIRST, *own, *_LAST) if key in said]
    return {key: _plain(key, said[key]) for key in order}


def _idle(part: Mapping[str, Any]) -> set[str]:
    """Keys that mean nothing to the strategy of a part; "verify" is said by the checks."""
    of_strategy = {
        "disciplines": ("glan",),
        "subjects": ("glan",),
        "challenging_share": ("glan",),
        "include_unverified": ("glan",),
        "rounds": ("evol_instruct", "multi_turn"),
        "breadth_share": ("evol_instruct",),
    }
    return {key for key, strategies in of_strategy.items() if part["strategy"] not in strategies}


def _plain(key: str, value: Any) -> Any:
    if key == "cost_cap_dollars" and value is not None:
        exact = format(Decimal(value) / NANO, "f")
        return float(exact) if dollars(str(float(exact))) == value else exact
    if key in {"disciplines", "subjects", "nodes"}:
        return [_joined(path) for path in value]
    if key == "node" and value is not None:
        return _joined(value)
    if key in {"start", "weights"}:
        return [{k: _joined(v) if k in {"syllabus", "discipline"} else v for k, v in entry.items()} for entry in value]
    return [_ordered(part) for part in value] if key == "parts" else value


def _joined(path: Sequence[str]) -> str | list[str]:
    return list(path) if any(">" in name for name in path) else SEPARATOR.join(path)
