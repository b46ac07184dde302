"""The form of a choice: which samples, how clean, in which proportions, divided how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.domain.dataset_wish import DatasetWish
from core.domain.sampling import Difficulty
from core.domain.strategies import Strategy
from core.domain.taxonomy import Origin
from pages.components.figures import count
from pages.components.session import Here
from pages.components.text import plain

OPEN_HELP = "Samples that were drawn for a second person and have only one verdict so far."
_NEAR = 0.8
_LIMITS = {
    "per_discipline": "per_discipline",
    "per_strategy": "per_strategy",
    "generated": "generated_per_human",
    "basic": "basic_per_challenging",
}
_NEAR_HELP = (
    "Two questions are near duplicates when so much of their three-word sequences is the same. Of each family the "
    "first stays. Several answers to one question are no duplicates."
)


def usual(h: Here) -> DatasetWish:
    """What stands in the form of a new version."""
    there = tuple(each.id for each in h.work.benchmarks.page(h.project_id))
    return DatasetWish(near=_NEAR, benchmarks=there, validation_share=0.1)


def _benchmarks_key(names: Iterable[int]) -> str:
    """Another one when there are other files: one that was just added is looked for unless somebody says no."""
    return f"benchmarks.{'.'.join(map(str, names))}"


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """What stands in it before anybody touches it, and how the keys of its widgets begin.

    Whatever `first` names can be chosen, also what no sample has any more.
    """

    h: Here
    first: DatasetWish
    prefix: str = "datasets"

    def ask(self) -> DatasetWish:
        """Draw it; what stands in it now. Raises InvalidInputError where the shares leave too little."""
        return DatasetWish(**self._which(), **self._clean(), **self._balance(), **self._split())

    def _key(self, name: str) -> str:
        return f"{self.prefix}.{name}"

    def _said(self, name: str, first: Any) -> Any:
        """What stands in a field that is drawn further down."""
        return st.session_state.get(self._key(name), first)

    def _which(self) -> dict[str, Any]:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = {**self._strategies(), **self._disciplines(), **self._difficulty()}
        with st.container(horizontal=True):
            demo = self._demo()
            without_failed = self._tick(
                "Leave out failed verification",
                "without_failed",
                self.first.without_failed_verification,
                "Samples that a person accepted although the machine check said no.",
            )
            without_open = self._tick(
                "Leave out open second verdicts", "without_open", self.first.without_open_seconds, OPEN_HELP
            )
        return {
            **chosen,
            "demo": demo,
            "without_failed_verification": without_failed,
            "without_open_seconds": without_open,
        }

    def _demo(self) -> bool:
        """Asked only where there is any, or where it was left out."""
        there = self.h.work.datasets.outline(self.h.project_id, DatasetWish()).by_origin.get(Origin.DEMO)
        if not there and self.first.demo:
            return True
        words = "Samples that were written for the worked demo, not made by a run of yours."
        return self._tick("Include demo content", "demo", self.first.demo, words)

    def _tick(self, label: str, name: str, first: bool, words: str) -> bool:
        return st.checkbox(label, first, key=self._key(name), help=words, width="content")

    def _strategies(self) -> dict[str, Any]:
        there, first = self.h.work.review.choices(self.h.project_id).strategies, self.first.strategies
        offered = [strategy for strategy in Strategy if strategy in there or strategy in first]
        if len(offered) < 2 and not first:
            return {}
        chosen = st.multiselect(
            "Strategies",
            offered,
            [strategy for strategy in offered if strategy in first],
            format_func=lambda strategy: strategy.label,
            placeholder="All",
            key=self._key("strategies"),
            help="How the samples were made.",
            width=240,
        )
        return {"strategies": tuple(strategy.value for strategy in chosen)}

    def _disciplines(self) -> dict[str, Any]:
        there, first = self.h.work.review.choices(self.h.project_id).disciplines, self.first.disciplines
        names = {**there, **{node: f"Discipline {node}" for node in first if node not in there}}
        if not names:
            return {}
        chosen = st.multiselect(
            "Disciplines",
            list(names),
            list(first),
            format_func=lambda node: plain(names[node]),
            placeholder="All",
            key=self._key("disciplines"),
            help="A choice leaves out samples from seeds: they belong to no discipline.",
            width=320,
        )
        return {"disciplines": tuple(chosen)}

    def _difficulty(self) -> dict[str, Any]:
        there, first = self.h.work.review.choices(self.h.project_id).difficulties, self.first.difficulty
        offered = [difficulty for difficulty in Difficulty if difficulty in there or difficulty == first]
        if not offered:
            return {}
        chosen = st.selectbox(
            "Difficulty",
            offered,
            offered.index(Difficulty(first)) if first else None,
            format_func=lambda value: value.value.capitalize(),
            placeholder="Any",
            key=self._key("difficulty"),
            help="Basic questions use one class session, challenging ones two. A choice leaves out samples from seeds.",
            width=150,
        )
        return {"difficulty": chosen.value if chosen else None}

    def _clean(self) -> dict[str, Any]:
        every = self.h.work.benchmarks.page(self.h.project_id, removed=True)
        names = {each.id: each.name for each in every if not each.removed or each.id in self.first.benchmarks}
        with st.expander(self._cleaning_label(names), icon=":material/cleaning_services:", key=self._key("cleaning")):
            st.caption(
                "Exact repeats always stay out: word for word the same question, of several answers to one seed "
                "question the same answer."
            )
            near = st.checkbox(
                "Leave out near duplicates", self.first.near is not None, key=self._key("near"), help=_NEAR_HELP
            )
            threshold = st.slider(
                "Alike from (%)",
                50,
                100,
                round((self.first.near or _NEAR) * 100),
                key=self._key("threshold"),
                disabled=not near,
                help="Lower leaves out more. The report shows pairs on both sides of it, so that you can judge.",
                width=320,
            )
            benchmarks = self._benchmarks(names) if names else {}
            if not names:
                st.caption("Add a benchmark file at the end of the page Datasets to leave out what it asks too.")
        return {"near": threshold / 100 if near else None, **benchmarks}

    def _benchmarks(self, names: dict[int, str]) -> dict[str, Any]:
        chosen = st.multiselect(
            "Leave out what these benchmarks ask",
            list(names),
            list(self.first.benchmarks),
            format_func=lambda ident: plain(names[ident]),
            placeholder="None",
            key=self._key(_benchmarks_key(names)),
            help="A row stays out when its question is a benchmark's, or shares a long run of words with one.",
        )
        ngram = st.number_input(
            "Words in a row that count as a hit",
            5,
            50,
            self.first.ngram,
            key=self._key("ngram"),
            disabled=not chosen,
            help="Shorter runs find more, also by chance. 13 is usual.",
            width=260,
        )
        return {"benchmarks": tuple(chosen), "ngram": ngram}

    def _cleaning_label(self, names: Iterable[int]) -> str:
        """What the folded part would do."""
        parts = ["exact repeats"]
        if self._said("near", self.first.near is not None):
            parts.append(f"near duplicates from {self._said('threshold', round((self.first.near or _NEAR) * 100))} %")
        chosen = len(self._said(_benchmarks_key(names), self.first.benchmarks))
        return f"Cleaning: {', '.join([*parts, *([count(chosen, 'benchmark')] if chosen else [])])}"

    def _balance(self) -> dict[str, Any]:
        limits = sum(self._said(name, getattr(self.first, field)) is not None for name, field in _LIMITS.items())
        label = f"Balance: {count(limits, 'limit') if limits else 'no limit'}"
        with st.expander(label, icon=":material/balance:", key=self._key("balance")):
            st.caption("Upper limits, each optional. What is too much is left out at random, by the random seed.")
            none_more = "None of them may have more rows."
            with st.container(horizontal=True, vertical_alignment="bottom"):
                per_discipline = self._limit("Most rows of a discipline", "per_discipline", 1, none_more)
                per_strategy = self._limit("Most rows of a strategy", "per_strategy", 1, none_more)
            with st.container(horizontal=True, vertical_alignment="bottom"):
                generated = self._limit(
                    "Most generated rows for each human one", "generated", 0.5, "Human rows are people's own examples."
                )
                basic = self._limit(
                    "Most basic rows for each challenging one", "basic", 0.5, "1 = no more basic than challenging."
                )
        values = (per_discipline, per_strategy, generated, basic)
        return dict(zip(_LIMITS.values(), values, strict=True))

    def _limit(self, label: str, name: str, step: float, words: str) -> float | None:
        """A whole number where the step is one."""
        least = step if isinstance(step, int) else 0.01
        key, first = self._key(name), getattr(self.first, _LIMITS[name])
        limit: float | None = st.number_input(
            label, least, None, first, step, key=key, placeholder="No limit", help=words, width=260
        )
        return limit

    def _split(self) -> dict[str, Any]:
        shares = {"validation": self.first.validation_share, "test": self.first.test_share}
        first = {name: round(share * 100) for name, share in shares.items()}
        told = ", ".join(f"{self._said(name, value)} % {name}" for name, value in first.items())
        with st.expander(f"Splits: {told}", icon=":material/call_split:", key=self._key("splits")):
            st.caption(
                "Near duplicates, also with other numbers, one question, one seed and one set of key concepts stay on "
                "one side, so it can be more or less than the share."
            )
            with st.container(horizontal=True, vertical_alignment="bottom"):
                validation = self._share(
                    "validation", first, "Held out: a training run measures itself on rows that it has not seen."
                )
                test = self._share("test", first, "Held out until the very end, when nothing is tuned any more.")
                seed = st.number_input(
                    "Random seed",
                    0,
                    2**31 - 1,
                    self.first.random_seed,
                    key=self._key("seed"),
                    help="The same samples and seed give the same version.",
                    width=160,
                )
        return {"validation_share": validation / 100, "test_share": test / 100, "random_seed": seed}

    def _share(self, name: str, first: Mapping[str, int], words: str) -> int:
        label, key = f"For {name} (%)", self._key(name)
        share: int = st.number_input(label, 0, 50, first[name], 5, key=key, help=words, width=160)
        return share
