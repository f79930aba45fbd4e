"""Collects draws and replicates into the tables of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clinics.log import ClinicLog
from sim.clinics.plan import Access
from sim.counting.care_measures import CARE_MEASURES, Statistic
from sim.counting.care_tally import CareTally
from sim.counting.counts import Count
from sim.counting.observed import Observed
from sim.counting.tally import Tally
from sim.evidence.reader import Evidence, Values
from sim.inputs.catalog import treatment_names
from sim.inputs.setting import Setting
from sim.tables.access import AccessTables
from sim.tables.capacity import capacity_table
from sim.tables.case_counts import CaseCounts
from sim.tables.compare import PairedMeans
from sim.tables.costs import cost_rows, course_rows, prices
from sim.tables.delays import (
    DELAY_COLUMNS,
    SUBGROUP_OF,
    delay_rows,
    rows_of_days,
    rows_of_everybody,
)
from sim.tables.grades import grade_of, grade_words
from sim.tables.projected import describe_projection
from sim.tables.run_tables import RunTables
from sim.tables.sampled_people import SampledPeople, sampled_people
from sim.tables.summary import GROUPS, POPULATION_OUTCOMES, summarize
from sim.tables.thinned import scale_to_everybody


@dataclass
class TableBuilder:
    """Collects draws and replicates into the tables of a run."""

    scenario: Setting
    counts: CaseCounts
    known: Evidence
    _outcomes: list[dict[str, Any]] = field(default_factory=list)
    _fingerprints: list[int] = field(default_factory=list)
    _noise: dict[str, float] = field(default_factory=dict)
    _delays: list[dict[str, Any]] = field(default_factory=list)
    _twins: list[PairedMeans] = field(default_factory=list)
    _access: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    _replicates: int = 0
    _parameters: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def add(
        self,
        strategy: str,
        draw: int,
        replicate: int,
        tally: Tally,
        seen: Observed,
        scale: float,
    ) -> None:
        """Take in what was counted of one strategy, draw and replicate."""
        labels = {"strategy": strategy, "draw": draw, "replicate": replicate}
        self._fingerprints.append(int(tally.fingerprint))
        self.counts.add(strategy, draw, replicate, tally.counts, scale)
        for name, measure, time in POPULATION_OUTCOMES:
            for group in GROUPS if measure.by_primary else ("all",):
                value = measure.estimate(seen.among(GROUPS[group], time))
                self._add_outcome(labels, name, group, value, keep=not measure.by_primary)
        self._delays += [{**labels, **row} for row in rows_of_everybody(seen)]
        if draw != 0:
            for code in Count:
                spread = np.sqrt(max(seen.count(code), 0.0) * scale)
                self._noise[code.label] = max(self._noise.get(code.label, 0.0), float(spread))

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

    def _add_outcome(
        self,
        labels: dict[str, Any],
        measure: str,
        primary: str,
        value: float,
        *,
        keep: bool = False,
    ) -> None:
        """Take in an estimate; that of nobody, which is nan, only if it is to be kept."""
        if keep or np.isfinite(value):
            row = {**labels, "measure": measure, "primary": primary, "value": value}
            self._outcomes.append(row)

    def add_care(self, draw: int, replicate: int, tally: CareTally, values: Values) -> None:
        """Take in the trigger set of one draw and replicate."""
        priced = prices(self.scenario.treatments, values, max(draw, 0))
        for code, strategy in enumerate(self.scenario.strategies):
            if not strategy.acts:
                continue
            labels = {"strategy": strategy.name, "draw": draw, "replicate": replicate}
            for primary, subgroup in SUBGROUP_OF.items():
                sums = tally.sums_of(code, subgroup)
                if sums[Statistic.PEOPLE] > 0.0:
                    for measure in CARE_MEASURES.values():
                        self._add_outcome(labels, measure.name, primary, measure.estimate(sums))
            people = tally.sums_of(code, SUBGROUP_OF["all"])[Statistic.PEOPLE]
            own, given = self.scenario.treatments, tally.courses[code]
            for row in (*course_rows(given, people, own), *cost_rows(given, people, own, priced)):
                self._outcomes.append({**labels, **row})
            self._delays += [{**labels, **row} for row in delay_rows(tally, code)]
        self._twins.append(PairedMeans.from_tally(draw, replicate, tally))
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
                for name, value in measures.items():
                    self._add_outcome(labels, name, "all", value)
                self._delays += [{**labels, **row} for row in rows_of_days(tables.days())]
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
        every = scale_to_everybody(pd.DataFrame(self._outcomes), keys, *said)
        delays = pd.DataFrame(self._delays, columns=DELAY_COLUMNS)
        delays = scale_to_everybody(delays, [*keys, "statistic"], *said)
        grades = {name: grade_of(every, s, name) for name in s.strategy_names}
        is_count = every["measure"].isin(Count.labels())
        described = self._description(lives, seconds, peak_memory_mb)
        described["evidence"] = {name: grade_words(every, s, name) for name in grades}
        return RunTables(
            run=described,
            counts=self.counts,
            delays=delays,
            outcomes=every[~is_count].reset_index(drop=True),
            summary=summarize(every, self.scenario, delays, self._sampled()).assign(
                evidence=lambda table: table["strategy"].map(grades)
            ),
            twins=self._twins,
            scenario=self.scenario,
            parameters=self._parameter_table(),
            **self._access_tables(),
        )

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
        if s.access is not None:
            described["access"] = s.access.model_dump(mode="json")
        return described


def own_numbers(scenario: Setting, draw: int) -> dict[tuple[str, str], float]:
    """Numbers of the user's treatments under a draw, by field and treatment, or with a class."""
    found: dict[tuple[str, str], float] = {}
    for mine in scenario.treatments:
        for name, value in mine.numbers(draw).items():
            of = value if isinstance(value, dict) else {"": value}
            for key, number in of.items():
                if isinstance(number, int | float) and not isinstance(number, bool):
                    found[name, f"{mine.name}, {key}" if key else mine.name] = float(number)
    return found


def calibrated_note(known: Evidence) -> str:
    """Say how calibrated parameters are drawn."""
    if len(known.posterior):
        return "drawn jointly from the posterior of the calibration"
    return "held fixed at the calibrated values"
