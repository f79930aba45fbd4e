"""A picture of how waits are spread: a row a priority, with its goal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sim.pages.canvas import WIDTH, Canvas

_TICKS = (0.0, 1.0, 3.0, 7.0, 14.0, 28.0, 56.0, 112.0, 224.0, 448.0, 896.0)
_EDGE, _ROW, _THICK = 8.0, 48.0, 14.0


class WaitRow(NamedTuple):
    """A priority: days that 5, 25, 50, 75 and 95% wait at most, the goal, and percent within it."""

    name: str
    days: list[float]
    goal: float
    within: float


def waits_description(rows: Sequence[WaitRow]) -> str:
    """The picture in words, with its numbers."""
    told = (
        f"{row.name}: the middle person waits {row.days[2]:.1f} days, the middle half "
        f"{row.days[1]:.1f} to {row.days[3]:.1f}, nine in ten {row.days[0]:.1f} to "
        f"{row.days[4]:.1f}; {row.within:.0f}% within the goal of {row.goal:g}"
        for row in rows
    )
    return f"Days of waiting. {'. '.join(told)}."


def draw_waits(rows: Sequence[WaitRow]) -> Canvas:
    """Draw rows on a scale that narrows to the right."""
    edge = math.log1p(max(max(row.days[-1], row.goal) for row in rows) * 1.05)

    def at(days: float) -> float:
        return _EDGE + math.log1p(days) / edge * (WIDTH - 2.0 * _EDGE)

    canvas = Canvas()
    bottom = _ROW * len(rows)
    for tick in (tick for tick in _TICKS if math.log1p(tick) <= edge):
        canvas.line(at(tick), 0.0, at(tick), bottom, "axis")
        canvas.text(at(tick), bottom + 14.0, f"{tick:g}", "quiet small", "middle")
    for i, row in enumerate(rows):
        place = _ROW * i
        canvas.text(0.0, place + 15.0, row.name, "bold")
        goal = f"{row.within:.0f}% within {row.goal:g} day{'' if row.goal == 1.0 else 's'}"
        canvas.text(WIDTH, place + 15.0, goal, "", "end")
        middle = place + 30.0
        low, first, half, third, high = row.days
        canvas.line(at(low), middle, at(high), middle, "line")
        canvas.bar(at(first), at(third), middle - _THICK / 2.0, _THICK, "pale")
        canvas.dot(at(half), middle, 4.5, "dot")
        canvas.line(at(row.goal), middle - 11.0, at(row.goal), middle + 11.0, "goal")
    canvas.text(0.0, bottom + 30.0, "days of waiting", "quiet small")
    canvas.height = bottom + 36.0
    return canvas
