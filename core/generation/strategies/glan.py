"""GLAN: homework questions from class sessions and key concepts of verified syllabi (arXiv 2402.13064, section 2.4).

Two calls a sample: the question, with the whole syllabus and how far the students have come; the answer by a separate
call, which gave better quality.
"""

from __future__ import annotations

from typing import Any

from core.domain.calls import Stage
from core.domain.plans import SamplesPlan
from core.domain.strategies import Strategy
from core.generation.calls import Build, Spec, build, usable
from core.generation.drawing import draw
from core.generation.products import Ask, SampleMade
from core.generation.strategies.method import Material, Method, Planned


def plan_items(plan: SamplesPlan, material: Material) -> Planned:
    """Decks dealt over weighted disciplines and their subjects; no set of concepts twice before all were used."""
    share, seed = plan.challenging_share, plan.random_seed
    specs, positions = draw(material.sources, plan.count, share, seed, plan.start, plan.weights, first=material.first)
    return Planned([{**spec, "strategy": Strategy.GLAN.value} for spec in specs], positions)


def question_call(spec: Spec) -> Build:
    """The whole syllabus first: the long part that many calls share can be cached by the server."""
    variables = {
        "discipline": spec["discipline"],
        "syllabus": spec["syllabus_text"],
        "learned_up_to": f"{spec['session_numbers'][-1]}, {spec['sessions'][-1]}",
        "sessions": spec["sessions"],
        "concepts": [concept for group in spec["groups"] for concept in group],
        "difficulty": spec["difficulty"],
    }
    context = {"groups": spec["groups"], "concepts": variables["concepts"], "discipline": spec["discipline"]}
    return build(Stage.QUESTION, "question", variables, context, spec["index"])


def answer_call(spec: Spec, question: str) -> Build:
    """The answer call: a separate request."""
    variables = {"discipline": spec["discipline"], "question": question}
    return build(Stage.ANSWER, "answer", variables, {"question": question}, spec["index"])


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """Question, then answer."""
    question = usable(await ask(Stage.QUESTION, question_call(spec)), "question")
    answer = usable(await ask(Stage.ANSWER, answer_call(spec, question.text)), "answer")
    requests = ((Stage.QUESTION, question.request_id), (Stage.ANSWER, answer.request_id))
    return SampleMade(question.text, answer, question.request_id, requests, lineage(spec))


def lineage(spec: Spec) -> dict[str, Any]:
    """Place in the taxonomy, class sessions, key concepts, syllabus and deck position."""
    kept = ("path", "discipline", "subject", "sessions", "session_numbers", "groups", "difficulty", "n_sessions")
    return {
        **{key: spec[key] for key in kept},
        "syllabus_id": spec["syllabus_id"],
        "syllabus_version": spec["syllabus_version"],
        "syllabus_hash": spec["syllabus_hash"],
        "deck_position": spec["position"],
    }


METHOD = Method(Strategy.GLAN, plan_items, question_call, make)
