"""Plan files: what is saved comes back the same, and whatever is wrong in one is named with its line and place."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calls import Stage
from core.domain.filters import SampleFilter
from core.domain.naming import name_key
from core.domain.plans import (
    Checks,
    MixedPlan,
    Plan,
    RepairsPlan,
    SamplesPlan,
    SeedChoice,
    SharedTeacher,
    SubjectsPlan,
    SyllabiPlan,
    TaxonomyPlan,
)
from core.domain.records import Project
from core.domain.seeds import SeedSet
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange import plan_file
from core.services.plan_reading import PlanReader
from core.services.projects import PAPER_SAMPLING
from core.store import curricula
from tests.pages.conftest import ME, Studio
from tests.pages.seed_screen import plant_set

HEAD = "format: glan-studio-plan/1\n"
HOSTILE = "<img src=x> A > B: {c} 'd' \"e\" # f\u202e"


def plans_of(studio: Studio, project: Project) -> list[Plan]:
    """One plan of each kind, with all that a plan can say."""
    teachers = studio.work.projects.teachers(project.id)
    view = studio.work.generation.sources(project.id)[0]
    subjects = tuple(source.subject.id for source in view.sources)
    caps: dict[str, Any] = {"cost_cap": 1_234_567_891, "call_cap": 77, "title": HOSTILE}
    samples = SamplesPlan(
        teachers={stage: teachers[stage] for stage in (Stage.QUESTION, Stage.ANSWER)},
        disciplines=(view.node.id,),
        subjects=subjects[:1],
        count=9,
        challenging_share=0.125,
        random_seed=4,
        include_unverified=True,
        cost_cap=1,
        execution="batch",
    )
    extraction = {Stage.EXTRACTION: teachers[Stage.EXTRACTION]}
    return [
        TaxonomyPlan(teachers={Stage.TAXONOMY: teachers[Stage.TAXONOMY]}, node=None, queries=2, **caps),
        TaxonomyPlan(teachers={Stage.TAXONOMY: teachers[Stage.TAXONOMY]}, node=view.node.parent_id, **caps),
        TaxonomyPlan(
            teachers={Stage.TAXONOMY: teachers[Stage.TAXONOMY]},
            nodes=tuple(int(part) for part in view.node.path.split("/") if part)[:2],
            child=NodeKind.DISCIPLINE,
            scope=HOSTILE,
            names=50,
            only_new=True,
            **caps,
        ),
        SubjectsPlan(
            teachers={Stage.SUBJECTS: teachers[Stage.SUBJECTS], **extraction}, disciplines=(view.node.id,), **caps
        ),
        SyllabiPlan(teachers={Stage.SYLLABUS: teachers[Stage.SYLLABUS], **extraction}, subjects=subjects, **caps),
        RepairsPlan(teachers={Stage.REPAIR: teachers[Stage.REPAIR]}, wishes=(wish_repair(studio, project),), **caps),
        studio.work.generation.draft(project.id, samples),
    ]


def wish_repair(studio: Studio, project: Project) -> int:
    """Reject the next sample with the wish for a repair; the wish."""
    (sample,) = studio.work.review.queue(project.id, SampleFilter(review=ReviewState.PENDING), size=1)
    token = f"reject {sample.id}"
    studio.work.review.decide(ME, sample, ReviewState.REJECTED, token=token, note="Say why.", fix=True)
    return studio.work.repairs.waiting(project.id)[-1].wishes[0].id


def load(studio: Studio, project: Project, text: str) -> Plan:
    """The plan in this text."""
    return studio.work.generation.plan_from_file(project.id, text.encode(), "plan.yaml")


def refusal(studio: Studio, project: Project, text: str) -> ImportRejectedError:
    """Why this text is no plan."""
    with pytest.raises(ImportRejectedError) as caught:
        load(studio, project, text)
    assert caught.value.hint
    return caught.value


def test_every_kind_of_plan_comes_back_the_same(studio: Studio) -> None:
    project = studio.demo()
    for plan in plans_of(studio, project):
        content = studio.work.generation.plan_to_file(project.id, plan)
        assert studio.work.generation.plan_from_file(project.id, content, "plan.yaml") == plan


def test_a_plan_for_repairs_without_wishes_means_all_that_wait(studio: Studio) -> None:
    project = studio.demo()
    file = f"{HEAD}kind: repairs\n"
    assert "waits to be repaired" in refusal(studio, project, file).reason
    wishes = [wish_repair(studio, project) for _ in range(3)]
    plan = load(studio, project, file)
    assert isinstance(plan, RepairsPlan)
    assert list(plan.wishes) == wishes
    assert refusal(studio, project, f"{file}wishes: [999]\n").line == 3


def test_a_plan_for_repairs_names_who_checks_again(studio: Studio) -> None:
    project = studio.demo()
    wish_repair(studio, project)
    plan = load(studio, project, f"{HEAD}kind: repairs\n")
    assert isinstance(plan, RepairsPlan)
    usual = studio.work.projects.teachers(project.id)
    judged = plan.model_copy(update={"teachers": {**plan.teachers, Stage.VERIFICATION: usual[Stage.VERIFICATION]}})
    content = studio.work.generation.plan_to_file(project.id, judged)
    assert studio.work.generation.plan_from_file(project.id, content, "plan.yaml") == judged


def test_names_that_look_like_yaml_or_like_a_path_come_back_the_same(studio: Studio) -> None:
    project = studio.demo()
    with studio.work.context.store.write() as tx:
        for number, name in enumerate((HOSTILE, "2024", "null", "yes", "- a")):
            tx.run("UPDATE node SET name=?, name_key=? WHERE id=?", (name, name_key(name), 1 + number))
    taxonomy = {Stage.TAXONOMY: studio.work.projects.teachers(project.id)[Stage.TAXONOMY]}
    for node in (1, 2, 3, 4, 5):
        plan = TaxonomyPlan(teachers=taxonomy, node=node)
        content = studio.work.generation.plan_to_file(project.id, plan)
        assert studio.work.generation.plan_from_file(project.id, content, "plan.yaml") == plan


def test_a_short_plan_takes_the_rest_from_the_project(studio: Studio) -> None:
    project = studio.demo()
    plan = load(studio, project, HEAD + "kind: samples\nsamples: 5\nverify: true\n")
    assert isinstance(plan, SamplesPlan)
    assert plan.teachers == {
        stage: studio.work.projects.teachers(project.id)[stage]
        for stage in (Stage.QUESTION, Stage.ANSWER, Stage.VERIFICATION)
    }
    assert set(plan.start.values()) == {0}
    assert studio.work.generation.estimate(project.id, plan).calls == 15


def test_a_teacher_without_sampling_samples_as_the_paper_does(studio: Studio) -> None:
    project = studio.demo()
    text = "kind: samples\nsamples: 5\nteachers:\n  answer: {connection: Built-in teacher, model: m, max_tokens: 9}\n"
    plan = load(studio, project, HEAD + text)
    assert isinstance(plan, SamplesPlan)
    choice = plan.teachers[Stage.ANSWER]
    assert (choice.temperature, choice.top_p) == PAPER_SAMPLING[Stage.ANSWER][:2]
    assert (choice.model, choice.max_tokens) == ("m", 9)


def test_positions_missing_in_a_file_are_the_present_ones(studio: Studio) -> None:
    project = studio.demo()
    plan = load(studio, project, HEAD + "kind: samples\nsamples: 50\n")
    studio.work.generation.start(ME, project.id, plan, token="t")
    later = load(studio, project, HEAD + "kind: samples\nsamples: 50\n")
    assert isinstance(later, SamplesPlan)
    assert sum(later.start.values()) == 50


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 0, "The file is empty"),
        ("a: 1", 0, "plan.yaml is not a plan file"),
        ("- 1", 0, "plan.yaml is not a plan file"),
        ("format: glan-studio-plan/2\nkind: samples", 0, "is not a plan file"),
        (HEAD + "kind: [", 2, "This is not YAML"),
        (HEAD + "kind: &a x\nb: *a", 0, "Anchors"),
        (HEAD + "kind: samples\nsamples: 1\nsamples: 2", 4, "'samples' is given twice"),
        (HEAD + "kind: poems", 1, "'poems'"),
        (HEAD + "samples: 3", 1, "kind"),
        (HEAD + "kind: samples", 1, "samples: Field required"),
        (HEAD + "kind: samples\nsamples: 0", 3, "samples: "),
        (HEAD + "kind: samples\nsamples: 1\nverify: maybe", 4, "verify: "),
        (HEAD + "kind: samples\nsamples: 1\ncolour: red", 4, "colour: Extra inputs"),
        (HEAD + "kind: samples\nsamples: 1\ncost_cap_dollars: much", 4, "cost_cap_dollars: The cost cap 'much'"),
        (HEAD + "kind: samples\nsamples: 1\ncost_cap_dollars: [1]", 4, "must be an amount"),
        (HEAD + "kind: samples\nsamples: 1\nchallenging_share: .nan", 4, "challenging_share: "),
        (
            HEAD + "kind: samples\nsamples: 1\nteachers:\n  answer:\n    connection: X\n    model: m\n    top_p: 2",
            8,
            "teachers > answer > top_p: ",
        ),
        (
            HEAD + "kind: samples\nsamples: 1\nteachers:\n  answer:\n    connection: X\n    model: m",
            6,
            "teachers > answer > connection: there is no connection named 'X'",
        ),
        (
            HEAD + "kind: samples\nsamples: 1\nteachers:\n  rephrase: {connection: Built-in teacher, model: m}",
            5,
            "teachers > rephrase: Input should be",
        ),
        (HEAD + "kind: samples\nsamples: 1\nteachers:\n  poet: {}", 5, "teachers > poet: "),
        (HEAD + "kind: samples\nsamples: 1\ndisciplines:\n- Nowhere", 5, "disciplines > 1: 'Nowhere' is not there"),
        (HEAD + "kind: subjects\ndisciplines:\n- Humanities", 4, "'Humanities' is a field, not a discipline"),
        (HEAD + "kind: subjects\ndisciplines: []", 3, "disciplines: "),
        (HEAD + "kind: taxonomy\nnode: []", 3, "the path is empty"),
        (HEAD + "kind: taxonomy\nnode: [1, 2]", 3, "node > 1: "),
        (HEAD + "kind: taxonomy\nnodes: [Humanities]\nnode: Humanities", 4, "cannot stand beside"),
        (HEAD + "kind: taxonomy\nnodes:\n- Humanities\n- Nowhere", 5, "nodes > 2: 'Nowhere' is not there"),
        (HEAD + "kind: taxonomy\nchild: leaf", 3, "child: "),
        (HEAD + "kind: samples\nsamples: 1\nrandom_seed: 99999999999", 4, "random_seed: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line(studio: Studio, text: str, line: int, reason: str) -> None:
    error = refusal(studio, studio.demo(), text)
    assert reason in error.reason
    assert error.line == line


def test_a_plan_of_a_changed_syllabus_does_not_pretend_to_make_the_same_questions(studio: Studio) -> None:
    project = studio.demo()
    plan = plans_of(studio, project)[-1]
    content = studio.work.generation.plan_to_file(project.id, plan).decode()
    with studio.work.context.store.write() as tx:
        tx.run("UPDATE syllabus SET version=version+1")
    error = refusal(studio, project, content)
    assert "the same questions cannot be made again" in error.reason
    assert content.splitlines()[error.line - 1].strip() == "version: 1"


def test_a_removed_subject_is_named(studio: Studio) -> None:
    project = studio.demo()
    plan = plans_of(studio, project)[4]
    content = studio.work.generation.plan_to_file(project.id, plan).decode()
    with studio.work.context.store.write() as tx:
        for subject in curricula.subjects(tx, project.id):
            tx.run("UPDATE subject SET state='removed' WHERE id=?", (subject.id,))
    assert "is removed" in refusal(studio, project, content).reason


def planted(studio: Studio, project: Project) -> SeedSet:
    """A seed set of twelve examples."""
    plant_set(studio, project)
    return studio.work.generation.materials(project.id).seed_sets[0]


def mixed_plan(studio: Studio, project: Project) -> MixedPlan:
    """A part of each source, with all that a part can say."""
    teachers, seeds = studio.work.projects.teachers(project.id), planted(studio, project)
    nodes = [view.node.id for view in studio.work.generation.sources(project.id)[:2]]
    other = teachers[Stage.ANSWER].model_copy(update={"model": "another", "temperature": 0.25})
    two = (SharedTeacher(teacher=teachers[Stage.ANSWER], share=3), SharedTeacher(teacher=other))
    glan = SamplesPlan(
        teachers={stage: teachers[stage] for stage in (Stage.QUESTION, Stage.ANSWER)},
        disciplines=tuple(nodes),
        weights={nodes[0]: 3, nodes[1]: 1},
        count=8,
        random_seed=2,
    )
    answers = SamplesPlan(
        strategy=Strategy.ANSWER_AUGMENTATION,
        seeds=SeedChoice(seed_set=seeds.id, size=5, random_seed=9),
        teachers={stage: teachers[stage] for stage in (Stage.ANSWER, Stage.AGREEMENT, Stage.VERIFICATION)},
        crew={Stage.ANSWER: two},
        checks=Checks(judge=True, rubric=HOSTILE, agreement=3, reference=True),
        count=40,
    )
    run = studio.work.generation.start(ME, project.id, glan, token="earlier")
    turns = SamplesPlan(
        strategy=Strategy.MULTI_TURN,
        teachers={stage: teachers[stage] for stage in (Stage.AUGMENT, Stage.ANSWER)},
        parents=(run.id,),
        rounds=2,
        count=3,
    )
    plan = MixedPlan(
        title="All of it", parts=(glan, answers, turns), cost_cap=5, call_cap=90, execution="batch", purpose="pilot"
    )
    drafted = studio.work.generation.draft(project.id, plan)
    later = [part.model_copy(update={"start": dict.fromkeys(part.start, 3)}) for part in drafted.parts]
    return drafted.model_copy(update={"parts": tuple(later)})


def test_a_mixed_plan_comes_back_the_same_with_seeds_crew_checks_and_weights(studio: Studio) -> None:
    project = studio.demo()
    plan = mixed_plan(studio, project)
    content = studio.work.generation.plan_to_file(project.id, plan)
    assert studio.work.generation.plan_from_file(project.id, content, "plan.yaml") == plan
    assert b"disciplines: []" not in content


def test_a_seed_set_without_a_version_is_the_newest_one(studio: Studio) -> None:
    project = studio.demo()
    planted(studio, project)
    text = "kind: samples\nstrategy: answer_augmentation\nseeds: {name: sums}\nsamples: 3\n"
    plan = load(studio, project, HEAD + text)
    assert isinstance(plan, SamplesPlan)
    assert plan.seeds
    assert plan.seeds.seed_set == studio.work.generation.materials(project.id).seed_sets[0].id
    assert list(plan.teachers) == [Stage.ANSWER]


def test_an_augmenter_that_is_named_checks_its_own_questions(studio: Studio) -> None:
    project = studio.demo()
    planted(studio, project)
    who = "teachers:\n  augment: {connection: Built-in teacher, model: m}\n"
    text = f"kind: samples\nstrategy: new_question\nseeds: {{name: Sums}}\nsamples: 3\n{who}"
    file, places = plan_file.read((HEAD + text).encode(), "plan.yaml")
    with studio.work.context.store.read() as tx:
        plan = PlanReader(tx, project.id, places, studio.work.projects.teachers(project.id)).plan(file)
    assert isinstance(plan, SamplesPlan)
    assert plan.teachers[Stage.QUESTION_CHECK].model == "m"
    assert plan.teachers[Stage.QUESTION_CHECK].temperature == 0


@pytest.mark.parametrize(
    ("part", "line", "reason"),
    [
        ("strategy: human", 5, "parts > 1 > strategy: Human seeds are not made"),
        ("strategy: new_question", 5, "parts > 1 > strategy: New question needs a seed set"),
        ("strategy: poetry", 5, "parts > 1 > strategy: Input should be"),
        ("strategy: new_question\n  seeds: {name: Nobody}", 6, "seeds > name: there is no seed set 'Nobody'"),
        (
            "strategy: new_question\n  seeds:\n    name: Sums\n    version: 7",
            8,
            "seeds > version: 'Sums' has no version 7",
        ),
        ("strategy: new_question\n  seeds: {name: Sums, size: 99}", 6, "seeds > size: Sums, version 1 has only 12"),
        ("seeds: {name: Sums}", 5, "seeds: GLAN does not draw on it"),
        ("strategy: multi_turn\n  runs: [none]", 6, "runs > 1: there is no run 'none'"),
        ("weights: [{discipline: Nowhere, weight: 1}]", 5, "weights > 1 > discipline: 'Nowhere' is not there"),
        ("crew: {answer: [{connection: X, model: m}]}", 5, "crew > answer > 1 > connection: there is no connection"),
        ("checks: {agreement: 99}", 5, "checks > agreement: "),
        ("rounds: 9", 5, "rounds: "),
        ("title: x", 5, "title: Extra inputs"),
    ],
)
def test_what_is_wrong_in_a_part_is_named_with_its_line(studio: Studio, part: str, line: int, reason: str) -> None:
    project = studio.demo()
    planted(studio, project)
    error = refusal(studio, project, HEAD + f"kind: mixed\nparts:\n- samples: 2\n  {part}\n")
    assert reason in error.reason
    assert error.line == line


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"x" * (plan_file.MAX_BYTES + 1), b"[" * 5000, b"a: " + b"9" * 9000]
)
def test_bytes_that_are_no_text_or_too_many_are_refused(content: bytes) -> None:
    with pytest.raises(ImportRejectedError):
        plan_file.read(content, "plan.yaml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
def test_any_file_is_read_or_refused_in_words(content: bytes) -> None:
    with suppress(ImportRejectedError):
        plan_file.read(content, "plan.yaml")
