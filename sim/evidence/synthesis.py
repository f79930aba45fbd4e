"""The synthesis of published arms as it is stored: responses that are drawn together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from sim.evidence.arrays import Array
from sim.evidence.elementary import exp
from sim.evidence.mistakes import InputError
from sim.evidence.normal import standard_normal
from sim.evidence.rows import Row, read_rows

LEAST, MOST = 0.01, 0.99
"""Bounds of shares: of no treatment is it certain that nobody or everybody answers."""
_ROUNDING = 1e-4
"""How far a share of the table may be from the value of its parameter, which is rounded."""

Numbers = Annotated[
    tuple[float, ...],
    BeforeValidator(lambda cell: cell.split() if isinstance(cell, str) else cell),
]
"""Numbers with spaces between."""


class SynthesizedShare(Row):
    """A share of responders, by its log-odds.

    Attributes
    ----------
    center : float
        Mean of the log-odds.
    loadings : tuple of float
        What each standard normal number adds to the log-odds: a row of a lower triangle, so that
        the shares above it are drawn from numbers that this one uses too.
    """

    unique = ("name", "stratum")

    name: str
    stratum: str
    center: float
    loadings: Numbers


@dataclass(frozen=True)
class Synthesis:
    """Shares with a joint normal distribution of their log-odds."""

    rows: tuple[SynthesizedShare, ...] = ()
    loadings: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))

    @classmethod
    def read(cls, path: Path, wanted: Mapping[tuple[str, str], float]) -> Synthesis:
        """Read the table, whose shares are those wanted, in any order, and have their values.

        Raises
        ------
        InputError
            If the table and the parameters disagree.
        """
        if not wanted and not path.exists():
            return cls()
        rows = read_rows(path, SynthesizedShare)
        keys = [(row.name, row.stratum) for row in rows.values()]
        loadings = np.zeros((len(rows), len(rows)))
        wrong = [f"{path.name}: no row for {key}" for key in wanted if key not in keys]
        for i, (place, row) in enumerate(rows.items()):
            if keys[i] not in wanted:
                wrong.append(f"{place}: no parameter {keys[i]} whose distribution is synthesis")
            elif abs(clipped(expit(row.center)) - wanted[keys[i]]) > _ROUNDING:
                wrong.append(
                    f"{place}: {clipped(expit(row.center)):.5f}, but {keys[i]} is "
                    f"{wanted[keys[i]]:g}; allowed: what `spinemets synthesize --write` writes"
                )
            if len(row.loadings) != i + 1:
                wrong.append(f"{place}: {len(row.loadings)} loadings; allowed: {i + 1}")
            else:
                loadings[i, : i + 1] = row.loadings
        if wrong:
            raise InputError(*wrong)
        return cls(tuple(rows.values()), loadings)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Names and strata of the shares."""
        return [(row.name, row.stratum) for row in self.rows]

    def shares(self, points: Array) -> dict[tuple[str, str], float]:
        """The shares at points of the unit interval, one a share."""
        if not self.rows:
            return {}
        numbers = np.array([standard_normal(u) for u in points.tolist()])
        apart = (self.loadings * numbers).sum(axis=1)
        return {
            (row.name, row.stratum): clipped(expit(row.center + more))
            for row, more in zip(self.rows, apart.tolist(), strict=True)
        }


def clipped(share: float) -> float:
    """A share, of which neither none nor all is certain.

    Examples
    --------
    >>> clipped(1.0), clipped(0.5)
    (0.99, 0.5)
    """
    return min(max(share, LEAST), MOST)


def expit(log_odds: float) -> float:
    """The share with these log-odds.

    Examples
    --------
    >>> expit(0.0)
    0.5
    """
    return float(1.0 / (1.0 + exp(-log_odds)))
