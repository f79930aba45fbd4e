"""How days are spread over people: distributions kept in bins, and their quantiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.life.compiled import compiled_in_place

TIERS = ((0.25, 50.25), (1.0, 400.25), (8.0, 3_200.25), (64.0, 25_600.25), (256.0, 51_200.25))
"""Width of the bins of a distribution, and up to which day they are that wide.

From 13 days on a bin is at most a fiftieth as wide as its days, before it is a quarter of a day.
Bins end a quarter of a day after whole days, so that a year, as long as many are on therapy or
alive within one, is the end of a bin.
"""
_WIDTH, _END = (np.array(numbers) for numbers in zip(*TIERS, strict=True))
_START = np.concatenate([[0.0], _END[:-1]])
_PER_DAY = 1.0 / _WIDTH
_BINS = np.rint((_END - _START) / _WIDTH).astype(np.int64)
_FIRST = 1 + np.concatenate([[0], np.cumsum(_BINS)[:-1]])
N_BINS = 1 + int(_BINS.sum())
"""None, then the bins of each tier; days beyond the last are kept in it."""
_UPPER = np.concatenate(
    [
        [0.0],
        *(
            start + width * np.arange(1, n + 1)
            for start, width, n in zip(_START, _WIDTH, _BINS, strict=True)
        ),
    ]
)
"""Upper end of each bin, in days."""
_MIDDLE = np.concatenate([[0.0], (_UPPER[1:] + _UPPER[:-1]) / 2.0])
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_SHARES = np.array(list(QUANTILES.values()))
_ROWS_AT_A_TIME = 32


@compiled_in_place
def bin_of(days: float) -> int:
    """Bin of a number of days: 0 for none. The upper end of a bin belongs to it."""
    if days <= 0.0:
        return 0
    tier = 0
    while tier < _END.size - 1 and days > _END[tier]:
        tier += 1
    within = int(np.ceil((days - _START[tier]) * _PER_DAY[tier]))
    return min(_FIRST[tier] + within, N_BINS) - 1


def quantiles(counts: NDArray[np.integer]) -> dict[str, float]:
    """Quantiles of a distribution kept in bins; within a bin people are spread evenly.

    Examples
    --------
    >>> counts = np.zeros(N_BINS, int)
    >>> counts[0], counts[bin_of(10.0)] = 60, 40
    >>> quantiles(counts)["p50"], round(quantiles(counts)["p95"], 2)
    (0.0, 9.97)
    """
    found = quantiles_of_each(counts[None, :])[0].tolist()
    return dict(zip(QUANTILES, found, strict=True))


def medians(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Medians of distributions along the last axis; nan of nobody."""
    found = quantiles_of_each(counts.reshape(-1, N_BINS))[:, list(QUANTILES).index("p50")]
    return found.reshape(counts.shape[:-1])


def quantiles_of_each(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """The same of several distributions, a row each, in the order of `QUANTILES`; nan of nobody."""
    found = np.full((len(counts), _SHARES.size), np.nan)
    fill_quantiles(np.ascontiguousarray(counts, np.int64), found)
    return found


@compiled_in_place
def fill_quantiles(counts: NDArray[np.int64], found: NDArray[np.float64]) -> None:
    """Write the quantiles of every distribution that has anybody."""
    for row in range(counts.shape[0]):
        total = 0
        for place in range(counts.shape[1]):
            total += counts[row, place]
        if total == 0:
            continue
        reached = 0
        place = -1
        for q in range(_SHARES.size):
            wanted = _SHARES[q] * total
            while place < 0 or reached < wanted:
                place += 1
                reached += counts[row, place]
            if place == 0:
                found[row, q] = 0.0
            else:
                within = (wanted - (reached - counts[row, place])) / counts[row, place]
                low = _UPPER[place - 1]
                found[row, q] = low + within * (_UPPER[place] - low)


def standard_deviation(counts: NDArray[np.integer], mean: float) -> float:
    """Spread about a mean of a distribution kept in bins; nan of nobody.

    Examples
    --------
    >>> counts = np.zeros(N_BINS, int)
    >>> counts[0], counts[bin_of(10.0)] = 50, 50
    >>> round(standard_deviation(counts, 5.0), 1)
    4.9
    """
    return float(deviations_of_each(counts[None, :], np.array([mean]))[0])


def deviations_of_each(
    counts: NDArray[np.integer], means: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same of several distributions, a row each."""
    found = np.full(len(counts), np.nan)
    for first in range(0, len(counts), _ROWS_AT_A_TIME):  # few enough that they stay in the cache
        some = slice(first, first + _ROWS_AT_A_TIME)
        squares = _MIDDLE - means[some, None]
        squares *= squares
        squares *= counts[some]
        totals = counts[some].sum(axis=1)
        np.divide(squares.sum(axis=1), totals, out=found[some], where=totals > 0)
    return np.asarray(np.sqrt(found))
