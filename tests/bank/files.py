"""Uploaded and written files of the Batch API."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from tests.bank.log import Entry
from tests.bank.modes.status import error
from tests.bank.wire import Incoming, Response

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(rb'name="([^"]*)"')
_FILE_NAME = re.compile(rb'filename="([^"]*)"')


@dataclass(frozen=True, slots=True)
class File:
    """`entries` are the lines of the log that its content answers."""

    id: str
    name: str
    purpose: str
    content: bytes
    created: int
    entries: tuple[Entry, ...] = ()

    def told(self) -> dict[str, Any]:
        """In OpenAI's shape."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": self.created,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


@dataclass
class Files:
    """All files of one bank."""

    _kept: dict[str, File] = field(default_factory=dict)
    _number: int = 0

    def add(self, name: str, purpose: str, content: bytes, entries: tuple[Entry, ...] = ()) -> File:
        """Keep a file."""
        self._number += 1
        file = File(f"file-{self._number:06d}", name, purpose, content, int(time.time()), entries)
        self._kept[file.id] = file
        return file

    def find(self, file_id: str) -> File | None:
        """None when there is no such file."""
        return self._kept.get(file_id)

    def answer(self, incoming: Incoming, entry: Entry) -> Response:
        """The routes under /v1/files."""
        file_id, _, rest = incoming.path.removeprefix("/v1/files").strip("/").partition("/")
        if not file_id:
            return self._routes_of_all(incoming)
        file = self.find(file_id)
        if file is None:
            return error(404, f"No such File object: {file_id}")
        if incoming.method == "DELETE":
            del self._kept[file_id]
            return as_json({"id": file_id, "object": "file", "deleted": True})
        if rest != "content":
            return as_json(file.told())
        if entry.mode == "ok":
            for line in file.entries:
                line.answered, line.finished = "full", time.time()
        return Response(200, file.content, content_type="application/octet-stream")

    def _routes_of_all(self, incoming: Incoming) -> Response:
        if incoming.method == "GET":
            return as_json({"object": "list", "data": [file.told() for file in self._kept.values()], "has_more": False})
        parts = parts_of(incoming)
        if "file" not in parts or parts.get("purpose", ("", b""))[1] != b"batch":
            return error(400, "A file and the purpose batch are needed.")
        name, content = parts["file"]
        return as_json(self.add(name, "batch", content).told())


def parts_of(incoming: Incoming) -> dict[str, tuple[str, bytes]]:
    """The parts of a multipart form: file name and content by name."""
    found = _BOUNDARY.search(incoming.headers.get("content-type", ""))
    parts: dict[str, tuple[str, bytes]] = {}
    if found is None:
        return parts
    for piece in (b"\r\n" + incoming.body).split(b"\r\n--" + found[1].encode()):
        head, _, content = piece.partition(b"\r\n\r\n")
        if name := _NAME.search(head):
            file_name = _FILE_NAME.search(head)
            parts[name[1].decode()] = (file_name[1].decode() if file_name else "", content)
    return parts


def as_json(value: object) -> Response:
    """A 200."""
    return Response(200, json.dumps(value).encode())
