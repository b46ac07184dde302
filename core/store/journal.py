"""Which columns an action can change, and the triggers that write every such change down.

While a row stands in `acting`, each insert, update and delete of a journaled table goes to `change` with the values
before and after, whoever wrote it. Undo, redo and the histories on screen are read from there, so no action can forget
to say how it is taken back. Columns that follow from others (paths, counts, search keys) are left out; `version` is
too, because it only grows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Journaled:
    """A table under the journal: `owner` is the SQL of the id whose history shows the change, in terms of {row}."""

    table: str
    owner: str
    editable: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    only_updates: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are written down."""
        return (*self.fixed, *self.editable)


NODE = Journaled(
    "node",
    "{row}.id",
    (
        "parent_id",
        "kind",
        "name",
        "name_key",
        "description",
        "synonyms",
        "scope_note",
        "notation",
        "uri",
        "labels",
        "extra",
        "position",
        "state",
        "touched",
        "meaning",
        "verified_by",
        "verified_at",
        "verified_version",
        "removed_with",
        "state_before",
        "dispute",
        "merged_into",
    ),
    ("id", "project_id", "origin", "times_seen", "times_asked", "created_at"),
)
VOTE = Journaled("vote", "{row}.node_id", ("verdict", "note", "at"), ("id", "node_id", "person", "node_version"))
NODE_LINK = Journaled(
    "node_link", "{row}.node_id", ("relation", "target_id", "target_uri"), ("id", "project_id", "node_id")
)
NOT_ALIKE = Journaled("not_alike", "{row}.one", (), ("id", "project_id", "one", "other"))
SUBJECT = Journaled(
    "subject",
    "{row}.id",
    (
        "node_id",
        "name",
        "name_key",
        "near_key",
        "level",
        "introduction",
        "subtopics",
        "position",
        "state",
        "touched",
        "merged_into",
    ),
    ("id", "project_id", "origin", "times_seen", "times_asked"),
)
SUBJECT_ALIAS = Journaled(
    "subject_alias", "{row}.subject_id", (), ("id", "project_id", "node_id", "near_key", "subject_id")
)
SUBJECT_SHARE = Journaled("subject_share", "{row}.subject_id", (), ("id", "project_id", "subject_id", "node_id"))
SYLLABUS = Journaled(
    "syllabus",
    "{row}.subject_id",
    ("subject_id", "introduction", "objectives", "state", "origin", "touched"),
    ("id", "project_id"),
)
CLASS_SESSION = Journaled(
    "class_session",
    "(SELECT subject_id FROM syllabus WHERE id={row}.syllabus_id)",
    ("position", "name", "description", "concepts"),
    ("id", "syllabus_id"),
)
SETTLEMENT = Journaled(
    "settlement", "{row}.node_id", (), ("id", "node_id", "person", "verdict", "note", "node_version", "at")
)
SYLLABUS_PROPOSAL = Journaled(
    "syllabus_proposal",
    "{row}.subject_id",
    ("state",),
    ("id", "project_id", "subject_id", "run_id", "based_on", "part", "session_id", "draft", "at"),
)
SAMPLE = Journaled("sample", "{row}.id", ("node_id", "subject_id"), ("id",), only_updates=True)
CONCEPT_SCHEME = Journaled("concept_scheme", "{row}.id", ("uri", "base_uri", "title", "about"), ("id", "project_id"))
JOURNALED: dict[str, Journaled] = {
    each.table: each
    for each in (
        NODE,
        VOTE,
        SETTLEMENT,
        NODE_LINK,
        NOT_ALIKE,
        SUBJECT,
        SUBJECT_ALIAS,
        SUBJECT_SHARE,
        SYLLABUS,
        CLASS_SESSION,
        SYLLABUS_PROPOSAL,
        SAMPLE,
        CONCEPT_SCHEME,
    )
}


def triggers(table: Journaled) -> str:
    """SQL that puts a table under the journal, replacing what was there."""
    parts = []
    for event, row, before, after in (
        ("INSERT", "NEW", None, "NEW"),
        ("UPDATE", "NEW", "OLD", "NEW"),
        ("DELETE", "OLD", "OLD", None),
    ):
        if (event == "UPDATE" and not table.editable) or (event != "UPDATE" and table.only_updates):
            continue
        columns = table.editable if event == "UPDATE" else table.columns
        of = f" OF {', '.join(table.editable)}" if event == "UPDATE" else ""
        name = f"journal_{table.table}_{event.lower()}"
        parts.append(
            f"DROP TRIGGER IF EXISTS {name};\n"
            f"CREATE TRIGGER {name} AFTER {event}{of} ON {table.table} WHEN EXISTS (SELECT 1 FROM acting) BEGIN\n"
            "  INSERT INTO change(action_id, item, row_id, owner, before, after)"
            f" SELECT action_id, '{table.table}', {row}.id, {table.owner.format(row=row)},"
            f" {_object(before, columns)}, {_object(after, columns)} FROM acting;\n"
            "END;\n"
        )
    return "".join(parts)


def _object(row: str | None, columns: tuple[str, ...]) -> str:
    if row is None:
        return "NULL"
    return "json_object(" + ", ".join(f"'{column}', {row}.{column}" for column in columns) + ")"
