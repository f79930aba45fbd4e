"""Rows of a picture under bold headings, named in two columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from sim.plots import drawing
from sim.plots.drawing import GRAY, INK

_INCHES = 0.235
"""Height of a row."""
_BEFORE_HEADING, _BEFORE_FIRST = 0.55, 0.3
"""Room before a heading, and before another first name, in rows."""
_LETTER = 0.083
"""Width of a letter of a label, in inches."""
RISE = 13.0
"""Points that a title stands higher where a mark is named above the rows."""


class HeadedRow(NamedTuple):
    """How a row is named: under which heading, and by one or two names."""

    heading: str
    first: str
    second: str = ""


def heights(rows: Sequence[HeadedRow]) -> tuple[list[float], dict[str, float]]:
    """Where rows and headings stand, counted downward.

    Examples
    --------
    >>> heights([HeadedRow("a", "x"), HeadedRow("a", "y"), HeadedRow("b", "x")])
    ([1.0, 2.0, 4.55], {'a': 0.0, 'b': 3.55})
    """
    at, places = 0.0, []
    headings: dict[str, float] = {}
    before: HeadedRow | None = None
    for row in rows:
        if before is None or row.heading != before.heading:
            if row.heading:
                at += _BEFORE_HEADING if before else 0.0
                headings[row.heading] = at
                at += 1.0
        elif row.second and row.first != before.first:
            at += _BEFORE_FIRST
        places.append(at)
        at += 1.0
        before = row
    return places, headings


def room_for_rows(rows: Sequence[HeadedRow]) -> float:
    """Inches that the names of rows need beside an axis."""
    heading, first, second = (max(map(len, names)) * _LETTER for names in zip(*rows, strict=True))
    second += 0.15 if second else 0.0
    return max(1.2, first + second + 0.2, heading - 0.6)


def left_points(rows: Sequence[HeadedRow]) -> float:
    """Points left of the axis at which the names of rows begin."""
    return room_for_rows(rows) * drawing.POINTS_PER_INCH - 6


def axes_of_rows(rows: Sequence[HeadedRow], width: float) -> Axes:
    """Axes of a new figure, as high as its rows and so many inches wide beside their names."""
    height = 2.15 + _INCHES * (heights(rows)[0][-1] + 1.0)
    room = room_for_rows(rows)
    return drawing.new_axes(width + room, height, left=room)


def name_rows(ax: Axes, rows: Sequence[HeadedRow]) -> None:
    """Write headings and names on the left, and let the axis run downward over the rows."""
    places, headings = heights(rows)
    left = left_points(rows)
    double = any(row.second for row in rows)
    words = [row.second if double else row.first for row in rows]
    ax.set_yticks(places, words)
    for y, row, before in zip(places, rows, [None, *rows[:-1]], strict=True):
        if double and (before is None or row[:2] != before[:2]):
            _write(ax, row.first, y, left, INK, "normal")
    for heading, y in headings.items():
        _write(ax, heading, y, left, INK, "bold")
    ax.set_ylim(places[-1] + 0.7, -0.6)
    if double:
        for label in ax.get_yticklabels():
            label.set_color(GRAY)


def _write(ax: Axes, words: str, y: float, left: float, color: str, weight: str) -> None:
    style = {"va": "center_baseline", "size": 9.5, "color": color, "weight": weight}
    drawing.write(ax, words, (0, y), (-left, 0), drawing.BESIDE, **style)


def mark_above(ax: Axes, x: float, words: str, last: float, **style: Any) -> None:
    """A dotted upright line through all rows down to the last, and its name above them."""
    ax.vlines(x, -0.5, last + 0.5, color=INK, linewidth=1.0, linestyle=":", **style)
    ax.text(x, -0.6, words, ha="center", va="bottom", size=drawing.SMALL, color=INK)
