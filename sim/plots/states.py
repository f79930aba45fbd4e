"""Where the days from origin to horizon go: by systemic therapy, and by worst pain."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from sim.plots import care_samples as care
from sim.plots import drawing, strategy_rows
from sim.plots.drawing import BAND, BLUE, INK, LIGHT, PALE_BLUE, SILVER, SMALL, STRONG
from sim.plots.frontier_samples import by_setting
from sim.tables.outcome_words import horizon_words
from sim.tables.run_tables import RunTables
from sim.tables.text import COURSES

THERAPY = {
    "days_on_therapy": ("on therapy", BLUE),
    "days_paused": ("paused", STRONG),
    "days_off_therapy": ("off therapy", BAND),
    "days_dead": ("dead", SILVER),
}
PAIN = {
    "days_pain_below_4": ("worst pain 0–3", PALE_BLUE),
    "moderate_pain_days": ("4–6", LIGHT),
    "severe_pain_days": ("7–10", STRONG),
    "days_dead": ("dead", SILVER),
}
"""Measures of the two bars, with their words and colors: each bar is all days to the horizon."""
_INCHES = 0.7
"""Height of a row of two bars."""
_UPPER, _LOWER, _THICK = -0.19, 0.19, 0.34
_DARK = (BLUE, STRONG)
_NARROW = 0.035
"""Parts of a bar below this share of all days have no room for their number."""


def states(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Days from origin to horizon: by systemic therapy above, by worst pain below.

    Both bars of a strategy are all days to the horizon, dead or alive; with the horizon `life` they
    end at death. Of strategies under several settings those with the reference's are drawn.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.

    Raises
    ------
    ValueError
        If the run has no care.
    """
    every = care.care_strategies(tables)
    settings = by_setting(every, tables).values()
    mine = next(names for names in settings if every[0] in names)
    days = pd.DataFrame({m: care.levels(tables, m)["mean"][mine] for m in (*THERAPY, *PAIN)})
    names = list(days.sort_values("days_pain_below_4", ascending=False, kind="stable").index)
    ax = ax or strategy_rows.axes_of_strategies(tables, names, 2.6, _INCHES)
    whole = float(days[list(THERAPY)].sum(axis=1).max())
    for y, name in enumerate(names):
        for shift, bar in ((_UPPER, THERAPY), (_LOWER, PAIN)):
            beside = 1.5 * shift if y == 0 else 0.0
            _draw_bar(ax, y + shift, days.loc[name], bar, whole, beside)
    for shift, measure in ((_UPPER, "days_on_therapy"), (_LOWER, "days_pain_below_4")):
        sure = care.levels(tables, measure).loc[names]
        heights = [y + shift + _THICK / 3.0 for y in range(len(names))]
        drawing.interval_lines(ax, heights, sure["lo"], sure["hi"])
    courses = care.levels(tables, COURSES)["mean"]
    lost = care.levels(tables, "therapy_days_lost")["mean"]
    cells = {
        float(y): (
            f"{courses[name]:.2f}",
            "" if care.is_reference(tables, name) else care.signed(float(lost[name]), 1),
        )
        for y, name in enumerate(names)
    }
    places = {1.1 * whole: "courses a\nperson", 1.23 * whole: "days of\ntherapy lost"}
    if len(tables.run["strategies"]) == 1:  # which loses no days to itself
        places.popitem()
    drawing.columns(ax, -0.55, places, cells)
    strategy_rows.name_strategies(ax, tables, names)
    ax.set_ylim(len(names) - 0.4, -0.75)
    ax.set_xlim(0, max(places))
    drawing.ticks_up_to(ax, whole)
    ax.set_xlabel(f"days {horizon_words(tables.run)}, a person", loc="left")
    below = days["days_pain_below_4"]
    found = care.leads(tables, "days_pain_below_4", names, more=True)
    what = "days alive with worst pain below 4"
    first = care.first_upper(care.strategy_words(tables, names[0]))
    title = f"{first}: {below[names[0]]:,.0f} {what}"
    if found.winner and len(names) > 1:
        title += f", the most{care.evidence_note(tables, names[0])}; the least {below.min():,.0f}"
    elif len(names) > 1:
        title = (
            f"{care.first_upper(what)}: {below.min():,.0f} to {below.max():,.0f}; "
            f"{care.not_known_words(tables, found)}"
        )
    note = (
        "Two bars a strategy, each of all days: systemic therapy above, worst pain of the spine "
        "below. Paused: for care of the spine or of other bone. Off therapy: the other days "
        "alive without it, delays by toxicity included. "
    ) + care.uncertainty_of_means(tables).replace("Lines:", "Lines, at the end of the first parts:")
    if len(mine) < len(every):
        note += f" Of {len(every)} strategies, those under the setting of the reference."
    strategy_rows.dress_strategies(ax, tables, names, title, note)
    return ax


def _draw_bar(
    ax: Axes,
    y: float,
    days: pd.Series[float],
    bar: dict[str, tuple[str, str]],
    whole: float,
    beside: float,
) -> None:
    """One stacked bar, with the number in each part that has room.

    Parts of the first strategy have their names too: in the part, or `beside` it where they do not
    fit.
    """
    left = 0.0
    for measure, (words, color) in bar.items():
        wide = float(days[measure])
        ax.barh(y, wide, _THICK, left=left, color=color, edgecolor="white", linewidth=0.6)
        middle = left + wide / 2.0
        said = f"{wide:,.0f}" if wide >= _NARROW * whole else ""
        if beside:
            # A letter is about a hundredth of the bar.
            if wide >= whole * (len(words) + len(said) + 2) / 100.0:
                said = f"{words} {said}"
            elif wide > 0.0:
                ax.text(middle, y + beside, words, ha="center", va="center", size=SMALL, color=INK)
        shade = "white" if color in _DARK else INK
        ax.text(middle, y, said, ha="center", va="center_baseline", size=SMALL, color=shade)
        left += wide
