"""Taxonomies in and out: what the report says is what happens, as one action; what goes out comes in again equal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain.people import Principal, Role
from core.domain.records import Project
from core.domain.states import NodeState
from core.domain.taxonomy import MAX_DEPTH, Node, NodeKind, Verdict
from core.errors import (
    ConflictError,
    ImportRejectedError,
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    StoreError,
)
from core.services.tree_edits import Texts
from core.services.tree_files import (
    FORMATS,
    Choices,
    Imported,
    ImportReport,
    Reading,
    ReadOptions,
    TextChoice,
    TwinChoice,
    Upload,
    What,
)
from core.settings import Settings
from core.store import events, tree
from core.workspace import Workspace

ME, ANNA = Principal("Me"), Principal("Anna")
OUTLINE = "Science\n  Physics\n    Optics = Light science :: Light.\n    Mechanics\nArts\n  Music\n"
SKOS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix : <http://example.org/t/> .
: a skos:ConceptScheme ; dct:title "Things"@en ; dct:creator "Ada" ; skos:hasTopConcept :a, :b .
:a a skos:Concept ; skos:prefLabel "Animals"@en, "Tiere"@de, "حيوانات"@ar ;
   skos:topConceptOf : ; skos:inScheme : .
:b a skos:Concept ; skos:prefLabel "Water"@en ; skos:topConceptOf : ; skos:inScheme : ; skos:notation "W" .
:c a skos:Concept ; skos:prefLabel "Fish"@en ; skos:altLabel "Fishes"@en ; skos:definition "They swim."@en ;
   skos:scopeNote "Not whales."@en ; skos:broader :a, :b ; skos:inScheme : ; dct:source "Book" .
:d a skos:Concept ; skos:prefLabel "Birds"@en ; skos:broader :a ; skos:inScheme : ; skos:related :c ;
   skos:exactMatch <http://example.com/birds> .
"""


@pytest.fixture
def work(empty_file: Path, tmp_path: Path) -> Iterator[Workspace]:
    environ = {"STUDIO_HOME": str(tmp_path), "STUDIO_MIN_FREE_MB": "0"}
    settings = Settings.load(environ)
    shutil.copy(empty_file, settings.database)
    space = Workspace.open(settings, environ)
    yield space
    space.close()


@pytest.fixture
def project(work: Workspace) -> Project:
    return work.projects.create(ME, "P", token="t", starter=False)


def _other(work: Workspace) -> Project:
    return work.projects.create(ME, "Q", token="q", starter=False)


def _read(work: Workspace, content: bytes | str, name: str = "x.txt") -> Reading:
    return work.files.read(content.encode() if isinstance(content, str) else content, name)


def _report(
    work: Workspace,
    project: Project,
    content: bytes | str,
    name: str = "x.txt",
    *,
    below: int | None = None,
    **how: Any,
) -> ImportReport:
    return work.files.dry_run(project.id, _read(work, content, name), Choices(**how), parent_id=below)


def _bring(
    work: Workspace,
    project: Project,
    content: bytes | str,
    name: str = "x.txt",
    *,
    below: int | None = None,
    **how: Any,
) -> Imported:
    reading, choices = _read(work, content, name), Choices(**how)
    report = work.files.dry_run(project.id, reading, choices, parent_id=below)
    token = f"{name} {len(content)} {how} {below} {report.revision}"
    return work.files.import_(ME, project.id, reading, choices, report=report, token=token, parent_id=below)


def _live(work: Workspace, project: Project) -> dict[str, Node]:
    def below(parent: int | None) -> Iterator[Node]:
        for node in work.taxonomy.children(project.id, parent):
            yield node
            yield from below(node.id)

    return {node.name: node for node in below(None)}


def _counted(report: ImportReport) -> dict[str, int]:
    return {what.value: n for what, n in report.counts.items()}


