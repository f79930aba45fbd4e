"""The tornado: how far each number moves an answer alone, the largest on top."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.plots import drawing
from sim.plots.drawing import BLUE, GRAY, INK, SMALL, STRONG
from sim.tables.intervals import NORMAL_95
from sim.uncertainty.asked import RANKING, Asked
from sim.uncertainty.moved import Moved, records_of
from sim.uncertainty.sensitivity_text import in_its_unit, three_digits

_INCHES = 0.36
_LETTER = 0.078
_ASSUMED = "○ "
"""Marks a parameter that is assumed."""


def draw_tornado(found: Moved, ask: Asked, most: int, ax: Axes | None = None) -> Axes:
    """A bar a number, from the answer at one end of its 95% range to that at the other."""
    table = found.of("tornado", ask)
    shown = table[table["moves"] > 0.0].head(most)
    words = [
        f"{_ASSUMED if grade == 'assumed' else ''}{parameter}"
        for parameter, grade in zip(shown["parameter"], shown["grade"], strict=True)
    ]
    room = max(1.75, 0.35 + _LETTER * max(map(len, words), default=0))
    ax = ax or drawing.new_axes(7.6 + room, 2.3 + _INCHES * max(1, len(shown)), left=room)
    base = float(table["base"].iloc[0])
    ends = shown[["at_low", "at_high"]].to_numpy(float)
    low = min(base, ends.min()) if len(shown) else base
    high = max(base, ends.max()) if len(shown) else base
    reach = (high - low) or 1.0
    for y, row in enumerate(records_of(shown)):
        _bar(ax, y, base, row, reach)
    edge = high + 0.16 * reach
    cells = {
        float(y): f"{in_its_unit(row.moves)} ± {in_its_unit(NORMAL_95 * row.moves_se)}"
        for y, row in enumerate(records_of(shown))
    }
    drawing.column(ax, edge + 0.14 * reach, -0.55, "moves it by (95%)", cells)
    ax.axvline(base, color=INK, linewidth=0.9)
    if ask.measure == RANKING and low < 0.0 < high:
        ax.axvline(0.0, color=GRAY, linewidth=0.9, linestyle=":")
        ax.text(0.0, -0.55, "another leads ", ha="right", va="bottom", size=SMALL, color=GRAY)
    ax.set_yticks(range(len(shown)), words)
    ax.set_ylim(max(1, len(shown)) - 0.4, -0.6)
    ax.set_xlim(low - 0.12 * reach, edge + 0.14 * reach)
    drawing.ticks_up_to(ax, high)
    ax.set_xlabel(ask.unit, loc="left")
    title, people = _title(found, ask), int(table["people"].iloc[0])
    subtitle = (
        f"{ask.words(found.scenario)}; {in_its_unit(base)} at the point estimate. Beside a bar "
        "stand the values of the parameter: blue the low end of its 95% range, red the high one."
    )
    note = (
        f"Each number is moved alone, with the same {people:,} people and the same luck. "
        f"{_ASSUMED}assumed. {len(table) - len(shown):,} numbers that move it less, or not at all, "
        "are not shown. ±: as few people are lived."
    )
    left = drawing.POINTS_PER_INCH * room - 6
    drawing.dress(ax, title, subtitle, note, left=left, rise=10)
    return ax


def _bar(ax: Axes, y: float, base: float, row: Any, reach: float) -> None:
    """Both ends of one number, the farther behind; where both lie on one side, apart by words."""
    ends = [(row.at_low, row.low, BLUE), (row.at_high, row.high, STRONG)]
    ends.sort(key=lambda end: -abs(end[0] - base))
    to_the_right = [at > base for at, _, _ in ends]
    if to_the_right[0] == to_the_right[1] or ends[1][0] == base:
        to_the_right[1] = not to_the_right[0]
    for (at, value, color), right in zip(ends, to_the_right, strict=True):
        ax.barh(y, at - base, 0.56, left=base, color=color)
        beside = max(at, base) if right else min(at, base)
        gap = 0.008 * reach * (1 if right else -1)
        how: dict[str, Any] = {"ha": "left" if right else "right", "va": "center_baseline"}
        ax.text(beside + gap, y, three_digits(value), size=SMALL, color=color, **how)


def _title(found: Moved, ask: Asked) -> str:
    """What moves it most, if that is told apart from the next."""
    table = found.of("tornado", ask)
    what = "the lead" if ask.measure == RANKING else ask.measure
    if not (table["moves"] > 0.0).any():
        return f"No number moves {what}"
    first, *others = records_of(table.head(2))
    apart = [
        first.moves - other.moves > NORMAL_95 * float(np.hypot(first.moves_se, other.moves_se))
        for other in others
    ]
    if first.moves > NORMAL_95 * first.moves_se and all(apart):
        return f"{first.parameter} moves {what} most"
    return f"What moves {what} most: the first are not told apart"
