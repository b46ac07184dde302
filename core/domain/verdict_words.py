"""What the words of other tools mean as a verdict: guessed for the usual ones, decided by a person for all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from core.domain.naming import name_key


class Meaning(StrEnum):
    """What becomes of a word: an entry of the review history, or nothing."""

    ACCEPT = "accept"
    REJECT = "reject"
    SKIP = "skip"
    LEAVE_OUT = "leave out"

    @property
    def label(self) -> str:
        """As people read it."""
        return self.value.capitalize()


PASSED_OVER: Final = "passed over in the tool"
"""The word for what somebody discarded or cancelled instead of answering."""

_WORDS: Final[Mapping[Meaning, str]] = {
    Meaning.ACCEPT: "accept accepted acceptable approve approved good great yes y ja oui si sí sì sim da 是 はい"
    " correct right valid ok okay keep pass passed true t 1 👍 richtig gut korrekt angenommen akzeptiert bon bien"
    " accepté correcto bueno aceptar aceptado accettato aceito да принять принято верно правильно хорошо 接受 通过 正确"
    " 承認 採用 예 승인 نعم قبول مقبول",
    Meaning.REJECT: "reject rejected decline declined disapprove disapproved bad poor no n nein non não нет 否 いいえ"
    " incorrect wrong invalid drop remove discard fail failed false f 0 -1 👎 falsch schlecht abgelehnt mauvais refusé"
    " rejeté incorrecto malo rechazar rechazado rifiutato rejeitado отклонить отклонено неверно неправильно плохо 拒绝"
    " 不通过 错误 却下 拒否 아니요 거부 لا رفض مرفوض",
    Meaning.SKIP: "skip skipped unsure maybe unclear neutral undecided ? unsicher",
}
_KNOWN: Final = {name_key(word): meaning for meaning, words in _WORDS.items() for word in words.split()} | {
    name_key(PASSED_OVER): Meaning.SKIP,
    "not sure": Meaning.SKIP,
    "don't know": Meaning.SKIP,
    "thumbs up": Meaning.ACCEPT,
    "thumbs down": Meaning.REJECT,
}
_SCALE: Final = frozenset({"0", "1", "-1"})


def guess(word: str) -> Meaning | None:
    """What a word of its own most probably means; None where only a person can say."""
    return _KNOWN.get(name_key(word))


def guesses(words: Iterable[str]) -> dict[str, Meaning | None]:
    """The same for all words of one question: numbers mean something only where they are 0, 1 and -1.

    In a scale of 1 to 5 the 1 is no "accept".
    """
    found = list(words)
    scaled = any(_is_number(word) and word.strip() not in _SCALE for word in found)
    return {word: None if scaled and _is_number(word) else guess(word) for word in found}


def _is_number(word: str) -> bool:
    bare = word.strip().lstrip("-+").replace(".", "", 1)
    return bare.isascii() and bare.isdigit()