def _sound(work: Workspace, project: Project) -> None:
    """Counts, paths and order are what a rebuild from parents and positions gives."""
    with work.context.store.write() as tx:
        sql = (
            "SELECT id, path, place, n_children, n_descendants, n_verified FROM node WHERE state!='removed' ORDER BY id"
        )
        before = tx.rows(sql)
        tree.place_all(tx, project.id)
        tree.recount_all(tx, project.id)
        assert tx.rows(sql) == before
        assert events.broken_link(tx) is None


def test_a_dry_run_writes_nothing_and_says_what_an_import_then_does(work: Workspace, project: Project) -> None:
    report = _report(work, project, OUTLINE)
    assert _counted(report) == {"new": 6}
    assert report.levels == (2, 2, 2)
    assert report.kinds == {NodeKind.FIELD: 2, NodeKind.SUB_FIELD: 1, NodeKind.DISCIPLINE: 3}
    assert _live(work, project) == {}
    made = _bring(work, project, OUTLINE)
    assert (made.new, made.changed) == (6, 0)
    assert list(_live(work, project)) == ["Science", "Physics", "Optics", "Mechanics", "Arts", "Music"]
    optics = _live(work, project)["Optics"]
    assert (optics.description, optics.synonyms, optics.state) == ("Light.", ("Light science",), NodeState.PROPOSED)
    assert work.taxonomy.view(ME, project.id, made.first or 0).node.name == "Science"
    _sound(work, project)


