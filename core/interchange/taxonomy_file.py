"""Taxonomy files in the shape of `data/taxonomy/starter.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from core.catalogue.models import TaxonomyFile
from core.domain.taxonomy import Node, NodeKind
from core.errors import ImportRejectedError

MAX_BYTES = 25 * 1024 * 1024


def read(content: bytes, name: str) -> TaxonomyFile:
    """Parse and check a file; raises ImportRejectedError with the place."""
    if len(content) > MAX_BYTES:
        raise ImportRejectedError(0, f"{name} is larger than 25 MB.", "Split it.")
    try:
        text = content.decode("utf-8-sig")
        if "&" in text and any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise ImportRejectedError(0, "Anchors and aliases are not allowed.", "Write the names out.")
        return TaxonomyFile.model_validate(yaml.safe_load(text))
    except UnicodeDecodeError as error:
        raise ImportRejectedError(0, f"{name} is not UTF-8 text.", "Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ImportRejectedError(
            line, f"This is not YAML: {error.problem}.", "Mend the line and try again."
        ) from error
    except yaml.YAMLError as error:
        raise ImportRejectedError(0, "This is not YAML.", "Mend the file and try again.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(str(part) for part in first["loc"])
        raise ImportRejectedError(0, f"At {place or 'the top'}: {first['msg']}.", "Mend it and try again.") from error
    except RecursionError as error:
        raise ImportRejectedError(
            0, "The file is nested too deeply.", "Use fields, sub_fields, disciplines."
        ) from error


def write(title: str, tree: Mapping[NodeKind, Sequence[Node]]) -> bytes:
    """The live nodes as a file; fields or sub-fields without children are left out, the format has no room for them."""

    def entry(node: Node) -> dict[str, Any]:
        return {
            "name": node.name,
            "description": node.description or node.name,
            **({"synonyms": list(node.synonyms)} if node.synonyms else {}),
        }

    def below(kind: NodeKind, parent: Node) -> list[Node]:
        return [node for node in tree[kind] if node.parent_id == parent.id]

    fields = []
    for field in tree[NodeKind.FIELD]:
        sub_fields = [
            {**entry(sub), "disciplines": [entry(leaf) for leaf in leaves]}
            for sub in below(NodeKind.SUB_FIELD, field)
            if (leaves := below(NodeKind.DISCIPLINE, sub))
        ]
        if sub_fields:
            fields.append({**entry(field), "sub_fields": sub_fields})
    if not fields:
        raise ImportRejectedError(0, "There is no discipline to export.", "Add one first.")
    text = yaml.safe_dump({"title": title, "fields": fields}, sort_keys=False, allow_unicode=True, width=120)
    return str(text).encode()
