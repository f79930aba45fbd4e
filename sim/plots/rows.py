"""Rows of a picture under bold headings, named in two columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.plots.drawing import GRAY, INK, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = 0.235
"""Height of a row."""
_BEFORE_HEADING, _BEFORE_FIRST = 0.55, 0.3
"""Room before a heading, and before another first name, in rows."""
_LETTER = 0.083
"""Width of a letter of a label, in inches."""
RISE = 13.0
"""Points that a title stands higher where a mark is named above the rows."""
_POINTS_PER_INCH = 72.0


class Row(NamedTuple):
    """How a row is named: under which heading, and by one or two names."""

    heading: str
    first: str
    second: str = ""


def heights(rows: Sequence[Row]) -> tuple[list[float], dict[str, float]]:
    """Where rows and headings stand, counted downward.

    Examples
    --------
    >>> heights([Row("a", "x"), Row("a", "y"), Row("b", "x")])
    ([1.0, 2.0, 4.55], {'a': 0.0, 'b': 3.55})
    """
    at, places = 0.0, []
    headings: dict[str, float] = {}
    before: Row | None = None
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


def room_for_rows(rows: Sequence[Row]) -> float:
    """Inches that the names of rows need beside an axis."""
    first, second = _widths(rows)
    headings = max(len(row.heading) for row in rows) * _LETTER
    return max(1.2, first + second + 0.2, headings - 0.6)


def _widths(rows: Sequence[Row]) -> tuple[float, float]:
    first = max(len(row.first) for row in rows) * _LETTER
    second = max(len(row.second) for row in rows) * _LETTER
    return first, second + (0.15 if second else 0.0)


def axes_of_rows(rows: Sequence[Row], width: float) -> Axes:
    """Axes of a new figure, as high as its rows."""
    height = 2.15 + _INCHES * (heights(rows)[0][-1] + 1.0)
    return new_axes(width, height, left=room_for_rows(rows))


def name_rows(ax: Axes, rows: Sequence[Row]) -> None:
    """Write headings and names on the left, and let the axis run downward over the rows."""
    places, headings = heights(rows)
    left = room_for_rows(rows) * _POINTS_PER_INCH - 6
    double = any(row.second for row in rows)
    words = [row.second if double else row.first for row in rows]
    ax.set_yticks(places, words)
    before: Row | None = None
    for y, row in zip(places, rows, strict=True):
        if double and (before is None or row[:2] != before[:2]):
            _write(ax, row.first, y, left, INK, "normal")
        before = row
    for heading, y in headings.items():
        _write(ax, heading, y, left, INK, "bold")
    ax.set_ylim(places[-1] + 0.7, -0.6)
    if double:
        for label in ax.get_yticklabels():
            label.set_color(GRAY)


def _write(ax: Axes, words: str, y: float, left: float, color: str, weight: str) -> None:
    ax.annotate(
        words,
        (0, y),
        (-left, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center_baseline",
        size=9.5,
        color=color,
        weight=weight,
        annotation_clip=False,
    )
