"""On which kinds of price a difference in cost rests: fees, payments and charges are unlike.

Stays, drugs, systemic therapy and the end of life are the same things at the same price under every
strategy; courses are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.economics.prices import OWN_PRICE
from sim.evidence.price_index import price_factor
from sim.evidence.prices import course_parts
from sim.inputs.treatment import Treatment
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
    found: dict[str, NDArray[np.float64]] = {}
    for measure in tables.outcome_rows.words("measure"):
        if not measure.startswith(COURSES_OF):
            continue
        given = by_draw(tables, measure).mean().reindex(list(strategies)).fillna(0.0)
        treatment = measure.removeprefix(COURSES_OF)
        for kind, price in _prices_of(treatment, own, tables).items():
            found[kind] = found.get(kind, 0.0) + price * given.to_numpy(float)
    return found


def _prices_of(name: str, own: Mapping[str, Treatment], tables: RunTables) -> dict[str, float]:
    """What a course of a treatment costs by kind of price."""
    year = tables.scenario.price_year
    while name in own:
        cost, basis = own[name].numbers().get("cost"), own[name].price_basis
        if cost is not None and basis is not None:
            return {OWN_PRICE: cost * price_factor(basis, year)}
        name = own[name].based_on
    values = tables.scenario.known.point
    found: dict[str, float] = {}
    for part in course_parts().get(name, ()):
        kind = part.price.kind
        found[kind] = found.get(kind, 0.0) + part.price.in_use(values, year)
    return found
