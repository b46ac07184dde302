"""The pool of tasks that Self-Instruct grows, and which new task is too near to one of it (arXiv 2212.10560).

Nearness is the F-measure of ROUGE-L over words: twice the longest common subsequence by the sum of both lengths. That
is the normalised indel similarity, so every word is coded as one character and a compiled loop compares the strings.
"""

from __future__ import annotations

import asyncio
import re

from rapidfuzz import process
from rapidfuzz.distance import Indel

from core.domain.naming import name_key

NEAR = 0.7
_SLICE = 2_000  # compared in one go, well under a millisecond; then the event loop has its turn
_FIRST, _CODES = 0xE000, 0x110000 - 0xE000
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


def words_of(text: str) -> list[str]:
    """Words in lower case; of scripts that write no spaces each character."""
    return _WORD.findall(name_key(text))


class TaskPool:
    """Tasks of seeds and of requests. Two tasks that come at the same time see each other: admission is one step."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._coded: list[str] = []
        self._tasks: list[str] = []
        self._admitted: set[int] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: str, request_id: int | None = None) -> None:
        """Take a task in as it is."""
        self._keep(task, self._code(task), request_id)

    async def admit(self, task: str, request_id: int) -> str | None:
        """Take the task in, or give the one of the pool that it is like; a request is judged once."""
        if request_id in self._admitted:
            return None
        coded, seen = self._code(task), 0
        while seen < len(self._coded):
            found = process.extractOne(
                coded, self._coded[seen : seen + _SLICE], scorer=Indel.normalized_similarity, score_cutoff=NEAR
            )
            if found and found[1] > NEAR:
                return self._tasks[seen + found[2]]
            seen = min(seen + _SLICE, len(self._coded))
            if seen < len(self._coded):
                await asyncio.sleep(0)
        self._keep(task, coded, request_id)
        return None

    def _keep(self, task: str, coded: str, request_id: int | None) -> None:
        self._tasks.append(task)
        self._coded.append(coded)
        if request_id is not None:
            self._admitted.add(request_id)

    def _code(self, task: str) -> str:
        return "".join(self._codes.setdefault(word, chr(_FIRST + len(self._codes) % _CODES)) for word in words_of(task))
