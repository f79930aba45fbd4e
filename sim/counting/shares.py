"""Measures of the people diagnosed in the years of a run: shares of them, and means over them."""

from __future__ import annotations

from typing import Any

from sim.counting.cohort import Cohort
from sim.counting.counts import Count
from sim.counting.days import CohortDays
from sim.counting.measure import Measure, Section
from sim.counting.observed import Estimator, Observed, ascertained, mean_days, percent, share
from sim.counting.recorded import recorded_bone
from sim.counting.spread import medians
from sim.counting.survival import relative_survival
from sim.counting.vertebrae import in_a_year, regions_of
from sim.evidence.arrays import Array, quotient
from sim.evidence.instruments import NUMB_AREAS
from sim.evidence.vocabulary import PRIMARIES, REGIONS
from sim.life.records import N_GRADES

HEMATOLOGICAL_LUNG_BREAST = ("lung", "breast", "lymphoma", "leukemia", "myeloma")

_BY_REGION = (
    (
        "involved_vertebrae",
        "vertebrae with a metastasis by death",
        Cohort.INVOLVED_VERTEBRAE_CERVICAL,
    ),
    (
        "detected_vertebrae",
        "vertebrae with a detected metastasis",
        Cohort.DETECTED_VERTEBRAE_CERVICAL,
    ),
    (
        "painful_vertebrae",
        "vertebrae whose metastasis ever hurt",
        Cohort.PAINFUL_VERTEBRAE_CERVICAL,
    ),
    ("fractures", "symptomatic malignant fractures", Cohort.BROKEN_VERTEBRAE_CERVICAL),
    (
        "cord_compression",
        "cord compressions, by their worst lesion",
        Cohort.CORD_COMPRESSION_CERVICAL,
    ),
)
"""What is told by region of the spine: name, words, and the first of its four statistics."""


def _spinal_at_death_autopsy_mix(seen: Observed) -> Array:
    """Share of cancer deaths with a spinal deposit, under the case mix of the autopsy series.

    Deaths from lung, breast and hematological cancer are weighted so that they supply the series'
    share of all deposits.
    """
    inside = seen.among(HEMATOLOGICAL_LUNG_BREAST)
    outside = seen.among(tuple(p for p in PRIMARIES if p not in HEMATOLOGICAL_LUNG_BREAST))
    deposits_in = inside.count(Count.CANCER_DEATHS_WITH_VERTEBRAL_METASTASIS)
    deposits_out = outside.count(Count.CANCER_DEATHS_WITH_VERTEBRAL_METASTASIS)
    of_all = seen.values["autopsy_deposits_share", "lung, breast and hematological"]
    weight = quotient(of_all / (1.0 - of_all) * deposits_out, deposits_in)
    deaths = weight * inside.count(Count.CANCER_DEATHS) + outside.count(Count.CANCER_DEATHS)
    found = seen.values["ascertainment", "autopsy"]
    return found * percent(weight * deposits_in + deposits_out, deaths)


def _extradural(seen: Observed) -> Array:
    """Share of people with spinal metastasis who have none inside the dura."""
    extramedullary = seen.people(Cohort.EXTRAMEDULLARY_METASTASIS)
    inside = extramedullary + seen.people(Cohort.INTRAMEDULLARY_METASTASIS)
    return 100.0 - percent(inside, seen.people(Cohort.SPINAL_METASTASIS))


def _delayed_cycles(seen: Observed) -> Array:
    """Delays in percent of cytotoxic cycles, which are counted in hundredths."""
    return 100.0 * share(Cohort.TOXICITY_DELAYS, Cohort.CYTOTOXIC_CYCLES)(seen)


def _mix(statistic: Cohort) -> Estimator:
    """People of these primaries in percent of all under a statistic."""
    return lambda seen: percent(seen.people(statistic), seen.among(PRIMARIES).people(statistic))


def _percent(
    name: str, definition: str, estimate: Estimator, section: Section | None = None, **said: Any
) -> Measure[Observed]:
    """A row in percent; `said` are other attributes of `Measure`."""
    return Measure(name, "percent", definition, estimate, section=section, **said)


