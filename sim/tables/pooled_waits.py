"""Waits and lines averaged over replicates at the point estimate, and where the bottleneck is."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.evidence.mistakes import InputError
from sim.evidence.visits import BED
from sim.inputs.clinics import PRIORITIES
from sim.tables.access import ALL, ANY_TREATMENT, WHO_WAITS
from sim.tables.run_tables import RunTables

_SPINAL = WHO_WAITS[0]
_COUNTED = (
    *("asked", "treated", "left", "sent"),
    *("died", "gave_way", "fractures", "lost_walking"),
)


def at_point(table: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of the point estimate."""
    if table is None:
        raise InputError("the scenario has no finite access")
    return table[table["draw"] == 0]


def of_strategy(result: RunTables, rows: pd.DataFrame, strategy: str | None) -> pd.DataFrame:
    """Rows of a strategy, the reference if none is named."""
    return rows[rows["strategy"] == (strategy or result.run["strategies"][0])]


def mean_waits(result: RunTables, strategy: str | None = None) -> pd.DataFrame:
    """Waits for the first session of a course, averaged over replicates.

    They are the numbers of `result.waits`, a row a priority and one for `all`; counts are a year.
    """
    first, last = result.run["scenario"]["years"]
    waits = of_strategy(result, at_point(result.waits), strategy)
    of_everybody = (waits["center"] == ALL) & (waits["who"] == _SPINAL)
    mine = waits[of_everybody & (waits["resource"] == ANY_TREATMENT)]
    mine = mine.astype(dict.fromkeys(_COUNTED, float))
    means = mine.groupby("priority").mean(numeric_only=True)
    means[list(_COUNTED)] /= last - first + 1
    # A replicate counts by how many people it treated.
    for name in (column for column in means.columns if "days" in column or "percent" in column):
        means[name] = [
            mean_of_treated(mine[mine["priority"] == priority], name) for priority in means.index
        ]
    return means.reindex([*PRIORITIES, ALL])


def mean_of_treated(rows: pd.DataFrame, column: str) -> float:
    """A number of waits over replicates or draws, each by how many people it treated."""
    known = rows.dropna(subset=[column])
    treated = known["treated"].sum()
    return float((known[column] * known["treated"]).sum() / treated) if treated else math.nan


def waits_by_resource(
    result: RunTables, who: str = _SPINAL, strategy: str | None = None
) -> pd.DataFrame:
    """Waits of `spinal` or `others` by resource, over centers, priorities and replicates."""
    waits = of_strategy(result, at_point(result.waits), strategy)
    everywhere = (waits["center"] == ALL) & (waits["priority"] == ALL)
    mine = waits[everywhere & (waits["who"] == who)]
    return mine.groupby("resource").mean(numeric_only=True)


def mean_lines(result: RunTables) -> pd.DataFrame:
    """Lines at the point estimate, averaged over replicates."""
    keys = ["strategy", "center", "resource"]
    return at_point(result.lines).groupby(keys, sort=False).mean(numeric_only=True).reset_index()


def mean_queues(result: RunTables, strategy: str | None = None) -> pd.DataFrame:
    """Lines by resource and month, all centers together, averaged over replicates."""
    mine = of_strategy(result, at_point(result.queues), strategy)
    keys = ["resource", "month"]
    people = mine.groupby([*keys, "replicate"])["queue"].sum().groupby(keys).mean()
    others = mine.groupby(keys)[["used_percent", "spinal_wait_mean_days"]].mean()
    return others.assign(queue=people)


def bottleneck(result: RunTables, strategy: str | None = None) -> dict[str, Any]:
    """The line in which people with spinal metastasis spend most days, planning left out.

    It is that of a machine, in which people stand who wait for its beds.

    It is a row of `result.lines`, averaged over replicates; empty if nobody waited anywhere.
    """
    lines = of_strategy(result, mean_lines(result), strategy)
    lines = lines[(lines["spinal_days_in_line"] > 0.0) & (lines["resource"] != BED)]
    most = lines.nlargest(1, "spinal_days_in_line").to_dict("records")
    return {str(name): value for name, value in most[0].items()} if most else {}
