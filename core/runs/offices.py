"""The batch offices of a run's teachers: who takes batches, and how often they are asked how far one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.errors import SettingsError
from core.llm.openai_batches import OpenAIBatches
from core.llm.openai_teacher import Manners, OpenAITeacher
from core.runs.seats import Seat

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
GROWTH = 1.5


class Offices:
    """One office for each connection of the seats; raises SettingsError for a teacher that takes no batches."""

    def __init__(self, seats: Iterable[Seat]) -> None:
        self._seats = {seat.connection.id: seat for seat in seats}
        self._sent: dict[str, Manners] = {}
        self._offices: dict[str, OpenAIBatches] = {}
        for seat in self._seats.values():
            if not isinstance(seat.teacher, OpenAITeacher):
                raise SettingsError(
                    f"{seat.connection.name!r} takes no batches.",
                    "Let the run be answered at once, or choose teachers behind an endpoint that has a Batch API.",
                )
            self._offices[seat.connection.id] = OpenAIBatches(seat.teacher)

    def at(self, connection: str) -> OpenAIBatches:
        """Where the batches of this connection are handed in."""
        return self._offices[connection]

    def teacher(self, connection: str) -> OpenAITeacher:
        """Whom the calls are written for."""
        teacher = self._seats[connection].teacher
        assert isinstance(teacher, OpenAITeacher)
        return teacher

    def remember(self, batch_id: str, connection: str) -> None:
        """Note in which form the calls of a batch are sent."""
        self._sent[batch_id] = replace(self.teacher(connection).manners)

    def sent(self, batch_id: str, connection: str) -> Manners:
        """The form in which they were sent; for a batch of an earlier worker the present one is assumed."""
        return self._sent.get(batch_id) or replace(self.teacher(connection).manners)

    def pause(self, connection: str, looks: int = 0) -> float:
        """Seconds until the next look, longer after each one; the connection's settings may fix it."""
        fixed = self._seats[connection].connection.settings.get("poll_seconds")
        return float(fixed) if fixed else min(LONGEST_PAUSE, FIRST_PAUSE * GROWTH ** min(looks, 20))

    async def close(self) -> None:
        """Close their sockets."""
        for office in self._offices.values():
            await office.close()
