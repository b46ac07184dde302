"""Connections to teachers: add, test, price, remove; find what is already there; the local model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.domain.money import Price
from core.domain.naming import MAX_NAME, clean_name
from core.domain.people import Action, Principal
from core.domain.records import Connection
from core.errors import InvalidInputError, SettingsError
from core.ids import new_id
from core.llm import discovery
from core.llm.factory import DEFAULT_CONTEXT, probe_local
from core.llm.keys import ENVIRONMENT
from core.llm.local import install, models, status
from core.llm.local.gguf import check_model_file, trained_context
from core.runs.pricing import price_of
from core.services.connection_pace import checked_settings
from core.services.price_book import STUDIO, PriceBook
from core.services.projects import ensure_builtin
from core.store import events, projects
from core.store.database import Tx

__all__ = ["DEFAULT_CONTEXT", "ConnectionService", "ConnectionView", "Found", "LocalModelView"]

Found = discovery.Found
_MOST_MODELS = 500
_MOST_PRICES = 200


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection with what may be shown of its key, and the prices of its models (None = unknown).

    `typed` are the models whose price a person entered.
    """

    connection: Connection
    key: str
    prices: Mapping[str, Price | None]
    typed: frozenset[str]


@dataclass(frozen=True, slots=True)
class LocalModelView:
    """A model that can be downloaded, how far that is, and its connection if it was added."""

    model: models.LocalModel
    status: status.InstallStatus
    connection: Connection | None


