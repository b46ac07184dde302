"""Question rephrase: the seed question in other words, with the same final answer (budget rule, arXiv 2409.19759).

Two calls a sample: the augmenter rewrites the question, the teacher answers it. Options, passages and schemas that
belong to the question stay as they are, so the letter of the right option and the query stay right. A question that
comes back unchanged, or without one of its numbers, is dropped before its answer is paid; the second is a rule of our
own: small models leave the data of a question out.
"""

from __future__ import annotations

from core.domain.calls import Stage
from core.domain.seeds import whole_question
from core.domain.strategies import Strategy
from core.errors import DroppedError
from core.generation.calls import Build, Spec, build, usable
from core.generation.lost_numbers import lost_number
from core.generation.products import Ask, SampleMade
from core.generation.strategies.answer_augmentation import solve_call
from core.generation.strategies.method import Method, seed_lineage, task_of, turns
from core.generation.wording import question_in


def rephrase_call(spec: Spec) -> Build:
    """The question alone is rewritten; what belongs to it is shown."""
    seed = spec["seed"]
    variables = {"question": seed.question, "material": whole_question("", seed.context, seed.options)}
    context = {**variables, "task": task_of(spec).value}
    return build(Stage.AUGMENT, "rephrase", variables, context, spec["index"])


async def make(ask: Ask, spec: Spec) -> SampleMade:
    """Rewrite, then answer. The seed's final answer goes along as what the new answer should be."""
    seed = spec["seed"]
    most = 4 * len(seed.question) + 400
    written = question_in(await ask(Stage.AUGMENT, rephrase_call(spec)), seed.question, most=most)
    lost = lost_number(seed.question, written.text)
    if lost:
        raise DroppedError(
            f"The rewritten question has lost the number {lost}.", "If this happens often, choose another augmenter."
        )
    question = whole_question(written.text, seed.context, seed.options)
    answer = usable(await ask(Stage.ANSWER, solve_call(spec, question)), "answer")
    requests = ((Stage.AUGMENT, written.request_id), (Stage.ANSWER, answer.request_id))
    lineage = {**seed_lineage(spec), "expected_final": seed.final}
    return SampleMade(question, answer, written.request_id, requests, lineage)


METHOD = Method(Strategy.QUESTION_REPHRASE, turns, rephrase_call, make)
