"""Names that people work under."""

from __future__ import annotations

import pytest

from core.domain.people import person_name
from core.errors import InvalidInputError


@pytest.mark.parametrize("typed", ["teacher", " Teacher ", "TEACHER\u200b", "ｔｅａｃｈｅｒ"])
def test_nobody_works_under_the_name_that_teachers_sign_with(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="teachers sign"):
        person_name(typed)


def test_any_other_name_is_cleaned_and_taken() -> None:
    assert person_name("  Ada   Lovelace ") == "Ada Lovelace"
