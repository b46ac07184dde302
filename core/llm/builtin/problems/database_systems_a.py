"""Homework families of SQL: keys, filters and conditions."""

from __future__ import annotations

from core.llm.builtin.problems._database_systems_tools import sql
from core.llm.builtin.problems._physics_tools import grid

_KEYS = sql(
    "database-systems-primary-key",
    ("Primary key", "Insertion under constraints"),
    {"product": 6},
    grid(a="1 2 3 4 5 6 7 8 9 10", b="2 4 6 8 11 12", c="3 5 7 9 13"),
    (
        (
            "The column id is the primary key of product. A program tries to insert three more products with the ids "
            "{a}, {b} and {c}, in this order, and skips every row that the key forbids. How many rows does the table "
            "have afterwards?"
        ),
        (
            "Three new rows with the ids {a}, {b} and {c} arrive one after the other for the table product, whose "
            "primary key is id; a row that would violate the key is ignored. Count the rows of the table after the "
            "attempt."
        ),
    ),
    (
        "A primary key identifies each row, so no two rows may carry the same id; this also holds among the new rows.",
        "Each new row is checked against the rows present at that moment and skipped if its id is taken.",
    ),
    "SELECT COUNT(*) FROM product",
    ("SELECT COUNT(*) + 3 FROM product", "SELECT COUNT(*) FROM product"),
    "INSERT OR IGNORE INTO product (id, name) VALUES ({a}, 'New'), ({b}, 'New'), ({c}, 'New')",
)

_REFERENCES = sql(
    "database-systems-foreign-key",
    ("Foreign key",),
    {"student": 6},
    grid(a="1 2 3 4", b="5 6 7 8", c="2 4 9 10", d="3 7 11 12"),
    (
        (
            "A further table exam has a foreign key student_id that references student(id). Four exams with the "
            "student_id values {a}, {b}, {c} and {d} are to be inserted. Determine how many of them the database "
            "rejects."
        ),
        (
            "Exams refer to students through a foreign key exam.student_id that points at student.id. Someone enters "
            "exams for the student numbers {a}, {b}, {c} and {d}. How many of these four rows are refused?"
        ),
    ),
    (
        (
            "Referential integrity demands that every value of the foreign key occurs as a key value in the table it "
            "references."
        ),
        "So we count the given values that are missing in the column id of student.",
    ),
    """
    SELECT COUNT(*)
    FROM (VALUES ({a}), ({b}), ({c}), ({d}))
    WHERE column1 NOT IN (SELECT id FROM student)
    """,
    (
        "SELECT COUNT(*) FROM (VALUES ({a}), ({b}), ({c}), ({d})) WHERE column1 IN (SELECT id FROM student)",
        "SELECT 0",
    ),
)

_NULLS = sql(
    "database-systems-null",
    ("Null value", "Aggregate function"),
    {"loan": 7},
    grid(least="1 5 6 8 10 11 12", column="days"),
    (
        (
            "In the table loan a book that is still out has NULL in the column returned. Among the loans whose "
            "{column} is at least {least}, count all loans and, in a second column, those already returned."
        ),
        (
            "The column returned is NULL while a book has not come back. For loans with a value of {least} or more in "
            "{column}, find the number of loans and beside it the number of returned ones."
        ),
    ),
    (
        "`COUNT(*)` counts rows, whereas `COUNT(returned)` counts only the rows in which `returned` is not NULL.",
        "Both counts are taken after the filter on `{column}`.",
    ),
    """
    SELECT COUNT(*) AS loans, COUNT(returned) AS returned
    FROM loan
    WHERE {column} >= {least}
    """,
    (
        "SELECT COUNT(*), COUNT(*) FROM loan WHERE {column} >= {least}",
        "SELECT COUNT(*), COUNT(*) - COUNT(returned) FROM loan WHERE {column} >= {least}",
        "SELECT COUNT(*), COUNT(returned) FROM loan WHERE {column} > {least}",
    ),
)

_FILTER = sql(
    "database-systems-where",
    ("Row filter with WHERE", "Projection of columns", "Sorted result"),
    {"product": 7},
    grid(category="home office kitchen", limit="30 40 50 60 70"),
    (
        (
            "List name and price of all products in the category '{category}' that cost less than {limit}, the most "
            "expensive first."
        ),
        (
            "We need the products of category '{category}' with a price below {limit}. Show only their name and price, "
            "ordered by falling price."
        ),
    ),
    (
        (
            "The projection after `SELECT` names the two columns wanted, and `WHERE` keeps the rows that meet both "
            "conditions, so they are joined by `AND`."
        ),
        "Without `ORDER BY` the order of the rows would be undefined; `DESC` puts the highest price first.",
    ),
    """
    SELECT name, price
    FROM product
    WHERE category = '{category}' AND price < {limit}
    ORDER BY price DESC
    """,
    (
        "SELECT name, price FROM product WHERE category = '{category}' OR price < {limit} ORDER BY price DESC",
        "SELECT name, price FROM product WHERE category = '{category}' AND price < {limit} ORDER BY price",
        "SELECT name, price FROM product WHERE category = '{category}' ORDER BY price DESC",
    ),
)

