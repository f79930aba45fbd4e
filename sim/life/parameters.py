"""From one joint sample of the evidence to the records that a life reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.reader import Values
from sim.life.state import AGES, CANCER, WORLD
from sim.vocabulary import (
    DAYS_PER_YEAR,
    LEVELS,
    LOCALIZED,
    MARROW_PRIMARIES,
    NOT_STAGED,
    PRIMARIES,
    REGIONAL,
    SEXES,
    UNSTAGED_PRIMARIES,
)

_REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


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
        ):
            cancer[name] = values[name, primary]
    return cancers


def build_world(values: Values) -> NDArray[np.void]:
    """One `WORLD` record, in an array of length 1."""
    worlds = np.zeros(1, WORLD)
    world = worlds[0]
    for name in (
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
    ):
        world[name] = values[name, "all"]
    for name in (
        "spinal_seeding_rate",
        "level_seeding_rate",
        "level_contiguous_rate",
        "surveillance_rate",
        "lesion_symptom_rate",
    ):
        world[f"{name}_per_day"] = values[name, "all"] / DAYS_PER_YEAR
    world["lead_time_mean_days"] = values["lead_time_mean_years", "all"] * DAYS_PER_YEAR
    world["recording_delay_mean_days"] = values["recording_delay_mean_years", "all"] * DAYS_PER_YEAR
    regions = [_REGIONS[level[0]] for level in LEVELS]
    for i, region in enumerate(regions):
        world["level_weight"][i] = values["level_region_share", region] / regions.count(region)
    for sex in range(len(SEXES)):
        rate, slope = mortality_table(values, sex, without_cancer=True)
        slope = slope + world["mortality_trend"]
        rate = rate * np.exp(world["mortality_trend"] * np.arange(AGES))
        world["mortality_rate"][sex] = rate
        world["mortality_slope"][sex] = slope
        world["mortality_cumulative"][sex] = cumulative_at_ages(rate, slope)[:-1]
    return worlds


def cumulative_at_ages(
    rate: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integral of a hazard, log-linear between whole ages, at 0 and at the end of each age."""
    flat = slope == 0.0
    within = np.where(flat, rate, rate * np.expm1(slope) / np.where(flat, 1.0, slope))
    return np.concatenate([[0.0], np.cumsum(within)])


def mortality_table(
    values: Values, sex: int, *, without_cancer: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hazard of death at whole ages and its slope on the log scale up to the next age.

    A probability of death within a year is the hazard half a year later. Logarithms of hazards are
    interpolated between the ages of the table; beyond the last, the slope goes on.

    Parameters
    ----------
    values : mapping
        A joint sample of the evidence.
    sex : int
        Index in `SEXES`.
    without_cancer : bool
        Whether cancer's share of deaths at each age is taken out.

    Returns
    -------
    rate, slope : arrays of length `AGES`
        Per year of age.
    """
    name = "all_cause_death_probability"
    rows = sorted(
        (int(stratum.split(", ")[1]), value)
        for (key, stratum), value in values.items()
        if key == name and stratum.startswith(f"{SEXES[sex]},")
    )
    shares = sorted(
        (int(stratum), value)
        for (key, stratum), value in values.items()
        if key == "cancer_share_of_deaths"
    )
    ages = np.array([age for age, _ in rows], dtype=float)
    log_hazard = np.log([-np.log1p(-q) for _, q in rows])
    if without_cancer:
        starts = np.array([age for age, _ in shares])
        share = np.array([value for _, value in shares])
        log_hazard = log_hazard + np.log1p(-share[np.searchsorted(starts, ages, "right") - 1])
    whole = np.arange(AGES + 1, dtype=float)
    last_slope = (log_hazard[-1] - log_hazard[-2]) / (ages[-1] - ages[-2])
    at_whole = np.interp(whole - 0.5, ages, log_hazard)
    beyond = whole - 0.5 > ages[-1]
    at_whole[beyond] = log_hazard[-1] + last_slope * (whole[beyond] - 0.5 - ages[-1])
    return np.exp(at_whole[:-1]), np.diff(at_whole)
