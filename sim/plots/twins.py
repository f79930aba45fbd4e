"""Each strategy against the reference in the same people, and what their being the same buys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.counting.measures import words_of
from sim.plots import care_samples as care
from sim.plots import drawing
from sim.plots.drawing import BAND, GRAY, STRONG, NothingToDrawError
from sim.plots.strategy_rows import dress_strategies, room_for
from sim.tables.compare import COMPARED, means_by_sample
from sim.tables.intervals import half_of_mean, half_of_people, interval
from sim.tables.run_tables import RunTables

_APART = {"parameter draws": " and under other draws of the parameters", "replicates": " and luck"}
"""What else would differ between people who are not the same, by what intervals are over."""
_WHOLE_FROM = 20.0
"""Where a column reaches this size its differences are written without decimals."""


def twins(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    measures: Sequence[str] = ("delay_days", "days_pain_below_4", "pain_days"),
) -> Axes:
    """Each strategy against the reference in the same people, and what that bought.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw one measure; a new figure by default.
    measures : sequence of str
        Of `result.compare()`; a panel each. Days of therapy lost are a difference to the reference
        already: other people would not have them.

    Returns
    -------
    Axes
        The first panel.

    Raises
    ------
    ValueError
        If the run has one strategy, or a measure is not compared.
    """
    if isinstance(measures, str):
        measures = (measures,)
    table = compared(tables, measures)
    if ax is not None and len(measures) > 1:
        raise NothingToDrawError(
            f"ax is one Axes, but there are {len(measures)} measures; allowed: no ax, or one "
            "measure"
        )
    reference = str(tables.run["strategies"][0])
    whole = table[table["subgroup"] == "all"].set_index("strategy")
    first = whole[whole["measure"] == measures[0]].sort_values("difference")
    names = list(first.index)
    height = 2.3 + 0.48 * len(names)
    left = room_for(tables, names)
    width = max(8.0, left + 4.1 * len(measures))
    panels = [ax] if ax else drawing.new_panels(len(measures), width, height, left, 0.35)
    times: list[float] = []
    for number, (panel, measure) in enumerate(zip(panels, measures, strict=True)):
        rows = whole[whole["measure"] == measure].loc[names]
        wide = np.array([unpaired(tables, name, measure, rows.loc[name]) for name in names])
        times += _draw_differences(panel, rows, wide)
        panel.set_yticks(range(len(names)), [care.row_words(tables, name) for name in names])
        panel.set_xlabel(words_of(measure), loc="left")
        drawing.plain(panel)
        panel.tick_params(labelleft=number == 0)
    said = care.strategy_words(tables, reference)
    title = f"Each strategy against {said} in the same people"
    if times:
        title = (
            "Living the same people under every strategy makes intervals up to "
            f"{max(times):.0f} times narrower"
        )
    note = (
        f"Point and red line: difference to {said}, person by person, with its 95% interval. Gray "
        "bar: the interval if each strategy had been lived by other people"
        f"{_APART.get(tables.interval_over, '')}. Times: gray over red. "
        f"{care.uncertainty_of_means(tables)}"
    )
    dress_strategies(panels[0], tables, names, title, note, rise=10)
    return panels[0]


def _draw_differences(ax: Axes, rows: pd.DataFrame, wide: NDArray[np.float64]) -> list[float]:
    """Draw a row a strategy; return how many times narrower each interval became."""
    every = np.column_stack([rows[["difference", "lo", "hi"]].to_numpy(float), wide])
    low, high = min(0.0, float(np.nanmin(every))), max(0.0, float(np.nanmax(every)))
    span = max(high - low, 1e-6)
    cells = {}
    times = []
    records = rows.to_dict("records")
    digits = decimals(records)
    ax.vlines(0, -0.5, len(rows) - 0.5, color=GRAY, linewidth=1.0, zorder=1)
    for y, (row, (left, right)) in enumerate(zip(records, wide, strict=True)):
        ax.barh(y, right - left, 0.42, left=left, color=BAND, zorder=0)
        ax.hlines(y, row["lo"], row["hi"], color=STRONG, linewidth=3.0, zorder=3)
        ax.plot(row["difference"], y, "o", color=STRONG, ms=3.6, zorder=4)
        narrower = ""
        if row["hi"] > row["lo"] and np.isfinite(right - left):
            times.append(float((right - left) / (row["hi"] - row["lo"])))
            narrower = f"{times[-1]:.1f}"
        cells[float(y)] = (difference_text(row, digits), narrower)
    end = high + 1.02 * span
    places = {high + 0.80 * span: difference_head(records), end: "times"}
    drawing.columns(ax, -0.55, places, cells)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(low - 0.03 * span, end)
    drawing.ticks_up_to(ax, high + 0.02 * span)
    return times


def decimals(rows: Iterable[Mapping[Any, Any]]) -> int:
    """Decimals that differences of one column are written with."""
    return 0 if max(abs(float(row["difference"])) for row in rows) >= _WHOLE_FROM else 1


def difference_head(rows: Iterable[Mapping[Any, Any]]) -> str:
    """What stands above differences, with or without intervals."""
    known = any(np.isfinite(row["lo"]) for row in rows)
    return "difference (95%)" if known else "difference"


def difference_text(row: Mapping[Any, Any], digits: int) -> str:
    """A difference with its interval, signed.

    Examples
    --------
    >>> difference_text({"difference": -78.46, "lo": -83.1, "hi": -73.8}, 0)
    '−78 (−83 to −74)'
    """
    if np.isnan(row["lo"]):
        return care.signed(float(row["difference"]), digits)
    center, low, high = (care.signed(float(row[end]), digits) for end in ("difference", "lo", "hi"))
    return f"{center} ({low} to {high})"


def unpaired(
    tables: RunTables, strategy: str, measure: str, row: pd.Series[float]
) -> tuple[float, float]:
    """Ends of the 95% interval of a difference if nothing had been shared."""
    difference = float(row["difference"])
    s, k = list(tables.run["strategies"]).index(strategy), list(COMPARED).index(measure)
    if tables.interval_over == "people":
        points = [twins for twins in tables.twins if twins.draw == 0]
        variance = float(np.mean([t.variance[s, 0, k] + t.variance[0, 0, k] for t in points]))
        half = float(half_of_people(variance, row["people"]))
        return difference - half, difference + half
    mine, its = means_by_sample(tables.twins, tables.scenario.outcomes.horizon_days)[
        :, [s, 0], 0, k
    ].T
    if tables.interval_over == "replicates":
        half = float(np.hypot(*half_of_mean(np.stack([mine, its], axis=1))))
        return difference - half, difference + half
    if np.isnan(row["lo"]):
        return float("nan"), float("nan")
    others = (mine[:, None] - its)[~np.eye(len(mine), dtype=bool)]
    low, high = interval(others, "parameter draws").tolist()
    return low, high


def compared(tables: RunTables, measures: Sequence[str]) -> pd.DataFrame:
    """The table of `Result.compare`, or why there is none.

    Raises
    ------
    NothingToDrawError
        If there is nothing to compare, no interval of it, or a measure is not compared.
    """
    names = care.care_strategies(tables)
    if len(tables.run["strategies"]) < 2:
        raise NothingToDrawError(
            f"strategies is {names[0]!r} alone; a comparison needs at least two"
        )
    for measure in measures:
        drawing.check_name("measure", measure, list(COMPARED))
    table = tables.compare()
    if table.empty:
        raise NothingToDrawError(
            f"the trigger set has {tables.trigger_set_people:,} people, too few to compare; a "
            "larger population or more years have more"
        )
    return table