def _days(
    name: str,
    definition: str,
    total: Cohort,
    people: Cohort,
    section: Section | None = Section.SYMPTOMS,
) -> Measure[Observed]:
    """A mean of days, whose distribution is kept under the same name; see `CohortDays`."""
    mean = mean_days(total, people)
    return Measure(name, "days", definition, mean, section=section, spread=True)


SHARES_OF_SPREAD = (
    _percent(
        "relative_survival",
        "Survival over that of the general population of the same age and sex.",
        relative_survival,
        Section.RELATIVE_SURVIVAL,
        times=("1y", "5y", "10y"),
        of_a_whole=False,
    ),
    _percent(
        "bone_metastasis_at_diagnosis",
        "Of people diagnosed, those whose skeletal metastasis is known on day 0.",
        share(Cohort.SKELETAL_DETECTED_AT_DIAGNOSIS, Cohort.PEOPLE),
        Section.SKELETON,
        words="bone metastasis known at diagnosis",
    ),
    _percent(
        "recorded_bone_metastasis",
        "Kaplan-Meier, death censored, under the source's case mix.",
        recorded_bone,
        Section.RECORDS,
        words="bone metastasis on record",
        times=("1y", "5y", "10y"),
        by_primary=False,
    ),
    _percent(
        "spinal_metastasis_at_cancer_death",
        "Of cancer deaths a year, those with a vertebral deposit, occult or detected.",
        ascertained(
            "autopsy",
            lambda seen: percent(
                seen.count(Count.CANCER_DEATHS_WITH_VERTEBRAL_METASTASIS),
                seen.count(Count.CANCER_DEATHS),
            ),
        ),
        Section.SPINE,
        words="spinal metastasis at death from cancer",
    ),
    _percent(
        "spinal_metastasis_at_cancer_death_autopsy_mix",
        "The same under the case mix of the autopsy series.",
        _spinal_at_death_autopsy_mix,
        Section.AUTOPSIES,
        words="spinal metastasis at death, autopsy case mix",
        by_primary=False,
    ),
    _percent(
        "skeletal_metastasis_at_cancer_death",
        "Of cancer deaths of the cohort, those with skeletal metastasis.",
        ascertained(
            "autopsy",
            share(Cohort.CANCER_DEATHS_WITH_SKELETAL_METASTASIS, Cohort.CANCER_DEATHS),
        ),
        Section.SKELETON,
    ),
    _percent(
        "spinal_metastasis_lifetime",
        "Of people diagnosed, those who ever have spinal metastasis, occult or detected.",
        share(Cohort.SPINAL_METASTASIS, Cohort.PEOPLE),
        Section.SPINE,
    ),
    _percent(
        "spine_share_of_detected",
        "Of people with detected skeletal metastasis, those with detected spinal metastasis.",
        share(Cohort.VERTEBRAL_DETECTED, Cohort.SKELETAL_DETECTED),
        Section.SPINE,
        words="spine involved, of detected bone metastasis",
    ),
    _percent(
        "several_levels_of_detected",
        "Of people with detected spinal metastasis, those with several levels involved.",
        share(Cohort.SPINAL_DETECTED_SEVERAL_LEVELS, Cohort.SPINAL_DETECTED),
        Section.SPINE,
        words="several levels, of detected spinal metastasis",
    ),
    _percent(
        "three_levels_of_detected",
        "Of people with detected spinal metastasis, those with three or more levels then.",
        share(Cohort.SPINAL_DETECTED_THREE_LEVELS, Cohort.SPINAL_DETECTED),
    ),
    _percent(
        "noncontiguous_levels_of_detected",
        "Of people with detected spinal metastasis, those with levels that do not all touch.",
        share(Cohort.SPINAL_DETECTED_GAP, Cohort.SPINAL_DETECTED),
    ),
)
"""Measures of how cancer spreads to bone and spine."""

