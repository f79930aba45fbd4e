"""The summary of a run: each measure with its interval beside what is published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import CARE_MEASURES, CARE_SUMMARY
from sim.counting.measures import MEASURES
from sim.counting.tally import COUNTS
from sim.evidence.targets import Target, targets
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.setting import Setting

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

WHOLE = (
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


def published_for(name: str) -> tuple[Target, ...]:
    """Targets that stand beside a measure of the summary: those for everybody."""
    measure, _, time = name.rpartition("_")
    found = [t for t in targets() if t.name == name and t.stratum in ("all", "all but myeloma")]
    found += [t for t in targets() if t.name == measure and t.stratum == time]
    return tuple(found)


def summarize(values: pd.DataFrame, scenario: Setting) -> pd.DataFrame:
    """Mean and 95% interval of each measure, beside what is published.

    With draws, mean and interval are over them (the point estimate, draw 0, is left out); without,
    over replicates; with neither there is no interval. Published counts of people stand beside the
    whole United States only, other published numbers beside populations of every primary. People
    living with disease are left out of the cohort view, which follows one year of diagnosis only.
    """
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
