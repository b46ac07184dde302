"""The taxonomy as people work on it: browse, edit, remove and restore, vote and verify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalogue.models import TaxonomyFile
from core.domain.naming import clean_name, clean_text
from core.domain.people import Action, Principal
from core.domain.states import NodeState
from core.domain.taxonomy import CHILD_KIND, Node, NodeKind, Origin, Verdict, Vote, decide
from core.errors import InvalidInputError, InvalidTransitionError
from core.ids import new_id
from core.interchange import taxonomy_file
from core.services.context import Context
from core.services.seeding import add_taxonomy
from core.store import events, nodes, projects
from core.store.database import Tx


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node with its place, its votes and its history."""

    node: Node
    path: tuple[Node, ...]
    votes: tuple[Vote, ...]
    quorum: int
    history: tuple[events.Event, ...]


class TaxonomyService:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def children(self, project_id: str, parent_id: int | None, *, removed: bool = False) -> list[Node]:
        """Children in order; None = the fields."""
        with self._c.store.read() as tx:
            return nodes.children(tx, project_id, parent_id, removed=removed)

    def view(self, project_id: str, node_id: int) -> NodeView:
        """One node with all that the detail pane shows."""
        with self._c.store.read() as tx:
            node = nodes.get(tx, project_id, node_id)
            return NodeView(
                node,
                tuple(nodes.ancestors(tx, node)),
                tuple(nodes.votes(tx, node)),
                projects.get(tx, project_id).quorum,
                tuple(events.page(tx, project_id, entity="node", entity_id=str(node_id), size=20)),
            )

    def search(self, project_id: str, text: str) -> list[tuple[Node, ...]]:
        """Hits as paths from the field down to the node, at most 50."""
        wanted = clean_text(text)
        if not wanted:
            return []
        with self._c.store.read() as tx:
            return [tuple(nodes.ancestors(tx, node)) for node in nodes.search(tx, project_id, wanted)]

    def disciplines(self, project_id: str, *, verified_only: bool = False) -> list[tuple[Node, ...]]:
        """Paths of all disciplines, in the order of the tree."""
        with self._c.store.read() as tx:
            found = nodes.disciplines(tx, project_id, verified_only=verified_only)
            return [tuple(nodes.ancestors(tx, node)) for node in found]

    def next_open(self, who: Principal, project_id: str, after: int) -> Node | None:
        """The next proposed node after `after` that waits for this person's vote, around the end; None without any."""
        with self._c.store.read() as tx:
            return nodes.next_open(tx, project_id, after, person=who.name)

    def counts(self, project_id: str) -> dict[tuple[str, str], int]:
        """(kind, state) -> number of nodes."""
        with self._c.store.read() as tx:
            return nodes.counts(tx, project_id)

    def add(
        self,
        who: Principal,
        project_id: str,
        parent_id: int | None,
        name: str,
        description: str = "",
        *,
        token: str = "",
    ) -> Node:
        """Add a child; it is proposed. A name that counts as the same as a sibling's is refused."""
        who.must(Action.EDIT)
        cleaned, at = clean_name(name), self._c.clock()
        with self._c.store.write() as tx:
            parent = nodes.get(tx, project_id, parent_id) if parent_id is not None else None
            kind = CHILD_KIND[parent.kind if parent else None]
            if kind is None or (parent and parent.state is NodeState.REMOVED):
                raise InvalidInputError(
                    f"Nothing can be added below {parent.name if parent else ''!r}.", "Choose a field or a sub-field."
                )
            known = nodes.find_sibling(tx, project_id, parent_id, cleaned)
            if known:
                if token and not projects.spend_token(tx, f"node:{token}", at):
                    return known
                self._refuse_twin(known)
            if token:
                projects.spend_token(tx, f"node:{token}", at)
            node_id = nodes.insert(tx, project_id, parent, kind, cleaned, description=clean_text(description)[:2000])
            node = nodes.get(tx, project_id, node_id)
            nodes.recount(tx, node)
            after = {"name": node.name, "parent": parent_id}
            events.append(tx, project_id, who.name, at, "added", ("node", node_id), after=after)
            return node

    def _refuse_twin(self, known: Node) -> None:
        removed = known.state is NodeState.REMOVED
        raise InvalidInputError(
            f"There is already {'a removed' if removed else 'a'} {known.kind.label} named {known.name!r} here.",
            "Restore it instead of adding it again." if removed else "Choose another name, or edit that one.",
        )

    def edit(self, who: Principal, node: Node, *, name: str, description: str, synonyms: Sequence[str]) -> Node:
        """Change a node; a change of name or description reopens its verification."""
        who.must(Action.EDIT)
        at, cleaned, text = self._c.clock(), clean_name(name), clean_text(description)[:2000]
        words = list(dict.fromkeys(clean_name(word, "synonym") for word in synonyms if word.strip()))[:20]
        with self._c.store.write() as tx:
            twin = nodes.find_sibling(tx, node.project_id, node.parent_id, cleaned)
            if twin and twin.id != node.id:
                self._refuse_twin(twin)
            meaning = (cleaned, text) != (node.name, node.description)
            if not meaning and tuple(words) == node.synonyms:
                return node
            verified = node.state is NodeState.VERIFIED
            state = NodeState.PROPOSED if meaning and verified else node.state
            nodes.edit(tx, node, name=cleaned, description=text, synonyms=words, state=state)
            after = nodes.get(tx, node.project_id, node.id)
            nodes.recount(tx, after)
            kept = {"name", "description", "synonyms", "state"}
            before, now = node.model_dump(include=kept), after.model_dump(include=kept)
            events.append(tx, node.project_id, who.name, at, "edited", ("node", node.id), before=before, after=now)
            return after

    def live_below(self, project_id: str, node_id: int) -> int:
        """How many descendants would go with this node."""
        with self._c.store.read() as tx:
            return nodes.get(tx, project_id, node_id).n_descendants

    def remove(self, who: Principal, project_id: str, node_id: int) -> int:
        """Remove a node and everything below it; how many went. Restoring brings exactly these back."""
        who.must(Action.EDIT)
        with self._c.store.write() as tx:
            node = nodes.get(tx, project_id, node_id)
            return self._remove(tx, who, node, new_id(self._c.clock()))

    def _remove(self, tx: Tx, who: Principal, node: Node, batch: str) -> int:
        if node.state is NodeState.REMOVED:
            raise InvalidTransitionError(f"{node.name!r} is removed already.", "Reload the taxonomy.")
        count = nodes.remove_subtree(tx, node)
        nodes.recount(tx, node)
        before = {"state": node.state, "with_descendants": count}
        events.append(
            tx, node.project_id, who.name, self._c.clock(), "removed", ("node", node.id), before=before, batch=batch
        )
        return count

    def restore(self, who: Principal, project_id: str, node_id: int) -> int:
        """Bring back a removed node with all that went with it; how many came back."""
        who.must(Action.EDIT)
        with self._c.store.write() as tx:
            node = nodes.get(tx, project_id, node_id)
            if node.state is not NodeState.REMOVED:
                raise InvalidTransitionError(f"{node.name!r} is not removed.", "Reload the taxonomy.")
            upper = [n for n in nodes.ancestors(tx, node)[:-1] if n.state is NodeState.REMOVED]
            if upper:
                raise InvalidTransitionError(
                    f"{node.name!r} went with {upper[0].name!r}.", f"Restore {upper[0].name!r} first."
                )
            count = nodes.restore_subtree(tx, node)
            nodes.recount(tx, node)
            events.append(
                tx, project_id, who.name, self._c.clock(), "restored", ("node", node_id), after={"nodes": count}
            )
            return count

    def vote(self, who: Principal, project_id: str, node_id: int, verdict: Verdict, note: str = "") -> Node:
        """Vote keep or remove; with the quorum reached the majority decides (GLAN, 2.1)."""
        who.must(Action.EDIT)
        with self._c.store.write() as tx:
            return self._vote(tx, who, nodes.get(tx, project_id, node_id), verdict, clean_text(note)[:1000], "")

    def _vote(self, tx: Tx, who: Principal, node: Node, verdict: Verdict, note: str, batch: str) -> Node:
        at = self._c.clock()
        nodes.cast(tx, node, who.name, verdict, note, at)
        events.append(
            tx, node.project_id, who.name, at, f"voted {verdict.value}", ("node", node.id), after=note, batch=batch
        )
        cast = nodes.votes(tx, node)
        keeps = sum(vote.verdict is Verdict.KEEP for vote in cast)
        state = decide(keeps, len(cast) - keeps, projects.get(tx, node.project_id).quorum)
        if state is NodeState.VERIFIED and node.state is NodeState.PROPOSED:
            nodes.set_state(tx, node, state, who.name, at)
            nodes.recount(tx, node)
            before, after = node.state, state
            events.append(
                tx,
                node.project_id,
                who.name,
                at,
                "verified",
                ("node", node.id),
                before=before,
                after=after,
                batch=batch,
            )
        elif state is NodeState.REMOVED and node.state is not NodeState.REMOVED:
            self._remove(tx, who, node, batch)
        return nodes.get(tx, node.project_id, node.id)

    def reopen(self, who: Principal, project_id: str, node_id: int) -> Node:
        """Take a verification back: the node is proposed again and its votes start anew."""
        who.must(Action.EDIT)
        with self._c.store.write() as tx:
            node = nodes.get(tx, project_id, node_id)
            if node.state is not NodeState.VERIFIED:
                raise InvalidTransitionError(f"{node.name!r} is not verified.", "Reload the taxonomy.")
            nodes.set_state(tx, node, NodeState.PROPOSED, who.name, self._c.clock())
            nodes.start_anew(tx, node)
            nodes.recount(tx, node)
            events.append(tx, project_id, who.name, self._c.clock(), "reopened", ("node", node_id), before=node.state)
            return nodes.get(tx, project_id, node_id)

    def keep_branch(self, who: Principal, project_id: str, node_id: int) -> int:
        """Vote keep on every proposed node of a branch and on its ancestors; how many were proposed."""
        who.must(Action.EDIT)
        batch = new_id(self._c.clock())
        with self._c.store.write() as tx:
            node = nodes.get(tx, project_id, node_id)
            branch = {n.id: n for n in [*nodes.ancestors(tx, node), *nodes.subtree(tx, node)]}
            proposed = [n for n in branch.values() if n.state is NodeState.PROPOSED]
            for each in proposed:
                self._vote(tx, who, each, Verdict.KEEP, "", batch)
            return len(proposed)

    def import_file(self, who: Principal, project_id: str, content: bytes, name: str) -> int:
        """Add the nodes of a taxonomy file that are not there yet; all or nothing; how many are new."""
        who.must(Action.EDIT)
        taxonomy: TaxonomyFile = taxonomy_file.read(content, name)
        with self._c.store.write() as tx:
            count = add_taxonomy(tx, project_id, taxonomy, Origin.PERSON)
            at, after = self._c.clock(), {"file": clean_text(name)[:200], "nodes": count}
            events.append(tx, project_id, who.name, at, "imported", ("project", project_id), after=after)
            return count

    def export_file(self, project_id: str) -> bytes:
        """The tree as a YAML file that `import_file` reads."""
        with self._c.store.read() as tx:
            title = projects.get(tx, project_id).name
            live = nodes.live(tx, project_id)
            tree = {kind: [n for n in live if n.kind is kind] for kind in NodeKind}
        return taxonomy_file.write(title, tree)
