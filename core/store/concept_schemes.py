"""How the taxonomy of a project is addressed in files, and what an imported file said that belongs to no node."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.domain.entity import Entity
from core.store import sequences
from core.store.database import Tx
from core.store.journal import CONCEPT_SCHEME, triggers

FILES = """
CREATE TABLE concept_scheme (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL UNIQUE REFERENCES project(id), uri TEXT NOT NULL DEFAULT '',
  base_uri TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', about TEXT NOT NULL DEFAULT '[]'
) STRICT;
INSERT INTO sequence(name, last) VALUES ('concept_scheme', 0);
""" + triggers(CONCEPT_SCHEME)
Statements = tuple[tuple[str, str, str], ...]


class Scheme(Entity):
    """`uri` and `title` are those of the file that came first; `base_uri` begins the URIs of nodes without one."""

    uri: str = ""
    base_uri: str = ""
    title: str = ""
    about: Statements = ()


def of(tx: Tx, project_id: str) -> Scheme:
    """That of the project; an empty one when nothing was said."""
    row = tx.row("SELECT uri, base_uri, title, about FROM concept_scheme WHERE project_id=?", (project_id,))
    return Scheme.model_validate({**row, "about": json.loads(row["about"])}) if row else Scheme()


def save(tx: Tx, project_id: str, scheme: Scheme) -> None:
    """Write it, inside an action."""
    about = json.dumps([list(row) for row in scheme.about], ensure_ascii=False)
    values = (scheme.uri, scheme.base_uri, scheme.title, about)
    changed = tx.run(
        "UPDATE concept_scheme SET uri=?, base_uri=?, title=?, about=? WHERE project_id=?", (*values, project_id)
    )
    if not changed:
        tx.run(
            "INSERT INTO concept_scheme(uri, base_uri, title, about, project_id, id) VALUES (?,?,?,?,?,?)",
            (*values, project_id, sequences.take(tx, "concept_scheme")),
        )


def with_more(scheme: Scheme, uri: str, title: str, about: Sequence[tuple[str, str, str]]) -> Scheme:
    """What a further file says beside it: its address and title only when there is none yet."""
    return Scheme(
        uri=scheme.uri or uri,
        base_uri=scheme.base_uri,
        title=scheme.title or title,
        about=tuple(dict.fromkeys([*scheme.about, *about])),
    )
