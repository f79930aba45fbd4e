"""A picture of rows: a name, a number with its interval, and both drawn below them."""

from __future__ import annotations

import math
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

_ROW, _LINE, _EDGE = 40.0, 15.0, 8.0


class IntervalRow(NamedTuple):
    """A name with a number and the ends of its interval, nan where there is none."""

    name: str
    mean: float
    low: float = math.nan
    high: float = math.nan
    marked: bool = True
    """Whether it is one of those that the picture is about; others are drawn hollow."""


def number_words(value: float, decimals: int, *, signed: bool = False) -> str:
    """A number as a sentence has it.

    Examples
    --------
    >>> number_words(1234.5, 0), number_words(-0.04, 1, signed=True), number_words(-2.0, 1)
    ('1,234', '0.0', '−2.0')
    """
    text = f"{value:{'+' if signed else ''},.{decimals}f}"
    if not float(text.replace(",", "")):
        return text.lstrip("+-")
    return text.replace("-", "−")


def interval_text(row: IntervalRow, decimals: int, *, signed: bool = False) -> str:
    """A mean with its interval, as a sentence has it; the mean alone, if it has none."""
    mean, low, high = (number_words(x, decimals, signed=signed) if x == x else "" for x in row[1:4])
    return f"{mean} ({low} to {high})" if low else mean


def draw_intervals(
    rows: Sequence[IntervalRow], unit: str, decimals: int, *, differences: bool = False
) -> Canvas:
    """Draw rows; differences with a line at zero, other numbers from zero on where it is near."""
    ends = [x for row in rows for x in row[1:4] if x == x]
    low, high = min(ends), max(ends)
    if differences or 0.0 <= low < 0.5 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    at = linear(low, high, _EDGE, WIDTH - _EDGE)
    canvas = Canvas()
    y = 0.0
    marks = []
    for row in rows:
        told = interval_text(row, decimals, signed=differences)
        room = int((WIDTH - LETTER * len(told) - 2 * _EDGE) / BOLD_LETTER)
        for line in broken(row.name, max(room, 12)):
            y += _LINE
            canvas.text(0.0, y, line, "bold" if row.marked else "")
        canvas.text(WIDTH, y, told, "", "end")
        marks.append(y + 11.0)
        y += _ROW - _LINE
    bottom = y + 2.0
    shapes, canvas.shapes = canvas.shapes, []
    draw_axis(canvas, at, axis_ticks(low, high), bottom, 0.0)
    if differences:
        canvas.line(at(0.0), 0.0, at(0.0), bottom, "zero")
    canvas.shapes += shapes
    for row, place in zip(rows, marks, strict=True):
        if row.low == row.low:
            canvas.line(at(row.low), place, at(row.high), place, "line")
            for end in (row.low, row.high):
                canvas.line(at(end), place - 3.0, at(end), place + 3.0, "line")
        canvas.dot(at(row.mean), place, 4.5, "dot" if row.marked else "ring")
    canvas.text(0.0, bottom + 30.0, unit, "quiet small")
    canvas.height = bottom + 36.0
    return canvas
