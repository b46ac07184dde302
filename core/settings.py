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
    """Paths and identity. `home` holds all state; `database` may lie elsewhere."""

    home: Path
    database: Path
    person: str = "You"

    @property
    def keys(self) -> Path:
        """Keys of endpoints, mode 0600, outside the database so that backups carry none."""
        return self.home / "keys.json"

    @property
    def backups(self) -> Path:
        """Backups of the database, newest name last."""
        return self.home / "backups"

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
        """Read STUDIO_HOME (default: `var` beside the code), STUDIO_DB and STUDIO_PERSON; make the folders."""
        home = Path(environ.get("STUDIO_HOME") or ROOT / "var").expanduser().resolve()
        database = Path(environ.get("STUDIO_DB") or home / "studio.db").expanduser().resolve()
        settings = Settings(home=home, database=database, person=environ.get("STUDIO_PERSON", "").strip() or "You")
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
