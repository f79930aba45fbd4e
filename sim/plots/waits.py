"""How waits are spread, by what people wait for, priority and strategy."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.evidence.visits import CONSULT, known_visits
from sim.plots.access_samples import (
    ROUTES,
    by_sample,
    check_center,
    chosen_strategies,
    goals,
    n_years,
    not_drawn,
    repetitions,
    resources_by_load,
    sample_words,
    table,
    whom,
)
from sim.plots.access_words import (
    across,
    counted,
    days_words,
    dress_higher,
    in_sentences,
    percent,
    resource_words,
)
from sim.plots.care_samples import NothingToDrawError, first_upper, strategy_words
from sim.plots.drawing import (
    GRAY,
    INK,
    LIGHT,
    SILVER,
    STRONG,
    column,
)
from sim.plots.rows import Row, axes_of_rows, heights, name_rows, room_for_rows
from sim.tables.access import ALL, TREATMENT, WHO_WAITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

SPINAL, OTHERS = WHO_WAITS
_QUANTILES = {f"p{level:02d}_days": float(level) for level in (5, 25, 50, 75, 95)}
_PIECES = 200
"""Pieces of equal probability of which a distribution is made when several are pooled."""
_TICKS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 7.0, 14.0, 28.0, 56.0, 112.0, 224.0, 448.0, 896.0)
_HALF = 0.32
_GAP = 0.07
"""Least room between two ticks, as a share of the axis."""


class Group(NamedTuple):
    """People who wait for the same thing, and how long: days by percentile."""

    resource: str
    who: str
    priority: str
    strategy: str
    a_year: float
    days: list[float]
    within: float


def people_who_wait(result: RunTables, strategies: list[str], center: str) -> list[Group]:
    """Groups of people with a wait that ended in a first session, in the order of the picture."""
    waits = table(result, "waits")
    mine = waits[(waits["center"] == center) & waits["priority"].isin(ROUTES)]
    keys = ["resource", "who", "priority", "strategy"]
    size = repetitions(waits) * n_years(result)
    every: dict[Any, pd.DataFrame] = dict(iter(mine.groupby(keys, sort=False)))
    resources = (TREATMENT, *_limited(result, center))
    found = []
    for key in product(resources, WHO_WAITS, ROUTES, strategies):
        rows = every.get(key)
        if rows is not None and rows["treated"].any():
            within = float(rows.groupby("sample")["within_goal_percent"].mean().mean())
            found.append(Group(*key, float(rows["asked"].sum()) / size, pooled_days(rows), within))
    return found


def pooled_days(rows: pd.DataFrame) -> list[float]:
    """Percentiles of waits over replicates: of the mean of their distributions.

    Means of the percentiles themselves would contradict the share within the goal where few wait.
    Between the percentiles that are known, each distribution is taken as even.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame([[1.0] * 5, [3.0] * 5], columns=list(_QUANTILES))
    >>> pooled_days(rows)
    [1.0, 1.0, 2.0, 3.0, 3.0]
    """
    known = rows[list(_QUANTILES)].dropna().to_numpy(float)
    if len(known) == 1:
        return [float(days) for days in known[0]]
    levels = 100.0 * (np.arange(_PIECES) + 0.5) / _PIECES
    days = [np.interp(levels, list(_QUANTILES.values()), quantiles) for quantiles in known]
    return [float(at) for at in np.percentile(np.concatenate(days), list(_QUANTILES.values()))]


def _limited(result: RunTables, center: str) -> list[str]:
    """Resources with a number of machines anywhere, or at a center, the most loaded first."""
    lines = table(result, "lines")
    limited = lines[np.isfinite(lines["machines"])]
    every = resources_by_load(limited) if len(limited) else []
    free = lines[(lines["center"] == center) & np.isinf(lines["machines"])]
    return [name for name in every if name not in set(free["resource"])]


def _has_goal(resource: str) -> bool:
    """Whether goals are of a resource: they run from the decision, which a consult comes before."""
    return resource not in {visit.resource for visit in known_visits()[CONSULT]}


def draw_waits(
    result: RunTables, ax: Axes | None, strategies: Sequence[str] | None, center: str
) -> Axes:
    """See `AccessPlots.waits`."""
    names = chosen_strategies(result, strategies)
    table(result, "waits")
    check_center(result, center)
    groups = people_who_wait(result, names, center)
    if not any(group.resource == TREATMENT for group in groups):
        raise NothingToDrawError(
            "nobody with spinal metastasis began a course of treatment in the years counted"
        )
    names = [name for name in names if any(group.strategy == name for group in groups)]
    rows = [
        Row(
            first_upper(resource_words(group.resource)),
            f"others, {group.priority}" if group.who == OTHERS else group.priority,
            strategy_words(group.strategy) if len(names) > 1 else "",
        )
        for group in groups
    ]
    if ax is None:
        ax = axes_of_rows(rows, 9.0 + room_for_rows(rows))
    places = heights(rows)[0]
    goal = goals(result)
    edge = max(max(group.days[-1], goal[group.priority]) for group in groups) * 1.1
    ax.set_xscale("function", functions=(np.log1p, np.expm1))
    cells: tuple[dict[float, str], ...] = ({}, {}, {})
    for y, group in zip(places, groups, strict=True):
        _draw_group(ax, y, group)
        texts = [counted(group.a_year), _days(group.days[2]), ""]
        if _has_goal(group.resource):
            ax.vlines(goal[group.priority], y - 0.5, y + 0.5, color=INK, linewidth=1.3, zorder=3)
            texts[2] = f"{percent(group.within)} in {days_words(goal[group.priority])}"
        for column_cells, text in zip(cells, texts, strict=True):
            column_cells[y] = text
    ends = [float(np.expm1(np.log1p(edge) * (1.0 + x))) for x in (0.13, 0.25, 0.46)]
    headers = ("people\na year", "median,\ndays", "treated within\nthe goal")
    for x, header, column_cells in zip(ends, headers, cells, strict=True):
        column(ax, x, -0.45, header, column_cells)
    name_rows(ax, rows)
    ax.set_xlim(-0.02, ends[-1])
    _ticks_of_days(ax, edge)
    ax.set_xlabel("days of waiting; the scale narrows to the right, as a logarithm", loc="left")
    subtitle = (
        "From the decision to the first session, planning included; for a consult, from the "
        f"referral\n{whom(result, center)}"
    )
    note = (
        "Box: middle half of the people; thin line: from the 5th to the 95th percentile; bar: "
        "median; black mark: goal of the priority. Strong color: people with spinal metastasis, by "
        "their priority when the wait ended; gray: other patients. Under a resource, second visits "
        f"of a course count too, from when they are asked for. {_means_note(result)} "
        f"{_left_out(result, center)} {not_drawn(result, names)}"
    )
    treating = [n for n in names if any(g[0] == TREATMENT and g.strategy == n for g in groups)]
    title = _title(result, treating, center)
    dress_higher(ax, title, subtitle, note, left=72 * room_for_rows(rows) - 6, rise=0.0)
    return ax


def _draw_group(ax: Axes, y: float, group: Group) -> None:
    low, first, middle, third, high = group.days
    box, line = (SILVER, GRAY) if group.who == OTHERS else (LIGHT, STRONG)
    ax.hlines(y, low, high, color=GRAY, linewidth=1.1)
    ax.barh(y, third - first, 2 * _HALF, left=first, color=box)
    ax.vlines(middle, y - _HALF, y + _HALF, color=line, linewidth=2.4, zorder=4)


def _days(days: float) -> str:
    """Days with a decimal; a wait that rounds to none is still one."""
    return "<0.1" if 0.0 < days < 0.05 else f"{days:.1f}" if days else "0"


def _ticks_of_days(ax: Axes, edge: float) -> None:
    """Put ticks on the part of the logarithmic axis that carries data."""
    at: list[float] = []
    for days in _TICKS:
        if days <= edge and (not at or np.log1p(days) - np.log1p(at[-1]) > _GAP * np.log1p(edge)):
            at.append(days)
    ax.set_xticks(at, [f"{days:g}" for days in at])
    ax.set_xticks([], minor=True)


def _title(result: RunTables, names: list[str], center: str) -> str:
    """How long people wait for a first session under the strategies."""
    waits = table(result, "waits")
    mine = waits[(waits["center"] == center) & (waits["priority"] == ALL)]
    mine = mine[(mine["resource"] == TREATMENT) & (mine["who"] == SPINAL)]
    late = {n: pooled_days(mine[mine["strategy"] == n])[-1] for n in names}
    if len(names) > 1:
        words = {name: f"{days:.1f}" for name, days in late.items()}
        if len(names) > 2:
            return f"Days within which 95% are treated: {across(words, late)}"
        words[names[0]] += " days"
        return f"95% are treated within {across(words, late)}"
    half = pooled_days(mine[mine["strategy"] == names[0]])[2]
    within = percent(by_sample(mine, ["strategy"], "within_goal_percent")[names[0]].mean())
    if late[names[0]] <= 0.0:
        return f"95% are treated at once; {within} within the goal"
    return (
        f"Half are treated within {half:.1f} days, 95% within {late[names[0]]:.1f}; "
        f"{within} within the goal"
    )


def _means_note(result: RunTables) -> str:
    size = result.run["scenario"]
    if size["draws"] > 1 or (not size["draws"] and size["replicates"] > 1):
        return f"Distributions and shares are means over {sample_words(result)}."
    return "One set of parameters, one run."


def _left_out(result: RunTables, center: str) -> str:
    """Which resources have no rows because nobody waits for them."""
    lines = table(result, "lines")
    here = lines if center == ALL else lines[lines["center"] == center]
    free = {str(n) for n in here.loc[np.isinf(here["machines"]), "resource"]}
    somewhere = free & set(_limited(result, center))
    sentences = (
        (free - somewhere, "Unlimited, and left out: {}."),
        (somewhere, "Unlimited at some of the centers: {}."),
    )
    return in_sentences(sentences)
