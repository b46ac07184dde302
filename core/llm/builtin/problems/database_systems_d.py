"""Homework families of SQL: window functions and changes of data."""

from __future__ import annotations

from core.llm.builtin.problems._database_systems_tools import sql
from core.llm.builtin.problems._physics_tools import grid

_RANK = sql(
    "database-systems-rank",
    ("Ranking within a partition",),
    {"exam": 10},
    grid(place="1 2", course="Algebra Physics Biology", least="40 50 56 60"),
    (
        (
            "Rank the exams with at least {least} points within each course from the most points to the fewest. Give "
            "course and points of the exams on rank {place}, without the course {course}, sorted by course."
        ),
        (
            "Within every course except {course}, the exams that reached {least} points or more are ranked by falling "
            "points. Which exams hold rank {place}? Show course and points in the order of the courses."
        ),
    ),
    (
        (
            "`PARTITION BY course` starts a new ranking for each course, and the `ORDER BY` of the window sets the "
            "order inside it."
        ),
        "A window function cannot stand in `WHERE`, so the ranking is computed in an inner query and filtered outside.",
    ),
    """
    SELECT course, points
    FROM (
      SELECT course, points, RANK() OVER (PARTITION BY course ORDER BY points DESC) AS place
      FROM exam
      WHERE points >= {least}
    )
    WHERE place = {place} AND course <> '{course}'
    ORDER BY course
    """,
    (
        """
        SELECT course, points FROM (SELECT course, points, RANK() OVER (PARTITION BY course ORDER BY points) AS place
        FROM exam WHERE points >= {least}) WHERE place = {place} AND course <> '{course}' ORDER BY course
        """,
        """
        SELECT course, points FROM (SELECT course, points, RANK() OVER (ORDER BY points DESC) AS place
        FROM exam WHERE points >= {least}) WHERE place = {place} AND course <> '{course}' ORDER BY course
        """,
    ),
)

_RUNNING = sql(
    "database-systems-running-total",
    ("Running total",),
    {"purchase": 7},
    grid(least="1 2", start=["2024-03-01", "2024-03-02", "2024-03-04", "2024-03-05"]),
    (
        (
            "For the purchases of at least {least} pieces made on {start} or later, show id and the running total of "
            "the quantity in the order of the ids."
        ),
        (
            "Starting on {start} and taking only purchases with a quantity of {least} or more, list each id together "
            "with the quantity accumulated up to and including that purchase, by ascending id."
        ),
    ),
    (
        "`WHERE` acts before the window function, so only the remaining purchases are added up.",
        "`SUM(quantity) OVER (ORDER BY id)` adds the quantities from the first row up to the current one.",
    ),
    """
    SELECT id, SUM(quantity) OVER (ORDER BY id) AS running
    FROM purchase
    WHERE quantity >= {least} AND day >= '{start}'
    ORDER BY id
    """,
    (
        "SELECT id, quantity FROM purchase WHERE quantity >= {least} AND day >= '{start}' ORDER BY id",
        "SELECT id, SUM(quantity) OVER () FROM purchase WHERE quantity >= {least} AND day >= '{start}' ORDER BY id",
    ),
)

_LAG = sql(
    "database-systems-lag",
    ("Previous row of a window",),
    {"book": 7},
    grid(since="1986 1988 1990 1996", pages="190 200 230 245"),
    (
        (
            "Take the books published after {since} with more than {pages} pages in the order of year and then id. For "
            "every book but the first, give the title and by how many pages it is longer than the book before it."
        ),
        (
            "Sort the books with a year above {since} and over {pages} pages by year, then by id. List title and "
            "change in the number of pages against the preceding book, leaving out the first book."
        ),
    ),
    (
        "`LAG(pages)` looks at the previous row in the order of the window and gives NULL for the first row.",
        (
            "The difference is negative if a book is shorter than its predecessor; the row with NULL is removed at the "
            "end."
        ),
    ),
    """
    SELECT title, change
    FROM (
      SELECT title, year, id, pages - LAG(pages) OVER (ORDER BY year, id) AS change
      FROM book
      WHERE year > {since} AND pages > {pages}
    )
    WHERE change IS NOT NULL
    ORDER BY year, id
    """,
    (
        """
        SELECT title, change FROM (SELECT title, year, id, pages - LEAD(pages) OVER (ORDER BY year, id) AS change
        FROM book WHERE year > {since} AND pages > {pages}) WHERE change IS NOT NULL ORDER BY year, id
        """,
        """
        SELECT title, change FROM (SELECT title, id, pages - LAG(pages) OVER (ORDER BY id) AS change
        FROM book WHERE year > {since} AND pages > {pages}) WHERE change IS NOT NULL ORDER BY id
        """,
    ),
)

