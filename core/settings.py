"""Where this installation keeps its files. Everything comes from the environment; nothing is read at import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and identity. `home` holds all state; `database` may lie elsewhere.

    A run whose worker has not been heard of for `lease_seconds` goes to the next worker. No call is sent while fewer
    than `min_free_mb` million bytes are free beside the database; 0 switches that guard off.
    """

    home: Path
    database: Path
    person: str = "You"
    starts_worker: bool = True
    lease_seconds: float = 15.0
    min_free_mb: int = 256

    @property
    def keys(self) -> Path:
        """Keys of endpoints, mode 0600, outside the database so that backups carry none."""
        return self.home / "keys.json"

    @property
    def backups(self) -> Path:
        """Backups of the database, newest name last."""
        return self.home / "backups"

    @property
    def ballast(self) -> Path:
        """Space kept back beside the database, given up first when the disk is full."""
        return self.database.with_name(f"{self.database.name}.ballast")

    @property
    def exports(self) -> Path:
        """Exported datasets."""
        return self.home / "exports"

    @property
    def models(self) -> Path:
        """Downloaded model files."""
        return self.home / "models"

    @property
    def logs(self) -> Path:
        """Log files of the worker and of the local model."""
        return self.home / "logs"

    @staticmethod
    def load(environ: Mapping[str, str]) -> Settings:
        """Read STUDIO_HOME (default: `var` beside the code), STUDIO_DB, STUDIO_PERSON, STUDIO_LEASE_SECONDS,
        STUDIO_MIN_FREE_MB and STUDIO_WORKER ("off": the worker is started by hand). Makes the folders.
        """
        home = Path(environ.get("STUDIO_HOME") or ROOT / "var").expanduser().resolve()
        database = Path(environ.get("STUDIO_DB") or home / "studio.db").expanduser().resolve()
        person = environ.get("STUDIO_PERSON", "").strip() or "You"
        lease = _seconds(environ.get("STUDIO_LEASE_SECONDS", "").strip() or "15")
        starts = environ.get("STUDIO_WORKER", "") != "off"
        room = _megabytes(environ.get("STUDIO_MIN_FREE_MB", "").strip() or "256")
        settings = Settings(home, database, person, starts, lease, room)
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            database.parent.mkdir(parents=True, exist_ok=True)
            for folder in (settings.backups, settings.exports, settings.models, settings.logs):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The folder {home} cannot be used: {error.strerror}.",
                "Set STUDIO_HOME to a folder you may write to.",
            ) from error
        return settings


def _seconds(text: str) -> float:
    hint = "Set STUDIO_LEASE_SECONDS to a number of seconds between 2 and 600."
    try:
        seconds = float(text)
    except ValueError as error:
        raise SettingsError(f"STUDIO_LEASE_SECONDS is {text!r}, which is not a number.", hint) from error
    if not 2 <= seconds <= 600:
        raise SettingsError(f"STUDIO_LEASE_SECONDS is {text}.", hint)
    return seconds


def _megabytes(text: str) -> int:
    hint = "Set STUDIO_MIN_FREE_MB to a whole number of megabytes between 0 and 100000."
    if not (text.isascii() and text.isdigit()):
        raise SettingsError(f"STUDIO_MIN_FREE_MB is {text!r}, which is not a whole number.", hint)
    megabytes = int(text) if len(text) <= 6 else 100_001
    if megabytes > 100_000:
        raise SettingsError(f"STUDIO_MIN_FREE_MB is {text[:20]}.", hint)
    return megabytes
