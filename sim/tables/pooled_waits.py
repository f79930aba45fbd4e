"""Waits and lines averaged over replicates at the point estimate, and where the bottleneck is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.inputs.clinics import PRIORITIES
from sim.tables.access import ALL, TREATMENT, WHO_WAITS

if TYPE_CHECKING:
    import pandas as pd

    from sim.tables.run_tables import RunTables

_SPINAL = WHO_WAITS[0]
HARM = ("died", "gave_way", "fractures", "lost_walking")
_COUNTED = ("asked", "treated", "left", "sent", *HARM)


def at_point(table: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of the point estimate."""
    if table is None:
        raise LookupError("the scenario has no finite access")
    return table[table["draw"] == 0]


def mean_waits(result: RunTables, strategy: str | None = None) -> pd.DataFrame:
    """Waits for the first session of a course by priority, averaged over replicates.

    Parameters
    ----------
    result : RunTables
    strategy : str, optional
        The reference by default.

    Returns
    -------
    pandas.DataFrame
        Numbers of `result.waits`, a row a priority and one for `all`; counts are a year.
    """
    waits = at_point(result.waits)
    first, last = result.run["scenario"]["years"]
    mine = waits[
        (waits["strategy"] == (strategy or result.run["strategies"][0]))
        & (waits["resource"] == TREATMENT)
        & (waits["center"] == ALL)
        & (waits["who"] == _SPINAL)
    ]
    mine = mine.astype(dict.fromkeys(_COUNTED, float))
    means = mine.groupby("priority").mean(numeric_only=True)
    means[list(_COUNTED)] /= last - first + 1
    # A replicate counts by how many people it treated.
    for name in (column for column in means.columns if "days" in column or "percent" in column):
        known = mine.dropna(subset=[name])
        weighed = (known[name] * known["treated"]).groupby(known["priority"]).sum()
        means[name] = weighed / known.groupby("priority")["treated"].sum()
    return means.reindex([*PRIORITIES, ALL])


def others_waits(result: RunTables, strategy: str | None = None) -> pd.DataFrame:
    """Waits of other patients by resource, all centers together, averaged over replicates."""
    waits = at_point(result.waits)
    mine = waits[
        (waits["strategy"] == (strategy or result.run["strategies"][0]))
        & (waits["center"] == ALL)
        & (waits["priority"] == ALL)
        & (waits["who"] != _SPINAL)
    ]
    return mine.groupby("resource").mean(numeric_only=True)


def goal_shares(
    result: RunTables, who: str = _SPINAL, strategy: str | None = None
) -> dict[str, float]:
    """Percent of those who asked who were treated within the goal, by resource.

    Parameters
    ----------
    result : RunTables
    who : str
        `spinal` or `others`.
    strategy : str, optional
        The reference by default.
    """
    waits = at_point(result.waits)
    mine = waits[
        (waits["strategy"] == (strategy or result.run["strategies"][0]))
        & (waits["center"] == ALL)
        & (waits["priority"] == ALL)
        & (waits["who"] == who)
    ]
    means = mine.groupby("resource")["within_goal_percent"].mean().to_dict()
    return {str(name): float(value) for name, value in means.items()}


def mean_lines(result: RunTables) -> pd.DataFrame:
    """Lines at the point estimate, averaged over replicates."""
    keys = ["strategy", "center", "resource"]
    return at_point(result.lines).groupby(keys, sort=False).mean(numeric_only=True).reset_index()


def mean_queues(result: RunTables, strategy: str | None = None) -> pd.DataFrame:
    """Lines by resource and month, all centers together, averaged over replicates."""
    queues = at_point(result.queues)
    mine = queues[queues["strategy"] == (strategy or result.run["strategies"][0])]
    keys = ["resource", "month"]
    people = mine.groupby([*keys, "replicate"])["queue"].sum().groupby(keys).mean()
    others = mine.groupby(keys)[["used_percent", "spinal_wait_mean_days"]].mean()
    return others.assign(queue=people)


def bottleneck(result: RunTables, strategy: str | None = None) -> dict[str, Any]:
    """The line in which people with spinal metastasis spend most days, planning left out.

    Parameters
    ----------
    result : RunTables
    strategy : str, optional
        The reference by default.

    Returns
    -------
    dict
        A row of `result.lines`, averaged over replicates; empty if nobody waited anywhere.
    """
    lines = mean_lines(result)
    lines = lines[lines["strategy"] == (strategy or result.run["strategies"][0])]
    lines = lines[lines["spinal_days_in_line"] > 0.0]
    if lines.empty:
        return {}
    most = lines.nlargest(1, "spinal_days_in_line").to_dict("records")[0]
    return {str(name): value for name, value in most.items()}
