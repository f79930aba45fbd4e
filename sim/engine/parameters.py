"""From one joint sample of the evidence to the records that a life reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.evidence.instruments import RADIOSENSITIVE_PRIMARIES
from sim.evidence.life_table import cumulative_at_ages, mortality_table
from sim.evidence.reader import Values
from sim.evidence.vocabulary import (
    AGES,
    DAYS_PER_YEAR,
    LESION_TYPES,
    MARROW_PRIMARIES,
    MONTHS_PER_YEAR,
    MOST_LINES,
    PRIMARIES,
    REGION_OF_LEVEL,
    REGIONS,
    SEXES,
    STAGES,
    THERAPY_CLASSES,
    UNSTAGED_PRIMARIES,
    Stage,
)
from sim.life.world import CANCER, WORLD

_STEPS = ("none", "non-opioid", "weak opioid", "strong opioid")
_CAPS = ("mild", "moderate", "severe", "worst")
_WORLD_STRATA = {
    "type_ratio": LESION_TYPES,
    "region_ratio": REGIONS,
    "epidural_rate_per_day": ("from grade 0", "from grade 1", "from grade 2"),
    "deficit_rate_per_day": ("grade 2", "grade 3"),
    "pain_cap": _CAPS,
    "pain_cap_share": _CAPS,
    "analgesia_effect_biological": _STEPS,
    "analgesia_effect_mechanical": _STEPS,
    "morphine_mg_per_day": _STEPS,
    "osteoporotic_rate_per_day": SEXES,
    "therapy_cycle_days": THERAPY_CLASSES,
}
"""Fields of `WORLD` that have a value for each of these strata; the others have one for all."""


def read_field(values: Values, field: str, stratum: str) -> float:
    """The parameter that a field of a record is named after; the life reads rates per day."""
    if field.endswith("_rate_per_day"):
        return values[field.removesuffix("_per_day"), stratum] / DAYS_PER_YEAR
    return values[field, stratum]


def build_cancers(values: Values) -> NDArray[np.void]:
    """One `CANCER` record a primary, in the order of `PRIMARIES`.

    A field that is not derived is the parameter of its name, for the primary.
    """
    cancers = np.zeros(len(PRIMARIES), CANCER)
    for cancer, primary in zip(cancers, PRIMARIES, strict=True):
        derived = derive_cancer(values, primary)
        for field in CANCER.names or ():
            cancer[field] = (
                derived[field] if field in derived else read_field(values, field, primary)
            )
        cancer["prognosis_rate_per_day"] = (
            cancer["death_rate_per_day"]
            * cancer["death_ratio_skeletal"]
            * cancer["death_ratio_detected"]
            * np.exp(-(cancer["frailty_sigma"] ** 2))
        )
    return cancers


def derive_cancer(values: Values, primary: str) -> dict[str, ArrayLike]:
    """Fields of `CANCER` that follow from parameters of other names; the prognosis comes last."""
    unstaged = primary in UNSTAGED_PRIMARIES
    stages = (Stage.NOT_STAGED,) if unstaged else (Stage.LOCALIZED, Stage.REGIONAL)
    incurable_share = np.zeros(len(Stage))
    incurable_scale_days = np.full(len(Stage), DAYS_PER_YEAR)
    for stage in stages:
        stratum = f"{primary}, {STAGES[stage]}"
        incurable_share[stage] = values["incurable_share", stratum]
        incurable_scale_days[stage] = values["incurable_scale_years", stratum] * DAYS_PER_YEAR
    types = np.array([values["lesion_type_share", f"{primary}, {t}"] for t in LESION_TYPES])
    lytic_share, mixed_share, _ = types / types.sum()
    classes = [values["therapy_class_share", f"{primary}, {c}"] for c in THERAPY_CLASSES]
    death_rate = values["death_rate", primary]
    first_line_months = values["therapy_first_line_mean_months", primary]
    first_line_days = first_line_months * DAYS_PER_YEAR / MONTHS_PER_YEAR
    shrink = values["therapy_later_line_ratio", "all"]
    return {
        "marrow": primary in MARROW_PRIMARIES,
        "incurable_share": incurable_share,
        "incurable_scale_days": incurable_scale_days,
        "lesion_tempo": death_rate ** values["lesion_tempo_power", "all"],
        "epidural_tempo": death_rate ** values["epidural_tempo_power", "all"],
        "lytic_share": lytic_share,
        "mixed_share": mixed_share,
        "therapy_class_share": np.array(classes) / sum(classes),
        "therapy_line_mean_days": first_line_days * shrink ** np.arange(MOST_LINES),
        "radiosensitive": primary in RADIOSENSITIVE_PRIMARIES,
        "prognosis_rate_per_day": 0.0,
    }


def build_world(values: Values) -> NDArray[np.void]:
    """One `WORLD` record, in an array of length 1.

    A field that is not derived is the parameter of its name.
    """
    worlds = np.zeros(1, WORLD)
    world = worlds[0]
    derived = derive_world(values)
    for field in WORLD.names or ():
        if field in derived:
            world[field] = derived[field]
        elif field in _WORLD_STRATA:
            world[field] = [read_field(values, field, s) for s in _WORLD_STRATA[field]]
        else:
            world[field] = read_field(values, field, "all")
    world["pain_cap_share"] /= world["pain_cap_share"].sum()
    return worlds


def derive_world(values: Values) -> dict[str, ArrayLike]:
    """Fields of `WORLD` that follow from parameters of other names."""
    trend = values["mortality_trend", "all"]
    rates, slopes, cumulatives = [], [], []
    for sex in range(len(SEXES)):
        rate, slope = mortality_table(values, sex, without_cancer=True)
        slopes.append(slope + trend)
        rates.append(rate * np.exp(trend * np.arange(AGES)))
        cumulatives.append(cumulative_at_ages(rates[sex], slopes[sex])[:-1])
    return {
        "mortality_cumulative": cumulatives,
        "mortality_rate": rates,
        "mortality_slope": slopes,
        "level_weight": [
            values["level_region_share", REGIONS[region]] / REGION_OF_LEVEL.count(region)
            for region in REGION_OF_LEVEL
        ],
        "fill_median_days": values["fill_median_years", "all"] * DAYS_PER_YEAR,
        "lead_time_mean_days": values["lead_time_mean_years", "all"] * DAYS_PER_YEAR,
        "recording_delay_mean_days": values["recording_delay_mean_years", "all"] * DAYS_PER_YEAR,
    }
