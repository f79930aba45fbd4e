"""Whether pauses of systemic therapy end in a dose, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.evidence.vocabulary import RESUMED_BY_DAYS
from sim.plots import care_samples as care
from sim.plots import drawing, strategy_rows
from sim.plots.drawing import BLUE, INK, LIGHT, PALE_BLUE, SMALL, STRONG, NothingToDrawError
from sim.tables.run_tables import RunTables

_ENDS = (
    ("within 14 days", STRONG),
    ("15 to 28", "#e08a5b"),
    ("29 to 56", LIGHT),
    ("later or open", "#f9e4d7"),
    ("progressed", PALE_BLUE),
    ("after surgery", "#8fb0c9"),
    ("died", BLUE),
)
_COLUMNS = {
    111.0: "within\n56 days",
    121.0: "prog-\nressed",
    131.0: "after\nsurgery",
    139.0: "died",
}
"""Where columns of text stand beside percentages, on their axis."""
_LEAST_NAMED = 2.5
"""Percent below which a part of a bar has no room for its number."""


def resumption(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Cumulative incidence of resumption, with death and permanent stop competing.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.

    Raises
    ------
    ValueError
        If no strategy paused systemic therapy.
    """
    marks = [f"resumed_{days:.0f}d" for days in RESUMED_BY_DAYS]
    reached = {mark: care.levels(tables, mark) for mark in marks}
    reasons = ("progression", "surgery", "death")
    ended = [care.samples(tables, f"never_resumed_by_{why}").mean() for why in reasons]
    paused = reached[marks[0]]["mean"].dropna().index
    without = [name for name in care.care_strategies(tables) if name not in paused]
    if paused.empty:
        raise NothingToDrawError(
            "no strategy of the run paused systemic therapy; there is no pause"
        )
    names = list(reached["resumed_28d"].loc[paused].sort_values("mean", ascending=False).index)
    ax = ax or strategy_rows.axes_of_strategies(tables, names, 2.5)
    rows = np.arange(len(names))
    edges = [np.zeros(len(names))]
    edges += [reached[mark].loc[names, "mean"].to_numpy(float) for mark in marks]
    ends = np.array([share[names].to_numpy(float) for share in ended])
    edges += [*(100.0 - ends[i:].sum(axis=0) for i in range(len(ends))), np.full(len(names), 100.0)]
    for (_, color), left, right in zip(_ENDS, edges[:-1], edges[1:], strict=True):
        ax.barh(rows, right - left, 0.56, left=left, color=color)
    for mark, left, lower in zip(marks, edges, (0.15, 0.23), strict=False):
        table = reached[mark].loc[names]
        drawing.interval_lines(ax, rows + lower, table["lo"], table["hi"])
        shade = INK if mark != marks[0] else "white"
        for y, (start, at) in enumerate(zip(left, table["mean"], strict=True)):
            if at - start >= _LEAST_NAMED:
                middle, text = (start + at) / 2.0, f"{at - start:.0f}"
                ax.text(middle, y - 0.08, text, ha="center", va="center", size=SMALL, color=shade)
    within = reached[marks[2]]["mean"]
    cells = {
        float(y): (f"{within[name]:.1f}", *(f"{share[name]:.1f}" for share in ended))
        for y, name in enumerate(names)
    }
    drawing.columns(ax, -0.5, _COLUMNS, cells)
    strategy_rows.name_strategies(ax, tables, names)
    ax.set_xlim(0, max(_COLUMNS))
    strategy_rows.key_above(ax, _ENDS, 1.0, (1.6, 2.4, 4.4, 1.03))
    drawing.ticks_up_to(ax, 100.0)
    ax.set_xlabel("percent of pauses", loc="left")
    soon, never = reached["resumed_28d"].loc[names, "mean"], (ended[0] + ended[1] + ended[2])[names]
    title = (
        f"{_span(soon.min(), soon.max())} of pauses end in a dose within 28 days; "
        f"{_span(never.min(), never.max())} never do"
    )
    note = (
        "Cumulative incidence after the start of a pause; death and permanent stop compete. A "
        "pause that is open at the horizon is neither resumed nor not. "
    )
    if without:
        note += f"No pause under {care.named(tables, without)}. "
    drawn = pd.concat([reached[mark].loc[names, ["lo", "hi"]] for mark in marks[:2]])
    sure = drawing.uncertainty(tables.run)
    if "Lines:" in sure and drawn.isna().any(axis=1).all():
        sure = "No intervals: too few samples have a pause."
    sure = sure.replace("Lines:", "Lines, at the ends of the first two parts, of all up to there:")
    note += f"Numbers in bars: percent of pauses in that part alone. {sure}"
    subtitle = care.trigger_set_words(tables).replace("Means over the", "Pauses of the")
    strategy_rows.dress_strategies(ax, tables, names, title, note, subtitle)
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
