"""What the user holds after a run: tidy tables, a summary beside the literature, pictures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.access.measures import ACCESS_MEASURES
from sim.access.plan import Access
from sim.access.tables import AccessTables, capacity_table
from sim.care_measures import CARE_MEASURES, CARE_SUMMARY, distribution_rows, sums_of
from sim.care_records import treatment_names
from sim.care_tally import CareTally
from sim.compare import Twins
from sim.costs import cost_rows
from sim.evidence.reader import Evidence, Values
from sim.evidence.targets import Target, targets
from sim.measures import MEASURES, Observed
from sim.tally import COUNTS, Tally
from sim.vocabulary import AGE_GROUPS, PRIMARIES, SEXES

if TYPE_CHECKING:
    import pandas as pd

    from sim.access.log import ClinicLog
    from sim.figures import Plots
    from sim.scenario import Scenario

SHARES = (
    ("relative_survival_1y", "relative_survival", "1y"),
    ("relative_survival_5y", "relative_survival", "5y"),
    ("relative_survival_10y", "relative_survival", "10y"),
    ("bone_metastasis_at_diagnosis", "bone_metastasis_at_diagnosis", ""),
    ("skeletal_metastasis_at_cancer_death", "skeletal_metastasis_at_cancer_death", ""),
    ("spinal_metastasis_at_cancer_death", "spinal_metastasis_at_cancer_death", ""),
    ("spinal_metastasis_lifetime", "spinal_metastasis_lifetime", ""),
    ("spine_share_of_detected", "spine_share_of_detected", ""),
    ("several_levels_of_detected", "several_levels_of_detected", ""),
    ("survival_1y_after_detected_bone", "survival_1y_after_detected_bone", ""),
    ("survival_5y_after_detected_bone", "survival_5y_after_detected_bone", ""),
    ("cord_compression_before_cancer_death", "cord_compression_before_cancer_death", ""),
    ("fracture_of_detected", "fracture_of_detected", ""),
    ("pain_of_detected", "pain_of_detected", ""),
    ("unstable_of_detected", "unstable_of_detected", ""),
    ("pain_at_cord_compression", "pain_at_cord_compression", ""),
    ("not_walking_at_cord_compression", "not_walking_at_cord_compression", ""),
    ("survival_1y_after_cord_compression", "survival_1y_after_cord_compression", ""),
    ("cord_symptom_to_diagnosis_days", "cord_symptom_to_diagnosis_days", ""),
    ("extradural_of_spinal", "extradural_of_spinal", ""),
    ("vertebral_of_spinal", "vertebral_of_spinal", ""),
    ("intramedullary_of_spinal", "intramedullary_of_spinal", ""),
    ("pain_days_per_person", "pain_days_per_person", ""),
    ("severe_pain_days_per_person", "severe_pain_days_per_person", ""),
    ("opioid_days_per_person", "opioid_days_per_person", ""),
    ("not_walking_days_per_person", "not_walking_days_per_person", ""),
    ("cycles_with_toxicity_delay", "cycles_with_toxicity_delay", ""),
    ("people_with_toxicity_delay", "people_with_toxicity_delay", ""),
)
"""Outcomes by primary: name, measure, stratum."""

GROUPS: dict[str, tuple[str, ...]] = {
    "all": PRIMARIES,
    "all but myeloma": tuple(p for p in PRIMARIES if p != "myeloma"),
    **{primary: (primary,) for primary in PRIMARIES},
}
"""Groups of primaries that outcomes are given for."""

SUMMARY = (
    *COUNTS,
    *(name for name, _, _ in SHARES),
    "spinal_metastasis_at_cancer_death_autopsy_mix",
    "recorded_bone_metastasis_1y",
    "recorded_bone_metastasis_5y",
    "recorded_bone_metastasis_10y",
)
"""Measures of the summary, in its order."""

_WHOLE = (
    (
        "spinal_metastasis_at_cancer_death_autopsy_mix",
        "spinal_metastasis_at_cancer_death_autopsy_mix",
        "all",
    ),
    *(
        (f"recorded_bone_metastasis_{t}", "recorded_bone_metastasis", t)
        for t in ("1y", "5y", "10y")
    ),
)


@dataclass
class ResultBuilder:
    """Collects draws and replicates into the tables of a `Result`."""

    scenario: Scenario
    first_year: int
    known: Evidence
    _counts: list[pd.DataFrame] = field(default_factory=list)
    _outcomes: list[dict[str, Any]] = field(default_factory=list)
    _fingerprints: list[int] = field(default_factory=list)
    _noise: dict[str, float] = field(default_factory=dict)
    _delays: list[dict[str, Any]] = field(default_factory=list)
    _twins: list[Twins] = field(default_factory=list)
    _access: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    _replicates: int = 0

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
        import pandas as pd

        labels = {"strategy": strategy, "draw": draw, "replicate": replicate}
        self._fingerprints.append(int(tally.fingerprint))
        counts = tally.counts if draw == 0 else tally.counts.sum(axis=(3, 4), keepdims=True)
        measure, year, primary, sex, age = np.nonzero(counts)
        frame = pd.DataFrame(
            {
                "year": self.first_year + year,
                "measure": np.array(COUNTS)[measure],
                "primary": np.array(PRIMARIES)[primary],
                "sex": np.array(SEXES)[sex] if draw == 0 else "all",
                "age_group": np.array(AGE_GROUPS)[age] if draw == 0 else "all",
                "count": counts[measure, year, primary, sex, age] * scale,
            }
        )
        for position, (name, value) in enumerate(labels.items()):
            frame.insert(position, name, [value] * len(frame))
        self._counts.append(frame)
        for name in COUNTS:
            self._outcomes.append(
                {**labels, "measure": name, "primary": "all", "value": seen.count(name)}
            )
            if draw != 0:
                spread = np.sqrt(max(seen.count(name), 0.0) * scale)
                self._noise[name] = max(self._noise.get(name, 0.0), float(spread))
        for name, measure_name, stratum in SHARES:
            estimate = MEASURES[measure_name].estimate
            for group, members in GROUPS.items():
                value = estimate(seen, members, stratum)
                if np.isfinite(value):
                    self._outcomes.append(
                        {**labels, "measure": name, "primary": group, "value": value}
                    )
        for name, measure_name, stratum in _WHOLE:
            value = MEASURES[measure_name].estimate(seen, PRIMARIES, stratum)
            self._outcomes.append({**labels, "measure": name, "primary": "all", "value": value})

    def add_care(self, draw: int, replicate: int, tally: CareTally, values: Values) -> None:
        """Take in the trigger set of one draw and replicate."""
        subgroups = {"all": 0, **{name: 1 + code for code, name in enumerate(PRIMARIES)}}
        for code, strategy in enumerate(self.scenario.strategies):
            if not strategy.acts:
                continue
            labels = {"strategy": strategy.name, "draw": draw, "replicate": replicate}
            for primary, subgroup in subgroups.items():
                sums = sums_of(tally, code, subgroup)
                if sums["people"] == 0.0:
                    continue
                for measure in CARE_MEASURES.values():
                    value = measure.estimate(sums)
                    if np.isfinite(value):
                        self._outcomes.append(
                            {**labels, "measure": measure.name, "primary": primary, "value": value}
                        )
            people = sums_of(tally, code, 0)["people"]
            for row in cost_rows(tally.courses[code], people, self.scenario.treatments, values):
                self._outcomes.append({**labels, **row})
            self._delays += [{**labels, **r} for r in distribution_rows(tally, code, subgroups)]
        self._twins.append(Twins.from_tally(draw, replicate, tally))
        self._replicates = max(self._replicates, replicate + 1)

    def add_access(self, draw: int, replicate: int, logs: list[ClinicLog]) -> list[float]:
        """Take in what the clinics wrote down, and give back the mean wait of each strategy."""
        s = self.scenario
        means: list[float] = []
        if s.access is None:
            return means
        access = Access.of(s.access, s.treatments, s.years)
        for chosen, log in zip(s.strategies, logs, strict=True):
            labels = {"strategy": chosen.name, "draw": draw, "replicate": replicate}
            tables = AccessTables(access, s.years, log, labels)
            for name in ("waits", "lines", "queues"):
                self._access.setdefault(name, []).append(getattr(tables, name)())
            measures = tables.measures()
            means.append(measures["treatment_wait_mean_days"])
            for name, value in measures.items():
                if chosen.acts and np.isfinite(value):
                    row = {"measure": name, "primary": "all", "value": value}
                    self._outcomes.append({**labels, **row})
        return means

    def _access_tables(self) -> dict[str, pd.DataFrame]:
        """The tables of finite access, and every number of the clinics; none without it."""
        import pandas as pd

        s = self.scenario
        if s.access is None:
            return {}
        access = Access.of(s.access, s.treatments, s.years)
        names, given = treatment_names(s.treatments), sorted(s.treatments_given())
        # Frames of a replicate in which nobody asked have no types.
        found = {
            name: pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
            for name, frames in self._access.items()
        }
        return {**found, "capacity": capacity_table(access, names, given)}

    def build(self, lives: int, seconds: float, peak_memory_mb: float) -> Result:
        """Finish: frames, summary and the description of the run."""
        import pandas as pd

        import sim

        every = scale_to_everybody(
            pd.DataFrame(self._outcomes),
            ["strategy", "measure", "primary", "replicate"],
            "value",
        )
        delays = scale_to_everybody(
            pd.DataFrame(self._delays, columns=DELAY_COLUMNS),
            ["strategy", "measure", "primary", "statistic", "replicate"],
            "value",
        )
        counts = scale_to_everybody(
            pd.concat(self._counts, ignore_index=True),
            ["strategy", "measure", "replicate"],
            "count",
        )
        s = self.scenario
        run = {
            "scenario": {
                "name": s.name,
                "population": s.population.name,
                "anchor_year": s.population.anchor_year,
                "years": list(s.years),
                "lookback_years": s.lookback_years if s.view == "calendar" else 0,
                "draws": s.draws,
                "replicates": self._replicates,
                "people_per_draw": s.people_per_draw,
            },
            "seed": s.seed,
            "engine": s.engine if s.access is None else "clinic",
            "view": s.view,
            "strategies": list(s.strategy_names),
            "knobs": s.knobs(),
            "people": s.population.people_per_year,
            "lives": lives,
            "version": sim.__version__,
            "parameters_hash": self.known.fingerprint,
            "results_hash": f"{sum(self._fingerprints) % 2**64:016x}",
            "calibrated_parameters": calibrated_note(self.known),
            "sampling_noise_sd": {k: round(v, 1) for k, v in self._noise.items()},
            "seconds": round(seconds, 3),
            "peak_memory_mb": round(peak_memory_mb, 1),
        }
        if s.access is not None:
            run["access"] = s.access.model_dump(mode="json")
        is_count = every["measure"].isin(COUNTS)
        return Result(
            run=run,
            case_counts=counts,
            delays=delays,
            outcomes=every[~is_count].reset_index(drop=True),
            summary=summarize(every, s),
            twins=self._twins,
            scenario=s,
            **self._access_tables(),
        )


def calibrated_note(known: Evidence) -> str:
    """Say how calibrated parameters are drawn."""
    if len(known.posterior):
        return "drawn jointly from the posterior of the calibration"
    return "held fixed at the calibrated values"


def published_for(name: str) -> tuple[Target, ...]:
    """Targets that stand beside a measure of the summary: those for everybody."""
    measure, _, time = name.rpartition("_")
    found = [t for t in targets() if t.name == name and t.stratum in ("all", "all but myeloma")]
    found += [t for t in targets() if t.name == measure and t.stratum == time]
    return tuple(found)


DELAY_COLUMNS = ["strategy", "draw", "replicate", "measure", "primary", "statistic", "value"]

CONTROL = -1
"""Draw number of the point estimate lived by the people of a draw; it is not kept."""


def scale_to_everybody(frame: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """Take out of all draws the sampling error of their people, who are the same in each.

    Draws live fewer people than draw 0, with the same luck, so their error does not average out.
    It is known at the point estimate: what everybody gives (draw 0) over what those people give
    (`CONTROL`). Every draw is multiplied by that ratio.
    """
    control = frame["draw"] == CONTROL
    if not control.any():
        return frame
    whole = frame[frame["draw"] == 0].groupby(keys)[column].sum()
    thinned = frame[control].groupby(keys)[column].sum()
    ratio = (whole / thinned.where(thinned > 0.0)).rename("ratio").reset_index()
    kept = frame[~control].merge(ratio, on=keys, how="left")
    factor = kept.pop("ratio").fillna(1.0).where(kept["draw"] > 0, 1.0)
    kept[column] = kept[column] * factor
    return kept


def summarize(values: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Mean and 95% interval of each measure, beside what is published.

    With draws, mean and interval are over them (the point estimate, draw 0, is left out); without,
    over replicates; with neither there is no interval. Published counts of people stand beside the
    whole United States only, other published numbers beside populations of every primary. People
    living with disease are left out of the cohort view, which follows one year of diagnosis only.
    """
    import pandas as pd

    rows = []
    drawn = bool((values["draw"] > 0).any())
    whole = published_for("new_cancers")[0].value == scenario.population.people_per_year
    every_primary = scenario.population.primaries == PRIMARIES
    totals = values[values["primary"].isin(("all", "all but myeloma"))]
    cells = dict(iter(totals.groupby(["strategy", "measure", "primary"])))
    for chosen in scenario.strategies:
        strategy = chosen.name
        of_access = ACCESS_MEASURES if scenario.access else ()
        for name in (*SUMMARY, *((*CARE_SUMMARY, *of_access) if chosen.acts else ())):
            if scenario.view == "cohort" and name.startswith("living_"):
                continue
            beside = published_for(name) if every_primary else ()
            shown = beside[0] if beside else None
            group = "all but myeloma" if shown and "myeloma" not in shown.primaries else "all"
            if (strategy, name, group) not in cells:
                group = "all"
            of_group = cells.get((strategy, name, group), totals.iloc[:0])
            over = of_group[of_group["draw"] > 0] if drawn else of_group
            sample = over.groupby("draw")["value"].mean() if drawn else over["value"]
            several = len(sample) > 1
            unit = unit_of(name)
            if not unit.startswith(("percent", "days")) and not whole:
                shown = None
            if group != "all":
                unit += ", without myeloma"
            rows.append(
                {
                    "measure": name,
                    "strategy": strategy,
                    "unit": unit,
                    "mean": float(sample.mean()),
                    "lo": float(np.percentile(sample, 2.5)) if several else None,
                    "hi": float(np.percentile(sample, 97.5)) if several else None,
                    "published": describe(shown) if shown else "",
                    "source": shown.source if shown else "",
                }
            )
    return pd.DataFrame(rows)


