"""The incremental table: strategies by rising burden, dominance, ratios, and what is told apart.

A ratio is one of mean differences, never a mean of ratios. It stands where both differences are
more: elsewhere the quadrant says all that a ratio would hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economics.dominance import Placing, Standing, on_efficient_frontier, placings
from sim.economics.exchange import Exchange
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.tables.alternatives import Alternatives, alternatives
from sim.tables.exchange_columns import INCREMENTAL
from sim.tables.intervals import interval
from sim.tables.run_tables import RunTables

FRONTIER, REFERENCE = "frontier", "reference"
"""What strategies are compared with: the one before on the frontier, or the first of the run."""
MORE_OF_BOTH = "more gain, more burden"
LESS_OF_BOTH = "less gain, less burden"
DOMINATES, DOMINATED = "dominates", "dominated"
ALIKE = "no difference"


def incremental(
    tables: RunTables,
    burden: str | Exchange = "cost",
    *,
    compared_with: str = FRONTIER,
    strategies: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Strategies by rising burden, each against the one before it on the frontier.

    Parameters
    ----------
    tables : RunTables
    burden : str or Exchange
        See `sim.tables.alternatives.alternatives`.
    compared_with : {'frontier', 'reference'}
        What is compared with: on the frontier the strategy before, of a dominated strategy the one
        that dominates it, of an extendedly dominated one the next with less gain; or the reference.
    strategies : sequence of str, optional

    Returns
    -------
    pandas.DataFrame
        A row a strategy. `standing` is of the means, `on_frontier_percent` the percent of draws in
        which the strategy is on the frontier. `ratio` is that of the mean differences in
        `ratio_unit`; missing where not both are more or both less. `told_apart` says whether the
        95% intervals of both differences leave out zero. `unlike_prices` says whether the
        difference in cost rests on several kinds of price: such a ratio is no finding.

    Raises
    ------
    InputError
        If the run has not two such strategies or not the measures, or for another comparison.
    """
    if compared_with not in (FRONTIER, REFERENCE):
        said = nearest(str(compared_with), [FRONTIER, REFERENCE])
        raise InputError(f"compared_with is {compared_with!r}; {said}")
    return incremental_of(alternatives(tables, burden, strategies), compared_with)


def incremental_of(found: Alternatives, compared_with: str = FRONTIER) -> pd.DataFrame:
    """The incremental table of some alternatives; see `incremental`."""
    mean_gain, mean_burden = found.gain.mean(axis=0), found.burden.mean(axis=0)
    drawn = on_efficient_frontier(found.gain, found.burden).mean(axis=0) * 100.0
    rows = []
    for place in placings(mean_gain, mean_burden):
        i = place.strategy
        other = _other(place, compared_with)
        rows.append(
            {
                "gain": found.exchange.gain,
                "burden": found.exchange.burden,
                "strategy": found.names[i],
                "standing": str(place.standing),
                "beaten_by": " and ".join(found.names[j] for j in place.beaten_by),
                "on_frontier_percent": float(drawn[i]) if found.known else np.nan,
                **_spread("burden", found.burden[:, i], "_mean"),
                **_spread("gain", found.gain[:, i], "_mean"),
                "compared_with": compared_with,
                **(_difference(found, i, other) if other is not None else {}),
            }
        )
    return pd.DataFrame(rows, columns=list(INCREMENTAL))


def both_comparisons(choices: Sequence[Alternatives]) -> pd.DataFrame:
    """The incremental tables of some choices, against the frontier and against the reference."""
    every = [incremental_of(found, what) for found in choices for what in (FRONTIER, REFERENCE)]
    return pd.concat(every, ignore_index=True)


def quadrant(gain: float, burden: float) -> str:
    """What a difference in gain and one in burden say together.

    Examples
    --------
    >>> quadrant(0.1, 500.0), quadrant(0.1, -500.0), quadrant(-0.1, -500.0), quadrant(0.0, 9.0)
    ('more gain, more burden', 'dominates', 'less gain, less burden', 'dominated')
    """
    if gain == burden == 0.0:
        return ALIKE
    if gain >= 0.0 >= burden:
        return DOMINATES
    if burden >= 0.0 >= gain:
        return DOMINATED
    return MORE_OF_BOTH if gain > 0.0 else LESS_OF_BOTH


def _other(place: Placing, compared_with: str) -> int | None:
    """What a strategy is compared with: the reference is the first."""
    if compared_with == REFERENCE:
        return 0 if place.strategy else None
    if place.standing is Standing.FRONTIER:
        return place.before
    return place.beaten_by[0]


def _difference(found: Alternatives, i: int, other: int) -> dict[str, Any]:
    """A strategy against another one, from the same draws."""
    gain = found.gain[:, i] - found.gain[:, other]
    burden = found.burden[:, i] - found.burden[:, other]
    where = quadrant(float(gain.mean()), float(burden.mean()))
    has_ratio = where in (MORE_OF_BOTH, LESS_OF_BOTH)
    ratio = float(found.exchange.ratio(gain.mean(), burden.mean())) if has_ratio else np.nan
    kinds = found.price_kinds(i, other)
    spreads = _spread("burden_difference", burden) | _spread("gain_difference", gain)
    return {
        "against": found.names[other],
        **spreads,
        "quadrant": where,
        "ratio": ratio,
        "ratio_unit": found.exchange.rate_words if has_ratio else "",
        "told_apart": _leaves_out_zero(gain) and _leaves_out_zero(burden),
        "price_kinds": "; ".join(kinds),
        "unlike_prices": len(kinds) > 1,
    }


def _spread(name: str, draws: NDArray[np.float64], ending: str = "") -> dict[str, float]:
    low, high = interval(draws, "parameter draws").tolist()
    return {f"{name}{ending}": float(draws.mean()), f"{name}_lo": low, f"{name}_hi": high}


def _leaves_out_zero(draws: NDArray[np.float64]) -> bool:
    low, high = interval(draws, "parameter draws").tolist()
    return bool(low > 0.0 or high < 0.0)
