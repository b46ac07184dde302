"""What all entities share: frozen, built from database rows, JSON columns decoded on the way."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _decoded(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_decoded)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(_decoded)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_decoded)]
Object = Annotated[dict[str, Any], BeforeValidator(_decoded)]


class Entity(BaseModel):
    """Frozen value; `Entity.model_validate(row)` accepts a row with more columns than the entity has fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")
