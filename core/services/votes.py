"""Verification by people: votes keep or remove, blind until one has voted; a majority decides (GLAN, 2.1)."""

from __future__ import annotations

from core.domain.naming import clean_text
from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node, Verdict, decide, dispute_of
from core.errors import ConflictError, InvalidTransitionError
from core.services.actions import Actions, Open
from core.services.context import Context
from core.store import node_changes, nodes, projects, tree, votes

MAX_NOTE = 1000


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
