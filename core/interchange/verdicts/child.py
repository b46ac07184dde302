"""Reads a file of verdicts in a process of its own; the answer is the VerdictFile as in `wire`."""

from __future__ import annotations

from typing import Any

from core.interchange.confined import Reader, serve


def _prepare(request: dict[str, Any]) -> Reader:
    from core.interchange.verdicts import reading, wire  # noqa: PLC0415 - counts against the limits

    options, name = wire.load_options(request["options"]), request["name"]
    return lambda content: wire.dump(reading.read(content, name, options))


if __name__ == "__main__":
    serve(_prepare)
