"""One panel of people in line: its place, its scale, its lines, and machines that are out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim.plots import access_samples as access
from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, LIGHT, SILVER, SMALL, STRONG, STYLES
from sim.plots.queue_samples import Queue
from sim.tables.access import ALL
from sim.tables.intervals import FEWEST_DRAWS, interval
from sim.tables.run_tables import RunTables

LEFT_INCHES = 0.65
"""Inches left of the panels."""
_LABELS, _HIGH, _BETWEEN = 1.75, 1.3, 0.58
"""Inches right of each panel for labels, high, and between two rows."""
MOST_THIN = FEWEST_DRAWS - 1
"""Samples up to which each is a thin line; more are a band, which holds 95% of further ones."""
_TICKS_BY_HALF_YEARS = 4
MOST_OUTAGES = 3
"""Outages up to which they are marked."""
_LINE_POINTS = 11.5
"""Height of a line of a label."""
_BOLD_POINTS, _SMALL_POINTS = 6.4, 4.9
"""Width of a letter of what stands above a panel: its bold head, and outages."""


def grid(rows: int, columns: int, letters: int) -> list[list[Axes]]:
    """Panels of a new figure, row by row, with room for labels of so many letters."""
    labels = max(_LABELS, 0.65 + 0.075 * letters)
    each = max(2.6, 6.8 / columns)
    width = LEFT_INCHES + columns * (each + labels)
    extra = 0.5 if columns > 1 else 0.2
    height = 2.05 + extra + rows * _HIGH + (rows - 1) * _BETWEEN
    across = [LEFT_INCHES + column * (each + labels) for column in range(columns)]
    up = [0.85 + row * (_HIGH + _BETWEEN) for row in reversed(range(rows))]
    return drawing.panel_grid((width, height), across, up, (each, _HIGH))


def scale(ax: Axes, tables: RunTables, top: float, columns: int) -> None:
    """People from 0 upward, and years."""
    first, last = tables.run["scenario"]["years"]
    ax.set_ylim(0, max(1.0, top) * 1.1)
    ax.set_xlim(first, last + 1)
    years = range(first, last + 1)
    if len(years) * columns <= _TICKS_BY_HALF_YEARS:
        at = [first + half / 2 for half in range(2 * len(years))]
        ax.set_xticks(at, [f"{'Jul' if x % 1 else 'Jan'} {x // 1:.0f}" for x in at])
    else:
        drawing.ticks_of_years(ax, years)
    drawing.round_ticks(ax.yaxis, 4)
    drawing.level_lines(ax)
    drawing.plain(ax)
    for label in ax.get_xticklabels():
        label.set_horizontalalignment("left")


def draw_lines(ax: Axes, queues: list[Queue]) -> None:
    """Draw each queue with its replicates, and name it on the right."""
    ends = []
    for number, queue in enumerate(queues):
        color, pale = (STRONG, LIGHT) if queue.strong else (GRAY, SILVER)
        x, samples = queue.months.columns.to_numpy(float), queue.months.to_numpy(float)
        if 1 < len(samples) <= MOST_THIN:
            for sample in samples:
                ax.plot(x, sample, color=pale, linewidth=0.8, zorder=2)
        elif len(samples) > 1:
            low, high = interval(samples, "parameter draws")  # a range, of replicates too
            ax.fill_between(x, low, high, color=pale, alpha=0.4, linewidth=0, zorder=2)
        mean = np.nanmean(samples, axis=0)
        style = STYLES[number % len(STYLES)]
        ax.plot(x, mean, style, color=color, linewidth=1.8, zorder=3)
        ends.append(float(mean[-1]))
    _name_lines(ax, queues, ends)


def _name_lines(ax: Axes, queues: list[Queue], ends: list[float]) -> None:
    """Write a label beside the end of each line, all of them beside the panel."""
    per_line = ax.get_ylim()[1] / drawing.size_in_points(ax)[1] * _LINE_POINTS
    tall = [per_line * (queue.label.count("\n") + 1.3) for queue in queues]
    for number, y in enumerate(stacked(ends, tall, ax.get_ylim()[1])):
        queue = queues[number]
        color = STRONG if queue.strong else INK
        style = {"va": "center", "size": SMALL, "color": color}
        drawing.write(ax, queue.label, (1.0, y), (6, 0), drawing.BESIDE, **style)


def stacked(values: Sequence[float], tall: Sequence[float], top: float) -> list[float]:
    """Middles of labels near some values, in their order, not over each other, from 0 to a top.

    Labels that are taller than the room rise above the top.

    Examples
    --------
    >>> stacked([0.0, 0.1, 9.0], [2.0, 2.0, 2.0], 10.0)
    [1.0, 3.0, 9.0]
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    found = list(values)
    ceiling = top
    for i in reversed(order):
        found[i] = min(found[i], ceiling - tall[i] / 2)
        ceiling = found[i] - tall[i] / 2
    floor = 0.0
    for i in order:
        found[i] = max(found[i], floor + tall[i] / 2)
        floor = found[i] + tall[i] / 2
    return found


def mark_outages(ax: Axes, tables: RunTables, resource: str, center: str, beside: str) -> None:
    """Shade the days on which machines of a resource have failed, and say so above the panel.

    Parameters
    ----------
    beside : str
        What stands above the panel on its left already.
    """
    mine = [
        o for o in access.outages(tables) if o.resource == resource and center in (ALL, o.center)
    ]
    if len(mine) > MOST_OUTAGES:
        return
    first, last = ax.get_xlim()
    wide = drawing.size_in_points(ax)[0]
    taken = len(beside) * _BOLD_POINTS
    several = len({outage.center for outage in mine}) > 1
    for outage in sorted(mine, key=lambda outage: outage.starts):
        ax.axvspan(outage.starts, outage.ends, color="#e4e4e4", linewidth=0, zorder=0)
        words = f"{outage.machines} machine{'' if outage.machines == 1 else 's'} out"
        words += f", {outage.center}" if several else ""
        half = 0.5 * len(words) * _SMALL_POINTS
        middle = wide * (0.5 * (outage.starts + outage.ends) - first) / (last - first)
        at = max(min(middle, wide - half), taken + half)
        taken = at + half + _SMALL_POINTS
        drawing.write(ax, words, (0, 1), (at, 3), ha="center", va="bottom", size=SMALL, color=GRAY)


def head(ax: Axes, words: str, rise: float, size: float) -> None:
    """Write bold words above a panel, so many points up."""
    drawing.write(ax, words, (0, 1), (0, rise), va="bottom", size=size, color=INK, weight="bold")
