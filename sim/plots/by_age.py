"""New spinal metastasis by age and sex."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.evidence.vocabulary import AGE_GROUPS, SEXES, starts_of
from sim.plots import drawing
from sim.plots.case_samples import by_age_and_sex, how_sure_words, share_words
from sim.plots.drawing import GRAY, INK, LIGHT, SILVER, SMALL, STRONG
from sim.tables.intervals import interval
from sim.tables.run_tables import RunTables

_OLD = 60
"""Age from which the title counts."""


def by_age(tables: RunTables, ax: Axes | None = None) -> Axes:
    """New spinal metastasis a year by age at the event and sex, with 95% intervals.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    groups = tables.counts.labels["age_group"]
    ax = ax or drawing.new_axes(max(9.0, 0.62 * len(groups) + 1.0), 5.4, left=0.4)
    samples = by_age_and_sex(tables, "new_spinal_metastasis")
    every, found = (
        of.mean().to_numpy(float).reshape(len(SEXES), -1)
        for of in (samples, by_age_and_sex(tables, "new_spinal_metastasis_detected"))
    )
    low, high = interval(samples, tables.interval_over).reshape(2, *every.shape)
    tops = np.fmax(np.maximum(every, found), high)
    thousands = every.max() >= (99_999.5 if len(groups) <= len(AGE_GROUPS) else 9_999.5)
    for i, (sex, light, strong) in enumerate((("men", SILVER, GRAY), ("women", LIGHT, STRONG))):
        x = np.arange(len(groups)) + (i - 0.5) * 0.43
        ax.bar(x, every[i], 0.4, color=light, label=f"{sex}, occult or detected")
        ax.bar(x, found[i], 0.4, color=strong, label=f"{sex}, detected")
        ax.vlines(x, np.maximum(low[i], 0.0), high[i], color=INK, linewidth=0.9)
        for at, value, height in zip(x, every[i], tops[i], strict=True):
            text = f"{value / 1000:,.0f}k" if thousands else f"{value:,.0f}"
            drawing.write(
                ax, text, (at, height), (0, 3), "data", ha="center", size=SMALL, color=INK
            )
    drawing.hatch_projected(ax, tables.run)
    ax.set_xticks(range(len(groups)), [group.replace("-", "–") for group in groups])
    ax.set_yticks([])
    ax.set_ylim(0, max(float(tops.max()), 1.0) * 1.16)
    ax.set_xlabel("age at the event, years")
    ax.legend(frameon=False, fontsize=9, loc="upper left", ncols=4, borderaxespad=0)
    first_old = starts_of(groups).index(_OLD)
    old = samples.loc[:, samples.columns.get_level_values("age_group").isin(groups[first_old:])]
    share = share_words(tables, old, samples)
    title = f"{share} of new spinal metastasis comes at age 60 or later{how_sure_words(tables)}"
    if every.sum() == 0:
        title = "No new spinal metastasis"
    what = drawing.per_year(tables.run).capitalize()
    subtitle = f"{what} by age and sex\n{drawing.who(tables.run)}"
    note = (
        "Numbers: occult or detected, by age at seeding, with the lines; detected is by age at "
        f"detection. {drawing.uncertainty(tables.run)}"
    )
    drawing.dress(ax, title, subtitle, note, left=10)
    return ax
