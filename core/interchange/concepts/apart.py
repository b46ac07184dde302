"""Reads a taxonomy that somebody brought in a process of its own, under the limits of its format."""

from __future__ import annotations

from typing import Final

from core.errors import ImportRejectedError
from core.interchange.apart import Limits, ask
from core.interchange.concepts import formats, wire
from core.interchange.concepts.model import MAX_SKOS_BYTES, ConceptFile, ReadOptions
from core.interchange.decoding import MAX_BYTES

_SKOS = (formats.TURTLE, formats.RDF_XML, formats.JSON_LD)
_SPLIT = "Split the file, or choose a simpler format such as CSV."
LIMITS: Final = Limits()
"""Enough for 100,000 concepts in every format but SKOS."""
RDF_LIMITS: Final = Limits(memory_mb=1024)
"""100,000 concepts in 25 MB of Turtle take 560 MB and 25 seconds of computing."""


def limits_of(format_: formats.Format) -> Limits:
    """The limits under which a file of this format is read."""
    return RDF_LIMITS if format_ in _SKOS else LIMITS


def read_apart(
    content: bytes,
    name: str,
    options: ReadOptions | None = None,
    *,
    format_: formats.Format | None = None,
    limits: Limits | None = None,
) -> ConceptFile:
    """The file called `name`; raises ImportRejectedError for what cannot be read within the limits."""
    chosen = format_ or formats.guess(name, content)
    most = MAX_SKOS_BYTES if chosen in _SKOS else MAX_BYTES
    if len(content) > most:
        raise ImportRejectedError(0, f"{name[:120]} is larger than {most >> 20} MB.", "Split it.")
    request = {"format": chosen.name, "options": wire.dump_options(options or ReadOptions())}
    allowed = limits or limits_of(chosen)
    return wire.load(ask("core.interchange.concepts.child", request, content, allowed, advice=_SPLIT))
