"""A judge: a teacher solves the question itself and says whether the answer is right. One call a sample."""

from __future__ import annotations

from core.domain.calls import Stage
from core.errors import TeacherRefusedError, UnusableReplyError
from core.generation.calls import Spec, build, replaying, structured
from core.generation.products import Ask, Finding, SampleMade
from core.prompts.replies import JudgeReply


async def find(ask: Ask, spec: Spec, made: SampleMade) -> Finding:
    """Ask the verifier; a judge that refuses or cannot be read costs the sample nothing."""
    pair = {"question": made.question, "answer": made.answer.text}
    call = build(Stage.VERIFICATION, "verify", {"discipline": spec.get("discipline", "the matter"), **pair}, pair, 0)
    try:
        judged = await ask(Stage.VERIFICATION, call)
        reply = await structured(replaying(judged, ask), Stage.VERIFICATION, JudgeReply, call)
    except (TeacherRefusedError, UnusableReplyError) as problem:
        return Finding("judge", None, f"No judgement: {problem.message}")
    return Finding("judge", reply.correct, reply.reason, (judged.request_id,))
