"""Homework families of SQL: aggregates, groups, joins and scalar subqueries."""

from __future__ import annotations

from core.llm.builtin.problems._database_systems_tools import sql
from core.llm.builtin.problems._physics_tools import grid

_TOTAL = sql(
    "database-systems-aggregate",
    ("Aggregate function", "Row filter with WHERE"),
    {"product": 7},
    grid(least="3 5 6 7 9 10", spare="home office kitchen"),
    (
        (
            "What is the total value of the stock (price times stock) of all products outside the category '{spare}' "
            "of which at least {least} pieces are in stock?"
        ),
        (
            "Leave out the category '{spare}' and every product with fewer than {least} pieces in stock. For the "
            "others, compute the value of the stock, that is the sum of price times stock."
        ),
    ),
    (
        "`WHERE` first removes the rows that do not count.",
        "The aggregate `SUM` then adds the product of the two columns over the remaining rows into one value.",
    ),
    """
    SELECT SUM(price * stock) AS value
    FROM product
    WHERE category <> '{spare}' AND stock >= {least}
    """,
    (
        "SELECT SUM(price) FROM product WHERE category <> '{spare}' AND stock >= {least}",
        "SELECT SUM(price) * SUM(stock) FROM product WHERE category <> '{spare}' AND stock >= {least}",
        "SELECT SUM(price * stock) FROM product WHERE stock >= {least}",
    ),
)

_GROUPS = sql(
    "database-systems-having",
    ("Grouping of rows", "Filter on groups"),
    {"exam": 9},
    grid(count="2 3", least="40 50 56 60 65"),
    (
        (
            "For each course with at least {count} exams of {least} or more points, give the course, the number of "
            "these exams and their highest number of points. Sort by course."
        ),
        (
            "Consider only exams with {least} points or more. Report, sorted by course, each course that has {count} "
            "or more of them, together with their number and the best points."
        ),
    ),
    (
        "`WHERE` removes single rows before the grouping; `HAVING` removes whole groups after it.",
        "The bound on the points concerns rows, the bound on the number of exams concerns groups.",
    ),
    """
    SELECT course, COUNT(*) AS exams, MAX(points) AS best
    FROM exam
    WHERE points >= {least}
    GROUP BY course
    HAVING COUNT(*) >= {count}
    ORDER BY course
    """,
    (
        "SELECT course, COUNT(*), MAX(points) FROM exam WHERE points >= {least} GROUP BY course ORDER BY course",
        "SELECT course, COUNT(*), MAX(points) FROM exam GROUP BY course HAVING COUNT(*) >= {count} ORDER BY course",
        (
            "SELECT course, COUNT(*), MIN(points) FROM exam WHERE points >= {least} GROUP BY course "
            "HAVING COUNT(*) >= {count} ORDER BY course"
        ),
    ),
)

_INNER = sql(
    "database-systems-inner-join",
    ("Inner join",),
    {"product": 7, "purchase": 10},
    grid(least="2 3 4", category="home office kitchen"),
    (
        (
            "Show the id of each purchase of at least {least} pieces of a product in the category '{category}', the "
            "name of the product and the amount paid (price times quantity). Sort by the id of the purchase."
        ),
        (
            "For purchases in the category '{category}' with a quantity of {least} or more, we want purchase id, "
            "product name and the price multiplied by the quantity, in ascending order of the purchase id."
        ),
    ),
    (
        (
            "Name, category and price stand in product, the quantity in purchase; the foreign key product_id tells "
            "which rows belong together."
        ),
        "The inner join pairs each purchase with its product, and the conditions then filter these pairs.",
    ),
    """
    SELECT purchase.id, product.name, product.price * purchase.quantity AS amount
    FROM purchase
    JOIN product ON product.id = purchase.product_id
    WHERE purchase.quantity >= {least} AND product.category = '{category}'
    ORDER BY purchase.id
    """,
    (
        """
        SELECT purchase.id, name, price * quantity FROM purchase JOIN product ON product.id = product_id
        WHERE category = '{category}' ORDER BY purchase.id
        """,
        """
        SELECT purchase.id, name, price FROM purchase JOIN product ON product.id = product_id
        WHERE quantity >= {least} AND category = '{category}' ORDER BY purchase.id
        """,
    ),
)

