"""Merging: nodes that mean the same become one, and nothing that hangs from them is lost.

Children, subjects, samples, links and names go to the target; the rows of the merged nodes stay for their votes and
their history, and old links to them lead to the target. Children keep their votes: what they stand below is the same
thing under another name.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.people import Principal
from core.domain.states import NodeState
from core.domain.taxonomy import Node
from core.errors import InvalidInputError
from core.services.actions import Actions
from core.services.context import Context
from core.services.merge_plan import MergePlan, plan_merge
from core.store import following, links, node_changes, nodes, tree
from core.store.database import Tx

__all__ = ["MergePlan", "MergeService"]


class MergeService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def preview(self, project_id: str, source_ids: Sequence[int], target_id: int) -> MergePlan:
        """What `merge` would do now, with everything that stands in the way."""
        with self._c.store.read() as tx:
            sources = [nodes.get(tx, project_id, node_id) for node_id in dict.fromkeys(source_ids)]
            return plan_merge(tx, sources, nodes.get(tx, project_id, target_id))

    def merge(self, who: Principal, seen: Sequence[Node], target: Node) -> Node:
        """Merge nodes into `target`, as the person saw them; ConflictError if one was changed since."""
        if not seen:
            raise InvalidInputError("No node is chosen.", "Choose at least one in the tree.")
        with self._actions.act(who, target.project_id, "merged") as action:
            tx = action.tx
            sources = [node_changes.refuse_stale(tx, node) for node in {node.id: node for node in seen}.values()]
            plan = plan_merge(tx, sources, node_changes.refuse_stale(tx, target))
            if plan.problems:
                raise InvalidInputError(" ".join(plan.problems[:10]), "Nothing was merged. Mend this first.")
            _carry_out(tx, plan)
            names = sources[0].name if len(sources) == 1 else f"{len(sources):,} nodes"
            action.title, action.entity = f"Merged {names} into {target.name}", ("node", target.id)
            action.before = {"merged": [node.name for node in sources]}
            return nodes.get(tx, target.project_id, target.id)


def _carry_out(tx: Tx, plan: MergePlan) -> None:
    touched: dict[int, Node] = {plan.target.id: plan.target}
    for moved in plan.moved:
        parent = nodes.get(tx, moved.into.project_id, moved.into.id)
        position = tree.position_for(tx, parent.project_id, parent.id)
        node_changes.place(tx, moved.node, parent, position, moved.kind, same_meaning=True)
        touched[parent.id] = parent
    for subject in plan.subjects:
        following.move_subject(tx, subject.subject_id, subject.name, subject.into.id)
    for node_id, synonyms in plan.synonyms.items():
        node_changes.set_synonyms(tx, node_id, synonyms)
    for taken in plan.taken:
        _take_up(tx, taken.node, taken.into.id)
        touched |= {taken.node.id: taken.node, taken.into.id: taken.into}
    tree.recount(tx, *[nodes.get(tx, node.project_id, node.id) for node in touched.values()], *touched.values())


def _take_up(tx: Tx, node: Node, into: int) -> None:
    following.move_samples(tx, node.id, into)
    following.move_links(tx, node.project_id, node.id, into)
    following.move_shares(tx, node.project_id, node.id, into)
    following.move_dismissed(tx, node.project_id, node.id, into)
    there = nodes.get(tx, node.project_id, into)
    if node.labels and node.state is not NodeState.REMOVED:
        node_changes.set_labels(tx, into, joined_labels(there.labels, node.labels))
    if node.uri and node.uri != there.uri:
        links.add(tx, node.project_id, into, "exactMatch", target_uri=node.uri)
    node_changes.mark_merged(tx, node, into)


def joined_labels(there: dict[str, dict[str, object]], more: dict[str, dict[str, object]]) -> dict[str, object]:
    """Names in other languages: those of a language that is new as they are, the others as further names."""
    joined: dict[str, object] = dict(there)
    for language, words in more.items():
        known = there.get(language)
        if known is None:
            joined[language] = words
            continue
        names = [*_names(known)[1:], *_names(words)]
        further = dict.fromkeys(name for name in names if name and name != known.get("preferred"))
        joined[language] = {**words, **known, "alternatives": list(further)}
    return joined


def _names(words: dict[str, object]) -> list[str]:
    more = words.get("alternatives")
    return [str(words.get("preferred") or ""), *(map(str, more) if isinstance(more, list | tuple) else ())]
