"""What clinicians check first: the table's numbers against the lives, by other ways.

Room: fitting.
"""

from __future__ import annotations

import statistics
from dataclasses import fields

import numpy as np
import pytest

from sim.counting.event_log import EventLog
from sim.engine.cohort import begun_people, live_kept_block
from sim.engine.loop import DAY, live_on
from sim.engine.model import Model, as_array, build_model
from sim.engine.workers import block_segments
from sim.evidence.clinical import clinical_rows
from sim.evidence.reader import evidence
from sim.evidence.targets import targets
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import PRIMARIES, Death
from sim.fitting.before_death import PUBLISHED, Dying
from sim.fitting.clinical_checks import CHECKS
from sim.fitting.clinical_table import (
    JUDGED_FROM,
    SHOWN_FROM,
    Compared,
    clinical_text,
    lines_by_section,
    published_text,
)
from sim.fitting.kept_lives import DIAGNOSED_IN, KeptLives, keep_lives, look_days
from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.life.records import PERSON
from tests.retreatment import FRACTIONS
from tests.simplified import STANDARD_ERRORS, Records

PEOPLE, SEED = 8_000, 3
OF_CHECKS = [row for row in clinical_rows() if not row.name.startswith(PUBLISHED)]
OF = {check.name: check for checks in CHECKS.values() for check in checks}
MONTH, TEN_BLOCKS = 365.25 / 12.0, 10


@pytest.fixture(scope="module")
def kept() -> KeptLives:
    return keep_lives(PEOPLE, seed=SEED, workers=2)


@pytest.fixture(scope="module")
def model() -> Model:
    """The same people, to be lived here."""
    values = evidence().point
    plan = (
        Population.united_states(DIAGNOSED_IN)
        .scaled(PEOPLE)
        .plan(DIAGNOSED_IN, DIAGNOSED_IN, values)
    )
    return build_model(plan, [strategy("usual_care")], values, seed=SEED)


@pytest.fixture(scope="module")
def lives(model: Model) -> Records:
    """Everybody's finished record."""
    people = np.zeros((PEOPLE, 1), PERSON)
    segments = [(group, 0, int(n)) for group, n in enumerate(model.groups["count"])]
    live_kept_block(people, as_array(segments), model, EventLog.empty(0))
    return people[:, 0]


def irradiated(person: np.void) -> bool:
    names = [t.name for t in known_treatments().values() if "radiotherapy" in t.modality.split()]
    return any(person["n_courses_of"][list(known_treatments()).index(name)] for name in names)


def with_radiotherapy(person: np.void) -> bool:
    """Whether any course had radiotherapy in it, after surgery or ablation too."""
    given = np.flatnonzero(person["n_courses_of"])
    return any(list(known_treatments())[place] in FRACTIONS for place in given)


