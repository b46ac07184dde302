"""A scripted teacher for tests: deterministic, fills usage, can be told to fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from core.domain.calls import Call, Reply, Stage
from core.domain.money import Usage

Script = Callable[[Call, int], Reply | str]


class ScriptedTeacher:
    """Answers by `script(call, number)`, which returns a text or a Reply, or raises. `asked` lists every call."""

    answers_at_once = 1

    def __init__(self, script: Script | None = None, *, seconds: float = 0.0) -> None:
        self._script = script or plain_script
        self._seconds = seconds
        self.asked: list[Call] = []

    async def ask(self, call: Call) -> Reply:
        """Answer at once, or after `seconds`."""
        self.asked.append(call)
        number = len(self.asked)
        await asyncio.sleep(self._seconds)
        answer = self._script(call, number)
        return answer if isinstance(answer, Reply) else reply_of(answer, call)

    async def close(self) -> None:
        """Nothing to free."""


def reply_of(text: str, call: Call, finish_reason: str = "stop") -> Reply:
    """A well-formed reply with counted usage: four bytes a token."""
    text = text.encode("utf-8", "replace").decode()
    usage = Usage(prompt=max(1, call.prompt_bytes // 4), completion=max(1, len(text.encode()) // 4))
    raw = json.dumps({"choices": [{"message": {"content": text}, "finish_reason": finish_reason}]})
    return Reply(text, finish_reason, usage, call.model, raw, latency_ms=1)


def plain_script(call: Call, number: int) -> str:
    """Valid answers for every stage, different for every call."""
    if call.stage is Stage.TAXONOMY:
        return json.dumps({"children": [{"name": f"Child {i}", "description": "Scripted."} for i in range(1, 4)]})
    if call.template == "subjects_extract":
        subject = {"subject_name": "Scripted subject", "level": "introductory", "subtopics": ["One", "Two", "Three"]}
        return json.dumps({"subjects": [subject]})
    if call.template == "syllabus_extract":
        sessions = [
            {
                "name": f"Session {n}",
                "description": "Scripted.",
                "key_concepts": [f"Concept {n}.{k}" for k in range(1, 6)],
            }
            for n in range(1, 11)
        ]
        return json.dumps({"introduction": "Scripted.", "objectives": ["Learn"], "sessions": sessions})
    if call.stage is Stage.QUESTION_CHECK:
        verdict = {"different": True, "answerable": True} if call.template == "evolution_check" else {"fit": True}
        return json.dumps({"reason": "Scripted.", **verdict})
    if call.stage is Stage.VERIFICATION:
        return json.dumps({"reason": "Scripted.", "correct": True})
    text = f"Scripted {call.stage} {number}: {'; '.join(call.context.get('concepts', []))}"
    pair = f"<question>{call.context.get('question')}</question>\n<answer>{text}</answer>"
    return pair if call.stage is Stage.REPAIR else text
