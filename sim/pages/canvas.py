"""Shapes of a picture on a page, drawn in the classes of its style, so that dark pages work too.

All lengths are of a picture `WIDTH` wide; a phone shows it at about this size, so that its letters
can be read there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from sim.pages.page import templates

WIDTH = 360.0
LETTER, BOLD_LETTER = 6.2, 7.2
"""Width of a letter of a usual word, at the usual size."""
Scale = Callable[[float], float]
"""From a number to its place."""


@dataclass
class Canvas:
    """Shapes, in the order in which they are drawn."""

    height: float = 0.0
    shapes: list[Markup] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        """Write words that begin, end or are centered at a place."""
        self.shapes.append(
            Markup('<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>').format(
                _place(x), _place(y), kind, anchor, words
            )
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a line."""
        places = map(_place, (x1, y1, x2, y2))
        self.shapes.append(
            Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(*places, kind)
        )

    def bar(self, x1: float, x2: float, y: float, thick: float, kind: str) -> None:
        """Draw a level bar between two places, whichever is left."""
        left, wide = min(x1, x2), abs(x2 - x1)
        places = map(_place, (left, y, wide, thick))
        self.shapes.append(
            Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(*places, kind)
        )

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Draw a circle."""
        places = map(_place, (x, y, radius))
        self.shapes.append(
            Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>').format(*places, kind)
        )


@dataclass(frozen=True)
class PageFigure:
    """A picture with the words around it.

    Attributes
    ----------
    anchor : str
    title : str
        Says a finding only where the intervals allow it.
    words : str
        What is drawn, of whom, in which unit.
    description : str
        The same for who does not see it, with its numbers.
    canvas : Canvas
    note : str
        How to read it, and what intervals are of.
    """

    anchor: str
    title: str
    words: str
    description: str
    canvas: Canvas
    note: str = ""

    def html(self) -> Markup:
        """The picture as markup."""
        told = templates().get_template("figure.html.jinja")
        return Markup(
            told.render(
                anchor=self.anchor,
                title=self.title,
                words=self.words,
                description=self.description,
                note=self.note,
                width=_place(WIDTH),
                height=_place(self.canvas.height),
                shapes=Markup("\n").join(self.canvas.shapes),
            )
        )


def linear(low: float, high: float, left: float, right: float) -> Scale:
    """From numbers between two to places between two."""
    span = (high - low) or 1.0
    return lambda value: left + (value - low) / span * (right - left)


def axis_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two, at most so many.

    Examples
    --------
    >>> axis_ticks(0.0, 46.0), axis_ticks(-1.2, 0.9, 5)
    ([0.0, 10.0, 20.0, 30.0, 40.0], [-1.0, -0.5, 0.0, 0.5])
    """
    span = high - low
    if not span > 0.0:
        return [low]
    step = next(
        step
        for power in range(math.floor(math.log10(span / most)), 20)
        for step in (10.0**power, 2.0 * 10.0**power, 5.0 * 10.0**power)
        if math.floor(high / step) - math.ceil(low / step) + 1 <= most
    )
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) + 0.0 for i in range(first, last + 1)]


def draw_axis(canvas: Canvas, at: Scale, ticks: Sequence[float], y: float, top: float) -> None:
    """Draw a level axis: lines up to `top` through its ticks, and their numbers below `y`."""
    for tick in ticks:
        canvas.line(at(tick), top, at(tick), y, "axis")
        canvas.text(at(tick), y + 14, f"{tick:,g}", "quiet small", "middle")


def broken(words: str, letters: int) -> list[str]:
    """Words in lines of at most so many letters."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _place(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
