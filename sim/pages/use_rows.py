"""A picture of how full lines are: a row a line, used and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.pages.canvas import WIDTH, Canvas, axis_ticks, draw_axis, linear

_ROW, _THICK, _EDGE = 40.0, 12.0, 4.0


class UseRow(NamedTuple):
    """A line: percent of its open time that is used, and that is asked for."""

    name: str
    used: float
    asked: float


def draw_use(rows: Sequence[UseRow]) -> Canvas:
    """Draw rows, with a line at all of the open time."""
    high = max(100.0, *(max(row.used, row.asked) for row in rows))
    at = linear(0.0, high, 0.0, WIDTH - _EDGE)
    canvas = Canvas()
    bottom = _ROW * len(rows)
    draw_axis(canvas, at, axis_ticks(0.0, high), bottom, 0.0)
    canvas.line(at(100.0), 0.0, at(100.0), bottom, "zero")
    for i, row in enumerate(rows):
        place = _ROW * i
        canvas.text(0.0, place + 15.0, row.name, "bold")
        told = f"used {row.used:.0f}%, asked {row.asked:.0f}%"
        canvas.text(WIDTH, place + 15.0, told, "", "end")
        canvas.bar(0.0, at(row.used), place + 20.0, _THICK, "blue")
        canvas.line(at(row.asked), place + 18.0, at(row.asked), place + 34.0, "goal")
    canvas.text(0.0, bottom + 30.0, "percent of open time", "quiet small")
    canvas.height = bottom + 36.0
    return canvas
