"""New question: another question of the seed's kind, with another final answer (budget rule, arXiv 2409.19759).

Three calls a sample: the augmenter writes the question, the self-verification step says whether it can be answered and
is well formed, the teacher answers it. A question that is unfit or says the same as the seed is dropped before its
answer is paid; a verdict that cannot be read is repaired once, by a fourth call.
"""

from __future__ import annotations

from core.domain.calls import Stage
from core.domain.seeds import whole_question
from core.domain.strategies import Strategy, TaskType
from core.errors import DroppedError
from core.generation.calls import Build, Spec, build, replaying, structured, usable
from core.generation.products import Ask, SampleMade
from core.generation.strategies.answer_augmentation import solve_call
from core.generation.strategies.method import Method, seed_lineage, task_of, turns_together
from core.generation.wording import question_in
from core.prompts.replies import FitReply


def new_question_call(spec: Spec) -> Build:
    """Rounds over the seeds ask the same prompt with another index: one seed gives as many questions as are wanted."""
    variables = {"question": _shown(spec), "material": spec["seed"].context, "task": task_of(spec).value}
    return build(Stage.AUGMENT, "new_question", variables, variables, spec["index"], spec.get("copies", 1))


def _shown(spec: Spec) -> str:
    """The seed question with its options."""
    return whole_question(spec["seed"].question, options=spec["seed"].options)


def check_call(spec: Spec, question: str) -> Build:
    """Self-verification: can it be answered, is it well formed?"""
    variables = {"question": question, "task": task_of(spec).value}
    return build(Stage.QUESTION_CHECK, "question_check", variables, variables, spec["index"])


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """Write, check, answer."""
    seed = spec["seed"]
    written = question_in(await ask(Stage.AUGMENT, new_question_call(spec)), _shown(spec), seed.question, seed.prompt)
    question = written.text
    if task_of(spec) is TaskType.TEXT_TO_SQL:  # it is asked of the same tables; other questions bring what they need
        question = whole_question(question, seed.context)
    verdict_request = await _must_be_fit(ask, check_call(spec, question))
    answer = usable(await ask(Stage.ANSWER, solve_call(spec, question)), "answer")
    requests = (
        (Stage.AUGMENT, written.request_id),
        (Stage.QUESTION_CHECK, verdict_request),
        (Stage.ANSWER, answer.request_id),
    )
    return SampleMade(question, answer, written.request_id, requests, seed_lineage(spec))


async def _must_be_fit(ask: Ask, check: Build) -> int:
    """The request of the verdict; DroppedError with its reason if the question is not fit."""
    checked = await ask(Stage.QUESTION_CHECK, check)
    verdict = await structured(replaying(checked, ask), Stage.QUESTION_CHECK, FitReply, check)
    if verdict.fit:
        return checked.request_id
    raise DroppedError(
        f"The new question is not fit to be asked: {verdict.reason or 'no reason was given.'}",
        "If many are dropped, choose a stronger augmenter, or rephrase the seed questions instead.",
    )


METHOD = Method(Strategy.NEW_QUESTION, turns_together, new_question_call, make)
