"""Prompts of a project: the shipped wording, its own copies, which of them is in use."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.naming import clean_text
from core.domain.people import Action, Principal
from core.errors import NotFoundError
from core.prompts import own, rendering
from core.prompts.own import Body
from core.services.context import Context
from core.store import events, prompt_copies

__all__ = ["Body", "PromptService", "PromptView", "Wording"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording that a person saved."""

    hash: str
    body: Body
    note: str
    person: str
    at: float
    in_use: bool
    outdated: bool


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt with all its wordings, the newest first; `body` is the one in use.

    `left_out` are values of the shipped prompt that the wording in use does not give the teacher.
    """

    template: str
    purpose: str
    paper: str
    variables: tuple[str, ...]
    reply: str
    shipped: Body
    body: Body
    own: bool
    wordings: tuple[Wording, ...]
    left_out: tuple[str, ...]


class PromptService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def templates(self, project_id: str) -> dict[str, bool]:
        """Template -> is a wording of the project in use?"""
        with self._c.store.read() as tx:
            used = prompt_copies.in_use(tx, project_id)
        return {name: name in used for name in own.editable()}

    def view(self, project_id: str, template: str) -> PromptView:
        """One prompt; raises NotFoundError."""
        _must_be_editable(template)
        head, shipped = rendering.header(template), own.body_of(rendering.source(template))
        shipped_hash = rendering.template_hash(template)
        with self._c.store.read() as tx:
            rows = prompt_copies.versions(tx, project_id, template)
        wordings = tuple(
            Wording(
                row["hash"],
                own.body_of(row["text"]),
                row["note"],
                row["person"],
                row["at"],
                bool(row["in_use"]),
                row["shipped_hash"] != shipped_hash,
            )
            for row in rows
        )
        used = next((wording.body for wording in wordings if wording.in_use), None)
        return PromptView(
            template,
            head.purpose,
            head.paper,
            head.variables,
            head.reply,
            shipped,
            used or shipped,
            used is not None,
            wordings,
            tuple(own.missing(template, used)) if used else (),
        )

    def save(self, who: Principal, project_id: str, template: str, body: Body, note: str = "") -> PromptView:
        """Keep a wording and use it from now on; InvalidInputError names what is wrong in it.

        Runs that were planned before keep the wording they were planned with. The shipped wording is no copy: saving
        it goes back to it.
        """
        who.must(Action.RUN)
        _must_be_editable(template)
        shipped = own.body_of(rendering.source(template))
        cleaned = Body(clean_text(body.system), clean_text(body.user))
        if cleaned == Body(clean_text(shipped.system), clean_text(shipped.user)):
            return self.use(who, project_id, template, "")
        text, at = own.whole(template, cleaned), self._c.clock()
        with self._c.store.write() as tx:
            digest = prompt_copies.save(
                tx,
                project_id,
                template,
                text,
                shipped_hash=rendering.template_hash(template),
                note=clean_text(note)[:500],
                person=who.name,
                at=at,
            )
            after = {"template": template, "hash": digest}
            events.append(tx, project_id, who.name, at, "worded", ("prompt", template), after=after)
        return self.view(project_id, template)

    def use(self, who: Principal, project_id: str, template: str, digest: str) -> PromptView:
        """Use an earlier wording by its hash, with "" the shipped one; raises NotFoundError."""
        who.must(Action.RUN)
        _must_be_editable(template)
        at = self._c.clock()
        with self._c.store.write() as tx:
            before = prompt_copies.in_use(tx, project_id).get(template, "")
            if not prompt_copies.use(tx, project_id, template, digest):
                raise NotFoundError("This wording does not exist in this project.", "Reload the page.")
            if before != digest:
                old, new = {"hash": before}, {"hash": digest}
                events.append(tx, project_id, who.name, at, "worded", ("prompt", template), before=old, after=new)
        return self.view(project_id, template)


def _must_be_editable(template: str) -> None:
    if template not in own.editable():
        raise NotFoundError(f"There is no prompt {template!r} that a project can word itself.", "Choose another one.")