class ConnectionService(PriceBook):
    """See the module; what the models of a connection cost is part of it."""

    def all(self) -> list[ConnectionView]:
        """Every connection; the built-in teacher is always there."""
        with self._c.store.read() as tx:
            found = projects.connections(tx)
        if not any(connection.kind == "builtin" for connection in found):
            with self._c.store.write() as tx:
                ensure_builtin(tx, self._c.clock())
        with self._c.store.read() as tx:
            return [self._view(tx, connection) for connection in projects.connections(tx)]

    def _view(self, tx: Tx, connection: Connection) -> ConnectionView:
        typed = frozenset(projects.typed_prices(tx, connection.id))
        listed = sorted(connection.models, key=lambda model: model not in typed)[:_MOST_PRICES]
        prices = {model: price_of(tx, connection, model) for model in listed}
        return ConnectionView(connection, self._c.keys.last_four(connection.id, connection.key_source), prices, typed)

    def found(self) -> list[discovery.Found]:
        """Endpoints on this machine and keys in the environment that are not connected yet."""
        with self._c.store.read() as tx:
            taken = frozenset(connection.base_url for connection in projects.connections(tx))
        return asyncio.run(discovery.look_around(self._c.environ, taken))

    def add(
        self,
        who: Principal,
        *,
        name: str,
        base_url: str,
        key: str = "",
        key_source: str = "",
        models: Sequence[str] = (),
    ) -> Connection:
        """A new endpoint. `key` goes to the key file; `key_source` "env:NAME" names an environment variable instead."""
        who.must(Action.SETTINGS)
        cleaned, url, at = clean_name(name, "connection name"), _checked_url(base_url), self._c.clock()
        known = list(dict.fromkeys(clean_name(model, "model name") for model in models if model.strip()))
        connection_id = new_id(at)
        source = "file" if key.strip() else self._checked_source(key_source)
        with self._c.store.write() as tx:
            self._refuse_twin(tx, cleaned, "")
            projects.insert_connection(
                tx,
                {
                    "id": connection_id,
                    "name": cleaned,
                    "kind": "openai",
                    "base_url": url,
                    "key_source": source,
                    "settings": {},
                    "models": known,
                    "created_at": at,
                },
            )
            after = {"name": cleaned, "base_url": url, "key": source}
            events.append(tx, STUDIO, who.name, at, "added", ("connection", connection_id), after=after)
            if key.strip():
                self._c.keys.put(connection_id, _checked_key(key))
            return projects.get_connection(tx, connection_id)

    def edit(
        self, who: Principal, connection: Connection, *, name: str, base_url: str, key: str, settings: Mapping[str, Any]
    ) -> Connection:
        """Change an endpoint; an empty `key` keeps the one it has."""
        who.must(Action.SETTINGS)
        cleaned, checked = clean_name(name, "connection name"), checked_settings(settings)
        url = _checked_url(base_url) if connection.kind == "openai" else connection.base_url
        with self._c.store.write() as tx:
            self._refuse_twin(tx, cleaned, connection.id)
            source = "file" if key.strip() else connection.key_source
            projects.save_connection(
                tx,
                connection,
                name=cleaned,
                base_url=url,
                key_source=source,
                settings={**connection.settings, **checked},
            )
            after = {"name": cleaned, "base_url": url, "settings": checked}
            events.append(tx, STUDIO, who.name, self._c.clock(), "edited", ("connection", connection.id), after=after)
            if key.strip():
                self._c.keys.put(connection.id, _checked_key(key))
            return projects.get_connection(tx, connection.id)

    def set_models(self, who: Principal, connection_id: str, models: Sequence[str]) -> None:
        """The model names that may be chosen."""
        who.must(Action.SETTINGS)
        names = list(dict.fromkeys(clean_name(model, "model name") for model in models if model.strip()))[:_MOST_MODELS]
        with self._c.store.write() as tx:
            connection = projects.get_connection(tx, connection_id)
            if tuple(names) == connection.models:
                return
            projects.save_probe(tx, connection_id, names, connection.probe, connection.probed_at)
            before, after = {"models": connection.models}, {"models": names}
            ident, at = ("connection", connection_id), self._c.clock()
            events.append(tx, STUDIO, who.name, at, "edited", ident, before=before, after=after)

    def _checked_source(self, source: str) -> str:
        """A variable that is set; what is typed is not repeated, it may be a key that was pasted into this field."""
        if source and not self._c.environ.get(source.removeprefix(ENVIRONMENT), "").strip():
            raise InvalidInputError(
                "There is no environment variable of that name, or it is empty.",
                "Set it and start the studio again, or type the key itself into the field Key.",
            )
        return source

    def _refuse_twin(self, tx: Tx, name: str, own: str) -> None:
        known = projects.find_connection(tx, name)
        if known and known.id != own:
            raise InvalidInputError(f"There is already a connection named {name!r}.", "Choose another name.")

    def remove(self, who: Principal, connection_id: str) -> None:
        """Remove a connection and its key; what it made and cost stays."""
        who.must(Action.SETTINGS)
        with self._c.store.write() as tx:
            connection = projects.get_connection(tx, connection_id)
            if connection.kind == "builtin":
                raise InvalidInputError("The built-in teacher cannot be removed.", "Leave it; it costs nothing.")
            projects.remove_connection(tx, connection_id)
            before = {"name": connection.name, "base_url": connection.base_url}
            events.append(
                tx, STUDIO, who.name, self._c.clock(), "removed", ("connection", connection_id), before=before
            )
        self._c.keys.remove(connection_id)

    def test(self, who: Principal, connection_id: str, model: str = "") -> discovery.Probe:
        """Try the endpoint out and keep what was found; of a failed test only the names of its models."""
        who.must(Action.SETTINGS)
        with self._c.store.read() as tx:
            connection = projects.get_connection(tx, connection_id)
        probe = asyncio.run(self._probe(connection, model))
        if connection.kind != "builtin" and (probe.models or not probe.problem):
            names = dict.fromkeys([*probe.models, *connection.models])
            listed = [name for name in names if 0 < len(name) <= MAX_NAME][:_MOST_MODELS]
            found = {key: value for key, value in asdict(probe).items() if key != "models"}
            row, at = (dict(connection.probe), connection.probed_at) if probe.problem else (found, self._c.clock())
            with self._c.store.write() as tx:
                projects.save_probe(tx, connection_id, listed, row, at)
        return probe

    async def _probe(self, connection: Connection, model: str) -> discovery.Probe:
        if connection.kind == "builtin":
            return discovery.Probe(connection.models, connection.models[0], schema="json_schema", usage=True)
        if connection.kind == "local":
            return await probe_local(connection)
        try:
            key = self._c.keys.get(connection.id, connection.key_source)
        except SettingsError as error:
            return discovery.Probe(problem=error.message, hint=error.hint)
        return await discovery.probe(connection.base_url, key, model, known=connection.models)

    def local_models(self) -> list[LocalModelView]:
        """The models that can be downloaded with one click."""
        with self._c.store.read() as tx:
            by_file = {connection.settings.get("file"): connection for connection in projects.connections(tx)}
        folder = self._c.settings.models
        return [
            LocalModelView(model, status.read_status(model, folder), by_file.get(str(folder / model.file_name)))
            for model in models.known_models().values()
        ]

    def download(self, who: Principal, model_id: str) -> None:
        """Start or go on with the download in a process of its own."""
        who.must(Action.SETTINGS)
        install.start_in_background(model_id, self._c.settings.models)

    def pause_download(self, who: Principal, model_id: str) -> None:
        """Stop the download; what is there is kept."""
        who.must(Action.SETTINGS)
        install.stop_installing(models.get_model(model_id), self._c.settings.models)

    def delete_model(self, who: Principal, model_id: str) -> None:
        """Delete the file and its connection."""
        who.must(Action.SETTINGS)
        view = next(view for view in self.local_models() if view.model.id == model_id)
        if view.connection:
            self.remove(who, view.connection.id)
        install.remove(view.model, self._c.settings.models)

    def add_local(self, who: Principal, *, name: str, file: Path, context: int = 0) -> Connection:
        """Use a GGUF file on this machine, by default with the usual context as far as the model was made for it.

        Raises SettingsError if it is not such a file.
        """
        who.must(Action.SETTINGS)
        path = check_model_file(file.expanduser().resolve())
        context = context or min(DEFAULT_CONTEXT, trained_context(path) or DEFAULT_CONTEXT)
        cleaned, at = clean_name(name, "connection name"), self._c.clock()
        with self._c.store.write() as tx:
            self._refuse_twin(tx, cleaned, "")
            connection_id = new_id(at)
            projects.insert_connection(
                tx,
                {
                    "id": connection_id,
                    "name": cleaned,
                    "kind": "local",
                    "base_url": "",
                    "key_source": "",
                    "settings": {"file": str(path), "context": context},
                    "models": [path.stem],
                    "created_at": at,
                },
            )
            events.append(tx, STUDIO, who.name, at, "added", ("connection", connection_id), after={"file": path.name})
            return projects.get_connection(tx, connection_id)


def _checked_url(base_url: str) -> str:
    url = base_url.strip().rstrip("/")
    if "@" in url or "?" in url or "#" in url:
        raise InvalidInputError(
            "The base URL holds a user name, a key or other extras.",
            "Type it without them, such as https://host/v1, and put the key into the field Key.",
        )
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or len(url) > 500 or any(char.isspace() or not char.isprintable() for char in url):
        raise InvalidInputError(f"{url[:80]!r} is not a base URL.", "Type one such as http://127.0.0.1:11434/v1.")
    return url


def _checked_key(key: str) -> str:
    cleaned = key.strip()
    if len(cleaned) > 1000 or any(ord(char) < 33 or ord(char) > 126 for char in cleaned):
        raise InvalidInputError("The key holds characters that no key has.", "Copy it again, without spaces or quotes.")
    return cleaned
