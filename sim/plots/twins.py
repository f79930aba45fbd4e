"""Each strategy against the reference in the same people, and what their being the same buys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import nearest
from sim.plots.care_samples import (
    NORMAL_95,
    NothingToDrawError,
    care_strategies,
    fallback_note,
    first_upper,
    interval_over,
    measure_words,
    room_for,
    signed,
    spread_note,
    strategy_words,
    whom,
)
from sim.plots.drawing import (
    GRAY,
    STRONG,
    column,
    dress,
    new_panels,
    plain,
    ticks_up_to,
)
from sim.tables.compare import COMPARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

_WHOLE_FROM = 20.0
"""Where a column reaches this size its differences are written without decimals."""


def compared(result: RunTables, measures: Sequence[str]) -> pd.DataFrame:
    """The table of `Result.compare`, or why there is none.

    Raises
    ------
    NothingToDrawError
        If there is nothing to compare, no interval of it, or a measure is not compared.
    """
    names = care_strategies(result)
    if len(result.run["strategies"]) < 2:
        raise NothingToDrawError(
            f"strategies is {names[0]!r} alone; a comparison needs at least two"
        )
    for measure in measures:
        if measure not in COMPARED:
            raise NothingToDrawError(f"measure is {measure!r}; {nearest(measure, list(COMPARED))}")
    return result.compare()


def draw_twins(result: RunTables, ax: Axes | None, measures: Sequence[str]) -> Axes:
    """See `CarePlots.twins`."""
    if isinstance(measures, str):
        measures = (measures,)
    table = compared(result, measures)
    if ax is not None and len(measures) > 1:
        raise NothingToDrawError(
            f"ax is one Axes, but there are {len(measures)} measures; allowed: no ax, or one "
            "measure"
        )
    reference = str(result.run["strategies"][0])
    whole = table[table["subgroup"] == "all"].set_index("strategy")
    first = whole[whole["measure"] == measures[0]].sort_values("difference")
    names = list(first.index)
    height = 2.3 + 0.48 * len(names)
    left = room_for(names)
    panels = (
        [ax]
        if ax is not None
        else new_panels(len(measures), max(8.0, left + 4.1 * len(measures)), height, left, 0.35)
    )
    times: list[float] = []
    for number, (panel, measure) in enumerate(zip(panels, measures, strict=True)):
        rows = whole[whole["measure"] == measure].loc[names]
        wide = np.array([unpaired(result, name, measure, rows.loc[name]) for name in names])
        times += _draw_differences(panel, rows, wide)
        panel.set_yticks(range(len(names)), [first_upper(strategy_words(n)) for n in names])
        panel.set_xlabel(measure_words(measure), loc="left")
        plain(panel)
        panel.tick_params(labelleft=number == 0)
    said = strategy_words(reference)
    title = f"Each strategy against {said} in the same people"
    if times:
        title = (
            "Living the same people under every strategy makes intervals up to "
            f"{max(times):.0f} times narrower"
        )
    note = (
        f"Point and red line: difference to {said}, person by person, with its 95% interval. Gray "
        "bar: the interval if each strategy had been lived by other people"
        f"{_apart_words(result)}. Times: gray over red. {spread_note(result)} "
        f"{fallback_note(names)}"
    )
    dress(panels[0], title, whom(result), note, left=72 * left - 6)
    return panels[0]


def _draw_differences(ax: Axes, rows: pd.DataFrame, wide: NDArray[np.float64]) -> list[float]:
    """Draw a row a strategy; return how many times narrower each interval became."""
    every = np.column_stack([rows[["lo", "hi"]].to_numpy(float), wide])
    low, high = min(0.0, float(np.nanmin(every))), max(0.0, float(np.nanmax(every)))
    span = max(high - low, 1e-6)
    cells: tuple[dict[float, str], dict[float, str]] = ({}, {})
    times = []
    records = rows.to_dict("records")
    digits = decimals(records)
    ax.vlines(0, -0.5, len(rows) - 0.5, color=GRAY, linewidth=1.0, zorder=1)
    for y, (row, (left, right)) in enumerate(zip(records, wide, strict=True)):
        ax.barh(y, right - left, 0.42, left=left, color="#dcdcdc", zorder=0)
        ax.hlines(y, row["lo"], row["hi"], color=STRONG, linewidth=3.0, zorder=3)
        ax.plot(row["difference"], y, "o", color=STRONG, ms=3.6, zorder=4)
        cells[0][float(y)] = difference_text(row, digits)
        if row["hi"] > row["lo"] and np.isfinite(right - left):
            times.append(float((right - left) / (row["hi"] - row["lo"])))
            cells[1][float(y)] = f"{times[-1]:.1f}"
    places = (high + 0.80 * span, high + 1.02 * span)
    for x, header, column_cells in zip(places, ("difference (95%)", "times"), cells, strict=True):
        column(ax, x, -0.55, header, column_cells)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(low - 0.03 * span, places[1])
    ticks_up_to(ax, high + 0.02 * span)
    return times


def decimals(rows: Iterable[Mapping[Any, Any]]) -> int:
    """Decimals that differences of one column are written with."""
    return 0 if max(abs(float(row["difference"])) for row in rows) >= _WHOLE_FROM else 1


def difference_text(row: Mapping[Any, Any], digits: int) -> str:
    """A difference with its interval, signed.

    Examples
    --------
    >>> difference_text({"difference": -78.46, "lo": -83.1, "hi": -73.8}, 0)
    '−78 (−83 to −74)'
    """
    center, low, high = (signed(float(row[end]), digits) for end in ("difference", "lo", "hi"))
    return f"{center} ({low} to {high})"


def _apart_words(result: RunTables) -> str:
    over = interval_over(result)
    if over == "draws":
        return " and under other draws of the parameters"
    return " and luck" if over == "replicates" else ""


def unpaired(
    result: RunTables, strategy: str, measure: str, row: pd.Series[float]
) -> tuple[float, float]:
    """Ends of the 95% interval of a difference if nothing had been shared."""
    difference = float(row["difference"])
    if interval_over(result) == "people":
        points = [twins for twins in result.twins if twins.draw == 0]
        s = list(result.run["strategies"]).index(strategy)
        k = list(COMPARED).index(measure)
        variance = float(np.mean([t.variance[s, 0, k] + t.variance[0, 0, k] for t in points]))
        half = NORMAL_95 * float(np.sqrt(variance / row["people"]))
        return difference - half, difference + half
    drawn = [twins for twins in result.twins if twins.draw > 0] or result.twins
    s, k = list(result.run["strategies"]).index(strategy), list(COMPARED).index(measure)
    mine = np.array([t.mean[s, 0, k] for t in drawn], float)
    its = np.array([t.mean[0, 0, k] for t in drawn], float)
    others = (mine[:, None] - its)[~np.eye(len(drawn), dtype=bool)]
    if not len(others):
        return float("nan"), float("nan")
    low, high = np.percentile(others, [2.5, 97.5])
    return float(low), float(high)
