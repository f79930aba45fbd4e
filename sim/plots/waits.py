"""How waits are spread, by what people wait for, priority and strategy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.evidence.visits import CONSULT_VISIT, known_visits
from sim.plots import access_samples as access
from sim.plots import access_words as wording
from sim.plots import drawing
from sim.plots.care_samples import first_upper, strategy_words
from sim.plots.drawing import GRAY, INK, LIGHT, SILVER, STRONG, NothingToDrawError
from sim.plots.headed_rows import HeadedRow, axes_of_rows, heights, left_points, name_rows
from sim.tables.access import ALL, ANY_TREATMENT, WHO_WAITS
from sim.tables.pooled_waits import mean_of_treated
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


def waits(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    strategies: Sequence[str] | None = None,
    center: str = ALL,
) -> Axes:
    """How waits are spread, by resource, priority and strategy, with the goals.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    strategies : sequence of str, optional
        Of the run; the first three by default.
    center : str
        Whose people; those of all centers by default.

    Raises
    ------
    ValueError
        If the run has no finite access, nobody was treated, or a name is not of the run.
    """
    names = access.drawn_strategies(tables, strategies)
    access.table(tables, "waits")
    access.check_center(tables, center)
    groups = people_who_wait(tables, names, center)
    if not any(group.resource == ANY_TREATMENT for group in groups):
        raise NothingToDrawError(
            "nobody with spinal metastasis began a course of treatment in the years counted"
        )
    names = [name for name in names if any(group.strategy == name for group in groups)]
    rows = [
        HeadedRow(
            first_upper(wording.resource_words(group.resource)),
            f"others, {group.priority}" if group.who == OTHERS else group.priority,
            strategy_words(tables, group.strategy) if len(names) > 1 else "",
        )
        for group in groups
    ]
    ax = ax or axes_of_rows(rows, 9.0)
    places = heights(rows)[0]
    goal = access.goals(tables)
    edge = max(max(group.days[-1], goal[group.priority]) for group in groups) * 1.1
    ax.set_xscale("function", functions=(np.log1p, np.expm1))
    cells = {}
    for y, group in zip(places, groups, strict=True):
        _draw_group(ax, y, group)
        within = ""
        if _has_goal(group.resource):
            ax.vlines(goal[group.priority], y - 0.5, y + 0.5, color=INK, linewidth=1.3, zorder=3)
            days = wording.days_words(goal[group.priority])
            within = f"{wording.percent_text(group.within)} in {days}"
        cells[y] = (wording.counted(group.a_year), _days(group.days[2]), within)
    ends = [float(np.expm1(np.log1p(edge) * (1.0 + x))) for x in (0.13, 0.25, 0.46)]
    headers = ("people\na year", "median,\ndays", "treated within\nthe goal")
    drawing.columns(ax, -0.45, dict(zip(ends, headers, strict=True)), cells)
    name_rows(ax, rows)
    ax.set_xlim(-0.02, ends[-1])
    _ticks_of_days(ax, edge)
    ax.set_xlabel("days of waiting; the scale narrows to the right, as a logarithm", loc="left")
    subtitle = (
        "From the decision to the first session, planning included; for a consult, from the "
        f"referral\n{access.who_and_where(tables, center)}"
    )
    means = "One set of parameters, one run."
    if access.n_samples(tables) > 1:
        means = f"Distributions and shares are means over {access.sample_words(tables)}."
    note = (
        "Box: middle half of the people; thin line: from the 5th to the 95th percentile; bar: "
        "median; black mark: goal of the priority. Strong color: people with spinal metastasis, by "
        "their priority when the wait ended; gray: other patients. Under a resource, second visits "
        f"of a course count too, from when they are asked for. {means} "
        f"{_left_out(tables, center)} {access.not_drawn(tables, names)}"
    )
    treating = [n for n in names if any(g[0] == ANY_TREATMENT and g.strategy == n for g in groups)]
    title = _title(tables, treating, center)
    drawing.dress(ax, title, subtitle, note, left=left_points(rows))
    return ax


def people_who_wait(tables: RunTables, strategies: list[str], center: str) -> list[Group]:
    """Groups of people with a wait that ended in a first session, in the order of the picture."""
    everybody = access.table(tables, "waits")
    mine = everybody[everybody["center"] == center]
    mine = mine[mine["priority"].isin(access.ROUTES)]
    keys = ["resource", "who", "priority", "strategy"]
    years = access.years_lived(tables, everybody)
    every: dict[Any, pd.DataFrame] = dict(iter(mine.groupby(keys, sort=False)))
    resources = (ANY_TREATMENT, *_limited(tables, center))
    found = []
    for key in product(resources, WHO_WAITS, access.ROUTES, strategies):
        rows = every.get(key)
        if rows is not None and rows["treated"].any():
            within = float(rows.groupby("sample")["within_goal_percent"].mean().mean())
            a_year = float(rows["asked"].sum()) / years
            found.append(Group(*key, a_year, pooled_days(rows), within))
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


def _limited(tables: RunTables, center: str) -> list[str]:
    """Resources with a number of machines anywhere, or at a center, the most loaded first."""
    lines = access.table(tables, "lines")
    limited = lines[np.isfinite(lines["machines"])]
    every = access.resources_by_load(limited) if len(limited) else []
    free = lines[(lines["center"] == center) & np.isinf(lines["machines"])]
    return [name for name in every if name not in set(free["resource"])]


def _has_goal(resource: str) -> bool:
    """Whether goals are of a resource: they run from the decision, which a consult comes before."""
    return resource not in {visit.resource for visit in known_visits()[CONSULT_VISIT]}


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


def _title(tables: RunTables, names: list[str], center: str) -> str:
    """How long people wait for a first session under the strategies."""
    mine = access.table(tables, "waits")
    mine = mine[(mine["center"] == center) & (mine["priority"] == ALL)]
    mine = mine[(mine["resource"] == ANY_TREATMENT) & (mine["who"] == SPINAL)]
    # As in the printed table, where the rows below are too few for it in single replicates.
    late = {n: mean_of_treated(mine[mine["strategy"] == n], "p95_days") for n in names}
    if len(names) > 1:
        late = {strategy_words(tables, name): days for name, days in late.items()}
        words = {name: f"{days:.1f}" for name, days in late.items()}
        if len(names) > 2:
            return f"Days within which 95% are treated: {wording.across(words, late)}"
        words[next(iter(words))] += " days"
        return f"95% are treated within {wording.across(words, late)}"
    alone = mine[mine["strategy"] == names[0]]
    half = mean_of_treated(alone, "p50_days")
    within = wording.percent_text(mean_of_treated(alone, "within_goal_percent"))
    if late[names[0]] <= 0.0:
        return f"95% are treated at once; {within} within the goal"
    return (
        f"Half are treated within {half:.1f} days, 95% within {late[names[0]]:.1f}; "
        f"{within} within the goal"
    )


def _left_out(tables: RunTables, center: str) -> str:
    """Which resources have no rows because nobody waits for them."""
    lines = access.table(tables, "lines")
    here = lines if center == ALL else lines[lines["center"] == center]
    free = {str(n) for n in here.loc[np.isinf(here["machines"]), "resource"]}
    somewhere = free & set(_limited(tables, center))
    sentences = (
        (free - somewhere, "Unlimited, and left out: {}."),
        (somewhere, "Unlimited at some of the centers: {}."),
    )
    return wording.in_sentences(sentences)
