"""The columns of `people/`: a row a person and strategy."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.counting.column import Column, amount, count, day, word
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    DEATH_CAUSES,
    EPISODE_REASONS,
    PRIMARIES,
    SEXES,
    STAGES,
    PauseCause,
)
from sim.life.hazards import NEVER

_STATUS = ("dead", "alive")
_MONEY = "USD of the price year, discounted"
_WHY_PAUSED = {
    PauseCause.WAIT: "by waiting for a course that a decision forced doses to be withheld for",
    PauseCause.COURSE: "during courses",
    PauseCause.PRE_HOLD: "in the holds before courses",
    PauseCause.POST_HOLD: "in the holds after courses",
    PauseCause.ALIGNMENT: "until the next slot of a dose",
}


def calendar_dates(years: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Dates of calendar years with their fraction, of all days of the year; leap years have 366.

    Examples
    --------
    >>> calendar_dates(np.array([2010.0, 2010.5, 2016.999])).astype(str).tolist()
    ['2010-01-01', '2010-07-02', '2016-12-31']
    """
    whole = np.floor(years)
    year = (whole.astype(np.int64) - 1970).astype("datetime64[Y]")
    start, end = (of.astype("datetime64[D]") for of in (year, year + 1))
    days = np.floor((years - whole) * (end - start).astype(np.int64)).astype("timedelta64[D]")
    return np.asarray(start + days)


def _reason(rows: NDArray[np.void]) -> pa.Array:
    codes = np.where(rows["first_trigger_day"] != NEVER, rows["trigger_reason"], -1)
    return word("trigger_reason", EPISODE_REASONS, "").read({"trigger_reason": codes})


def _paused(cause: PauseCause) -> Column:
    def read(rows: NDArray[np.void]) -> pa.Array:
        return pa.array(rows["paused_days"][:, cause])

    meaning = f"days of systemic therapy lost {_WHY_PAUSED[cause]}"
    return Column(f"paused_{cause.label}_days", read, "days", meaning)


def _on_therapy(rows: NDArray[np.void]) -> pa.Array:
    never = rows["first_trigger_day"] == NEVER
    return pa.array(rows["therapy_at_trigger"] == 1, mask=never)


_WORTH = (
    ("qaly", "discounted_utility_days", "QALY", "quality-adjusted years of life, discounted"),
    ("qaly_undiscounted", "utility_days", "QALY", "the same, not discounted"),
    ("cost_of_courses", "course_cost", _MONEY, "of courses for the spine and other bone"),
    ("cost_of_stays", "stay_cost", _MONEY, "of days in hospital"),
    ("cost_of_drugs", "drug_cost", _MONEY, "of analgesia"),
    ("cost_of_systemic_therapy", "therapy_cost", _MONEY, "of systemic therapy"),
    ("cost_of_end_of_life", "end_of_life_cost", _MONEY, "of the last month of life"),
)
"""Name, field at the horizon, unit and meaning of what a life is worth and costs."""


def _has_origin(rows: NDArray[np.void]) -> NDArray[np.bool_]:
    return np.asarray(rows["origin_day"] != NEVER)


def at_horizon(name: str, field: str, unit: str, meaning: str) -> Column:
    """A column of sums at the horizon; null of who has no origin of outcomes."""

    def read(rows: NDArray[np.void]) -> pa.Array:
        known = _has_origin(rows)
        numbers = np.where(known, rows["at_horizon"][field], 0.0)
        return pa.array(numbers / (DAYS_PER_YEAR if unit == "QALY" else 1.0), mask=~known)

    return Column(name, read, unit, f"{meaning}; null without an origin")


def _cost(rows: NDArray[np.void]) -> pa.Array:
    known = _has_origin(rows)
    fields = [field for _, field, unit, _ in _WORTH if unit == _MONEY]
    total = sum(np.where(known, rows["at_horizon"][field], 0.0) for field in fields)
    return pa.array(total, mask=~known)


