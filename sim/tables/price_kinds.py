"""On which kinds of price a difference in cost rests: fees, payments and charges are unlike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.tables.run_tables import RunTables

_SHARE = 0.05
"""Share of all differences together, up or down, from which on a kind of price counts."""


def kinds_that_differ(differences: Mapping[str, float]) -> list[str]:
    """Kinds of price that a difference rests on.

    Parameters
    ----------
    differences : mapping
        Of what courses cost, by kind of price.

    Examples
    --------
    >>> kinds_that_differ({"fee": 900.0, "episode payment": -700.0, "charge": 12.0})
    ['episode payment', 'fee']
    """
    whole = sum(map(abs, differences.values()))
    return sorted(kind for kind, of in differences.items() if abs(of) > _SHARE * whole)


def costs_by_kind(tables: RunTables, strategies: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """What courses cost a person by kind of price, shape (strategy,)."""
    return {}
