"""Pictures of the value of information: what is worth knowing, and how large a study must be."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, LIGHT, SILVER, SMALL, STRONG, NothingToDrawError
from sim.tables.intervals import NORMAL_95
from sim.tables.outcome_words import horizon_words
from sim.uncertainty.value_table import InformationValues
from sim.uncertainty.value_text import amount_words, worth_words

_LETTERS = 44
"""Of a label, in a line."""


def draw_information(found: InformationValues, ax: Axes | None = None, *, most: int = 10) -> Axes:
    """Which information would be worth most: bars, their standard errors, and the noise floor.

    Groups of parameters, or single ones where there are no groups.

    Raises
    ------
    NothingToDrawError
        If the run has too few draws for partial information.
    """
    groups = found.of("group")
    grouped = bool(len(groups)) and bool((groups["parameters"] > 1).any())
    table = (groups if grouped else found.of("parameter")).head(most)
    if table.empty:
        raise NothingToDrawError(
            f"the run has {found.stakes.draws} draws, too few to tell parameters from noise"
        )
    ax = ax or drawing.new_axes(10.5, 2.3 + 0.42 * len(table), left=3.9)
    y = np.arange(len(table))
    value, error, floor = (
        table[name].to_numpy(float) for name in ("value", "standard_error", "floor")
    )
    told = table["told_apart"].to_numpy(bool)
    perfect = found.stakes.perfect.value
    ax.barh(y, value, 0.56, color=np.where(told, STRONG, SILVER).tolist())
    reach = NORMAL_95 * error
    ax.hlines(y, np.maximum(value - reach, 0.0), value + reach, color=INK, linewidth=0.9)
    ax.vlines(floor, y - 0.38, y + 0.38, color=GRAY, linewidth=1.6, linestyle=(0, (2, 1)))
    edge = max(float((value + reach).max()), float(floor.max()), 1e-9) * 1.05
    cells = {
        float(at): (
            amount_words(row["value"]) if row["told_apart"] else "not told from 0",
            f"{row['percent_of_perfect']:.0f}%" if row["told_apart"] else "",
        )
        for at, row in zip(y, table.to_dict("records"), strict=True)
    }
    ends = dict(zip((1.3 * edge, 1.52 * edge), ("value", "of perfect\ninformation"), strict=True))
    drawing.columns(ax, -0.6, ends, cells)
    ax.set_yticks(y, [_short(str(label)) for label in table["label"]])
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0.0, 1.52 * edge)
    drawing.ticks_up_to(ax, edge)
    ax.set_xlabel(f"{found.net_benefit.unit} a person", loc="left")
    title = f"No {'group' if grouped else 'parameter'} of parameters is told from noise"
    if not grouped:
        title = "No single parameter is told from noise"
    if told.any():
        title = f"Most worth knowing: {_short(str(table['label'].iloc[0]))}"
        if np.sum(value + reach >= value[0] - reach[0]) > 1:
            title = f"{int(told.sum())} of those shown are worth more than noise"
    subtitle = (
        f"Value of knowing them before choosing between {len(found.stakes.benefit.columns)} "
        f"strategies, {horizon_words(found.tables.run)};\nof knowing everything: "
        f"{amount_words(perfect)} {found.net_benefit.unit}\n{drawing.who(found.tables.run)}"
    )
    note = (
        f"Net benefit in {worth_words(found)}. Lines: 95% sampling error of "
        f"{found.stakes.draws:,} draws. Dashed mark: what the same parameters score when shuffled, "
        "in 19 of 20 tries at most; gray bars are not above it, or not above their own sampling "
        "error. Values do not add up."
    )
    drawing.dress(ax, title, subtitle, note, left=275)
    return ax


def draw_studies_by_size(found: InformationValues, ax: Axes | None = None) -> Axes:
    """What studies would be worth by their size, with standard errors and the noise floor.

    Raises
    ------
    NothingToDrawError
        If no study was asked for.
    """
    table = found.of("study")
    if table.empty:
        raise NothingToDrawError("no study was asked for; allowed: with the name of one and its n")
    ax = ax or drawing.new_axes(8.5, 5.4, left=0.9)
    names = list(dict.fromkeys(table["label"]))
    top = 0.0
    for number, name in enumerate(names):
        mine = table[table["label"] == name]
        n, value, error = (mine[c].to_numpy(float) for c in ("n", "value", "standard_error"))
        color, style = drawing.series_look(number)
        ax.errorbar(
            n,
            value,
            np.minimum(NORMAL_95 * error, [value, np.full_like(value, np.inf)]),
            color=color,
            linestyle=style,
            marker="o",
            markersize=4,
            linewidth=1.6,
            elinewidth=0.9,
            label=name,
        )
        ax.axhspan(
            0.0,
            float(mine["floor"].iloc[0]),
            color=LIGHT if number == 0 else SILVER,
            alpha=0.35,
            lw=0,
        )
        top = max(
            top,
            float((value + NORMAL_95 * error).max()),
            float(mine["floor"].iloc[0]),
        )
    perfect = found.stakes.perfect.value
    ax.axhline(perfect, color=GRAY, linewidth=1.0, linestyle="--")
    ax.set_xscale("log")
    sizes = sorted({int(n) for n in table["n"]})
    ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
    ax.set_xticks([], minor=True)
    ax.set_ylim(0.0, 1.08 * max(top, perfect))
    words, place = "knowing everything", (0.0, perfect)
    drawing.write(ax, words, place, (4, 4), drawing.BESIDE, size=SMALL, color=GRAY)
    drawing.level_lines(ax)
    drawing.round_ticks(ax.yaxis, 6)
    ax.set_xlabel("people in the study (of a measure, in each arm; of a rate, person-years)")
    ax.set_ylabel(f"{found.net_benefit.unit} a person")
    if len(names) > 1:
        ax.legend(frameon=False, fontsize=SMALL)
    told = bool(table["told_apart"].any())
    title = f"What a study would be worth by its size: {_short(names[0])}"
    if len(names) > 1:
        title = "What studies would be worth by their size"
    if not told:
        title = "No study shown is told from noise"
    subtitle = f"{horizon_words(found.tables.run)}\n{drawing.who(found.tables.run)}"
    note = (
        f"Net benefit in {worth_words(found)}. Lines: 95% sampling error of {found.stakes.draws:,} "
        "draws. Shaded: what is indistinguishable from 0, by shuffled parameters."
    )
    drawing.dress(ax, title, subtitle[:1].upper() + subtitle[1:], note, left=45)
    return ax


def _short(label: str) -> str:
    """A label up to its colon, in at most so many letters."""
    words = label.partition(":")[0]
    return words if len(words) <= _LETTERS else f"{words[: _LETTERS - 1]}…"
