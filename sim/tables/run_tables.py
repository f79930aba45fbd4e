"""The tables of a run, from which summary, text and pictures are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.evidence.vocabulary import nearest
from sim.inputs.setting import Setting
from sim.tables.compare import Twins, compare


@dataclass(frozen=True)
class RunTables:
    """Tables of a run.

    Attributes
    ----------
    run : dict
        How it was made: scenario, seed, hashes, time.
    case_counts : pandas.DataFrame
        `strategy, draw, replicate, year, measure, primary, sex, age_group, count`.
    delays : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, statistic, value`: how days are spread over
        the people of the trigger set.
    outcomes : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, value`.
    summary : pandas.DataFrame
        `measure, strategy, unit, mean, lo, hi, published, source`.
    scenario : Setting
        As it was run, with the options of the command line.
    waits, lines, queues, capacity : pandas.DataFrame or None
        With finite access: how long people waited, what each line did, each line by month, and
        every number of the clinics; see `sim.tables.access`.
    """

    run: dict[str, Any]
    case_counts: pd.DataFrame
    delays: pd.DataFrame
    outcomes: pd.DataFrame
    summary: pd.DataFrame
    twins: list[Twins]
    scenario: Setting
    waits: pd.DataFrame | None = None
    lines: pd.DataFrame | None = None
    queues: pd.DataFrame | None = None
    capacity: pd.DataFrame | None = None

    def value(self, measure: str, strategy: str | None = None) -> float:
        """The mean of a measure of the summary, under the reference strategy or another one.

        Raises
        ------
        KeyError
            If there is no such measure; the message names the nearest.
        """
        names = list(self.run["strategies"])
        if strategy is not None and strategy not in names:
            raise KeyError(f"strategy {strategy!r}; {nearest(strategy, names)}")
        mine = self.summary[self.summary["strategy"] == (strategy or names[0])]
        found = mine.loc[mine["measure"] == measure, "mean"]
        if found.empty:
            raise KeyError(f"measure {measure!r}; {nearest(measure, list(mine['measure']))}")
        return float(found.iloc[0])

    def compare(self) -> pd.DataFrame:
        """Each strategy against the reference on the same people; see `sim.tables.compare`."""
        return compare(self.twins, tuple(self.run["strategies"]))