_UPDATE = sql(
    "database-systems-update",
    ("Update statement",),
    {"product": 7},
    grid(category="home office kitchen", extra="5 10 20", low="6 8 10 12 15"),
    (
        (
            "Add {extra} to the stock of every product in the category '{category}' of which fewer than {low} pieces "
            "are in stock. What is the sum of the column stock over all products afterwards?"
        ),
        (
            "In the category '{category}' each product with a stock below {low} receives {extra} more pieces. Then "
            "add up the stock of the whole table."
        ),
    ),
    (
        (
            "`UPDATE` changes exactly the rows that meet its `WHERE` condition and sees the old values while it "
            "computes the new ones."
        ),
        "The sum afterwards runs over all products, changed or not.",
    ),
    "SELECT SUM(stock) FROM product",
    (
        "SELECT SUM(stock) + {extra} * COUNT(*) FROM product",
        "SELECT SUM(stock) FROM product",
        "SELECT SUM(stock + CASE WHEN category = '{category}' THEN {extra} ELSE 0 END) FROM product",
    ),
    "UPDATE product SET stock = stock + {extra}\nWHERE category = '{category}' AND stock < {low}",
)

_DELETE = sql(
    "database-systems-delete",
    ("Delete statement",),
    {"loan": 8},
    grid(member="Ines Jonas Kavya Lars", days="8 11 13 15 20"),
    (
        (
            "Delete all returned loans of at most {days} days, except those of {member}. How many loans are left, and "
            "what is the sum of their days?"
        ),
        (
            "Loans that have been returned and lasted {days} days or fewer are removed unless they belong to {member}. "
            "State the number of remaining rows and their total of days."
        ),
    ),
    (
        "`DELETE` removes whole rows that meet all conditions; a loan is returned if `returned IS NOT NULL`.",
        "A comparison such as `returned <> NULL` would be unknown for every row and delete nothing.",
    ),
    "SELECT COUNT(*), SUM(days) FROM loan",
    (
        "SELECT COUNT(*), SUM(days) FROM loan",
        "SELECT COUNT(*), SUM(days) FROM loan WHERE NOT (returned IS NOT NULL AND days <= {days})",
        "SELECT COUNT(*), SUM(days) FROM loan WHERE NOT (days <= {days} AND member <> '{member}')",
    ),
    "DELETE FROM loan\nWHERE returned IS NOT NULL AND days <= {days} AND member <> '{member}'",
)

_CASCADE = sql(
    "database-systems-cascade",
    ("Referential action", "Foreign key"),
    {"customer": 7, "purchase": 9},
    grid(a="1 2", b="3 5 6"),
    (
        (
            "The foreign key purchase.customer_id references customer(id) with ON DELETE CASCADE. The customers {a} "
            "and {b} are deleted. How many purchases are left, and what is the sum of their quantities?"
        ),
        (
            "Someone deletes the customers with the ids {a} and {b}; because the foreign key customer_id of purchase "
            "is declared with ON DELETE CASCADE, this reaches further. Count the purchases that remain and add up "
            "their quantities."
        ),
    ),
    (
        "With the action CASCADE, deleting a row also deletes all rows that reference it.",
        (
            "So every purchase of the two customers disappears; writing the effect as a statement of its own shows "
            "what the database does."
        ),
    ),
    "SELECT COUNT(*), SUM(quantity) FROM purchase",
    (
        "SELECT COUNT(*), SUM(quantity) FROM purchase",
        "SELECT COUNT(*), SUM(quantity) FROM purchase WHERE customer_id IN ({a}, {b})",
        "SELECT COUNT(*), SUM(quantity) FROM purchase WHERE customer_id <> {a}",
    ),
    "DELETE FROM purchase WHERE customer_id IN ({a}, {b})",
)

PROBLEMS = (
    _RANK,
    _RUNNING,
    _LAG,
    _UPDATE,
    _DELETE,
    _CASCADE,
)
