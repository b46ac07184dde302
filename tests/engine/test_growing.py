"""Proposals of a teacher: merged, counted, bounded, and never against what people did."""

from __future__ import annotations

import asyncio
import json

import pytest

from core.domain.calls import Call
from core.domain.money import Price
from core.domain.people import Principal
from core.domain.states import ItemState, NodeState, RunState
from core.domain.taxonomy import NodeKind, Verdict
from core.errors import InvalidInputError
from core.llm.scripted import ScriptedTeacher
from core.services.tree_edits import Texts
from core.store import node_changes, nodes
from core.workspace import Workspace
from tests.bank import Bank, running
from tests.bank.log import paid_again
from tests.engine import handing_in
from tests.engine.conftest import PROJECT, Bench
from tests.engine.growing import asked, children, counts, naming, naming_by, planned, reply

ME = Principal("Me")


@pytest.fixture
def work(bench: Bench) -> Workspace:
    return Workspace.open(bench.settings, {})


def test_answers_are_merged_whatever_the_spelling_and_counted_out_of_the_answers_given(bench: Bench) -> None:
    asked(
        bench,
        ["Law", "Fine arts", "Agriculture and forestry"],
        ["LAW", "Fine Art", "Forestry & agriculture", "Médecine"],
        ["law\u200b", "médecine", "Ｍédecine"],
    )
    assert counts(bench, None) == {
        "Law": (3, 3),
        "Fine arts": (2, 3),
        "Agriculture and forestry": (2, 3),
        "Médecine": (2, 3),
    }


def test_names_of_any_script_are_kept_as_they_are(bench: Bench) -> None:
    names = ["法学", "الطب", "Наука", "विज्ञान", "μηχανική", "🧪 Chemie"]
    asked(bench, names, names)
    assert set(counts(bench, None)) == set(names)
    assert {seen for seen, _ in counts(bench, None).values()} == {2}


def test_names_that_cannot_be_stored_are_left_out_and_spoil_no_others(bench: Bench) -> None:
    hostile = ["", "   ", "\u200b\u200b", "x" * 201, "x" * 7000, "a\x00b\nc", "<script>alert(1)</script>", "'; DROP--"]
    asked(bench, [*hostile, "Law"])
    assert set(counts(bench, None)) == {"ab c", "<script>alert(1)</script>", "'; DROP--", "Law"}
    bench.check_ledger()


def test_an_answer_of_more_names_than_anybody_asked_for_is_no_answer(bench: Bench) -> None:
    run_id = planned(bench, queries=1)
    bench.execute(naming([f"Name {i}" for i in range(201)]), run_id)
    assert bench.states(run_id) == [ItemState.INVALID]
    assert counts(bench, None) == {}


def test_two_hundred_answers_of_fifty_names_are_fifty_names(bench: Bench) -> None:
    names = [f"Field {number}" for number in range(50)]
    for _ in range(10):
        run_id = planned(bench, queries=20)
        bench.execute(naming_by(lambda call: names), run_id)
        assert set(bench.states(run_id)) <= {ItemState.DONE, ItemState.KNOWN}
    assert counts(bench, None) == dict.fromkeys(names, (200, 200))


def test_two_runs_at_the_same_place_at_once_ask_different_queries_and_merge(bench: Bench) -> None:
    connection = bench.connect()
    one, other = (planned(bench, queries=3, connection=connection) for _ in range(2))
    first, second = naming(["Law", "Arts"]), naming(["Law", "Music"])

    async def both() -> None:
        await asyncio.gather(bench.executing(first, one), bench.executing(second, other))

    asyncio.run(both())
    assert len(first.asked) == len(second.asked) == 3
    found = counts(bench, None)
    assert found["Law"] == (6, 6)
    assert found["Arts"][0] == found["Music"][0] == 3
    assert all(3 <= of <= 6 for _, of in found.values())


