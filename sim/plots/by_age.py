"""New spinal metastasis by age and sex."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.evidence.vocabulary import AGE_GROUPS
from sim.plots import drawing
from sim.plots.case_samples import by_age_and_sex
from sim.plots.drawing import GRAY, INK, LIGHT, SILVER, SMALL, STRONG
from sim.tables.run_tables import RunTables

_OLD = "60-69"


def by_age(tables: RunTables, ax: Axes | None = None) -> Axes:
    """New spinal metastasis a year by age at the event and sex, at the point estimate.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    ax = ax or drawing.new_axes(9.0, 5.4, left=0.4)
    every = by_age_and_sex(tables, "new_spinal_metastasis")
    found = by_age_and_sex(tables, "new_spinal_metastasis_detected")
    thousands = every.max() >= 99_999.5
    for i, (sex, light, strong) in enumerate((("men", SILVER, GRAY), ("women", LIGHT, STRONG))):
        x = np.arange(len(AGE_GROUPS)) + (i - 0.5) * 0.43
        ax.bar(x, every[i], 0.4, color=light, label=f"{sex}, occult or detected")
        ax.bar(x, found[i], 0.4, color=strong, label=f"{sex}, detected")
        for at, value, height in zip(x, every[i], np.maximum(every[i], found[i]), strict=True):
            text = f"{value / 1000:,.0f}k" if thousands else f"{value:,.0f}"
            drawing.write(
                ax, text, (at, height), (0, 3), "data", ha="center", size=SMALL, color=INK
            )
    ax.set_xticks(range(len(AGE_GROUPS)), [group.replace("-", "–") for group in AGE_GROUPS])
    ax.set_yticks([])
    ax.set_ylim(0, max(float(every.max()), float(found.max()), 1.0) * 1.16)
    ax.set_xlabel("age at the event, years")
    ax.legend(frameon=False, fontsize=9, loc="upper left", ncols=4, borderaxespad=0)
    old = 100.0 * every[:, AGE_GROUPS.index(_OLD) :].sum() / max(float(every.sum()), 1e-9)
    title = f"{old:.0f}% of new spinal metastasis comes at age 60 or later"
    if every.sum() == 0:
        title = "No new spinal metastasis"
    what = drawing.per_year(tables.run).capitalize()
    subtitle = f"{what} by age and sex\n{drawing.who(tables.run)}"
    note = (
        "Point estimate of all parameters. Numbers: occult or detected, by age at seeding; "
        "detected is by age at detection."
    )
    drawing.dress(ax, title, subtitle, note, left=10)
    return ax
