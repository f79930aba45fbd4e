"""Lines before resources month by month: of a few centers each, or of many centers together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.plots import access_samples as access
from sim.plots.access_words import percent_text
from sim.tables.access import ALL
from sim.tables.run_tables import RunTables


@dataclass(frozen=True)
class Queue:
    """What is drawn as one line: the line of a center, or of all centers added up.

    Attributes
    ----------
    name : str
        Of the center; empty if there is one only.
    where : str
        The same in a sentence.
    months : pandas.DataFrame
        People by sample (rows) and month (columns), in years with fractions.
    used : float
        Percent of the open time, mean over samples.
    overload : str
        In words; empty if it is not overloaded.
    strong : bool
        Whether it is drawn as overloaded.
    """

    name: str
    where: str
    months: pd.DataFrame
    used: float
    overload: str
    strong: bool

    @property
    def longest(self) -> float:
        """People in line in the month with most, in any sample."""
        return float(np.nanmax(self.months.to_numpy(float), initial=0.0))

    @property
    def mean(self) -> pd.Series[float]:
        """People in line by month, mean over samples."""
        return self.months.mean()

    @property
    def label(self) -> str:
        """What stands beside it."""
        used = f"{percent_text(self.used)} used" if np.isfinite(self.used) else "never open"
        parts = [self.name, used, self.overload]
        return "\n".join(part for part in parts if part)


def queues_of(tables: RunTables, resource: str, strategy: str, center: str) -> list[Queue]:
    """The queues before a resource: one for each of a few centers, or all centers together."""
    several = len(access.clinics(tables).centers) > 1
    lines, by_month = (
        rows[(rows["resource"] == resource) & (rows["strategy"] == strategy)]
        for rows in (access.limited_lines(tables), access.table(tables, "queues"))
    )
    if center != ALL:
        lines, by_month = (rows[rows["center"] == center] for rows in (lines, by_month))
    centers = [str(name) for name in lines["center"].drop_duplicates()]
    by_month = by_month[by_month["center"].isin(centers)]
    first = tables.run["scenario"]["years"][0]
    if len(centers) <= access.MOST_CENTERS:
        found = []
        for name in centers:
            mine = lines[lines["center"] == name]
            used = float(mine["used_percent"].mean())
            months = _months(by_month[by_month["center"] == name], first)
            words, overloaded = access.overload(tables, mine)
            label, where = (name, f" of {name}") if several else ("", "")
            found.append(Queue(label, where, months, used, words, overloaded > 0))
        return found
    together = access.over_machines(lines.assign(all=ALL), ["all"], "used_percent")
    used = float(together.mean().iloc[0])
    n = access.overload(tables, lines).centers
    words = f"{n} overloaded" if n else ""
    where = f" at {n} of {len(centers)} centers" if n else f", {len(centers)} centers together"
    return [Queue(f"{len(centers)} centers", where, _months(by_month, first), used, words, n > 0)]


def _months(by_month: pd.DataFrame, first: int) -> pd.DataFrame:
    """People by sample and month, the centers of a replicate added up."""
    keys = ["sample", "replicate", "months_since_start"]
    summed = by_month.groupby(keys)["queue"].sum().reset_index()
    months = access.by_sample(summed, ["months_since_start"], "queue")
    months.columns = first + (months.columns.to_numpy(float) + 0.5) / 12.0
    return months