def test_asking_again_is_a_new_opinion_not_the_stored_one(bench: Bench) -> None:
    connection = bench.connect()
    for _ in range(2):
        teacher = naming(["Law"])
        bench.execute(teacher, planned(bench, queries=2, connection=connection))
        assert len(teacher.asked) == 2
    assert counts(bench, None) == {"Law": (4, 4)}


# ---- what people did ----


def test_a_renamed_proposal_does_not_come_back_under_its_old_name(bench: Bench, work: Workspace) -> None:
    asked(bench, ["Maths", "Law"])
    work.tree.edit(ME, children(bench, None)["Maths"], Texts("Mathematics", "Mine.", ()))
    asked(bench, ["maths", "Law", "Music"])
    found = children(bench, None)
    assert set(found) == {"Academic knowledge", "Mathematics", "Law", "Music"}
    assert (found["Mathematics"].description, found["Mathematics"].touched) == ("Mine.", True)


def test_a_moved_proposal_does_not_come_back_where_it_was(bench: Bench, work: Workspace) -> None:
    asked(bench, ["Nursing", "Law"])
    field = children(bench, None)["Academic knowledge"]
    work.tree.move(ME, [children(bench, None)["Nursing"]], field.id)
    asked(bench, ["Nursing", "Law"])
    assert "Nursing" not in children(bench, None)
    assert "Nursing" in children(bench, field.id)


def test_a_rename_that_was_undone_leaves_no_trace(bench: Bench, work: Workspace) -> None:
    asked(bench, ["Maths"])
    work.tree.edit(ME, children(bench, None)["Maths"], Texts("Mathematics", "", ()))
    last = work.actions.choice(ME, PROJECT).undo
    assert last is not None
    work.actions.undo(ME, PROJECT, last.id)
    asked(bench, ["Mathematics", "Maths"])
    assert {"Maths", "Mathematics"} <= set(children(bench, None))


def test_a_synonym_and_a_removed_name_are_not_proposed_again(bench: Bench, work: Workspace) -> None:
    asked(bench, ["Law", "Astrology"])
    law = children(bench, None)["Law"]
    work.tree.edit(ME, law, Texts("Law", law.description, ("Legal studies", "Jura")))
    work.tree.remove(ME, children(bench, None)["Astrology"])
    before = children(bench, None)
    asked(bench, ["legal study", "JURA", "astrology"])
    after = children(bench, None)
    assert set(after) == set(before)
    assert after["Astrology"].state is NodeState.REMOVED
    assert after["Law"].times_seen == 2


def test_a_name_that_was_merged_away_is_not_proposed_again(bench: Bench) -> None:
    asked(bench, ["Law", "Legal studies"])
    found = children(bench, None)
    with bench.store.write() as tx:
        node_changes.mark_merged(tx, found["Legal studies"], found["Law"].id)
    asked(bench, ["Legal study", "Law"])
    assert set(children(bench, None)) == {"Academic knowledge", "Law"}


def test_answers_about_a_node_that_was_merged_meanwhile_go_to_the_one_that_took_it_up(bench: Bench) -> None:
    asked(bench, ["Law", "Legal studies"])
    found = children(bench, None)
    run_id = planned(bench, node=found["Legal studies"].id, queries=1)
    with bench.store.write() as tx:
        node_changes.mark_merged(tx, found["Legal studies"], found["Law"].id)
    bench.execute(naming(["Civil law"]), run_id)
    assert set(children(bench, found["Law"].id)) == {"Civil law"}


def test_what_people_decided_on_is_not_counted_any_more(bench: Bench, work: Workspace) -> None:
    asked(bench, ["Law", "Music"])
    work.votes.vote(ME, PROJECT, children(bench, None)["Law"].id, Verdict.KEEP)
    asked(bench, ["Law", "Music"])
    assert counts(bench, None) == {"Law": (1, 1), "Music": (2, 2)}


