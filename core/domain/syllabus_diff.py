"""Two versions of a syllabus side by side: which session became which, what differs, and taking some of it over."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from core.domain.curriculum import SessionDraft, SyllabusDraft
from core.domain.naming import name_key, near_key

_ALIKE = 0.5
_TOKEN = re.compile(
    r"\s+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]"  # scripts written without spaces
    r"|[^\s,.;:!?()\[\]\"“”«»、。،؛؟\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]+|."
)


class _Session(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def concepts(self) -> tuple[str, ...]: ...


class Kind(StrEnum):
    """What a difference is about."""

    INTRODUCTION = "introduction"
    OBJECTIVES = "objectives"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Unit:
    """One difference that can be taken alone. For sessions `old` and `new` are their places, from 0 on."""

    key: str
    kind: Kind
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of text: in both versions (kind " "), only in the old one ("-"), only in the new one ("+")."""

    kind: str
    text: str


def match_sessions(old: Sequence[_Session], new: Sequence[_Session]) -> list[tuple[int | None, int | None]]:
    """Which session of `old` became which of `new`: pairs of places, None where one has no partner.

    Sessions are the same by name, then by nearly the same name, then when they share half of their key concepts.
    """
    partner: dict[int, int] = {}
    free = set(range(len(old)))
    for same in (_same_name, _near_name, _alike):
        for at, session in enumerate(new):
            if at not in partner:
                found = next((i for i in sorted(free) if same(old[i], session)), None)
                if found is not None:
                    partner[at] = found
                    free.discard(found)
    pairs: list[tuple[int | None, int | None]] = [(partner.get(at), at) for at in range(len(new))]
    return pairs + [(gone, None) for gone in sorted(free)]


def _same_name(one: _Session, other: _Session) -> bool:
    return name_key(one.name) == name_key(other.name)


def _near_name(one: _Session, other: _Session) -> bool:
    return near_key(one.name) == near_key(other.name)


def _alike(one: _Session, other: _Session) -> bool:
    mine, theirs = ({name_key(concept) for concept in each.concepts} for each in (one, other))
    return bool(mine | theirs) and len(mine & theirs) >= _ALIKE * len(mine | theirs)


def differences(old: SyllabusDraft, new: SyllabusDraft) -> list[Unit]:
    """Everything in which `new` differs, in reading order; nothing for equal texts."""
    pairs = match_sessions(old.sessions, new.sessions)
    units = []
    if old.introduction != new.introduction:
        units.append(Unit("introduction", Kind.INTRODUCTION))
    if old.objectives != new.objectives:
        units.append(Unit("objectives", Kind.OBJECTIVES))
    both = [before for before, after in pairs if before is not None and after is not None]
    if both != sorted(both):
        units.append(Unit("order", Kind.ORDER))
    for before, after in pairs:
        if before is None:
            units.append(Unit(f"new.{after}", Kind.ADDED, new=after))
        elif after is None:
            units.append(Unit(f"old.{before}", Kind.REMOVED, old=before))
        elif old.sessions[before] != new.sessions[after]:
            units.append(Unit(f"new.{after}", Kind.CHANGED, before, after))
    return units


def take(old: SyllabusDraft, new: SyllabusDraft, keys: Collection[str]) -> SyllabusDraft:
    """`old` with the differences named by `keys` taken over from `new`; all of them make it `new`."""
    pairs = match_sessions(old.sessions, new.sessions)
    matched = [(b, a) for b, a in pairs if b is not None and a is not None]
    stay: list[int] = [b for b, a in pairs if b is not None and a is None and f"old.{b}" not in keys]
    come: list[int] = [a for b, a in pairs if b is None and a is not None and f"new.{a}" in keys]
    now: dict[int, SessionDraft] = {
        b: new.sessions[a] if f"new.{a}" in keys else old.sessions[b] for b, a in matched
    } | {b: old.sessions[b] for b in stay}
    as_new = {a: b for b, a in matched}
    if "order" in keys:
        order = [as_new.get(a, -1 - a) for a in sorted([*as_new, *come])]
        order = _slipped_in(order, stay, [*range(len(old.sessions))])
    else:
        order = _slipped_in(sorted(now), [-1 - a for a in come], [as_new.get(a, -1 - a) for a in _all(new)])
    return SyllabusDraft(
        introduction=new.introduction if "introduction" in keys else old.introduction,
        objectives=new.objectives if "objectives" in keys else old.objectives,
        sessions=tuple(now[place] if place >= 0 else new.sessions[-1 - place] for place in order),
    )


def _all(draft: SyllabusDraft) -> range:
    return range(len(draft.sessions))


def _slipped_in(order: list[int], more: Sequence[int], there: Sequence[int]) -> list[int]:
    """`order` with each of `more` behind the one that it follows in `there`."""
    result = list(order)
    for place in more:
        before = [each for each in there[: there.index(place)] if each in result]
        result.insert(result.index(before[-1]) + 1 if before else 0, place)
    return result


def marks(old: str, new: str) -> list[Mark]:
    """Both texts in one, word by word."""
    was, becomes = _TOKEN.findall(old), _TOKEN.findall(new)
    found: list[Mark] = []
    for what, low, high, start, end in SequenceMatcher(None, was, becomes, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Mark(" ", "".join(was[low:high])))
            continue
        if high > low:
            found.append(Mark("-", "".join(was[low:high])))
        if end > start:
            found.append(Mark("+", "".join(becomes[start:end])))
    return found
