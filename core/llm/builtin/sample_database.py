"""The sample database behind SQL homework: small tables of a shop, a library and a school, and queries run on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

Cell = int | float | str | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their types, and all rows that a question may show; the first column is the primary key."""

    columns: Mapping[str, type]
    rows: tuple[Row, ...]


TABLES: Mapping[str, Table] = {
    "product": Table(
        {"id": int, "name": str, "category": str, "price": float, "stock": int},
        (
            (1, "Lamp", "home", 24.5, 12),
            (2, "Desk", "office", 149.0, 3),
            (3, "Chair", "office", 89.0, 7),
            (4, "Kettle", "kitchen", 32.0, 15),
            (5, "Toaster", "kitchen", 27.5, 0),
            (6, "Rug", "home", 64.0, 5),
            (7, "Stapler", "office", 8.5, 40),
            (8, "Mixer", "kitchen", 59.0, 6),
            (9, "Mirror", "home", 45.0, 9),
            (10, "Pan", "kitchen", 38.0, 11),
        ),
    ),
    "customer": Table(
        {"id": int, "name": str, "city": str},
        (
            (1, "Amara", "Leeds"),
            (2, "Bruno", "York"),
            (3, "Chiara", "Leeds"),
            (4, "Dmitri", "Bath"),
            (5, "Elif", "York"),
            (6, "Farid", "Bath"),
            (7, "Greta", "Leeds"),
        ),
    ),
    "purchase": Table(
        {"id": int, "customer_id": int, "product_id": int, "quantity": int, "day": str},
        (
            (101, 1, 4, 2, "2024-03-01"),
            (102, 2, 1, 1, "2024-03-01"),
            (103, 1, 7, 5, "2024-03-02"),
            (104, 3, 3, 4, "2024-03-04"),
            (105, 5, 4, 1, "2024-03-04"),
            (106, 3, 1, 2, "2024-03-05"),
            (107, 2, 8, 1, "2024-03-07"),
            (108, 1, 3, 1, "2024-03-08"),
            (109, 5, 7, 10, "2024-03-09"),
            (110, 6, 10, 3, "2024-03-09"),
            (111, 3, 4, 3, "2024-03-11"),
            (112, 6, 1, 2, "2024-03-12"),
        ),
    ),
    "book": Table(
        {"id": int, "title": str, "author": str, "year": int, "pages": int},
        (
            (1, "Salt Roads", "Okafor", 1998, 312),
            (2, "The Glass Bay", "Lindqvist", 2005, 240),
            (3, "Northern Light", "Okafor", 2011, 405),
            (4, "Paper Rivers", "Tanaka", 1987, 198),
            (5, "The Long Tide", "Lindqvist", 2016, 356),
            (6, "Iron Garden", "Moreau", 2005, 275),
            (7, "Night Harbour", "Tanaka", 1994, 221),
            (8, "The Quiet Hill", "Okafor", 2019, 288),
        ),
    ),
    "loan": Table(
        {"id": int, "book_id": int, "member": str, "days": int, "returned": str},
        (
            (1, 2, "Ines", 14, "2024-05-15"),
            (2, 5, "Jonas", 21, "2024-05-24"),
            (3, 1, "Ines", 7, None),
            (4, 3, "Kavya", 28, "2024-06-02"),
            (5, 2, "Jonas", 10, None),
            (6, 6, "Lars", 18, "2024-06-10"),
            (7, 3, "Ines", 12, "2024-06-12"),
            (8, 8, "Kavya", 5, None),
            (9, 2, "Lars", 25, "2024-06-30"),
        ),
    ),
    "student": Table(
        {"id": int, "name": str, "year": int, "mentor_id": int},
        (
            (1, "Mira", 3, None),
            (2, "Nadir", 1, 1),
            (3, "Olga", 2, 1),
            (4, "Pablo", 1, 3),
            (5, "Quentin", 3, None),
            (6, "Rosa", 2, 5),
            (7, "Sana", 1, 6),
            (8, "Tomas", 1, 5),
        ),
    ),
    "exam": Table(
        {"id": int, "student_id": int, "course": str, "points": int},
        (
            (1, 1, "Algebra", 78),
            (2, 2, "Algebra", 64),
            (3, 3, "Algebra", 91),
            (4, 4, "Algebra", 55),
            (5, 1, "Physics", 83),
            (6, 3, "Physics", 72),
            (7, 5, "Physics", 66),
            (8, 6, "Biology", 88),
            (9, 2, "Biology", 47),
            (10, 5, "Biology", 95),
            (11, 6, "Physics", 59),
            (12, 8, "Algebra", 70),
        ),
    ),
}


def show(rows: Mapping[str, Iterable[Row]]) -> str:
    """Tables as Markdown, each under its name in bold."""
    return "\n\n".join(f"**{name}**\n\n{_markdown(name, chosen)}" for name, chosen in rows.items())


def _markdown(name: str, rows: Iterable[Row]) -> str:
    columns = TABLES[name].columns
    lines = [list(columns), ["---"] * len(columns), *([_text(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(cell: Cell) -> str:
    if cell is None:
        return "NULL"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def read(shown: str) -> dict[str, list[Row]]:
    """The inverse of `show`."""
    found: dict[str, list[Row]] = {}
    for part in shown.split("\n\n**"):
        name, _, body = part.removeprefix("**").partition("**\n\n")
        types = list(TABLES[name].columns.values())
        cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in body.split("\n")[2:]]
        found[name] = [tuple(None if c == "NULL" else t(c) for t, c in zip(types, r, strict=True)) for r in cells]
    return found


def run(query: str, shown: str, *changes: str) -> list[Row]:
    """The rows that a query returns on the tables shown, after the given changes; the query itself cannot write."""
    database = Database(memory=True)
    try:
        for name, rows in read(shown).items():
            columns = TABLES[name].columns
            database[name].create(dict(columns), pk="id")  # type: ignore[union-attr]
            database[name].insert_all(dict(zip(columns, row, strict=True)) for row in rows)  # type: ignore[union-attr]
        for change in changes:
            database.execute(change)
        database.execute("PRAGMA query_only = ON")
        return [tuple(row) for row in database.execute(query).fetchall()]
    finally:
        database.close()


def listed(rows: Sequence[Row]) -> str:
    """A result in one line: "(Lamp, 24.5), (Desk, 149)"; a single value stands alone."""
    texts = [[_value(cell) for cell in row] for row in rows]
    if len(texts) == 1 and len(texts[0]) == 1:
        return texts[0][0]
    if texts and len(texts[0]) == 1:
        return ", ".join(row[0] for row in texts)
    return ", ".join(f"({', '.join(row)})" for row in texts) or "no rows"


def _value(cell: Cell) -> str:
    if cell is None:
        return "NULL"
    return f"{cell:.2f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)
