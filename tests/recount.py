"""A recount of the cohort statistics from finished records, written down from their definitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import (
    BONE_SITES,
    DAYS_PER_YEAR,
    MOST_TOXICITY_DELAYS,
    N_LEVELS,
    REGION_OF_LEVEL,
    REGIONS,
    Compartment,
    Death,
)
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE, OUTSIDE
from tests.simplified import Records, seeded_days


def hundredths(days: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(100.0 * days + 0.5).astype(np.int64)


def statistics_of(p: Records) -> dict[str, NDArray[np.int64]]:
    """What each person adds to each cohort statistic."""
    death, found = p["death_day"], p["skeletal_detected_day"]
    cancer = p["death_cause"] == Death.CANCER
    skeletal, spinal = p["skeletal_metastasis_day"] < NEVER, p["spinal_metastasis_day"] < NEVER
    detected, spine = found < NEVER, p["spinal_detected_day"] < NEVER
    vertebral = spinal & (p["n_levels"] > 0)
    outside = np.where(p["n_spinal"] > p["n_levels"], p["lesions"]["compartment"][:, OUTSIDE], -1)
    cord_day = p["cord_compression_day"]
    cord = cord_day < NEVER
    delay = np.where(cord, cord_day, 0.0) - np.where(cord, p["first_deficit_day"], 0.0)
    cord_hurts = cord & (p["cord_compression_pain_days"] < NEVER)
    within = cord & (np.where(cord, death - np.where(cord, cord_day, 0.0), NEVER) < 5 * 365.25)
    at_diagnosis = (found == 0.0) & (p["skeleton_at_diagnosis"] == 1)
    month = DAYS_PER_YEAR / 12
    irradiated = p["n_radiotherapy"] > 0
    since_first = death - np.where(irradiated, p["first_radiotherapy_day"], 0.0)
    since_last = death - np.where(irradiated, p["last_radiotherapy_day"], 0.0)
    soon = (p["n_courses"] > 0) & (p["first_course_day"] < NEVER)
    soon &= (
        (death <= p["first_course_day"] + 84)
        & (p["first_course_pain"] >= 2)
        & ~(cord_day <= p["first_course_day"])
    )
    events = {
        "radiotherapy": (p["n_radiotherapy"], p["n_bone_radiotherapy"]),
        "fracture": (p["n_fractures"], p["n_bone_fractures"]),
        "surgery": (p["n_surgery"], p["n_bone_surgery"]),
    }
    n_events = sum(spine + other for spine, other in events.values()) + cord
    lesions = p["lesions"][:, FIRST_BONE:]
    of_bone = (seeded_days(p) < NEVER)[:, FIRST_BONE:]
    known = of_bone & (lesions["detected_day"] < NEVER) & detected[:, None]
    broken = of_bone & (lesions["fracture_day"] < NEVER)
    irradiated_bone = p["n_bone_radiotherapy"] > 0
    last = np.where(irradiated, p["last_radiotherapy_day"], -NEVER)
    last = np.maximum(last, np.where(irradiated_bone, p["last_bone_radiotherapy_day"], -NEVER))
    treated, cytotoxic = p["therapy_line"] > 0, p["n_cycles"] > 0
    return {
        "people": np.ones(len(p), bool),
        "alive_1y": death > DAYS_PER_YEAR,
        "alive_5y": death > 5 * DAYS_PER_YEAR,
        "alive_10y": death > 10 * DAYS_PER_YEAR,
        "disseminated": p["dissemination_day"] < NEVER,
        "skeletal_metastasis": skeletal,
        "spinal_metastasis": spinal,
        "skeletal_detected": detected,
        "skeletal_detected_at_diagnosis": at_diagnosis,
        "skeletal_detected_painful": detected
        & ((p["pain_onset_day"] < NEVER) | (p["bone_pain_onset_day"] < NEVER)),
        "presented_through_bone": detected & (p["presented"] > 0),
        "presented_through_spine": detected & (p["presented"] == 2),
        **{f"{site}_detected": known[:, i] for i, site in enumerate(BONE_SITES)},
        "event": detected & (n_events > 0),
        "events": detected * n_events,
        "event_cord_compression": detected & cord,
        **{f"event_{kind}": detected & (a + b > 0) for kind, (a, b) in events.items()},
        **{f"event_{kind}_spine": detected & (a > 0) for kind, (a, _) in events.items()},
        **{f"event_{kind}_other_bone": detected & (b > 0) for kind, (_, b) in events.items()},
        "fractures_spine": skeletal * p["n_fractures"],
        "fractures_hip_and_long_bones": broken[:, :2].sum(axis=1),
        "long_bone_fracture": broken[:, 1],
        "cancer_deaths_after_bone_radiotherapy": cancer & skeletal & (death - last < 2 * 365.25),
        "bone_pain_days": hundredths(p["bone_pain_days"]),
        "any_pain_days": skeletal * hundredths(p["any_pain_days"]),
        "bone_care_pauses": p["n_bone_care_pauses"],
        "bone_care_resumed": p["n_bone_care_resumed"],
        "bone_care_paused_days": hundredths(p["bone_care_paused_days"]),
        "bone_care_delay_days": hundredths(p["bone_care_delay_days"]),
        "alive_1y_after_skeletal_detected": detected & (death > found + DAYS_PER_YEAR),
        "alive_5y_after_skeletal_detected": detected & (death > found + 5 * DAYS_PER_YEAR),
        "alive_4mo_after_bone_at_diagnosis": at_diagnosis & (death > 4 * month),
        "alive_30mo_after_bone_at_diagnosis": at_diagnosis & (death > 30 * month),
        "cancer_deaths": cancer,
        "cancer_deaths_with_skeletal_metastasis": cancer & skeletal,
        "cancer_deaths_with_spinal_metastasis": cancer & spinal,
        "cancer_deaths_after_cord_compression": cancer & within,
        "spinal_detected": spine,
        "vertebral_detected": spine & vertebral & detected,
        "spinal_detected_several_levels": spine & (p["n_levels_at_detection"] >= 2),
        "spinal_detected_three_levels": spine & (p["n_levels_at_detection"] >= 3),
        "spinal_detected_gap": spine & (p["gap_at_detection"] == 1),
        "spinal_detected_painful": spine & (p["pain_onset_day"] < NEVER),
        "spinal_detected_fracture": spine & (p["n_fractures"] > 0),
        "spinal_detected_silent_collapse": spine & (p["n_silent_collapses"] > 0),
        "spinal_detected_unstable": spine & (p["sins_at_detection"] >= 7),
        "vertebral_metastasis": vertebral,
        "soft_tissue_metastasis": spinal & (outside == Compartment.EXTRADURAL_SOFT_TISSUE),
        "extramedullary_metastasis": spinal & (outside == Compartment.INTRADURAL_EXTRAMEDULLARY),
        "intramedullary_metastasis": spinal & (outside == Compartment.INTRAMEDULLARY),
        "cord_compression": cord,
        "cord_compression_painful": cord_hurts,
        **{
            f"cord_compression_{name}": cord & (p["cord_compression_region"] == region)
            for region, name in enumerate(REGIONS)
        },
        "cord_compression_not_walking": cord & (p["cord_compression_frankel"] >= 2),
        "cord_compression_with_help": cord & (p["cord_compression_strength"] == 2),
        "cord_compression_weak": cord & (p["cord_compression_strength"] >= 1),
        "cord_compression_no_movement": cord & (p["cord_compression_strength"] == 4),
        "cord_compression_normal_sensation": cord & (p["cord_compression_sensation"] == 0),
        "cord_compression_sphincters": cord & (p["cord_compression_sphincters"] == 1),
        "cord_compression_radicular": cord & (p["cord_compression_radicular"] == 1),
        "cord_compression_presents": cord & (p["cord_presents"] == 1),
        "cord_compression_pain_days": hundredths(
            np.where(cord_hurts, p["cord_compression_pain_days"], 0.0)
        ),
        "cord_short_expectancy": cord & (p["cord_short_expectancy"] == 1),
        "cord_short_expectancy_visceral": cord
        & (p["cord_short_expectancy"] == 1)
        & (p["visceral"] == 1),
        "spinal_detected_numb": spine & (p["numb_ever"] > 0),
        **{
            f"spinal_detected_numb_{area}": spine & (p["numb_ever"] & bit > 0)
            for area, bit in (("arms", 1), ("trunk", 2), ("legs", 4), ("buttocks", 8))
        },
        "courses": np.where(spinal, p["n_courses"], 0),
        "courses_for_radicular_pain": np.where(spinal, p["n_courses_radicular"], 0),
        "radiated_lesions": p["n_radiated_of"].sum(axis=1),
        **{f"radiated_grade_{grade}": p["n_radiated_of"][:, grade] for grade in range(4)},
        "cord_symptom_to_diagnosis_days": hundredths(delay),
        "alive_1y_after_cord_compression": cord
        & (death > np.where(cord, cord_day, 0.0) + DAYS_PER_YEAR),
        "radiotherapy_courses": p["n_radiotherapy"],
        "dead_30d_after_radiotherapy": irradiated & (since_last < 30.0),
        "radiotherapy": irradiated,
        "dead_90d_after_radiotherapy": irradiated & (since_first < 90.0),
        "dead_1y_after_radiotherapy": irradiated & (since_first < DAYS_PER_YEAR),
        "up_and_about_at_radiotherapy": irradiated & (p["radiotherapy_performance"] <= 1),
        "pain_days": hundredths(p["pain_days"]),
        "pain_at_rest_days": hundredths(p["pain_at_rest_days"]),
        "pain_only_on_movement_days": hundredths(p["pain_days"] - p["pain_at_rest_days"]),
        "severe_pain_days": hundredths(p["severe_pain_days"]),
        "opioid_days": spinal * hundredths(p["opioid_days"]),
        "not_walking_days": hundredths(p["not_walking_days"]) * spinal,
        "walking_with_help_days": hundredths(p["with_help_days"]),
        "numb_days": hundredths(p["numb_days"]),
        "last_month_pain": spine * hundredths(p["last_month_pain"]),
        "last_month_severe": spine & (p["last_month_severe_days"] > 0),
        "last_month_severe_days": spine * hundredths(p["last_month_severe_days"]),
        "died_soon_after_course": soon,
        "died_soon_last_month_pain": soon * hundredths(p["last_month_pain"]),
        "died_soon_last_month_5": soon & (p["last_month_pain"] >= 5),
        "treated": treated,
        "cytotoxic_people": cytotoxic,
        "cytotoxic_people_delayed": p["n_toxicity_delays"] > 0,
        "cytotoxic_cycles": hundredths(p["n_cycles"]),
        "toxicity_delays": p["n_toxicity_delays"],
        "toxicity_delays_over": p["n_toxicity_delays_over"],
        "toxicity_delay_days": hundredths(p["toxicity_delay_days"]),
        "days_on_therapy": hundredths(p["days_on_therapy"]),
        **treated_of(p),
        **vertebrae_of(p),
    }


def treated_of(p: Records) -> dict[str, NDArray[np.int64]]:
    """The part of it that counts who is referred and treated."""
    detected, spine = p["skeletal_detected_day"] < NEVER, p["spinal_detected_day"] < NEVER
    known = detected | spine
    of_spine = (seeded_days(p) < NEVER)[:, :FIRST_BONE]
    cement = (of_spine & (p["lesions"]["cement"][:, :FIRST_BONE] > 0)).any(axis=1)
    referred = p["first_trigger_day"] < NEVER
    for_pain = referred & (np.where(referred, p["trigger_reason"], -1) <= 1)
    irradiated = p["n_radiotherapy"] > 0
    after_pain, days = pain_before_radiotherapy(p)
    decided = (p["cord_compression_day"] < NEVER) & (p["cord_treatment"] >= 0)
    courses = p["n_radiotherapy"] + p["n_bone_radiotherapy"]
    year = np.where(detected, p["skeletal_detected_day"], 0.0) / DAYS_PER_YEAR
    group = np.digitize(p["age_at_diagnosis"] + year, (66, 70, 75, 80, 85)) - 1
    ages = ("66_to_69", "70_to_74", "75_to_79", "80_to_84", "85_and_over")
    return {
        "operated": known & spine & (p["n_surgery"] > 0),
        "cemented": known & spine & cement,
        "referred_for_pain": for_pain,
        "referral_pain": hundredths(np.where(for_pain, p["trigger_pain"], 0.0)),
        "irradiated_in_pain": irradiated & (np.where(irradiated, p["radiotherapy_pain"], 0) >= 2),
        "irradiated_after_pain": after_pain,
        "pain_to_radiotherapy_days": hundredths(days),
        "cord_compression_decided": decided,
        "cord_compression_no_course": decided & (p["cord_treatment"] == 0),
        "cord_compression_operated": decided & (p["cord_operated"] == 1),
        "one_radiotherapy_of_bone": detected & (courses == 1),
        **{f"skeletal_detected_{a}": detected & (group == i) for i, a in enumerate(ages)},
        **{
            f"radiotherapy_of_bone_{a}": detected & (group == i) & (courses > 0)
            for i, a in enumerate(ages)
        },
    }


def pain_before_radiotherapy(p: Records) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whose spine hurt before it was irradiated, and for how long."""
    first = np.where(p["n_radiotherapy"] > 0, p["first_radiotherapy_day"], -NEVER)
    hurt = p["pain_onset_day"] <= first
    return hurt, np.where(hurt, first, 0.0) - np.where(hurt, p["pain_onset_day"], 0.0)


