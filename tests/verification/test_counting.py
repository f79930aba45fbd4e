"""Every number of a tally against a brute-force recount of the lives.

Room: counting.
"""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.counting.access_measures import ACCESS_DAYS, ACCESS_MEASURES
from sim.counting.care_measures import AGAINST_REFERENCE, CARE_MEASURES
from sim.counting.care_tally import DISTRIBUTIONS
from sim.counting.cohort import Cohort
from sim.counting.counts import Count, age_group
from sim.counting.days import CohortDays
from sim.counting.measures import POPULATION_MEASURES
from sim.counting.recorded import N_RECORD_BINS, RECORD_BIN_DAYS
from sim.counting.spread import TIERS
from sim.counting.tally import Tally, Window, count_life
from sim.engine.workers import live_segments
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import (
    AGE_GROUP_STARTS,
    AGE_GROUPS,
    DAYS_PER_YEAR,
    MID_YEAR,
    MOST_EPISODES,
    MOST_TOXICITY_DELAYS,
    Death,
    Stage,
)
from sim.inputs.population import Population
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE, N_LESIONS, PERSON
from tests.recount import spread_of, statistics_of
from tests.simplified import (
    MYELOMA,
    Records,
    alike,
    full,
    live_everybody,
    lives_of,
    seeded_days,
    segments_of,
    simplified,
    strategies_of,
)

FIRST_YEAR, N_YEARS = 2006, 6
COHORT_FIRST, COHORT_LAST = 2007, 2009


@pytest.fixture(scope="module")
def counted() -> tuple[Records, Tally]:
    """People diagnosed from 2003 to 2010, counted over a window that cuts off both ends."""
    plan = Population.united_states(2010).scaled(12_000).plan(2003, 2010, evidence().point)
    window = Window(FIRST_YEAR, N_YEARS, COHORT_FIRST, COHORT_LAST)
    cared = strategies_of("usual_care")
    lives = lives_of(full(), plan, strategies=cared, seed=31, window=window)
    block = live_segments(lives, segments_of(plan))
    assert block.people is not None
    return block.people[:, 0], block.tally.of(0)


def recount(
    people: Records, when: NDArray[np.float64], year: NDArray[np.int64]
) -> NDArray[np.int64]:
    """People by year, primary, sex and age group, given calendar time and year of their event."""
    counts = np.zeros((N_YEARS, *Tally.empty(1).of(0).counts.shape[2:]), np.int64)
    age = people["age_at_diagnosis"] + when - people["diagnosis_year"]
    group = np.searchsorted(AGE_GROUP_STARTS, age, "right") - 1
    inside = (year >= FIRST_YEAR) & (year < FIRST_YEAR + N_YEARS)
    where = (year - FIRST_YEAR, people["primary"], people["sex"], group)
    np.add.at(counts, tuple(index[inside] for index in where), 1)
    return counts


OF_THAT_NAME = {label: f"{label.removeprefix('new_')}_day" for label in Count.labels()}
DAYS = {
    **{label: (day, None) for label, day in OF_THAT_NAME.items() if day in PERSON.names},
    "new_cancers": ("", None),
    "new_skeletal_metastasis_detected": ("skeletal_detected_day", None),
    "new_skeletal_metastasis_recorded": ("skeletal_recorded_day", None),
    "new_spinal_metastasis_detected": ("spinal_detected_day", None),
    "new_spinal_metastasis_detected_multilevel": ("spinal_detected_day", "several"),
    "new_painful_spinal_metastasis": ("pain_onset_day", None),
    "new_painful_bone_metastasis": ("bone_pain_onset_day", None),
    "new_spine_radiotherapy": ("first_radiotherapy_day", None),
    "new_spine_surgery": ("first_surgery_day", None),
    "new_bone_radiotherapy": ("first_bone_radiotherapy_day", None),
    "new_bone_surgery": ("first_bone_surgery_day", None),
    "cancer_deaths": ("death_day", "cancer"),
    "cancer_deaths_with_skeletal_metastasis": ("death_day", "cancer, skeletal"),
    "cancer_deaths_with_spinal_metastasis": ("death_day", "cancer, spinal"),
    "cancer_deaths_with_vertebral_metastasis": ("death_day", "cancer, vertebral"),
    "other_deaths": ("death_day", "other"),
    "procedure_deaths": ("death_day", "procedure"),
}
"""Field that dates each measure, and whom it counts; `x_day`, if there is one, dates `new_x`."""
RARE = ("procedure_deaths", "never_resumed", "new_spine_surgery")
SPELLS = {"episodes": ("n_episodes", "episode_day"), "pauses": ("n_pauses", "pause_day")}
"""Number and days of what happens several times to a person."""


