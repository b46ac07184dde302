"""How far Krippendorff's alpha can be trusted: a 95 % interval by drawing the judged things anew, with a fixed seed.

Things with the same verdicts are interchangeable, so drawing n of n things is one multinomial draw over the kinds of
things, and alpha of each draw is arithmetic on counts. The arithmetic is that of nominal alpha,
1 - (n - 1) * d / (n**2 - sum of squares): n verdicts, d of them beside another one on the same thing, by the verdicts'
counts. A draw in which only one verdict is left has no alpha; it counts as full agreement, as nobody disagreed.
Where nobody disagreed at all no draw can show a disagreement: the lower end is then what is left of alpha if the share
of things with one verdict is as low as its own interval allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.analysis.agreement import Rating, by_thing
from core.analysis.intervals import wilson

DRAWS = 2000
SEED = 20_231
_Floats = NDArray[np.float64]


def alpha_interval(ratings: Sequence[Rating], *, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float] | None:
    """The range in which alpha lies in 95 of 100 draws of as many things; None where alpha is not defined."""
    units, kinds = _kinds(ratings)
    if kinds.shape[1] < 2:
        return None
    if not _beside(kinds).any():
        return _at_worst(units, kinds), 1.0
    chosen = np.random.default_rng(seed).multinomial(int(units.sum()), units / units.sum(), size=draws)
    low, high = np.quantile(_alphas(chosen.astype(np.float64), kinds), (0.025, 0.975))
    return float(low), float(high)


def _kinds(ratings: Sequence[Rating]) -> tuple[_Floats, _Floats]:
    """How many things there are of each kind; kinds by verdicts: how often each verdict was given to such a thing."""
    found: Counter[tuple[tuple[str, int], ...]] = Counter()
    for verdicts in by_thing(ratings).values():
        if len(verdicts) > 1:
            found[tuple(sorted(Counter(verdicts.values()).items()))] += 1
    words = sorted({word for kind in found for word, _ in kind})
    rows = [[dict(kind).get(word, 0) for word in words] for kind in found]
    return np.array(list(found.values()), dtype=np.float64), np.array(rows, dtype=np.float64).reshape(
        len(rows), len(words)
    )


def _beside(kinds: _Floats) -> _Floats:
    """Verdicts of one thing of each kind that stand beside another one."""
    size = kinds.sum(axis=1)
    found: _Floats = (size**2 - (kinds**2).sum(axis=1)) / (size - 1)
    return found


def _at_worst(units: _Floats, kinds: _Floats) -> float:
    """Alpha at the lower end of the share's interval, by the verdicts as they are."""
    things = int(units.sum())
    totals = units @ kinds
    by_chance = 1 - float((totals * (totals - 1)).sum() / (totals.sum() * (totals.sum() - 1)))
    return 1 - (1 - wilson(things, things)[0]) / by_chance


def _alphas(chosen: _Floats, kinds: _Floats) -> _Floats:
    """Alpha of each row of `chosen`: how many things of each kind."""
    totals = chosen @ kinds
    n = totals.sum(axis=1)
    by_chance = n**2 - (totals**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        alphas = 1 - (n - 1) * (chosen @ _beside(kinds)) / by_chance
    return np.where(by_chance > 0, alphas, 1.0)