def by_hand(lives: Records) -> dict[tuple[str, str], float]:
    """Some numbers of the table, person by person."""
    lung = [p for p in lives if p["primary"] == PRIMARIES.index("lung")]
    found = [p for p in lives if p["spinal_detected_day"] < np.inf]
    cord = [p for p in lives if p["cord_compression_day"] < np.inf]
    radiated = [p for p in lives if with_radiotherapy(p)]
    ages = [p["age_at_diagnosis"] + p["death_day"] / 365.25 for p in lives]
    of_cancer = [a for a, p in zip(ages, lives, strict=True) if p["death_cause"] == Death.CANCER]

    def share(which: list[bool]) -> float:
        return 100.0 * sum(which) / len(which)

    return {
        ("median_after_bone_detected", "lung"): statistics.median(
            (p["death_day"] - p["skeletal_detected_day"]) / MONTH
            for p in lung
            if p["skeletal_detected_day"] < np.inf
        ),
        ("median_after_cord_compression", "all"): statistics.median(
            (p["death_day"] - p["cord_compression_day"]) / MONTH for p in cord
        ),
        ("dead_90d_after_radiotherapy", "all"): share(
            [p["death_day"] <= p["first_radiotherapy_day"] + 90 for p in radiated]
        ),
        ("up_and_about_at_radiotherapy", "all"): share(
            [p["radiotherapy_performance"] in (0, 1) for p in radiated]
        ),
        ("median_after_radiotherapy_limited", "all"): statistics.median(
            (p["death_day"] - p["first_radiotherapy_day"]) / MONTH
            for p in radiated
            if p["radiotherapy_performance"] in (3, 4)
        ),
        ("up_and_about_at_referral", "all"): share(
            [p["trigger_performance"] in (0, 1) for p in lives if p["n_episodes"] > 0]
        ),
        ("alive_1y_after_spine_detected", "all but prostate"): share(
            [
                p["death_day"] > p["spinal_detected_day"] + 365.25
                for p in found
                if p["primary"] != PRIMARIES.index("prostate")
            ]
        ),
        ("walks_at_cord_compression", "all"): share(
            [p["cord_compression_frankel"] <= 1 for p in cord]
        ),
        ("pain_ever", "all"): share(
            [
                min(p["pain_onset_day"], p["bone_pain_onset_day"]) < np.inf
                for p in lives
                if p["skeletal_detected_day"] < np.inf
            ]
        ),
        ("sins_doubtful_at_referral", "all"): share(
            [7 <= p["trigger_sins"] <= 12 for p in lives if p["n_episodes"] > 0]
        ),
        ("fracture_ever", "all"): share([p["n_fractures"] > 0 for p in found]),
        ("irradiated_ever", "all"): share([irradiated(p) for p in found]),
        ("age_at_cancer_death", "all"): statistics.median(of_cancer),
        ("reach_100", "all"): share([age >= 100.0 for age in ages]),
    }


def test_numbers_are_those_of_the_lives(kept: KeptLives, lives: Records) -> None:
    assert len(kept.everybody) == PEOPLE
    for (name, stratum), number in by_hand(lives).items():
        people, found = OF[name].found(kept, stratum)
        assert people > SHOWN_FROM, name
        assert found == pytest.approx(number, rel=1e-9), (name, stratum)


def test_the_number_of_workers_changes_nothing(kept: KeptLives) -> None:
    alone = keep_lives(PEOPLE, seed=SEED, workers=1)
    for name in ("everybody", "detected", "looks"):
        assert getattr(alone, name).tobytes() == getattr(kept, name).tobytes()


def test_looks_are_a_sample_of_the_days_lived_with_detected_metastasis(
    kept: KeptLives, model: Model, lives: Records
) -> None:
    """Their share in pain is that of the exact sums of days between detection and death."""
    found = np.flatnonzero(lives["spinal_detected_day"] < np.inf)
    since, until = lives["spinal_detected_day"][found], lives["death_day"][found]
    assert len(kept.looks) == pytest.approx((until - since).sum() / 365.25, abs=TEN_BLOCKS)
    segments = [(group, 0, int(n)) for group, n in enumerate(model.groups["count"])]
    then = begun_people(model, segments)
    for row in found.tolist():
        day = lives["spinal_detected_day"][row]
        live_on(then, row, model.cancers, model.worlds, model.policies, DAY, day)
    for name, least, days in (
        ("moderate_pain_now", 4.0, "pain_days"),
        ("severe_pain_now", 7.0, "severe_pain_days"),
    ):
        before = then[days][found]
        before += np.where(then["pain"][found] >= least, since - then["symptoms_since"][found], 0.0)
        mine = lives[days][found] - before
        expected = mine.sum() / (until - since).sum()
        # One look in each person-year: no more than the variance of as many independent looks.
        error = np.sqrt(expected * (1.0 - expected) / len(kept.looks))
        looks, share = OF[name].found(kept)
        assert looks == len(kept.looks) > 500
        assert share / 100.0 == pytest.approx(expected, abs=STANDARD_ERRORS * error)