def whom(people: Records, which: str | None) -> NDArray[np.bool_]:
    everybody = np.ones(len(people), bool)
    for word in (which or "").split(", "):
        everybody &= {
            "": everybody,
            "several": people["n_levels_at_detection"] > 1,
            "cancer": people["death_cause"] == Death.CANCER,
            "other": people["death_cause"] == Death.OTHER,
            "procedure": people["death_cause"] == Death.PROCEDURE,
            "skeletal": people["skeletal_metastasis_day"] < NEVER,
            "spinal": people["spinal_metastasis_day"] < NEVER,
            "vertebral": people["n_levels"] > 0,
        }[word]
    return everybody


@pytest.mark.parametrize("measure", DAYS)
def test_events_of_a_year_are_those_of_the_lives(
    counted: tuple[Records, Tally], measure: str
) -> None:
    people, tally = counted
    field, which = DAYS[measure]
    day = people[field] if field else np.zeros(len(people))
    mine = whom(people, which) & (day < NEVER)
    when = people["diagnosis_year"] + np.where(mine, day, 0.0) / DAYS_PER_YEAR
    expected = recount(people[mine], when[mine], np.floor(when[mine]).astype(np.int64))
    found = tally.counts[Count.labeled(measure)]
    np.testing.assert_array_equal(found, expected)
    assert found.sum() > (0 if measure in RARE else 20)


@pytest.mark.parametrize(
    ("measure", "since"),
    [
        ("living_with_skeletal_metastasis", "skeletal_metastasis_day"),
        ("living_with_spinal_metastasis", "spinal_metastasis_day"),
        ("living_with_spinal_metastasis_detected", "spinal_detected_day"),
    ],
)
def test_people_living_on_1_july_are_those_of_the_lives(
    counted: tuple[Records, Tally], measure: str, since: str
) -> None:
    people, tally = counted
    begin = people["diagnosis_year"] + people[since] / DAYS_PER_YEAR
    end = people["diagnosis_year"] + people["death_day"] / DAYS_PER_YEAR
    expected = np.zeros_like(tally.counts[0])
    for year in range(FIRST_YEAR, FIRST_YEAR + N_YEARS):
        now = year + MID_YEAR
        mine = (begin <= now) & (now < end)
        who = people[mine]
        expected += recount(who, np.full(len(who), now), np.full(len(who), year))
    found = tally.counts[Count.labeled(measure)]
    np.testing.assert_array_equal(found, expected)
    assert found.sum() > 20


def test_people_in_severe_pain_on_1_july_are_those_of_the_lives(
    counted: tuple[Records, Tally],
) -> None:
    """By the bits of their records, which replayed lives check, once they are detected."""
    people, tally = counted
    begin = people["diagnosis_year"] + people["spinal_detected_day"] / DAYS_PER_YEAR
    diagnosed = np.floor(people["diagnosis_year"]).astype(np.int64)
    expected = np.zeros_like(tally.counts[0])
    for year in range(FIRST_YEAR, FIRST_YEAR + N_YEARS):
        bit = np.clip(year - diagnosed, 0, 63).astype(np.uint64)
        severe = (people["severe_mid_years"] >> bit) & np.uint64(1) == 1
        who = people[severe & (year >= diagnosed) & (begin <= year + MID_YEAR)]
        expected += recount(who, np.full(len(who), year + MID_YEAR), np.full(len(who), year))
    np.testing.assert_array_equal(
        tally.counts[Count.labeled("living_detected_in_severe_pain")], expected
    )
    assert expected.sum() > 20


@pytest.mark.parametrize(
    ("measure", "field", "first", "last", "number"),
    [
        ("new_fractures", "fracture_day", 0, FIRST_BONE, "n_fractures"),
        ("new_silent_collapses", "silent_collapse_day", 0, FIRST_BONE, "n_silent_collapses"),
        ("new_bone_fractures", "fracture_day", FIRST_BONE, N_LESIONS, "n_bone_fractures"),
        ("new_hip_and_long_bone_fractures", "fracture_day", FIRST_BONE, FIRST_BONE + 2, ""),
    ],
)
def test_every_bone_that_breaks_counts_in_its_year(
    counted: tuple[Records, Tally], measure: str, field: str, first: int, last: int, number: str
) -> None:
    people, tally = counted
    broken = (seeded_days(people) < NEVER) & (people["lesions"][field] < NEVER)
    row, place = np.nonzero(broken[:, first:last])
    day = people["lesions"][field][row, first + place]
    when = people["diagnosis_year"][row] + day / DAYS_PER_YEAR
    expected = recount(people[row], when, np.floor(when).astype(np.int64))
    np.testing.assert_array_equal(tally.counts[Count.labeled(measure)], expected)
    if number:
        np.testing.assert_array_equal(np.bincount(row, minlength=len(people)), people[number])
    assert expected.sum() > 20


