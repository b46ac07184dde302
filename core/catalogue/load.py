"""Read and check the files in `data/`; each is read once per process."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from core.catalogue.models import CurriculumFile, DemoRepair, DemoRepairs, DemoSample, TaxonomyFile
from core.domain.switch_points import SwitchPoints
from core.errors import ImportRejectedError
from core.settings import DATA

M = TypeVar("M", bound=BaseModel)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, model: type[M]) -> M:
    """The file as `model`; raises ImportRejectedError naming the file and the place."""
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506 - safe
    except (ValidationError, yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise ImportRejectedError(0, f"{path.name}: {error}", "Mend the file and try again.") from error


@cache
def starter_taxonomy() -> TaxonomyFile:
    """The taxonomy a new project may begin with."""
    return read_yaml(DATA / "taxonomy" / "starter.yaml", TaxonomyFile)


@cache
def curricula() -> dict[str, CurriculumFile]:
    """Discipline name -> what is known about it."""
    files = sorted((DATA / "curricula").glob("*.yaml"))
    known = [read_yaml(path, CurriculumFile) for path in files]
    return {curriculum.discipline: curriculum for curriculum in known}


@cache
def demo_samples() -> dict[str, tuple[DemoSample, ...]]:
    """Discipline name -> the demo's question-answer pairs."""
    by_slug = {name.lower().replace(" ", "-"): name for name in curricula()}
    found: dict[str, tuple[DemoSample, ...]] = {}
    for path in sorted((DATA / "demo").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").split("\n")
        found[by_slug[path.stem]] = tuple(DemoSample.model_validate(json.loads(line)) for line in lines if line)
    return found


@cache
def demo_repairs() -> tuple[DemoRepair, ...]:
    """Mended demo samples, for the built-in teacher."""
    return read_yaml(DATA / "demo" / "repairs.yaml", DemoRepairs).repairs


@cache
def switch_points() -> SwitchPoints:
    """The published numbers that the adviser rests on."""
    return read_yaml(DATA / "strategies" / "switch_points.yaml", SwitchPoints)
