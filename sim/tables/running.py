"""The main measure of a run while it is under way: what it is so far, and its interval."""

from __future__ import annotations

import math

import numpy as np

from sim.tables.intervals import FEWEST_SAMPLES, interval, over

MAIN_MEASURE = "new_spinal_metastasis"
"""What is shown of a run that is not asked to go on until something is known."""


class Running:
    """The main measure, under the reference: of the point estimate, of draws and replicates so far.

    Parameters
    ----------
    draws, replicates : int
        That are to be lived; they say what the interval is over.
    """

    def __init__(self, draws: int, replicates: int) -> None:
        self._over = over(draws, replicates)
        self._values: dict[int, list[float]] = {}

    def add(self, draw: int, value: float) -> None:
        """Take in what a replicate of a draw gave; the `CONTROL` is draw -1."""
        self._values.setdefault(draw, []).append(value)

    @property
    def words(self) -> str:
        """The measure so far; nothing before there is any."""
        if 0 not in self._values:
            return ""
        point = float(np.mean(self._values[0]))
        samples = self._values[0]
        if self._over == "parameter draws":
            # Draws of fewer people are corrected by what these are short of at the point estimate.
            ratio = point / float(np.mean(self._values[-1])) if -1 in self._values else 1.0
            drawn = [float(np.mean(v)) for d, v in self._values.items() if d > 0]
            samples = [ratio * value for value in drawn]
        mean = float(np.mean(samples)) if samples else point
        words = f"{MAIN_MEASURE} {mean:,.0f}"
        if len(samples) >= FEWEST_SAMPLES[self._over]:
            low, high = interval(samples, self._over).tolist()
            if math.isfinite(low):
                words += f" ({low:,.0f} to {high:,.0f})"
        return words
