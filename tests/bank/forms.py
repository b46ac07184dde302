"""Instances of a JSON schema that look like the work of a model: readable, varied, the same for the same seed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.bank.phrases import name, sentence

Schema = dict[str, Any]
_LONG = ("description", "introduction", "reason", "explanation", "summary", "text", "answer", "question", "feedback")
_DEEPEST = 12


@dataclass
class Form:
    """Fills one schema; names are never used twice in one instance."""

    schema: Schema
    random: Random
    _used: set[str] = field(default_factory=set)

    def filled(self) -> Any:
        """An instance."""
        return self._value(self.schema, "", 0)

    def _value(self, schema: Schema, label: str, depth: int) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = _kind(schema)
        if kind == "object":
            inner: Schema = schema.get("properties", {})
            return {key: self._value(part, key, depth + 1) for key, part in inner.items()}
        if kind == "array":
            return self._items(schema, label, depth)
        return self._scalar(kind, schema, label)

    def _resolved(self, schema: Schema) -> Schema:
        while True:
            if "$ref" in schema:
                target: Any = self.schema
                for step in schema["$ref"].removeprefix("#/").split("/"):
                    target = target[step]
                schema = target
            elif choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = next((choice for choice in choices if choice.get("type") != "null"), choices[0])
            else:
                return schema

    def _items(self, schema: Schema, label: str, depth: int) -> list[Any]:
        least, most = schema.get("minItems", 0), schema.get("maxItems", 10**6)
        inner = self._resolved(schema.get("items", {"type": "string"}))
        usual = 10 if "session" in label else 5 if _kind(inner) == "object" else 3
        count = min(most, max(least, usual + self.random.randrange(3)))
        if depth > _DEEPEST:
            count = least
        return [self._value(inner, f"{label}[]", depth + 1) for _ in range(count)]

    def _scalar(self, kind: str, schema: Schema, label: str) -> Any:
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in {"integer", "number"}:
            low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
            high = schema.get("maximum", schema.get("exclusiveMaximum", low + 101) - 1)
            return self.random.randint(int(low), max(int(low), int(high)))
        if kind == "null":
            return None
        text = sentence(self.random) if label.lower() in _LONG else name(self.random, self._used)
        return text.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 10**6)]


def _kind(schema: Schema) -> str:
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    return str(kind)


def found_in(prompt: str) -> Schema:
    """The schema that a prompt spells out, or one made from the example that it shows; of an empty object else."""
    decoder, start = json.JSONDecoder(), prompt.find("{")
    while start >= 0:
        try:
            value, _ = decoder.raw_decode(prompt, start)
        except ValueError:
            value = None
        if isinstance(value, dict) and value:
            return value if "properties" in value else like(value)
        start = prompt.find("{", start + 1)
    return {"type": "object", "properties": {}}


def like(example: Any) -> Schema:
    """A schema that `example` fits; a single word in small letters is taken as the only choice."""
    if isinstance(example, dict):
        return {"type": "object", "properties": {key: like(value) for key, value in example.items()}}
    if isinstance(example, list):
        return {"type": "array", "items": like(example[0]) if example else {"type": "string"}}
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, int | float):
        return {"type": "integer" if isinstance(example, int) else "number"}
    if isinstance(example, str) and example.isalpha() and example.islower():
        return {"const": example}
    return {"type": "string"} if isinstance(example, str) else {"type": "null"}
