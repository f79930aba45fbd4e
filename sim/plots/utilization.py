"""How much of its open time each resource is used and asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.evidence.visits import BED
from sim.plots import access_samples as access
from sim.plots import drawing
from sim.plots.access_words import across, percent_text, resource_words
from sim.plots.care_samples import first_upper, strategy_words
from sim.plots.drawing import GRAY, INK, LIGHT, SILVER, SMALL, STRONG
from sim.plots.headed_rows import (
    RISE,
    HeadedRow,
    axes_of_rows,
    heights,
    left_points,
    mark_above,
    name_rows,
)
from sim.tables.access import ALL
from sim.tables.intervals import interval
from sim.tables.run_tables import RunTables

_MOST_LINES = 10
"""Lines up to which each center has its own row."""
_FULL = 100.0
_OF_BEDS = "Of beds: days that somebody lies in one, and days asked for. "
_TOGETHER = (
    "Small marks: what each center is offered; together, centers weigh as their machines do. "
)


class Use(NamedTuple):
    """What a row of the picture is of; the place is a center, or all of them."""

    resource: str
    place: str
    strategy: str


_KEYS = list(Use._fields)


def utilization(
    tables: RunTables, ax: Axes | None = None, *, strategies: Sequence[str] | None = None
) -> Axes:
    """What each resource is used and asked for, in percent of its open time.

    Centers have rows of their own as long as there are few lines.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    strategies : sequence of str, optional
        Of the run; the first three by default.

    Raises
    ------
    ValueError
        If the run has no finite access, nobody asked for what is finite, or a strategy is not of
        the run.
    """
    names = access.drawn_strategies(tables, strategies)
    lines = access.limited_lines(tables)
    few = len(lines[["center", "resource"]].drop_duplicates()) <= _MOST_LINES
    lines = lines.assign(place=lines["center"] if few else ALL)
    keys = [
        Use(resource, str(place), strategy)
        for resource in access.resources_by_load(lines)
        for place in lines.loc[lines["resource"] == resource, "place"].drop_duplicates()
        for strategy in names
    ]
    rows = _rows(tables, keys, len(names))
    ax = ax or axes_of_rows(rows, 9.0)
    offered, used = (
        access.over_machines(lines, _KEYS, name).reindex(columns=pd.MultiIndex.from_tuples(keys))
        for name in ("offered_percent", "used_percent")
    )
    spread = np.clip(interval(offered, tables.interval_over), 0.0, np.inf)
    edge = float(np.nanmax([_FULL, *offered.mean(), *used.mean(), *np.nan_to_num(spread[1])]))
    if not few:
        edge = float(np.fmax(edge, lines["offered_percent"].max()))
    cells = {}
    places = heights(rows)[0]
    overload = {key: access.overload(tables, _of(lines, key)) for key in keys}
    rights = np.fmax(offered.mean().to_numpy(float), spread[1])
    for y, key, asked_for, taken, right in zip(
        places, keys, offered.mean(), used.mean(), rights, strict=True
    ):
        mine = _of(lines, key)
        _draw_row(ax, y, mine, (asked_for, taken, right), overload[key])
        people = float(mine["asked"].sum())
        share = (
            percent_text(100.0 * float(mine["asked_spinal"].sum()) / people) if people else "none"
        )
        machines = mine.groupby("center")["machines"].first().sum()
        cells[y] = (f"{machines:,.0f}", percent_text(taken), percent_text(asked_for), share)
    ax.hlines(np.array(places) + 0.2, *spread, color=INK, linewidth=0.9, zorder=4)
    mark_above(ax, _FULL, "100%", places[-1], zorder=3)
    headers = ("machines", "used", "offered", "of those who ask,\nspinal metastasis")
    ends = [edge * x for x in (1.46, 1.57, 1.69, 1.95)]
    drawing.columns(ax, -0.6, dict(zip(ends, headers, strict=True)), cells)
    name_rows(ax, rows)
    ax.set_xlim(0, ends[-1])
    drawing.ticks_up_to(ax, 20.0 * np.floor(edge / 20.0))
    ax.set_xlabel("percent of the open time", loc="left")
    beds = "At times a machine was free and no bed was, so that who needs one had to wait."
    beds = beds if lines["beds_missing"].any() else ""
    note = (
        "Bar: minutes of sessions given within opening hours; black mark: offered, the minutes of "
        "all sessions asked for, those of emergencies outside opening hours among them; both in "
        "percent of the open time of the machines, without maintenance and failures. "
        f"{_OF_BEDS if any(key.resource == BED for key in keys) else ''}"
        f"{'' if few else _TOGETHER}{beds} "
        f"{access.overload_note(tables, [words for words, _ in overload.values()])} "
        f"{drawing.uncertainty(tables.run, everybody=True)} {access.not_drawn(tables, names)}"
    )
    means = dict(zip(keys, offered.mean(), strict=True))
    title = _title(tables, means, overload, names)
    what = "Use of every resource by all its patients, in percent of its open time"
    subtitle = f"{what}\n{access.who_and_where(tables)}"
    drawing.dress(ax, title, subtitle, note, left=left_points(rows), rise=RISE)
    return ax


def _of(lines: pd.DataFrame, key: Use) -> pd.DataFrame:
    """The lines of a row."""
    return lines[(lines[_KEYS] == list(key)).all(axis=1)]


def _rows(tables: RunTables, keys: list[Use], n_strategies: int) -> list[HeadedRow]:
    """Names of the rows; centers stand under the resource where there are several."""
    several = len({place for _, place, _ in keys}) > 1
    rows = []
    for resource, place, strategy in keys:
        words = first_upper(resource_words(resource))
        names = (words, place) if several else ("", words)
        rows.append(HeadedRow(*names, strategy_words(tables, strategy) if n_strategies > 1 else ""))
    return rows


def _draw_row(
    ax: Axes,
    y: float,
    lines: pd.DataFrame,
    percents: tuple[float, float, float],
    overload: access.Overload,
) -> None:
    """Draw what is used as a bar and what is offered as a mark, and say what is overloaded."""
    offered, used, right = percents
    by_center = lines.groupby("center")["offered_percent"].mean()
    several = len(by_center) > 1
    pale = LIGHT if overload.words else SILVER
    color = STRONG if overload.centers and not several else pale
    ax.barh(y, used, 0.62, color=color, zorder=1)
    if several:
        ax.vlines(by_center, y - 0.3, y - 0.05, color=GRAY, linewidth=0.8, zorder=2)
    ax.vlines(offered, y - 0.4, y + 0.4, color=INK, linewidth=1.8, zorder=5)
    if overload.words:
        at = max(right, used, float(by_center.max()), _FULL)
        style = {"va": "center_baseline", "size": SMALL, "color": STRONG}
        drawing.write(ax, overload.words, (at, y), (6, 0), "data", **style)


def _title(
    tables: RunTables,
    offered: dict[Use, float],
    overload: dict[Use, access.Overload],
    names: list[str],
) -> str:
    """What is overloaded, or used most."""
    overloaded = {key: words for key, (words, centers) in overload.items() if centers}
    of = list(overloaded or offered)
    most = max(of, key=lambda key: np.nan_to_num(offered[key]))
    several = len({place for _, place, _ in offered}) > 1
    words = resource_words(most.resource) + (f" of {most.place}" if several else "")
    if most in overloaded and most.place == ALL:
        under = f" under {strategy_words(tables, most.strategy)}" if len(names) > 1 else ""
        where = overloaded[most].removesuffix(" overloaded")
        return f"The {words} is overloaded at {where} centers{under}"
    if len(names) > 1:
        every = {
            strategy_words(tables, name): offered[most._replace(strategy=name)] for name in names
        }
        shares = {name: percent_text(value) for name, value in every.items()}
        if len(names) > 2:
            return f"Offered to the {words}: {across(shares, every)}"
        shares[next(iter(shares))] += " of its open time"
        return f"The {words} is asked for {across(shares, every)}"
    if overloaded:
        more = f" and {len(overloaded) - 1} more" if len(overloaded) > 1 else ""
        share = percent_text(offered[most])
        return f"Overloaded: the {words}{more}, asked for {share} of its open time"
    rule = " as a rule" if any(words for words, _ in overload.values()) else ""
    share = percent_text(offered[most])
    return f"Nothing is overloaded{rule}; the {words} is asked for most, {share} of its open time"
