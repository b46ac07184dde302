"""Every hostile file has one verdict: refused with the line and the reason, or taken with what was noted."""

from __future__ import annotations

import pytest

from core.errors import ImportRejectedError
from core.interchange.concepts import formats
from core.interchange.concepts.model import ConceptFile
from tests.unit.hostile_case import Case, Refused, Taken
from tests.unit.hostile_rdf import FOLDERS, RDF
from tests.unit.hostile_tables import NESTED, OUTLINES, TABLES

CASES = [*TABLES, *OUTLINES, *NESTED, *RDF, *FOLDERS]


def read(case: Case) -> tuple[ConceptFile | None, int, str]:
    """The file, or line and reason of what refuses it."""
    try:
        file = formats.read(case.bytes(), case.format, case.options)
    except ImportRejectedError as error:
        return None, error.line, error.reason if error.hint else "no next step is named"
    refused = [trouble for trouble in file.troubles if trouble.refuses]
    return (None, refused[0].line, refused[0].reason) if refused else (file, 0, "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.format.name}: {case.name}")
def test_a_hostile_file_has_one_verdict(case: Case) -> None:
    file, line, reason = read(case)
    if isinstance(case.verdict, Refused):
        assert file is None, "it was taken"
        assert (line, case.verdict.reason in reason) == (case.verdict.line, True), reason
    else:
        assert isinstance(case.verdict, Taken)
        assert file is not None, reason
        assert tuple(concept.name for concept in file.concepts) == case.verdict.names
        assert case.verdict.note in " ".join(trouble.reason for trouble in file.troubles)
