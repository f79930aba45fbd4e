"""Panels of curves over rates of exchange, in days and in money, with one key for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.economics.choice import best_on_average, share_best
from sim.plots import care_samples as care
from sim.plots import choice_samples as choice
from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, SILVER, SMALL, NothingToDrawError, series_look
from sim.tables.alternatives import Alternatives
from sim.tables.layout import listed
from sim.tables.run_tables import RunTables

Curves = NDArray[np.float64]
"""Of one panel, shape (rate, strategy)."""

_PANEL, _GAP, _LEFT, _LEFT_POINTS = (5.0, 4.2), 1.05, 0.85, 54
"""Inches of a panel, between two, and left of the first."""
_HEAD_LETTERS = 52
"""Letters in a line of the head of a panel."""
_SELDOM = 0.05
"""Share of draws: what is never best in more of them has no color and no name of its own."""


def draw_panels(
    tables: RunTables,
    ax: Axes | None,
    every: list[Alternatives],
    curve: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> tuple[list[Axes], list[str]]:
    """Draw a panel of curves for each choice, with a key beside the last.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw a single panel; a new figure by default.
    every : list of Alternatives
    curve : callable
        From net benefits, shape (draw, strategy), to what is drawn of each strategy.

    Returns
    -------
    panels : list of Axes
    seldom : list of str
        Strategies that are drawn in gray, since they are best in hardly any draw at any rate.
    """
    if ax is not None and len(every) > 1:
        raise NothingToDrawError(
            f"ax is one Axes, but there are {len(every)} panels, in days and in money; allowed: no "
            "ax, or one with burden='cost' or burden='therapy_days_lost'"
        )
    panels = [ax] if ax is not None else _new_panels(len(every))
    often = _often_best(every)
    look = {name: series_look(number) for number, name in enumerate(often)}
    for panel, found in zip(panels, every, strict=True):
        curves = by_rate(found, curve)
        rates = found.exchange.rates
        for s, name in enumerate(found.names):
            color, style = look.get(name, (SILVER, "-"))
            width = 1.8 if name in look else 0.9
            order = 3 if name in look else 2
            panel.plot(rates, curves[:, s], style, color=color, linewidth=width, zorder=order)
        _draw_best(panel, found, curves, look)
        panel.axvline(found.exchange.rate, color=GRAY, linewidth=1.0, linestyle=":", zorder=1)
        panel.set_xlim(0.0, found.exchange.most)
        drawing.round_ticks(panel.xaxis, 4)
        drawing.plain(panel)
        drawing.level_lines(panel)
        panel.set_xlabel(f"rate of exchange, {found.exchange.rate_words}", loc="left")
    _draw_key(tables, panels[-1], look, every[-1])
    return panels, [name for name in every[0].names if name not in look]


def by_rate(
    found: Alternatives, curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Curves:
    """A number of each strategy from net benefits, at each rate of the curves."""
    return np.array([curve(found.net(rate)) for rate in found.exchange.rates.tolist()])


def dress_panels(
    tables: RunTables,
    panels: Sequence[Axes],
    title: str,
    heads: Sequence[str],
    notes: Sequence[str],
) -> None:
    """Write over each panel what it tells, and title, people and notes around all of them."""
    said = [fill(words, _HEAD_LETTERS) for words in heads]
    for panel, words in zip(panels, said, strict=True):
        head = panel.text(0.0, 1.03, words, transform=panel.transAxes, weight="bold")
        head.set(size=9.5, color=INK)
    room = "\n" * (1 + max(words.count("\n") + 1 for words in said))
    sure = care.uncertainty_of_means(tables).replace("Lines: 95% over", "Over")
    subtitle = f"{care.trigger_set_words(tables)}{room} "
    note = " ".join([*filter(None, notes), sure])
    drawing.dress(panels[0], title, subtitle, note, left=_LEFT_POINTS)


def gray_note(tables: RunTables, seldom: list[str]) -> str:
    """Which strategies the gray lines are."""
    if not seldom:
        return ""
    words = listed([care.strategy_words(tables, name) for name in seldom])
    return f"Gray: best in at most {100.0 * _SELDOM:.0f}% of draws at every rate, {words}."


def _new_panels(n: int) -> list[Axes]:
    columns = [_LEFT + i * (_PANEL[0] + _GAP) for i in range(n)]
    size = (columns[-1] + _PANEL[0] + 0.2, _PANEL[1] + 2.2)
    return drawing.panel_grid(size, columns, [0.9], _PANEL)[0]


def _often_best(every: list[Alternatives]) -> list[str]:
    """Strategies that are best in more than a few draws at any rate of any panel."""
    most: dict[str, float] = {}
    for found in every:
        for name, share in zip(found.names, by_rate(found, share_best).max(axis=0), strict=True):
            most[name] = max(most.get(name, 0.0), float(share))
    return [name for name, share in most.items() if share > _SELDOM]


def _draw_best(
    panel: Axes, found: Alternatives, curves: Curves, look: dict[str, tuple[str, str]]
) -> None:
    """Thicken each curve where its strategy has the highest mean net benefit."""
    rates = found.exchange.rates
    best = np.array([best_on_average(found.net(rate)) for rate in rates.tolist()])
    for s in np.unique(best):
        color = look.get(found.names[s], (GRAY, ""))[0]
        mine = np.where(best == s, curves[:, s], np.nan)
        if (best == s).sum() == 1:  # a single rate has no line
            panel.plot(rates, mine, "o", color=color, ms=5, alpha=0.4, zorder=4)
        panel.plot(rates, mine, color=color, linewidth=6.0, alpha=0.35, zorder=4)


def _draw_key(
    tables: RunTables, panel: Axes, look: dict[str, tuple[str, str]], found: Alternatives
) -> None:
    """Name the colors right of a panel."""
    handles = [panel.plot([], [], s, color=c, linewidth=1.8)[0] for c, s in look.values()]
    names = [fill(choice.marked_name(tables, name, found), choice.LINE_LETTERS) for name in look]
    if len(look) < len(found.names):
        handles.append(Line2D([], [], color=SILVER, linewidth=0.9))
        names.append("hardly ever best")
    panel.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.02),
        frameon=False,
        fontsize=SMALL,
        labelspacing=0.8,
    )
