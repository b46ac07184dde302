"""InstructLab's folder tree: `knowledge/...`, `compositional_skills/...`, with a `qna.yaml` in each leaf.

Folders are nodes, underscores are spaces. What lies in `knowledge` stands at the top; the other trees are one field
each. A `README.md` that begins with `# Name` gives a folder its exact name and a description, a `# Name: "..."` comment
in a `qna.yaml` its exact name: that is how a tree is written, and what its own tools pass over.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from core.domain.naming import slug
from core.domain.taxonomy import NodeKind
from core.errors import ImportRejectedError
from core.interchange.concepts import yaml_file
from core.interchange.concepts.model import MAX_CONCEPTS, Concept, ConceptFile, ReadOptions
from core.interchange.concepts.tree import Report, arrange, too_many
from core.interchange.decoding import MAX_BYTES, decode
from core.interchange.strict_json import Entry

QNA, README = "qna.yaml", "README.md"
_EMPTY = ".folder"
KNOWLEDGE = "knowledge"
TREES = (KNOWLEDGE, "compositional_skills", "foundational_skills")
_MAX_FILE = 1024 * 1024
_MAX_UNPACKED = 4 * MAX_BYTES
_EXACT = re.compile(r'^# Name: (".*")$', re.MULTILINE)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_HINT = "Pack the folders knowledge and compositional_skills into a zip file."
Files = dict[PurePosixPath, bytes]


def read(content: bytes, _options: ReadOptions | None = None) -> ConceptFile:
    """A zip file of the tree, with or without a folder around it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _tree(_unpacked(archive))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ImportRejectedError(0, f"This is no zip file that can be read: {error}.", _HINT) from error


def read_folder(folder: Path) -> ConceptFile:
    """The same from a folder on this machine; links are refused."""
    found: Files = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise ImportRejectedError(0, f"{path.name!r} is a link.", "Take links out of the folder.")
        place = _inside(PurePosixPath(path.relative_to(folder).as_posix()))
        if place is None:
            continue
        if not path.is_file():
            found[place / _EMPTY] = b""
            continue
        if len(found) > MAX_CONCEPTS:
            raise too_many(0)
        size += _size(place, path.stat().st_size)
        found[place] = path.read_bytes() if place.name in {QNA, README} else b""
        _refuse_size(size)
    return _tree(found)


def _unpacked(archive: zipfile.ZipFile) -> Files:
    found: Files = {}
    entries = archive.infolist()
    if len(entries) > MAX_CONCEPTS:
        raise too_many(0)
    _refuse_size(sum(_size(PurePosixPath(entry.filename), entry.file_size) for entry in entries))
    for entry in entries:
        place = _inside(_safe(entry))
        if place is None:
            continue
        if entry.is_dir():
            found[place / _EMPTY] = b""
            continue
        if place in found:
            raise ImportRejectedError(0, f"{entry.filename[:200]!r} stands twice in the zip file.", _HINT)
        found[place] = archive.read(entry) if place.name in {QNA, README} else b""
    return found


