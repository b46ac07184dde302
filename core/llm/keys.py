"""Keys of endpoints: from the environment, or in one file of mode 0600 outside the database. Shown as the last four."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from core.errors import SettingsError

ENVIRONMENT = "env:"
FILE = "file"


class KeyFile:
    """`keys.json`: connection id -> key."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ

    def get(self, connection_id: str, source: str) -> str:
        """The key of a connection; empty when it has none. Raises SettingsError when it should have one."""
        if not source:
            return ""
        if source.startswith(ENVIRONMENT):
            name = source.removeprefix(ENVIRONMENT)
            key = self._environ.get(name, "").strip()
            hint = f"Set the environment variable {name} and start the studio again."
        else:
            key = self._read().get(connection_id, "")
            hint = "Type the key again on the Connections page."
        if not key:
            raise SettingsError("The key of this connection is missing.", hint)
        return key

    def put(self, connection_id: str, key: str) -> None:
        """Keep a key; the file is replaced in one step and readable by its owner only."""
        keys = self._read()
        keys[connection_id] = key.strip()
        self._write(keys)

    def remove(self, connection_id: str) -> None:
        """Forget the key of a connection."""
        keys = self._read()
        if keys.pop(connection_id, None) is not None:
            self._write(keys)

    def last_four(self, connection_id: str, source: str) -> str:
        """What may be shown of a key: "none", "missing" or "…abcd"."""
        if not source:
            return "none"
        try:
            key = self.get(connection_id, source)
        except SettingsError:
            return "missing"
        return f"…{key[-4:]}" if len(key) >= 12 else "…"

    def _read(self) -> dict[str, str]:
        try:
            keys = json.loads(self._path.read_text(encoding="utf-8"))
            if not isinstance(keys, dict):
                raise TypeError("not an object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError) as error:
            raise SettingsError(
                f"The key file {self._path} cannot be read.",
                "Delete it and type the keys again on the Connections page.",
            ) from error
        return {str(name): str(key) for name, key in keys.items()}

    def _write(self, keys: Mapping[str, str]) -> None:
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".keys-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(keys), file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def redact(text: str, secrets: list[str]) -> str:
    """`text` with every secret replaced; for logs and stored error bodies."""
    for secret in secrets:
        if len(secret) >= 6:
            text = text.replace(secret, "[key]")
    return text
