"""The published numbers and the model in one picture, from the headline to the registries."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.plots import drawing
from sim.plots.drawing import BAND, GRAY, INK, LIGHT, STRONG, NothingToDrawError
from sim.tables import reconciliation as published
from sim.tables.run_tables import RunTables

_OCCULT = ("new_spinal_metastasis", "cancer_deaths_with_vertebral_metastasis")
"""Measures that include occult disease: light; the others count what is found: strong."""


def reconciliation(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Numbers that seem to conflict, from headline to registry, and the model.

    Published numbers are of the United States, of the events of a calendar year.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.

    Raises
    ------
    ValueError
        If the run is of a population, a view or years of which the published numbers are not.
    """
    if not published.applies(tables):
        raise NothingToDrawError(
            f"population is {tables.run['scenario']['population']!r} and view is "
            f"{tables.run['view']!r}; the published numbers are those of population "
            f"{published.POPULATION!r} and view {published.VIEW!r}"
        )
    table = published.reconciliation(tables)
    if table.empty:
        raise NothingToDrawError(
            f"years is {tables.scenario.years}; no published number in the evidence holds in them"
        )
    n = len(table)
    ax = ax or drawing.new_axes(12.5, 2.1 + 0.62 * n, left=4.0)
    ends = table[["mean", "hi", "published", "published_upper"]].to_numpy(float)
    edge = 1.06 * float(ends[np.isfinite(ends)].max())
    cells = {}
    labels = []
    for y, row in enumerate(table.to_dict("records")):
        low, high, mean = (float(row[f]) for f in ("published_lower", "published_upper", "mean"))
        stop = min(high, edge)
        ax.barh(y, stop - low, 0.5, left=low, color=BAND)
        if np.isinf(high):
            ax.plot(edge, y, ">", color="#b5b5b5", ms=8, clip_on=False)
            ax.vlines(low, y - 0.25, y + 0.25, color=GRAY, linewidth=1.6)
        color = LIGHT if row["measure"] in _OCCULT else STRONG
        if np.isfinite(row["lo"]):
            ax.hlines(y, row["lo"], row["hi"], color=INK, linewidth=1.4)
        ax.plot(mean, y, "o", color=color, mec=INK, mew=0.9, ms=9)
        spread = f" ({row['lo']:,.0f} to {row['hi']:,.0f})" if np.isfinite(row["lo"]) else ""
        cells[float(y)] = (f"{mean:,.0f}{spread}", published.published_range(low, high))
        without = "" if row["primaries"] == "all" else f", {row['primaries']}"
        labels.append(f"{row['name']}{without}\n{row['counts']}")
    headers = {edge * 1.48: "model (95% interval)", edge * 1.84: "published"}
    drawing.columns(ax, -0.6, headers, cells)
    ax.set_yticks(range(n), labels)
    ax.set_ylim(n - 0.4, -0.6)
    ax.set_xlim(0, edge * 1.84)
    drawing.ticks_up_to(ax, edge)
    ax.set_xlabel("people a year", loc="left")
    title = "The published numbers count different things; the model counts each of them"
    subtitle = (
        "Gray: published range. Point: mean of the model, light where occult disease is counted, "
        f"strong where it is found\n{drawing.who(tables.run)}"
    )
    note = drawing.uncertainty(tables.run)
    if scaled := published.scaled_note(tables):
        note += f" {scaled}"
    drawing.dress(ax, title, subtitle, note, left=278)
    ax.tick_params(axis="y", labelsize=drawing.SMALL)
    return ax
