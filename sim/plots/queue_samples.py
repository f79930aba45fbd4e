"""Lines before resources month by month: of a few centers each, or of many centers together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.plots.access_samples import (
    MOST_CENTERS,
    OVERLOADED_FROM,
    by_sample,
    center_names,
    over_machines,
    overload_words,
)
from sim.plots.access_words import percent
from sim.tables.access import ALL

if TYPE_CHECKING:
    import pandas as pd

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
        used = f"{percent(self.used)} used" if np.isfinite(self.used) else "never open"
        parts = [self.name, used, self.overload]
        return "\n".join(part for part in parts if part)


def queues_of(
    result: RunTables, tables: tuple[pd.DataFrame, pd.DataFrame], key: tuple[str, str], center: str
) -> list[Queue]:
    """The queues before a resource: one for each of a few centers, or all centers together.

    Parameters
    ----------
    result : RunTables
    tables : tuple of pandas.DataFrame
        Lines with a number of machines, and lines by month.
    key : tuple of str
        Resource and strategy.
    center : str
    """
    resource, strategy = key
    several = len(center_names(result)) > 1
    lines, queues = (
        rows[(rows["resource"] == resource) & (rows["strategy"] == strategy)] for rows in tables
    )
    if center != ALL:
        lines, queues = (rows[rows["center"] == center] for rows in (lines, queues))
    centers = [str(name) for name in lines["center"].drop_duplicates()]
    queues = queues[queues["center"].isin(centers)]
    first = result.run["scenario"]["years"][0]
    if len(centers) <= MOST_CENTERS:
        found = []
        for name in centers:
            mine = lines[lines["center"] == name]
            share = float(mine.groupby("sample")["overloaded"].mean().mean())
            used = float(mine["used_percent"].mean())
            months = _months(queues[queues["center"] == name], first)
            words = overload_words(result, share)
            label, where = (name, f" of {name}") if several else ("", "")
            strong = share >= OVERLOADED_FROM
            found.append(Queue(label, where, months, used, words, strong))
        return found
    used = float(over_machines(lines.assign(all=ALL), ["all"], "used_percent").mean().iloc[0])
    by_center = lines.groupby("center")["overloaded"].mean()
    n = int((by_center >= OVERLOADED_FROM).sum())
    words, where = "", f", {len(centers)} centers together"
    if n:
        words, where = f"{n} overloaded", f" at {n} of {len(centers)} centers"
    return [Queue(f"{len(centers)} centers", where, _months(queues, first), used, words, n > 0)]


def _months(queues: pd.DataFrame, first: int) -> pd.DataFrame:
    """People by sample and month, the centers of a replicate added up."""
    keys = ["sample", "replicate", "months_since_start"]
    summed = queues.groupby(keys)["queue"].sum().reset_index()
    table_of_months = by_sample(summed, ["months_since_start"], "queue")
    table_of_months.columns = first + (table_of_months.columns.to_numpy(float) + 0.5) / 12.0
    return table_of_months
