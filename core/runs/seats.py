"""Who answers a stage of a run: the teacher, its price, its pace; shared by all runs of this process."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.calls import Call
from core.domain.money import NO_PRICE, Price, batch_price, hold_for
from core.domain.plans import TeacherChoice
from core.domain.records import Connection
from core.errors import PriceUnknownError
from core.generation.products import Choice
from core.llm.factory import concurrency_of, make_teacher
from core.llm.keys import KeyFile
from core.llm.teacher import Teacher
from core.runs.pacing import Pace
from core.runs.pricing import price_of
from core.store import projects
from core.store.database import Tx

BYTES_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """A teacher as chosen for a stage: who answers, at what price, how fast; is the run under a cost cap?"""

    connection: Connection
    teacher: Teacher
    choice: Choice
    price: Price
    pace: Pace
    capped: bool = False

    def hold(self, call: Call, size: int, answers: int = 1, *, batch: bool = False) -> int:
        """Upper bound in nano-dollars of one call for so many answers whose prompt has `size` bytes."""
        price = batch_price(self.price) if batch else self.price
        return hold_for(price, size, len(call.messages), call.max_tokens, answers)

    def tokens(self, call: Call, size: int) -> int:
        """What the call is expected to count against a token limit: servers count the allowed answer in full."""
        return size // BYTES_A_TOKEN + call.max_tokens * call.answers


class Teachers:
    """The teachers of this process, one per connection version, shared by its runs."""

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys
        self._made: dict[tuple[str, int], tuple[Teacher, Pace]] = {}

    def seat(self, tx: Tx, choice: TeacherChoice, *, money_capped: bool) -> Seat:
        """The seat for a choice; raises SettingsError, NotFoundError, or PriceUnknownError under a money cap."""
        connection = projects.get_connection(tx, choice.connection)
        price = price_of(tx, connection, choice.model)
        if price is None and money_capped:
            raise PriceUnknownError(
                f"Nobody has entered a price for {choice.model!r} at {connection.name!r}, so a cost cap cannot hold.",
                "Enter its price on the Connections page, or remove the cost caps of run and project.",
            )
        key = (connection.id, connection.version)
        if key not in self._made:
            self._made[key] = (make_teacher(connection, self._keys), pace_of(connection))
        teacher, pace = self._made[key]
        sampling = Choice(choice.model, choice.temperature, choice.top_p, choice.max_tokens)
        return Seat(connection, teacher, sampling, price or NO_PRICE, pace, money_capped)

    async def close(self) -> None:
        """Close all of them."""
        for teacher, _ in self._made.values():
            await teacher.close()
        self._made.clear()


def pace_of(connection: Connection) -> Pace:
    """The pace that the settings of a connection allow: calls at once, requests and tokens a minute."""
    settings = connection.settings
    return Pace(
        most=concurrency_of(connection),
        rpm=float(settings.get("rpm") or 0) or None,
        tpm=float(settings.get("tpm") or 0) or None,
    )
