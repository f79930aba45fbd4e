"""What the delay of systemic therapy is made of."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.evidence.vocabulary import PAUSE_CAUSES
from sim.plots import care_samples as care
from sim.plots import drawing, strategy_rows
from sim.plots.drawing import BLUE, INK, LIGHT, PALE_BLUE, SILVER, SMALL, STRONG
from sim.tables.answer import has_draws
from sim.tables.leading import leading
from sim.tables.run_tables import RunTables

CAUSES = {
    "wait": ("wait", STRONG),
    "course": ("course", LIGHT),
    "pre_hold": ("hold before", BLUE),
    "post_hold": ("hold after", PALE_BLUE),
    "alignment": ("wait for the next slot", SILVER),
}
"""Causes of a paused day, in plain words and their colors."""


def delay_parts(tables: RunTables, ax: Axes | None = None) -> Axes:
    """What the mean delay of systemic therapy is made of, by strategy.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.

    Raises
    ------
    ValueError
        If the run has no care.
    """
    total = care.levels(tables, "delay_days").sort_values("mean")
    names = list(total.index)
    samples = {cause: care.samples(tables, f"{cause}_days") for cause in PAUSE_CAUSES}
    parts = {cause: table.mean() for cause, table in samples.items()}
    ax = ax or strategy_rows.axes_of_strategies(tables, names, 2.3)
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
    drawing.interval_lines(ax, rows + 0.2, total["lo"], total["hi"])
    cells = {float(y): care.spread_text(total.loc[name]) for y, name in enumerate(names)}
    header = "total (95%)" if np.isfinite(total["lo"]).any() else "total"
    drawing.column(ax, edge * 1.3, -0.55, header, cells)
    strategy_rows.name_strategies(ax, tables, names)
    ax.set_xlim(0, edge * 1.3)
    strategy_rows.key_above(ax, CAUSES.values(), edge, (0.018, 0.028, 0.055, 0.0125))
    drawing.ticks_up_to(ax, edge)
    ax.set_xlabel("days of delay a person", loc="left")
    longest = names[-1]
    most = f"{total['mean'].iloc[-1]:,.1f} days"
    part = _largest_part(
        {cause: of[longest].to_numpy(float) for cause, of in samples.items()}, has_draws(tables)
    )
    words = care.first_upper(care.strategy_words(tables, longest))
    found = care.leads(tables, "delay_days", names, more=True)
    title = f"{words} delays most, {most}{part}"
    if len(names) == 1:
        title = f"{words} delays systemic therapy by {most}{part}"
    elif found.winner is None:
        title = f"Delays from {total['mean'].iloc[0]:,.1f} to {most}; " + care.not_known_words(
            tables, found
        )
    if total["mean"].iloc[-1] <= 0.0:
        title = "No strategy delays systemic therapy"
    note = (
        "Delay: days of pauses that ended in a dose; each day has one cause. Most holds are "
        "assumed: no study has measured them around these treatments. The hold after takes in "
        f"recovery from complications. {care.uncertainty_of_means(tables)}"
    )
    strategy_rows.dress_strategies(ax, tables, names, title, note)
    return ax


def _largest_part(days: dict[str, NDArray[np.float64]], drawn: bool) -> str:
    """The largest part of a delay, if draws tell it from every other one; else nothing."""
    found = leading(days, more=True, drawn=drawn)
    if found.winner is None:
        return ""
    return f"; the largest part is the {CAUSES[found.winner][0]}, {days[found.winner].mean():,.1f}"
