"""How pictures look and what they say: colors, words, a new figure, the text around it, the file.

Light is everything there is, occult disease included; strong is what has been detected. Figures
are made without `pyplot`: no display, no global state, no second to import it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from numpy.typing import ArrayLike

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import SITES, nearest
from sim.plots.forms import form_of
from sim.tables import intervals
from sim.tables.projected import projected_from, projected_words

STRONG, LIGHT = "#c2410c", "#f3c3a6"
INK, GRAY, SILVER, MIST = "#222222", "#666666", "#c8c8c8", "#f5f5f5"
BAND, GRID = "#dcdcdc", "#ececec"
BLUE, PALE_BLUE, GREEN, VIOLET = "#1f5f8b", "#a9c8de", "#3f7d4e", "#6b4c8a"
SERIES = (STRONG, BLUE, INK, "#4a9ad4", "#b28474", "#5b12b3")
"""Colors of lines that stand side by side, told apart whatever colors one sees."""
STYLES = ("-", "--", ":", "-.")
"""Styles of lines, the next one when the colors are used up."""
SMALL = 8.5
"""Font size of numbers, legends and notes, in points."""

POINTS_PER_INCH = 72
_SAVED_DPI = 150.0
"""Dots per inch of a picture in a file."""
_PNG: dict[str, Any] = {"pil_kwargs": {"compress_level": 2}}
"""Half the time of the usual level, for files that are 2% larger."""
_EDGE = 0.15
"""Inches around all that is drawn."""
_MOST_INCHES = 80.0
"""Of the side of a figure: 12,000 dots."""
_UNEVEN = 8
"""Letters by which lines of a title may differ."""
_TITLE_LETTER = 0.105
"""Width of a letter of a title, in inches."""
_SUBTITLE_LETTER, _NOTE_LETTER = 0.0755, 0.0675
"""Width of a letter of a subtitle and of a note, in inches."""
_LINE = 15.0
"""Height of a line of a subtitle, in points."""
_LEAST_LETTERS = 60
"""Letters of a line at least, however narrow a figure is."""
_ROUND = [1, 2, 5, 10]
"""Steps between ticks, times a power of ten."""
BESIDE = ("axes fraction", "data")
"""Coordinates of what stands left or right of the Axes, at a height of its data."""


class NothingToDrawError(InputError):
    """A picture for which a run holds no data; the message says what is missing."""


def check_name(what: str, name: str, known: Sequence[str]) -> None:
    """Refuse a name that is not known.

    Raises
    ------
    NothingToDrawError
        With the nearest one that is.
    """
    if name not in known:
        raise NothingToDrawError(f"{what} is {name!r}; {nearest(name, list(known))}")


def new_axes(width: float, height: float, left: float) -> Axes:
    """Axes of a new figure with room for labels on the left and for text above and below.

    All are inches: the size of the figure, and the room on the left.
    """
    return new_panels(1, width, height, left)[0]


def new_panels(n: int, width: float, height: float, left: float, gap: float = 0.0) -> list[Axes]:
    """Axes side by side in a new figure, with room as in `new_axes` and a gap between two."""
    each = (width - left - 0.2 - (n - 1) * gap) / n
    columns = [left + i * (each + gap) for i in range(n)]
    return panel_grid((width, height), columns, [0.9], (each, height - 1.9))[0]


def panel_grid(
    figure_size: tuple[float, float],
    columns: Sequence[float],
    rows: Sequence[float],
    size: tuple[float, float],
) -> list[list[Axes]]:
    """Axes of one size in a new figure, row by row.

    Parameters
    ----------
    figure_size, size : tuple of float
        Width and height of the figure, and of each Axes, in inches.
    columns, rows : sequence of float
        Where Axes begin, in inches from the left and from below.
    """
    figure = Figure(figsize=figure_size, facecolor="white")
    width, height = figure_size
    wide, high = size[0] / width, size[1] / height
    return [[figure.add_axes((x / width, y / height, wide, high)) for x in columns] for y in rows]


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Width and height of an Axes."""
    per_point = ax.get_figure(root=True).dpi / POINTS_PER_INCH  # type: ignore[union-attr]
    return ax.bbox.width / per_point, ax.bbox.height / per_point


