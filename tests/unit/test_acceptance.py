"""Acceptance by group: every property adds up to all samples, prompts are told apart, disputes are not decided."""

from __future__ import annotations

import pytest

from core.domain.people import Principal
from core.domain.states import ReviewState
from core.domain.strategies import Strategy
from core.prompts import own, rendering
from core.prompts.own import Body
from core.services.insights import Acceptance
from core.store import makers, reports
from core.store.database import Tx
from core.workspace import Workspace
from tests.unit.costs_world import part, plant_call, plant_plan, plant_sample

ME, BO = Principal("Ada"), Principal("Bo")
SHIPPED = rendering.template_hash("answer")


@pytest.fixture
def project(work: Workspace) -> str:
    made = work.projects.create(ME, "P", token="p", starter=False).id
    with work.context.store.write() as tx:
        plant_plan(tx, made, "r", [part(Strategy.GLAN, "m", 9)], [{"strategy": "glan", "part": 0}] * 9)
    return made


def made_by(tx: Tx, project: str, digest: str, *, template: str = "answer", **more: object) -> int:
    """A sample whose answer was asked with this wording."""
    request = plant_call(tx, project, "r", 0, 1)
    tx.run("UPDATE request SET template=?, template_hash=? WHERE id=?", (template, digest, request))
    return plant_sample(tx, project, run_id="r", item_idx=0, answer_request=request, **more)


def by(work: Workspace, project: str, key: str) -> dict[str, Acceptance]:
    return {row.group: row for row in work.insights.insights(project).by[key]}


def test_wordings_of_a_prompt_are_groups_with_whose_they_are(work: Workspace, project: str) -> None:
    body = Body("You teach with humour.", own.body_of(rendering.source("answer")).user)
    view = work.prompts.save(ME, project, "answer", body, "funnier")
    text = own.whole("answer", view.wordings[0].body)
    mine = rendering.hash_of(text)
    with work.context.store.write() as tx:
        made_by(tx, project, SHIPPED, review="accepted")
        made_by(tx, project, mine, review="rejected")
        made_by(tx, project, "0123456789ab", review="accepted")
        plant_sample(tx, project, origin="person", strategy="human", review="accepted")
    rates = {name: (row.samples, row.accepted) for name, row in by(work, project, "answer_prompt").items()}
    assert rates == {
        f"answer {SHIPPED[:7]}, shipped": (1, 1),
        f"answer {mine[:7]}, own: funnier": (1, 0),
        "answer 0123456, earlier wording": (1, 1),
        "no prompt": (1, 1),
    }
    assert set(by(work, project, "question_prompt")) == {"no prompt"}


def test_a_verdict_shows_at_once_and_a_dispute_is_counted_apart(work: Workspace, project: str) -> None:
    with work.context.store.write() as tx:
        sample = made_by(tx, project, SHIPPED)
    name = f"answer {SHIPPED[:7]}, shipped"
    seen = work.review.view(project, sample).sample
    accepted = work.review.decide(ME, seen, ReviewState.ACCEPTED, token="a")
    assert by(work, project, "answer_prompt")[name].share == 1.0
    work.review.decide(BO, accepted, ReviewState.REJECTED, token="b")
    row = by(work, project, "answer_prompt")[name]
    assert (row.samples, row.decided, row.disputed, row.share) == (1, 0, 1, None)


def test_every_property_adds_up_to_all_samples_but_previews(work: Workspace, project: str) -> None:
    with work.context.store.write() as tx:
        for review in ("accepted", "rejected", "disputed", "pending_review"):
            made_by(tx, project, SHIPPED, review=review)
            plant_sample(tx, project, origin="demo", review=review)
        made_by(tx, project, SHIPPED, review="accepted", preview=True)
    for rows in work.insights.insights(project).by.values():
        sums = [sum(getattr(row, name) for row in rows) for name in ("samples", "accepted", "rejected", "disputed")]
        assert sums == [8, 2, 2, 2]


def test_samples_of_before_are_given_their_makers(work: Workspace, project: str) -> None:
    with work.context.store.write() as tx:
        made_by(tx, project, SHIPPED)
        told = reports.acceptance(tx, project)
        tx.run("UPDATE sample SET question_maker=NULL, answer_maker=NULL")
        tx.run("UPDATE sample SET question_request=answer_request")
        makers.fill(tx)
        again = reports.acceptance(tx, project)
    assert again == [{**told[0], "question_maker": told[0]["answer_maker"]}]
