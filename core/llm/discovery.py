"""Find endpoints that are already there, and try out one that was typed in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx2

from core.domain.calls import Call, Message, Reply, Stage
from core.errors import TeacherError, TeacherRejectedError, TeacherUnavailableError
from core.llm.openai_teacher import Manners, OpenAITeacher

OPENAI_URL = "https://api.openai.com/v1"
_SILENT = "See whether the server is running and whether the base URL is right, then test again."
_USUAL = (
    ("Ollama", "http://127.0.0.1:11434/v1"),
    ("LM Studio", "http://127.0.0.1:1234/v1"),
    ("vLLM", "http://127.0.0.1:8000/v1"),
    ("llama.cpp", "http://127.0.0.1:8080/v1"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """An endpoint that can be added with one click."""

    name: str
    base_url: str
    key_source: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """What a test of an endpoint showed. `problem` is empty when it answered; `schema` is json_schema, json_object or
    text; `several` says whether it gives several answers in one call, `batches` whether it has a Batch API; `load_ms`
    is what a model file took to load.
    """

    models: tuple[str, ...] = ()
    model: str = ""
    list_ms: int = 0
    answer_ms: int = 0
    schema: str = ""
    several: bool = False
    usage: bool = False
    problem: str = ""
    hint: str = ""
    notes: tuple[str, ...] = field(default=())
    load_ms: int = 0
    batches: bool = False


async def look_around(environ: Mapping[str, str], taken: frozenset[str]) -> list[Found]:
    """Endpoints on the usual loopback ports and OPENAI_API_KEY, those in `taken` (base URLs) left out."""
    found: list[Found] = []
    if environ.get("OPENAI_API_KEY", "").strip():
        url = environ.get("OPENAI_BASE_URL", "").strip().rstrip("/") or OPENAI_URL
        if url not in taken:
            found.append(Found("OpenAI", url, "env:OPENAI_API_KEY"))
    candidates = [(name, url) for name, url in _USUAL if url not in taken]
    async with httpx2.AsyncClient(timeout=0.6, trust_env=False) as client:
        listed = await asyncio.gather(*(_models(client, url) for _, url in candidates))
    found += [
        Found(name, url, "", models)
        for (name, url), models in zip(candidates, listed, strict=True)
        if models is not None
    ]
    return found


async def _models(client: httpx2.AsyncClient, url: str) -> tuple[str, ...] | None:
    try:
        body = (await client.get(f"{url}/models")).json()
        return tuple(str(model["id"]) for model in body["data"])
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return None


async def probe(base_url: str, key: str, model: str = "", *, known: Sequence[str] = ()) -> Probe:
    """List the models, ask one tiny question, try a JSON schema and two answers in one call.

    Asks `model`, else the first one listed, else the first one `known`.
    """
    teacher = OpenAITeacher(base_url, key, deadline=60.0)
    models: tuple[str, ...] = ()
    chosen = model
    try:
        started = time.monotonic()
        notes: list[str] = []
        try:
            models = tuple(await teacher.models())
        except TeacherRejectedError as error:
            if error.code != "model" or not (model or known):
                raise
            notes.append("The endpoint does not list its models.")
        list_ms = _since(started)
        chosen = model or next(iter((*models, *known)), "")
        if not chosen:
            return Probe(problem="The endpoint lists no model.", hint="Load a model on the server, or type its name.")
        started = time.monotonic()
        reply = await _patiently(teacher, _tiny(chosen, schema=False))
        answer_ms = _since(started)
        await _patiently(teacher, _tiny(chosen, schema=True))
        several, batches = await _gives_two(base_url, key, chosen), await _takes_batches(base_url, key)
        return Probe(
            models,
            chosen,
            list_ms,
            answer_ms,
            teacher.manners.schema,
            several,
            reply.usage is not None,
            notes=tuple(notes),
            batches=batches,
        )
    except TeacherError as error:
        hint = _SILENT if isinstance(error, TeacherUnavailableError) else error.hint
        return Probe(models, chosen, problem=error.message, hint=hint)
    finally:
        await teacher.close()


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


async def _patiently(teacher: OpenAITeacher, call: Call) -> Reply:
    for _ in range(4):
        try:
            return await teacher.ask(call)
        except TeacherError as error:
            if error.code != "adapted":
                raise
    raise TeacherRejectedError("The server refuses every form of the request.", "Try another model.", code="form")


def _tiny(model: str, *, schema: bool) -> Call:
    form = {
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
        "additionalProperties": False,
    }
    return Call(
        stage=Stage.ANSWER,
        model=model,
        messages=(
            Message("user", 'Answer with the word ready, as JSON {"word": "ready"}.' if schema else "Say ready."),
        ),
        temperature=0.0,
        top_p=1.0,
        max_tokens=256,
        template="probe",
        template_hash="probe",
        schema=form if schema else None,
        schema_name="word",
    )


async def _gives_two(base_url: str, key: str, model: str) -> bool:
    body = {"model": model, "messages": [{"role": "user", "content": "Say ready."}], "n": 2, "max_tokens": 16}
    headers = {"Authorization": f"Bearer {key or 'none'}"}
    try:
        async with httpx2.AsyncClient(timeout=30.0) as client:
            response = await client.post(f"{base_url.rstrip('/')}/chat/completions", json=body, headers=headers)
        return response.status_code == 200 and len(response.json()["choices"]) == 2
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return False


async def _takes_batches(base_url: str, key: str) -> bool:
    headers = {"Authorization": f"Bearer {key or 'none'}"}
    try:
        async with httpx2.AsyncClient(timeout=15.0) as client:
            response = await client.get(f"{base_url.rstrip('/')}/batches", params={"limit": 1}, headers=headers)
        return response.status_code == 200 and isinstance(response.json()["data"], list)
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return False


def manners_of(probe_row: Mapping[str, object]) -> Manners:
    """What an earlier probe taught about the server."""
    schema, several = probe_row.get("schema"), probe_row.get("several")
    known = Manners(schema=schema) if isinstance(schema, str) and schema else Manners()
    known.several = several is not False
    return known
