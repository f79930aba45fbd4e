"""How many are treated within the goal of their priority."""

from __future__ import annotations

from typing import cast

import numpy as np
from matplotlib.axes import Axes

from sim.plots import access_samples as access
from sim.plots import drawing
from sim.plots.access_words import across, counted, days_words
from sim.plots.care_samples import first_upper, strategy_words
from sim.plots.drawing import GRAY, GRID, STRONG, NothingToDrawError
from sim.plots.headed_rows import (
    RISE,
    HeadedRow,
    axes_of_rows,
    heights,
    left_points,
    mark_above,
    name_rows,
)
from sim.tables.access import ALL, ANY_TREATMENT, WHO_WAITS
from sim.tables.intervals import interval
from sim.tables.run_tables import RunTables

GOAL_PERCENT = 95.0
"""Share within the goal that is marked."""
_FROM_NONE = 53.0
"""Least share from which the axis does not begin at 0."""
_MOST_STEPS = 5


def within_goal(tables: RunTables, ax: Axes | None = None, *, center: str = ALL) -> Axes:
    """Share treated within the goal, by priority and strategy, with 95% intervals.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    center : str
        Whose people; those of all centers by default.

    Raises
    ------
    ValueError
        If the run has no finite access, nobody asked, or there is no such center.
    """
    waits = access.table(tables, "waits")
    access.check_center(tables, center)
    mine = waits[(waits["center"] == center) & (waits["resource"] == ANY_TREATMENT)]
    mine = mine[mine["who"] == WHO_WAITS[0]]
    if mine.empty:
        raise NothingToDrawError(
            "nobody with spinal metastasis asked for a course of treatment in the years counted"
        )
    keys = ["priority", "strategy"]
    samples = access.by_sample(mine, keys, "within_goal_percent")
    groups = cast("list[tuple[str, str]]", list(samples.columns))
    mean = dict(zip(groups, samples.mean(), strict=True))
    limits = np.clip(interval(samples, tables.interval_over), 0.0, 100.0)
    ends = dict(zip(groups, limits.T, strict=True))
    years = access.years_lived(tables, waits)
    asked, died = (mine.groupby(keys)[name].sum() / years for name in ("asked", "died"))
    shown = [
        (priority, str(strategy))
        for priority in (ALL, *access.ROUTES)
        for strategy in tables.run["strategies"]
        if np.isfinite(mean.get((priority, strategy), np.nan))
    ]
    if not shown:
        raise NothingToDrawError("every wait ended before its goal had passed, without a session")
    names = list(dict.fromkeys(strategy for _, strategy in shown))
    goal = access.goals(tables)
    words = {ALL: "everybody"} | {p: f"{p}, {days_words(goal[p])}" for p in access.ROUTES}
    rows = [
        HeadedRow("", first_upper(words[p]), strategy_words(tables, s) if len(names) > 1 else "")
        for p, s in shown
    ]
    ax = ax or axes_of_rows(rows, 8.2)
    cells = {}
    low = min(GOAL_PERCENT, *(np.nanmin([mean[key], *ends[key]]) for key in shown))
    low = 10.0 * np.floor((low - 3.0) / 10.0) if low > _FROM_NONE else 0.0
    span = 100.0 - low
    places = heights(rows)[0]
    for y, key in zip(places, shown, strict=True):
        value, (start, stop) = mean[key], ends[key]
        color = STRONG if value < GOAL_PERCENT else GRAY
        ax.hlines(y, low, 100.0, color=GRID, linewidth=1.0, zorder=0)
        ax.hlines(y, start, stop, color=color, linewidth=1.8)
        ax.plot(value, y, "o", color=color, ms=7, clip_on=False)
        text = f"{_exact(value)}%"
        if np.isfinite(start):
            text += f" ({_exact(start)} to {_exact(stop)})"
        cells[y] = (text, counted(float(asked[key])), counted(float(died[key])))
    mark_above(ax, GOAL_PERCENT, "95%", places[-1])
    several = any(np.isfinite(ends[key]).all() for key in shown)
    headers = (
        "treated within the goal" + ("\n(95% interval)" if several else ""),
        "asked,\na year",
        "died waiting,\na year",
    )
    at = [100.0 + span * x for x in (0.36, 0.50, 0.68)]
    drawing.columns(ax, -0.6, dict(zip(at, headers, strict=True)), cells)
    name_rows(ax, rows)
    ax.set_xlim(low - 0.01 * span, at[-1])
    step = next(step for step in (5, 10, 20) if span <= _MOST_STEPS * step)
    ax.set_xticks(np.arange(low, 101, step))
    ax.set_xlabel("percent of the people with spinal metastasis who asked", loc="left")
    note = (
        "Of those who asked for a course, how many had the first session within the goal of their "
        "priority, which is that at the end of the wait; who died or gave way to cord compression "
        "before the goal had passed is left out. Strong color: less than 95%. "
        f"{drawing.uncertainty(tables.run, everybody=True)}"
    )
    title = _title(tables, {key: mean[key] for key in shown}, names)
    what = "From the decision to the first session, planning included"
    subtitle = f"{what}\n{access.who_and_where(tables, center)}"
    drawing.dress(ax, title, subtitle, note, left=left_points(rows), rise=RISE)
    return ax


def _exact(value: float) -> str:
    """A percentage with a decimal, unless it is all or nothing."""
    return f"{value:.0f}" if value in (0.0, 100.0) else f"{value:.1f}"


def _title(tables: RunTables, means: dict[tuple[str, str], float], names: list[str]) -> str:
    """The share of everybody by strategy, and of the priority that is furthest from its goal.

    The means are by priority and strategy.
    """
    if len(names) > 1:
        every = {strategy_words(tables, name): means[ALL, name] for name in names}
        words = {name: f"{_exact(value)}%" for name, value in every.items()}
        return f"Treated within the goal: {across(words, every)}"
    name = names[0]
    share = f"{_exact(means[ALL, name])}%"
    least = min((p for p, _ in means if p != ALL), key=lambda p: means[p, name])
    if means[least, name] >= GOAL_PERCENT:
        return f"{share} are treated within the goal; every priority reaches 95%"
    return (
        f"{share} are treated within the goal, but {_exact(means[least, name])}% of those with "
        f"priority {least}"
    )
