"""Labels in a picture that do not cover each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox, BboxBase
from numpy.typing import NDArray

from sim.evidence.mistakes import InputError
from sim.plots.drawing import GRAY, INK, POINTS_PER_INCH, SMALL

_NEAR = 15.0
"""Points between a label and its point up to which no line joins them."""
_FAR = 0.12
"""Share of a label that may be covered before it moves away from its point."""


def apart(values: Sequence[float], gap: float) -> NDArray[np.float64]:
    """Places near the values, in their order, no two nearer than `gap`.

    Examples
    --------
    >>> apart([1.0, 1.2, 5.0], 1.0).round(2).tolist()
    [0.6, 1.6, 5.0]
    """
    order = np.argsort(values, kind="stable")
    blocks: list[list[float]] = []  # mean of what is wanted at the lowest place, and how many
    for rank, i in enumerate(order):
        blocks.append([float(values[i]) - gap * rank, 1.0])
        while len(blocks) > 1 and blocks[-1][0] < blocks[-2][0]:
            mean, size = blocks.pop()
            below, several = blocks.pop()
            blocks.append([(mean * size + below * several) / (size + several), size + several])
    found = np.empty(len(order))
    found[order] = np.repeat([b[0] for b in blocks], [int(b[1]) for b in blocks])
    found[order] += gap * np.arange(len(order))
    return found


_AROUND = tuple(
    (x * far, y * far)
    for far in (1.0, 1.6, 2.4, 3.4, 4.6)
    for x, y in ((9, 0), (8, 7), (8, -7), (-9, 0), (-8, 7), (-8, -7), (0, 11), (0, -11))
)
"""Where a label may stand around its point, in points, the best first."""


def label_points(
    ax: Axes,
    x: Sequence[float],
    y: Sequence[float],
    words: Sequence[str],
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]] = (),
) -> None:
    """Write words beside points so that they cover nothing, as far as there is room.

    The limits of the Axes must stand. A label far from its point gets a thin line to it.

    Parameters
    ----------
    lines : sequence of ((x, y), (x, y))
        Upright or level lines that labels keep clear of.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise InputError("ax belongs to no figure; allowed: an Axes of a figure")
    room = ax.get_window_extent()
    at = ax.transData.transform(np.column_stack([x, y]))
    half = 5.0 * figure.dpi / POINTS_PER_INCH
    taken = [Bbox.from_extents(px - half, py - half, px + half, py + half) for px, py in at]
    thin = figure.dpi / POINTS_PER_INCH
    ends = [ax.transData.transform(line) for line in lines]
    struck = [Bbox([e.min(axis=0) - thin, e.max(axis=0) + thin]) for e in ends]
    for i in np.argsort(-at[:, 1], kind="stable"):
        best, least = _AROUND[0], np.inf
        for dx, dy in _AROUND:
            label = _label(ax, words[i], (x[i], y[i]), (dx, dy))
            box = label.get_window_extent()
            cost = sum(_shared(box, other) for j, other in enumerate(taken) if j != i)
            cost += sum(_shared(box, line) for line in struck)
            cost += box.width * box.height - _shared(box, room)
            cost += _FAR * box.width * box.height * (np.hypot(dx, dy) > _NEAR)
            if cost < least:
                best, least = (dx, dy), cost
            label.remove()
            if cost <= 0.0:
                break
        label = _label(ax, words[i], (x[i], y[i]), best)
        taken.append(label.get_window_extent())
        if np.hypot(*best) > _NEAR:
            label.remove()
            _label(ax, words[i], (x[i], y[i]), best, line=True)


def _label(
    ax: Axes,
    words: str,
    at: tuple[float, float],
    offset: tuple[float, float],
    *,
    line: bool = False,
) -> Annotation:
    """Words at an offset from a point, possibly with a thin line between them."""
    props = {"arrowstyle": "-", "color": GRAY, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 5}
    return ax.annotate(
        words,
        at,
        offset,
        textcoords="offset points",
        ha="left" if offset[0] > 0 else "right" if offset[0] < 0 else "center",
        va="bottom" if offset[1] > 0 else "top" if offset[1] < 0 else "center",
        size=SMALL,
        color=INK,
        arrowprops=props if line else None,
        zorder=6,
    )


def _shared(one: BboxBase, other: BboxBase) -> float:
    """Area that two boxes share."""
    both = Bbox.intersection(one, other)
    return 0.0 if both is None else float(both.width * both.height)
