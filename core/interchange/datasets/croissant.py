"""The Croissant description (MLCommons, version 1.0) of a folder: its files with their hashes, the plain columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core.interchange.datasets.columns import COLUMNS, Kind
from core.interchange.datasets.model import LICENCES, About, Part

_PARQUET = "application/x-parquet"
_TYPES: dict[type, str] = {str: "sc:Text", int: "sc:Integer", float: "sc:Float", bool: "sc:Boolean"}
_WHAT = {
    "question": "What is asked.",
    "answer": "The answer that a person accepted.",
    "taxonomy": "Place in the taxonomy, from the field down to the discipline.",
    "content_hash": "SHA-256 over question, answer and earlier turns; the verdict belongs to it.",
}
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def description(parts: Sequence[Part], about: About) -> str:
    """The whole croissant.json. Nested columns are in the files; only plain ones and lists of texts are described."""
    title = f"{about.name}, version {about.number}"
    told = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": title,
        "description": f"{about.rows:,} instruction samples of the project {about.project}, each accepted by a person.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": LICENCES[about.options.licence][1],
        "version": f"{about.number}.0.0",
        "datePublished": about.frozen_on,
        "citeAs": f"@misc{{{about.slug}, title={{{title}}}, year={{{about.frozen_on[:4]}}}}}",
        "inLanguage": list(about.options.languages),
        "keywords": ["instruction tuning", *(["synthetic data"] if about.is_synthetic else []), "human reviewed"],
        "distribution": [*map(_file, parts), *(_set(split) for split in about.splits)],
        "recordSet": [_records(split, rows) for split, rows in about.splits.items()],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _file(part: Part) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": part.path,
        "name": part.path.rsplit("/", 1)[-1],
        "contentUrl": part.path,
        "contentSize": f"{part.bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": part.sha256,
    }


def _set(split: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{split}-files",
        "name": f"{split}-files",
        "encodingFormat": _PARQUET,
        "includes": f"data/{split}-*.parquet",
    }


def _records(split: str, rows: int) -> dict[str, Any]:
    fields = (_field(split, name, kind) for name, kind in COLUMNS.items())
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "description": f"The {rows:,} rows of {split}.",
        "field": [field for field in fields if field],
    }


def _field(split: str, name: str, kind: Kind) -> dict[str, Any] | None:
    repeated = isinstance(kind, list)
    leaf = kind[0] if isinstance(kind, list) else kind
    if not isinstance(leaf, type):
        return None
    return {
        "@type": "cr:Field",
        "@id": f"{split}/{name}",
        "name": name,
        "description": _WHAT.get(name, f"Column {name}, as the dataset card says."),
        "dataType": _TYPES[leaf],
        **({"repeated": True} if repeated else {}),
        "source": {"fileSet": {"@id": f"{split}-files"}, "extract": {"column": name}},
    }