def dress(
    ax: Axes,
    title: str,
    subtitle: str = "",
    note: str = "",
    *,
    left: float = 0.0,
    rise: float = 0.0,
) -> None:
    """Write title, subtitle and note around an Axes, and drop its frame.

    Parameters
    ----------
    title, note : str
        Are broken into lines; a title only if it is in one.
    left : float
        Points left of the axis from which they begin.
    rise : float
        Points that title and subtitle stand higher than usual, for what is between.
    """
    figure = ax.get_figure(root=True)
    width = 9.0 if figure is None else float(figure.get_figwidth()) - 0.3
    most = max(_LEAST_LETTERS, int(width / _SUBTITLE_LETTER))
    lines = [part for line in subtitle.split("\n") for part in fill(line, most).split("\n")]
    while lines and not lines[-1]:  # room for what stands between
        lines.pop()
        rise += _LINE if subtitle else 0.0
    subtitle = "\n".join(lines)
    above = 10 + _LINE * len(lines) + rise
    note = fill(" ".join(note.split()), max(_LEAST_LETTERS, int(width / _NOTE_LETTER)))
    title = title if "\n" in title else _in_lines(title, width)
    for text, corner, up, size, color, weight in (
        (title, 1, above, 13.0, INK, "bold"),
        (subtitle, 1, 8 + rise, 10.0, GRAY, "normal"),
        (note, 0, -44, SMALL, GRAY, "normal"),
    ):
        va = "bottom" if corner else "top"
        write(ax, text, (0, corner), (-left, up), va=va, size=size, color=color, weight=weight)
    plain(ax)


