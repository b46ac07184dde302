"""A price as a person types it: read field by field, and asked back where it looks like a slip."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.money import NANO, Price, price_per_million

_HIGHEST_LIKELY = 1_000 * NANO
_LOWEST_LIKELY = NANO // 100
_PER_TOKEN_BELOW = NANO // 20_000
_FAR = 10


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """Dollars per million tokens as typed. Input and output are needed; what is empty else is not known.

    Without a price of its own cached input costs what input costs.
    """

    fresh: str
    output: str
    cached: str = ""
    reasoning: str = ""
    batch_input: str = ""
    batch_output: str = ""

    def read(self, *, model: str, source: str) -> Price:
        """The price; raises InvalidInputError that names the field which is no amount."""
        fresh = price_per_million(self.fresh, "input price")
        cached = _optional(self.cached, "cached-input price")
        return Price(
            fresh,
            price_per_million(self.output, "output price"),
            fresh if cached is None else cached,
            matched=model,
            source=source,
            reasoning=_optional(self.reasoning, "reasoning price"),
            batch_input=_optional(self.batch_input, "batch input price"),
            batch_output=_optional(self.batch_output, "batch output price"),
        )


def _optional(text: str, what: str) -> int | None:
    return price_per_million(text, what) if text.strip() else None


def dollars_per_million(nano: int) -> str:
    """A price as people write it: $0.15, with as many decimals as it has."""
    whole, part = divmod(nano, NANO)
    decimals = f"{part:09}".rstrip("0")
    return f"${whole:,}" + (f".{decimals:0<2}" if decimals else "")


def doubts(price: Price, usual: Price | None) -> list[str]:
    """What is unlikely about a price, each with its figure; `usual` is what is listed for the model, if anything."""
    figures = {
        "input": price.input,
        "output": price.output,
        "cached input": price.cached if price.cached != price.input else None,
        "reasoning": price.reasoning,
        "batch input": price.batch_input,
        "batch output": price.batch_output,
    }
    known = {name: figure for name, figure in figures.items() if figure is not None}
    found = [_unit(name, figure) for name, figure in known.items()]
    found += _order(price)
    if usual is not None:
        pairs = (("input", price.input, usual.input), ("output", price.output, usual.output))
        found += [_distance(name, typed, listed) for name, typed, listed in pairs]
    return [doubt for doubt in found if doubt]


def _unit(name: str, figure: int) -> str:
    shown = dollars_per_million(figure)
    if figure > _HIGHEST_LIKELY:
        return f"{name} {shown} is more than {dollars_per_million(_HIGHEST_LIKELY)} per million tokens"
    if not 0 < figure < _LOWEST_LIKELY:
        return ""
    unit, by = ("per token", 1_000_000) if figure < _PER_TOKEN_BELOW else ("per thousand tokens", 1_000)
    return f"{name} {shown} looks like a price {unit}, which would be {dollars_per_million(figure * by)} per million"


def _order(price: Price) -> list[str]:
    """Pairs of which one is never dearer than the other; the first is what should be the cheaper one."""
    pairs = (
        ("input", price.input, "output", price.output),
        ("cached input", price.cached, "input", price.input),
        ("batch input", price.batch_input, "input", price.input),
        ("batch output", price.batch_output, "output", price.output),
    )
    return [
        f"{name} {dollars_per_million(figure)} is dearer than {other} {dollars_per_million(bound)}"
        for name, figure, other, bound in pairs
        if figure is not None and figure > bound
    ]


def _distance(name: str, typed: int, listed: int) -> str:
    low, high = sorted((typed, listed))
    if high <= _FAR * low:
        return ""
    shown = dollars_per_million(listed)
    return f"{name} {dollars_per_million(typed)} is far from the listed {shown}"
