"""A picture of numbers that contain each other: a bar in a bar, a row a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.pages.canvas import WIDTH, Canvas, axis_ticks, draw_axis, linear

_KINDS = ("silver", "pale", "blue")
_ROW, _THICK = 46.0, 15.0


class NestedBar(NamedTuple):
    """A name, a number a bar from the widest meaning on, and an interval of the second."""

    name: str
    values: list[float]
    low: float
    high: float


def nested_description(bars: Sequence[NestedBar], series: Sequence[str]) -> str:
    """The picture in words, with its numbers."""
    told = (
        f"{bar.name}: "
        + ", ".join(
            f"{words} {value:,.0f}" for words, value in zip(series, bar.values, strict=True)
        )
        for bar in bars
    )
    return f"{'. '.join(told)}."


def draw_nested(bars: Sequence[NestedBar], series: Sequence[str], unit: str) -> Canvas:
    """Draw bars of three series: the first behind, the others over it."""
    ends = [x for bar in bars for x in (*bar.values, bar.high) if x == x]
    at = linear(0.0, max(ends), 0.0, WIDTH - 4.0)
    canvas = Canvas()
    place = 2.0
    for words, kind in zip(series, _KINDS, strict=True):
        canvas.bar(0.0, 12.0, place, 11.0, kind)
        canvas.text(17.0, place + 10.0, words)
        place += 17.0
    top = place + 4.0
    bottom = top + _ROW * len(bars)
    draw_axis(canvas, at, axis_ticks(0.0, max(ends), 5), bottom, top)
    place = top
    for bar in bars:
        canvas.text(0.0, place + 14.0, bar.name, "bold")
        told = " / ".join(f"{value:,.0f}" for value in bar.values)
        canvas.text(WIDTH, place + 14.0, told, "", "end")
        for inset, value, kind in zip((0.0, 2.0, 5.0), bar.values, _KINDS, strict=True):
            canvas.bar(0.0, at(value), place + 19.0 + inset, _THICK - 2.0 * inset, kind)
        if bar.low == bar.low and bar.high > bar.low:
            below = place + 19.0 + _THICK + 4.0
            canvas.line(at(bar.low), below, at(bar.high), below, "line")
            for end in (bar.low, bar.high):
                canvas.line(at(end), below - 3.0, at(end), below + 3.0, "line")
        place += _ROW
    canvas.text(0.0, bottom + 30.0, unit, "quiet small")
    canvas.height = bottom + 36.0
    return canvas
