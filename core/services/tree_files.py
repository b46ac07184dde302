"""Taxonomies as files: bring one in, take one out."""

from __future__ import annotations

from core.catalogue.models import TaxonomyFile
from core.domain.naming import clean_text
from core.domain.people import Principal
from core.domain.taxonomy import NodeKind, Origin
from core.interchange import taxonomy_file
from core.services.actions import Actions
from core.services.context import Context
from core.services.seeding import add_taxonomy
from core.store import nodes, projects


class TreeFiles:
    """See the module."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._actions = Actions(context)

    def import_file(self, who: Principal, project_id: str, content: bytes, name: str) -> int:
        """Add the nodes of a taxonomy file that are not there yet; all or nothing; how many are new."""
        taxonomy: TaxonomyFile = taxonomy_file.read(content, name)
        with self._actions.act(who, project_id, "imported") as action:
            count = add_taxonomy(action.tx, project_id, taxonomy, Origin.PERSON, action.at)
            action.title = f"Imported {count:,} nodes from {clean_text(name)[:200]}"
            return count

    def export_file(self, project_id: str) -> bytes:
        """The tree as a YAML file that `import_file` reads."""
        with self._c.store.read() as tx:
            title = projects.get(tx, project_id).name
            live = nodes.live(tx, project_id)
            tree = {kind: [n for n in live if n.kind is kind] for kind in NodeKind}
        return taxonomy_file.write(title, tree)