def test_later_pain_is_that_of_the_same_people_13_weeks_after_the_look(
    kept: KeptLives, model: Model, lives: Records
) -> None:
    """Found again without a stop at the look, in the people of the first block."""
    block = next(block_segments(model, 1_000))
    people = begun_people(model, block)
    mine = lives[: len(people)]
    assert (mine["number"] == people["number"]).all()
    found = np.flatnonzero(mine["spinal_detected_day"] < np.inf)
    rows, days = look_days(mine["spinal_detected_day"][found], mine["death_day"][found])
    dead = 0
    for row, day, look in zip(found[rows].tolist(), days.tolist(), kept.looks, strict=False):
        assert look["number"] == people["number"][row]
        later = day + 91.0
        live_on(people, row, model.cancers, model.worlds, model.policies, DAY, later)
        if mine["death_day"][row] <= later:
            dead += 1
            assert np.isnan(look["later_pain"])
        else:
            assert look["later_pain"] == people["pain"][row]
            assert look["later_responding"] == people["responding"][row]
    assert 0 < dead < len(rows)


def test_looks_fall_between_detection_and_death(kept: KeptLives) -> None:
    looks = kept.looks
    assert (looks["alive"] == 1).all()
    assert looks["spinal_detected_day"] <= looks["clock"] if "clock" in looks.dtype.names else True
    rows, days = look_days(np.array([10.0, 0.0, 50.0]), np.array([30.0, 1000.0, 500.0]))
    assert rows.tolist() == [1, 1, 1, 2]
    assert np.diff(days[:3]) == pytest.approx([365.25, 365.25])
    assert 50.0 <= days[3] < 500.0
    assert len(look_days(np.zeros(0), np.zeros(0))[0]) == 0


def test_every_published_row_stands_in_the_table(kept: KeptLives) -> None:
    lines = [line for section in lines_by_section(kept).values() for line in section]
    shown = [line.published for line in lines if line.published is not None]
    assert sorted(shown, key=id) == sorted(OF_CHECKS, key=id)
    assert {line.check.name for line in lines} == set(OF)
    assert len(OF) == sum(len(checks) for checks in CHECKS.values())


def test_a_published_row_is_of_a_check() -> None:
    assert {row.name for row in OF_CHECKS} <= OF.keys()
    for row in OF_CHECKS:
        assert OF[row.name].unit == row.unit, row.name
        assert row.note
    of_dying = {row.name.removeprefix(PUBLISHED) for row in clinical_rows()} - OF.keys()
    assert of_dying <= {field.name for field in fields(Dying)}


def test_what_is_marked_as_fitted_is_a_target() -> None:
    fitted_to = {target.source for target in targets() if target.use == "calibrate"}
    marked = {row.source for row in clinical_rows() if row.use == "fitted"}
    assert marked
    assert marked <= fitted_to


def test_a_number_outside_its_interval_is_called_so() -> None:
    row = next(r for r in clinical_rows() if r.name == "median_after_bone_detected")
    check = OF[row.name]
    inside, low, high = row.value, row.lower - 0.1, row.upper + 0.1
    for model, verdict in ((inside, "inside"), (low, "OUTSIDE"), (high, "OUTSIDE")):
        assert Compared(check, row.stratum, JUDGED_FROM, model, row).verdict == verdict
    assert Compared(check, row.stratum, JUDGED_FROM - 1, high, row).verdict == "few people"
    assert Compared(check, row.stratum, JUDGED_FROM, high).verdict == ""
    without = next(r for r in clinical_rows() if not r.has_interval)
    assert Compared(check, row.stratum, JUDGED_FROM, high, without).verdict == "no interval"
    assert published_text(without) == f"{without.value:g}"


def test_the_table_prints_for_few_people() -> None:
    text = clinical_text(300, workers=1)
    assert "What clinicians check first: 300 people" in text
    for section, checks in CHECKS.items():
        assert f"\n{section}\n" in text
        for check in checks:
            assert f"\n  {check.words} " in text
    assert "nan" not in text
    # One person, who may have nothing at all.
    assert "1 people" in clinical_text(1, workers=1)
