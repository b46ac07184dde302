"""Who acts, and what the roles allow. Services check; pages only hide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.naming import clean_name, name_key
from core.errors import InvalidInputError, NotAllowedError

TEACHER = "teacher"  # signs what a run wrote


class Role(StrEnum):
    """Each role may do what its set in `_MAY` says."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    OWNER = "owner"


class Action(StrEnum):
    """Groups of actions that roles are given."""

    REVIEW = "review samples"
    EDIT = "edit the taxonomy and the curriculum"
    SEEDS = "import and edit seed sets"
    RUN = "start and stop runs"
    FREEZE = "freeze and export datasets"
    SETTINGS = "change settings, connections and caps"


_MAY: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset(),
    Role.REVIEWER: frozenset({Action.REVIEW}),
    Role.EXPERT: frozenset({Action.REVIEW, Action.EDIT, Action.SEEDS}),
    Role.OWNER: frozenset(Action),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """The person at the keyboard; `name` signs votes, reviews and events."""

    name: str
    role: Role = Role.OWNER

    def must(self, action: Action) -> None:
        """Raise NotAllowedError if the role does not include the action."""
        if action not in _MAY[self.role]:
            raise NotAllowedError(
                f"Your role ({self.role.value}) does not allow you to {action.value}.", "Ask the owner of the project."
            )


def person_name(text: str) -> str:
    """A name that a person can work under; InvalidInputError if it is none, or the one under which teachers sign."""
    name = clean_name(text, "name of the person")
    if name_key(name) == TEACHER:
        raise InvalidInputError(f"{name!r} is the name under which teachers sign.", "Choose another name.")
    return name
