"""Collects draws and replicates into the tables of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clinics.log import ClinicLog
from sim.clinics.plan import Access
from sim.counting.care_measures import Statistic
from sim.counting.care_tally import CareTally
from sim.counting.counts import Count
from sim.counting.observed import Observed
from sim.counting.tally import Tally
from sim.evidence.reader import Evidence, Values
from sim.inputs.catalog import treatment_names
from sim.inputs.own_numbers import numbers_by_key
from sim.inputs.setting import Setting
from sim.tables.access import AccessTables
from sim.tables.capacity import capacity_table
from sim.tables.case_counts import CONTROL, CaseCounts
from sim.tables.compare import KeptTwins, PairedMeans
from sim.tables.costs import courses_given
from sim.tables.delays import (
    DELAY_LABELS,
    QUARTILES,
    SUBGROUP_OF,
    spread_of_care,
    spread_of_days,
    spread_of_everybody,
)
from sim.tables.grades import grade_of, grade_words
from sim.tables.kept_rows import KeptRows
from sim.tables.outcomes import (
    OUTCOME_LABELS,
    outcomes_of_care,
    outcomes_of_everybody,
    told_of_all,
)
from sim.tables.projected import describe_projection
from sim.tables.run_tables import RunTables
from sim.tables.sampled_people import SampledPeople, sampled_people
from sim.tables.summary import WITHOUT_MYELOMA, summarize
from sim.tables.thinned import scale_to_everybody
from sim.tables.until import Known


@dataclass
class TableBuilder:
    """Collects draws and replicates into the tables of a run."""

    scenario: Setting
    counts: CaseCounts
    known: Evidence
    until: Known | None = None
    outcome_rows: KeptRows = field(default_factory=lambda: KeptRows(OUTCOME_LABELS))
    _fingerprints: list[int] = field(default_factory=list)
    _noise: dict[str, float] = field(default_factory=dict)
    _delays: KeptRows = field(default_factory=lambda: KeptRows(DELAY_LABELS))
    _twins: KeptTwins = field(default_factory=KeptTwins)
    _access: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    _has_control: bool = False
    _replicates: int = 0
    _parameters: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def add(self, draw: int, replicate: int, tally: Tally, seen: Observed, scale: float) -> None:
        """Take in what was counted under every strategy of one draw and replicate.

        Parameters
        ----------
        tally : Tally
        seen : Observed
            What the tally says, with an axis for the strategies.
        scale : float
            People of the population that a life stands for.
        """
        each = zip(
            *(self.scenario.strategy_names, tally.fingerprint.tolist(), tally.counts),
            *(outcomes_of_everybody(seen), spread_of_everybody(seen)),
            strict=True,
        )
        for name, fingerprint, counts, outcomes, spread in each:
            key = name, draw, replicate
            self._fingerprints.append(fingerprint)
            self.counts.add(*key, counts, scale)
            self.outcome_rows.add(*key, *outcomes)
            self._delays.add(*key, *spread)
        if draw != 0:
            for code in Count:
                noise = float(np.sqrt(np.maximum(seen.count(code), 0.0) * scale).max())
                self._noise[code.label] = max(self._noise.get(code.label, 0.0), noise)

    def add_parameters(self, draw: int, values: Values) -> None:
        """Take in the parameters of one draw, those of the user's treatments among them."""
        own = own_numbers(self.scenario, draw)
        self._parameters[draw] = np.array([*values.values(), *own.values()])

    def _parameter_table(self) -> pd.DataFrame:
        """The parameters of every draw, a row each."""
        rows = [*self.known.parameters, *own_numbers(self.scenario, 0)]
        draws = list(self._parameters)
        columns: dict[str, Any] = {"draw": np.repeat(draws, len(rows))}
        for place, key in enumerate(("name", "stratum")):
            once = pd.Categorical([row[place] for row in rows])
            columns[key] = once.take(np.tile(np.arange(len(rows)), len(draws)))
        columns["value"] = np.concatenate(list(self._parameters.values()))
        return pd.DataFrame(columns)

    def add_care(self, draw: int, replicate: int, tally: CareTally) -> None:
        """Take in the trigger set of one draw and replicate."""
        strategies = self.scenario.strategies
        each = zip(
            *(strategies, tally.courses, outcomes_of_care(tally), spread_of_care(tally)),
            strict=True,
        )
        for code, (strategy, courses, outcomes, spread) in enumerate(each):
            if not strategy.acts:
                continue
            key = strategy.name, draw, replicate
            self.outcome_rows.add(*key, *outcomes)
            people = tally.sums_of(code, SUBGROUP_OF["all"])[Statistic.PEOPLE]
            given = courses_given(courses, people, self.scenario.treatments)
            self.outcome_rows.add(*key, *told_of_all(given))
            self._delays.add(*key, *spread)
        self._twins.append(PairedMeans.from_tally(draw, replicate, tally))
        self._has_control |= draw == CONTROL
        self._replicates = max(self._replicates, replicate + 1)

    def add_access(self, draw: int, replicate: int, logs: list[ClinicLog]) -> list[float]:
        """Take in what the clinics wrote down, and give back the mean wait of each strategy."""
        s = self.scenario
        means: list[float] = []
        if (clinics := s.clinics) is None:
            return means
        access = Access.of(clinics, s.treatments, s.years)
        for chosen, log in zip(s.strategies, logs, strict=True):
            labels = {"strategy": chosen.name, "draw": draw, "replicate": replicate}
            tables = AccessTables(access, s.years, log, labels)
            for name in ("waits", "lines", "queues"):
                self._access.setdefault(name, []).append(getattr(tables, name)())
            measures = tables.measures()
            means.append(measures["treatment_wait_mean_days"])
            if chosen.acts:
                key = chosen.name, draw, replicate
                self.outcome_rows.add(*key, *told_of_all(measures))
                self._delays.add(*key, *spread_of_days(tables.days()))
        return means

    def _access_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of finite access, and every number of the clinics; none without it."""
        s = self.scenario
        if (clinics := s.clinics) is None:
            return {}
        access = Access.of(clinics, s.treatments, s.years)
        names, given = treatment_names(s.treatments), sorted(s.treatments_given())
        # Frames of a replicate in which nobody asked have no types.
        found = {
            name: pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
            for name, frames in self._access.items()
        }
        return {**found, "capacity": capacity_table(access, names, given)}

    def build(self, lives: int, seconds: float, peak_memory_mb: float | None) -> RunTables:
        """Finish: frames, summary and the description of the run."""
        s = self.scenario
        keys = ["strategy", "measure", "primary", "replicate"]
        said = (s.strategy_names, s.outcomes.horizon_days)
        every = self._corrected(self.outcome_rows, keys, *said)
        delays = self._corrected(self._delays, [*keys, "statistic"], *said)
        totals = every.rows(primary=("all", WITHOUT_MYELOMA), coded=True)
        of_people = delays.rows(primary="all", statistic=set(QUARTILES.values()), coded=True)
        point = every.rows(0, primary="all")
        grades = {name: grade_of(point, s, name) for name in s.strategy_names}
        described = self._description(lives, seconds, peak_memory_mb)
        described["evidence"] = {name: grade_words(point, s, name) for name in grades}
        return RunTables(
            run=described,
            counts=self.counts,
            delay_rows=delays,
            outcome_rows=every.without("measure", set(Count.labels())),
            summary=summarize(totals, self.scenario, of_people, self._sampled()).assign(
                evidence=lambda table: table["strategy"].map(grades)
            ),
            twins=self._twins,
            scenario=self.scenario,
            parameters=self._parameter_table(),
            **self._access_tables(),
        )

    def _corrected(self, rows: KeptRows, keys: list[str], *said: Any) -> KeptRows:
        """Rows without the sampling error that draws of fewer people share."""
        if not self._has_control:
            return rows
        correct = partial(scale_to_everybody, keys=keys, strategies=said[0], horizon_days=said[1])
        return rows.corrected(correct, every=(0, CONTROL))

    def _sampled(self) -> SampledPeople:
        """What the sampling of people is expected to do."""
        s = self.scenario
        years = s.years[1] - s.years[0] + 1
        return sampled_people(self._twins, s.strategy_names, self._noise, years)

    def _description(
        self, lives: int, seconds: float, peak_memory_mb: float | None
    ) -> dict[str, Any]:
        """What `run.json` says: how the run was made."""
        s = self.scenario
        described: dict[str, Any] = {
            "scenario": {
                "name": s.name,
                "population": s.population.name,
                "anchor_year": s.population.anchor_year,
                "population_reading": list(s.population.reading),
                "projection": describe_projection(s, self.known),
                "years": list(s.years),
                "lookback_years": s.lookback_years if s.view == "calendar" else 0,
                "draws": s.draws,
                "replicates": self._replicates,
                "people_per_draw": s.people_per_draw,
            },
            "seed": s.seed,
            "engine": s.engine if s.access is None else "clinic",
            "view": s.view,
            "horizon_years": s.horizon_years,
            "outcomes_for": s.outcomes_for,
            "discount_rate": s.discount_rate,
            "price_year": s.price_year,
            "perspective": s.perspective,
            "strategies": list(s.strategy_names),
            "labels": {name: s.label(name) for name in s.strategy_names},
            "knobs": s.knobs(),
            "treatments": [t.model_dump(mode="json", exclude_none=True) for t in s.treatments],
            "parameters": s.parameters,
            "people": s.population.people_per_year,
            "ages": s.ages,
            "inhabitants": s.inhabitants.name if s.inhabitants else "",
            "lives": lives,
            "version": version("spinemets"),
            "parameters_hash": self.known.fingerprint,
            "results_hash": f"{sum(self._fingerprints) % 2**64:016x}",
            "calibrated_parameters": calibrated_note(self.known),
            "sampling_noise_sd": {k: round(v, 1) for k, v in self._noise.items()},
            "seconds": round(seconds, 3),
            "peak_memory_mb": None if peak_memory_mb is None else round(peak_memory_mb, 1),
        }
        if self.until is not None:
            described["until"] = self.until.described()
        if s.access is not None:
            described["access"] = s.access.model_dump(mode="json")
        return described


def own_numbers(scenario: Setting, draw: int) -> dict[tuple[str, str], float]:
    """Numbers of the user's treatments under a draw, by field and treatment, or with a class."""
    return {
        key: float(number)
        for mine in scenario.treatments
        for key, number in numbers_by_key(mine.name, mine.numbers(draw)).items()
        if isinstance(number, int | float) and not isinstance(number, bool)
    }


def calibrated_note(known: Evidence) -> str:
    """Say how calibrated parameters are drawn."""
    if len(known.posterior):
        return "drawn jointly from the posterior of the calibration"
    return "held fixed at the calibrated values"
