"""A panel of the frontier: its limits, the shaded region, the crosses, the points, their key."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.plots import drawing
from sim.plots.drawing import GRAY, MIST, SILVER, SMALL, STRONG
from sim.plots.labels import label_points
from sim.tables.grades import ALL_GRADES, MIXED, UNCONTROLLED
from sim.tables.run_tables import RunTables

_FAR = 1.8
"""Thin lines this many times longer than everything else run out of the picture."""
MARKERS = {"randomized": "o", "matched": "s", MIXED: "D", "series": "^", "assumed": "v", "": "o"}
"""Shape of a point by the grade of evidence; what has no controls is open."""


def set_limits(ax: Axes, delay: pd.DataFrame, burden: pd.DataFrame, *, up: bool) -> None:
    """Limits that hold every point with its thick lines, and thin lines unless they are far."""
    least = min(float(np.nanmin(delay[["mean", "lo"]].to_numpy())), 0.0)
    span = max(float(np.nanmax(delay[["mean", "hi"]].to_numpy())) - least, 1.0)
    ax.set_xlim(least - 0.04 * span, least + 1.2 * span)
    near = burden[["mean", "paired_lo", "paired_hi"]].to_numpy()
    low, high = float(np.nanmin(near)), float(np.nanmax(near))
    whole = (float(np.nanmin(burden.to_numpy())), float(np.nanmax(burden.to_numpy())))
    if whole[1] - whole[0] < _FAR * (high - low):
        low, high = whole
    room = 0.08 * max(high - low, 1e-6)
    ends = (low - room, high + room)
    ax.set_ylim(ends if up else ends[::-1])
    ax.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    drawing.round_ticks(ax.yaxis, 7)


def draw_panel(
    tables: RunTables,
    ax: Axes,
    delay: pd.DataFrame,
    burden: pd.DataFrame,
    front: NDArray[np.bool_],
    labels: dict[str, str],
) -> None:
    """One setting of holds: the shaded region, the line, the crosses, the points, the labels."""
    x, y = delay["mean"].to_numpy(float), burden["mean"].to_numpy(float)
    order = np.flatnonzero(front)[np.argsort(x[front], kind="stable")]
    worst, right = ax.get_ylim()[0], ax.get_xlim()[1]
    step_x = np.append(np.repeat(x[order], 2), right)
    step_y = np.append(worst, np.repeat(y[order], 2))
    ax.fill_between(step_x, step_y, worst, color=MIST, zorder=0)
    ax.plot(step_x[1:], step_y[1:], color=STRONG, linewidth=1.2, zorder=2)
    corners = list(zip(step_x[1:].tolist(), step_y[1:].tolist(), strict=True))
    lines = list(pairwise(corners))
    for i, name in enumerate(delay.index):
        color = STRONG if front[i] else GRAY
        across = [float(delay[end][name]) for end in ("lo", "hi")]
        along = [float(burden[end][name]) for end in ("paired_lo", "paired_hi")]
        ax.vlines(x[i], burden.loc[name, "lo"], burden.loc[name, "hi"], color=SILVER, lw=0.9)
        ax.hlines(y[i], across[0], across[1], color=color, lw=2.2, alpha=0.55, zorder=3)
        ax.vlines(x[i], along[0], along[1], color=color, lw=2.2, alpha=0.55, zorder=3)
        if np.isfinite(across).all():
            lines.append(((across[0], y[i]), (across[1], y[i])))
        if np.isfinite(along).all():
            lines.append(((x[i], along[0]), (x[i], along[1])))
        ax.plot(x[i], y[i], **_mark(tables.evidence[str(name)], color), zorder=5)
    label_points(ax, x.tolist(), y.tolist(), [labels[name] for name in delay.index], lines)


def draw_grades(tables: RunTables, ax: Axes, names: list[str], height: float) -> None:
    """What the shapes of the points mean, above the axis on the right."""
    here = {tables.evidence[name] for name in names}
    grades = [grade for grade in ALL_GRADES if grade in here]
    points = [Line2D([], [], **_mark(grade, GRAY)) for grade in grades]
    ax.legend(
        points,
        grades,
        loc="lower right",
        bbox_to_anchor=(1.0, height - 0.012),
        ncol=len(grades),
        frameon=False,
        fontsize=SMALL,
        handletextpad=0.1,
        columnspacing=1.0,
        borderaxespad=0.0,
    )


def _mark(grade: str, color: str) -> dict[str, Any]:
    """How a point of a grade of evidence looks."""
    look = {"marker": MARKERS[grade], "color": color, "mew": 1.6, "ms": 8, "ls": ""}
    face = "white" if grade in UNCONTROLLED else color
    if grade == MIXED:
        look |= {"fillstyle": "left", "markerfacecoloralt": "white"}
    return look | {"mfc": face}
