"""The picture wanted first: relief against delay, a point a strategy, and the frontier."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.counting.measures import words_of
from sim.inputs.strategy_label import without_settings
from sim.plots import care_samples as care
from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, SMALL, NothingToDrawError
from sim.plots.frontier_panel import draw_grades, draw_panel, set_limits
from sim.plots.frontier_samples import by_setting, cross, shares_of_draws
from sim.tables.answer import has_draws
from sim.tables.compare import COMPARED, on_frontier
from sim.tables.grades import ALL_GRADES, GRADE_WORDS, MIXED
from sim.tables.layout import listed
from sim.tables.run_tables import RunTables

FEWER_IS_BETTER = ("pain_days", "severe_pain_days", "pain_area", "opioid_days")
MORE_IS_BETTER = (
    *("days_pain_below_4", "relieved", "complete_response_3m", "partial_response_3m"),
    "days_walking",
)
"""Measures of relief that the frontier may set against delay."""
DELAYS = ("therapy_days_lost", "delay_days", "pause_days", "days_paused")
"""Measures of delay."""

_PERCENT = ("relieved", "complete_response_3m", "partial_response_3m")
_LEFT, _LEFT_POINTS = 0.75, 46
_SURE = 95.0
"""Percent of the draws from which on a strategy is said to be on the frontier."""
_MOST_NAMED, _MOST_LONG, _MOST_PANELS = 8, 3, 2
"""Points of a panel, such with long names, and panels up to which points bear names; else numbers.
"""
_IN_A_ROW = 3
_ALONE, _PANEL, _GAP, _BETWEEN = (9.05, 5.3), (4.3, 4.3), 0.3, 0.8
"""Inches of one Axes, of one of several, and between two of them, across and upward."""
_LINE_LETTERS = 34
"""Letters of a name in the list, and of one that is not long."""


def frontier(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    relief: str = "days_pain_below_4",
    delay: str = "therapy_days_lost",
) -> Axes:
    """Relief against delay, a point a strategy; those that no other one beats on both.

    Strategies `NAME@none`, `NAME` and `NAME@by_modality` stand in a panel for each setting of
    holds, and those with a cap of local courses in another, on the same axes.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw one setting; a new figure by default.
    relief : str
        `pain_days`, `severe_pain_days`, `pain_area` or `opioid_days`, where fewer is better;
        `days_pain_below_4`, `relieved`, `complete_response_3m`, `partial_response_3m` or
        `days_walking`, where more is.
    delay : str
        `therapy_days_lost`, a difference to the reference in the same people, `delay_days`,
        `pause_days` or `days_paused`.

    Returns
    -------
    Axes
        The first panel.

    Raises
    ------
    ValueError
        If fewer than two strategies give care.
    """
    drawing.check_name("relief", relief, (*FEWER_IS_BETTER, *MORE_IS_BETTER))
    drawing.check_name("delay", delay, DELAYS)
    names = care.care_strategies(tables)
    if len(names) < 2:
        raise NothingToDrawError(
            f"strategies is {names[0]!r} alone; a frontier needs at least two that give care"
        )
    reference = str(tables.run["strategies"][0])
    up = relief in MORE_IS_BETTER
    across, upward = cross(tables, delay), cross(tables, relief)
    panels = by_setting(names, tables)
    if ax is not None and len(panels) > 1:
        raise NothingToDrawError(
            f"ax is one Axes, but the strategies have {len(panels)} settings; allowed: "
            "no ax, for a panel each"
        )
    every = [ax] if ax is not None else _new_panels(len(panels))
    number_of = {} if _names_fit(tables, panels) else _numbers(upward, panels, reference, up=up)
    fronts, sure = {}, {}
    for panel, (setting, mine) in zip(every, panels.items(), strict=True):
        days, burden = (table.loc[mine, "mean"].to_numpy() for table in (across, upward))
        front = on_frontier(days, -burden if up else burden)
        fronts[setting] = [mine[i] for i in np.argsort(days, kind="stable") if front[i]]
        set_limits(panel, across, upward, up=up)
        labels = {n: number_of.get(without_settings(n), _named(tables, n)) for n in mine}
        shares = shares_of_draws(tables, mine, (delay, relief), up=up)
        sure[setting] = {without_settings(n) for n, share in shares.items() if share >= _SURE}
        for name, share in shares.items():
            labels[name] += f", {share:.0f}%"
        draw_panel(tables, panel, across.loc[mine], upward.loc[mine], front, labels)
        if len(panels) > 1:
            panel.text(
                0.0,
                1.01,
                care.first_upper(setting),
                transform=panel.transAxes,
                color=INK,
                weight="bold",
            )
    first = every[0]
    if number_of:
        _list_numbers(tables, every[min(len(every), _IN_A_ROW) - 1], number_of, names)
    unit = "percent of people" if relief in _PERCENT else "a person"
    better = "more is better" if up else "upward is fewer, and better"
    label = f"{words_of(relief)}, {unit}; {better}"
    at = 1.015 if len(panels) == 1 else 1.05
    first.text(0.0, at, label, transform=first.transAxes, color=GRAY, size=9.5)
    lowest = every[(len(every) - 1) // _IN_A_ROW * _IN_A_ROW]
    lowest.set_xlabel(f"{words_of(delay)}, a person; left is better", loc="left")
    if len({frozenset(map(without_settings, mine)) for mine in panels.values()}) == 1 < len(panels):
        title = _title_of_settings(tables, sure)
    else:
        setting = next((s for s, mine in panels.items() if reference in mine), next(iter(panels)))
        title = _title(tables, fronts[setting], panels[setting], (relief, delay))
        if len(panels) > 1:
            title = f"{setting}: {title}"
    shown = next((mine for mine in panels.values() if reference in mine), names)
    note = (
        "Strong color: on the frontier, no other strategy has both more relief and less delay. "
        f"Shaded: beaten by one of them. {_evidence_note(tables, names)} "
        f"{cross_note(tables, relief)} "
        f"{care.courses_note(tables, shown)} {care.fallback_note(tables, names)}"
    )
    title = care.first_upper(title)
    drawing.dress(first, title, f"{care.trigger_set_words(tables)}\n\n ", left=_LEFT_POINTS)
    drawing.dress(lowest, "", note=note, left=_LEFT_POINTS)
    for number, panel in enumerate(every):
        drawing.plain(panel)
        if number == min(len(every), _IN_A_ROW) - 1:
            draw_grades(tables, panel, names, at)
        panel.tick_params(pad=4, labelleft=number % _IN_A_ROW == 0)
        panel.grid(color="white", linewidth=1.0)
        panel.set_axisbelow(True)
    return first


def _new_panels(n: int) -> list[Axes]:
    """So many Axes, three in a row at most."""
    if n == 1:
        return drawing.new_panels(1, _ALONE[0] + _LEFT + 0.2, _ALONE[1] + 1.9, _LEFT)
    in_row = min(n, _IN_A_ROW)
    n_rows = -(-n // in_row)
    columns = [_LEFT + i * (_PANEL[0] + _GAP) for i in range(in_row)]
    rows = [0.9 + i * (_PANEL[1] + _BETWEEN) for i in reversed(range(n_rows))]
    size = (columns[-1] + _PANEL[0] + 0.2, rows[0] + _PANEL[1] + 1.0)
    grid = [panel for row in drawing.panel_grid(size, columns, rows, _PANEL) for panel in row]
    for panel in grid[n:]:
        panel.remove()
    return grid[:n]


def _names_fit(tables: RunTables, panels: dict[str, list[str]]) -> bool:
    """Say whether points can bear the names of their strategies."""
    most = max(map(len, panels.values()))
    longest = max(len(_named(tables, name)) for mine in panels.values() for name in mine)
    fit = most <= _MOST_NAMED and (longest <= _LINE_LETTERS or most <= _MOST_LONG)
    return fit and len(panels) <= _MOST_PANELS


def _named(tables: RunTables, name: str) -> str:
    words = care.strategy_words(tables, name, with_settings=False)
    return words + (" (reference)" if care.is_reference(tables, name) else "")


def _numbers(
    relief: pd.DataFrame, panels: dict[str, list[str]], reference: str, *, up: bool
) -> dict[str, str]:
    """Numbers of strategies whatever their settings, the most relief first."""
    shown = [reference, *(name for mine in panels.values() for name in mine)]
    first = {without_settings(name): name for name in reversed(shown)}
    panel = next((mine for mine in panels.values() if reference in mine), [])
    first |= {without_settings(name): name for name in panel}
    order = sorted(first, key=lambda plain: float(relief["mean"][first[plain]]), reverse=up)
    return {plain: str(number) for number, plain in enumerate(order, 1)}


def _list_numbers(tables: RunTables, ax: Axes, number_of: dict[str, str], names: list[str]) -> None:
    """Say right of a panel which number is which strategy."""
    lines = []
    for plain, number in number_of.items():
        words = _named(tables, next(name for name in names if without_settings(name) == plain))
        lines.append(
            fill(words, _LINE_LETTERS, initial_indent=f"{number}  ", subsequent_indent="     ")
        )
    drawing.write(
        ax, "\n".join(lines), (1, 1), (14, 0), va="top", size=SMALL, color=INK, linespacing=1.6
    )


def _evidence_note(tables: RunTables, names: list[str]) -> str:
    """What those are mixed of that have evidence of several grades."""
    mixed = [
        f"{care.strategy_words(tables, name)} {tables.evidence_words(name).removeprefix('mixed: ')}"
        for name in names
        if name == without_settings(name) and tables.evidence[name] == MIXED
    ]
    words = ", ".join(GRADE_WORDS[grade] for grade in ALL_GRADES[:-1])
    said = f"Shape: what the effect on pain rests on ({words}); open: without controls."
    return f"{said} Mixed: {'; '.join(mixed)}." if mixed else said


def _title(tables: RunTables, front: list[str], names: list[str], measures: tuple[str, str]) -> str:
    """What gives the most relief, if that is known, and how many are not beaten."""
    relief, delay = measures
    found = care.leads(tables, relief, names, more=relief in MORE_IS_BETTER)
    best = found.winner
    if best is None:
        means = care.levels(tables, relief)["mean"][names]
        span = f"{words_of(relief)} from {means.min():,.0f} to {means.max():,.0f}"
        return f"{span}; {care.not_known_words(tables, found)}"
    words = care.strategy_words(tables, best)
    days = delay_words(float(care.levels(tables, delay)["mean"][best]), delay)
    gives = f"{words} gives the most relief{care.evidence_note(tables, best)}, with {days}"
    if len(front) == len(names):
        return f"{gives}; no strategy beats another on both"
    return f"{gives}; {len(front)} of {len(names)} strategies are beaten by none"


def delay_words(days: float, delay: str) -> str:
    """So many days of a measure of delay.

    Examples
    --------
    >>> delay_words(-1.24, "therapy_days_lost"), delay_words(8.0, "delay_days")
    ('1.2 days of therapy gained', '8.0 days of delay')
    """
    words = words_of(delay)
    return f"{abs(days):,.1f} {words if days >= 0.0 else words.replace('lost', 'gained')}"


def _title_of_settings(tables: RunTables, sure: dict[str, set[str]]) -> str:
    """What is on the frontier of every setting, as far as draws tell.

    `sure` are strategies that are on it in nearly every draw, by setting.
    """
    if not has_draws(tables):
        few = "With so few" if tables.run["scenario"]["draws"] else "Without"
        return f"{few} parameter draws it is not known what is on the frontier of each setting"
    kept = sorted(set.intersection(*sure.values()))
    if not kept:
        return f"No strategy is on the frontier of every setting in {_SURE:.0f}% of draws"
    are = "is" if len(kept) == 1 else "are"
    named = listed([care.strategy_words(tables, n) + care.evidence_note(tables, n) for n in kept])
    return f"{named} {are} on the frontier of every setting in at least {_SURE:.0f}% of draws"


def cross_note(tables: RunTables, relief: str) -> str:
    """What the lines through the points are."""
    if tables.too_few:
        return care.uncertainty_of_means(tables)
    reference = str(tables.run["strategies"][0])
    words = care.strategy_words(tables, reference)
    what = care.uncertainty_of_means(tables).replace("Lines: 95%", "95%")
    if has_draws(tables):
        what += " Percent: of the draws in which a strategy is on the frontier."
    if relief not in COMPARED:
        return f"Lines: {what}"
    note = (
        f"Lines to the side: the delay. Thick upright lines: the difference to {words} in the "
        "same people, which says who does better. Thin upright lines: the number of days itself"
    )
    level = care.levels(tables, relief)
    if reference in level.index:
        note += f"; {words} has {care.spread_text(level.T[reference], 0)}"
    return f"{note}. All of them {what}"
