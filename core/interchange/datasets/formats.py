"""All formats that a frozen dataset can be written in, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.interchange.datasets.alpaca import ALPACA
from core.interchange.datasets.csv_table import CSV
from core.interchange.datasets.hub_folder import HUB_FOLDER
from core.interchange.datasets.json_lines import JSONL
from core.interchange.datasets.model import Format
from core.interchange.datasets.openai_chat import OPENAI_CHAT
from core.interchange.datasets.parquet import PARQUET
from core.interchange.datasets.sharegpt import SHAREGPT

_ALL = (OPENAI_CHAT, SHAREGPT, ALPACA, JSONL, CSV, PARQUET, HUB_FOLDER)
FORMATS: Mapping[str, Format] = MappingProxyType({form.key: form for form in _ALL})
