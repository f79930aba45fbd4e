"""The incremental plane: what each strategy gains over the reference, and what it costs more."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from numpy.typing import NDArray

from sim.plots import care_samples as care
from sim.plots import choice_samples as choice
from sim.plots import drawing
from sim.plots.choice_samples import has_enough_draws as in_folder
from sim.plots.drawing import GRAY, INK, SILVER, SMALL, series_look
from sim.plots.labels import label_points
from sim.tables.alternatives import Alternatives, in_money
from sim.tables.exchange_words import currency, measure_words, rate_text
from sim.tables.run_tables import RunTables

__all__ = ["in_folder", "plane"]

_LEFT, _LEFT_POINTS = 0.95, 60
_MOST_DRAWS, _MOST_CLOUDS = 300, 3
"""Draws of a strategy that are drawn as points, and strategies up to which they are."""
_MOST_NAMED, _MOST_LONG = 7, 2
"""Strategies, and such with long names, up to which points bear names; else numbers."""
_CHI_SQUARE_95 = 5.991
"""Of two degrees of freedom, 95% lie below."""


def plane(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    burden: str | None = None,
    rate: float | None = None,
) -> Axes:
    """Gain against burden, both as differences to the reference, a point and an ellipse a strategy.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    burden : str, optional
        `cost` or `cost_without_systemic`, against QALYs, or `therapy_days_lost`, against days alive
        with pain below 4; by default money where the run counts it.
    rate : float, optional
        The rate of exchange whose line is drawn, dollars a QALY or days of relief per day of
        therapy lost; the convention by default, and then without a burden too.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the run has no two strategies to choose between, or not the measures.
    """
    every = choice.choices(tables, burden, rate if burden else None)
    found = every[-1].priced_at(rate)
    exchange = found.exchange
    gain, more = (of - of[:, :1] for of in (found.gain, found.burden))
    ax = ax or drawing.new_axes(8.2 + _LEFT, 7.0, left=_LEFT)
    _set_limits(ax, gain, more, known=found.known)
    _draw_quadrants(ax, found)
    others = range(1, len(found.names))
    for s in others:
        color = series_look(s)[0]
        if found.known:
            if len(others) <= _MOST_CLOUDS:
                step = -(-len(gain) // _MOST_DRAWS)
                ax.plot(gain[::step, s], more[::step, s], ".", color=color, ms=2.5, alpha=0.35)
            ax.add_patch(_ellipse(gain[:, s], more[:, s], color))
        ax.plot(gain[:, s].mean(), more[:, s].mean(), "o", color=color, ms=7, zorder=4)
    ax.plot(0.0, 0.0, "D", color=INK, ms=7, zorder=4)
    words = [choice.marked_name(tables, name, found) for name in found.names]
    x, y = (of.mean(axis=0).tolist() for of in (gain, more))
    longest = max(map(len, words))
    if len(words) <= (_MOST_NAMED if longest <= choice.LINE_LETTERS else _MOST_LONG):
        label_points(ax, x, y, words)
    else:
        label_points(ax, x, y, [str(n) for n in range(1, len(words) + 1)])
        choice.list_beside(ax, words)
    money = f", {currency(tables)}" if in_money(exchange) else ""
    reference = care.strategy_words(tables, found.names[0])
    ax.set_xlabel(f"more {measure_words(exchange.gain)} a person than {reference}", loc="left")
    upward = f"more {measure_words(exchange.burden)}{money} a person; downward is better"
    ax.text(0.0, 1.015, upward, transform=ax.transAxes, color=GRAY, size=9.5)
    line = f"Line: {rate_text(exchange, exchange.rate)} (a convention); below it a strategy is "
    line += f"worth more than {reference}."
    drawn = "Ellipses: 95% of draws, as of a normal distribution" if found.known else ""
    if found.known and len(others) <= _MOST_CLOUDS:
        drawn += "; small points: single draws"
    sure = care.uncertainty_of_means(tables).replace("Lines: 95% over", "Over")
    note = f"Point: mean. {drawn}{'. ' if drawn else ''}{line} {choice.unlike_note([found])} {sure}"
    title = choice.verdict(tables, found)
    subtitle = f"{care.trigger_set_words(tables)}\n\n "
    drawing.dress(ax, title, subtitle, note, left=_LEFT_POINTS)
    return ax


def _set_limits(
    ax: Axes, gain: NDArray[np.float64], more: NDArray[np.float64], *, known: bool
) -> None:
    """Limits that hold every ellipse and the reference."""
    for of, set_limits in ((gain, ax.set_xlim), (more, ax.set_ylim)):
        half = np.sqrt(_CHI_SQUARE_95) * of.std(axis=0) if known else 0.0
        low = min(float((of.mean(axis=0) - half).min()), 0.0)
        high = max(float((of.mean(axis=0) + half).max()), 0.0)
        room = 0.08 * (high - low) or 1.0
        set_limits(low - room, high + room)
    drawing.round_ticks(ax.xaxis, 7)
    drawing.round_ticks(ax.yaxis, 7)


def _draw_quadrants(ax: Axes, found: Alternatives) -> None:
    """Lines through the reference, the line of the rate, and what the corners mean."""
    ax.axhline(0.0, color=SILVER, linewidth=1.0, zorder=1)
    ax.axvline(0.0, color=SILVER, linewidth=1.0, zorder=1)
    exchange = found.exchange
    slope = exchange.rate if exchange.per_gain else 1.0 / exchange.rate if exchange.rate else None
    if slope is None:
        ax.axvline(0.0, color=GRAY, linewidth=1.2, linestyle="--", zorder=2)
    else:
        ax.axline((0.0, 0.0), slope=slope, color=GRAY, linewidth=1.2, linestyle="--", zorder=2)
    corners = ((0.01, 0.985, "worse in both"), (0.99, 0.015, "better in both"))
    for x, y, words in corners:
        ha, va = ("left", "top") if x < 0.5 else ("right", "bottom")
        corner = ax.text(x, y, words, transform=ax.transAxes, ha=ha, va=va)
        corner.set(size=SMALL, color=GRAY, backgroundcolor="white")


def _ellipse(x: NDArray[np.float64], y: NDArray[np.float64], color: str) -> Ellipse:
    """The ellipse that holds 95% of a normal distribution with the moments of the draws."""
    values, vectors = np.linalg.eigh(np.cov(x, y))
    width, height = 2.0 * np.sqrt(_CHI_SQUARE_95 * np.maximum(values, 0.0))
    angle = float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))
    center = (float(x.mean()), float(y.mean()))
    return Ellipse(center, width, height, angle=angle, fill=False, ec=color, lw=1.2, alpha=0.7)