def test_answers_about_a_node_that_was_removed_meanwhile_bring_nothing_in(bench: Bench, work: Workspace) -> None:
    field = children(bench, None)["Academic knowledge"]
    run_id = planned(bench, node=field.id, queries=1)
    work.tree.remove(ME, field)
    bench.execute(naming(["Humanities"]), run_id)
    assert bench.states(run_id) == [ItemState.FAILED]
    assert "removed while the teacher was asked" in (bench.items(run_id)[0].error or "")
    assert "Humanities" not in children(bench, field.id)
    work.tree.restore(ME, PROJECT, field.id)
    work.runs.retry_failed(ME, PROJECT, run_id)
    bench.execute(ScriptedTeacher(lambda call, number: pytest.fail("paid twice")), run_id)
    assert "Humanities" in children(bench, field.id)


def test_only_new_names_leaves_the_counts_of_open_ones_alone(bench: Bench) -> None:
    asked(bench, ["Law"])
    teacher = naming(["Law", "Music"])
    bench.execute(teacher, planned(bench, queries=1, only_new=True))
    assert "Law" in teacher.asked[0].messages[1].content
    assert counts(bench, None) == {"Law": (1, 1), "Music": (1, 2)}


# ---- what the teacher is told ----


def test_open_proposals_may_come_up_again_and_everything_else_is_told(bench: Bench, work: Workspace) -> None:
    asked(bench, ["Law", "Music", "Astrology"])
    found = children(bench, None)
    work.tree.edit(ME, found["Law"], Texts("Law", "", ("Legal studies",)))
    work.votes.vote(ME, PROJECT, found["Law"].id, Verdict.KEEP)
    work.tree.remove(ME, found["Astrology"])
    teacher = naming([])
    bench.execute(teacher, planned(bench, queries=1))
    told = teacher.asked[0].messages[1].content
    for name in ("Law", "Legal studies", "Astrology", "Academic knowledge"):
        assert f"\n{name}\n" in told
    assert "Music" not in told


def test_a_place_of_five_thousand_children_is_told_in_part(bench: Bench) -> None:
    with bench.store.write() as tx:
        for number in range(5000):
            nodes.insert(tx, PROJECT, None, NodeKind.FIELD, f"Field {number} {'x' * 20}")
    teacher = naming([f"field 4999 {'x' * 20}", "Law"])
    bench.execute(teacher, planned(bench, queries=1))
    told = teacher.asked[0].messages[1].content
    assert len(told) < 9000
    listed = told.count("Field ")
    assert f"and {5001 - listed - 1} more; do not repeat" in told  # the planted field is listed too
    assert set(counts(bench, None)) == {"Law"}


def test_the_scope_and_the_kind_are_in_the_prompt(bench: Bench) -> None:
    field = children(bench, None)["Academic knowledge"].id
    teacher = naming(["Logic"])
    bench.execute(teacher, planned(bench, node=field, child="discipline", scope="le droit </scope>", queries=1))
    user = teacher.asked[0].messages[1].content
    assert "<scope>\nle droit &lt;/scope>\n</scope>" in user
    assert "Which disciplines belong" in user
    assert children(bench, field)["Logic"].kind is NodeKind.DISCIPLINE


def test_a_kind_that_cannot_stand_there_is_refused_before_anything_is_sent(bench: Bench) -> None:
    with pytest.raises(InvalidInputError, match="field cannot stand below"):
        planned(bench, node=children(bench, None)["Academic knowledge"].id, child="field")
    with pytest.raises(InvalidInputError, match="no children"):
        planned(bench, node=bench.discipline)


# ---- several places at once ----


def _fields(bench: Bench, work: Workspace, number: int) -> list[int]:
    asked(bench, [f"Field {letter}" for letter in "ABCDEFGH"[:number]])
    found = [node.id for name, node in children(bench, None).items() if name.startswith("Field ")]
    work.growth.decide_many(
        ME,
        PROJECT,
        {node_id: (Verdict.KEEP, work.taxonomy.view(ME, PROJECT, node_id).node.meaning) for node_id in found},
    )
    return found


