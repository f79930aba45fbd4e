"""Shares of variance by group: what would go if it were known, and what it is part of."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.evidence.mistakes import InputError
from sim.plots import drawing
from sim.plots.drawing import INK, LIGHT, SMALL, STRONG
from sim.tables.intervals import NORMAL_95
from sim.uncertainty.asked import RANKING, Asked
from sim.uncertainty.moved import Moved, records_of

_INCHES = 0.5
_LETTERS = 44
"""Of a line of a label."""


def draw_sobol(found: Moved, ask: Asked, most: int, ax: Axes | None = None) -> Axes:
    """Two bars a group, first-order and total index, with their 95% intervals.

    Raises
    ------
    InputError
        If there are no samples.
    """
    table = found.of("sobol", ask)
    if table.empty:
        raise InputError("samples is 0, and indices of groups need some; allowed: at least 16")
    moves = (table["total"] != 0.0) | (table["first"] != 0.0)
    shown = table[moves].head(most)
    words = [fill(label, _LETTERS) for label in shown["label"]]
    room = 3.6
    ax = ax or drawing.new_axes(7.2 + room, 2.3 + _INCHES * max(1, len(shown)), left=room)
    rows = np.arange(len(shown))
    for column, shift, color in (("total", 0.19, LIGHT), ("first", -0.19, STRONG)):
        share = 100.0 * shown[column].to_numpy(float)
        error = 100.0 * NORMAL_95 * shown[f"{column}_se"].to_numpy(float)
        ax.barh(rows + shift, share, 0.34, color=color)
        ax.hlines(rows + shift, share - error, share + error, color=INK, linewidth=0.9)
    ax.axvline(0.0, color=INK, linewidth=0.9)
    ax.set_yticks(rows, words)
    ax.set_ylim(max(1, len(shown)) - 0.4, -0.6)
    ax.set_xlim(right=max(ax.get_xlim()[1], 10.0))
    drawing.round_ticks(ax.xaxis, 6)
    ax.set_xlabel("percent of the variance", loc="left")
    for x, name, color in ((0.0, "first-order", STRONG), (0.16, "total", LIGHT)):
        drawing.write(ax, "■", (x, 1), (0, 6), size=SMALL + 2, color=color)
        drawing.write(ax, name, (x, 1), (14, 7), size=SMALL, color=INK)
    n = found.design.samples
    subtitle = (
        f"{ask.words(found.scenario)}. First-order: what would go, on average, if the group were "
        "known; total: what would be left if all others were."
    )
    note = (
        f"2 x {n:,} draws and pick-freeze; lines are 95% intervals by bootstrap. "
        f"{found.design.people:,} people live at each point, with the same luck; what they add to "
        f"the total index is taken out. {int((~moves).sum())} groups change no life and have 0. "
        + (
            "Parameters fitted together are parted by study, and drawn apart."
            if found.design.by_study
            else "Parameters fitted together are one group, drawn apart from the others."
        )
    )
    left = drawing.POINTS_PER_INCH * room - 6
    drawing.dress(ax, _title(found, ask), subtitle, note, left=left, rise=22)
    return ax


def _title(found: Moved, ask: Asked) -> str:
    what = "the lead" if ask.measure == RANKING else ask.measure
    table = found.of("sobol", ask).sort_values("first", ascending=False)
    first, *others = records_of(table.head(2))
    apart = all(
        first.first - other.first > NORMAL_95 * float(np.hypot(first.first_se, other.first_se))
        for other in others
    )
    if not first.first > NORMAL_95 * first.first_se:
        return f"No one group is known to carry what is not known of {what}"
    if not apart:
        return f"What is not known of {what}: the largest groups are not told apart"
    return f"{first.label.partition(':')[0]}: {100.0 * first.first:.0f}% of the variance of {what}"