def _in_lines(title: str, width: float) -> str:
    """A title in as many lines as so many inches need."""
    most = int(width / _TITLE_LETTER)
    lines = max(1, -(-len(title) // most))
    return fill(title, most if lines == 1 else min(most, len(title) // lines + _UNEVEN))


def write(
    ax: Axes,
    words: str,
    at: tuple[float, float],
    shift: tuple[float, float],
    coordinates: str | tuple[str, str] = "axes fraction",
    **style: Any,
) -> Annotation:
    """Write words so many points to the right of a place and above it, also outside the Axes."""
    where: dict[str, Any] = {"xycoords": coordinates, "textcoords": "offset points"}
    return ax.annotate(words, at, shift, **where, **style)


def series_look(number: int) -> tuple[str, str]:
    """Color and style of a line that stands beside so many others."""
    return SERIES[number % len(SERIES)], STYLES[number // len(SERIES) % len(STYLES)]


def plain(ax: Axes) -> None:
    """Drop the frame and the ticks."""
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, pad=7, colors=INK, labelsize=9.5)
    ax.xaxis.label.set(color=GRAY, size=9.5)
    ax.yaxis.label.set(color=GRAY, size=9.5)


def column(ax: Axes, x: float, top: float, header: str, cells: Mapping[float, str]) -> None:
    """Write a right-aligned column of text at `x`: a header above `top`, a cell at each height."""
    ax.text(x, top, header, ha="right", va="bottom", size=SMALL, color=GRAY)
    for y, cell in cells.items():
        ax.text(x, y, cell, ha="right", va="center_baseline", size=SMALL, color=INK)


def columns(
    ax: Axes, top: float, headers: Mapping[float, str], rows: Mapping[float, Sequence[str]]
) -> None:
    """Write columns of text, each right-aligned, beside the rows of a picture.

    Parameters
    ----------
    top : float
        Where the headers stand.
    headers : mapping
        By the right end of the column, from left to right.
    rows : mapping
        By the height of the row: a cell a column.
    """
    for number, (x, header) in enumerate(headers.items()):
        column(ax, x, top, header, {y: cells[number] for y, cells in rows.items()})


def ticks_up_to(ax: Axes, edge: float) -> None:
    """Put ticks with thousands separators on the part of the x axis that carries data."""
    found = MaxNLocator(5, steps=_ROUND).tick_values(ax.get_xlim()[0], edge)
    at = [float(x) for x in found if ax.get_xlim()[0] <= x <= edge * 1.001]
    words = [f"{x:,g}" if x < 1e5 else f"{x:,.0f}" for x in at]
    ax.set_xticks(at, [text.replace("-", "−") for text in words])


def round_ticks(axis: Axis, most: int) -> None:
    """Put at most so many ticks at round numbers, with thousands separators."""
    axis.set_major_locator(MaxNLocator(most, steps=_ROUND))
    axis.set_major_formatter(StrMethodFormatter("{x:,g}"))


def ticks_of_years(ax: Axes, years: Sequence[int]) -> None:
    """Put ticks at whole years, at most ten of them, within the years that are drawn."""
    locator = MaxNLocator(min(len(years), 10), integer=True, steps=_ROUND)
    ax.xaxis.set_major_locator(locator)
    at = [x for x in ax.get_xticks() if years[0] <= x <= years[-1]]
    ax.set_xticks(at, [f"{x:.0f}" for x in at])


def interval_lines(
    ax: Axes, heights: ArrayLike, low: ArrayLike, high: ArrayLike, width: float = 1.0
) -> None:
    """Draw intervals over bars, each line with a pale edge that shows it on dark ones."""
    lines = ax.hlines(heights, low, high, color=INK, linewidth=width, zorder=4)
    lines.set_path_effects([withStroke(linewidth=width + 1.6, foreground="white", alpha=0.75)])


def level_lines(ax: Axes) -> None:
    """Draw thin lines at the ticks of the y axis, behind everything."""
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)


def site(primary: str) -> str:
    """A primary in plain words."""
    return SITES.get(primary, primary)


def per_year(run: Mapping[str, Any]) -> str:
    """The unit of the counts of a run."""
    return "people a year" + (" of diagnosis" if run["view"] == "cohort" else "")


def who(run: Mapping[str, Any], view: str = "") -> str:
    """Population, size, years and view of a run in one line; of another view if it is given."""
    scenario = run["scenario"]
    years = "–".join(str(year) for year in dict.fromkeys(scenario["years"]))
    what = f"people diagnosed in {years}, followed to death"
    if (view or run["view"]) == "calendar":
        what = f"events of {years}"
    what += projected_words(run)
    people = f"{run['people']:,} new cancers in {scenario['anchor_year']}"
    return f"{scenario['population']}, {people}; {what}"


def hatch_projected(ax: Axes, run: Mapping[str, Any]) -> None:
    """Hatch the bars of a picture, if all years of a run are projected."""
    last = projected_from(run)
    if last is not None and run["scenario"]["years"][0] > last:
        for bar in ax.patches:
            bar.set(hatch="////", edgecolor="white", linewidth=0.0)


def uncertainty(run: Mapping[str, Any], *, everybody: bool = False) -> str:
    """Where the intervals of a run come from; clinics let everybody live in each draw."""
    draws, replicates = run["scenario"]["draws"], run["scenario"]["replicates"]
    if few := draws and intervals.too_few_words("parameter draws", draws):
        return f"No intervals: {few}."
    if draws:
        most = f"each of at most {run['scenario']['people_per_draw']:,} lives, the same in each"
        return (
            f"Lines: 95% over {draws:,} joint draws of the parameters, "
            f"{'everybody lived in each' if everybody else most}. Calibrated parameters are "
            f"{run['calibrated_parameters']}."
        )
    if not draws and replicates > 1:
        return (
            f"Lines: 95% interval of the mean over {replicates:,} replicates: luck, not the "
            "parameters."
        )
    return "No intervals: one set of parameters, one run."


def make_room(ax: Axes) -> Axes:
    """Make the figure as large as what is drawn in it, so that nothing is cut when it is saved.

    What is drawn far outside is cut all the same: nobody could open a figure of that size.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        return ax
    before, drawn = figure.get_size_inches(), figure.get_tightbbox()
    width, height = (min(side + 2 * _EDGE, _MOST_INCHES) for side in (drawn.width, drawn.height))
    places = [(each, each.get_position(original=True)) for each in figure.axes]
    figure.set_size_inches(width, height)
    for each, place in places:
        x = place.x0 * before[0] - drawn.x0 + _EDGE
        y = place.y0 * before[1] - drawn.y0 + _EDGE
        size = place.width * before[0] / width, place.height * before[1] / height
        each.set_position((x / width, y / height, *size))
    return ax


def save(ax: Axes, path: Path) -> None:
    """Write the figure of an Axes, as its ending says; folders are made if they are not there.

    Raises
    ------
    InputError
        If the ending is of another kind of file.
    """
    path = Path(path)
    form = form_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    before, figure.dpi = figure.dpi, _SAVED_DPI  # text is measured once, as it is drawn
    try:
        make_room(ax)
        how = _PNG if form == "png" else {}
        figure.savefig(path, dpi=_SAVED_DPI, format=form, **how)
    finally:
        figure.dpi = before