def test_the_first_skeletal_related_event_counts_in_its_year(
    counted: tuple[Records, Tally],
) -> None:
    people, tally = counted
    kinds = ("radiotherapy", "surgery", "bone_radiotherapy", "bone_surgery")
    kinds = (*kinds, "fracture", "bone_fracture")
    days = [people["cord_compression_day"], *(people[f"first_{kind}_day"] for kind in kinds)]
    day = np.minimum.reduce(days)
    mine = day < NEVER
    when = people["diagnosis_year"][mine] + day[mine] / DAYS_PER_YEAR
    expected = recount(people[mine], when, np.floor(when).astype(np.int64))
    found = tally.counts[Count.labeled("new_skeletal_related_event")]
    np.testing.assert_array_equal(found, expected)
    assert expected.sum() > 50


@pytest.mark.parametrize("measure", SPELLS)
def test_every_episode_and_pause_counts_in_its_year(
    counted: tuple[Records, Tally], measure: str
) -> None:
    people, tally = counted
    number, day = SPELLS[measure]
    row, place = np.nonzero(np.arange(MOST_EPISODES) < people[number][:, None])
    when = people["diagnosis_year"][row] + people[day][row, place] / DAYS_PER_YEAR
    expected = recount(people[row], when, np.floor(when).astype(np.int64))
    np.testing.assert_array_equal(tally.counts[Count.labeled(measure)], expected)
    assert expected.sum() > 20


def test_every_measure_is_recounted() -> None:
    living = {name for name in Count.labels() if name.startswith("living_")}
    of_bone = {"new_bone_fractures", "new_hip_and_long_bone_fractures", "new_silent_collapses"}
    apart = of_bone | {"new_fractures", "new_skeletal_related_event"}
    assert set(Count.labels()) == living | DAYS.keys() | SPELLS.keys() | apart
    assert len(living) == 4


def test_1_july_is_1_july() -> None:
    july = datetime.date(2010, 7, 1) - datetime.date(2010, 1, 1)
    assert july.days / 365 == MID_YEAR


def test_cohort_statistics_are_those_of_the_lives(counted: tuple[Records, Tally]) -> None:
    people, tally = counted
    year = np.floor(people["diagnosis_year"])
    p = people[(year >= COHORT_FIRST) & (year <= COHORT_LAST)]
    expected = statistics_of(p)
    assert expected.keys() == set(Cohort.labels())
    for name, mine in expected.items():
        table = np.zeros(tally.cohort.shape[:2], np.int64)
        np.add.at(table, (p["primary"], p["stage"]), mine)
        found = tally.cohort[..., Cohort.labeled(name)]
        np.testing.assert_array_equal(found, table, err_msg=name)
        assert table.sum() > 0 or name == "intramedullary_metastasis", name


def test_days_are_spread_as_those_of_the_lives(counted: tuple[Records, Tally]) -> None:
    people, tally = counted
    year = np.floor(people["diagnosis_year"])
    p = people[(year >= COHORT_FIRST) & (year <= COHORT_LAST)]
    expected = spread_of(p)
    assert expected.keys() == set(CohortDays.labels())
    edges = [0.0]
    for width, end in TIERS:
        edges += np.arange(edges[-1] + width, end + width / 2, width).tolist()
    for name, (days, whose) in expected.items():
        found = tally.days[CohortDays.labeled(name)]
        table = np.zeros_like(found)
        np.add.at(table, (p["primary"][whose], np.searchsorted(edges, days)), 1)
        np.testing.assert_array_equal(found, table, err_msg=name)
        assert table.sum() > 20, name


def test_the_lengths_of_delays_from_toxicity_add_up(counted: tuple[Records, Tally]) -> None:
    people, _ = counted
    told = np.arange(MOST_TOXICITY_DELAYS) < people["n_toxicity_delays_over"][:, None]
    summed = np.where(told, people["toxicity_delay_length"], 0.0).sum(axis=1)
    few = people["n_toxicity_delays_over"] <= MOST_TOXICITY_DELAYS
    np.testing.assert_allclose(summed[few], people["toxicity_delay_days"][few], atol=1e-6)
    assert few.mean() > 0.999


