"""What every service needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.ids import Clock
from core.llm.keys import KeyFile
from core.settings import Settings
from core.store.database import Store


@dataclass(frozen=True, slots=True)
class Context:
    """The store, the clock, the keys and the settings of this installation."""

    store: Store
    settings: Settings
    keys: KeyFile
    environ: Mapping[str, str]
    clock: Clock
