"""A budget over the parts of a plan with prices: what shares of money buy, and the plan that fits a cap."""

from __future__ import annotations

import pytest

from core.domain.calls import Stage
from core.domain.money import Price
from core.domain.people import Principal
from core.domain.plans import MixedPlan, SamplesPlan, SharedTeacher, TeacherChoice
from core.errors import InvalidInputError
from core.services.generation import resized
from core.store import projects
from core.workspace import Workspace

ME = Principal("You")
CHEAP, DEAR = Price(100_000_000, 400_000_000, 0), Price(5_000_000_000, 20_000_000_000, 0)


@pytest.fixture(name="planned")
def plan_with_prices(work: Workspace) -> tuple[Workspace, str, MixedPlan]:
    """Two parts from the demo's curriculum; the answers of the first are shared by a cheap and a dear teacher."""
    project = work.projects.open_demo(ME).id
    made = work.connections.add(ME, name="Priced", base_url="http://127.0.0.1:9/v1", models=["cheap", "dear"])
    with work.context.store.write() as tx:
        projects.insert_price(tx, made.id, "cheap", CHEAP, 1.0)
        projects.insert_price(tx, made.id, "dear", DEAR, 1.0)
    cheap, dear = (TeacherChoice(connection=made.id, model=model, max_tokens=500) for model in ("cheap", "dear"))
    crew: dict[Stage, tuple[SharedTeacher, ...]] = {
        Stage.ANSWER: (SharedTeacher(teacher=dear), SharedTeacher(teacher=cheap, share=2))
    }
    teachers = {Stage.QUESTION: cheap, Stage.ANSWER: dear}
    shared = SamplesPlan(teachers=teachers, crew=crew, count=100)
    alone = SamplesPlan(teachers={**teachers, Stage.ANSWER: cheap}, count=300, random_seed=5)
    return work, project, work.generation.draft(project, MixedPlan(parts=(shared, alone)))


@pytest.mark.parametrize("portion", [0.9, 0.31, 0.05])
def test_a_plan_made_to_fit_keeps_the_cap_even_at_its_longest(
    planned: tuple[Workspace, str, MixedPlan], portion: float
) -> None:
    work, project, plan = planned
    bound = work.generation.estimate(project, plan).bound
    assert bound
    cap = int(bound * portion)
    counts = work.generation.fitted(project, plan, cost=cap)
    assert counts
    smaller = work.generation.estimate(project, resized(plan, counts)).bound
    assert smaller is not None
    assert cap * 0.6 < smaller <= cap
    assert counts[1] == pytest.approx(3 * counts[0], abs=3)


def test_shares_of_money_are_spent_at_the_prices_to_expect(planned: tuple[Workspace, str, MixedPlan]) -> None:
    work, project, plan = planned
    budget = 500_000_000
    counts = work.generation.divided(project, plan, [50, 50], cost=budget)
    estimate = work.generation.estimate(project, resized(plan, counts))
    costs = [estimate.of_part(number).cost or 0 for number in (0, 1)]
    assert counts[1] > counts[0]
    assert costs == [pytest.approx(budget / 2, rel=0.05)] * 2


def test_money_without_a_price_cannot_be_shared_out(work: Workspace) -> None:
    project = work.projects.open_demo(ME).id
    plan = SamplesPlan(teachers=work.projects.teachers(project), count=4)
    with pytest.raises(InvalidInputError, match="costs nothing"):
        work.generation.divided(project, work.generation.draft(project, plan), [1], cost=10**9)


def test_a_limit_below_one_sample_of_each_part_fits_nothing(planned: tuple[Workspace, str, MixedPlan]) -> None:
    work, project, plan = planned
    assert work.generation.fitted(project, plan, calls=3) is None
    assert work.generation.fitted(project, plan, calls=4) == [1, 1]
