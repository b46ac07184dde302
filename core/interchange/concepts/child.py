"""Reads a taxonomy in a process of its own; the answer is the ConceptFile as in `wire`."""

from __future__ import annotations

from typing import Any

from core.interchange.confined import Reader, serve


def _prepare(request: dict[str, Any]) -> Reader:
    from core.interchange.concepts import formats, wire  # noqa: PLC0415 - counts against the limits

    reader = formats.prepare(formats.find(request["format"]))
    return lambda content: wire.dump(reader(content, wire.load_options(request["options"])))


if __name__ == "__main__":
    serve(_prepare)