def test_every_measure_in_days_has_its_distribution() -> None:
    """Medians and quartiles stand beside every mean of days: of everybody, of the trigger set."""
    in_days = {name for name, row in POPULATION_MEASURES.items() if row.unit == "days"}
    assert in_days == set(CohortDays.labels())
    assert all(POPULATION_MEASURES[name].spread for name in in_days)
    means = {n for n, row in ACCESS_MEASURES.items() if row.unit == "days" and "_p95_" not in n}
    assert means == set(ACCESS_DAYS)
    of_care = {name for name, row in CARE_MEASURES.items() if row.unit == "days"}
    # Days of a difference may be below none.
    assert of_care == {*DISTRIBUTIONS, *AGAINST_REFERENCE}


def test_a_skeletal_metastasis_counts_though_the_cancer_is_under_control() -> None:
    """Myeloma may be in the bone at diagnosis and never become incurable."""
    cancers, worlds = simplified()
    cancers["skeleton_hit_share_at_diagnosis"] = 1.0
    worlds["staging_sensitivity"] = 1.0
    plan = alike(50, primary=MYELOMA, stage=Stage.NOT_STAGED)
    people, _, tally = live_everybody((cancers, worlds), plan)
    assert (people["skeletal_detected_day"] == 0.0).all()
    for name in ("skeletal_metastasis", "skeletal_detected", "skeletal_detected_at_diagnosis"):
        assert tally.cohort[..., Cohort.labeled(name)].sum() == 50, name


def test_recorded_days_are_those_of_the_lives(counted: tuple[Records, Tally]) -> None:
    people, tally = counted
    year = np.floor(people["diagnosis_year"])
    p = people[(year >= COHORT_FIRST) & (year <= COHORT_LAST)]
    recorded = p["skeletal_recorded_day"] < NEVER
    edges = np.r_[RECORD_BIN_DAYS * np.arange(N_RECORD_BINS), np.inf]
    for primary in range(tally.recorded.shape[1]):
        for row, mine, day in (
            (0, recorded, "skeletal_recorded_day"),
            (1, ~recorded, "death_day"),
        ):
            days = p[day][mine & (p["primary"] == primary)]
            expected = np.histogram(days, edges)[0]
            np.testing.assert_array_equal(tally.recorded[row, primary], expected)


@pytest.mark.parametrize(
    ("age", "group"),
    [(0.0, "0-14"), (14.999, "0-14"), (15.0, "15-39"), (40.0, "40-49"), (59.99, "50-59"),
     (60.0, "60-69"), (79.99, "70-79"), (80.0, "80+"), (119.0, "80+")],
)  # fmt: skip
def test_ages_fall_into_their_groups(age: float, group: str) -> None:
    assert AGE_GROUPS[age_group(age)] == group


def test_what_was_there_at_diagnosis_is_counted_in_the_year_of_diagnosis() -> None:
    """A seeding may carry a negative day: it is counted at day 0."""
    people: Records = np.zeros(1, PERSON)
    for field in ("dissemination_day", "skeletal_detected_day", "skeletal_recorded_day",
                  "spinal_detected_day", "pain_onset_day", "cord_compression_day",
                  "first_fracture_day", "bone_pain_onset_day", "first_radiotherapy_day",
                  "first_surgery_day", "first_bone_radiotherapy_day",
                  "first_bone_surgery_day"):  # fmt: skip
        people[field] = NEVER
    people["diagnosis_year"] = 2010.001
    people["age_at_diagnosis"] = 60.001
    people["skeletal_metastasis_day"] = people["spinal_metastasis_day"] = -400.0
    people["n_lesions"] = people["n_spinal"] = people["n_levels"] = 1
    people["lesions"]["fracture_day"] = NEVER
    people["death_day"], people["death_cause"] = 900.0, Death.CANCER
    whole = Tally.empty(5)
    count_life(whole, 0, people[0], Window(2008, 5, 2010, 2010))
    tally = whole.of(0)
    by_year = tally.counts.sum(axis=(2, 3, 4))
    assert by_year[Count.labeled("new_spinal_metastasis")].tolist() == [0, 0, 1, 0, 0]
    assert by_year[Count.labeled("living_with_spinal_metastasis")].tolist() == [0, 0, 1, 1, 0]
    assert by_year[Count.labeled("cancer_deaths")].tolist() == [0, 0, 0, 0, 1]
    groups = tally.counts[Count.labeled("new_spinal_metastasis")].sum(axis=(0, 1, 2))
    assert groups[AGE_GROUPS.index("60-69")] == 1
