"""Counts over calendar years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.counting.measures import MEASURES, words_of
from sim.plots import care_samples as care
from sim.plots import drawing
from sim.plots.case_samples import how_sure_words
from sim.plots.drawing import GRAY, INK, SMALL
from sim.tables.answer import has_draws
from sim.tables.intervals import FEWEST_PEOPLE, NORMAL_95
from sim.tables.leading import gap_of
from sim.tables.projected import projected_from
from sim.tables.run_tables import RunTables
from sim.tables.strata import a_year

_SHOWN = 0.99
"""Share of the events of the cohort view whose years are drawn; the tail is long and thin."""


def in_folder(tables: RunTables) -> bool:
    """Whether a run folder gets the picture: not of one year, which is a single point."""
    first, last = tables.run["scenario"]["years"]
    return bool(first < last or tables.run["view"] == "cohort")


def counts(
    tables: RunTables, ax: Axes | None = None, *, measure: str = "new_spinal_metastasis"
) -> Axes:
    """A count over calendar years with its 95% interval, by strategy where they differ.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    measure : str
        Of `result.case_counts`.

    Raises
    ------
    ValueError
        If nothing of that name was counted.
    """
    drawing.check_name("measure", measure, sorted(tables.counts.measures))
    by_strategy = {s: yearly(tables, measure, s) for s in tables.run["strategies"]}
    reference = next(iter(by_strategy))
    drawn = [reference]
    for name, table in by_strategy.items():
        if not any(table["mean"].equals(by_strategy[other]["mean"]) for other in drawn):
            drawn.append(name)
    years = _years(tables, by_strategy[reference])
    last = projected_from(tables.run)
    years_known = len(years) if last is None else sum(year <= last for year in years)
    ax = ax or drawing.new_axes(10.0, 5.6, left=0.9)
    top = max(1.0, *(float(np.nanmax(by_strategy[n].loc[years, ["mean", "hi"]])) for n in drawn))
    for i, name in reversed(list(enumerate(drawn))):
        table, (color, style) = by_strategy[name].loc[years], drawing.series_look(i)
        if len(years) == 1:
            ax.vlines(years[0] + 0.06 * i, table["lo"], table["hi"], color=color, linewidth=2)
            ax.plot(years[0] + 0.06 * i, table["mean"], "o", color=color, ms=7)
            continue
        _line(ax, table["mean"], years_known, color=color, linestyle=style)
        if i == 0:
            ax.fill_between(years, table["lo"], table["hi"], color=color, alpha=0.15, linewidth=0)
    _mark_projected(ax, years, years_known)
    span = max(years[-1] - years[0], 1)
    if len(drawn) > 1:
        _name_lines(
            ax, tables, {name: float(by_strategy[name].loc[years, "mean"].sum()) for name in drawn}
        )
    ax.set_ylim(0, top * 1.08)
    ax.set_xlim(years[0] - 0.04 * span, years[-1] + (0.5 if len(years) == 1 else 0.04) * span)
    drawing.ticks_of_years(ax, years)
    drawing.round_ticks(ax.yaxis, 6)
    drawing.level_lines(ax)
    unit = MEASURES[measure].unit
    ax.text(0, 1.04, unit, transform=ax.transAxes, color=GRAY, size=9.5)
    subtitle = f"{_same(tables, drawn, list(by_strategy))}\n{drawing.who(tables.run)}\n "
    title = _title(tables, measure, a_year(tables, reference, measure, "year")[years])
    note = _note(tables) + (" The reference alone has a band." if len(drawn) > 1 else "")
    drawing.dress(ax, title, subtitle, note, left=54)
    return ax


def _line(ax: Axes, mean: pd.Series[float], known: int, *, color: str, linestyle: str) -> None:
    """Draw a line over years: what is projected, after the years known, thin and with open dots."""
    look: dict[str, Any] = {"color": color, "marker": "o", "ms": 3}
    ax.plot(mean.iloc[:known], linestyle=linestyle, linewidth=1.6, **look)
    if known < len(mean):
        later = mean.iloc[max(known - 1, 0) :]
        dots = slice(1, None) if known else slice(None)
        ax.plot(later, linestyle=(0, (4, 2)), linewidth=1.2, color=color)
        ax.plot(later.iloc[dots], "o", color=color, mfc="white", ms=3.5)


def _mark_projected(ax: Axes, years: list[int], known: int) -> None:
    """Part the years that are projected from those before; of all the line below the title says."""
    if known in (0, len(years)):
        return
    border = years[known] - 0.5
    ax.axvline(border, color=GRAY, linewidth=0.8, linestyle=":")
    where: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "va": "top"}
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    ax.text(border, 0.985, "  projected", color=GRAY, size=SMALL, bbox=box, **where)


def _name_lines(ax: Axes, tables: RunTables, totals: dict[str, float]) -> None:
    """Name the strategies on the right, the largest total first, each beside the reference."""
    reference = next(iter(totals))
    looks = {name: drawing.series_look(i) for i, name in enumerate(totals)}
    where: dict[str, Any] = {"transform": ax.transAxes, "size": SMALL, "va": "center"}
    ax.text(1.30, 1.0, "in all these years", ha="right", color=GRAY, **where)
    for row, name in enumerate(sorted(totals, key=lambda n: -totals[n])):
        y = 0.945 - 0.055 * row
        color, style = looks[name]
        ends: dict[str, Any] = {"transform": ax.transAxes, "clip_on": False, "linewidth": 1.6}
        ax.plot([1.015, 1.045], [y, y], style, color=color, **ends)
        ax.text(1.055, y, care.strategy_words(tables, name), color=INK, **where)
        text = f"{totals[name]:,.0f}"
        if name != reference and totals[reference] > 0.0:
            change = 100.0 * (totals[name] / totals[reference] - 1.0)
            text = f"{care.signed(change, 1)}%"
        ax.text(1.30, y, text, ha="right", color=INK, **where)


def yearly(tables: RunTables, measure: str, strategy: str) -> pd.DataFrame:
    """Mean and 95% interval of a count by calendar year.

    Returns
    -------
    pandas.DataFrame
        Index year, columns `mean, lo, hi`. The interval is over draws, else over replicates, else
        that of a count of independent people.
    """
    table = a_year(tables, strategy, measure, "year")
    return care.with_interval(tables, table, _of_a_count)


def _of_a_count(mean: pd.Series[float]) -> NDArray[np.float64]:
    """Half the 95% interval of a count of independent people; none of a few."""
    few = mean.to_numpy(float) < FEWEST_PEOPLE
    return np.where(few, np.nan, NORMAL_95 * np.sqrt(mean.to_numpy(float)))


def _years(tables: RunTables, table: pd.DataFrame) -> list[int]:
    """Years that are drawn: those of the run, or those with nearly all events of a cohort."""
    first, last = tables.run["scenario"]["years"]
    if tables.run["view"] == "cohort":
        reached = table["mean"].cumsum() / max(float(table["mean"].sum()), 1e-9)
        last = max(last, int(reached[reached >= _SHOWN].index[0]) if reached.max() > 0 else first)
    return [int(year) for year in table.index if first <= year <= last]


def _title(tables: RunTables, measure: str, samples: pd.DataFrame) -> str:
    """The count of the first year, and how it changes if that is known; or the half of a cohort.

    Samples are those of the years that are drawn, a column each.
    """
    words = care.first_upper(words_of(measure))
    years, mean = [int(year) for year in samples.columns], samples.mean()
    first, last = float(mean.iloc[0]), float(mean.iloc[-1])
    if tables.run["view"] == "cohort" and len(years) > 1:
        half = int(mean.index[int((mean.cumsum() < 0.5 * float(mean.sum())).sum())])
        return f"{words}: half of all by {half}, {mean.sum():,.0f} in all by {years[-1]}"
    if len(years) == 1 or first <= 0.0:
        return f"{words}: {first:,.0f} in {years[0]}"
    if not has_draws(tables):
        return f"{words}: {first:,.0f} in {years[0]}, {last:,.0f} in {years[-1]}" + how_sure_words(
            tables
        )
    if not gap_of((samples.iloc[:, -1] - samples.iloc[:, 0]).to_numpy(float)).told_apart:
        return f"{words}: {first:,.0f} in {years[0]}, {last:,.0f} in {years[-1]}; not told apart"
    change = 100.0 * (last / first - 1.0)
    way = "more" if change >= 0.0 else "fewer"
    return f"{words}: {first:,.0f} in {years[0]}, {abs(change):.0f}% {way} in {years[-1]}"


def _same(tables: RunTables, drawn: list[str], names: list[str]) -> str:
    """Which strategies share a line."""
    if len(names) == 1:
        return f"Under {care.strategy_words(tables, names[0])}, by calendar year of the event"
    if len(drawn) == 1:
        return f"The same under all {len(names)} strategies, by calendar year of the event"
    alike = "" if len(drawn) == len(names) else "; strategies that do not change it share a line"
    return f"By strategy and calendar year of the event{alike}"


def _note(tables: RunTables) -> str:
    """What the bands are, and which years are left out."""
    if tables.interval_over == "people":
        note = (
            f"Bands: 95% of a count of so many independent people, from {FEWEST_PEOPLE} on; not of "
            "the parameters."
        )
    else:
        note = drawing.uncertainty(tables.run).replace("Lines:", "Bands:")
    if tables.run["view"] == "cohort":
        note += " The last 1% of the events are later than the years shown."
    return note