PEOPLE = (
    word("sex", SEXES, "sex"),
    word("primary", PRIMARIES, "primary site of the cancer"),
    word("stage", STAGES, "stage at diagnosis"),
    amount("age_at_diagnosis", "years", "age at diagnosis"),
    Column(
        "diagnosis_date",
        lambda rows: pa.array(calendar_dates(rows["diagnosis_year"])),
        "date",
        "date of diagnosis, day 0 of all days",
    ),
    day("dissemination_day", "spread to distant sites; 0 if before diagnosis"),
    day("skeletal_metastasis_day", "first skeletal metastasis, occult; 0 if before diagnosis"),
    day("skeletal_detected_day", "skeletal metastasis is detected"),
    day("spinal_metastasis_day", "first spinal metastasis, occult; 0 if before diagnosis"),
    day("spinal_detected_day", "spinal metastasis is detected"),
    day("pain_onset_day", "first pain of a spinal metastasis"),
    day("first_fracture_day", "first symptomatic fracture of a vertebra"),
    day("cord_compression_day", "first diagnosis of cord compression"),
    day("death_day", "death"),
    count("n_levels", "vertebrae that were ever seeded", "vertebrae"),
    count("n_fractures", "symptomatic fractures of vertebrae", "fractures"),
    count(
        "n_silent_collapses",
        "vertebrae that collapsed without pain and had no painful fracture before, each once; a "
        "silent_collapse event is a step, and has those of fractured vertebrae too",
        "vertebrae",
    ),
    count("n_pauses", "pauses of systemic therapy by care of the spine", "pauses"),
    Column(
        "delay_days",
        lambda rows: pa.array(rows["delay_days"].sum(axis=1)),
        "days",
        "days of the pauses by care of the spine that ended in a dose",
    ),
    word("death_cause", DEATH_CAUSES, "what the person died of"),
    word("alive", _STATUS, "whether the person is dead at the end")._replace(name="status"),
    count("n_episodes", "referrals to palliative care of the spine", "episodes"),
    day("first_trigger_day", "first referral to palliative care of the spine"),
    Column("trigger_reason", _reason, "", "why that was; null if never", EPISODE_REASONS),
    Column(
        "therapy_at_trigger",
        _on_therapy,
        "",
        "whether the person was on or due systemic therapy then; null if never",
    ),
    count("n_courses", "courses of palliative treatment of the spine", "courses"),
    amount("days_on_therapy", "days", "days on systemic therapy"),
    amount("days_off_therapy", "days", "days off systemic therapy, paused ones apart"),
    amount("toxicity_days", "days", "days for which toxicity delayed systemic therapy"),
    amount("pain_days", "days", "days with worst pain of the spine of 4 or more of 10"),
    amount("pain_at_rest_days", "days", "of these, days with 4 or more at rest too"),
    amount("severe_pain_days", "days", "days with worst pain of the spine of 7 or more of 10"),
    amount("opioid_days", "days", "days on opioids"),
    amount("not_walking_days", "days", "days of not walking, of cord or broken leg or hip"),
    amount("with_help_days", "days", "days of walking with help"),
    amount("numb_days", "days", "days with numbness, of cord or root"),
    *(_paused(cause) for cause in PauseCause),
    day("bone_pain_onset_day", "first pain of bone outside the spine"),
    day("first_bone_fracture_day", "first fracture of bone outside the spine"),
    count("n_bone_fractures", "fractures of bone outside the spine", "fractures"),
    count("n_bone_radiotherapy", "courses of radiotherapy of other bone", "courses"),
    count("n_bone_surgery", "operations of other bone", "operations"),
    count("n_bone_care_pauses", "pauses by care of other bone alone", "pauses"),
    amount("bone_pain_days", "days", "days with worst pain of other bone of 4 or more of 10"),
    amount("any_pain_days", "days", "days with worst pain of spine or other bone of 4 or more"),
    amount("bone_care_paused_days", "days", "days paused by care of other bone alone"),
    amount("bone_care_delay_days", "days", "of these, days of pauses that ended in a dose"),
    *(
        at_horizon(name, field, unit, f"{meaning}, from the origin of outcomes to the horizon")
        for name, field, unit, meaning in _WORTH
    ),
    Column("cost", _cost, _MONEY, "the sum of these costs; null without an origin"),
)
"""Columns after those that say who it is."""