_TOP = sql(
    "database-systems-top-rows",
    ("Sorted result", "Projection of columns"),
    {"book": 6},
    grid(count="2 3 4", measure="pages year"),
    (
        (
            "Show the title of the {count} books with the largest {measure}, the largest first; books with equal "
            "{measure} are ordered by title."
        ),
        (
            "Which {count} books lead when sorted by {measure} from high to low, with ties broken by title in "
            "alphabetical order? Only the titles are wanted."
        ),
    ),
    (
        "The rows are sorted by `{measure}` in descending order, with `title` as the second sort key.",
        "`LIMIT {count}` cuts the sorted result, and the projection keeps the title alone.",
    ),
    "SELECT title\nFROM book\nORDER BY {measure} DESC, title\nLIMIT {count}",
    (
        "SELECT title FROM book ORDER BY {measure}, title LIMIT {count}",
        "SELECT title FROM book ORDER BY title LIMIT {count}",
    ),
)

_LIKE = sql(
    "database-systems-like",
    ("Pattern match with LIKE",),
    {"book": 7},
    grid(pattern=["The %", "%ight%", "%i%", "%a%", "N%", "%t", "%e %"], since="1990 1995 2000 2004"),
    (
        "Which titles of books published after {since} match the pattern '{pattern}'? Sort them alphabetically.",
        (
            "In alphabetical order, list the titles that fit the LIKE pattern '{pattern}' and whose year is greater "
            "than {since}."
        ),
    ),
    (
        (
            "In a LIKE pattern the sign `%` stands for any sequence of characters, also the empty one; all other "
            "characters stand for themselves."
        ),
        "The pattern must cover the whole title, and the second condition compares the year.",
    ),
    """
    SELECT title
    FROM book
    WHERE title LIKE '{pattern}' AND year > {since}
    ORDER BY title
    """,
    (
        "SELECT title FROM book WHERE title LIKE '{pattern}' ORDER BY title",
        "SELECT title FROM book WHERE year > {since} ORDER BY title",
        "SELECT title FROM book WHERE title = '{pattern}' AND year > {since}",
    ),
)

_UNKNOWN = sql(
    "database-systems-three-valued-logic",
    ("Unknown truth value", "Null value"),
    {"student": 7},
    grid(mentor="1 3 5 6", year="1 2 3"),
    (
        (
            "To count the students who neither have the mentor {mentor} nor are in year {year}, a programmer writes "
            "the condition mentor_id <> {mentor} AND year <> {year}. How many students does this condition really "
            "find, given the NULL values?"
        ),
        (
            "A query counts the students by the condition mentor_id <> {mentor} AND year <> {year}, meant to leave out "
            "the mentor {mentor} and the year {year}. Taking NULL into account, which number does it give?"
        ),
    ),
    (
        "A comparison with NULL is neither true nor false but unknown, and `AND` with unknown is never true.",
        "`WHERE` keeps only rows for which the condition is true, so students without a mentor drop out.",
    ),
    """
    SELECT COUNT(*)
    FROM student
    WHERE mentor_id <> {mentor} AND year <> {year}
    """,
    (
        "SELECT COUNT(*) FROM student WHERE mentor_id IS NOT {mentor} AND year <> {year}",
        "SELECT COUNT(*) FROM student WHERE mentor_id <> {mentor}",
    ),
)

_CASE = sql(
    "database-systems-case",
    ("CASE expression",),
    {"exam": 8},
    grid(high="75 80 85 90", low="50 55 60 65 70"),
    (
        (
            "Grade each exam 'A' from {high} points, 'B' from {low} points and 'C' below. Return every grade that "
            "occurs with its number of exams, in alphabetical order of the grade."
        ),
        (
            "Exams with at least {high} points get 'A', the others with at least {low} points 'B', all remaining ones "
            "'C'. How often is each grade given? List only grades that occur, from A to C."
        ),
    ),
    (
        (
            "A `CASE` expression tests its conditions from top to bottom and takes the first that is true, so the "
            "higher bound comes first."
        ),
        "Grouping by the grade then counts the exams of each class.",
    ),
    """
    SELECT CASE WHEN points >= {high} THEN 'A' WHEN points >= {low} THEN 'B' ELSE 'C' END AS grade,
           COUNT(*) AS exams
    FROM exam
    GROUP BY grade
    ORDER BY grade
    """,
    (
        """
        SELECT CASE WHEN points >= {low} THEN 'B' WHEN points >= {high} THEN 'A' ELSE 'C' END AS grade, COUNT(*)
        FROM exam GROUP BY grade ORDER BY grade
        """,
        """
        SELECT CASE WHEN points > {high} THEN 'A' WHEN points > {low} THEN 'B' ELSE 'C' END AS grade, COUNT(*)
        FROM exam GROUP BY grade ORDER BY grade
        """,
    ),
)

PROBLEMS = (
    _KEYS,
    _REFERENCES,
    _NULLS,
    _FILTER,
    _TOP,
    _LIKE,
    _UNKNOWN,
    _CASE,
)
