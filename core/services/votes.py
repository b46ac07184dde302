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
from core.store import node_changes, nodes, projects, tree, votes

MAX_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Decided:
    """What one action of many votes did: its id, and the nodes as they are now."""

    action: int
    nodes: tuple[Node, ...]


class VoteService:
    """See the module."""

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
            action.entity = ("node", node_id)
            action.title = f"Voted {verdict.value} on {node.name}"
            action.after = {"verdict": verdict, "note": clean_text(note)[:MAX_NOTE]}
            return self._vote(action, who, node, verdict, clean_text(note)[:MAX_NOTE])

    def vote_many(
        self, who: Principal, project_id: str, choices: Sequence[tuple[int, Verdict, int]], title: str
    ) -> Decided:
        """Votes on many nodes as one action: (node, verdict, the meaning that the person has read).

        ConflictError, and no vote at all, if one of them means something else by now. A node that went with another
        one of the choices is passed over.
        """
        chosen = {node_id for node_id, _, _ in choices}
        with self._actions.act(who, project_id, "voted") as action:
            for node_id, verdict, meaning in choices:
                node = nodes.get(action.tx, project_id, node_id)
                if node.meaning != meaning:
                    raise ConflictError(
                        f"{node.name!r} was changed after you opened it; nothing was decided.",
                        "Read it again, then decide.",
                        current=node,
                    )
                if node.removed_with not in chosen - {node_id}:
                    self._vote(action, who, node, verdict, "")
            action.kind, action.title = "voted", title
            keeps = sum(verdict is Verdict.KEEP for _, verdict, _ in choices)
            action.after = {"keep": keeps, "remove": len(choices) - keeps}
            after = tuple(nodes.get(action.tx, project_id, node_id) for node_id, _, _ in choices)
            return Decided(action.id, after)

    def _vote(self, action: Open, who: Principal, node: Node, verdict: Verdict, note: str) -> Node:
        tx = action.tx
        if node.state is NodeState.REMOVED:
            raise InvalidTransitionError(f"{node.name!r} is removed.", "Restore it first.")
        votes.cast(tx, node, who.name, verdict, note, action.at)
        cast = votes.of(tx, node)
        keeps, quorum = sum(vote.verdict is Verdict.KEEP for vote in cast), projects.get(tx, node.project_id).quorum
        votes.set_dispute(tx, node.id, dispute_of(keeps, len(cast) - keeps, quorum))
        self._decide(action, who, node, decide(keeps, len(cast) - keeps, quorum))
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
            node = nodes.get(action.tx, project_id, node_id)
            branch = {n.id: n for n in [*nodes.ancestors(action.tx, node), *nodes.subtree(action.tx, node)]}
            proposed = [n for n in branch.values() if n.state is NodeState.PROPOSED]
            for each in proposed:
                self._vote(action, who, each, Verdict.KEEP, "")
            action.kind, action.entity = "voted", ("node", node_id)
            action.title = f"Kept the branch {node.name}: {len(proposed):,} nodes"
            return len(proposed)
