"""From one joint sample of the evidence to the records that a life reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.prices import prices_of_days
from sim.engine.utilities import utilities
from sim.evidence.elementary import log, power
from sim.evidence.instruments import PERFORMANCES, RADIOSENSITIVE_PRIMARIES
from sim.evidence.life_table import cumulative_at_ages, trended_table
from sim.evidence.reader import Values, of_primary
from sim.evidence.vocabulary import (
    ANALGESIA_LADDER,
    BONE_SITES,
    DAYS_PER_YEAR,
    DOSE_STEPS,
    LESION_TYPES,
    MARROW_PRIMARIES,
    MONTHS_PER_YEAR,
    MORTALITY_BANDS,
    MOST_LINES,
    PRIMARIES,
    REGION_OF_LEVEL,
    REGIONS,
    SEXES,
    STAGES,
    THERAPY_CLASSES,
    UNSTAGED_PRIMARIES,
    BoneSite,
    OutcomesFor,
    Stage,
)
from sim.inputs.outcomes import Outcomes
from sim.life.world import CANCER, WORLD

_CAPS = ("mild", "moderate", "severe", "worst")
_WORLD_STRATA = {
    "mortality_trend": MORTALITY_BANDS,
    "type_ratio": LESION_TYPES,
    "region_ratio": REGIONS,
    "bone_hit_share": BONE_SITES,
    "epidural_rate_per_day": ("from grade 0", "from grade 1", "from grade 2"),
    "deficit_rate_per_day": ("grade 2", "grade 3"),
    "pain_cap_low": _CAPS,
    "pain_cap_high": _CAPS,
    "pain_cap_share": _CAPS,
    "osteoporotic_rate_per_day": SEXES,
    "therapy_cycle_days": THERAPY_CLASSES,
    "performance_decline_ratio": PERFORMANCES,
    "performance_death_ratio": PERFORMANCES,
    "therapy_performance_ratio": PERFORMANCES,
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
    return cancers


def derive_cancer(values: Values, primary: str) -> dict[str, ArrayLike]:
    """Fields of `CANCER` that follow from parameters of other names."""
    unstaged = primary in UNSTAGED_PRIMARIES
    stages = (Stage.NOT_STAGED,) if unstaged else (Stage.LOCALIZED, Stage.REGIONAL)
    incurable_share = np.zeros(len(Stage))
    incurable_scale_days = np.full(len(Stage), DAYS_PER_YEAR)
    for stage in stages:
        stratum = f"{primary}, {STAGES[stage]}"
        incurable_share[stage] = values["incurable_share", stratum]
        incurable_scale_days[stage] = values["incurable_scale_years", stratum] * DAYS_PER_YEAR
    distant = ("incurable_share", f"{primary}, {STAGES[Stage.DISTANT]}")
    incurable_share[Stage.DISTANT] = values.get(distant, 1.0)
    types = np.array([values["lesion_type_share", f"{primary}, {t}"] for t in LESION_TYPES])
    types /= types.sum()
    lytic_share, mixed_share, _ = types
    death_rate = values["death_rate", primary]
    first_line_months = values["therapy_first_line_mean_months", primary]
    first_line_days = first_line_months * DAYS_PER_YEAR / MONTHS_PER_YEAR
    shrink = values["therapy_later_line_ratio", "all"]
    weights = [values["other_death_ratio_weight", band] for band in MORTALITY_BANDS]
    return {
        "marrow": primary in MARROW_PRIMARIES,
        "incurable_share": incurable_share,
        "incurable_scale_days": incurable_scale_days,
        "other_death_ratio": [
            power(values["other_death_ratio", primary], weight) for weight in weights
        ],
        "lesion_tempo": power(death_rate, values["lesion_tempo_power", "all"]),
        "lytic_share": lytic_share,
        "mixed_share": mixed_share,
        "bone_fracture_rate_per_day": bone_fracture_rates(values, primary, types),
        **{
            field: class_shares(values, field, primary)
            for field in ("therapy_class_share", "therapy_class_later_share")
        },
        "therapy_line_mean_days": [first_line_days * power(shrink, n) for n in range(MOST_LINES)],
        "therapy_response_share": [
            of_primary(values, "therapy_response_share", primary, c) for c in THERAPY_CLASSES
        ],
        "remission_heals_bone": of_primary(values, "remission_heals_bone", primary),
        "radiosensitive": primary in RADIOSENSITIVE_PRIMARIES,
        **derive_chain(values, primary),
    }


def class_shares(values: Values, name: str, primary: str) -> NDArray[np.float64]:
    """Shares of the classes of therapy in the lines of a primary, 0 without a row; sum to 1."""
    shares = np.array([values.get((name, f"{primary}, {c}"), 0.0) for c in THERAPY_CLASSES])
    return shares / shares.sum()


def bone_fracture_rates(
    values: Values, primary: str, types: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Hazard per day that a lytic lesion that is grown out breaks its bone, by `BoneSite`.

    That of long bones is published for people with metastases to bone, whatever the types of their
    lesions: it is taken to lesions by a ratio and by the mean ratio of the types of the primary.
    """
    rates = np.array([values.get(("bone_fracture_rate", site), 0.0) for site in BONE_SITES])
    of_people = of_primary(values, "long_bone_fracture_rate", primary)
    ratios = np.array([values["type_ratio", kind] for kind in LESION_TYPES])
    of_lesion = of_people * values["long_bone_lesion_ratio", "all"] / (types * ratios).sum()
    rates[BoneSite.LONG_BONES] = of_lesion
    return rates / DAYS_PER_YEAR


