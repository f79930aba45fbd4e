"""Net benefit by strategy and rate of exchange: how often each is best, and what it may lose.

As CHEERS-VOI asks (Kunst et al., Value in Health 26 (2023), 1461-1473): the expected loss of each
strategy at stated rates, in the unit of net benefit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economics.choice import best_on_average, loss_of_choosing, share_best
from sim.economics.exchange import Exchange
from sim.tables.alternatives import Alternatives, alternatives
from sim.tables.exchange_columns import NET_BENEFIT
from sim.tables.intervals import interval
from sim.tables.run_tables import RunTables


def net_benefits(
    tables: RunTables,
    burden: str | Exchange = "cost",
    rates: Sequence[float] | None = None,
    strategies: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Net benefit, probability of being best and expected loss, by rate and strategy.

    Parameters
    ----------
    tables : RunTables
    burden : str or Exchange
        See `sim.tables.alternatives.alternatives`.
    rates : sequence of float, optional
        Rates of exchange; by default those of its curves.
    strategies : sequence of str, optional

    Returns
    -------
    pandas.DataFrame
        A row a rate and strategy. `best` is the strategy with the highest mean net benefit;
        `behind` is how far the mean is behind it, with the 95% interval of the same difference in
        draws, and `told_apart` whether that leaves out zero. The acceptability curve is
        `probability_best`, the acceptability frontier that of the rows that are `best`.
        `expected_loss` is in the unit of net benefit, and that of the best is the expected value of
        perfect information. What takes draws is missing of fewer than 39.

    Raises
    ------
    InputError
        If the run has not two such strategies or not the measures, or if a rate is not a number of
        at least 0.
    """
    return net_benefits_of(alternatives(tables, burden, strategies), rates)


def net_benefits_of(found: Alternatives, rates: Sequence[float] | None = None) -> pd.DataFrame:
    """The table of some alternatives; see `net_benefits`."""
    chosen = found.exchange.rates.tolist() if rates is None else rates
    rows = [row for rate in chosen for row in _at(found, rate)]
    return pd.DataFrame(rows, columns=list(NET_BENEFIT))


def curves_of(choices: Sequence[Alternatives]) -> pd.DataFrame:
    """The tables of some choices at the rates of their curves."""
    return pd.concat([net_benefits_of(found) for found in choices], ignore_index=True)


def _at(found: Alternatives, rate: float) -> list[dict[str, Any]]:
    """A row a strategy, at one rate."""
    net = found.net(rate)
    best = int(best_on_average(net))
    behind = net[:, [best]] - net
    (low, high), (near, far) = (interval(x, "parameter draws") for x in (net, behind))
    probability, loss, error = _of_draws(net, known=found.known)
    return [
        {
            "gain": found.exchange.gain,
            "burden": found.exchange.burden,
            "unit": found.exchange.unit,
            "rate": rate,
            "rate_unit": found.exchange.rate_words,
            "strategy": name,
            "net_benefit": float(net[:, s].mean()),
            "lo": float(low[s]),
            "hi": float(high[s]),
            "best": s == best,
            "behind": float(behind[:, s].mean()),
            "behind_lo": float(near[s]),
            "behind_hi": float(far[s]),
            "told_apart": bool(near[s] > 0.0),
            "probability_best": float(probability[s]),
            "expected_loss": float(loss[s]),
            "expected_loss_se": float(error[s]),
        }
        for s, name in enumerate(found.names)
    ]


def _of_draws(net: NDArray[np.float64], *, known: bool) -> tuple[NDArray[np.float64], ...]:
    """Probability of being best, expected loss and its standard error; nan of too few draws."""
    if not known:
        nothing = np.full(net.shape[1], np.nan)
        return nothing, nothing, nothing
    loss = loss_of_choosing(net)
    error = loss.std(axis=0, ddof=1) / np.sqrt(len(loss))
    return share_best(net), loss.mean(axis=0), error
