"""The spine as a map: where metastases, their pain, fractures and cord compressions are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyBboxPatch, Polygon

from sim.evidence.vocabulary import LEVELS, N_LEVELS, REGION_OF_LEVEL, REGIONS
from sim.plots import drawing
from sim.plots.drawing import (
    BAND,
    GRAY,
    GRID,
    INK,
    LIGHT,
    SILVER,
    SMALL,
    STRONG,
    NothingToDrawError,
)
from sim.tables.answer import has_draws
from sim.tables.intervals import interval
from sim.tables.leading import gap_of
from sim.tables.levels import people_by_level, region_shares, share_of
from sim.tables.run_tables import RunTables
from sim.tables.summary import describe, published_for

_COLUMNS = {
    "involved_vertebrae": "vertebrae with\na metastasis",
    "painful_vertebrae": "vertebrae that\never hurt",
    "fractures": "symptomatic\nfractures",
    "cord_compression": "cord\ncompressions",
}
"""What is shown by region, and the words above it."""
_SHADES = LinearSegmentedColormap.from_list("involved", ["#fdf3ec", LIGHT, STRONG])
_SACRUM = 2.6
"""Height of S2-S5 in rows of a vertebra: four that have grown together."""
_TOPS = np.arange(N_LEVELS, dtype=float)
_HEIGHTS = np.where(np.arange(N_LEVELS) == N_LEVELS - 1, _SACRUM, 1.0)
_BOTTOM = float(_TOPS[-1] + _SACRUM)
_BODY, _ROW = 1.0, 0.225
"""Where the vertebrae stand, and the height of a row, in inches."""
_HEADS, _FIRST, _EACH, _BAR = 1.75, 2.75, 1.4, 1.15
"""Where the names of regions and the first column begin, a column, and its longest bar: inches."""
_WIDTH = _FIRST + len(_COLUMNS) * _EACH
_BEND = (
    (0.0, 4.0, 8.5, 13.5, 18.5, 21.5, 24.0, 27.6),
    (0.06, -0.06, 0.04, 0.2, 0.04, -0.06, 0.04, 0.26),
)
"""The curves of the spine from the left side: rows from the skull, and inches to the back."""


class Regional(NamedTuple):
    """Percent of one thing by region: means, and the ends of their intervals."""

    mean: list[float]
    lo: list[float]
    hi: list[float]


def spine(
    tables: RunTables, ax: Axes | None = None, *, microdata: str | Path | None = None
) -> Axes:
    """The spine as a map: what share of metastases, pain, fractures and compression is where.

    A run counts vertebrae by region, so that all of a region have one shade; published shares stand
    beside what they are of. With microdata each vertebra has its own: the percent of people with a
    vertebral metastasis who have one at that level by death.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    microdata : path, optional
        The folder of this run, with microdata, for a number a level.

    Raises
    ------
    InputError
        If no vertebra is involved in the run, or the folder is not that of its microdata.
    """
    samples = {of: region_shares(tables, of) for of in _COLUMNS}
    found = {of: _regional(tables, table) for of, table in samples.items()}
    involved = np.array(found["involved_vertebrae"].mean)
    if not np.isfinite(involved).any():
        raise NothingToDrawError("no vertebra is involved in this run; more people have some")
    here = [REGION_OF_LEVEL.count(region) for region in range(len(REGIONS))]
    each = involved / here
    by_level = None if microdata is None else people_by_level(tables, microdata)
    shade = each[list(REGION_OF_LEVEL)] if by_level is None else by_level.to_numpy(float)
    ax = ax or drawing.new_axes(_WIDTH + 0.4, (_BOTTOM + 0.8) * _ROW + 1.9, left=0.2)
    _draw_vertebrae(ax, shade / max(float(shade.max()), 1e-9))
    for level, name in enumerate(LEVELS):
        number = "" if by_level is None else f"  {by_level.iloc[level]:.0f}%"
        style: dict[str, Any] = {"ha": "right", "va": "center_baseline", "size": SMALL}
        ax.text(0.65, _middle(level), name + number, color=INK, **style)
    for region, (top, bottom) in enumerate(_blocks()):
        said = f"{REGIONS[region].capitalize()}\n{here[region]} levels"
        if by_level is None:
            said += f",\n{each[region]:.1f}% each"
        at = (_HEADS, (top + bottom) / 2)
        ax.text(*at, said, va="center", size=SMALL + 0.5, color=INK, linespacing=1.3)
        if region:
            ax.hlines(top, 0.2, _WIDTH, color=GRID, linewidth=0.9, zorder=0)
    edge = _edge(found)
    for place, (of, words) in enumerate(_COLUMNS.items()):
        left = _FIRST + place * _EACH
        ax.text(left, -0.55, words, va="baseline", size=SMALL, color=GRAY, linespacing=1.2)
        ax.vlines(left, -0.2, _BOTTOM, color=SILVER, linewidth=0.9)
        _draw_column(ax, tables, of, found[of], left, _BAR / edge)
    ax.set_xlim(0.0, _WIDTH)
    ax.set_ylim(_BOTTOM + 0.2, -0.6)
    ax.set_xticks([])
    ax.set_yticks([])
    title = _title(tables, samples)
    drawing.dress(ax, title, _subtitle(tables, by_level), _note(tables, by_level), rise=28)
    return ax


def _regional(tables: RunTables, table: pd.DataFrame) -> Regional:
    low, high = interval(table, tables.interval_over)
    return Regional(table.mean().to_list(), low.tolist(), high.tolist())


def _edge(found: dict[str, Regional]) -> float:
    """Percent that the longest bar stands for."""
    ends = [value for one in found.values() for value in (*one.mean, *one.hi)]
    return float(max((value for value in ends if np.isfinite(value)), default=1.0)) or 1.0


def _middle(level: int) -> float:
    return float(_TOPS[level] + _HEIGHTS[level] / 2)


def _blocks() -> Iterator[tuple[float, float]]:
    """Top and bottom of each region."""
    for region in range(len(REGIONS)):
        mine = [level for level in range(N_LEVELS) if REGION_OF_LEVEL[level] == region]
        yield float(_TOPS[mine[0]]), float(_TOPS[mine[-1]] + _HEIGHTS[mine[-1]])


def _draw_vertebrae(ax: Axes, shade: Any) -> None:
    """Draw bodies and spinous processes from the side, each body as dark as it is often hit."""
    rows = np.linspace(0.0, _BOTTOM, 200)
    bend = np.interp(rows, *_BEND)
    bend = np.convolve(np.pad(bend, 10, mode="edge"), np.ones(21) / 21, mode="valid")
    for level in range(N_LEVELS):
        top, height = _TOPS[level] + 0.08, _HEIGHTS[level] - 0.16
        wide = np.interp(level, (0, 6, 18, 23, 25), (0.3, 0.34, 0.46, 0.56, 0.36))
        left = _BODY + float(np.interp(_middle(level), rows, bend)) - wide / 2
        tip = top + min(height, 0.84) * np.array([0.3, 0.95, 0.95, 0.7])
        right = left + wide + np.array([0.07, 0.27, 0.3, 0.07])
        ax.add_patch(Polygon(np.column_stack((right, tip)), color=SILVER, linewidth=0.0))
        body = FancyBboxPatch(
            (left, top),
            wide,
            height,
            boxstyle="round,pad=0,rounding_size=0.05",
            mutation_aspect=1.0 / _ROW,
            facecolor=_SHADES(float(shade[level])),
            edgecolor=GRAY,
            linewidth=0.7,
        )
        ax.add_patch(body)


def _draw_column(
    ax: Axes, tables: RunTables, of: str, found: Regional, left: float, scale: float
) -> None:
    """Draw a bar a region with its interval, and what is published of it."""
    for region, (top, bottom) in enumerate(_blocks()):
        y = (top + bottom) / 2 - 0.45
        mean, low, high = found.mean[region], found.lo[region], found.hi[region]
        if not np.isfinite(mean):
            ax.text(left + 0.05, y, "none", va="center", size=SMALL, color=GRAY)
            continue
        target = published_for(f"{REGIONS[region]}_of_{of}", tables.scenario)
        if target is not None:
            wide = scale * (target.upper - target.lower)
            ax.barh(y, wide, 1.3, left=left + scale * target.lower, color=BAND, zorder=1)
            at = left + scale * target.value
            ax.vlines(at, y - 0.65, y + 0.65, color=GRAY, linewidth=1.6, zorder=3)
        ax.barh(y, scale * mean, 0.7, left=left, color=STRONG, zorder=2)
        words = f"{mean:.0f}%"
        if np.isfinite(low):
            ends = left + scale * np.array([low, high])
            drawing.interval_lines(ax, y, *ends)
            words += f" ({low:.0f} to {high:.0f})"
        ax.text(left + 0.05, y + 1.15, words, va="center", size=SMALL, color=INK)
        if target is not None:
            said = f"published {_short(describe(target))}"
            ax.text(left + 0.05, y + 2.1, said, va="center", size=SMALL - 1, color=GRAY)
    both = published_for(f"lumbosacral_of_{of}", tables.scenario)
    if both is not None:
        mean = float(share_of(tables, both.name).mean())
        words = f"lumbar and sacral {mean:.0f}%,\npublished {_short(describe(both))}"
        y = _BOTTOM + 0.1
        ax.text(left + 0.05, y, words, va="top", size=SMALL - 1, color=GRAY, linespacing=1.3)


def _short(published: str) -> str:
    """A published percent and its range without the decimals that it does not have."""
    return published.replace(".0", "")


def _title(tables: RunTables, samples: dict[str, pd.DataFrame]) -> str:
    """Where cord compression is and lesions are not, if intervals say so."""
    cord, lesions = (samples[of]["thoracic"] for of in ("cord_compression", "involved_vertebrae"))
    if has_draws(tables) and gap_of((cord - lesions).to_numpy(float)).told_apart:
        return (
            f"The thoracic spine has {lesions.mean():.0f}% of the vertebrae with a metastasis and "
            f"{cord.mean():.0f}% of cord compressions"
        )
    return "Metastases, their pain, fractures and cord compressions along the spine"


def _subtitle(tables: RunTables, by_level: pd.Series[float] | None) -> str:
    what = "Percent of each column by region of the spine, by death"
    if by_level is not None:
        what = (
            "Beside the spine: percent of people with a vertebral metastasis who have one there\n"
            "by death. Columns: percent of each by region"
        )
    return f"{what}\n{drawing.who(tables.run, 'cohort')}"


def _note(tables: RunTables, by_level: pd.Series[float] | None) -> str:
    """What the shades are, what is assumed, what is gray."""
    shades = (
        "The darker, the more of the vertebrae with a metastasis are at that level. A run counts "
        "them by region, and each level has its part of its region; microdata tell levels apart."
        if by_level is None
        else "The darker, the more people have a metastasis there; at the point estimate."
    )
    assumed = (
        "Which region the blood seeds is assumed, evenly within it; further levels come next to "
        "involved ones more often."
    )
    gray = "Gray: published range and value." if _published(tables) else ""
    return f"{shades} {assumed} {gray} {drawing.uncertainty(tables.run)}"


def _published(tables: RunTables) -> bool:
    return any(
        published_for(f"{region}_of_{of}", tables.scenario) for region in REGIONS for of in _COLUMNS
    )
