"""How much of its open time each resource is used and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.plots.access_samples import (
    OVERLOADED_FROM,
    chosen_strategies,
    interval_of,
    limited_lines,
    not_drawn,
    over_machines,
    overload_note,
    overload_words,
    resources_by_load,
    spread_note,
    whom,
)
from sim.plots.access_words import across, dress_higher, percent, resource_words
from sim.plots.care_samples import first_upper, strategy_words
from sim.plots.drawing import (
    GRAY,
    INK,
    LIGHT,
    SILVER,
    SMALL,
    STRONG,
    column,
    ticks_up_to,
)
from sim.plots.rows import RISE, Row, axes_of_rows, heights, name_rows, room_for_rows
from sim.tables.access import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

_MOST_LINES = 10
"""Lines up to which each center has its own row."""
_FULL = 100.0

Key = tuple[str, str, str]
"""Resource, place and strategy of a row; the place is a center, or all of them."""
_KEYS = ["resource", "place", "strategy"]


def draw_utilization(result: RunTables, ax: Axes | None, strategies: Sequence[str] | None) -> Axes:
    """See `AccessPlots.utilization`."""
    import pandas as pd

    names = chosen_strategies(result, strategies)
    lines = limited_lines(result)
    few = len(lines[["center", "resource"]].drop_duplicates()) <= _MOST_LINES
    lines = lines.assign(place=lines["center"] if few else ALL)
    keys: list[Key] = [
        (resource, str(place), strategy)
        for resource in resources_by_load(lines)
        for place in lines.loc[lines["resource"] == resource, "place"].drop_duplicates()
        for strategy in names
    ]
    rows = _rows(keys, len(names))
    if ax is None:
        ax = axes_of_rows(rows, 9.0 + room_for_rows(rows))
    offered, used = (
        over_machines(lines, _KEYS, name).reindex(columns=pd.MultiIndex.from_tuples(keys))
        for name in ("offered_percent", "used_percent")
    )
    spread = interval_of(offered)
    edge = float(np.nanmax([_FULL, *offered.mean(), *used.mean(), *np.nan_to_num(spread[1])]))
    if not few:
        edge = float(np.fmax(edge, lines["offered_percent"].max()))
    cells: tuple[dict[float, str], ...] = ({}, {}, {}, {})
    places = heights(rows)[0]
    overload = {key: _overload(result, _of(lines, key)) for key in keys}
    rights = np.fmax(offered.mean().to_numpy(float), spread[1])
    for y, key, asked_for, taken, right in zip(
        places, keys, offered.mean(), used.mean(), rights, strict=True
    ):
        mine = _of(lines, key)
        _draw_row(ax, y, mine, (asked_for, taken, right), overload[key])
        people = float(mine["asked"].sum())
        share = percent(100.0 * float(mine["asked_spinal"].sum()) / people) if people else "none"
        machines = mine.groupby("center")["machines"].first().sum()
        texts = (f"{machines:,.0f}", percent(taken), percent(asked_for), share)
        for column_cells, text in zip(cells, texts, strict=True):
            column_cells[y] = text
    ax.hlines(np.array(places) + 0.2, *spread, color=INK, linewidth=0.9, zorder=4)
    ax.vlines(_FULL, -0.5, places[-1] + 0.5, color=INK, linewidth=1.0, linestyle=":", zorder=3)
    ax.text(_FULL, -0.6, "100%", ha="center", va="bottom", size=SMALL, color=INK)
    headers = ("machines", "used", "offered", "of those who ask,\nspinal metastasis")
    ends = [edge * x for x in (1.46, 1.57, 1.69, 1.95)]
    for x, header, column_cells in zip(ends, headers, cells, strict=True):
        column(ax, x, -0.6, header, column_cells)
    name_rows(ax, rows)
    ax.set_xlim(0, ends[-1])
    ticks_up_to(ax, 20.0 * np.floor(edge / 20.0))
    ax.set_xlabel("percent of the open time", loc="left")
    note = (
        "Bar: minutes of sessions given within opening hours; black mark: offered, the minutes of "
        "all sessions asked for, those of emergencies outside opening hours among them; both in "
        "percent of the open time of the machines, without maintenance and failures. "
        f"{'' if few else 'Small marks: what each center is offered; together, centers weigh as '}"
        f"{'' if few else 'their machines do. '}{_beds(lines)} "
        f"{overload_note(result, [words for words, _ in overload.values()])} {spread_note(result)} "
        f"{not_drawn(result, names)}"
    )
    means = dict(zip(keys, offered.mean(), strict=True))
    title = _title(means, overload, names)
    subtitle = (
        f"Use of every resource by all its patients, in percent of its open time\n{whom(result)}"
    )
    dress_higher(ax, title, subtitle, note, left=72 * room_for_rows(rows) - 6, rise=RISE)
    return ax


def _of(lines: pd.DataFrame, key: Key) -> pd.DataFrame:
    """The lines of a row."""
    return lines[(lines[_KEYS] == list(key)).all(axis=1)]


def _rows(keys: list[Key], n_strategies: int) -> list[Row]:
    """Names of the rows; centers stand under the resource where there are several."""
    several = len({place for _, place, _ in keys}) > 1
    return [
        Row(
            first_upper(resource_words(resource)) if several else "",
            place if several else first_upper(resource_words(resource)),
            strategy_words(strategy) if n_strategies > 1 else "",
        )
        for resource, place, strategy in keys
    ]


class Overload(NamedTuple):
    """Whether the lines of a row are overloaded: in words, and whether they are as a rule."""

    words: str
    as_a_rule: bool


def _overload(result: RunTables, lines: pd.DataFrame) -> Overload:
    by_center = lines.groupby("center")["overloaded"].mean()
    if len(by_center) == 1:
        share = float(by_center.iloc[0])
        return Overload(overload_words(result, share), share >= OVERLOADED_FROM)
    n = int((by_center >= OVERLOADED_FROM).sum())
    return Overload(f"{n} of {len(by_center)} overloaded" if n else "", n > 0)


def _draw_row(
    ax: Axes,
    y: float,
    lines: pd.DataFrame,
    percents: tuple[float, float, float],
    overload: Overload,
) -> None:
    """Draw what is used as a bar and what is offered as a mark, and say what is overloaded."""
    offered, used, right = percents
    by_center = lines.groupby("center")["offered_percent"].mean()
    several = len(by_center) > 1
    pale = LIGHT if overload.words else SILVER
    color = STRONG if overload.as_a_rule and not several else pale
    ax.barh(y, used, 0.62, color=color, zorder=1)
    if several:
        ax.vlines(by_center, y - 0.3, y - 0.05, color=GRAY, linewidth=0.8, zorder=2)
    ax.vlines(offered, y - 0.4, y + 0.4, color=INK, linewidth=1.8, zorder=5)
    if overload.words:
        at = max(right, used, float(by_center.max()), _FULL)
        ax.annotate(
            overload.words,
            (at, y),
            (6, 0),
            textcoords="offset points",
            va="center_baseline",
            size=SMALL,
            color=STRONG,
        )


def _beds(lines: pd.DataFrame) -> str:
    """Whether a bed was ever missing when a machine was free."""
    words = "At times a machine was free and no bed was, so that who needs one had to wait."
    return words if lines["beds_missing"].any() else ""


def _title(offered: dict[Key, float], overload: dict[Key, Overload], names: list[str]) -> str:
    """What is overloaded, or used most."""
    overloaded = {key: words for key, (words, as_a_rule) in overload.items() if as_a_rule}
    of = list(overloaded or offered)
    most = max(of, key=lambda key: np.nan_to_num(offered[key]))
    several = len({place for _, place, _ in offered}) > 1
    words = resource_words(most[0]) + (f" of {most[1]}" if several else "")
    if most in overloaded and most[1] == ALL:
        under = f" under {strategy_words(most[2])}" if len(names) > 1 else ""
        where = overloaded[most].removesuffix(" overloaded")
        return f"The {words} is overloaded at {where} centers{under}"
    if len(names) > 1:
        every = {name: offered[most[0], most[1], name] for name in names}
        shares = {name: percent(value) for name, value in every.items()}
        if len(names) > 2:
            return f"Offered to the {words}: {across(shares, every)}"
        shares[names[0]] += " of its open time"
        return f"The {words} is asked for {across(shares, every)}"
    if overloaded:
        more = f" and {len(overloaded) - 1} more" if len(overloaded) > 1 else ""
        return f"Overloaded: the {words}{more}, asked for {percent(offered[most])} of its open time"
    rule = " as a rule" if any(words for words, _ in overload.values()) else ""
    share = percent(offered[most])
    return f"Nothing is overloaded{rule}; the {words} is asked for most, {share} of its open time"
