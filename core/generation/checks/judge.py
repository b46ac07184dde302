"""A judge: a teacher solves the question itself and says whether the answer is right. One call a sample."""

from __future__ import annotations

from core.domain.calls import Stage
from core.errors import TeacherRefusedError, UnusableReplyError
from core.generation.calls import Build, Spec, build, replaying, structured
from core.generation.products import Ask, Finding, SampleMade
from core.prompts.replies import JudgeReply

METHOD = "judge"


def judge_call(spec: Spec, made: SampleMade, rubric: str) -> Build:
    """The pair, what came before it in a conversation, and what the plan wants to be looked at."""
    pair = {"question": made.question, "answer": made.answer.text}
    variables = {"discipline": spec.get("discipline", ""), "rubric": rubric, "question": _asked(made)}
    context = {**pair, "rubric": rubric} if rubric else pair
    return build(Stage.VERIFICATION, "verify", {**variables, "answer": pair["answer"]}, context, 0)


def _asked(made: SampleMade) -> str:
    """The question with the turns before it."""
    turns = [f"Asked before: {question}\n\nAnswered: {answer}" for question, answer in made.history]
    return "\n\n".join([*turns, f"Asked now: {made.question}"]) if turns else made.question


async def find(ask: Ask, spec: Spec, made: SampleMade, rubric: str = "") -> Finding:
    """Ask the verifier; a judge that refuses or cannot be read costs the sample nothing."""
    call = judge_call(spec, made, rubric)
    try:
        judged = await ask(Stage.VERIFICATION, call)
        reply = await structured(replaying(judged, ask), Stage.VERIFICATION, JudgeReply, call)
    except (TeacherRefusedError, UnusableReplyError) as problem:
        return Finding(METHOD, None, f"No judgement: {problem.message}")
    return Finding(METHOD, reply.correct, reply.reason, (judged.request_id,))