_OUTER = sql(
    "database-systems-outer-join",
    ("Outer join", "Grouping of rows"),
    {"customer": 6, "purchase": 8},
    grid(city="Leeds York Bath", least="1 2 3"),
    (
        (
            "For every customer from {city}, also without such purchases, give the name and the number of purchases "
            "with a quantity of at least {least}. Sort by name."
        ),
        (
            "How many purchases of {least} or more pieces did each customer living in {city} make? Customers with none "
            "must appear as well; list name and number by name."
        ),
    ),
    (
        (
            "An inner join would drop customers without a purchase; the left outer join keeps them and fills the "
            "columns of purchase with NULL."
        ),
        (
            "The bound on the quantity belongs to the join condition, because in `WHERE` it would remove the rows "
            "filled with NULL. `COUNT(purchase.id)` ignores NULL and so gives 0."
        ),
    ),
    """
    SELECT customer.name, COUNT(purchase.id) AS purchases
    FROM customer
    LEFT JOIN purchase ON purchase.customer_id = customer.id AND purchase.quantity >= {least}
    WHERE customer.city = '{city}'
    GROUP BY customer.id, customer.name
    ORDER BY customer.name
    """,
    (
        """
        SELECT name, COUNT(*) FROM customer JOIN purchase ON customer_id = customer.id AND quantity >= {least}
        WHERE city = '{city}' GROUP BY customer.id ORDER BY name
        """,
        """
        SELECT name, COUNT(*) FROM customer LEFT JOIN purchase ON customer_id = customer.id AND quantity >= {least}
        WHERE city = '{city}' GROUP BY customer.id ORDER BY name
        """,
    ),
)

_SELF = sql(
    "database-systems-self-join",
    ("Self-join",),
    {"student": 7},
    grid(year="1 2 3", gap="0 1 2"),
    (
        (
            "The column mentor_id refers to the id of another student. For the students outside year {year} whose "
            "mentor has a year that is higher by more than {gap}, list the names of student and mentor, sorted by the "
            "student."
        ),
        (
            "A mentor is a student too, named by mentor_id. Give the pairs of student and mentor, ordered by student, "
            "in which the year of the mentor exceeds that of the student by more than {gap} and the student is not in "
            "year {year}."
        ),
    ),
    (
        "Both rows of a pair come from the same table, so it is used twice under two aliases.",
        "The join condition links the mentor_id of the student to the id of the mentor.",
    ),
    """
    SELECT s.name AS student, m.name AS mentor
    FROM student AS s
    JOIN student AS m ON s.mentor_id = m.id
    WHERE m.year - s.year > {gap} AND s.year <> {year}
    ORDER BY s.name
    """,
    (
        """
        SELECT m.name, s.name FROM student AS s JOIN student AS m ON s.mentor_id = m.id
        WHERE m.year - s.year > {gap} AND s.year <> {year} ORDER BY s.name
        """,
        """
        SELECT s.name, m.name FROM student AS s JOIN student AS m ON s.mentor_id = m.id
        WHERE s.year <> {year} ORDER BY s.name
        """,
    ),
)

_SCALAR = sql(
    "database-systems-scalar-subquery",
    ("Scalar subquery", "Aggregate function"),
    {"book": 7},
    grid(author="Okafor Lindqvist Tanaka Moreau", measure="pages year"),
    (
        (
            "Which titles not written by {author} have a value of {measure} above the average of all books? Sort them "
            "by title."
        ),
        (
            "List alphabetically the titles whose {measure} exceeds the mean {measure} over the whole table, leaving "
            "out books by {author} only at the end."
        ),
    ),
    (
        "The average is a single value, so a subquery in parentheses can stand where a number is expected.",
        "The subquery has no condition on the author because the average covers all books.",
    ),
    """
    SELECT title
    FROM book
    WHERE author <> '{author}' AND {measure} > (SELECT AVG({measure}) FROM book)
    ORDER BY title
    """,
    (
        "SELECT title FROM book WHERE {measure} > (SELECT AVG({measure}) FROM book) ORDER BY title",
        (
            "SELECT title FROM book WHERE author <> '{author}' AND {measure} < (SELECT AVG({measure}) FROM book) "
            "ORDER BY title"
        ),
    ),
)

PROBLEMS = (
    _TOTAL,
    _GROUPS,
    _INNER,
    _OUTER,
    _SELF,
    _SCALAR,
)