def vertebrae_of(p: Records) -> dict[str, NDArray[np.int64]]:
    """The part of it that counts involved vertebrae, from all lesions of the spine."""
    mine = p["lesions"][:, :N_LEVELS]
    there = (p["n_lesions"] > 0)[:, None] & (mine["seeded_day"] < NEVER)
    region = np.array(REGION_OF_LEVEL)
    which = {
        "involved": there,
        "detected": there & (mine["detected_day"] < NEVER),
        "painful": there & (mine["hurt"] == 1),
        "broken": there & (mine["fracture_day"] < NEVER),
    }
    found: dict[str, NDArray[np.int64]] = {
        f"{kind}_vertebrae_{name}": (chosen & (region == i)).sum(axis=1)
        for kind, chosen in which.items()
        for i, name in enumerate(REGIONS)
    }
    for kind, since, event in (
        ("visible", "detected_day", "collapse_seen_day"),
        ("irradiated", "irradiated_day", "collapse_irradiated_day"),
    ):
        from_day = np.where(there, mine[since], NEVER)
        followed = from_day < NEVER
        begin = np.where(followed, from_day, 0.0)
        end = np.minimum(begin + DAYS_PER_YEAR, p["death_day"][:, None])
        day = np.where(followed, mine[event], NEVER)
        found[f"{kind}_collapsed"] = (followed & (day <= end)).sum(axis=1)
        days = np.where(followed, np.minimum(day, end) - begin, 0.0)
        found[f"{kind}_days"] = hundredths(days.sum(axis=1))
    return found


