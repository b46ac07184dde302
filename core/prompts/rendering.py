"""Fill a template and cut it into messages; the template's hash travels with everything it makes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from core.domain.calls import Message
from core.errors import SettingsError

FOLDER = Path(__file__).parent / "templates"
_USER = "=== user ==="
_MACROS = '{% from "_macros.md.j2" import fence %}\n'


@dataclass(frozen=True, slots=True)
class Prompt:
    """A filled template."""

    template: str
    template_hash: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What the comment at the head of a template says about it."""

    purpose: str
    paper: str
    variables: tuple[str, ...]
    reply: str


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is a prompt, not HTML; foreign text is fenced by a macro
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    environment.filters["defuse"] = _defuse
    return environment


def _defuse(text: object, tag: str) -> str:
    """`text` without anything that could pass for an opening or closing `tag`, in any spelling."""
    return re.sub(rf"<(?=\s*/?\s*{tag}\b)", "&lt;", str(text).strip(), flags=re.IGNORECASE)


@cache
def _parts(name: str) -> tuple[Template, Template]:
    """The system and the user part, cut in the template so that no text put in can move the cut."""
    system, _, user = source(name).partition(_USER)
    return _environment().from_string(system), _environment().from_string(_MACROS + user)


def names() -> list[str]:
    """All templates, without their ending."""
    return sorted(path.name.removesuffix(".md.j2") for path in FOLDER.glob("[!_]*.md.j2"))


@cache
def source(name: str) -> str:
    """The template as written."""
    return (FOLDER / f"{name}.md.j2").read_text(encoding="utf-8")


@cache
def template_hash(name: str) -> str:
    """The hash of the shipped template."""
    return hash_of(source(name))


@cache
def header(name: str) -> Header:
    """The head of the template, parsed."""
    comment = source(name).split("{#", 1)[1].split("#}", 1)[0]
    head = yaml.safe_load(comment)
    return Header(head["purpose"], head["paper"], tuple(head["variables"]), head["reply"])


def render(name: str, variables: Mapping[str, object]) -> Prompt:
    """Fill template `name`; a missing variable raises, a part before "=== user ===" is the system message."""
    roles = zip(("system", "user"), _parts(name), strict=True)
    messages = tuple(Message(role, part.render(variables).strip()) for role, part in roles)
    return Prompt(name, template_hash(name), messages)


@dataclass(frozen=True, eq=False)
class PromptBook:
    """The prompts of one project: the shipped ones but for its own copies (template -> whole text with its head)."""

    copies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def render(self, name: str, variables: Mapping[str, object]) -> Prompt:
        """Fill the template as the project words it."""
        if name not in self.copies:
            return render(name, variables)
        return self._own(name, variables)

    def _own(self, name: str, variables: Mapping[str, object]) -> Prompt:
        text = self.copies[name]
        system, _, user = text.partition(_USER)
        environment = _own_environment()
        parts = (environment.from_string(system), environment.from_string(_MACROS + user))
        try:
            messages = tuple(
                Message(role, part.render(variables).strip())
                for role, part in zip(("system", "user"), parts, strict=True)
            )
        except (TemplateError, TypeError, ValueError) as error:
            raise SettingsError(
                f"The project's own wording of the prompt {name!r} cannot be filled in: {error}.",
                "Mend it in the preview on the Generate page, or go back to the shipped wording.",
            ) from error
        return Prompt(name, hash_of(text), messages)


SHIPPED = PromptBook()


@cache
def _own_environment() -> Environment:
    """People's templates run in a sandbox: values can be filled in, nothing else can be reached."""
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["defuse"] = _defuse
    return environment


def hash_of(text: str) -> str:
    """Twelve hexadecimal digits over a template and the macros it may use."""
    macros = (FOLDER / "_macros.md.j2").read_text(encoding="utf-8")
    return hashlib.sha256((text + macros).encode()).hexdigest()[:12]
