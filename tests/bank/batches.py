"""The Batch API: a file of requests that is worked off in the background at half the price."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from tests.bank.files import Files, as_json
from tests.bank.log import Entry
from tests.bank.modes.status import error
from tests.bank.wire import Incoming, Response

_SLICES = 8
_OPEN = frozenset({"validating", "in_progress", "finalizing"})
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchPace:
    """`seconds` from the order to its end; `errors` is the share of lines that fail; with `expires` the batch stops
    when that share of its lines is done; `invalid` batches fail at validation, whatever they contain.
    """

    seconds: float = 0.5
    errors: float = 0.0
    expires: float | None = None
    invalid: bool = False


USUAL_BATCHES = BatchPace()


@dataclass(slots=True)
class Batch:
    """One order; `told` is what the client sees."""

    told: Told
    lines: list[Told]
    problems: list[Told]
    outputs: list[tuple[Told, Entry]] = field(default_factory=list)
    failures: list[tuple[Told, Entry | None]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """As told."""
        return str(self.told["status"])

    def move(self, status: str) -> None:
        """Enter the next state and note when."""
        self.told["status"] = status
        self.told[f"{status}_at"] = int(time.time())

    def count(self) -> None:
        """Bring the counts up to date."""
        done = sum(1 for _, entry in self.failures if entry is not None)
        self.told["request_counts"] = {"total": len(self.lines), "completed": len(self.outputs), "failed": done}


AnswerLine = Callable[[Told, str, bool], tuple[Response, Entry]]


@dataclass
class Batches:
    """All batches of one bank. `answer_line(line, batch id, fails)` answers, logs and bills one line."""

    pace: BatchPace
    seed: int
    answer_line: AnswerLine
    files: Files = field(default_factory=Files)
    _kept: dict[str, Batch] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def answer(self, incoming: Incoming) -> Response:
        """The routes under /v1/batches."""
        batch_id, _, rest = incoming.path.removeprefix("/v1/batches").strip("/").partition("/")
        if not batch_id:
            return self._ordered(incoming.body) if incoming.method == "POST" else self._listed(incoming.query)
        batch = self._kept.get(batch_id)
        if batch is None:
            return error(404, f"No batch found with id '{batch_id}'.")
        if rest == "cancel" and incoming.method == "POST":
            if batch.status not in _OPEN:
                return error(409, f"Cannot cancel a batch with status '{batch.status}'.")
            batch.move("cancelling")
        return as_json(batch.told)

    def _listed(self, query: dict[str, str]) -> Response:
        newest = [batch.told for batch in reversed(self._kept.values())]
        ids = [told["id"] for told in newest]
        start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
        limit = int(query.get("limit", "20"))
        page = newest[start : start + limit]
        more = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": None, "last_id": None}
        return as_json({"object": "list", "data": page, "has_more": start + limit < len(newest), **more})

    def _ordered(self, body: bytes) -> Response:
        try:
            order = json.loads(body)
            endpoint, file = order["endpoint"], self.files.find(order["input_file_id"])
        except (ValueError, KeyError, TypeError):
            return error(400, "endpoint and input_file_id are needed.")
        if file is None:
            return error(400, f"No such File object: {order['input_file_id']}")
        lines, problems = read_lines(file.content, endpoint)
        if self.pace.invalid:
            problems = [_problem("token_limit_exceeded", "Enqueued token limit reached.", None)]
        told: Told = {
            "id": f"batch_{len(self._kept) + 1:06d}",
            "object": "batch",
            "endpoint": endpoint,
            "errors": None,
            "input_file_id": file.id,
            "completion_window": order.get("completion_window", "24h"),
            "status": "validating",
            "output_file_id": None,
            "error_file_id": None,
            "created_at": int(time.time()),
            "expires_at": int(time.time()) + 86_400,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "metadata": order.get("metadata"),
        }
        batch = self._kept[told["id"]] = Batch(told, lines, problems)
        task = asyncio.get_running_loop().create_task(self._work(batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return as_json(told)

    async def _work(self, batch: Batch) -> None:
        await asyncio.sleep(self.pace.seconds / 10)
        if batch.problems and batch.status == "validating":
            batch.told["errors"] = {"object": "list", "data": batch.problems}
            batch.move("failed")
            return
        if batch.status == "validating":
            batch.move("in_progress")
            await self._lines(batch)
        ended = {"cancelling": "cancelled", "expiring": "expired"}.get(batch.status, "completed")
        if ended == "completed":
            batch.move("finalizing")
            await asyncio.sleep(self.pace.seconds / 10)
        self._hand_over(batch)
        batch.move(ended)

    async def _lines(self, batch: Batch) -> None:
        count = len(batch.lines)
        last = count if self.pace.expires is None else int(self.pace.expires * count)
        ends = [last * step // _SLICES for step in range(_SLICES + 1)]
        for start, end in pairwise(ends):
            await asyncio.sleep(self.pace.seconds * 0.8 / _SLICES)
            if batch.status == "cancelling":
                return
            for line in batch.lines[start:end]:
                self._line(batch, line)
            batch.count()
        if last < count:
            batch.told["status"] = "expiring"
            late = {"code": "batch_expired", "message": "This request could not be executed before the batch expired."}
            batch.failures += [(_result(line, len(batch.failures), None, late), None) for line in batch.lines[last:]]

    def _line(self, batch: Batch, line: Told) -> None:
        chance = Random(f"{self.seed}/{line['custom_id']}")
        number = len(batch.outputs) + len(batch.failures)
        response, entry = self.answer_line(line, batch.told["id"], chance.random() < self.pace.errors)
        answer = {"status_code": response.status, "request_id": f"req_{number}", "body": _read(response.body)}
        result = _result(line, number, answer, None)
        if response.status == 200:
            batch.outputs.append((result, entry))
        else:
            batch.failures.append((result, entry))

    def _hand_over(self, batch: Batch) -> None:
        batch.count()
        groups: tuple[tuple[str, Sequence[tuple[Told, Entry | None]]], ...] = (
            ("output", batch.outputs),
            ("error", batch.failures),
        )
        for kind, results in groups:
            if not results:
                continue
            shuffled = Random(self.seed).sample(results, len(results))
            content = "".join(json.dumps(told) + "\n" for told, _ in shuffled).encode()
            entries = tuple(entry for _, entry in results if entry is not None)
            name = f"{batch.told['id']}_{kind}.jsonl"
            batch.told[f"{kind}_file_id"] = self.files.add(name, "batch_output", content, entries).id


def _result(line: Told, number: int, response: Told | None, trouble: Told | None) -> Told:
    told = {"id": f"batch_req_{number:06d}", "custom_id": line["custom_id"]}
    return told | {"response": response, "error": trouble}


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _problem(code: str, message: str, line: int | None) -> Told:
    return {"code": code, "message": message, "param": None, "line": line}


def read_lines(content: bytes, endpoint: str) -> tuple[list[Told], list[Told]]:
    """The lines of a batch file, and what is wrong with them."""
    lines, problems, ids = list[Told](), list[Told](), set[str]()
    for number, raw in enumerate(content.split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
            custom_id, good = line["custom_id"], (line["method"], line["url"]) == ("POST", endpoint)
            if not good or not isinstance(line["body"], dict):
                problems.append(_problem("mismatched_endpoint", "The line does not fit the batch.", number))
            elif custom_id in ids:
                problems.append(_problem("duplicate_custom_id", f"{custom_id} occurs twice.", number))
            ids.add(custom_id)
            lines.append(line)
        except (ValueError, KeyError, TypeError):
            problems.append(_problem("invalid_json_line", "The line is not a request.", number))
    if not lines and not problems:
        problems.append(_problem("empty_file", "The file has no requests.", None))
    return lines, problems