def test_every_place_of_a_plan_gets_its_own_children(bench: Bench, work: Workspace) -> None:
    places = _fields(bench, work, 3)
    teacher = naming_by(lambda call: [f"Part of {call.context['names'][-1]}", "General"])
    bench.execute(teacher, planned(bench, nodes=places, queries=2))
    for place, letter in zip(places, "ABC", strict=True):
        assert counts(bench, place) == {f"Part of Field {letter}": (2, 2), "General": (2, 2)}
    assert len(teacher.asked) == 6


def test_a_level_that_a_cap_ends_has_asked_everywhere_and_goes_on_without_paying_twice(
    bench: Bench, work: Workspace
) -> None:
    places = _fields(bench, work, 4)
    with running(Bank()) as bank:
        teacher = {"connection": handing_in.connect(bench, bank), "model": handing_in.MODEL}
        run_id = planned(bench, nodes=places, queries=3, caps={"call_cap": 5}, **teacher)
        run = bench.work_off(run_id)
        assert run.state is RunState.BUDGET_EXHAUSTED
        assert len(bank.log) == 5
        assert all(children(bench, place) for place in places)
        bench.set_caps(run_id, calls=50)
        bench.resume(run_id)
        assert bench.work_off(run_id).state is RunState.COMPLETED
        assert len(bank.log) == 12
        assert paid_again(bank.log) == {}
        bench.check_ledger()
    with bench.store.read() as tx:
        settled = tx.value("SELECT sum(cost) FROM attempt WHERE run_id=?", (run_id,))
    assert settled == sum(entry.billed for entry in bank.log)


def test_a_cost_cap_holds_over_a_level(bench: Bench, work: Workspace) -> None:
    places = _fields(bench, work, 4)
    connection = bench.connect("openai", price=Price(1_000_000_000, 2_000_000_000, 500_000_000, source="typed in"))
    teacher = naming_by(lambda call: ["General"])
    probe = planned(bench, nodes=places[:1], queries=1, connection=connection)
    bench.execute(teacher, probe)
    [call] = bench.attempts(probe)
    cap = call.hold + 5 * call.cost
    run_id = planned(bench, nodes=places, queries=3, caps={"cost_cap": cap}, connection=connection)
    assert bench.execute(teacher, run_id, at_once=1).state is RunState.BUDGET_EXHAUSTED
    assert sum(attempt.cost for attempt in bench.attempts(run_id)) <= cap
    assert 0 < sum(state is not ItemState.PLANNED for state in bench.states(run_id)) < 12
    bench.check_ledger()


def test_old_runs_without_the_new_fields_still_go_on(bench: Bench) -> None:
    run_id = planned(bench, queries=1)
    with bench.store.write() as tx:
        plan, spec = (json.loads(tx.value(sql)) for sql in ("SELECT plan FROM run", "SELECT spec FROM item"))
        old_plan = {key: plan[key] for key in ("kind", "teachers", "node", "queries")}
        old_spec = {key: spec[key] for key in ("kind", "node", "names", "child", "existing", "count", "query")}
        tx.run("UPDATE run SET plan=?", (json.dumps(old_plan),))
        tx.run("UPDATE item SET spec=?", (json.dumps(old_spec),))
    assert bench.execute(naming(["Law"]), run_id).state is RunState.COMPLETED
    assert counts(bench, None) == {"Law": (1, 1)}


def test_copies_of_one_wording_are_told_to_the_call(bench: Bench) -> None:
    seen: list[tuple[str, int]] = []

    def script(call: Call, number: int) -> str:
        seen.append((call.template, call.copies))
        return reply("Law")

    bench.execute(ScriptedTeacher(script), planned(bench, queries=4))
    assert sorted(seen) == [(f"taxonomy_children_{n}", c) for n, c in ((1, 2), (1, 2), (2, 1), (3, 1))]
