"""Make the teacher behind a connection."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from core.domain.calls import Call, Reply
from core.domain.records import Connection
from core.errors import SettingsError, StudioError
from core.llm.builtin.teacher import BuiltinTeacher
from core.llm.discovery import Probe, manners_of, probe
from core.llm.keys import KeyFile
from core.llm.local.supervisor import LocalServer
from core.llm.openai_teacher import OpenAITeacher
from core.llm.scripted import ScriptedTeacher
from core.llm.teacher import Teacher

DEFAULT_CONCURRENCY = {"builtin": 4, "openai": 8, "local": 1, "scripted": 8}
DEFAULT_DEADLINE = {"openai": 120.0, "local": 1800.0}
DEFAULT_CONTEXT = 16_384  # a question prompt with a whole syllabus, and the longest answer of every stage


def concurrency_of(connection: Connection) -> int:
    """How many calls at once this endpoint gets."""
    return max(1, int(connection.settings.get("concurrency") or DEFAULT_CONCURRENCY[connection.kind]))


def make_teacher(connection: Connection, keys: KeyFile) -> Teacher:
    """A teacher for the connection; raises SettingsError when its key or its file is missing."""
    settings = connection.settings
    if connection.kind == "builtin":
        return BuiltinTeacher(float(settings.get("wrong_share", 0.1)))
    if connection.kind == "scripted":
        return ScriptedTeacher(seconds=float(settings.get("seconds", 0.0)))
    if connection.kind == "local":
        return _local_teacher(connection)
    if not connection.base_url:
        raise SettingsError(f"The connection {connection.name!r} has no base URL.", "Add it on the Connections page.")
    key = keys.get(connection.id, connection.key_source)
    deadline = float(settings.get("deadline") or DEFAULT_DEADLINE["openai"])
    return OpenAITeacher(connection.base_url, key, deadline=deadline, manners=manners_of(connection.probe))


def _local_teacher(connection: Connection) -> LocalTeacher:
    settings = connection.settings
    return LocalTeacher(Path(str(settings.get("file", ""))), int(settings.get("context") or DEFAULT_CONTEXT))


async def probe_local(connection: Connection) -> Probe:
    """Load the model file into a server of its own, then try that out like any endpoint."""
    server = _local_teacher(connection).server
    started = time.monotonic()
    try:
        base_url = await server.ensure_async()
        load_ms = int((time.monotonic() - started) * 1000)
        return replace(await probe(base_url, server.api_key), load_ms=load_ms)
    except StudioError as error:
        return Probe(problem=error.message, hint=error.hint)
    finally:
        await server.stop_async()


class LocalTeacher:
    """A model file served by a child process that starts with the first call."""

    answers_at_once = 1  # one slot

    def __init__(self, model_file: Path, context: int) -> None:
        self.server = LocalServer(model_file, context=context)
        self._teacher: OpenAITeacher | None = None
        self._address = ""

    async def ask(self, call: Call) -> Reply:
        """One answer; the first one waits until the model is loaded."""
        await self.server.ensure_async()
        address = self.server.base_url
        if self._teacher is None or address != self._address:
            if self._teacher is not None:
                await self._teacher.close()
            self._address = address
            self._teacher = OpenAITeacher(address, self.server.api_key, deadline=DEFAULT_DEADLINE["local"])
        return await self._teacher.ask(call)

    async def close(self) -> None:
        """End the child."""
        if self._teacher is not None:
            await self._teacher.close()
        await self.server.stop_async()
