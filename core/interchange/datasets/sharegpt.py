"""ShareGPT: conversations of "human" and "gpt"."""

from __future__ import annotations

from typing import Any

from core.interchange.dataset_rows import Row, turns
from core.interchange.datasets.json_lines import of_lines


def shape(row: Row) -> dict[str, Any]:
    """The id as text, as the readers want it, and the turns."""
    return {
        "id": str(row["id"]),
        "conversations": [
            {"from": speaker, "value": text}
            for turn in turns(row)
            for speaker, text in zip(("human", "gpt"), turn, strict=True)
        ],
    }


SHAREGPT = of_lines(
    "sharegpt",
    "ShareGPT",
    "LLaMA-Factory (formatting: sharegpt), Axolotl, FastChat",
    "One object a row with the number of the sample and its conversation, said by human and gpt in turn.",
    shape,
)
