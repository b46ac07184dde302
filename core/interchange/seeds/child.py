"""Reads a file of seed examples in a process of its own; the answer is the SeedFile as in `wire`."""

from __future__ import annotations

from typing import Any

from core.interchange.confined import Reader, serve


def _prepare(request: dict[str, Any]) -> Reader:
    from core.interchange.seeds import reading, wire  # noqa: PLC0415 - counts against the limits

    options = wire.load_options(request["options"])
    name = request["name"]
    return lambda content: wire.dump(reading.read(content, name, options))


if __name__ == "__main__":
    serve(_prepare)
