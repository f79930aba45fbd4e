"""On which kinds of price a difference in cost rests: fees, payments and charges are unlike.

Stays, drugs, systemic therapy and the end of life are the same things at the same price under every
strategy; courses are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.economics.prices import prices_by_kind
from sim.tables.by_draw import by_draw
from sim.tables.costs import COURSES_OF
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
    """What courses cost a person by kind of price, at the point estimate of prices.

    A price that holds a stay is whole here.

    Returns
    -------
    dict of array (strategy,)
    """
    asked = tables.scenario
    own = {treatment.name: treatment for treatment in asked.treatments}
    values, year = asked.known.point, asked.price_year
    found: dict[str, NDArray[np.float64]] = {}
    for measure in tables.outcome_rows.words("measure"):
        if not measure.startswith(COURSES_OF):
            continue
        given = by_draw(tables, measure).mean().reindex(list(strategies)).fillna(0.0)
        treatment = measure.removeprefix(COURSES_OF)
        for kind, price in prices_by_kind(treatment, own, values, year).items():
            found[kind] = found.get(kind, 0.0) + price * given.to_numpy(float)
    return found
