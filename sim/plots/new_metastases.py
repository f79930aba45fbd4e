"""New metastasis a year by primary: of the skeleton, of the spine, and what of it is detected."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.evidence.vocabulary import PRIMARIES
from sim.plots import drawing
from sim.plots.case_samples import by_primary, how_sure_words, share_words
from sim.plots.drawing import INK, LIGHT, SILVER, SMALL, STRONG
from sim.tables.answer import has_draws
from sim.tables.intervals import interval
from sim.tables.layout import listed
from sim.tables.leading import gap_of
from sim.tables.run_tables import RunTables

_FEW = 6
_TOLD = 3
"""Primaries that the title names."""


def new_metastases(tables: RunTables, ax: Axes | None = None) -> Axes:
    """New skeletal and new spinal metastasis a year by primary, with 95% intervals.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    bone = by_primary(tables, "new_skeletal_metastasis")
    spine = by_primary(tables, "new_spinal_metastasis")
    found = by_primary(tables, "new_spinal_metastasis_detected")
    order = [p for p in spine.mean().sort_values().index if bone[p].sum() > 0]
    ax = ax or drawing.new_axes(9.5, 2.0 + 0.42 * (len(order) + 1), left=1.9)
    rows, top = np.arange(len(order)), len(order)
    series = (
        ("skeleton", bone, SILVER, 0.2, 0.2),
        ("spine, occult\nor detected", spine, LIGHT, -0.2, -0.12),
        ("spine,\ndetected", found, STRONG, -0.2, -0.28),
    )
    over = tables.interval_over
    tops = [[s.mean(), interval(s, over)[1]] for _, s, *_ in series]
    edge = max(1.0, float(np.nanmax(tops)))
    for place, (header, sample, color, at, line_at) in enumerate(series):
        mean, (low, high) = (
            sample[order].mean().to_numpy(),
            interval(sample[order], over),
        )
        ax.barh(rows + at, mean, 0.38, color=color)
        if np.isfinite(low).any():
            ax.hlines(rows + line_at, low, high, color=INK, linewidth=0.9)
        cells = {float(y): f"{x:,.0f}" for y, x in zip(rows, mean, strict=True)}
        cells[float(top)] = f"{sample.sum(axis=1).mean():,.0f}"
        right = edge * (1.28 + 0.22 * place)
        ax.hlines(top + 0.55, right - 0.17 * edge, right, color=color, linewidth=4)
        drawing.column(ax, right, top + 0.7, header, cells)
    drawing.hatch_projected(ax, tables.run)
    low, high = interval(spine.sum(axis=1).to_frame(), over)
    if np.isfinite(low).all():
        text = f"spine, 95% interval {low[0]:,.0f} to {high[0]:,.0f}"
        ax.text(0, top, text, va="center_baseline", size=SMALL, color=INK)
    sites = [drawing.site(p) for p in order]
    ax.set_yticks([*rows, top], [*(site.capitalize() for site in sites), "All primaries"])
    ax.set_ylim(-0.6, top + 0.6)
    ax.set_xlim(0, edge * 1.72)
    drawing.ticks_up_to(ax, edge)
    ax.set_xlabel(drawing.per_year(tables.run), loc="left")
    none = [drawing.site(p) for p in PRIMARIES if p not in order]
    where = listed(none) if len(none) < _FEW else "the other primaries"
    note = f"{drawing.uncertainty(tables.run)} {f'None in {where}.' if none else ''}"
    subtitle = "A person counts once at the first metastasis and once when it is first detected"
    title = _title(tables, spine[order])
    drawing.dress(ax, title, f"{subtitle}\n{drawing.who(tables.run)}", note, left=130, rise=30)
    return ax


def _title(tables: RunTables, spine: pd.DataFrame) -> str:
    """The share of the three primaries with most, and whether they are known to have most."""
    if spine.empty or spine.shape[1] == 0:
        return "No new metastasis"
    last, *first = spine.columns[-4:] if spine.shape[1] > _TOLD else ("", *spine.columns)
    names = [drawing.site(primary) for primary in reversed(first)]
    if not last:
        return f"New spinal metastasis from {listed(names)}"
    share = share_words(tables, spine[first], spine)
    title = f"{share} of new spinal metastasis comes from {listed(names)}"
    if not has_draws(tables):
        return f"{title}{how_sure_words(tables)}"
    if all(gap_of((spine[one] - spine[last]).to_numpy(float)).told_apart for one in first):
        return f"{title}, the three primaries with most"
    return f"{title}; {drawing.site(last)} may have as much as {names[-1]}"
