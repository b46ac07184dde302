"""A real small language model for tests: installed once into .cache/models, served for the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.llm.local.install import install
from core.llm.local.models import get_model
from core.llm.local.supervisor import LocalServer

MODELS_DIR = Path(__file__).resolve().parents[2] / ".cache" / "models"


@pytest.fixture(scope="session")
def smollm2_file() -> Path:
    """The SmolLM2 file; the first session on a machine downloads 93 MB for it."""
    return install(get_model("smollm2-135m"), MODELS_DIR)


@pytest.fixture(scope="session")
def smollm2(smollm2_file: Path) -> Iterator[LocalServer]:
    """A running server; take `base_url`, `api_key` and `model_name` from it."""
    with LocalServer(smollm2_file, model_name="smollm2-135m", context=2048, threads=2) as server:
        yield server
