"""The tables of a run, from which summary, text and pictures are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.inputs.setting import Setting
from sim.tables.case_counts import CaseCounts
from sim.tables.compare import PairedMeans, compare, with_quartiles
from sim.tables.grades import grade_of, grade_words
from sim.tables.intervals import Over, interval_words, over, too_few_words
from sim.tables.kept_rows import KeptRows


@dataclass(frozen=True, eq=False, repr=False)
class RunTables:
    """Tables of a run; what each holds stands at `sim.result.Result`.

    `twins` are the same people under every strategy: means by draw and replicate, from which
    `compare` is made.
    """

    run: dict[str, Any]
    counts: CaseCounts
    delay_rows: KeptRows
    outcome_rows: KeptRows
    summary: pd.DataFrame
    twins: Sequence[PairedMeans]
    scenario: Setting
    waits: pd.DataFrame | None = None
    lines: pd.DataFrame | None = None
    queues: pd.DataFrame | None = None
    capacity: pd.DataFrame | None = None
    parameters: pd.DataFrame | None = None

    def value(self, measure: str, strategy: str | None = None) -> float:
        """The mean of a measure of the summary, under the reference strategy or another one.

        Raises
        ------
        InputError
            If there is no such measure; the message names the nearest.
        """
        names = list(self.run["strategies"])
        if strategy is not None and strategy not in names:
            raise InputError(f"strategy is {strategy!r}; {nearest(strategy, names)}")
        mine = self.summary[self.summary["strategy"] == (strategy or names[0])]
        found = mine.loc[mine["measure"] == measure, "mean"]
        if found.empty:
            raise InputError(f"measure is {measure!r}; {nearest(measure, list(mine['measure']))}")
        return float(found.iloc[0])

    def compare(self) -> pd.DataFrame:
        """Each strategy against the reference on the same people; see `sim.tables.compare`."""
        return self._pairs.copy()

    @cached_property
    def _pairs(self) -> pd.DataFrame:
        """What `compare` gives: the tables and several pictures of a folder are made of it."""
        horizon_days = self.scenario.outcomes.horizon_days
        pairs = compare(self.twins, tuple(self.run["strategies"]), horizon_days)
        return with_quartiles(pairs, self.delay_rows).assign(
            evidence=pairs["strategy"].map(self.evidence)
        )

    @property
    def outcomes(self) -> pd.DataFrame:
        """Every outcome; made of `outcome_rows`, which is smaller, when asked for."""
        return self.outcome_rows.frame

    @property
    def delays(self) -> pd.DataFrame:
        """How days are spread over people; made of `delay_rows` when asked for."""
        return self.delay_rows.frame

    @cached_property
    def case_counts(self) -> pd.DataFrame:
        """Every count, a row a stratum; made of `counts`, which is smaller, when asked for."""
        return self.counts.frame()

    @property
    def interval_over(self) -> Over:
        """What intervals of the run are over; see `sim.tables.intervals`."""
        size = self.run["scenario"]
        return over(size["draws"], size["replicates"])

    @property
    def n_samples(self) -> int:
        """How many draws, replicates or people of the trigger set intervals are over."""
        if self.interval_over == "people":
            return self.trigger_set_people
        size = self.run["scenario"]
        return int(size["draws"] or size["replicates"])

    @property
    def trigger_set_people(self) -> int:
        """People of the trigger set at the point estimate, a replicate."""
        points = [float(t.people[0]) for t in self.twins if t.draw == 0]
        return round(sum(points) / len(points)) if points else 0

    @property
    def interval_words(self) -> str:
        """What the intervals of measures of care are of and over, or why there are none."""
        return interval_words(self.interval_over, self.n_samples)

    @property
    def too_few(self) -> str:
        """Why there is no interval of measures of care, in a phrase; nothing if there is one."""
        return too_few_words(self.interval_over, self.n_samples)

    @cached_property
    def evidence(self) -> dict[str, str]:
        """What the effect of each strategy on pain rests on; see `sim.tables.grades`."""
        names, point = self.run["strategies"], self.outcome_rows.rows(0, primary="all")
        return {name: grade_of(point, self.scenario, name) for name in names}

    def evidence_words(self, strategy: str) -> str:
        """The same of one strategy as a phrase."""
        point = self.outcome_rows.rows(0, primary="all")
        return grade_words(point, self.scenario, strategy)
