"""The expected loss of choosing each strategy, by the rate of exchange."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.economics.choice import loss_of_choosing
from sim.plots import choice_samples as choice
from sim.plots import drawing
from sim.plots.choice_samples import has_enough_draws as in_folder
from sim.plots.drawing import GRAY
from sim.plots.rate_panels import by_rate, draw_panels, dress_panels, gray_note
from sim.tables.alternatives import Alternatives, in_money
from sim.tables.exchange_words import net_unit, quantity_text, rate_text
from sim.tables.run_tables import RunTables

__all__ = ["expected_loss", "in_folder"]

_NEAREST = 3
"""Strategies of the least loss that the picture shows whole."""


def expected_loss(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    burden: str | None = None,
    rate: float | None = None,
) -> Axes:
    """What choosing a strategy loses on average against knowing the draw, by the rate of exchange.

    The lowest curve is the expected value of perfect information, a person.

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
    panels, seldom = draw_panels(tables, ax, every, mean_loss)
    for panel, found in zip(panels, every, strict=True):
        nearest = np.sort(by_rate(found, mean_loss), axis=1)[:, :_NEAREST]
        panel.set_ylim(0.0, 1.1 * max(float(nearest.max()), 1e-9))
        drawing.round_ticks(panel.yaxis, 6)
        panel.set_ylabel(f"expected loss a person, {net_unit(tables, found.exchange)}")
        panel.yaxis.label.set(color=GRAY, size=9.5)
    heads = [_worth_of_knowing(tables, found) for found in every]
    notes = [
        "Thick, the least loss: the expected value of perfect information. Curves that leave the "
        "picture lose more. Dotted: the rate of the tables, a convention.",
        gray_note(tables, seldom),
        choice.unlike_note(every),
    ]
    title = "What is lost on average by choosing each strategy, by what a gain is worth"
    dress_panels(tables, panels, title, heads, notes)
    return panels[0]


def mean_loss(net: NDArray[np.float64]) -> NDArray[np.float64]:
    """Expected loss of each strategy from net benefits, shape (draw, strategy)."""
    return np.asarray(loss_of_choosing(net).mean(axis=0), float)


def _worth_of_knowing(tables: RunTables, found: Alternatives) -> str:
    """The least expected loss at the marked rate."""
    exchange = found.exchange
    least = float(mean_loss(found.net(exchange.rate)).min())
    worth = quantity_text("cost" if in_money(exchange) else exchange.gain, least)
    unit = net_unit(tables, exchange)
    at = rate_text(exchange, exchange.rate)
    return f"At {at}, knowing all parameters is worth {worth} {unit} a person"
