"""How days are spread over people: distributions kept in bins, and their quantiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.life.compiled import compiled

FINE_BINS, COARSE_BINS, COARSE_DAYS = 400, 600, 7.0
"""Bins of a distribution: none, then by day, then by week."""
N_BINS = 1 + FINE_BINS + COARSE_BINS
_UPPER = np.concatenate(
    [
        [0.0],
        np.arange(1, FINE_BINS + 1, dtype=float),
        FINE_BINS + COARSE_DAYS * np.arange(1, N_BINS - FINE_BINS, dtype=float),
    ]
)
"""Upper end of each bin, in days."""
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@compiled
def bin_of(days: float) -> int:
    """Bin of a number of days: 0 for none."""
    if days <= 0.0:
        return 0
    if days <= FINE_BINS:
        return int(np.ceil(days))
    return FINE_BINS + min(int(np.ceil((days - FINE_BINS) / COARSE_DAYS)), COARSE_BINS)


def quantiles(counts: NDArray[np.int64]) -> dict[str, float]:
    """Quantiles of a distribution kept in bins; within a bin people are spread evenly.

    Examples
    --------
    >>> counts = np.zeros(N_BINS, int)
    >>> counts[0], counts[10] = 60, 40
    >>> quantiles(counts)["p50"], quantiles(counts)["p95"]
    (0.0, 9.875)
    """
    total = counts.sum()
    if total == 0:
        return dict.fromkeys(QUANTILES, float("nan"))
    reached = np.cumsum(counts)
    found = {}
    for name, share in QUANTILES.items():
        wanted = share * total
        place = int(np.searchsorted(reached, wanted))
        if place == 0:
            found[name] = 0.0
            continue
        within = (wanted - reached[place - 1]) / counts[place]
        low = _UPPER[place - 1]
        found[name] = float(low + within * (_UPPER[place] - low))
    return found
