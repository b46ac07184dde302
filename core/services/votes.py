"""Verification by people: votes keep or remove, blind until one has voted; a majority decides (GLAN, 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.naming import clean_text
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict, decide, dispute_of
from core.errors import ConflictError, InvalidTransitionError
from core.services.actions import Actions, Open
from core.services.context import Context
from core.services.recounting import Recount, carry_out, plan
from core.services.taxonomy import ballot_of
from core.store import node_changes, nodes, projects, tree, votes

MAX_NOTE = 1000
_DECIDED = {Verdict.KEEP: "Kept", Verdict.REMOVE: "Removed"}
_SAID = {Verdict.KEEP: "kept", Verdict.REMOVE: "removed"}


@dataclass(frozen=True, slots=True)
class Decided:
    """What one action of many votes did: its id, and the nodes as they are now."""

    action: int
    nodes: tuple[Node, ...]


class VoteService:
    """See the module. Titles and events never say which way somebody voted while others have yet to vote."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def vote(
        self,
        who: Principal,
        project_id: str,
        node_id: int,
        verdict: Verdict,
        note: str = "",
        *,
        meaning: int | None = None,
    ) -> Node:
        """Vote keep or remove; with the quorum reached the majority decides.

        `meaning` is the one that the person has read; ConflictError if the node means something else by now.
        """
        with self._actions.act(who, project_id, "voted") as action:
            node = nodes.get(action.tx, project_id, node_id)
            if meaning is not None and meaning != node.meaning:
                raise ConflictError(
                    f"{node.name!r} was changed after you opened it.", "Read it again, then vote.", current=node
                )
            quorum = projects.get(action.tx, project_id).quorum
            action.entity = ("node", node_id)
            action.title = f"Voted {verdict.value} on {node.name}" if quorum == 1 else f"Voted on {node.name}"
            after = self._vote(action, who, node, verdict, clean_text(note)[:MAX_NOTE], quorum)
            if quorum == 1 and after.state is not node.state:
                action.title = f"{_DECIDED[verdict]} {node.name}"
            return after

    def vote_many(
        self, who: Principal, project_id: str, choices: Sequence[tuple[int, Verdict, int]], title: str
    ) -> Decided:
        """Votes on many nodes as one action: (node, verdict, the meaning that the person has read).

        ConflictError, and no vote at all, if one of them means something else by now. A node that went with another
        one of the choices is passed over.
        """
        chosen = {node_id for node_id, _, _ in choices}
        with self._actions.act(who, project_id, "voted") as action:
            quorum = projects.get(action.tx, project_id).quorum
            for node_id, verdict, meaning in choices:
                node = nodes.get(action.tx, project_id, node_id)
                if node.meaning != meaning:
                    raise ConflictError(
                        f"{node.name!r} was changed after you opened it; nothing was decided.",
                        "Read it again, then decide.",
                        current=node,
                    )
                if node.removed_with not in chosen - {node_id}:
                    self._vote(action, who, node, verdict, "", quorum)
            action.kind, action.title = "voted", title
            keeps = sum(verdict is Verdict.KEEP for _, verdict, _ in choices)
            action.after = {"keep": keeps, "remove": len(choices) - keeps}
            after = tuple(nodes.get(action.tx, project_id, node_id) for node_id, _, _ in choices)
            return Decided(action.id, after)

    def _vote(self, action: Open, who: Principal, node: Node, verdict: Verdict, note: str, quorum: int) -> Node:
        tx = action.tx
        if node.state is NodeState.REMOVED:
            raise InvalidTransitionError(f"{node.name!r} is removed.", "Restore it first.")
        before = [(vote.person, vote.verdict) for vote in votes.of(tx, node)]
        votes.cast(tx, node, who.name, verdict, note, action.at)
        now = [(vote.person, vote.verdict) for vote in votes.of(tx, node)]
        if now != before:
            votes.unsettle(tx, node)
        if votes.settlement(tx, node) is None:
            keeps = sum(said is Verdict.KEEP for _, said in now)
            votes.set_dispute(tx, node.id, dispute_of(keeps, len(now) - keeps, quorum))
            self._decide(action, who, node, decide(keeps, len(now) - keeps, quorum))
        return nodes.get(tx, node.project_id, node.id)

    def _decide(self, action: Open, who: Principal, node: Node, state: NodeState | None) -> None:
        if state is NodeState.VERIFIED and node.state is NodeState.PROPOSED:
            node_changes.set_state(action.tx, node, state, who.name, action.at)
        elif state is NodeState.REMOVED and node.state is not NodeState.REMOVED:
            node_changes.remove_subtree(action.tx, node)
        else:
            return
        action.kind = state.value
        tree.recount(action.tx, node)

    def settle(self, who: Principal, project_id: str, node_id: int, verdict: Verdict, note: str = "") -> Node:
        """Decide over the votes where they are tied or close. A vote that comes later makes the decision void.

        Who may not yet see the votes has to vote first.
        """
        with self._actions.act(who, project_id, "settled") as action:
            tx, node = action.tx, nodes.get(action.tx, project_id, node_id)
            if not node.dispute:
                raise InvalidTransitionError(f"The votes on {node.name!r} are not disputed.", "Reload the list.")
            if ballot_of(tx, who, node).blind:
                raise InvalidTransitionError(
                    f"You have not voted on {node.name!r} yet.", "Vote first: that may break the tie."
                )
            if node.state is NodeState.REMOVED and node.removed_with != node.id:
                raise InvalidTransitionError(
                    f"{node.name!r} went with a node above it.", "Restore that one, then settle this."
                )
            votes.settle(tx, node, who.name, verdict, clean_text(note)[:MAX_NOTE], action.at)
            votes.set_dispute(tx, node.id, dispute_of(0, 0, 1))
            _enforce(action, who, node, verdict)
            action.kind, action.entity = "settled", ("node", node_id)
            action.title = f"Settled {node.name}: {_SAID[verdict]}"
            action.after = {"verdict": verdict, "note": clean_text(note)[:MAX_NOTE]}
            return nodes.get(tx, project_id, node_id)

    def reopen(self, who: Principal, project_id: str, node_id: int) -> Node:
        """Take a verification back: the node is proposed again and its votes start anew."""
        with self._actions.act(who, project_id, "reopened") as action:
            node = nodes.get(action.tx, project_id, node_id)
            if node.state is not NodeState.VERIFIED:
                raise InvalidTransitionError(f"{node.name!r} is not verified.", "Reload the taxonomy.")
            node_changes.reopen(action.tx, node.id)
            tree.recount(action.tx, node)
            action.title, action.entity, action.before = f"Reopened {node.name}", ("node", node_id), node.state
            return nodes.get(action.tx, project_id, node_id)

    def keep_branch(self, who: Principal, project_id: str, node_id: int) -> int:
        """Vote keep on every proposed node of a branch and on its ancestors; how many were proposed."""
        with self._actions.act(who, project_id, "voted") as action:
            tx, node = action.tx, nodes.get(action.tx, project_id, node_id)
            quorum = projects.get(tx, project_id).quorum
            proposed = nodes.proposed_ids(tx, node)
            votes.cast_many(tx, proposed, who.name, Verdict.KEEP, action.at)
            votes.unsettle_many(tx, proposed)
            carry_out(tx, project_id, plan(votes.tallies(tx, project_id, proposed), quorum), who.name, action.at)
            action.entity = ("node", node_id)
            said = "Kept" if quorum == 1 else "Voted on"
            action.title = f"{said} the branch {node.name}: {len(proposed):,} nodes"
            return len(proposed)

    def recount_preview(self, project_id: str) -> Recount:
        """What counting all votes again under the present quorum would change; nothing is written."""
        with self._c.store.read() as tx:
            return plan(votes.tallies(tx, project_id), projects.get(tx, project_id).quorum, reopens=True).summary

    def recount_votes(self, who: Principal, project_id: str) -> Recount:
        """Decide every node again by its votes under the present quorum; removed ones stay removed."""
        with self._actions.act(who, project_id, "recounted") as action:
            quorum = projects.get(action.tx, project_id).quorum
            planned = plan(votes.tallies(action.tx, project_id), quorum, reopens=True)
            carry_out(action.tx, project_id, planned, who.name, action.at)
            action.title = f"Counted the votes again for a quorum of {quorum}"
            return planned.summary


def _enforce(action: Open, who: Principal, node: Node, verdict: Verdict) -> None:
    """Give the node the state that was decided on; one that is kept comes back with what went with it."""
    if verdict is Verdict.REMOVE and node.state is not NodeState.REMOVED:
        node_changes.remove_subtree(action.tx, node)
    elif verdict is Verdict.KEEP:
        if node.state is NodeState.REMOVED:
            node_changes.restore_subtree(action.tx, node)
        node_changes.set_state(action.tx, node, NodeState.VERIFIED, who.name, action.at)
    tree.recount(action.tx, node)
