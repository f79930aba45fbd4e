"""Counts over calendar years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sim.counting.measures import MEASURES
from sim.evidence.vocabulary import nearest
from sim.plots.care_samples import (
    NORMAL_95,
    NothingToDrawError,
    first_upper,
    interval_over,
    signed,
    strategy_words,
)
from sim.plots.drawing import (
    GRAY,
    INK,
    MEASURE_WORDS,
    SERIES,
    SMALL,
    STYLES,
    dress,
    interval,
    new_axes,
    uncertainty,
    who,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

_SHOWN = 0.99
"""Share of the events of the cohort view whose years are drawn; the tail is long and thin."""


def draw_counts(result: RunTables, ax: Axes | None, measure: str) -> Axes:
    """See `CarePlots.counts`."""
    known = sorted(set(result.case_counts["measure"]))
    if measure not in known:
        raise NothingToDrawError(f"measure is {measure!r}; {nearest(measure, known)}")
    tables = {s: yearly(result, measure, s) for s in result.run["strategies"]}
    reference = next(iter(tables))
    drawn = [reference]
    for name, table in tables.items():
        if not any(table["mean"].equals(tables[other]["mean"]) for other in drawn):
            drawn.append(name)
    years = _years(result, tables[reference])
    if ax is None:
        ax = new_axes(10.0, 5.6, left=0.9)
    top = max(1.0, *(float(np.nanmax(tables[n].loc[years, ["mean", "hi"]])) for n in drawn))
    for i, name in reversed(list(enumerate(drawn))):
        table, color = tables[name].loc[years], SERIES[i % len(SERIES)]
        if len(years) == 1:
            ax.vlines(years[0] + 0.06 * i, table["lo"], table["hi"], color=color, linewidth=2)
            ax.plot(years[0] + 0.06 * i, table["mean"], "o", color=color, ms=7)
            continue
        style = STYLES[i // len(SERIES) % len(STYLES)]
        ax.plot(years, table["mean"], style, color=color, linewidth=1.6, marker="o", ms=3)
        if i == 0:
            ax.fill_between(years, table["lo"], table["hi"], color=color, alpha=0.15, linewidth=0)
    span = max(years[-1] - years[0], 1)
    if len(drawn) > 1:
        _name_lines(ax, {name: float(tables[name].loc[years, "mean"].sum()) for name in drawn})
    ax.set_ylim(0, top * 1.08)
    ax.set_xlim(years[0] - 0.04 * span, years[-1] + (0.5 if len(years) == 1 else 0.04) * span)
    ax.xaxis.set_major_locator(MaxNLocator(min(len(years), 10), integer=True, steps=[1, 2, 5, 10]))
    ticks = [t for t in ax.get_xticks() if years[0] <= t <= years[-1]]
    ax.set_xticks(ticks, [f"{t:.0f}" for t in ticks])
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    ax.grid(axis="y", color="#ececec", linewidth=0.8)
    ax.set_axisbelow(True)
    unit = MEASURES[measure].unit if measure in MEASURES else "people a year"
    ax.text(0, 1.04, unit, transform=ax.transAxes, color=GRAY, size=9.5)
    subtitle = f"{_same(drawn, list(tables))}\n{who(result.run)}\n "
    title = _title(measure, tables[reference].loc[years], unit, result.run["view"])
    note = _note(result) + (" The reference alone has a band." if len(drawn) > 1 else "")
    dress(ax, title, subtitle, note, left=54)
    return ax


def _name_lines(ax: Axes, totals: dict[str, float]) -> None:
    """Name the strategies on the right, the largest total first, each beside the reference."""
    reference = next(iter(totals))
    colors = {name: SERIES[i % len(SERIES)] for i, name in enumerate(totals)}
    where: dict[str, Any] = {"transform": ax.transAxes, "size": SMALL, "va": "center"}
    ax.text(1.30, 1.0, "in all these years", ha="right", color=GRAY, **where)
    for row, name in enumerate(sorted(totals, key=lambda n: -totals[n])):
        y = 0.945 - 0.055 * row
        ax.text(1.02, y, strategy_words(name), color=colors[name], **where)
        text = f"{totals[name]:,.0f}"
        if name != reference and totals[reference] > 0.0:
            change = 100.0 * (totals[name] / totals[reference] - 1.0)
            text = f"{signed(change, 1)}%"
        ax.text(1.30, y, text, ha="right", color=INK, **where)


def yearly(result: RunTables, measure: str, strategy: str) -> pd.DataFrame:
    """Mean and 95% interval of a count by calendar year.

    Returns
    -------
    pandas.DataFrame
        Index year, columns `mean, lo, hi`. The interval is over draws, else over replicates, else
        that of a count of independent people.
    """
    import pandas as pd

    size = result.run["scenario"]
    rows = result.case_counts
    mine = rows[(rows["measure"] == measure) & (rows["strategy"] == strategy)]
    summed = mine.groupby(["draw", "replicate", "year"])["count"].sum().unstack("year")
    every = [(d, r) for d in range(size["draws"] + 1) for r in range(size["replicates"])]
    years = sorted(set(rows["year"]))
    table = summed.reindex(index=every, columns=years).fillna(0.0)
    if size["draws"]:
        table = table.groupby(level="draw").mean().loc[1:]
    mean = table.mean()
    low, high = interval(table)
    if interval_over(result) == "people":
        half = NORMAL_95 * np.sqrt(mean.to_numpy(float))
        low, high = mean - half, mean + half
    elif not interval_over(result):
        low = high = np.full(len(mean), np.nan)
    return pd.DataFrame({"mean": mean, "lo": low, "hi": high}, index=mean.index)


def _years(result: RunTables, table: pd.DataFrame) -> list[int]:
    """Years that are drawn: those of the run, or those with nearly all events of a cohort."""
    first, last = result.run["scenario"]["years"]
    if result.run["view"] == "cohort":
        reached = table["mean"].cumsum() / max(float(table["mean"].sum()), 1e-9)
        last = max(last, int(reached[reached >= _SHOWN].index[0]) if reached.max() > 0 else first)
    return [int(year) for year in table.index if first <= year <= last]


def _title(measure: str, table: pd.DataFrame, unit: str, view: str) -> str:
    """The count of the first year, and how it changes; or the peak of a cohort."""
    words = first_upper(MEASURE_WORDS.get(measure, measure.replace("_", " ")))
    years, mean = list(table.index), table["mean"]
    first, last = float(mean.iloc[0]), float(mean.iloc[-1])
    if view == "cohort" and len(years) > 1:
        half = int(mean.index[int((mean.cumsum() < 0.5 * float(mean.sum())).sum())])
        return f"{words}: half of all by {half}, {mean.sum():,.0f} in all by {years[-1]}"
    if len(years) == 1 or first <= 0.0:
        return f"{words}: {first:,.0f} in {years[0]}"
    change = 100.0 * (last / first - 1.0)
    way = "more" if change >= 0.0 else "fewer"
    return f"{words}: {first:,.0f} in {years[0]}, {abs(change):.0f}% {way} in {years[-1]}"


def _same(drawn: list[str], names: list[str]) -> str:
    """Which strategies share a line."""
    if len(names) == 1:
        return f"Under {strategy_words(names[0])}, by calendar year of the event"
    if len(drawn) == 1:
        return f"The same under all {len(names)} strategies, by calendar year of the event"
    alike = "" if len(drawn) == len(names) else "; strategies that do not change it share a line"
    return f"By strategy and calendar year of the event{alike}"


def _note(result: RunTables) -> str:
    """What the bands are, and which years are left out."""
    if interval_over(result) == "people":
        note = "Bands: 95% of a count of so many independent people; not of the parameters."
    else:
        note = uncertainty(result.run).replace("Lines:", "Bands:")
    if result.run["view"] == "cohort":
        note += " The last 1% of the events are later than the years shown."
    return note
