"""Alpaca: instruction, input, output; the earlier turns of a conversation in `history`, as LLaMA-Factory reads them."""

from __future__ import annotations

from typing import Any

from core.interchange.dataset_rows import Row, turns
from core.interchange.datasets.json_lines import of_lines


def shape(row: Row) -> dict[str, Any]:
    """Every row has every key, for readers take the columns from the first rows; questions hold their input already."""
    *earlier, (question, answer) = turns(row)
    return {"instruction": question, "input": "", "output": answer, "history": [list(turn) for turn in earlier]}


ALPACA = of_lines(
    "alpaca",
    "Alpaca",
    "LLaMA-Factory (formatting: alpaca), Axolotl (type: alpaca), LitGPT",
    "One object a row: instruction, an empty input, output, and the earlier turns of a conversation as history.",
    shape,
    early=[("history",)],
)