_COUNT_UNITS = {"episodes": "episodes a year", "pauses": "pauses a year"}


def unit_of(name: str) -> str:
    """Unit of a measure of the summary."""
    if name in MEASURES:
        return MEASURES[name].unit
    if name in COUNTS:
        return _COUNT_UNITS.get(name, "people a year")
    if name in ACCESS_MEASURES:
        return ACCESS_MEASURES[name][0]
    return CARE_MEASURES[name].unit if name in CARE_MEASURES else "percent"


def describe(target: Target) -> str:
    """A published value with its range, as a person would write it."""
    digits = 0 if target.value >= 1000 else 1
    value, low, high = (f"{x:,.{digits}f}" for x in (target.value, target.lower, target.upper))
    if float(target.upper) - float(target.lower) <= 2 and target.value >= 1000:
        return value
    return f"{value} ({low} to {high})"


@dataclass(frozen=True)
class Result:
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
    scenario : Scenario
        As it was run, with the options of the command line.
    waits, lines, queues, capacity : pandas.DataFrame or None
        With finite access: how long people waited, what each line did, each line by month, and
        every number of the clinics; see `sim.access.tables`.
    """

    run: dict[str, Any]
    case_counts: pd.DataFrame
    delays: pd.DataFrame
    outcomes: pd.DataFrame
    summary: pd.DataFrame
    twins: list[Twins]
    scenario: Scenario
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
        from sim.vocabulary import nearest

        names = list(self.run["strategies"])
        if strategy is not None and strategy not in names:
            raise KeyError(f"strategy {strategy!r}; {nearest(strategy, names)}")
        mine = self.summary[self.summary["strategy"] == (strategy or names[0])]
        found = mine.loc[mine["measure"] == measure, "mean"]
        if found.empty:
            raise KeyError(f"measure {measure!r}; {nearest(measure, list(mine['measure']))}")
        return float(found.iloc[0])

    def compare(self) -> pd.DataFrame:
        """Each strategy against the reference on the same people; see `sim.compare.compare`."""
        from sim.compare import compare

        return compare(self.twins, tuple(self.run["strategies"]))

    def sources(self, measure: str) -> pd.DataFrame:
        """The parameters behind a measure, with their values, grades and citations."""
        from sim.explain import sources_behind

        return sources_behind(measure)

    @property
    def plot(self) -> Plots:
        """Pictures of the result, each a Matplotlib Axes."""
        from sim.figures import Plots

        return Plots(self)

    def write(self, folder: Path) -> None:
        """Write the tables and pictures into a run folder; `run.json` is written last."""
        from sim.reconciliation import applies, reconciliation

        folder.mkdir(parents=True, exist_ok=True)
        self.summary.to_csv(folder / "summary.csv", index=False, float_format="%.6g")
        self.case_counts.to_parquet(folder / "case_counts.parquet", index=False)
        self.delays.to_parquet(folder / "delays.parquet", index=False)
        self.outcomes.to_parquet(folder / "outcomes.parquet", index=False)
        for name in ("waits", "lines", "queues"):
            of_access: pd.DataFrame | None = getattr(self, name)
            if of_access is not None:
                of_access.to_parquet(folder / f"{name}.parquet", index=False)
        if self.capacity is not None:
            self.capacity.to_csv(folder / "capacity.csv", index=False)
        if len(self.run["strategies"]) > 1:
            table = self.compare()
            table.to_csv(folder / "compare.csv", index=False, float_format="%.6g")
        if applies(self):
            table = reconciliation(self)
            table.to_csv(folder / "reconciliation.csv", index=False, float_format="%.6g")
        self.plot.save_all(folder / "figures")
        text = json.dumps(self.run, indent=2, ensure_ascii=False)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8")
