"""Numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.money import money

__all__ = ["amount", "bytes_of", "count", "duration", "money", "percent", "share", "when"]


def amount(nano: int | None) -> str:
    """What calls are expected to cost, for a metric or a cell: None is unknown, which is not the same as free."""
    return "Unknown" if nano is None else "No charge" if nano == 0 else money(nano)


def count(number: int, one: str = "", many: str = "") -> str:
    """1,234 or, with a noun, "1 sample" and "1,234 samples"."""
    noun = one if number == 1 else (many or f"{one}s")
    return f"{number:,} {noun}".strip() if one else f"{number:,}"


def percent(part: float) -> str:
    """0.1234 -> 12 %."""
    return f"{part * 100:.0f} %"


def share(part: int, whole: int) -> str:
    """ "3 of 12 (25 %)"."""
    return f"{part:,} of {whole:,} ({percent(part / whole)})" if whole else f"{part:,} of 0"


def duration(seconds: float) -> str:
    """Seconds as 12 s, 3 min 05 s, 2 h 10 min."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"


def when(at: float | None, *, seconds: bool = False) -> str:
    """A moment in UTC, to the minute or to the second."""
    form = "%Y-%m-%d %H:%M:%S UTC" if seconds else "%Y-%m-%d %H:%M UTC"
    return datetime.fromtimestamp(at, UTC).strftime(form) if at else "not yet"


def bytes_of(size: int) -> str:
    """1.2 GB, 3.4 MB, 12 kB."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"
