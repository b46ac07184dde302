"""A mixed plan for the bank: every strategy but GLAN's continuation, several teachers a stage, all checks at once."""

from __future__ import annotations

from core.domain.calls import Stage
from core.domain.plans import Checks, MixedPlan, SamplesPlan, SeedChoice, SharedTeacher, TeacherChoice
from core.domain.strategies import FROM_SEEDS, Strategy
from core.services.sample_items import sample_specs
from core.store import curricula, projects
from tests.engine.conftest import PROJECT
from tests.engine.seeded import plant_seeds
from tests.trials.studio import PRICE, Studio

STRATEGIES = (Strategy.GLAN, *FROM_SEEDS)
CHECKS = Checks(judge=True, agreement=3, execution=True, reference=True)
MODELS = ("m", "n")
THINGS = ("apples", "trains", "rivers", "tickets", "glasses", "letters", "windows", "birds", "stones", "boats")
SEEDS = tuple(
    f"How many {thing} are left when the {other} of the neighbours are taken away from all that there were?"
    for thing, other in zip(THINGS, THINGS[3:] + THINGS[:3], strict=True)
)


def mixed_run(made: Studio, connection: str, count: int, **caps: int) -> str:
    """A queued run of about so many items, an equal number of each strategy."""
    with made.store.write() as tx:
        projects.insert_price(tx, connection, MODELS[1], PRICE, made.now)
    shared = tuple(
        SharedTeacher(teacher=TeacherChoice(connection=connection, model=model, max_tokens=600), share=share)
        for share, model in enumerate(MODELS, start=1)
    )
    plan = mixed_plan(shared, plant_seeds(made, SEEDS), max(1, count // len(STRATEGIES)))
    with made.store.write() as tx:
        specs, _, texts = sample_specs(tx, PROJECT, plan.parts)
        for text in texts.values():
            curricula.keep_snapshot(tx, text)
    return made.run_of(plan, specs, **caps)


def mixed_plan(shared: tuple[SharedTeacher, ...], seed_set: int, each: int) -> MixedPlan:
    """All strategies side by side, every stage shared out."""
    return MixedPlan(
        parts=tuple(
            SamplesPlan(
                strategy=strategy,
                teachers=dict.fromkeys(Stage, shared[0].teacher),
                crew=dict.fromkeys(Stage, shared),
                checks=CHECKS,
                count=each,
                rounds=2,
                seeds=SeedChoice(seed_set=seed_set) if strategy in FROM_SEEDS else None,
            )
            for strategy in STRATEGIES
        )
    )
