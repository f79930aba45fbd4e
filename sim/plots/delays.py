"""Pictures of delay: how it is spread over people, what it is made of, and whether it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.counting.care_tally import DISTRIBUTIONS
from sim.evidence.vocabulary import PAUSE_CAUSES, RESUMED_BY_DAYS, nearest
from sim.plots.care_samples import (
    NothingToDrawError,
    care_strategies,
    fallback_note,
    first_upper,
    interval_over,
    levels,
    measure_words,
    named,
    room_for,
    samples,
    spread_note,
    spread_text,
    strategy_words,
    whom,
)
from sim.plots.drawing import (
    BLUE,
    GRAY,
    INK,
    LIGHT,
    PALE_BLUE,
    SILVER,
    SMALL,
    STRONG,
    column,
    dress,
    new_axes,
    ticks_up_to,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

CAUSES = {
    "wait": ("wait", STRONG),
    "course": ("course", LIGHT),
    "pre_hold": ("hold before", BLUE),
    "post_hold": ("hold after", PALE_BLUE),
    "alignment": ("wait for the\nnext slot", SILVER),
}
"""Causes of a paused day, in plain words and their colors."""

_COLUMNS = (113.0, 124.0, 132.0)
"""Where columns of text stand beside percentages, on their axis."""
_QUANTILES = {"p05": 5, "p25": 25, "p50": 50, "p75": 75, "p95": 95}


def strategy_rows(ax: Axes, names: list[str], reference: str) -> None:
    """Label the rows of a picture with strategies, the first on top, the reference marked."""
    words = [
        first_upper(strategy_words(n)) + ("\n(reference)" if n == reference else "") for n in names
    ]
    ax.set_yticks(range(len(names)), words)
    ax.set_ylim(len(names) - 0.4, -0.6)


def draw_delays(result: RunTables, ax: Axes | None, measure: str) -> Axes:
    """See `CarePlots.delays`."""
    if measure not in DISTRIBUTIONS:
        raise NothingToDrawError(f"measure is {measure!r}; {nearest(measure, DISTRIBUTIONS)}")
    table = quantiles(result, measure)
    mean = levels(result, measure)
    names = list(table.sort_values("mean").index)
    if ax is None:
        ax = new_axes(9.3 + room_for(names), 2.1 + 0.46 * len(names), left=room_for(names))
    cells: tuple[dict[float, str], ...] = ({}, {}, {})
    for y, name in enumerate(names):
        row = table.loc[name]
        ax.hlines(y, row["p05"], row["p95"], color=GRAY, linewidth=1.2)
        ax.barh(y, row["p75"] - row["p25"], 0.5, left=row["p25"], color=LIGHT)
        ax.vlines(row["p50"], y - 0.25, y + 0.25, color=STRONG, linewidth=2.4)
        ax.plot(row["mean"], y, "D", color="white", mec=INK, mew=1.2, ms=6)
        texts = (spread_text(mean.loc[name]), f"{row['p50']:,.0f}", with_none(row))
        for column_cells, text in zip(cells, texts, strict=True):
            column_cells[float(y)] = text
    edge = max(1.0, float(table["p95"].max()) * 1.04)
    places = [edge * (1.0 + x) for x in (0.36, 0.49, 0.66)]
    headers = ("mean (95%)" if np.isfinite(mean["lo"]).any() else "mean", "median", "with none")
    for x, header, column_cells in zip(places, headers, cells, strict=True):
        column(ax, x, -0.55, header, column_cells)
    strategy_rows(ax, names, result.run["strategies"][0])
    ax.set_xlim(-0.008 * edge, places[-1])
    ticks_up_to(ax, edge)
    words = measure_words(measure)
    ax.set_xlabel(f"{words} a person", loc="left")
    reference = care_strategies(result)[0]
    row = table.loc[reference]
    title = (
        f"{first_upper(strategy_words(reference))}: {row['mean']:,.1f} {words} on average, "
        f"{row['p95']:,.0f} or more for one in twenty"
    )
    note = (
        "Box: middle half of the people; gray line: from the 5th to the 95th percentile; bar: "
        "median; diamond: mean. With none: share of people without a single day, as far as the "
        f"percentiles tell. {_mean_note(result)} {fallback_note(names)}"
    )
    dress(ax, title, whom(result), note, left=72 * room_for(names) - 6)
    return ax


def quantiles(result: RunTables, measure: str) -> pd.DataFrame:
    """Mean and quantiles over the people, by strategy; the mean of each over draws."""
    names = care_strategies(result)
    rows = result.delays
    mine = rows[(rows["measure"] == measure) & (rows["primary"] == "all")]
    if mine.empty:
        raise NothingToDrawError(f"delays has no rows of {measure}; a run with care has them")
    if result.run["scenario"]["draws"]:
        mine = mine[mine["draw"] > 0]
    return mine.groupby(["strategy", "statistic"])["value"].mean().unstack().reindex(names)


def with_none(row: pd.Series[float]) -> str:
    """Between which percentiles the share of people with no day at all lies."""
    if row["mean"] <= 0.0:
        return "all"
    none = [share for name, share in _QUANTILES.items() if row[name] <= 0.0]
    some = [share for name, share in _QUANTILES.items() if row[name] > 0.0]
    if not none:
        return f"under {some[0]}%"
    return f"{none[-1]} to {some[0]}%" if some else f"over {none[-1]}%"


def _mean_note(result: RunTables) -> str:
    note = spread_note(result)
    return note.replace("Lines: 95%", "Intervals of the mean: 95%")


def draw_delay_parts(result: RunTables, ax: Axes | None) -> Axes:
    """See `CarePlots.delay_parts`."""
    total = levels(result, "delay_days").sort_values("mean")
    names = list(total.index)
    parts = {cause: samples(result, f"{cause}_days").mean() for cause in PAUSE_CAUSES}
    if ax is None:
        ax = new_axes(9.3 + room_for(names), 2.3 + 0.46 * len(names), left=room_for(names))
    rows = np.arange(len(names))
    start = np.zeros(len(names))
    edge = max(1.0, float(np.nanmax(total[["mean", "hi"]].to_numpy())))
    for cause, (_, color) in CAUSES.items():
        width = parts[cause][names].to_numpy(float)
        ax.barh(rows, width, 0.56, left=start, color=color)
        for y, (left, days) in enumerate(zip(start, width, strict=True)):
            if days > 0.035 * edge:
                shade = "white" if color in (STRONG, BLUE) else INK
                where = (left + days / 2, y - (0.1 if np.isfinite(total["lo"].iloc[y]) else 0.0))
                ax.text(*where, f"{days:.1f}", ha="center", va="center", size=SMALL, color=shade)
        start = start + width
    ax.hlines(rows + 0.2, total["lo"], total["hi"], color=INK, linewidth=1.0)
    cells = {float(y): spread_text(total.loc[name]) for y, name in enumerate(names)}
    header = "total (95%)" if np.isfinite(total["lo"]).any() else "total"
    column(ax, edge * 1.3, -0.55, header, cells)
    strategy_rows(ax, names, result.run["strategies"][0])
    ax.set_xlim(0, edge * 1.3)
    _key(ax, [words.replace("\n", " ") for words, _ in CAUSES.values()], edge)
    ticks_up_to(ax, edge)
    ax.set_xlabel("days of delay a person", loc="left")
    longest = names[-1]
    largest = max(parts, key=lambda cause: float(parts[cause][longest]))
    words = CAUSES[largest][0].replace("\n", " ")
    title = (
        f"{first_upper(strategy_words(longest))} delays most, {total['mean'].iloc[-1]:,.1f} days; "
        f"the largest part is the {words}, {parts[largest][longest]:,.1f}"
    )
    if total["mean"].iloc[-1] <= 0.0:
        title = "No strategy delays systemic therapy"
    note = (
        "Delay: days of pauses that ended in a dose; each day has one cause. Holds are assumed: no "
        "study has measured them around these treatments. The hold after takes in recovery from "
        f"complications. {spread_note(result)} "
        f"{fallback_note(names)}"
    )
    dress(ax, title, whom(result), note, left=72 * room_for(names) - 6)
    return ax


def _key(ax: Axes, words: list[str], edge: float) -> None:
    """Name the causes above the bars, each with a patch of its color."""
    at = 0.0
    for (_, color), text in zip(CAUSES.values(), words, strict=True):
        ax.barh(-0.72, 0.018 * edge, 0.22, left=at, color=color, clip_on=False)
        ax.text(at + 0.028 * edge, -0.72, text, va="center", size=SMALL, color=INK)
        at += edge * (0.055 + 0.0125 * len(text))
    ax.set_ylim(ax.get_ylim()[0], -0.95)


_ENDS = (
    ("within 14 days", STRONG),
    ("15 to 28 days", "#e08a5b"),
    ("29 to 56 days", LIGHT),
    ("later", "#f9e4d7"),
    ("stopped for good", PALE_BLUE),
    ("died", BLUE),
)


def draw_resumption(result: RunTables, ax: Axes | None) -> Axes:
    """See `CarePlots.resumption`."""
    marks = [f"resumed_{days:.0f}d" for days in RESUMED_BY_DAYS]
    reached = {mark: levels(result, mark) for mark in marks}
    stopped = samples(result, "never_resumed_by_progression").mean()
    died = samples(result, "never_resumed_by_death").mean()
    paused = reached[marks[0]]["mean"].dropna().index
    without = [name for name in care_strategies(result) if name not in paused]
    if paused.empty:
        raise NothingToDrawError(
            "no strategy of the run paused systemic therapy; there is no pause"
        )
    names = list(reached["resumed_28d"].loc[paused].sort_values("mean", ascending=False).index)
    if ax is None:
        ax = new_axes(9.3 + room_for(names), 2.5 + 0.46 * len(names), left=room_for(names))
    rows = np.arange(len(names))
    edges = [np.zeros(len(names))]
    edges += [reached[mark].loc[names, "mean"].to_numpy(float) for mark in marks]
    ends = [stopped[names].to_numpy(float), died[names].to_numpy(float)]
    edges += [100.0 - ends[0] - ends[1], 100.0 - ends[1], np.full(len(names), 100.0)]
    for (_, color), left, right in zip(_ENDS, edges[:-1], edges[1:], strict=True):
        ax.barh(rows, right - left, 0.56, left=left, color=color)
    for mark, lower in zip(marks, (0.15, 0.23), strict=False):
        table = reached[mark].loc[names]
        ax.hlines(rows + lower, table["lo"], table["hi"], color=INK, linewidth=1.0)
        for y, at in enumerate(table["mean"]):
            shade = INK if mark != marks[0] or at < 6.0 else "white"
            where = at - 0.7 if at >= 6.0 else at + 0.7
            side = "right" if at >= 6.0 else "left"
            ax.text(where, y - 0.08, f"{at:.0f}", ha=side, va="center", size=SMALL, color=shade)
    cells: tuple[dict[float, str], ...] = ({}, {}, {})
    for y, name in enumerate(names):
        cells[0][float(y)] = f"{reached[marks[2]].loc[name, 'mean']:.1f}"
        cells[1][float(y)], cells[2][float(y)] = f"{stopped[name]:.1f}", f"{died[name]:.1f}"
    headers = ("within\n56 days", "stopped\nfor good", "died")
    for x, header, column_cells in zip(_COLUMNS, headers, cells, strict=True):
        column(ax, x, -0.5, header, column_cells)
    strategy_rows(ax, names, result.run["strategies"][0])
    ax.set_xlim(0, _COLUMNS[-1])
    at = 0.0
    for text, color in _ENDS:
        ax.barh(-0.72, 1.6, 0.22, left=at, color=color, clip_on=False)
        ax.text(at + 2.4, -0.72, text, va="center", size=SMALL, color=INK)
        at += 5.0 + 1.15 * len(text)
    ax.set_ylim(ax.get_ylim()[0], -0.95)
    ticks_up_to(ax, 100.0)
    ax.set_xlabel("percent of pauses", loc="left")
    within, never = reached["resumed_28d"].loc[names, "mean"], (stopped + died)[names]
    title = (
        f"{_span(within.min(), within.max())} of pauses end in a dose within 28 days; "
        f"{_span(never.min(), never.max())} never do"
    )
    note = "Cumulative incidence after the start of a pause; death and permanent stop compete. "
    if without:
        note += f"No pause under {named(without)}. "
    if interval_over(result) not in ("", "people"):
        note += spread_note(result)
    else:
        note += "No intervals: one set of parameters, one run."
    subtitle = whom(result).replace("Means over the", "Pauses of the")
    dress(ax, title, subtitle, f"{note} {fallback_note(names)}", left=72 * room_for(names) - 6)
    return ax


def _span(low: float, high: float) -> str:
    """From one percentage to another.

    Examples
    --------
    >>> _span(3.2, 3.4), _span(81.9, 91.1)
    ('3%', '82% to 91%')
    """
    ends = [f"{low:.0f}", f"{high:.0f}"]
    return f"{ends[0]}%" if ends[0] == ends[1] else f"{ends[0]}% to {ends[1]}%"
