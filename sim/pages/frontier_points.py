"""A picture of two numbers of each strategy against each other, with the interval of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.pages.canvas import WIDTH, Canvas, axis_ticks, draw_axis, linear
from sim.pages.interval_rows import IntervalRow, interval_text

_LEFT, _RIGHT, _TOP, _HIGH = 34.0, 12.0, 22.0, 250.0
_KEY_LINE = 17.0


class FrontierPoint(NamedTuple):
    """A strategy: its name, what it loses and gives, and whether another beats it in both."""

    name: str
    loses: IntervalRow
    gives: IntervalRow
    unbeaten: bool


def frontier_description(points: Sequence[FrontierPoint], reference: str) -> str:
    """The picture in words, with its numbers."""
    told = "; ".join(
        f"{p.name}: {interval_text(p.gives, 1, signed=True)} days with little pain, "
        f"{interval_text(p.loses, 1, signed=True)} days of treatment lost"
        f"{', unbeaten' if p.unbeaten else ''}"
        for p in points
    )
    return f"Each strategy against {reference}, a person. {told}."


def draw_frontier(points: Sequence[FrontierPoint], across: str, up: str) -> Canvas:
    """Draw points with numbers, and below them what each number stands for."""
    spans = []
    for which in ("loses", "gives"):
        ends = [x for p in points for x in getattr(p, which)[1:4] if x == x]
        pad = 0.06 * ((max(ends) - min(ends)) or 1.0)
        spans.append((min(*ends, 0.0) - pad, max(*ends, 0.0) + pad))
    right, bottom = WIDTH - _RIGHT, _TOP + _HIGH
    x, y = linear(*spans[0], _LEFT, right), linear(*spans[1], bottom, _TOP)
    canvas = Canvas()
    canvas.text(0.0, 12.0, f"{up}, a person", "quiet small")
    draw_axis(canvas, x, axis_ticks(*spans[0]), bottom, _TOP)
    for tick in axis_ticks(*spans[1]):
        canvas.line(_LEFT, y(tick), right, y(tick), "axis")
        canvas.text(_LEFT - 5.0, y(tick) + 4.0, f"{tick:,g}", "quiet small", "end")
    canvas.line(x(0.0), _TOP, x(0.0), bottom, "zero")
    canvas.line(_LEFT, y(0.0), right, y(0.0), "zero")
    for point in points:
        across_at, up_at = x(point.loses.mean), y(point.gives.mean)
        kind = "line" if point.unbeaten else "thin"
        if point.loses.low == point.loses.low:
            canvas.line(x(point.loses.low), up_at, x(point.loses.high), up_at, kind)
        if point.gives.low == point.gives.low:
            canvas.line(across_at, y(point.gives.low), across_at, y(point.gives.high), kind)
    for number, point in reversed(list(enumerate(points, 1))):
        across_at, up_at = x(point.loses.mean), y(point.gives.mean)
        _number(canvas, across_at, up_at, number, point.unbeaten)
    canvas.text(right, bottom + 30.0, f"{across}, a person", "quiet small", "end")
    place = bottom + 50.0
    for number, point in enumerate(points, 1):
        _number(canvas, 10.0, place - 4.0, number, point.unbeaten)
        canvas.text(24.0, place, point.name, "bold" if point.unbeaten else "")
        place += _KEY_LINE
    canvas.height = place
    return canvas


def _number(canvas: Canvas, x: float, y: float, number: int, filled: bool) -> None:
    canvas.dot(x, y, 7.5, "dot" if filled else "ring")
    canvas.text(x, y + 3.8, str(number), "on-strong mark" if filled else "mark", "middle")