def test_an_import_is_one_action_that_is_undone_and_made_again_whole(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    made = _bring(work, project, SKOS, "x.ttl")
    before = work.files.export(project.id, FORMATS["turtle"])
    undone = work.actions.undo(ME, project.id, made.action_id or 0)
    assert set(_live(work, project)) == {"Science", "Physics", "Optics", "Mechanics", "Arts", "Music"}
    _sound(work, project)
    work.actions.redo(ME, project.id, undone.id)
    assert work.files.export(project.id, FORMATS["turtle"]) == before
    _sound(work, project)


def test_what_is_there_is_met_by_name_and_place_and_never_doubled(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    report = _report(work, project, "SCIENCE\n  physics \n    Acoustics\n")
    assert _counted(report) == {"differs": 2, "new": 1}
    _bring(work, project, "SCIENCE\n  physics \n    Acoustics\n")
    live = _live(work, project)
    assert live["Acoustics"].parent_id == live["Physics"].id
    assert len(live) == 7


def test_a_node_is_met_by_its_uri_wherever_it_stands_and_whatever_it_is_called(
    work: Workspace, project: Project
) -> None:
    _bring(work, project, SKOS, "x.ttl")
    live = _live(work, project)
    moved = work.tree.move(ME, [live["Fish"]], live["Water"].id)[0]
    work.tree.edit(ME, moved, replace(Texts.of(moved), name="Fishes and others"))
    assert _counted(_report(work, project, SKOS, "x.ttl")) == {"there": 3, "differs": 1, "note": 1}
    _bring(work, project, SKOS, "x.ttl", texts=TextChoice.FILE)
    assert _live(work, project)["Fish"].parent_id == live["Water"].id


def test_an_own_export_is_met_by_the_addresses_that_it_was_given(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    content = work.files.export(project.id, FORMATS["turtle"])
    optics = _live(work, project)["Optics"]
    work.tree.edit(ME, optics, replace(Texts.of(optics), name="Study of light"))
    assert _counted(_report(work, project, content, "x.ttl")) == {"there": 5, "differs": 1}


@pytest.mark.parametrize(
    ("choice", "by_hand", "description"),
    [
        (TextChoice.KEEP, False, "Light."),
        (TextChoice.UNTOUCHED, False, "Of light."),
        (TextChoice.UNTOUCHED, True, "Mine."),
        (TextChoice.FILE, True, "Of light."),
    ],
)
def test_texts_of_the_file_are_taken_as_chosen(
    work: Workspace, project: Project, choice: TextChoice, by_hand: bool, description: str
) -> None:
    _bring(work, project, OUTLINE)
    if by_hand:
        optics = _live(work, project)["Optics"]
        work.tree.edit(ME, optics, replace(Texts.of(optics), description="Mine."))
    _bring(work, project, OUTLINE.replace("Light.", "Of light.") + "Law\n", texts=choice)
    optics = _live(work, project)["Optics"]
    assert (optics.description, optics.synonyms) == (description, ("Light science",))


def test_new_texts_of_a_verified_node_open_its_votes_and_undo_gives_the_verification_back(
    work: Workspace, project: Project
) -> None:
    _bring(work, project, OUTLINE)
    science = _live(work, project)["Science"]
    work.votes.vote(ME, project.id, science.id, Verdict.KEEP)
    made = _bring(work, project, "Science :: All of it.\n", texts=TextChoice.FILE)
    assert (made.new, made.changed) == (0, 1)
    assert _live(work, project)["Science"].state is NodeState.PROPOSED
    work.actions.undo(ME, project.id, made.action_id or 0)
    assert _live(work, project)["Science"].state is NodeState.VERIFIED
    _sound(work, project)


def test_what_the_file_leaves_empty_stays(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    assert _counted(_report(work, project, "Science\n  Physics\n    Optics\n", texts=TextChoice.FILE)) == {"there": 3}


def test_what_is_removed_here_does_not_come_back_unless_asked(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    physics = _live(work, project)["Physics"]
    work.tree.remove(ME, physics)
    content = OUTLINE.replace("    Mechanics\n", "    Mechanics\n    Acoustics\n")
    report = _report(work, project, content)
    assert _counted(report) == {"there": 3, "left out": 4}
    assert [row.note for row in report.page(What.LEFT_OUT, 0, 9)] == [
        "is removed here; not brought back",
        "what stands above it is left out",
        "what stands above it is left out",
        "what stands above it is left out",
    ]
    _bring(work, project, content, restore=True)
    assert {"Physics", "Optics", "Mechanics", "Acoustics"} <= set(_live(work, project))
    _sound(work, project)


def test_a_merged_node_is_met_in_the_one_that_took_it_up(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    live = _live(work, project)
    work.merging.merge(ME, [live["Mechanics"]], live["Optics"])
    report = _report(work, project, "Science\n  Physics\n    Mechanics\n")
    assert report.rows[-1].note == "was merged into Optics"
    assert report.writes == 0


def test_a_tree_that_changed_so_that_something_else_would_happen_refuses_with_the_new_report(
    work: Workspace, project: Project
) -> None:
    reading = _read(work, OUTLINE)
    report = work.files.dry_run(project.id, reading)
    work.tree.add(ANNA, project.id, None, "Unrelated")
    work.tree.add(ANNA, project.id, None, "Arts")
    with pytest.raises(ConflictError) as refused:
        work.files.import_(ME, project.id, reading, report=report, token="1")
    now = refused.value.current
    assert isinstance(now, ImportReport)
    assert _counted(now) == {"new": 5, "there": 1}
    assert set(_live(work, project)) == {"Unrelated", "Arts"}
    work.files.import_(ME, project.id, reading, report=now, token="2")
    with pytest.raises((ConflictError, InvalidTransitionError)):
        work.files.import_(ME, project.id, reading, report=now, token="2")
    assert len(_live(work, project)) == 7


def test_a_change_elsewhere_does_not_stand_in_the_way(work: Workspace, project: Project) -> None:
    reading = _read(work, OUTLINE)
    report = work.files.dry_run(project.id, reading)
    work.tree.add(ANNA, project.id, None, "Unrelated")
    assert work.files.import_(ME, project.id, reading, report=report, token="1").new == 6


def test_only_who_may_edit_imports(work: Workspace, project: Project) -> None:
    reading = _read(work, OUTLINE)
    report = work.files.dry_run(project.id, reading)
    with pytest.raises(NotAllowedError):
        work.files.import_(Principal("Eve", Role.REVIEWER), project.id, reading, report=report, token="1")


def test_no_import_begins_on_a_full_disk(tmp_path: Path) -> None:
    environ = {"STUDIO_HOME": str(tmp_path), "STUDIO_MIN_FREE_MB": "100000"}
    work = Workspace.open(Settings.load(environ), environ)
    try:
        project = work.projects.create(ME, "P", token="t", starter=False)
        with pytest.raises(StoreError, match="MB are free"):
            _bring(work, project, OUTLINE)
    finally:
        work.close()


def test_twins_are_refused_kept_once_or_made_one(work: Workspace, project: Project) -> None:
    content = "Science\n  Physics\n    Optics\n  physics = Natural philosophy :: Again.\n    Heat\n"
    refused = _report(work, project, content)
    assert (refused.refused, refused.twins) == (True, 1)
    with pytest.raises(ImportRejectedError, match="1 lines are refused"):
        _bring(work, project, content)
    assert _counted(_report(work, project, content, twins=TwinChoice.FIRST)) == {"new": 3, "left out": 2}
    _bring(work, project, content, twins=TwinChoice.MERGE)
    live = _live(work, project)
    assert [live[name].parent_id for name in ("Optics", "Heat")] == [live["Physics"].id] * 2
    assert (live["Physics"].description, live["Physics"].synonyms) == ("Again.", ("Natural philosophy",))


def test_what_is_refused_can_be_left_out_with_all_below_it(work: Workspace, project: Project) -> None:
    deep = "".join(f"{'  ' * level}Level {level}\n" for level in range(MAX_DEPTH))
    top = work.tree.add(ME, project.id, None, "Top")
    report = _report(work, project, deep, below=top.id)
    assert report.counts[What.REFUSED] == 1
    assert report.page(What.REFUSED, 0, 1)[0].note == f"it would stand deeper than {MAX_DEPTH} levels"
    _bring(work, project, deep, below=top.id, leave_out=True)
    assert len(_live(work, project)) == MAX_DEPTH
    _sound(work, project)


def test_a_branch_below_a_node_takes_the_kinds_that_can_stand_there(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    live = _live(work, project)
    _bring(work, project, "Heat\n  Steam\nLight\n", below=live["Physics"].id)
    live = _live(work, project)
    assert [live[name].kind for name in ("Heat", "Steam", "Light")] == ["sub_field", "discipline", "discipline"]
    _bring(work, project, "Lenses\n", below=live["Optics"].id)
    live = _live(work, project)
    assert (live["Optics"].kind, live["Lenses"].kind) == (NodeKind.SUB_FIELD, NodeKind.DISCIPLINE)
    _sound(work, project)


def test_a_discipline_with_subjects_gets_nothing_below_it(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    optics = _live(work, project)["Optics"]
    work.curriculum.add_subject(ME, project.id, optics.id, "Lenses", "introductory", ())
    report = _report(work, project, "Science\n  Physics\n    Optics\n      Mirrors\n")
    assert "is a discipline with subjects" in report.page(What.REFUSED, 0, 1)[0].note


def test_nodes_without_children_become_sub_fields_where_a_level_says_so(work: Workspace, project: Project) -> None:
    _bring(work, project, "A\n  B\n  C\n    D\n", leaves=((1, NodeKind.SUB_FIELD),))
    live = _live(work, project)
    assert [live[name].kind for name in "BCD"] == [NodeKind.SUB_FIELD, NodeKind.SUB_FIELD, NodeKind.DISCIPLINE]


def test_a_long_description_is_taken_whole(work: Workspace, project: Project) -> None:
    text = "word " * 6000
    _bring(work, project, f'path,description\n"A","{text}"\n', "x.csv")
    assert _live(work, project)["A"].description == text.strip()


def test_marks_count_only_when_asked_and_then_say_who_and_when(work: Workspace, project: Project) -> None:
    content = "id,parent,name,state,by,at\n1,,A,verified,Ada,2024-05-01T10:00:00+00:00\n2,1,B,verified,,\n3,1,C,,,\n"
    _bring(work, project, content, "x.csv")
    assert {node.state for node in _live(work, project).values()} == {NodeState.PROPOSED}
    report = _report(work, project, content, "x.csv", marks=True)
    assert (report.writes, report.verified) == (0, 2)
    _bring(work, project, content, "x.csv", marks=True)
    live = _live(work, project)
    assert (live["A"].state, live["A"].verified_by, live["A"].verified_at) == ("verified", "Ada", 1714557600.0)
    assert (live["B"].verified_by, live["C"].state) == ("Me", NodeState.PROPOSED)
    assert (live["A"].n_verified, live["A"].verified_version) == (1, live["A"].meaning)
    other = _other(work)
    _bring(work, other, content, "x.csv", marks=True)
    assert _live(work, other)["A"].n_verified == 1
    _sound(work, other)


def test_a_file_that_is_brought_in_again_has_nothing_left_to_do(work: Workspace, project: Project) -> None:
    _worked_on(work, project)
    content = work.files.export(project.id, FORMATS["turtle"])
    other = _other(work)
    for name, file in (("x.ttl", SKOS), ("x.ttl", content)):
        _bring(work, other, file, name, marks=True)
        again = _report(work, other, file, name, marks=True)
        assert (again.writes, again.verified, again.links) == (0, 0, 0)


def test_a_mark_counts_again_where_new_texts_opened_the_votes(work: Workspace, project: Project) -> None:
    content = "id,parent,name,description,state\n1,,A,{},verified\n"
    _bring(work, project, content.format("One."), "x.csv", marks=True)
    report = _report(work, project, content.format("Two."), "x.csv", marks=True, texts=TextChoice.FILE)
    assert (report.writes, report.verified) == (1, 1)
    _bring(work, project, content.format("Two."), "x.csv", marks=True, texts=TextChoice.FILE)
    node = _live(work, project)["A"]
    assert (node.state, node.description) == (NodeState.VERIFIED, "Two.")


def test_several_parents_become_one_place_and_links(work: Workspace, project: Project) -> None:
    report = _report(work, project, SKOS, "x.ttl")
    assert (report.several_parents, report.links) == (1, 3)
    _bring(work, project, SKOS, "x.ttl")
    live = _live(work, project)
    assert live["Fish"].parent_id == live["Animals"].id
    [link] = work.taxonomy.view(ME, project.id, live["Fish"].id).links
    assert (link.relation, link.target_id) == ("broader", live["Water"].id)
    birds = {
        (x.relation, x.target_id, x.target_uri) for x in work.taxonomy.view(ME, project.id, live["Birds"].id).links
    }
    assert birds == {("related", live["Fish"].id, ""), ("exactMatch", None, "http://example.com/birds")}
    assert live["Animals"].labels["ar"]["preferred"] == "حيوانات"


def _worked_on(work: Workspace, project: Project) -> None:
    """A thesaurus brought in, verified in part, edited in part, grown by hand."""
    _bring(work, project, SKOS, "x.ttl")
    live = _live(work, project)
    for name in ("Animals", "Fish"):
        node = live[name]
        work.votes.vote(ANNA, project.id, node.id, Verdict.KEEP)
    fish = _live(work, project)["Birds"]
    work.tree.edit(ME, fish, Texts("Birds", "They fly.", ("Aves", "Fowl"), "Not bats.", "B"))
    owls = work.tree.add(ME, project.id, live["Water"].id, "بوم", kind=NodeKind.SUB_FIELD)
    work.tree.add(ME, project.id, owls.id, "梟")
    work.tree.move(ME, [_live(work, project)["Birds"]], live["Animals"].id, before=live["Fish"].id)


@pytest.mark.parametrize("name", ["turtle", "rdf-xml", "json-ld", "json", "yaml", "csv"])
def test_out_and_in_again_with_marks_is_equal_and_goes_out_byte_for_byte_the_same(
    work: Workspace, project: Project, name: str
) -> None:
    _worked_on(work, project)
    form = FORMATS[name]
    content = work.files.export(project.id, form)
    other = _other(work)
    _bring(work, other, content, f"x{form.extensions[0]}", marks=True)
    kept = {"kind", "name", "description", "synonyms", "scope_note", "notation", "labels", "extra", "state"}

    def told(of: Project) -> list[tuple[object, ...]]:
        live = _live(work, of)
        names = {node.id: name for name, node in live.items()}
        return [
            (
                node.model_dump(include={*kept, "verified_by"}),
                names.get(node.parent_id or 0),
                sorted(
                    (link.relation, names.get(link.target_id or 0), link.target_uri)
                    for link in work.taxonomy.view(ME, of.id, node.id).links
                ),
            )
            for node in live.values()
        ]

    assert told(other) == told(project)
    moments = [[node.verified_at or 0.0 for node in _live(work, of).values()] for of in (other, project)]
    assert moments[0] == pytest.approx(moments[1], abs=1e-5, rel=0)
    if name != "csv":  # a table has no room for title and address
        assert work.files.export(other.id, form) == content
    for each in ("turtle", "rdf-xml", "json-ld") if name in {"turtle", "rdf-xml", "json-ld"} else ():
        assert work.files.export(other.id, FORMATS[each]) == work.files.export(project.id, FORMATS[each])


def test_addresses_of_nodes_stay_and_begin_as_chosen(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    node = _live(work, project)["Arts"]
    told = f"urn:glan-studio:{project.id}:{node.id}".encode()
    assert told in work.files.export(project.id, FORMATS["rdf-xml"])
    work.files.set_base(ME, project.id, "https://example.org/terms/")
    content = work.files.export(project.id, FORMATS["rdf-xml"])
    assert f"https://example.org/terms/{node.id}".encode() in content
    other = _other(work)
    _bring(work, other, content, "x.rdf")
    assert _live(work, other)["Arts"].uri == f"https://example.org/terms/{node.id}"
    for wrong in ("nonsense", "http://a b/", "https://example.org/terms", "javascript"):
        with pytest.raises(InvalidInputError, match="cannot begin an address"):
            work.files.set_base(ME, project.id, wrong)


def test_a_branch_is_exported_alone_and_in_another_language(work: Workspace, project: Project) -> None:
    _bring(work, project, SKOS, "x.ttl")
    animals = _live(work, project)["Animals"]
    text = work.files.export(project.id, FORMATS["outline"], below=animals.id, language="de").decode()
    assert [line.split(" ")[1] for line in map(str.strip, text.splitlines())] == ["Tiere", "Fish", "Birds"]


def test_removed_nodes_stay_at_home_and_nothing_at_all_is_no_file(work: Workspace, project: Project) -> None:
    with pytest.raises(InvalidInputError, match="no node to export"):
        work.files.export(project.id, FORMATS["csv"])
    _bring(work, project, OUTLINE)
    work.tree.remove(ME, _live(work, project)["Physics"])
    assert b"Optics" not in work.files.export(project.id, FORMATS["json"])


def test_a_file_that_was_written_carries_the_hash_of_its_content(work: Workspace, project: Project) -> None:
    _bring(work, project, OUTLINE)
    written = work.files.export_file(project.id, FORMATS["yaml"])
    assert written.path.name == f"taxonomy-p-{written.sha256[:10]}.yaml"
    assert written.path.read_bytes() == work.files.export(project.id, FORMATS["yaml"])


def test_the_report_leaves_as_a_table_that_no_spreadsheet_runs(work: Workspace, project: Project) -> None:
    report = _report(work, project, "=1+1\nArts\n")
    assert report.csv().decode("utf-8-sig").splitlines()[:2] == ["line,what,name,place,note", "1,new,'=1+1,,"]


def test_uploads_are_kept_by_their_hash_and_only_by_it(work: Workspace, tmp_path: Path) -> None:
    upload = work.files.uploads.keep(b"A\n", "../../evil name.txt")
    assert work.files.uploads.content(upload.digest) == b"A\n"
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [upload.digest]
    form = work.files.guess(upload.name, b"A\n")
    first = work.files.reading(upload, ReadOptions(), form)
    assert work.files.reading(upload, ReadOptions(), form) is first
    work.files.uploads.drop(upload.digest)
    for gone in (upload.digest, "../keys.json"):
        with pytest.raises(Exception, match="not kept any more"):
            work.files.reading(Upload(gone, "y.txt", 2), ReadOptions(), form)
    with pytest.raises(ImportRejectedError, match="larger than 48 MB"):
        work.files.uploads.keep(b" " * (48 * 1024 * 1024 + 1), "big.txt")
