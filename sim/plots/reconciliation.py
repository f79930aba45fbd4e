"""The published numbers and the model in one picture, from the headline to the registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plots.drawing import (
    GRAY,
    INK,
    LIGHT,
    SMALL,
    STRONG,
    column,
    dress,
    new_axes,
    ticks_up_to,
    uncertainty,
    who,
)
from sim.tables.reconciliation import (
    published_new_cancers,
    published_range,
    published_scale,
    reconciliation,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

_OCCULT = ("new_spinal_metastasis", "cancer_deaths_with_vertebral_metastasis")
"""Measures that include occult disease: light; the others count what is found: strong."""


def draw_reconciliation(result: RunTables, ax: Axes | None = None) -> Axes:
    """Published ranges and the model's intervals, people a year.

    Parameters
    ----------
    result : RunTables
        Of the United States in the calendar view.
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    table = reconciliation(result)
    n = len(table)
    if ax is None:
        ax = new_axes(12.5, 2.1 + 0.62 * n, left=4.0)
    ends = table[["mean", "hi", "published", "published_upper"]].to_numpy(float)
    edge = 1.06 * float(ends[np.isfinite(ends)].max())
    texts: tuple[dict[float, str], dict[float, str]] = ({}, {})
    labels = []
    for y, row in enumerate(table.to_dict("records")):
        low, high, mean = (float(row[f]) for f in ("published_lower", "published_upper", "mean"))
        stop = min(high, edge)
        ax.barh(y, stop - low, 0.5, left=low, color="#dcdcdc")
        if np.isinf(high):
            ax.plot(edge, y, ">", color="#b5b5b5", ms=8, clip_on=False)
            ax.vlines(low, y - 0.25, y + 0.25, color=GRAY, linewidth=1.6)
        color = LIGHT if row["measure"] in _OCCULT else STRONG
        if np.isfinite(row["lo"]):
            ax.hlines(y, row["lo"], row["hi"], color=INK, linewidth=1.4)
        ax.plot(mean, y, "o", color=color, mec=INK, mew=0.9, ms=9)
        spread = f" ({row['lo']:,.0f} to {row['hi']:,.0f})" if np.isfinite(row["lo"]) else ""
        texts[0][float(y)] = f"{mean:,.0f}{spread}"
        texts[1][float(y)] = published_range(low, high)
        without = "" if row["primaries"] == "all" else f", {row['primaries']}"
        counts = str(row["counts"])
        labels.append(f"{row['name']}{without}\n{counts}")
    places = (edge * 1.48, edge * 1.84)
    for x, header, cells in zip(places, ("model (95% interval)", "published"), texts, strict=True):
        column(ax, x, -0.6, header, cells)
    ax.set_yticks(range(n), labels)
    ax.set_ylim(n - 0.4, -0.6)
    ax.set_xlim(0, places[1])
    ticks_up_to(ax, edge)
    ax.set_xlabel("people a year", loc="left")
    title = "The published numbers count different things; the model counts each of them"
    subtitle = (
        "Gray: published range. Point: mean of the model, light where occult disease is counted, "
        f"strong where it is found\n{who(result.run)}"
    )
    note = uncertainty(result.run)
    if published_scale(result) != 1.0:
        new = published_new_cancers()
        note += f" Published counts, for {new:,.0f} new cancers a year, are scaled to this run."
    dress(ax, title, subtitle, note, left=278)
    ax.tick_params(axis="y", labelsize=SMALL)
    return ax
