"""The posterior beside its prior, and draws beside what was published: strips in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from sim.evidence.arrays import Array
from sim.evidence.reader import Parameter
from sim.evidence.targets import Target
from sim.plots import drawing
from sim.plots.drawing import BAND, BLUE, GRAY, SMALL, STRONG
from sim.tables.intervals import NORMAL_95

MOST_NARROWED = 40
_ROW = 0.19
_STRIP, _LABEL, _NUMBERS = 1.9, 3.8, 2.2
"""Inches of a column of strips, of the words on its left and of the numbers on its right."""
_REACH = 4.0
"""Where strips are cut; what goes on has an arrow there."""
_MOSTLY = 1 / 3
"""Of rows at the end of the range of a parameter, from which it is said."""
_SHORT = 56
"""Letters of a label at most."""


@dataclass(frozen=True)
class Strip:
    """One row: a line and a dot on a band, words on its left and numbers on its right."""

    label: str
    band: tuple[float, float]
    line: tuple[float, float]
    dot: float
    numbers: str
    color: str = BLUE


def draw_strips(
    strips: Sequence[Strip], n_columns: int, x_label: str, title: str, subtitle: str, note: str
) -> Axes:
    """Draw strips from above, column after column; the first column's Axes is given back."""
    n_rows = -(-len(strips) // n_columns)
    each = _LABEL + _STRIP + _NUMBERS
    size = (n_columns * each, n_rows * _ROW)
    columns = [_LABEL + i * each for i in range(n_columns)]
    panels = drawing.panel_grid((size[0], size[1] + 2.2), columns, [1.0], (_STRIP, size[1]))[0]
    for number, ax in enumerate(panels):
        mine = strips[number * n_rows : (number + 1) * n_rows]
        ax.set(xlim=(-_REACH, _REACH), ylim=(n_rows - 0.5, -0.5), xlabel=x_label)
        drawing.plain(ax)
        ax.set_yticks(range(len(mine)), [strip.label for strip in mine])
        ax.tick_params(labelsize=SMALL)
        for y, strip in enumerate(mine):
            _draw(ax, y, strip)
        if not mine:
            ax.set_visible(False)
    drawing.dress(panels[0], title, subtitle, note, left=_LABEL * drawing.POINTS_PER_INCH)
    panels[0].tick_params(labelsize=SMALL)
    return panels[0]


def _draw(ax: Axes, y: int, strip: Strip) -> None:
    low, high = np.clip(strip.band, -_REACH, _REACH)
    ax.barh(y, high - low, left=low, height=0.72, color=BAND, zorder=1)
    low, high = np.clip(strip.line, -_REACH, _REACH)
    ax.plot([low, high], [y, y], color=strip.color, linewidth=1.8, zorder=3)
    for end, cut, marker in (
        (strip.line[0], -_REACH, "<"),
        (strip.line[1], _REACH, ">"),
    ):
        if abs(end) > _REACH and end * cut > 0.0:
            ax.plot([cut], [y], marker, color=strip.color, ms=4, clip_on=False, zorder=4)
    ax.plot([float(np.clip(strip.dot, -_REACH, _REACH))], [y], "o", color=strip.color, ms=3.6,
            zorder=4)  # fmt: skip
    drawing.write(
        ax, strip.numbers, (1, y), (6, 0), ("axes fraction", "data"), size=SMALL - 1, color=GRAY,
        va="center",
    )  # fmt: skip


def draw_parameters(
    parameters: Sequence[Parameter], z: Array, rows: Array, most: int | None = MOST_NARROWED
) -> Axes:
    """The posterior of parameters beside their prior, those that it narrows most first.

    Parameters
    ----------
    z, rows : array (member, parameter)
        On the scale on which the prior is standard normal, and on the parameters' own.
    most : int, optional
        How many are drawn; all of them by default, in several columns.
    """
    width = z.std(axis=0)
    order = np.argsort(width)[:most]
    strips = []
    for i in order:
        low, high = np.quantile(z[:, i], (0.025, 0.975)).tolist()
        middle = float(np.median(z[:, i]))
        own = np.quantile(rows[:, i], (0.5, 0.025, 0.975)).tolist()
        numbers = "{:.3g} ({:.3g} to {:.3g})".format(*own)
        label = _short(parameters[i].said)
        at_end = np.isclose(rows[:, i, None], [parameters[i].lower, parameters[i].upper], 1e-4)
        color = STRONG if at_end.any(axis=1).mean() > _MOSTLY else BLUE
        prior = (-NORMAL_95, NORMAL_95)
        strips.append(Strip(label, prior, (low, high), middle, numbers, color))
    narrow = int((width < 0.5).sum())
    shown = "All" if most is None else f"The {len(order)} that it narrows most"
    return draw_strips(
        strips,
        1 if most is not None else 4,
        "standard deviations of the prior",
        f"What was published halves the uncertainty of {narrow} of {len(parameters)} parameters",
        f"{shown}: prior (gray, 95%) and posterior (line, 95%; dot, median) on the fitted scale, "
        "then median and 95% of the posterior",
        f"{len(z):,} rows. Halved: a standard deviation of at most half of that of the prior. Red: "
        "a third of the rows or more are at the end of the allowed range.",
    )


def draw_predictions(targets: Sequence[Target], judged: Array) -> Axes:
    """Draws as they are used beside each published outcome that they are fitted to.

    Parameters
    ----------
    judged : array (draw, target)
        What each draw shows.
    """
    strips, inside = [], 0
    for target, found in zip(targets, judged.T, strict=True):
        low, middle, high = np.nanquantile(found, (0.025, 0.5, 0.975)).tolist()
        unit = NORMAL_95 * target.sd
        band = ((target.lower - target.value) / unit, (target.upper - target.value) / unit)
        line = ((low - target.value) / unit, (high - target.value) / unit)
        within = target.lower <= middle <= target.upper
        inside += within
        numbers = f"{_few(target.value)}: {_few(middle)} ({_few(low)} to {_few(high)})"
        color = BLUE if within else STRONG
        dot = (middle - target.value) / unit
        strips.append(Strip(_short(target.label), band, line, dot, numbers, color))
    return draw_strips(
        strips,
        3,
        "distance to the published value, 1.96 of its deviations",
        f"The median of draws is inside the published interval of {inside} of {len(targets)} "
        "outcomes",
        "Published interval (gray) and draws of all parameters (line, 95%; dot, median; red where "
        "outside), then the published value: median and 95% of draws",
        f"{len(judged)} draws as they are used, each lived anew by other luck than it was fitted "
        "by. Zero is the published value, one the 1.96 standard deviations that the fit gives it.",
    )


def _few(number: float) -> str:
    """A number in few letters."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def _short(label: str) -> str:
    return label if len(label) <= _SHORT else label[: _SHORT - 1] + "…"
