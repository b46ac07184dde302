"""Finding nodes: best hits first, every filter means what it says, pages hold each hit once."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.domain.people import Principal
from core.domain.states import NodeState, ReviewState
from core.domain.taxonomy import NodeKind, Origin, Verdict
from core.errors import InvalidInputError
from core.services.tree_edits import Texts
from core.services.tree_search import Query, Total
from core.store import curricula, node_bulk, node_search, samples
from core.store.node_bulk import NewNode
from core.workspace import Workspace

ME, BEN = Principal("Me"), Principal("Ben")
FIELD, SUB_FIELD, DISCIPLINE = NodeKind.FIELD, NodeKind.SUB_FIELD, NodeKind.DISCIPLINE


@dataclasses.dataclass(frozen=True)
class Place:
    """A workspace with an empty project in it."""

    work: Workspace
    project: str

    def plant(self, *rows: NewNode, at: float = 1.0) -> list[int]:
        """Add nodes."""
        with self.work.context.store.write() as tx:
            return list(node_bulk.insert_many(tx, self.project, rows, at=at))

    def ids(self, query: Query, who: Principal = ME) -> list[int]:
        """Ids of all hits, page by page."""
        found, after = list[int](), None
        while True:
            page = self.work.search.find(who, self.project, query, after=after, size=3)
            assert len(page.hits) <= 3
            found += [path[-1].id for path in page.hits]
            after = page.after
            if after is None:
                return found

    def names(self, text: str, **more: object) -> list[str]:
        """Names of the hits for a text."""
        hits = self.work.search.find(ME, self.project, Query(text, **more)).hits  # type: ignore[arg-type]
        return [path[-1].name for path in hits]

    def write(self, sql: str, *params: object) -> None:
        """Change rows directly."""
        with self.work.context.store.write() as tx:
            tx.run(sql, params)


@pytest.fixture
def place(work: Workspace) -> Place:
    return Place(work, work.projects.create(ME, "P", token="t", starter=False).id)


def test_whole_names_come_first_then_beginnings_then_words_then_other_names_then_texts(place: Place) -> None:
    place.plant(
        NewNode(FIELD, "Crafts", description="All about art."),
        NewNode(FIELD, "Heart medicine"),
        NewNode(FIELD, "Painting", synonyms=["Visual art"]),
        NewNode(FIELD, "Fine arts"),
        NewNode(FIELD, "Artisans"),
        NewNode(FIELD, "Art"),
    )
    assert place.names("art") == ["Art", "Artisans", "Fine arts", "Painting", "Heart medicine", "Crafts"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Géologie", "geologie"),
        ("Geologie", "GÉO"),
        ("Straße", "strasse"),
        ("Ｆｕｌｌ width", "full w"),
        ("الفيزياء النووية", "نووية"),
        ("فِيزياء", "فيزياء"),
        ("פיזיקה", "פי"),
        ("応用数学", "数学"),
        ("応用数学", "学"),
        ("데이터베이스", "이터"),
        ("Ελληνικά", "ελληνικα"),
        ("Zero\u200bwidth", "zerowidth"),
    ],
)
def test_names_are_found_whatever_their_script_case_and_accents(place: Place, name: str, typed: str) -> None:
    [made, _] = place.plant(NewNode(FIELD, name), NewNode(FIELD, "Another one"))
    assert place.ids(Query(typed)) == [made]


def test_one_and_two_letters_find_the_beginnings_of_words_in_names(place: Place) -> None:
    place.plant(NewNode(FIELD, "Social science"), NewNode(FIELD, "Ethics"), NewNode(FIELD, "Law", description="s sc"))
    assert place.names("s") == place.names("sc") == ["Social science"]


def test_every_word_has_to_occur_in_any_order(place: Place) -> None:
    place.plant(
        NewNode(FIELD, "Marine biology", synonyms=["life in the sea"]),
        NewNode(FIELD, "Marine law", description="The law of the sea."),
        NewNode(FIELD, "Biology"),
    )
    assert place.names("bio mar") == ["Marine biology"]
    assert place.names("sea marine") == ["Marine biology", "Marine law"]
    assert place.names("of sea") == ["Marine law"]


def test_other_languages_and_notations_are_found(place: Place) -> None:
    labels = {"fr": {"preferred": "Droit", "alternatives": ["Jurisprudence"], "definition": "Règles de la société"}}
    [made, _] = place.plant(NewNode(FIELD, "Law", notation="K-3150", labels=labels), NewNode(FIELD, "Botany"))
    assert all(place.ids(Query(text)) == [made] for text in ("droit", "juris", "regles de", "K-31", "3150"))


def test_the_search_follows_edits_undo_and_what_others_take_away(place: Place) -> None:
    node = place.work.tree.add(ME, place.project, None, "Alchemy")
    place.work.tree.edit(ME, node, Texts("Chemistry", "", ("science of matter",)))
    assert place.names("alch") == []
    assert place.names("matter") == ["Chemistry"]
    for found in (["Alchemy"], []):
        last = place.work.actions.choice(ME, place.project).undo
        assert last is not None
        place.work.actions.undo(ME, place.project, last.id)
        assert (place.names("alch"), place.names("chemistry")) == (found, [])


def test_hits_stand_in_their_path(place: Place) -> None:
    place.plant(NewNode(FIELD, "Science"), NewNode(SUB_FIELD, "Physics", 0), NewNode(DISCIPLINE, "Optics", 1))
    [path] = place.work.search.find(ME, place.project, Query("optics")).hits
    assert [node.name for node in path] == ["Science", "Physics", "Optics"]


def _grown(place: Place) -> dict[int, dict[str, object]]:
    """A small tree with everything in it that a filter asks for; rows by id."""
    rng = random.Random(7)
    rows = [NewNode(FIELD, f"Field {i}") for i in range(3)]
    rows += [NewNode(SUB_FIELD, f"Area {i}", rng.randrange(3)) for i in range(9)]
    rows += [
        NewNode(DISCIPLINE, f"Topic {i}", 3 + rng.randrange(6), origin=rng.choice((Origin.MODEL, Origin.PERSON)))
        for i in range(30)
    ]
    ids = place.plant(*rows, at=5.0)
    place.write("UPDATE project SET quorum=3 WHERE id=?", place.project)
    with place.work.context.store.write() as tx:
        for node_id in ids:
            state, dispute = rng.choice(("proposed", "proposed", "verified")), rng.choice(("", "", "tie", "narrow"))
            made = rng.choice((1.0, 5.0, 9.0))
            tx.run("UPDATE node SET state=?, dispute=?, created_at=? WHERE id=?", (state, dispute, made, node_id))
        for leaf in ids[20:30]:
            subject = curricula.insert_subject(tx, place.project, leaf, "Subject", level="introductory")
            blank = dict.fromkeys(("run_id", "item_idx", "question_request", "answer_request"))
            text = {"question": f"{leaf}?", "answer": "Yes.", "lineage": {}, "created_at": 1.0, "origin": "demo"}
            what = {"project_id": place.project, "strategy": "glan", "difficulty": "basic", "preview": leaf % 2}
            review = rng.choice((ReviewState.ACCEPTED, ReviewState.PENDING))
            ends = {"node_id": leaf, "subject_id": subject, "review": review}
            samples.insert(tx, {**blank, **text, **what, **ends}, person="Me")
    for node_id in ids[3:20:2]:
        place.work.votes.vote(ME, place.project, node_id, Verdict.KEEP)
    place.work.votes.vote(BEN, place.project, ids[4], Verdict.KEEP)
    for node_id in (ids[35], ids[5]):
        place.work.tree.remove(ME, place.work.taxonomy.view(ME, place.project, node_id).node)
    place.write("UPDATE node SET merged_into=? WHERE id=?", ids[36], ids[35])
    place.write("UPDATE node SET meaning=meaning+1 WHERE id=?", ids[7])
    with place.work.context.store.read() as tx:
        found = tx.rows(
            "SELECT n.*, (SELECT count(*) FROM vote v WHERE v.node_id=n.id AND person='Me' AND node_version=n.meaning)"
            " AS voted, (SELECT count(*) FROM sample s WHERE s.node_id=n.id AND review='accepted' AND NOT preview)"
            " AS accepted FROM node n WHERE merged_into IS NULL ORDER BY place"
        )
    return {row["id"]: row for row in found}


def _expected(rows: dict[int, dict[str, object]], query: Query) -> list[int]:
    """The same rules over all rows."""
    states = query.states or (set(NodeState) if query.disputed else {NodeState.PROPOSED, NodeState.VERIFIED})
    below = str(rows[query.below]["path"]) if query.below else ""
    rules: dict[str, Callable[[dict[str, Any]], object]] = {
        "kinds": lambda r: not query.kinds or r["kind"] in query.kinds,
        "states": lambda r: r["state"] in states,
        "mine": lambda r: not query.mine or (r["state"] == "proposed" and not r["voted"]),
        "disputed": lambda r: not query.disputed or r["dispute"],
        "childless": lambda r: not query.childless or (r["kind"] != "discipline" and not r["n_children"]),
        "samples": lambda r: not query.without_samples or (r["kind"] == "discipline" and not r["accepted"]),
        "since": lambda r: query.since is None or r["created_at"] >= query.since,
        "below": lambda r: not below or (r["path"].startswith(below) and r["id"] != query.below),
        "proposals": lambda r: not query.proposals or (r["state"] == "proposed" and r["origin"] == "model"),
        "text": lambda r: not query.text or str(r["name"]).casefold().startswith(query.text),
    }
    return [row_id for row_id, row in rows.items() if all(rule(row) for rule in rules.values())]


def _queries(rows: dict[int, dict[str, object]]) -> Iterator[Query]:
    area = next(i for i, row in rows.items() if row["kind"] == "sub_field" and row["n_children"])
    field = next(i for i, row in rows.items() if row["kind"] == "field")
    wishes: list[dict[str, object]] = [
        {"kinds": frozenset({SUB_FIELD, FIELD})}, {"states": frozenset({NodeState.VERIFIED})},
        {"states": frozenset(NodeState)}, {"mine": True}, {"disputed": True}, {"childless": True},
        {"without_samples": True}, {"since": 5.0}, {"below": area}, {"below": field}, {"proposals": True},
    ]  # fmt: skip
    for text in ("", "topic", "a"):
        yield Query(text)
        for one in range(len(wishes)):
            yield Query(text, **wishes[one])  # type: ignore[arg-type]
            for other in wishes[one + 1 :]:
                yield Query(text, **{**wishes[one], **other})  # type: ignore[arg-type]


def test_filters_mean_what_they_say_alone_and_together_and_pages_hold_each_hit_once(place: Place) -> None:
    rows = _grown(place)
    tried = 0
    for query in _queries(rows):
        wanted, found = _expected(rows, query), place.ids(query)
        assert sorted(found) == sorted(wanted), query
        assert query.text or found == wanted, query  # in reading order
        assert place.work.search.find(ME, place.project, query, size=1).total == Total(len(wanted)), query
        tried += bool(wanted)
    assert tried > 60


@pytest.mark.parametrize("cap", [1, 4])
def test_few_and_many_filtered_nodes_are_searched_alike(
    place: Place, monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    rows = _grown(place)
    monkeypatch.setattr(node_search, "_FEW", cap)
    for query in _queries(rows):
        assert sorted(place.ids(query)) == sorted(_expected(rows, query)), query


def test_a_search_stops_counting_and_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.plant(*(NewNode(FIELD, f"Field {i}") for i in range(30)))
    monkeypatch.setattr(node_search, "CAP", 10)
    monkeypatch.setattr("core.services.tree_search.CAP", 10)
    for query in (Query("field"), Query()):
        assert str(place.work.search.find(ME, place.project, query).total) == "10+"
    assert len(place.ids(Query("field"))) == 10
    assert len(place.ids(Query())) == 30


def test_a_search_that_has_looked_long_enough_goes_on_where_it_stopped(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = place.plant(*(NewNode(FIELD, f"Field {i}") for i in range(30)))
    for node_id in ids[:29]:
        place.write(
            "INSERT INTO vote(id, node_id, person, verdict, node_version, at) VALUES (?, ?, 'Me', 'keep', 1, 0)",
            node_id, node_id,
        )  # fmt: skip
    monkeypatch.setattr(node_search, "SCAN", 7)
    first = place.work.search.find(ME, place.project, Query(mine=True))
    assert (first.hits, str(first.total), first.after is None) == ((), "0+", False)
    assert place.ids(Query(mine=True)) == [ids[29]]
    assert place.ids(Query(since=0.0)) == ids
    assert place.ids(Query("field", mine=True)) == [ids[29]]


def test_a_page_of_another_search_is_refused(place: Place) -> None:
    place.plant(*(NewNode(FIELD, f"Field {i}") for i in range(5)))
    ranked = place.work.search.find(ME, place.project, Query("field"), size=2).after
    assert ranked is not None
    for query, after in ((Query(), ranked), (Query("field"), "no page"), (Query("field"), "[1, 2]")):
        with pytest.raises(InvalidInputError):
            place.work.search.find(ME, place.project, query, after=after)


def test_other_projects_are_never_searched(place: Place) -> None:
    place.plant(NewNode(FIELD, "Mine"))
    other = place.work.projects.create(ME, "Q", token="u", starter=False).id
    assert all(
        place.work.search.find(ME, other, query).hits == () for query in (Query("mine"), Query(), Query(mine=True))
    )


def test_no_filter_reads_the_whole_table(place: Place) -> None:
    rows = _grown(place)
    plans: list[tuple[Query, str]] = []
    with place.work.context.store.read() as tx:
        real = type(tx).rows

        def explained(self: object, sql: str, params: object = ()) -> object:
            if sql.lstrip().startswith("SELECT") and "node" in sql:
                plans.extend((query, row["detail"]) for row in real(tx, f"EXPLAIN QUERY PLAN {sql}", params))  # type: ignore[arg-type]
            return real(tx, sql, params)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(tx), "rows", explained)
            for query in _queries(rows):
                if query.text:
                    node_search.ranked(tx, place.project, "Me", query)
                else:
                    node_search.in_order(tx, place.project, "Me", query, "", 50)
                    node_search.total(tx, place.project, "Me", query)
    assert plans
    assert [plan for plan in plans if plan[1].startswith(("SCAN n", "SCAN node")) and "VIRTUAL" not in plan[1]] == []


@pytest.mark.parametrize("text", ["", "node"])
def test_the_first_hits_come_alone_and_it_is_said_whether_there_are_more(place: Place, text: str) -> None:
    ids = place.plant(*[NewNode(FIELD, f"node {number}") for number in range(5)])
    query = Query(text, kinds=frozenset({FIELD}))
    for most, more in ((3, True), (5, False), (9, False)):
        found, left = place.work.search.first(ME, place.project, query, most)
        assert ([node.id for node in found], left) == (ids[:most], more)


def test_hits_beyond_what_is_ranked_count_as_more(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_search, "CAP", 4)
    monkeypatch.setattr("core.services.tree_search.CAP", 4)
    place.plant(*[NewNode(FIELD, f"node {number}") for number in range(9)])
    found, left = place.work.search.first(ME, place.project, Query("node"), 100)
    assert (len(found), left) == (4, True)