def spread_of(p: Records) -> dict[str, tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """What each distribution of the cohort is of, and whose each number is."""
    spinal = np.flatnonzero(p["spinal_metastasis_day"] < NEVER)
    cord = np.flatnonzero(p["cord_compression_day"] < NEVER)
    told = np.arange(MOST_TOXICITY_DELAYS) < p["n_toxicity_delays_over"][:, None]
    whose, delay = np.nonzero(told)
    hurt_cord = cord[p["cord_compression_pain_days"][cord] < NEVER]
    waited = p["cord_compression_day"][cord] - p["first_deficit_day"][cord]
    fields = (
        "pain_days",
        "pain_at_rest_days",
        "severe_pain_days",
        "opioid_days",
        "not_walking_days",
        "numb_days",
    )
    skeletal = np.flatnonzero(p["skeletal_metastasis_day"] < NEVER)
    known = np.flatnonzero(p["skeletal_detected_day"] < NEVER)
    on_movement = p["pain_days"][spinal] - p["pain_at_rest_days"][spinal]
    found = np.flatnonzero(p["spinal_detected_day"] < NEVER)
    hurt_before, to_radiotherapy = pain_before_radiotherapy(p)
    irradiated = np.flatnonzero(hurt_before)
    return {
        **{f"{field}_per_person": (p[field][spinal], spinal) for field in fields},
        **{
            f"bone_care_{what}_days_per_person": (p[f"bone_care_{what}_days"][known], known)
            for what in ("paused", "delay")
        },
        "bone_pain_days_per_person": (p["bone_pain_days"][skeletal], skeletal),
        "any_pain_days_per_person": (p["any_pain_days"][skeletal], skeletal),
        "pain_only_on_movement_days_per_person": (on_movement, spinal),
        "walking_with_help_days_per_person": (p["with_help_days"][spinal], spinal),
        "pain_before_cord_compression_days": (
            p["cord_compression_pain_days"][hurt_cord],
            hurt_cord,
        ),
        "severe_pain_days_in_last_month": (p["last_month_severe_days"][found], found),
        "cord_symptom_to_diagnosis_days": (waited, cord),
        "toxicity_delay_days_per_delay": (p["toxicity_delay_length"][whose, delay], whose),
        "pain_to_radiotherapy_days": (to_radiotherapy[irradiated], irradiated),
    }
