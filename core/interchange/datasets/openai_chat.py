"""The shape of OpenAI fine-tuning files: messages of user and assistant, all turns of a conversation."""

from __future__ import annotations

from typing import Any

from core.interchange.dataset_rows import Row, turns
from core.interchange.datasets.json_lines import of_lines


def shape(row: Row) -> dict[str, Any]:
    """The messages; nothing else may stand there."""
    return {
        "messages": [
            {"role": role, "content": text}
            for turn in turns(row)
            for role, text in zip(("user", "assistant"), turn, strict=True)
        ]
    }


OPENAI_CHAT = of_lines(
    "openai_chat",
    "OpenAI chat JSONL",
    "OpenAI and Azure fine-tuning, TRL, Axolotl (type: chat_template), Unsloth",
    "One object a row with the messages of user and assistant. Nothing else is in it.",
    shape,
)