def _safe(entry: zipfile.ZipInfo) -> PurePosixPath:
    place = PurePosixPath(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ImportRejectedError(0, f"{entry.filename[:200]!r} is a link or a device.", "Take it out.")
    unsafe = place.is_absolute() or ".." in place.parts or "\\" in entry.filename or ":" in place.parts[:1]
    if unsafe or entry.flag_bits & 1:
        reason = "is encrypted" if entry.flag_bits & 1 else "leads out of the zip file"
        raise ImportRejectedError(0, f"{entry.filename[:200]!r} {reason}.", _HINT)
    return place


def _size(place: PurePosixPath, size: int) -> int:
    """What is read of a file; everything else is only listed."""
    if place.name not in {QNA, README}:
        return 0
    if size > _MAX_FILE:
        raise ImportRejectedError(0, f"{str(place)[:200]!r} is larger than 1 MB.", "Shorten it.")
    return size


def _refuse_size(size: int) -> None:
    if size > _MAX_UNPACKED:
        raise ImportRejectedError(0, "Unpacked it is larger than 100 MB.", "Split it.")


def _inside(place: PurePosixPath) -> PurePosixPath | None:
    """The part from `knowledge` or a tree of skills on; None outside of them."""
    for number, part in enumerate(place.parts[:2]):
        if part in TREES:
            return PurePosixPath(*place.parts[number:])
    return None


def _tree(files: Files) -> ConceptFile:
    if not files:
        raise ImportRejectedError(0, "There is no folder knowledge or compositional_skills in it.", _HINT)
    report = Report()
    concepts = arrange(_concepts(files), report)
    return ConceptFile(concepts=concepts, troubles=report.told())


def _concepts(files: Files) -> Iterator[Concept]:
    folders = {folder: None for place in files for folder in [*reversed(place.parents)][1:]}
    folders.pop(PurePosixPath(KNOWLEDGE), None)
    for folder in folders:
        yield _concept(folder, folder.parent if folder.parent in folders else None, files)


def _concept(folder: PurePosixPath, parent: PurePosixPath | None, files: Files) -> Concept:
    name, description = folder.name.replace("_", " "), ""
    leaf = files.get(folder / QNA)
    if readme := files.get(folder / README):
        name, description = _readme(decode(readme), folder.name, name)
    if leaf:
        name, description = _qna(leaf, folder, name)
    return Concept(
        key=str(folder),
        parent=str(parent) if parent else None,
        name=name,
        description=description,
        kind=NodeKind.DISCIPLINE if leaf and parent else None if leaf or not parent else NodeKind.SUB_FIELD,
    )


def _readme(text: str, folder: str, name: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    exact = first.removeprefix("# ").strip()
    return (exact, rest) if first.startswith("# ") and _is_folder_of(folder, exact) else (name, "")


def _qna(content: bytes, folder: PurePosixPath, name: str) -> tuple[str, str]:
    text = decode(content)
    try:
        values = yaml_file.values(text)
    except ImportRejectedError as error:
        raise ImportRejectedError(error.line, f"In {folder / QNA}: {error.reason}", error.hint) from error
    texts = values if isinstance(values, Entry) else Entry()
    told = next((texts[key] for key in ("document_outline", "task_description") if _said(texts.get(key))), "")
    found = _EXACT.search(text)
    exact = _unquoted(found.group(1)) if found else ""
    return (exact if exact and _is_folder_of(folder.name, exact) else name), str(told)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_folder_of(folder: str, name: str) -> bool:
    return folder.startswith(_slug(name))


def _slug(name: str) -> str:
    """A name in the letters that InstructLab allows in a folder; empty for a name in another script."""
    return slug(name, "").replace("-", "_")


def _free(name: str, folder: str, taken: set[str]) -> str:
    """A folder in `folder` for `name`, told apart from others by a part of its hash."""
    plain = _slug(name)
    made = f"{folder}{plain}"
    if not plain or made in taken:
        made = f"{folder}{plain}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    taken.add(made)
    return made


def write(file: ConceptFile) -> bytes:
    """A zip file whose `qna.yaml` files are to be filled in; names, descriptions and the order come back exactly."""
    out = io.BytesIO()
    parents = {concept.parent for concept in file.concepts}
    folders: dict[str | None, str] = {None: KNOWLEDGE}
    above: dict[str | None, str] = {None: file.title}
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for concept in file.concepts:
            own_tree = concept.parent is None and _slug(concept.name) in TREES[1:]
            above_it = "" if own_tree else f"{folders[concept.parent]}/"
            folder = folders[concept.key] = _free(concept.name, above_it, taken)
            above[concept.key] = concept.name
            inner = concept.key in parents or concept.kind is not NodeKind.DISCIPLINE
            text = _told(concept) if inner else _skeleton(concept, above[concept.parent])
            entry = zipfile.ZipInfo(f"{folder}/{README if inner else QNA}", _LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, text.encode())
    return out.getvalue()


def _told(concept: Concept) -> str:
    return f"# {concept.name}\n" + (f"\n{concept.description}\n" if concept.description else "")


def _skeleton(concept: Concept, domain: str) -> str:
    head = {"version": 3, "created_by": "", "domain": domain, "document_outline": concept.description}
    return (
        f"# Name: {json.dumps(concept.name)}\n{yaml_file.dump(head)}"
        "# To be filled in: who made this, the document, and at least five contexts with three questions each.\n"
        "seed_examples: []\n"
    )
