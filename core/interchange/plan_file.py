"""Plan files: a plan as YAML with names instead of ids, and the line of everything that can be wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from core.domain.calls import Stage
from core.domain.curriculum import Part
from core.domain.growth import MAX_NAMES, MAX_QUERIES, MAX_SCOPE, NAMES
from core.domain.money import NANO, dollars
from core.domain.plans import MAX_PLACES, MAX_SAMPLES, Execution
from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError, InvalidInputError

FORMAT = "glan-studio-plan/1"
MAX_BYTES = 5 * 1024 * 1024
MAX_ENTRIES = 20_000
_SEPARATOR = " > "
_FIRST = ("format", "kind", "title")
_LAST = ("include_unverified", "execution", "cost_cap_dollars", "call_cap", "teachers", "start")
Loc = Sequence[str | int]


def _path(value: object) -> object:
    """ "A > B > C" or a list of names, for names that hold the separator themselves."""
    return tuple(part.strip() for part in value.split(_SEPARATOR)) if isinstance(value, str) else value


def _amount(value: object) -> object:
    """Dollars as typed, in nano-dollars."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("must be an amount in dollars such as 2.50")  # noqa: TRY004 - pydantic reports ValueError
    try:
        return dollars(str(value), "cost cap")
    except InvalidInputError as error:
        raise ValueError(error.message) from error


Path = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], BeforeValidator(_path)]
Paths = Annotated[tuple[Path, ...], Field(max_length=MAX_ENTRIES)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TeacherEntry(_Part):
    """A teacher by the name of its connection; sampling that is left out is the paper's."""

    connection: str
    model: str
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=200_000)] | None = None


class StartEntry(_Part):
    """How many questions of a syllabus were dealt before the plan begins."""

    syllabus: Path
    version: Annotated[int, Field(ge=1)]
    basic: Annotated[int, Field(ge=0)] = 0
    challenging: Annotated[int, Field(ge=0)] = 0


class _File(_Part):
    format: Literal["glan-studio-plan/1"]
    title: Annotated[str, Field(max_length=200)] = ""
    include_unverified: bool = False
    execution: Execution = "live"
    teachers: dict[Stage, TeacherEntry] = Field(default_factory=dict)
    cost_cap_dollars: Annotated[int | None, BeforeValidator(_amount)] = None
    call_cap: Annotated[int, Field(ge=1)] | None = None


class TaxonomyFile(_File):
    """Propose children of a node, null = fields, or of each of several nodes."""

    kind: Literal["taxonomy"] = "taxonomy"
    node: Path | None = None
    nodes: Annotated[tuple[Path, ...], Field(max_length=MAX_PLACES)] = ()
    child: NodeKind | None = None
    scope: Annotated[str, Field(max_length=MAX_SCOPE)] = ""
    queries: Annotated[int, Field(ge=1, le=MAX_QUERIES)] = 3
    names: Annotated[int, Field(ge=1, le=MAX_NAMES)] = NAMES
    only_new: bool = False


class SubjectsFile(_File):
    """List the subjects of disciplines."""

    kind: Literal["subjects"] = "subjects"
    disciplines: Annotated[Paths, Field(min_length=1)]
    queries: Annotated[int, Field(ge=1, le=50)] = 10


class SyllabiFile(_File):
    """Design a syllabus for each subject, or write a part anew: opening, sessions, or the session named."""

    kind: Literal["syllabi"] = "syllabi"
    subjects: Annotated[Paths, Field(min_length=1)]
    part: Part = Part.WHOLE
    session: str = ""


class SamplesFile(_File):
    """Questions and answers; without disciplines and subjects from everything verified."""

    kind: Literal["samples"] = "samples"
    disciplines: Paths = ()
    subjects: Paths = ()
    samples: Annotated[int, Field(ge=1, le=MAX_SAMPLES)]
    challenging_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    verify: bool = False
    random_seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    start: Annotated[tuple[StartEntry, ...], Field(max_length=MAX_ENTRIES)] = ()


PlanFile = Annotated[TaxonomyFile | SubjectsFile | SyllabiFile | SamplesFile, Field(discriminator="kind")]
_FILE: TypeAdapter[PlanFile] = TypeAdapter(PlanFile)


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
        return _FILE.validate_python(value), places
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
    """The file as YAML in reading order."""
    row = file.model_dump(mode="json")
    own = [key for key in row if key not in {*_FIRST, *_LAST}]
    last = [key for key in _LAST if key in row and (key != "start" or row[key])]
    row = {key: _plain(key, row[key]) for key in [*_FIRST, *own, *last]}
    return str(yaml.safe_dump(row, sort_keys=False, allow_unicode=True, width=120)).encode()


def _plain(key: str, value: Any) -> Any:
    if key == "cost_cap_dollars" and value is not None:
        exact = format(Decimal(value) / NANO, "f")
        return float(exact) if dollars(str(float(exact))) == value else exact
    if key in {"disciplines", "subjects", "nodes"}:
        return [_joined(path) for path in value]
    if key == "node" and value is not None:
        return _joined(value)
    if key == "start":
        return [{**entry, "syllabus": _joined(entry["syllabus"])} for entry in value]
    return value


def _joined(path: Sequence[str]) -> str | list[str]:
    return list(path) if any(">" in name for name in path) else _SEPARATOR.join(path)
