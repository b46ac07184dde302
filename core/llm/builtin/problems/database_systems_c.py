"""Homework families of SQL: correlated subqueries, set operations, views and common table expressions."""

from __future__ import annotations

from core.llm.builtin.problems._database_systems_tools import sql
from core.llm.builtin.problems._physics_tools import grid

_CORRELATED = sql(
    "database-systems-correlated-subquery",
    ("Correlated subquery",),
    {"exam": 9},
    grid(course="Algebra Physics Biology", low="45 50 58 60 65"),
    (
        (
            "Find the exams with more than {low} points that lie above the average of their own course, without the "
            "course {course}. Return course and points, sorted by course and then by points."
        ),
        (
            "Except for {course}, list course and points of each exam that beats the average over all exams of the "
            "same course and has more than {low} points; order by course, then points."
        ),
    ),
    (
        "The average needed differs from row to row, so the subquery refers to the course of the outer row.",
        "Conceptually it is evaluated anew for every exam of the outer query.",
    ),
    """
    SELECT e.course, e.points
    FROM exam AS e
    WHERE e.course <> '{course}' AND e.points > {low}
      AND e.points > (SELECT AVG(o.points) FROM exam AS o WHERE o.course = e.course)
    ORDER BY e.course, e.points
    """,
    (
        """
        SELECT course, points FROM exam WHERE course <> '{course}' AND points > {low}
        AND points > (SELECT AVG(points) FROM exam) ORDER BY course, points
        """,
        "SELECT course, points FROM exam WHERE course <> '{course}' AND points > {low} ORDER BY course, points",
    ),
)

_EXISTS = sql(
    "database-systems-not-exists",
    ("Existence test", "Correlated subquery"),
    {"book": 7, "loan": 8},
    grid(days="6 10 12 15 20 22", year="1990 1995 2000 2004"),
    (
        (
            "Which books published after {year} were never lent for more than {days} days? Give their titles in "
            "alphabetical order; books that were never lent count as well."
        ),
        (
            "Sorted by title, name every book with a year above {year} for which the table loan holds no row with more "
            "than {days} days, including books without any loan."
        ),
    ),
    (
        "`NOT EXISTS` is true exactly if its subquery returns no row.",
        "The subquery looks for a long loan of the book of the outer row, so books without loans pass the test.",
    ),
    """
    SELECT b.title
    FROM book AS b
    WHERE b.year > {year}
      AND NOT EXISTS (SELECT * FROM loan AS l WHERE l.book_id = b.id AND l.days > {days})
    ORDER BY b.title
    """,
    (
        (
            "SELECT DISTINCT title FROM book JOIN loan ON book_id = book.id WHERE year > {year} AND days <= {days} "
            "ORDER BY title"
        ),
        (
            "SELECT DISTINCT title FROM book JOIN loan ON book_id = book.id WHERE year > {year} AND days > {days} "
            "ORDER BY title"
        ),
    ),
)

_SETS = sql(
    "database-systems-set-operations",
    ("Union of results", "Difference of results"),
    {"exam": 10},
    grid(first="Algebra Physics", second=["Biology"], points="55 60 65 70 75", operation="UNION EXCEPT INTERSECT"),
    (
        (
            "Let A be the student_id values of exams in {first} with at least {points} points and B those of exams in "
            "{second} or of exams with fewer than {points} points. Determine A {operation} B in ascending order."
        ),
        (
            "One query gives the student_id of every exam in {first} with {points} points or more, another that of "
            "every exam in {second} or with less than {points} points. What does the first {operation} the second "
            "give, in ascending order?"
        ),
    ),
    (
        (
            "Set operations work on whole results and drop duplicates: `UNION` takes rows of either, `INTERSECT` rows "
            "of both, `EXCEPT` rows of the first that are missing in the second."
        ),
        "Both results have one column of the same type, so they can be combined.",
    ),
    """
    SELECT student_id FROM exam WHERE course = '{first}' AND points >= {points}
    {operation}
    SELECT student_id FROM exam WHERE course = '{second}' OR points < {points}
    ORDER BY student_id
    """,
    (
        """
        SELECT student_id FROM exam WHERE course = '{first}' AND points >= {points} UNION ALL
        SELECT student_id FROM exam WHERE course = '{second}' OR points < {points} ORDER BY student_id
        """,
        """
        SELECT student_id FROM exam WHERE course = '{second}' OR points < {points} EXCEPT
        SELECT student_id FROM exam WHERE course = '{first}' AND points >= {points} ORDER BY student_id
        """,
    ),
)

_VIEW = sql(
    "database-systems-view",
    ("View definition",),
    {"product": 8},
    grid(low="5 6 8 10", factor="2 3", category="home office kitchen"),
    (
        (
            "Define a view scarce with name, category and price of the products of which fewer than {low} pieces are "
            "in stock. Later all prices are multiplied by {factor}. Which names and prices does the view then show "
            "outside the category '{category}', sorted by name?"
        ),
        (
            "The view scarce offers name, category and price of products with a stock below {low}. After the view was "
            "created, every price in product is raised to {factor} times its value. Read name and price from the view, "
            "by name, for all categories but '{category}'."
        ),
    ),
    (
        "A view stores its query, not its rows: each time it is read, the query runs on the current tables.",
        (
            "Therefore the new prices appear although the view was defined before. In the statements below the change "
            "comes first, and the common table expression stands for the view."
        ),
    ),
    """
    WITH scarce AS (SELECT name, category, price FROM product WHERE stock < {low})
    SELECT name, price
    FROM scarce
    WHERE category <> '{category}'
    ORDER BY name
    """,
    (
        "SELECT name, price FROM product WHERE stock < {low} AND category <> '{category}' ORDER BY name",
        "SELECT name, price * {factor} FROM product WHERE stock < {low} ORDER BY name",
    ),
    "UPDATE product SET price = price * {factor}",
)

_CTE = sql(
    "database-systems-common-table-expression",
    ("Common table expression",),
    {"customer": 6, "purchase": 10},
    grid(total="3 4 5", city="Leeds York Bath"),
    (
        (
            "First compute the total quantity bought by each customer, then list name and total of the customers who "
            "are not from {city} and have bought at least {total} pieces, sorted by name."
        ),
        (
            "Per customer, sum up the quantities of all purchases. Using this intermediate result, show by name those "
            "customers living outside {city}, with their sum, whose sum is {total} or more."
        ),
    ),
    (
        "`WITH` gives the intermediate result a name, so the task splits into two readable steps.",
        "The main query joins the named result with customer like any table.",
    ),
    """
    WITH bought AS (
      SELECT customer_id, SUM(quantity) AS total
      FROM purchase
      GROUP BY customer_id
    )
    SELECT customer.name, bought.total
    FROM bought
    JOIN customer ON customer.id = bought.customer_id
    WHERE bought.total >= {total} AND customer.city <> '{city}'
    ORDER BY customer.name
    """,
    (
        """
        SELECT name, COUNT(*) FROM purchase JOIN customer ON customer.id = customer_id WHERE city <> '{city}'
        GROUP BY customer.id HAVING SUM(quantity) >= {total} ORDER BY name
        """,
        """
        SELECT name, SUM(quantity) FROM purchase JOIN customer ON customer.id = customer_id
        WHERE quantity >= {total} AND city <> '{city}' GROUP BY customer.id ORDER BY name
        """,
    ),
)

PROBLEMS = (
    _CORRELATED,
    _EXISTS,
    _SETS,
    _VIEW,
    _CTE,
)
