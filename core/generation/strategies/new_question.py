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
from core.generation.calls import Build, Spec, build, noting, structured, usable
from core.generation.products import Ask, SampleMade
from core.generation.strategies.answer_augmentation import solve_call
from core.generation.strategies.method import Method, seed_lineage, task_of, turns
from core.generation.wording import question_in
from core.prompts.replies import FitReply


def new_question_call(spec: Spec) -> Build:
    """Rounds over the seeds ask the same prompt with another index: one seed gives as many questions as are wanted."""
    variables = {"question": _shown(spec), "material": spec["seed"].context, "task": task_of(spec).value}
    return build(Stage.AUGMENT, "new_question", variables, variables, spec["index"])


def _shown(spec: Spec) -> str:
    """The seed question with its options."""
    return whole_question(spec["seed"].question, options=spec["seed"].options)


def check_call(spec: Spec, question: str) -> Build:
    """Self-verification: can it be answered, is it well formed?"""
    variables = {"question": question, "task": task_of(spec).value}
    return build(Stage.QUESTION_CHECK, "question_check", variables, variables, spec["index"])


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """Write, check, answer."""
    seed, requests = spec["seed"], list[tuple[Stage, int]]()
    ask = noting(ask, requests)
    written = question_in(await ask(Stage.AUGMENT, new_question_call(spec)), _shown(spec), seed.question, seed.prompt)
    question = written.text
    if task_of(spec) is TaskType.TEXT_TO_SQL:  # it is asked of the same tables; other questions bring what they need
        question = whole_question(question, seed.context)
    verdict = await structured(ask, Stage.QUESTION_CHECK, FitReply, check_call(spec, question))
    if not verdict.fit:
        raise DroppedError(
            f"The new question is not fit to be asked: {verdict.reason or 'no reason was given.'}",
            "If many are dropped, choose a stronger augmenter, or rephrase the seed questions instead.",
        )
    answer = usable(await ask(Stage.ANSWER, solve_call(spec, question)), "answer")
    return SampleMade(question, answer, written.request_id, tuple(requests), seed_lineage(spec))


METHOD = Method(Strategy.NEW_QUESTION, turns, new_question_call, make)
