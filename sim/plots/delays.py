"""How days of delay are spread over people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.counting.care_tally import DISTRIBUTIONS
from sim.counting.measures import words_of
from sim.plots import care_samples as care
from sim.plots import drawing, strategy_rows
from sim.plots.drawing import GRAY, INK, LIGHT, STRONG, NothingToDrawError
from sim.tables.run_tables import RunTables

_QUANTILES = {"p05": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95}


def delays(tables: RunTables, ax: Axes | None = None, *, measure: str = "delay_days") -> Axes:
    """How days are spread over the people of the trigger set, by strategy.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    measure : str
        One of those in `result.delays`.

    Raises
    ------
    ValueError
        If the result has no such distribution.
    """
    drawing.check_name("measure", measure, DISTRIBUTIONS)
    spread = mean_quantiles(tables, measure)
    mean = care.levels(tables, measure)
    names = list(spread.sort_values("mean").index)
    ax = ax or strategy_rows.axes_of_strategies(tables, names)
    cells = {}
    for y, name in enumerate(names):
        row = spread.loc[name]
        ax.hlines(y, row["p05"], row["p95"], color=GRAY, linewidth=1.2)
        ax.barh(y, row["p75"] - row["p25"], 0.5, left=row["p25"], color=LIGHT)
        ax.vlines(row["p50"], y - 0.25, y + 0.25, color=STRONG, linewidth=2.4)
        ax.plot(row["mean"], y, "D", color="white", mec=INK, mew=1.2, ms=6)
        cells[float(y)] = (care.spread_text(mean.loc[name]), f"{row['p50']:,.0f}", with_none(row))
    edge = max(1.0, float(spread["p95"].max()) * 1.04)
    places = [edge * (1.0 + x) for x in (0.36, 0.49, 0.66)]
    headers = ("mean (95%)" if np.isfinite(mean["lo"]).any() else "mean", "median", "with none")
    drawing.columns(ax, -0.55, dict(zip(places, headers, strict=True)), cells)
    strategy_rows.name_strategies(ax, tables, names)
    ax.set_xlim(-0.008 * edge, places[-1])
    drawing.ticks_up_to(ax, edge)
    words = words_of(measure)
    ax.set_xlabel(f"{words} a person", loc="left")
    reference = care.care_strategies(tables)[0]
    row = spread.loc[reference]
    title = (
        f"{care.first_upper(care.strategy_words(tables, reference))}: {row['mean']:,.1f} {words} "
        f"on average, {row['p95']:,.0f} or more for one in twenty"
    )
    sure = care.uncertainty_of_means(tables).replace("Lines: 95%", "Intervals of the mean: 95%")
    note = (
        "Box: middle half of the people; gray line: from the 5th to the 95th percentile; bar: "
        "median; diamond: mean. With none: share of people without a single day, as far as the "
        f"percentiles tell. {sure}"
    )
    strategy_rows.dress_strategies(ax, tables, names, title, note)
    return ax


def mean_quantiles(tables: RunTables, measure: str) -> pd.DataFrame:
    """Mean and quantiles over the people, by strategy; the mean of each over draws."""
    names = care.care_strategies(tables)
    mine = tables.delay_rows.rows(measure=measure, primary="all")
    if mine.empty:
        raise NothingToDrawError(f"delays has no rows of {measure}; a run with care has them")
    if tables.run["scenario"]["draws"]:
        mine = mine[mine["draw"] > 0]
    return mine.groupby(["strategy", "statistic"])["value"].mean().unstack().reindex(names)


def with_none(row: pd.Series[float]) -> str:
    """How many people have no day at all, as far as the percentiles tell."""
    if row["mean"] <= 0.0:
        return "all"
    none = [share for name, share in _QUANTILES.items() if row[name] <= 0.0]
    some = [share for name, share in _QUANTILES.items() if row[name] > 0.0]
    return f"under {some[0]}%" if not none else f"{none[-1]}% or more"
