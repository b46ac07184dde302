"""How a step asks: a call made from a template, a structured reply with one repair, a text that can be used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from core.domain.calls import Call, Stage
from core.domain.naming import clean_text
from core.errors import UnusableReplyError
from core.generation.products import Answered, Ask, Choice
from core.prompts.rendering import header
from core.prompts.replies import REPLIES, parse, schema_of

Spec = Mapping[str, Any]
Build = Callable[[Choice], Call]
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
REPAIR_INDEX = 1_000_000


def build(
    stage: Stage,
    template: str,
    variables: Mapping[str, Any],
    context: Mapping[str, Any],
    index: int,
    copies: int = 1,
) -> Callable[[Choice], Call]:
    """A call of `template`, complete but for the teacher's settings; asks for a schema if the template names one.

    `copies` says how many items of the run ask this very prompt, each with another index.
    """
    model = REPLIES.get(header(template).reply)

    def with_choice(choice: Choice) -> Call:
        prompt = choice.prompts.render(template, variables)
        return Call(
            stage=stage,
            model=choice.model,
            messages=prompt.messages,
            temperature=choice.temperature,
            top_p=choice.top_p,
            max_tokens=choice.max_tokens,
            template=template,
            template_hash=prompt.template_hash,
            context=context,
            schema=schema_of(model) if model else None,
            schema_name=model.__name__ if model else "",
            sample_index=index,
            copies=copies,
        )

    return with_choice


async def structured(ask: Ask, stage: Stage, model: type[M], call: Callable[[Choice], Call]) -> M:
    """Ask for structure; a reply that cannot be read is repaired once by the same teacher, an empty one is not."""
    answered = await ask(stage, call)
    try:
        return parse(model, answered.text)
    except UnusableReplyError as problem:
        usable(answered, "reply")  # nothing could only be made up; a retry asks for it again
        form = json.dumps(schema_of(model))
        variables = {"text": answered.text[:20_000], "form": form, "problem": problem.message}
        repair = build(stage, "repair", variables, {"text": answered.text}, REPAIR_INDEX)
        return parse(model, (await ask(stage, repair)).text)


def replaying(first: Answered, ask: Ask) -> Ask:
    """Gives `first` to the first call and asks for the later ones."""
    left = [first]

    async def replay(stage: Stage, call: Callable[[Choice], Call]) -> Answered:
        return left.pop() if left else await ask(stage, call)

    return replay


async def all_of(tried: Iterable[Awaitable[T]]) -> list[T]:
    """All results in order, side by side; the first error is raised when nothing of it is under way any more."""
    results = await asyncio.gather(*tried, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]


def noting(ask: Ask, requests: list[tuple[Stage, int]]) -> Ask:
    """Asks, and writes down which requests answered which stages, repairs included."""

    async def note(stage: Stage, call: Callable[[Choice], Call]) -> Answered:
        answered = await ask(stage, call)
        requests.append((stage, answered.request_id))
        return answered

    return note


def usable(answered: Answered, what: str) -> Answered:
    """The text without what is around it; UnusableReplyError if nothing is left."""
    text = clean_text(answered.text)
    if not text:
        raise UnusableReplyError(
            f"The {what} came back empty.", "Retry the item or choose another teacher.", code="empty", billed=True
        )
    return Answered(answered.request_id, text)
