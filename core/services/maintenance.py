"""Backup, restore, and the doctor that says what is well and what is not."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from core.domain.people import Action, Principal
from core.errors import InvalidInputError, SettingsError, StudioError
from core.runs.worker import worker_is_alive
from core.services import verdict_checks
from core.services.context import Context
from core.services.verdict_checks import Finding
from core.store import (
    backups,
    call_figures,
    datasets,
    events,
    jobs,
    ledger,
    projects,
    review_marks,
    runs,
    seed_files,
    seeds,
    space,
    spending_figures,
    tally,
)
from core.store.database import LIBRARY, SQLITE_VERSION, DatabaseError, journal_mode
from core.store.migrations import migrate

__all__ = ["Backup", "Finding", "MaintenanceService"]
_INTEGRITY = "PRAGMA integrity_check(3)"


@dataclass(frozen=True, slots=True)
class Backup:
    """A file in the backup folder."""

    name: str
    bytes: int
    made_at: float


class MaintenanceService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def backup(self, who: Principal, reason: str = "by-hand") -> Path:
        """A consistent copy of the whole database, also while runs are active."""
        who.must(Action.SETTINGS)
        stamp = datetime.fromtimestamp(self._c.clock(), UTC).strftime("%Y%m%d-%H%M%S")
        folder, name = self._c.settings.backups, f"studio-{stamp}-{reason}"
        number = 1
        while (folder / f"{name}.db").exists():
            number += 1
            name = f"studio-{stamp}-{reason}-{number}"
        return backups.make(self._c.store, folder, name)

    def backups(self) -> list[Backup]:
        """Newest first."""
        files = sorted(self._c.settings.backups.glob("*.db"), reverse=True)
        return [Backup(file.name, file.stat().st_size, file.stat().st_mtime) for file in files]

    def restore(self, who: Principal, name: str) -> Path:
        """Put a backup back; the present state is backed up first. Runs that were active in it are interrupted."""
        who.must(Action.SETTINGS)
        source = self._c.settings.backups / Path(name).name
        if not source.is_file():
            raise InvalidInputError(f"There is no backup {name!r}.", "Choose one from the list.")
        with self._c.store.read() as tx:
            if runs.active(tx):
                raise InvalidInputError("A run is active.", "Wait until it ends or cancel it, then restore.")
            if jobs.active(tx):
                raise InvalidInputError(
                    "A dataset is being prepared or written.", "Wait until it is done, then restore."
                )
        safety = self.backup(who, "before-restore")
        backups.put_back(self._c.store, source)
        migrate(self._c.store)
        with self._c.store.write() as tx:
            runs.interrupt_all(tx, "Restored from a backup.", "Resume it if you want the rest.")
            events.append(tx, "studio", who.name, self._c.clock(), "restored", ("backup", source.name))
        return safety

    def doctor(self) -> list[Finding]:
        """Check installation, file, ledger, verdicts, counts, events, versions and files of seeds, each on its own."""
        checks = (
            self._sqlite,
            self._folders,
            self._disk,
            self._keys,
            self._worker,
            self._connections,
            self._integrity,
            self._ledger,
            self._texts_and_states,
            self._counts,
            self._events,
            self._versions,
            self._seed_files,
            self._packages,
        )
        found: list[Finding] = []
        for check in checks:
            try:
                told = check()
                found += told if isinstance(told, list) else [told]
            except StudioError as error:
                found.append(Finding(_name(check), "problem", error.message, error.hint))
            except DatabaseError as error:
                found.append(Finding(_name(check), "problem", f"cannot be read: {error}", "Restore a backup."))
        return found

    def recount(self, who: Principal) -> None:
        """Work out anew what follows from history, samples and calls alone: flags, second verdicts, counts."""
        who.must(Action.SETTINGS)
        with self._c.store.write() as tx:
            review_marks.mend(tx)
            tally.refill(tx)
            call_figures.fill(tx)
            spending_figures.fill(tx)

    def _counts(self) -> Finding:
        with self._c.store.read() as tx:
            wrong = [*tally.wrong(tx), *call_figures.wrong(tx), *spending_figures.wrong(tx)]
        if not wrong:
            return Finding("Counts", "ok", "counts equal what they count")
        return Finding("Counts", "problem", "; ".join(wrong[:3]), verdict_checks.RECOUNT)

    def _sqlite(self) -> Finding:
        mode, level = journal_mode()
        detail = f"{SQLITE_VERSION} through {LIBRARY}, journal {mode}, synchronous {level}"
        if mode == "wal":
            return Finding("SQLite", "ok", detail)
        hint = "Install pysqlite3 for a faster and safer SQLite."
        return Finding("SQLite", "warning", f"{detail}: safe, but slower", hint)

    def _folders(self) -> Finding:
        settings = self._c.settings
        for folder in (settings.home, settings.backups, settings.exports, settings.models, settings.logs):
            if not os.access(folder, os.W_OK):
                return Finding("Folders", "problem", f"{folder} cannot be written.", "Change its owner or STUDIO_HOME.")
        return Finding("Folders", "ok", str(settings.home))

    def _disk(self) -> Finding:
        shortage = space.shortage(self._c.settings)
        if shortage:
            return Finding(
                "Disk",
                "problem",
                shortage,
                "Runs need room to store what they pay for; those that wait for it go on by themselves then.",
            )
        return Finding("Disk", "ok", f"{space.free_bytes(self._c.settings) / 1e9:,.1f} GB free")

    def _keys(self) -> Finding:
        path = self._c.settings.keys
        if not path.exists():
            return Finding("Keys", "ok", "no key stored")
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            return Finding("Keys", "problem", f"{path} is readable by others.", f"Run: chmod 600 {path}")
        return Finding("Keys", "ok", "readable by their owner only")

    def _worker(self) -> Finding:
        alive = worker_is_alive(self._c.settings)
        return Finding("Worker", "ok", "running" if alive else "not running; the app starts it when it is needed")

    def _connections(self) -> Finding:
        missing = []
        with self._c.store.read() as tx:
            found = projects.connections(tx)
        for connection in found:
            try:
                self._c.keys.get(connection.id, connection.key_source)
            except SettingsError:
                missing.append(connection.name)
        if missing:
            return Finding(
                "Teachers", "warning", f"no key for {', '.join(missing)}", "Type it on the Connections page."
            )
        return Finding("Teachers", "ok", f"{len(found)} connected")

    def _integrity(self) -> Finding:
        with self._c.store.read() as tx:
            result = "; ".join(" ".join(str(row["integrity_check"]).split()) for row in tx.rows(_INTEGRITY))
            broken = tx.rows("PRAGMA foreign_key_check") if result == "ok" else []
        if result != "ok" or broken:
            return Finding(
                "Database", "problem", result if result != "ok" else "broken references", "Restore a backup."
            )
        size = self._c.settings.database.stat().st_size
        return Finding("Database", "ok", f"{size / 1e6:,.1f} MB, integrity check passed")

    def _ledger(self) -> Finding:
        with self._c.store.read() as tx:
            drift = ledger.drift(tx)
        if drift:
            return Finding("Ledger", "problem", f"totals differ for {', '.join(drift[:3])}", "Restore a backup.")
        return Finding("Ledger", "ok", "totals equal the sum over all attempts")

    def _texts_and_states(self) -> list[Finding]:
        with self._c.store.read() as tx:
            return verdict_checks.texts_and_states(tx)

    def _events(self) -> list[Finding]:
        with self._c.store.read() as tx:
            return verdict_checks.verdicts_and_events(tx)

    def _versions(self) -> Finding:
        with self._c.store.read() as tx:
            frozen, wrong = datasets.changed(tx)
        if wrong:
            more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            what = f"rows of {'; '.join(wrong[:3])}{more}, are not those that were frozen"
            return Finding(
                "Versions", "problem", what, "Restore a backup; files that verify as sound are what was frozen."
            )
        versions = "1 frozen version holds" if frozen == 1 else f"{frozen:,} frozen versions hold"
        return Finding("Versions", "ok", f"{versions} what was frozen")

    def _seed_files(self) -> Finding:
        with self._c.store.read() as tx:
            attached = seeds.databases(tx)
        gone = sorted({label for label, digest in attached if not seed_files.size(self._c.settings, digest)})
        if gone:
            names = ", ".join(gone[:3]) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
            hint = "Attach the same file to a new version, which brings it back for all; until then no query is run."
            return Finding("Seed files", "warning", f"the SQLite file is missing for {names}", hint)
        return Finding("Seed files", "ok", "every attached SQLite file is there" if attached else "none attached")

    def _packages(self) -> Finding:
        names = ("streamlit", "openai", "sqlite-utils", "genai-prices")
        return Finding("Packages", "ok", ", ".join(f"{name} {version(name)}" for name in names))


def _name(check: Callable[[], object]) -> str:
    return check.__name__.strip("_").replace("_", " ").capitalize()
