"""A bank in a process of its own, which ends with the one that started it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.bank import plans
from tests.bank.bank import Bank
from tests.bank.batches import BatchPace
from tests.bank.billing import Prices
from tests.bank.exchange import Pace
from tests.bank.log import Entry
from tests.bank.plans import Plan

_ROOT = Path(__file__).resolve().parents[2]


def settings_of(bank: Bank) -> dict[str, Any]:
    """The settings of a bank for JSON."""
    told = {field.name: getattr(bank, field.name) for field in fields(bank) if field.init}
    told["faults"] = plans.as_dict(bank.faults)
    told["also"] = {route: plans.as_dict(plan) for route, plan in bank.also.items()}
    return told | {"prices": asdict(bank.prices), "pace": asdict(bank.pace), "batches": asdict(bank.batches)}


def bank_from(told: Mapping[str, Any]) -> Bank:
    """The bank with the settings that `settings_of` wrote; what is missing has its usual value."""
    read: dict[str, Any] = dict(told)
    for name, make in _MAKERS.items():
        if name in read:
            read[name] = make(read[name])
    return Bank(**read)


def _plans(told: dict[str, Any]) -> dict[str, Plan]:
    return {route: plans.from_dict(plan) for route, plan in told.items()}


def _latency(told: Any) -> Any:
    return tuple(told) if isinstance(told, list) else told


_MAKERS: dict[str, Callable[[Any], Any]] = {
    "faults": plans.from_dict,
    "also": _plans,
    "prices": lambda told: Prices(**told),
    "pace": lambda told: Pace(**told),
    "batches": lambda told: BatchPace(**told),
    "models": tuple,
    "refuses": tuple,
    "latency": _latency,
}


@dataclass(frozen=True, slots=True)
class FarBank:
    """A bank in another process, asked over its control routes."""

    base_url: str
    pid: int

    @property
    def log(self) -> list[Entry]:
        """Everything it wrote down so far."""
        return [Entry(**told) for told in self._ask("GET", "log")]

    def totals(self) -> dict[str, Any]:
        """Sums over its log."""
        told = self._ask("GET", "totals")
        assert isinstance(told, dict)
        return told

    def clear(self) -> None:
        """Let it forget its log."""
        self._ask("POST", "clear")

    def meet(self, faults: Plan) -> None:
        """Change its faults from now on."""
        self._ask("POST", "faults", json.dumps(plans.as_dict(faults)).encode())

    def _ask(self, method: str, what: str, body: bytes = b"") -> Any:
        connection = HTTPConnection(urlsplit(self.base_url).netloc, timeout=60)
        try:
            connection.request(method, f"/bank/{what}", body)
            response = connection.getresponse()
            read = response.read()
        finally:
            connection.close()
        assert response.status == 200, read
        return json.loads(read)


@contextmanager
def bank_process(bank: Bank | None = None, port: int = 0) -> Iterator[FarBank]:
    """Start a bank with these settings as a process, and end it afterwards."""
    told = json.dumps(settings_of(bank or Bank()))
    command = [sys.executable, "-m", "tests.bank", "--port", str(port), "--settings", told, "--with-parent"]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield FarBank(process.stdout.readline().strip(), process.pid)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
