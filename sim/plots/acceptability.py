"""The acceptability curve: how often each strategy is best, by the rate of exchange."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.economics.choice import share_best
from sim.plots import choice_samples as choice
from sim.plots.choice_samples import has_enough_draws as in_folder
from sim.plots.drawing import GRAY
from sim.plots.rate_panels import draw_panels, dress_panels, gray_note
from sim.tables.run_tables import RunTables

__all__ = ["acceptability", "in_folder"]


def acceptability(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    burden: str | None = None,
    rate: float | None = None,
) -> Axes:
    """In which share of draws each strategy has the highest net benefit, by the rate of exchange.

    The thick part of a curve is the acceptability frontier: there the strategy has the highest mean
    net benefit, which need not be the one that is best most often.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw one burden; a new figure by default.
    burden : str, optional
        `therapy_days_lost`, `cost` or `cost_without_systemic`; by default a panel in days, and one
        in money where the run counts it.
    rate : float, optional
        The rate of one burden that is marked; the convention by default.

    Returns
    -------
    Axes
        The first panel.

    Raises
    ------
    ValueError
        If there are fewer than two strategies to choose between, or too few draws.
    """
    every = choice.with_enough_draws(choice.choices(tables, burden, rate))
    panels, seldom = draw_panels(tables, ax, every, share_best)
    for panel in panels:
        panel.set_ylim(0.0, 1.0)
        panel.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
    heads = [choice.verdict(tables, found) for found in every]
    panels[0].set_ylabel("draws in which it is best", color=GRAY)
    notes = [
        "Thick: where the strategy has the highest mean net benefit (the acceptability frontier). "
        "Dotted: the rate of the tables, a convention.",
        gray_note(tables, seldom),
        choice.unlike_note(every),
    ]
    title = "How often each strategy is best, by what a gain is worth"
    dress_panels(tables, panels, title, heads, notes)
    return panels[0]
