"""What clinicians check first: each check is one line, whom it is over and a number of them.

What is published of a check stands in `evidence/clinical_checks.csv` under its name, a line a
source; a check without such a line is shown alone. `sim.fitting.clinical_table` puts the two side
by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evidence.instruments import (
    COMPLETE_LOSS,
    PERFORMANCE_BEDRIDDEN,
    PERFORMANCE_LIMITED,
    PERFORMANCE_UP_AND_ABOUT,
    POTENTIALLY_UNSTABLE_UP_TO,
    STABLE_UP_TO,
    WALKS_UP_TO,
)
from sim.evidence.targets import parse_primaries
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import (
    ASSESSMENTS,
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    PRIMARIES,
    Death,
    Response,
)
from sim.fitting.kept_lives import KeptLives, Records
from sim.life.records import N_GRADES

Chosen = NDArray[np.bool_]
Whom = Callable[[Records], Chosen]
Number = Callable[[Records], float]

_MODERATE, _SEVERE = 4.0, 7.0
"""Worst pain from which it is called so."""
_AT_DIAGNOSIS_DAYS = 30.0
"""What is known within a month of the diagnosis of the cancer is known with it."""


@dataclass(frozen=True)
class Check:
    """One number of the model's people.

    Attributes
    ----------
    name : str
        As in `evidence/clinical_checks.csv`.
    words : str
        In the table.
    unit : str
        `months`, `days`, `percent`, `points`, `years` or `courses`.
    whom : callable
        Which of the records it is over.
    number : callable
        From their records to the number.
    of : str
        The table of `KeptLives` that holds the records.
    """

    name: str
    words: str
    unit: str
    whom: Whom
    number: Number
    of: str = "detected"

    def found(self, kept: KeptLives, stratum: str = "all") -> tuple[int, float]:
        """How many people of some primaries it is over, and the number; nan of nobody."""
        records: Records = getattr(kept, self.of)
        primaries = [PRIMARIES.index(primary) for primary in parse_primaries(stratum)]
        mine = records[self.whom(records) & np.isin(records["primary"], primaries)]
        return len(mine), float(self.number(mine)) if len(mine) else float("nan")


# Whom.


def everybody(p: Records) -> Chosen:
    """All records."""
    return np.ones(len(p), bool)


def had(*days: str) -> Whom:
    """People to whom all of these happened, by the fields of their days."""
    return lambda p: np.logical_and.reduce([p[day] < np.inf for day in days])


def bone_at_diagnosis(p: Records) -> Chosen:
    """People whose skeletal metastasis was known when the cancer was."""
    return np.asarray(p["skeletal_detected_day"] <= _AT_DIAGNOSIS_DAYS)


def treated(p: Records) -> Chosen:
    """People with a course of treatment for a site that hurts; its first day is then known."""
    return np.asarray((p["first_course_day"] < np.inf) & (p["n_courses"] > 0))


def radiated_in(low: int, high: int) -> Whom:
    """People whose first radiotherapy found them in a range of performance states."""
    return lambda p: (
        had("first_radiotherapy_day")(p) & between("radiotherapy_performance", low, high)(p)
    )


def treated_first_with(kind: str) -> Whom:
    """Of those, people whose first course was of a kind of treatment, or one treatment by name."""
    return lambda p: treated(p) & np.isin(p["first_treatment"], places(kind))


def places(kind: str) -> list[int]:
    """Places of the treatments of a kind, `radiotherapy`, `surgery` or the name of one."""
    known = list(known_treatments().values())
    return [i for i, t in enumerate(known) if kind in (*t.modality.split(), t.name)]


def cord_treated_with(kind: str) -> Whom:
    """People whose first course for cord compression was of a kind of treatment."""
    return lambda p: had("cord_treated_day")(p) & np.isin(p["cord_treated_with"], places(kind))


def unable_to_walk(who: Whom, worst: int = COMPLETE_LOSS) -> Whom:
    """Of those, who could not walk then, up to a Frankel grade."""
    return lambda p: who(p) & between("cord_treated_frankel", WALKS_UP_TO + 1, worst)(p)


def walks_after(p: Records) -> Chosen:
    """People who walk, or walk again, a month after treatment of cord compression, if they live."""
    month = p["cord_treated_day"] + DAYS_PER_MONTH
    return np.asarray(
        (p["walks_again_day"] <= month) & (p["walking_lost_day"] > month) & (p["death_day"] > month)
    )


def alive_a_month(who: Whom) -> Whom:
    """Of those, people alive a month after treatment of cord compression."""
    return lambda p: who(p) & (p["death_day"] - p["cord_treated_day"] > DAYS_PER_MONTH)


def answered_to(kind: str) -> Whom:
    """People whose first course, of a kind, relieved the tumor pain of the site."""
    return lambda p: treated_first_with(kind)(p) & had("site_relieved_day")(p)


def relapsed_in_a_year(kind: str) -> Whom:
    """Of those, people in whom it came back within a year."""
    return lambda p: (
        answered_to(kind)(p) & (p["site_relapsed_day"] - _day_of_answer(p) <= DAYS_PER_YEAR)
    )


def _day_of_course(p: Records) -> NDArray[np.float64]:
    return np.where(treated(p), p["first_course_day"], 0.0)


def _day_of_answer(p: Records) -> NDArray[np.float64]:
    return np.where(had("site_relieved_day")(p), p["site_relieved_day"], 0.0)


def read_at_a_month(low: float, high: float) -> Whom:
    """People read a month after their first radiotherapy, by pain at the site before, in points."""
    return lambda p: (
        treated_first_with("radiotherapy")(p)
        & (p["n_assessed"] > ASSESSMENTS.index("1m"))
        & (np.rint(p["site_pain"]) >= low)
        & (np.rint(p["site_pain"]) <= high)
    )


# Numbers of them.


def months_from(day: str) -> Number:
    """Median survival; everybody is followed to death, so that nobody is censored."""
    return lambda p: float(np.median(p["death_day"] - p[day])) / DAYS_PER_MONTH


def alive_from(day: str, days: float) -> Number:
    """Percent alive so many days later."""
    return lambda p: 100.0 * float(np.mean(p["death_day"] - p[day] > days))


def dead_from(day: str, days: float) -> Number:
    """Percent dead so many days later."""
    return lambda p: 100.0 - alive_from(day, days)(p)


def median_days(since: str, until: str) -> Number:
    """Median days from one day to another."""
    return lambda p: float(np.median(p[until] - p[since]))


def percent_who(which: Whom) -> Number:
    """Percent of whom something holds."""
    return lambda p: 100.0 * float(np.mean(which(p)))


def between(field: str, low: float, high: float) -> Whom:
    """People with a value of a field in a range, its ends included."""
    return lambda p: (p[field] >= low) & (p[field] <= high)


def percent_of_grade(grade: int) -> Number:
    """Percent of the lesions known at the looks that have an epidural grade."""

    def number(p: Records) -> float:
        lesions = [int(p[f"grade_{other}"].sum()) for other in range(N_GRADES)]
        return 100.0 * lesions[grade] / sum(lesions) if sum(lesions) else float("nan")

    return number


def percent_ever_given(kind: str) -> Number:
    """Percent with a course of a kind of treatment in their life."""
    return percent_who(lambda p: p["n_courses_of"][:, places(kind)].sum(axis=1) > 0)


def percentile(field: str, share: float) -> Number:
    """The value of a field that a share of people does not exceed."""
    return lambda p: float(np.quantile(p[field], share))


def dead_30d_of_courses(p: Records) -> float:
    """Percent of courses of radiotherapy begun in the last 30 days of life.

    Of the courses of a person no more than the last one is.
    """
    last = p["death_day"] < p["last_radiotherapy_day"] + 30.0
    return 100.0 * float(np.sum(last) / np.sum(p["n_radiotherapy"]))


def free_of(event: str, since: str, days: float) -> Number:
    """Percent free of an event so many days later, by Kaplan-Meier: death is censored."""

    def number(p: Records) -> float:
        left = np.minimum(p[event], p["death_day"]) - p[since]
        order = np.argsort(left)
        happened = (p[event] <= p["death_day"])[order] & (left[order] <= days)
        return 100.0 * float(np.prod(1.0 - happened / np.arange(len(p), 0, -1)))

    return number


def percent_within(event: str, since: str, days: float) -> Number:
    """Percent to whom something happens within so many days, the dead among the others."""
    return lambda p: 100.0 * float(np.mean(p[event] - p[since] <= days))


def walking_kept_days(p: Records) -> float:
    """Median days of walking from the first course for cord compression on; 0 if never again."""
    until = np.minimum(p["walking_lost_day"], p["death_day"])
    walks = p["walks_again_day"] < np.inf
    return float(np.median(np.where(walks, until - p["cord_treated_day"], 0.0)))


def mean_change_of_pain(p: Records) -> float:
    """Points by which worst pain has changed from the look to the second one."""
    return float(np.mean(p["later_pain"] - p["pain"]))


# The checks.

_BONE, _SPINAL, _COURSE = "skeletal_detected_day", "spinal_detected_day", "first_course_day"
_CORD, _FRACTURE, _PAIN = "cord_compression_day", "first_fracture_day", "pain_onset_day"
_M, _P = "months", "percent"
_RADIOTHERAPY = "first_radiotherapy_day"
_RADIATED, _OPERATED = had(_RADIOTHERAPY), treated_first_with("surgery")
_RT_CORD, _SURGERY_CORD = cord_treated_with("radiotherapy"), cord_treated_with("surgery")
_ANSWERED = answered_to("radiotherapy")
_RECURRED, _CORD_TREATED = "cord_recurrence_day", "cord_treated_day"
_STEREOTACTIC = treated_first_with("sbrt_24gy2")


def of_cancer(p: Records) -> Chosen:
    """People who died of the cancer."""
    return np.asarray(p["death_cause"] == Death.CANCER)


def seen_twice(responding: int, *, hurting: bool) -> Whom:
    """People alive at the second look, on a line that works at both or at neither.

    Who hurts is chosen on a bad day, and would be better on another even if nothing changed.
    """
    return lambda p: (
        ((p["pain"] > 0.0) | (not hurting))
        & (p["remission"] == 0)
        & ~np.isnan(p["later_pain"])
        & (p["responding"] == responding)
        & (p["later_responding"] == responding)
    )


SURVIVAL_BY_PRIMARY = (
    Check("median_after_bone_detected", "bone found", _M, had(_BONE), months_from(_BONE)),
    Check("median_after_bone_at_diagnosis", "bone at diagnosis", _M, bone_at_diagnosis,
          months_from(_BONE)),
    Check("median_after_spine_detected", "spine found", _M, had(_SPINAL), months_from(_SPINAL)),
    Check("median_after_treatment", "first course", _M, treated, months_from(_COURSE)),
    Check("median_after_cord_compression", "cord compression", _M, had(_CORD), months_from(_CORD)),
    Check("median_after_fracture", "fracture", _M, had(_FRACTURE), months_from(_FRACTURE)),
)  # fmt: skip
"""Median survival that is shown for every primary, and with the other checks."""

CHECKS: dict[str, tuple[Check, ...]] = {
    "Survival after detection": (
        *SURVIVAL_BY_PRIMARY[:3],
        Check("mean_after_bone_at_diagnosis", "mean, bone at diagnosis", _M, bone_at_diagnosis,
              lambda p: float(np.mean(p["death_day"] - p[_BONE])) / DAYS_PER_MONTH),
        Check("alive_1y_after_bone_detected", "alive 1 year, bone found", _P, had(_BONE),
              alive_from(_BONE, DAYS_PER_YEAR)),
        Check("alive_5y_after_bone_detected", "alive 5 years, bone found", _P, had(_BONE),
              alive_from(_BONE, 5 * DAYS_PER_YEAR)),
        *(
            Check(f"alive_{time}_after_spine_detected", f"alive {words}, spine found", _P,
                  had(_SPINAL), alive_from(_SPINAL, years * DAYS_PER_YEAR))
            for time, words, years in (("6m", "6 months", 0.5), ("1y", "1 year", 1.0),
                                       ("2y", "2 years", 2.0), ("5y", "5 years", 5.0))
        ),
    ),
    "Survival after the first course of treatment of a painful site": (
        SURVIVAL_BY_PRIMARY[3],
        Check("dead_2m_after_treatment", "dead 2 months, any course", _P, treated,
              dead_from(_COURSE, 2 * DAYS_PER_MONTH)),
        Check("alive_2y_after_treatment", "alive 2 years, any course", _P, treated,
              alive_from(_COURSE, 2 * DAYS_PER_YEAR)),
        Check("dead_30d_after_radiotherapy", "dead 30 days, course of radiotherapy", _P, _RADIATED,
              dead_30d_of_courses),
        Check("dead_90d_after_radiotherapy", "dead 90 days, first radiotherapy", _P, _RADIATED,
              dead_from(_RADIOTHERAPY, 90)),
        Check("dead_1y_after_radiotherapy", "dead 1 year, first radiotherapy", _P, _RADIATED,
              dead_from(_RADIOTHERAPY, DAYS_PER_YEAR)),
        Check("median_after_stereotactic", "stereotactic", _M, _STEREOTACTIC, months_from(_COURSE)),
        Check("median_after_surgery", "surgery", _M, _OPERATED, months_from(_COURSE)),
        Check("dead_30d_after_surgery", "dead 30 days, surgery", _P, _OPERATED,
              dead_from(_COURSE, 30)),
        Check("dead_1y_after_surgery", "dead 1 year, surgery", _P, _OPERATED,
              dead_from(_COURSE, DAYS_PER_YEAR)),
    ),
    "Survival after cord compression and fracture": (
        SURVIVAL_BY_PRIMARY[4],
        Check("alive_1y_after_cord_compression", "alive 1 year, cord compression", _P, had(_CORD),
              alive_from(_CORD, DAYS_PER_YEAR)),
        Check("alive_3y_after_cord_compression", "alive 3 years, cord compression", _P, had(_CORD),
              alive_from(_CORD, 3 * DAYS_PER_YEAR)),
        SURVIVAL_BY_PRIMARY[5],
    ),
    "Pain of people with detected spinal metastasis": (
        Check("pain_ever", "ever, by death, of bone found", _P, had(_BONE),
              percent_who(lambda p: had(_PAIN)(p) | had("bone_pain_onset_day")(p))),
        Check("pain_now", "any, on a day", _P, everybody, percent_who(lambda p: p["pain"] > 0),
              "looks"),
        Check("moderate_pain_now", "4 or more, on a day", _P, everybody,
              percent_who(lambda p: p["pain"] >= _MODERATE), "looks"),
        Check("severe_pain_now", "7 or more, on a day", _P, everybody,
              percent_who(lambda p: p["pain"] >= _SEVERE), "looks"),
        Check("opioid_now", "on opioids, on a day", _P, everybody,
              percent_who(lambda p: p["analgesia"] > 1), "looks"),
        *(
            Check(f"pain_change_13_weeks_{name}{of_whom}", f"13 weeks on, {words}{who}", "points",
                  seen_twice(responding, hurting=hurting), mean_change_of_pain, "looks")
            for name, words, responding in (("no_line_works", "no line works", 0),
                                            ("line_works", "a line works", 1))
            for of_whom, who, hurting in (("", "", False), ("_in_pain", ", of those in pain", True))
        ),
        Check("pain_at_cord_compression", "by the diagnosis of cord compression", _P, had(_CORD),
              percent_who(lambda p: p["cord_compression_painful"] == 1)),
        Check("pain_before_cord_compression", "median at the lesion before cord compression",
              "days", had(_CORD, "cord_compression_pain_days"),
              percentile("cord_compression_pain_days", 0.5)),
    ),
    "Performance status and visceral disease": (
        Check("up_and_about_at_radiotherapy", "ECOG 0-1 at the first radiotherapy", _P, _RADIATED,
              percent_who(between("radiotherapy_performance", 0, PERFORMANCE_UP_AND_ABOUT))),
        Check("up_and_about_at_referral", "ECOG 0-1 at referral", _P, had("first_trigger_day"),
              percent_who(between("trigger_performance", 0, PERFORMANCE_UP_AND_ABOUT))),
        Check("up_and_about_now", "ECOG 0-1, on a day", _P, everybody,
              percent_who(between("performance", 0, PERFORMANCE_UP_AND_ABOUT)), "looks"),
        *(
            Check(f"median_after_radiotherapy_{name}", f"radiotherapy in ECOG {words}, survival",
                  _M, radiated_in(low, high), months_from(_RADIOTHERAPY))
            for name, words, low, high in (
                ("up_and_about", "0-1", 0, PERFORMANCE_UP_AND_ABOUT),
                ("ambulatory", "2", PERFORMANCE_UP_AND_ABOUT + 1, PERFORMANCE_LIMITED - 1),
                ("limited", "3-4", PERFORMANCE_LIMITED, PERFORMANCE_BEDRIDDEN),
            )
        ),
        Check("visceral_at_cord_compression", "visceral disease, of cord compression", _P,
              had(_CORD), percent_who(lambda p: p["visceral"] == 1)),
    ),
    "Walking": (
        Check("walks_at_cord_compression", "walk when cord compression is found", _P, had(_CORD),
              percent_who(lambda p: p["cord_compression_frankel"] <= WALKS_UP_TO)),
        Check("walks_now", "walk, on a day", _P, everybody,
              percent_who(lambda p: p["frankel"] <= WALKS_UP_TO), "looks"),
        Check("weak_before_cord_compression", "median, first deficit to diagnosis", "days",
              had(_CORD), median_days("first_deficit_day", _CORD)),
    ),
    "After treatment of cord compression": (
        Check("regain_walking_radiotherapy", "radiotherapy: walk again, of unable to walk", _P,
              unable_to_walk(_RT_CORD), percent_who(had("walks_again_day"))),
        Check("regain_walking_surgery", "surgery: the same, without those who lost all", _P,
              unable_to_walk(_SURGERY_CORD, COMPLETE_LOSS - 1),
              percent_who(had("walks_again_day"))),
        Check("walk_after_radiotherapy", "radiotherapy: walk a month later, of alive", _P,
              alive_a_month(_RT_CORD), percent_who(walks_after)),
        Check("walk_after_surgery", "surgery: walk a month later, of alive", _P,
              alive_a_month(_SURGERY_CORD), percent_who(walks_after)),
        Check("walking_kept_radiotherapy", "radiotherapy: walking kept, median", "days", _RT_CORD,
              walking_kept_days),
        Check("walking_kept_surgery", "surgery: walking kept, median", "days", _SURGERY_CORD,
              walking_kept_days),
        Check("median_after_cord_surgery", "surgery: survival, median", "days", _SURGERY_CORD,
              median_days(_CORD_TREATED, "death_day")),
        *(
            Check(f"cord_control_{time}_{name}", f"{words}: function not lost again there, {time}",
                  _P, who, free_of(_RECURRED, _CORD_TREATED, years * DAYS_PER_YEAR))
            for name, words, who in (("radiotherapy", "radiotherapy", _RT_CORD),
                                     ("surgery", "surgery", _SURGERY_CORD),
                                     ("8gy1", "8 Gy in 1", cord_treated_with("ebrt_8gy1")),
                                     ("30gy10", "30 Gy in 10", cord_treated_with("ebrt_30gy10")))
            for time, years in (("6m", 0.5), ("1y", 1.0), ("2y", 2.0))
        ),
    ),
    "After the first radiotherapy of a painful site": (
        *(
            Check(f"response_1m_from_{low}", f"response at a month, pain {low} to {high} before",
                  _P, read_at_a_month(low, high),
                  percent_who(lambda p: p["assessed_response"][:, ASSESSMENTS.index("1m")]
                              != Response.NONE))
            for low, high in ((1, 4), (5, 6), (7, 10))
        ),
        Check("relapse_1y", "pain comes back within a year, of answers", _P, _ANSWERED,
              lambda p: 100.0 * float(np.mean(relapsed_in_a_year("radiotherapy")(p)))),
        Check("relapse_days", "days until then, median", "days",
              relapsed_in_a_year("radiotherapy"),
              median_days("site_relieved_day", "site_relapsed_day")),
        Check("new_pain_1y", "pain of another site within a year, of answers", _P, _ANSWERED,
              percent_within("new_pain_day", _COURSE, DAYS_PER_YEAR)),
        Check("new_pain_days", "days until then, median", "days",
              lambda p: _ANSWERED(p) & (p["new_pain_day"] - _day_of_course(p) <= DAYS_PER_YEAR),
              median_days(_COURSE, "new_pain_day")),
    ),
    "Instability, cord compression and fracture": (
        *(
            Check(f"sins_{name}_at_{when}", f"SINS {words}, at {when}", _P, had(day),
                  percent_who(between(field, low, high)))
            for when, day, field in (("referral", "first_trigger_day", "trigger_sins"),
                                     ("detection", _SPINAL, "sins_at_detection"))
            for name, words, low, high in (
                ("stable", f"0-{STABLE_UP_TO}", 0, STABLE_UP_TO),
                ("doubtful", f"{STABLE_UP_TO + 1}-{POTENTIALLY_UNSTABLE_UP_TO}",
                 STABLE_UP_TO + 1, POTENTIALLY_UNSTABLE_UP_TO),
                ("unstable", f"{POTENTIALLY_UNSTABLE_UP_TO + 1}-18",
                 POTENTIALLY_UNSTABLE_UP_TO + 1, 18),
            )
        ),
        Check("cord_compression_before_cancer_death", "cord compression, of cancer deaths", _P,
              of_cancer, percent_who(lambda p: p["cord_compression"] == 1), "everybody"),
        *(
            Check(f"epidural_grade_{grade}_now", f"Bilsky {grade}, of known lesions, on a day", _P,
                  everybody, percent_of_grade(grade), "looks")
            for grade in range(N_GRADES)
        ),
        Check("cord_compression_ever", "cord compression ever, of detected", _P, had(_SPINAL),
              percent_who(had(_CORD))),
        Check("cord_compression_by_treatment", "cord compression by the first course", _P, treated,
              percent_who(lambda p: p[_CORD] <= p[_COURSE])),
        Check("cord_compression_presents_cancer", "cord compression presents the cancer", _P,
              had(_CORD), percent_who(lambda p: p[_CORD] <= _AT_DIAGNOSIS_DAYS)),
        Check("fracture_ever", "symptomatic fracture ever, of detected", _P, had(_SPINAL),
              percent_who(had(_FRACTURE))),
        Check("silent_collapse_ever", "collapse without pain ever, of detected", _P, had(_SPINAL),
              percent_who(lambda p: p["n_silent_collapses"] > 0)),
        Check("spine_known_at_diagnosis", "spine known at diagnosis, of treated", _P, treated,
              percent_who(lambda p: p[_SPINAL] <= _AT_DIAGNOSIS_DAYS)),
    ),
    "Treatment of people with detected spinal metastasis": (
        Check("irradiated_ever", "irradiated ever", _P, had(_SPINAL),
              percent_ever_given("radiotherapy")),
        Check("operated_ever", "operated ever", _P, had(_SPINAL), percent_ever_given("surgery")),
        Check("cement_ever", "cement alone ever", _P, had(_SPINAL), percent_ever_given("cement")),
        Check("radiotherapy_courses", "courses of the irradiated, mean", "courses",
              lambda p: p["n_courses_of"][:, places("radiotherapy")].sum(axis=1) > 0,
              lambda p: float(p["n_courses_of"][:, places("radiotherapy")].sum(axis=1).mean())),
    ),
    "Age": (
        Check("age_at_diagnosis", "median, at diagnosis", "years", everybody,
              percentile("age_at_diagnosis", 0.5), "everybody"),
        Check("age_at_detection", "median, spine found", "years", had(_SPINAL),
              lambda p: float(np.median(p["age_at_diagnosis"] + p[_SPINAL] / DAYS_PER_YEAR))),
        Check("age_at_cancer_death", "median, at death from the cancer", "years", of_cancer,
              percentile("age_at_death", 0.5), "everybody"),
        Check("age_at_other_death", "median, at death from other causes", "years",
              lambda p: ~of_cancer(p), percentile("age_at_death", 0.5), "everybody"),
        Check("age_at_death_p90", "at death, 90% die by", "years", everybody,
              percentile("age_at_death", 0.9), "everybody"),
        Check("age_at_death_oldest", "at death, the oldest", "years", everybody,
              percentile("age_at_death", 1.0), "everybody"),
        Check("reach_100", "reach 100", _P, everybody,
              percent_who(lambda p: p["age_at_death"] >= 100), "everybody"),
        Check("reach_110", "reach 110", _P, everybody,
              percent_who(lambda p: p["age_at_death"] >= 110), "everybody"),
    ),
}  # fmt: skip
"""Every check, by section, in the order of the table."""
