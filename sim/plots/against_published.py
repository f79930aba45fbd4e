"""Where the model stands beside published values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from sim.counting.measures import words_of
from sim.plots import drawing
from sim.plots.care_samples import first_upper
from sim.plots.drawing import BAND, GRAY, STRONG, NothingToDrawError
from sim.tables.run_tables import RunTables
from sim.tables.summary import published_for
from sim.tables.text import number

Triple = tuple[float, float, float]

_MOST_PERCENT = 300.0
"""End of the scale; what lies beyond is an arrow."""


class Beside(NamedTuple):
    """A measure with low end, middle and high end as published and in the model."""

    words: str
    unit: str
    published: Triple
    model: Triple


def against_published(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Where the model stands: each measure that has a published range, in percent of its value.

    Only numbers that hold in the years of the run and for its population are drawn; counts of
    people beside the whole country alone.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.

    Raises
    ------
    ValueError
        If the evidence has no published number for the years and the population of the run.
    """
    rows = beside_published(tables)
    if not rows:
        raise NothingToDrawError(
            f"population is {tables.scenario.population.name!r} and years is "
            f"{tables.scenario.years}; no published number in the evidence is of them"
        )
    ax = ax or drawing.new_axes(11.0, 2.0 + 0.42 * len(rows), left=3.3)
    percent = np.array([100 * np.r_[row.published, row.model] / row.published[1] for row in rows])
    percent = percent.reshape(-1, 6)
    low = max(0.0, np.floor(min(80.0, percent.min(initial=80.0)) / 10) * 10 - 10)
    high = min(_MOST_PERCENT, np.ceil(max(120.0, percent.max(initial=0.0)) / 10) * 10 + 10)
    met = cut = 0
    for y, row in enumerate(rows):
        band, point = percent[y, :3], percent[y, 3:]
        shown = np.clip(point, low, high)
        inside = row.published[0] <= row.model[1] <= row.published[2]
        met += inside
        start, stop = max(band[0], low), min(band[2], high)
        ax.barh(y, stop - start, 0.52, left=start, color=BAND)
        ax.vlines(100, y - 0.26, y + 0.26, color=GRAY, linewidth=1.6)
        ax.hlines(y, shown[0], shown[2], color=STRONG, linewidth=1.8)
        marker = ">" if point[1] > high else "<" if point[1] < low else "o"
        face = STRONG if inside else "white"
        past = ((point[0] < low, low, "<"), (point[2] > high, high, ">"))
        cut += any(beyond for beyond, _, _ in past)
        for beyond, end, arrow in past:
            if beyond and marker != arrow:
                ax.plot(end, y, arrow, color=STRONG, ms=5, clip_on=False)
        ax.plot(shown[1], y, marker, color=STRONG, mfc=face, ms=7, mew=1.5, clip_on=False)
    span = high - low
    ends = (high + 0.74 * span, high + 1.44 * span)
    cells = {
        float(y): (_text(row.model, row.unit), _text(row.published, row.unit))
        for y, row in enumerate(rows)
    }
    drawing.columns(ax, -0.55, dict(zip(ends, ("model", "published"), strict=True)), cells)
    ax.set_yticks(range(len(rows)), [row.words for row in rows])
    ax.set_ylim(len(rows) - 0.4, -0.55)
    ax.set_xlim(low, ends[1])
    drawing.ticks_up_to(ax, high)
    ax.set_xlabel("percent of the published value", loc="left")
    title = f"{met} of {len(rows)} model means lie inside the published range"
    subtitle = "Gray: published range and value; point: mean of the model, open where outside"
    note = drawing.uncertainty(tables.run)
    if cut:
        note += " Arrows: the model goes on beyond the scale, up to the numbers beside it."
    drawing.dress(ax, title, f"{subtitle}\n{drawing.who(tables.run)}", note, left=232)
    return ax


def _text(values: Triple, unit: str) -> str:
    """A value with its range, if it has one."""
    start, value, end = values
    text = number(value, unit) + ("%" if unit.startswith("percent") else "")
    return f"{text} ({number(start, unit)} to {number(end, unit)})" if end > start else text


def beside_published(tables: RunTables) -> list[Beside]:
    """Every measure of the reference strategy that has a published range."""
    rows = []
    mine = tables.summary[tables.summary["strategy"] == tables.run["strategies"][0]]
    for row in mine.to_dict("records"):
        name, unit, mean = str(row["measure"]), str(row["unit"]), float(row["mean"])
        beside = published_for(name, tables.scenario)
        if beside is None or np.isnan(mean) or name == "new_cancers":
            continue
        low, value, high = beside.lower, beside.value, beside.upper
        ends = [mean if row[end] is None else float(row[end]) for end in ("lo", "hi")]
        start, stop = (mean if np.isnan(end) else end for end in ends)
        words = first_upper(words_of(name))
        _, _, among = unit.partition(", ")
        words += f"\n({among})" if among else ""
        rows.append(Beside(words, unit, (low, value, high), (start, mean, stop)))
    return rows