SHARES_OF_SYMPTOMS = (
    _percent(
        "cord_compression_before_cancer_death",
        "Of cancer deaths, those with cord compression diagnosed in the last five years.",
        ascertained(
            "coded cord compression",
            share(Cohort.CANCER_DEATHS_AFTER_CORD_COMPRESSION, Cohort.CANCER_DEATHS),
        ),
        Section.SYMPTOMS,
    ),
    _percent(
        "fracture_of_detected",
        "Of people with detected spinal metastasis, those with a painful fracture by death.",
        ascertained(
            "recorded fracture", share(Cohort.SPINAL_DETECTED_FRACTURE, Cohort.SPINAL_DETECTED)
        ),
        Section.SYMPTOMS,
    ),
    _percent(
        "silent_collapse_of_detected",
        "Of people with detected spinal metastasis, those with a collapse without pain by death.",
        share(Cohort.SPINAL_DETECTED_SILENT_COLLAPSE, Cohort.SPINAL_DETECTED),
        Section.SYMPTOMS,
    ),
    _percent(
        "collapse_of_visible_vertebrae",
        "Of vertebrae whose metastasis is detected, those that collapse, newly or further, within "
        "a year, with pain or without; who dies before is followed to death.",
        in_a_year(Cohort.VISIBLE_COLLAPSED, Cohort.VISIBLE_DAYS),
        Section.SYMPTOMS,
        words="collapse in a year, of vertebrae with detected metastasis",
    ),
    _percent(
        "collapse_after_radiotherapy",
        "The same of irradiated vertebrae, in the year after their first course began.",
        in_a_year(Cohort.IRRADIATED_COLLAPSED, Cohort.IRRADIATED_DAYS),
        Section.SYMPTOMS,
        words="collapse in a year, of irradiated vertebrae",
    ),
    _percent(
        "pain_of_detected",
        "Of people with detected skeletal metastasis, those with pain from it by death.",
        share(Cohort.SKELETAL_DETECTED_PAINFUL, Cohort.SKELETAL_DETECTED),
        Section.SYMPTOMS,
    ),
    _percent(
        "pain_of_detected_spinal",
        "Of people with detected spinal metastasis, those with pain from the spine by death.",
        share(Cohort.SPINAL_DETECTED_PAINFUL, Cohort.SPINAL_DETECTED),
        Section.SYMPTOMS,
    ),
    _percent(
        "unstable_of_detected",
        "Of people with detected spinal metastasis, those with SINS 7 or more at detection.",
        share(Cohort.SPINAL_DETECTED_UNSTABLE, Cohort.SPINAL_DETECTED),
        Section.SYMPTOMS,
    ),
    _percent(
        "pain_at_cord_compression",
        "Of people with cord compression, those whose lesion hurts at its diagnosis.",
        share(Cohort.CORD_COMPRESSION_PAINFUL, Cohort.CORD_COMPRESSION),
        Section.SYMPTOMS,
    ),
    _percent(
        "not_walking_at_cord_compression",
        "Of people with cord compression, those who cannot walk at its diagnosis.",
        share(Cohort.CORD_COMPRESSION_NOT_WALKING, Cohort.CORD_COMPRESSION),
        Section.SYMPTOMS,
    ),
    *(
        _percent(
            f"{region}_of_{name}",
            f"Of {whose}, those of the {region} spine.",
            regions_of(first, region),
            None if name in ("involved_vertebrae", "fractures") else Section.SPINE,
        )
        for name, whose, first in _BY_REGION
        for region in REGIONS
    ),
    *(
        _percent(
            f"{name}_at_cord_compression",
            f"Of people with cord compression, those {whose} at its diagnosis.",
            share(statistic, Cohort.CORD_COMPRESSION),
        )
        for name, whose, statistic in (
            ("walking_with_help", "who walk with help", Cohort.CORD_COMPRESSION_WITH_HELP),
            ("weak", "with any weakness", Cohort.CORD_COMPRESSION_WEAK),
            ("no_movement", "without any movement", Cohort.CORD_COMPRESSION_NO_MOVEMENT),
            (
                "normal_sensation",
                "with normal sensation below the lesion",
                Cohort.CORD_COMPRESSION_NORMAL_SENSATION,
            ),
            ("sphincters", "with disturbed sphincters", Cohort.CORD_COMPRESSION_SPHINCTERS),
            (
                "radicular_pain",
                "with radicular pain from the lesion",
                Cohort.CORD_COMPRESSION_RADICULAR,
            ),
        )
    ),
    _percent(
        "walking_at_cord_compression",
        "Of people with cord compression, those who walk at its diagnosis, alone or with help.",
        lambda seen: (
            100.0 - share(Cohort.CORD_COMPRESSION_NOT_WALKING, Cohort.CORD_COMPRESSION)(seen)
        ),
    ),
    _percent(
        "cord_compression_presents_cancer",
        "Of people with cord compression, those whose cancer was found by it.",
        share(Cohort.CORD_COMPRESSION_PRESENTS, Cohort.CORD_COMPRESSION),
        Section.SYMPTOMS,
    ),
    _days(
        "pain_before_cord_compression_days",
        "From the beginning of the present pain at the lesion to the diagnosis of cord "
        "compression, mean.",
        Cohort.CORD_COMPRESSION_PAIN_DAYS,
        Cohort.CORD_COMPRESSION_PAINFUL,
    ),
    Measure(
        "median_pain_before_cord_compression",
        "median days",
        "The same, median.",
        lambda seen: medians(seen.spread(CohortDays.PAIN_BEFORE_CORD_COMPRESSION_DAYS)),
    ),
    _percent(
        "cord_compression_mix",
        "Of people with cord compression, those with this primary.",
        _mix(Cohort.CORD_COMPRESSION),
    ),
    _percent(
        "cord_compression_short_expectancy_mix",
        "The same of those whom a trial for people of short expectancy would have taken: with "
        "another than a radiosensitive primary, or unable to walk, with disturbed sphincters or in "
        "ECOG 3-4.",
        _mix(Cohort.CORD_SHORT_EXPECTANCY),
    ),
    _percent(
        "visceral_at_cord_compression_short_expectancy",
        "Of these people, those with visceral disease.",
        share(Cohort.CORD_SHORT_EXPECTANCY_VISCERAL, Cohort.CORD_SHORT_EXPECTANCY),
    ),
    *(
        _percent(
            f"epidural_grade_{grade}_at_radiotherapy",
            f"Of lesions without a deficit at a course of radiotherapy, those of Bilsky {grade}.",
            share(Cohort.RADIATED_GRADE_0 + grade, Cohort.RADIATED_LESIONS),
        )
        for grade in range(N_GRADES)
    ),
    _percent(
        "radicular_pain_at_treatment",
        "Of courses of treatment, those for a lesion with radicular pain.",
        share(Cohort.COURSES_FOR_RADICULAR_PAIN, Cohort.COURSES),
        Section.SYMPTOMS,
    ),
    _percent(
        "numb_of_detected",
        "Of people with detected spinal metastasis, those ever numb from a root or the cord.",
        share(Cohort.SPINAL_DETECTED_NUMB, Cohort.SPINAL_DETECTED),
        Section.SYMPTOMS,
        words="numbness, of detected spinal metastasis",
    ),
    *(
        _percent(
            f"numb_{area}_of_detected",
            f"Of people with detected spinal metastasis, those ever numb in the {area}.",
            share(Cohort.SPINAL_DETECTED_NUMB_ARMS + place, Cohort.SPINAL_DETECTED),
            Section.SYMPTOMS,
            words=f"numbness of the {area}, of detected spinal metastasis",
        )
        for place, area in enumerate(NUMB_AREAS)
    ),
    _percent(
        "lumbosacral_of_cord_compression",
        "Of people with cord compression, those whose worst lesion is lumbar or sacral.",
        regions_of(Cohort.CORD_COMPRESSION_CERVICAL, "lumbar", "sacral"),
    ),
    _percent(
        "survival_1y_after_cord_compression",
        "Alive one year after cord compression was diagnosed.",
        share(Cohort.ALIVE_1Y_AFTER_CORD_COMPRESSION, Cohort.CORD_COMPRESSION),
        Section.SYMPTOMS,
    ),
    _days(
        "cord_symptom_to_diagnosis_days",
        "From the first deficit to the diagnosis of cord compression, mean.",
        Cohort.CORD_SYMPTOM_TO_DIAGNOSIS_DAYS,
        Cohort.CORD_COMPRESSION,
    ),
    _percent(
        "extradural_of_spinal",
        "Of people with spinal metastasis, those with none inside the dura.",
        _extradural,
        Section.SYMPTOMS,
    ),
    _percent(
        "vertebral_of_spinal",
        "Of people with spinal metastasis, those with one in a vertebra.",
        share(Cohort.VERTEBRAL_METASTASIS, Cohort.SPINAL_METASTASIS),
        Section.SYMPTOMS,
    ),
    _percent(
        "extramedullary_of_spinal",
        "Of people with spinal metastasis, those with one inside the dura, outside the cord.",
        share(Cohort.EXTRAMEDULLARY_METASTASIS, Cohort.SPINAL_METASTASIS),
    ),
    _percent(
        "intramedullary_of_spinal",
        "Of people with spinal metastasis, those with one in the cord.",
        share(Cohort.INTRAMEDULLARY_METASTASIS, Cohort.SPINAL_METASTASIS),
        Section.SYMPTOMS,
    ),
    *(
        _days(
            f"{days.label}_per_person",
            f"Days {how}, from diagnosis to death, per person with spinal metastasis.",
            days,
            Cohort.SPINAL_METASTASIS,
        )
        for days, how in (
            (Cohort.PAIN_DAYS, "with worst pain of 4 or more, at rest or on movement"),
            (Cohort.PAIN_AT_REST_DAYS, "with pain of 4 or more at rest, lying and at night"),
            (
                Cohort.PAIN_ONLY_ON_MOVEMENT_DAYS,
                "with pain of 4 or more on movement, rising and turning, and less at rest",
            ),
            (Cohort.SEVERE_PAIN_DAYS, "with worst pain of 7 or more"),
            (Cohort.OPIOID_DAYS, "on opioids"),
            (Cohort.NOT_WALKING_DAYS, "unable to walk"),
            (Cohort.WALKING_WITH_HELP_DAYS, "walking with help"),
            (Cohort.NUMB_DAYS, "numb in any area"),
        )
    ),
    _percent(
        "severe_pain_of_living_detected",
        "Of people alive on 1 July with detected spinal metastasis, those with worst pain of 7 or "
        "more then.",
        lambda seen: percent(
            seen.count(Count.LIVING_DETECTED_IN_SEVERE_PAIN),
            seen.count(Count.LIVING_WITH_SPINAL_METASTASIS_DETECTED),
        ),
        Section.SYMPTOMS,
        words="severe pain at a time, of detected spinal metastasis",
    ),
    Measure(
        "worst_pain_in_last_month",
        "NRS 0-10",
        "Worst pain over the last month of life, mean over time and over people who die with "
        "detected spinal metastasis.",
        mean_days(Cohort.LAST_MONTH_PAIN, Cohort.SPINAL_DETECTED),
        "worst pain in the last month of life",
        Section.SYMPTOMS,
    ),
    _percent(
        "severe_pain_in_last_month",
        "Of people who die with detected spinal metastasis, those with worst pain of 7 or more at "
        "some time in the last month of life.",
        share(Cohort.LAST_MONTH_SEVERE, Cohort.SPINAL_DETECTED),
        Section.SYMPTOMS,
        words="severe pain in the last month of life",
    ),
    _days(
        "severe_pain_days_in_last_month",
        "Days with worst pain of 7 or more in the last month of life, of people who die with "
        "detected spinal metastasis.",
        Cohort.LAST_MONTH_SEVERE_DAYS,
        Cohort.SPINAL_DETECTED,
        section=None,
    ),
    Measure(
        "worst_pain_dying_after_course",
        "NRS 0-10",
        "Worst pain over the last month of life, mean over time and over people who die within "
        "12 weeks of a first course for pain of 2 or more, without cord compression.",
        mean_days(Cohort.DIED_SOON_LAST_MONTH_PAIN, Cohort.DIED_SOON_AFTER_COURSE),
    ),
    _percent(
        "pain_of_5_dying_after_course",
        "Of people who die within 12 weeks of a first course for pain of 2 or more, without cord "
        "compression, those whose worst pain over the last month of life is 5 or more on average.",
        share(Cohort.DIED_SOON_LAST_MONTH_5, Cohort.DIED_SOON_AFTER_COURSE),
    ),
    _percent(
        "people_with_toxicity_delay",
        "Of people on cytotoxic therapy, those with a cycle delayed by more than 7 days.",
        share(Cohort.CYTOTOXIC_PEOPLE_DELAYED, Cohort.CYTOTOXIC_PEOPLE),
        Section.TOXICITY_OF_PEOPLE,
    ),
    _percent(
        "cycles_with_toxicity_delay",
        "Of cytotoxic cycles, those delayed by more than 7 days.",
        _delayed_cycles,
        Section.TOXICITY_OF_CYCLES,
    ),
    _days(
        "toxicity_delay_days_per_delay",
        "Length of a delay from toxicity, mean.",
        Cohort.TOXICITY_DELAY_DAYS,
        Cohort.TOXICITY_DELAYS_OVER,
        section=None,
    ),
    *(
        _percent(
            f"survival_{time}_after_detected_bone",
            f"Alive {words} after skeletal metastasis was detected.",
            share(alive, Cohort.SKELETAL_DETECTED),
            Section.AFTER_DETECTION,
        )
        for time, words, alive in (
            ("1y", "one year", Cohort.ALIVE_1Y_AFTER_SKELETAL_DETECTED),
            ("5y", "five years", Cohort.ALIVE_5Y_AFTER_SKELETAL_DETECTED),
        )
    ),
    *(
        _percent(
            f"survival_{months}mo_after_bone_at_diagnosis",
            f"Alive {months} months after a diagnosis at which skeletal metastasis was known.",
            share(alive, Cohort.SKELETAL_DETECTED_AT_DIAGNOSIS),
        )
        for months, alive in (
            (4, Cohort.ALIVE_4MO_AFTER_BONE_AT_DIAGNOSIS),
            (30, Cohort.ALIVE_30MO_AFTER_BONE_AT_DIAGNOSIS),
        )
    ),
    _percent(
        "death_30d_after_radiotherapy",
        "Of courses of radiotherapy of the spine, those begun within 30 days of death.",
        share(Cohort.DEAD_30D_AFTER_RADIOTHERAPY, Cohort.RADIOTHERAPY_COURSES),
        Section.SYMPTOMS,
        words="dead 30 days after a course of radiotherapy",
    ),
    *(
        _percent(
            f"death_{time}_after_radiotherapy",
            f"Dead {words} after the first radiotherapy of the spine began.",
            share(dead, Cohort.RADIOTHERAPY),
            Section.SYMPTOMS,
            words=f"dead {words} after the first radiotherapy",
        )
        for time, words, dead in (
            ("90d", "90 days", Cohort.DEAD_90D_AFTER_RADIOTHERAPY),
            ("1y", "one year", Cohort.DEAD_1Y_AFTER_RADIOTHERAPY),
        )
    ),
    _percent(
        "up_and_about_at_radiotherapy",
        "Of people at their first radiotherapy of the spine, those in ECOG 0 or 1.",
        share(Cohort.UP_AND_ABOUT_AT_RADIOTHERAPY, Cohort.RADIOTHERAPY),
        Section.SYMPTOMS,
        words="up and about (ECOG 0-1) at the first radiotherapy",
    ),
)
"""Measures of what spinal metastases and therapy do to people."""
