"""From one joint sample of the evidence to the records that a life reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.instruments import RADIOSENSITIVE_PRIMARIES
from sim.evidence.life_table import cumulative_at_ages, mortality_table
from sim.evidence.reader import Values
from sim.evidence.vocabulary import (
    AGES,
    DAYS_PER_YEAR,
    LESION_TYPES,
    LOCALIZED,
    MARROW_PRIMARIES,
    MOST_LINES,
    NOT_STAGED,
    PRIMARIES,
    REGION_OF_LEVEL,
    REGIONAL,
    REGIONS,
    SEXES,
    THERAPY_CLASSES,
    UNSTAGED_PRIMARIES,
)
from sim.life.records import CANCER, WORLD

_WORLD_VALUES = (
    "mortality_trend",
    "reference_year",
    "survival_trend",
    "frailty_seeding_power",
    "spine_hit_share",
    "level_clustering",
    "staging_sensitivity",
    "spine_seen_share",
    "lesion_sensitivity",
    "recorded_at_once_share",
    "outside_soft_tissue_share",
    "outside_extramedullary_share",
    "fill_sd_log",
    "collapse_over_half_share",
    "deformity_share",
    "subluxation_share",
    "one_side_share",
    "both_sides_share",
    "cord_diagnosis_mean_days",
    "death_ratio_not_walking",
    "death_ratio_fracture",
    "death_ratio_cord_compression",
    "pain_at_onset",
    "pain_escalation",
    "epidural_pain_share",
    "fracture_symptomatic_share",
    "fracture_pain_low",
    "fracture_pain_high",
    "instability_pain_low",
    "instability_pain_high",
    "fracture_settles_mean_days",
    "fracture_residual_share",
    "fracture_residual_pain",
    "analgesia_step_mean_days",
    "analgesia_step_down_mean_days",
    "moderate_pain",
    "severe_pain",
    "severe_pain_work_up_ratio",
    "osteoporotic_slope_per_year",
    "osteoporotic_reference_age",
    "other_back_pain_image_share",
    "therapy_start_mean_days",
    "therapy_gap_days",
    "toxicity_prone_share",
    "toxicity_delay_per_cycle",
    "toxicity_delay_least_days",
    "toxicity_delay_more_mean_days",
    "toxicity_per_line_ratio",
    "bone_agent_start_mean_days",
    "bone_agent_collapse_ratio",
    "prognosis_line_ratio",
    "relief_points",
)
"""Fields of `WORLD` that are parameters as they stand, with stratum `all`."""

_WORLD_RATES = (
    "spinal_seeding_rate",
    "level_seeding_rate",
    "level_contiguous_rate",
    "surveillance_rate",
    "outside_seeding_rate",
    "collapse_rate",
    "instability_rate",
    "pain_onset_rate",
    "pain_escalation_rate",
    "pain_work_up_rate",
    "fracture_work_up_rate",
    "other_back_pain_rate",
)
"""Rates a year with stratum `all`; the life reads them per day."""

_STEPS = ("none", "non-opioid", "weak opioid", "strong opioid")
_WORLD_LISTS = {
    "type_ratio": LESION_TYPES,
    "region_ratio": REGIONS,
    "pain_cap": ("mild", "moderate", "severe", "worst"),
    "pain_cap_share": ("mild", "moderate", "severe", "worst"),
    "analgesia_effect_biological": _STEPS,
    "analgesia_effect_mechanical": _STEPS,
    "morphine_mg_per_day": _STEPS,
    "therapy_cycle_days": THERAPY_CLASSES,
}
"""Fields of `WORLD` with a value for each stratum."""

_WORLD_RATE_LISTS = {
    "epidural_rate": ("from grade 0", "from grade 1", "from grade 2"),
    "deficit_rate": ("grade 2", "grade 3"),
    "osteoporotic_rate": SEXES,
}
"""The same for rates a year."""


def build_cancers(values: Values) -> NDArray[np.void]:
    """One `CANCER` record a primary, in the order of `PRIMARIES`."""
    cancers = np.zeros(len(PRIMARIES), CANCER)
    for code, primary in enumerate(PRIMARIES):
        cancer = cancers[code]
        cancer["marrow"] = primary in MARROW_PRIMARIES
        stages = (
            {NOT_STAGED: "not_staged"}
            if primary in UNSTAGED_PRIMARIES
            else {LOCALIZED: "localized", REGIONAL: "regional"}
        )
        cancer["incurable_scale_days"] = DAYS_PER_YEAR
        for stage, name in stages.items():
            cancer["incurable_share"][stage] = values["incurable_share", f"{primary}, {name}"]
            cancer["incurable_scale_days"][stage] = (
                values["incurable_scale_years", f"{primary}, {name}"] * DAYS_PER_YEAR
            )
        cancer["death_rate_per_day"] = values["death_rate", primary] / DAYS_PER_YEAR
        cancer["skeletal_seeding_rate_per_day"] = (
            values["skeletal_seeding_rate", primary] / DAYS_PER_YEAR
        )
        power = values["lesion_tempo_power", "all"]
        cancer["lesion_tempo"] = values["death_rate", primary] ** power
        power = values["epidural_tempo_power", "all"]
        cancer["epidural_tempo"] = values["death_rate", primary] ** power
        types = np.array([values["lesion_type_share", f"{primary}, {t}"] for t in LESION_TYPES])
        cancer["lytic_share"], cancer["mixed_share"] = (types / types.sum())[:2]
        classes = [values["therapy_class_share", f"{primary}, {c}"] for c in THERAPY_CLASSES]
        cancer["therapy_class_share"] = np.array(classes) / sum(classes)
        first_line = values["therapy_first_line_mean_months", primary] * DAYS_PER_YEAR / 12
        shrink = values["therapy_later_line_ratio", "all"]
        cancer["therapy_line_mean_days"] = first_line * shrink ** np.arange(MOST_LINES)
        for name in (
            "incurable_shape",
            "distant_spread_share",
            "death_ratio_distant_at_diagnosis",
            "death_ratio_skeletal",
            "death_ratio_detected",
            "frailty_sigma",
            "other_death_ratio",
            "skeleton_hit_share",
            "skeleton_hit_share_at_diagnosis",
            "therapy_share",
            "therapy_next_line_share",
            "bone_agent_share",
        ):
            cancer[name] = values[name, primary]
        cancer["radiosensitive"] = primary in RADIOSENSITIVE_PRIMARIES
        cancer["prognosis_rate_per_day"] = (
            cancer["death_rate_per_day"]
            * cancer["death_ratio_skeletal"]
            * cancer["death_ratio_detected"]
            * np.exp(-(cancer["frailty_sigma"] ** 2))
        )
    return cancers


def build_world(values: Values) -> NDArray[np.void]:
    """One `WORLD` record, in an array of length 1."""
    worlds = np.zeros(1, WORLD)
    world = worlds[0]
    for name in _WORLD_VALUES:
        world[name] = values[name, "all"]
    for name in _WORLD_RATES:
        world[f"{name}_per_day"] = values[name, "all"] / DAYS_PER_YEAR
    for name, strata in _WORLD_LISTS.items():
        world[name] = [values[name, stratum] for stratum in strata]
    for name, strata in _WORLD_RATE_LISTS.items():
        world[f"{name}_per_day"] = [values[name, s] / DAYS_PER_YEAR for s in strata]
    world["pain_cap_share"] /= world["pain_cap_share"].sum()
    world["fill_median_days"] = values["fill_median_years", "all"] * DAYS_PER_YEAR
    world["lead_time_mean_days"] = values["lead_time_mean_years", "all"] * DAYS_PER_YEAR
    world["recording_delay_mean_days"] = values["recording_delay_mean_years", "all"] * DAYS_PER_YEAR
    for level, region in enumerate(REGION_OF_LEVEL):
        share = values["level_region_share", REGIONS[region]]
        world["level_weight"][level] = share / REGION_OF_LEVEL.count(region)
    for sex in range(len(SEXES)):
        rate, slope = mortality_table(values, sex, without_cancer=True)
        slope = slope + world["mortality_trend"]
        rate = rate * np.exp(world["mortality_trend"] * np.arange(AGES))
        world["mortality_rate"][sex] = rate
        world["mortality_slope"][sex] = slope
        world["mortality_cumulative"][sex] = cumulative_at_ages(rate, slope)[:-1]
    return worlds
