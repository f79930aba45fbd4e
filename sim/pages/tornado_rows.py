"""A picture of what moves an answer: a row a number, from one end of its range to the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.pages.canvas import (
    BOLD_LETTER,
    LETTER,
    WIDTH,
    Canvas,
    axis_ticks,
    broken,
    draw_axis,
    linear,
)

_LINE, _THICK, _GAP = 15.0, 12.0, 12.0
_EDGE = 10.0


class TornadoRow(NamedTuple):
    """A number, the answer at the low and the high end of its range, and how far that moves it."""

    name: str
    at_low: float
    at_high: float
    told: str


def draw_tornado_rows(
    rows: Sequence[TornadoRow], base: float, unit: str, *, zero: str = ""
) -> Canvas:
    """Draw rows around the answer at the best estimates.

    Parameters
    ----------
    rows : sequence of TornadoRow
    base : float
    unit : str
    zero : str
        What is so beyond zero, if a line is to mark it.
    """
    ends = [base, *(x for row in rows for x in (row.at_low, row.at_high))]
    low, high = min(ends), max(ends)
    at = linear(low, high, _EDGE, WIDTH - _EDGE)
    canvas = Canvas()
    canvas.bar(0.0, 12.0, 2.0, 11.0, "blue")
    canvas.text(17.0, 12.0, "low end of its range")
    canvas.bar(160.0, 172.0, 2.0, 11.0, "warm")
    canvas.text(177.0, 12.0, "high end of its range")
    top = y = 22.0
    marks = []
    for row in rows:
        room = int((WIDTH - LETTER * (len(row.told) + 2)) / BOLD_LETTER)
        lines = broken(row.name, room)
        for line in lines:
            y += _LINE
            canvas.text(0.0, y, line, "bold")
        canvas.text(WIDTH, y, row.told, "", "end")
        marks.append(y + 5.0)
        y += 5.0 + _THICK + _GAP - 8.0
    bottom = y + 4.0
    words, canvas.shapes = canvas.shapes, []
    draw_axis(canvas, at, axis_ticks(low, high), bottom, top)
    for row, place in zip(rows, marks, strict=True):
        sides = [(row.at_low, "blue"), (row.at_high, "warm")]
        for value, kind in sorted(sides, key=lambda side: -abs(side[0] - base)):
            canvas.bar(at(base), at(value), place, _THICK, kind)
    canvas.line(at(base), top, at(base), bottom, "line")
    if zero and low < 0.0 < high:
        canvas.line(at(0.0), top, at(0.0), bottom, "zero")
        side = "end" if at(0.0) > WIDTH / 2.0 else "start"
        canvas.text(at(0.0), bottom + 44.0, f"left of the dashed line {zero}", "quiet small", side)
    canvas.shapes += words
    canvas.text(0.0, bottom + 30.0, unit, "quiet small")
    canvas.height = bottom + (50.0 if zero and low < 0.0 < high else 36.0)
    return canvas
