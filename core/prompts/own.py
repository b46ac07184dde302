"""A project's own wording of a prompt: its head stays the shipped one, the body is checked before it is used."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import TemplateError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from core.domain.naming import clean_text
from core.errors import InvalidInputError
from core.prompts import rendering

MAX_BODY = 20_000
_PREFIXES = ("taxonomy_", "subjects_", "syllabus_", "repair")
_CUT = "=== user ==="
_FENCES = '{% from "_macros.md.j2" import fence %}\n'
_LOOPS = 8
_FILTERS = frozenset({"join", "length", "lower", "upper", "trim", "first", "last", "default", "capitalize", "title"})
_HEAVY = (nodes.Macro, nodes.Include, nodes.Extends, nodes.Block, nodes.CallBlock, nodes.Mul, nodes.Pow, nodes.Mod)


@dataclass(frozen=True, slots=True)
class Body:
    """What a person edits: the two messages."""

    system: str
    user: str


def editable() -> list[str]:
    """Templates of samples, whose prompts a plan carries."""
    return [name for name in rendering.names() if not name.startswith(_PREFIXES)]


def body_of(text: str) -> Body:
    """The messages of a whole template text."""
    body = text.split("#}", 1)[1].replace(_FENCES.strip(), "", 1)
    system, _, user = body.partition(_CUT)
    return Body(system.strip(), user.strip())


def whole(name: str, body: Body) -> str:
    """The template text for a body: shipped head, macros, both messages. Raises InvalidInputError with the place."""
    system, user = clean_text(body.system), clean_text(body.user)
    _refuse_size(system, user)
    text = f"{_head(name)}\n{_FENCES}{system}\n{_CUT}\n{user}\n"
    for title, part in (("system", system), ("user", user)):
        _check(name, title, part)
    return text


def _head(name: str) -> str:
    return rendering.source(name).split("#}", 1)[0] + "#}"


def _refuse_size(system: str, user: str) -> None:
    if not user:
        raise InvalidInputError("The user message is empty.", "Write what the teacher is asked.")
    if len(system) + len(user) > MAX_BODY:
        raise InvalidInputError(
            f"The prompt has {len(system) + len(user):,} characters; {MAX_BODY:,} are allowed.", "Shorten it."
        )
    if _CUT in system or _CUT in user:
        raise InvalidInputError(f"The line {_CUT!r} separates the two messages.", "Remove it from the text.")


def _check(name: str, title: str, part: str) -> None:
    environment = SandboxedEnvironment()
    environment.filters["defuse"] = str
    try:
        tree = environment.parse(_FENCES + part)
    except TemplateError as error:
        line = max(1, (getattr(error, "lineno", None) or 2) - 1)
        raise InvalidInputError(
            f"Line {line} of the {title} message is not a template: {str(error.message or '').rstrip('.')}.",
            "Values stand in double braces, like {{ question }}; conditions and loops between {% and %}.",
        ) from error
    known = set(rendering.header(name).variables)
    unknown = sorted(meta.find_undeclared_variables(tree) - known)
    if unknown:
        raise InvalidInputError(
            f"The {title} message uses {unknown[0]!r}, which this prompt does not have.",
            f"It has: {', '.join(sorted(known))}.",
        )
    _refuse_heavy(title, tree)


def _refuse_heavy(title: str, tree: nodes.Template) -> None:
    """Values, conditions, single loops and a few filters are all that a prompt needs; nothing that could run away."""
    loops = list(tree.find_all(nodes.For))
    calls = list(tree.find_all(nodes.Call))
    unusual = any(part.name not in _FILTERS for part in tree.find_all(nodes.Filter))
    calling = any(not (isinstance(call.node, nodes.Name) and call.node.name == "fence") for call in calls)
    if unusual or calling or len(loops) > _LOOPS or any(True for _ in tree.find_all(_HEAVY)):
        raise InvalidInputError(
            f"The {title} message uses more than values, conditions, `fence` and simple filters.",
            f"Filters that work: {', '.join(sorted(_FILTERS))}.",
        )
    if any(list(loop.find_all(nodes.For)) for loop in loops):
        raise InvalidInputError(f"The {title} message has a loop inside a loop.", "Take one of them out.")


def missing(name: str, body: Body) -> list[str]:
    """Values that the shipped prompt gives the teacher and this wording does not."""
    environment = SandboxedEnvironment()
    environment.filters["defuse"] = str
    used: set[str] = set()
    for part in (body.system, body.user):
        used |= meta.find_undeclared_variables(environment.parse(_FENCES + part))
    return [variable for variable in rendering.header(name).variables if variable not in used]
