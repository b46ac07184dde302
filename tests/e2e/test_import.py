"""A thesaurus in a real browser: looked at before anything is written, imported, taken back, made again, taken out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import ME, App
from tests.e2e.waiting import press, settle, until

THESAURUS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <http://example.org/t/> .
: a skos:ConceptScheme ; skos:hasTopConcept :a .
:a a skos:Concept ; skos:prefLabel "Sky"@en, "Himmel"@de, "سماء"@ar ; skos:topConceptOf : ; skos:inScheme : .
:b a skos:Concept ; skos:prefLabel "Stars"@en ; skos:broader :a ; skos:inScheme : .
:c a skos:Concept ; skos:prefLabel "stars"@en ; skos:definition "Again."@en ; skos:broader :a ; skos:inScheme : .
"""


def test_a_thesaurus_is_looked_at_imported_taken_back_made_again_and_exported(
    app: App, page: Page, tmp_path: Path
) -> None:
    project = app.work.projects.create(ME, "Thesaurus", starter=False, token="t")
    file = tmp_path / "sky.ttl"
    file.write_text(THESAURUS, encoding="utf-8")
    app.open(page, f"taxonomy?project={project.id}&mode=files")

    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("What would happen")).to_be_visible()
    expect(page.get_by_role("button", name="Import 2 nodes")).to_be_disabled()
    page.get_by_label("Siblings of one name").click()
    page.get_by_role("option", name="Make them one").click()
    settle(page)
    assert app.work.taxonomy.counts(project.id) == {}

    press(page, "Import 2 nodes")
    expect(page.get_by_text("2 nodes are new")).to_be_visible()
    assert sum(app.work.taxonomy.counts(project.id).values()) == 2
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Undo").last.click()
    until(page, "the import is taken back", lambda: app.work.taxonomy.counts(project.id) == {})
    settle(page)
    press(page, "Redo")
    until(page, "it is made again", lambda: sum(app.work.taxonomy.counts(project.id).values()) == 2)
    settle(page)

    page.get_by_role("radio", name="Export").click()
    settle(page)
    press(page, "Write as SKOS, Turtle")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    content = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename.startswith("taxonomy-thesaurus-")
    assert all(word in content for word in ("سماء", "Himmel", "Again.", "http://example.org/t/"))
