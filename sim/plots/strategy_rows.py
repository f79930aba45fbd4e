"""Strategies as the rows of a picture of care: room for their names, the names, the text around."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from sim.plots import care_samples as care
from sim.plots import drawing
from sim.plots.drawing import INK, SMALL
from sim.tables.run_tables import RunTables

_INCHES = 0.46
"""Height of a row."""
_KEY = -0.72
"""Where a key stands, above the first row."""


def room_for(tables: RunTables, names: list[str]) -> float:
    """Inches that the names of strategies need beside an axis."""
    lines = [line for name in names for line in care.row_words(tables, name).splitlines()]
    return max(1.75, 0.35 + 0.083 * max(map(len, lines), default=0))


def axes_of_strategies(
    tables: RunTables, names: list[str], extra: float = 2.1, each: float = _INCHES
) -> Axes:
    """Axes of a new figure, as high as its rows, so many inches each, and some inches more."""
    room = room_for(tables, names)
    return drawing.new_axes(9.3 + room, extra + each * len(names), left=room)


def name_strategies(ax: Axes, tables: RunTables, names: list[str]) -> None:
    """Label the rows of a picture with strategies, the first on top, the reference marked."""
    ax.set_yticks(range(len(names)), [care.row_words(tables, name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)


def key_above(
    ax: Axes, entries: Iterable[tuple[str, str]], unit: float, widths: tuple[float, ...]
) -> None:
    """Name colors above the rows, each with a patch of it.

    Parameters
    ----------
    ax : Axes
    entries : iterable of tuple
        Words and color.
    unit : float
        What widths are multiples of, on the x axis.
    widths : tuple of float
        Of a patch; from its left to its words; of an entry without words; of a letter.
    """
    patch, shift, apart, letter = widths
    at = 0.0
    for words, color in entries:
        ax.barh(_KEY, patch * unit, 0.22, left=at, color=color, clip_on=False)
        ax.text(at + shift * unit, _KEY, words, va="center", size=SMALL, color=INK)
        at += unit * (apart + letter * len(words))
    ax.set_ylim(ax.get_ylim()[0], -0.95)


def dress_strategies(
    ax: Axes,
    tables: RunTables,
    names: list[str],
    title: str,
    note: str,
    subtitle: str = "",
    rise: float = 0.0,
) -> None:
    """Write title, people and note around rows of strategies, as far left as their names.

    Title and people stand so many points higher than usual, over the heads of columns.
    """
    reference = care.care_strategies(tables)[0]
    shown = [*([] if reference in names else [reference]), *names]
    note = f"{note} {care.courses_note(tables, shown)} {care.fallback_note(tables, names)}"
    left = drawing.POINTS_PER_INCH * room_for(tables, names) - 6
    subtitle = subtitle or care.trigger_set_words(tables)
    drawing.dress(ax, title, subtitle, note, left=left, rise=rise)