def chain_means(values: Values, death_ratio: float) -> NDArray[np.float64]:
    r"""Mean time to death from each performance state, at tempo 1 and without therapy.

    :math:`T_k = (1 + d_k T_{k+1}) / (v h_k + d_k)` with the hazards of decline :math:`d_k`, of
    death :math:`h_k`, and their ratio :math:`v`.
    """
    decline = [values["performance_decline_ratio", state] for state in PERFORMANCES]
    death = [values["performance_death_ratio", state] * death_ratio for state in PERFORMANCES]
    means = np.zeros(len(PERFORMANCES))
    following = 0.0
    for state in reversed(range(len(PERFORMANCES))):
        falls = decline[state] if state < len(PERFORMANCES) - 1 else 0.0
        following = (1.0 + falls * following) / (death[state] + falls)
        means[state] = following
    return means


def derive_chain(values: Values, primary: str) -> dict[str, ArrayLike]:
    """Fields of `CANCER` that make the mean time to death one over the death rate.

    The prognosis from a state is ln 2 times the mean time to death from it: the median, were that
    time exponential.
    """
    shares = performance_shares(values)
    visceral = visceral_share(values, primary)
    means = [chain_means(values, r) for r in (1.0, values["visceral_death_ratio", primary])]
    scale = (1.0 - visceral) * (shares * means[0]).sum() + visceral * (shares * means[1]).sum()
    months = log(2.0) * MONTHS_PER_YEAR / values["death_rate", primary]
    return {
        "visceral_share": visceral,
        "performance_scale": scale,
        "prognosis_months": np.array(means) / scale * months,
    }


def visceral_share(values: Values, primary: str) -> float:
    """Share of disseminated cancers that involve the viscera: as ordered, at the fitted level."""
    share = values["visceral_share", primary]
    odds = values["visceral_odds_ratio", "all"] * share
    return odds / (1.0 - share + odds)


def performance_shares(values: Values) -> NDArray[np.float64]:
    """Shares of the performance states when a cancer becomes incurable; they sum to 1."""
    shares = np.array([values["performance_share", state] for state in PERFORMANCES])
    return shares / shares.sum()


def build_world(values: Values, outcomes: Outcomes | None = None) -> NDArray[np.void]:
    """One `WORLD` record, in an array of length 1.

    A field that is not derived is the parameter of its name.
    """
    worlds = np.zeros(1, WORLD)
    world = worlds[0]
    described = outcomes or Outcomes()
    derived = {
        **derive_world(values),
        **utilities(values),
        **prices_of_days(values, morphine_doses(values), described),
        "discount_per_day": described.discount_per_day,
        "horizon_days": described.horizon_days,
        "origin_at_detection": described.code == OutcomesFor.DETECTED,
    }
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
    ease = analgesia_effects(values)
    sexes = range(len(SEXES))
    hits = np.array([values["bone_hit_share", site] for site in BONE_SITES])
    tables = (trended_table(values, sex, without_cancer=True) for sex in sexes)
    rates, slopes = zip(*tables, strict=True)
    return {
        "mortality_cumulative": [cumulative_at_ages(rates[s], slopes[s])[:-1] for s in sexes],
        "mortality_rate": rates,
        "mortality_slope": slopes,
        "level_weight": [
            values["level_region_share", REGIONS[region]] / REGION_OF_LEVEL.count(region)
            for region in REGION_OF_LEVEL
        ],
        "bone_site_weight": hits / hits.sum(),
        "performance_share": performance_shares(values),
        "fill_median_days": values["fill_median_years", "all"] * DAYS_PER_YEAR,
        "lead_time_mean_days": values["lead_time_mean_years", "all"] * DAYS_PER_YEAR,
        "analgesia_effect_biological": ease,
        "analgesia_effect_mechanical": ease * values["analgesia_effect_mechanical_ratio", "all"],
        "morphine_mg_per_day": morphine_doses(values),
        "referral_log_ratio": log(values["referral_pain_ratio", "all"]),
        "recording_delay_mean_days": values["recording_delay_mean_years", "all"] * DAYS_PER_YEAR,
    }


def analgesia_effects(values: Values) -> NDArray[np.float64]:
    """The share of tumor pain that each step takes off on average, in the order of the steps."""
    ladder = [values["analgesia_effect_biological", step] for step in ANALGESIA_LADDER]
    more = values["opioid_titration_effect", "all"] * np.arange(1, DOSE_STEPS + 1)
    return np.concatenate((ladder, np.minimum(ladder[-1] + more, 1.0)))


def morphine_doses(values: Values) -> NDArray[np.float64]:
    """The daily morphine equivalent of each step, in the order of the steps."""
    ladder = [values["morphine_mg_per_day", step] for step in ANALGESIA_LADDER]
    ratio = values["opioid_titration_dose_ratio", "all"]
    ratios = np.array([power(ratio, step) for step in range(1, DOSE_STEPS + 1)])
    return np.concatenate((ladder, ladder[-1] * ratios))
