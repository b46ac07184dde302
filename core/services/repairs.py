"""Repairs: rejected samples that wait for a teacher, what mending them costs, and what became of those that went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.estimates import Estimate
from core.domain.people import Principal
from core.domain.plans import RepairsPlan, TeacherChoice
from core.domain.calls import Stage
from core.domain.records import RepairWish, Run, Sample
from core.domain.states import WishState
from core.errors import InvalidInputError
from core.services.context import Context
from core.services.generation import GenerationService
from core.store import repair_wishes, runs, samples


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rejected sample that waits to be mended, with all wishes about its text, the oldest first."""

    sample: Sample
    wishes: tuple[RepairWish, ...]

    @property
    def words(self) -> str:
        """What the reviewers said, each once."""
        return "\n\n".join(dict.fromkeys(wish.words for wish in self.wishes))

    @property
    def failed(self) -> bool:
        """Was it tried without success?"""
        return any(wish.state is WishState.FAILED for wish in self.wishes)


@dataclass(frozen=True, slots=True)
class RepairRun:
    """A run of repairs and the samples that it took up: mended ones, those without success, overtaken ones."""

    run: Run
    repaired: tuple[Sample, ...]
    failed: tuple[Sample, ...]
    overtaken: tuple[Sample, ...]
