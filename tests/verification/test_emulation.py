"""Studies emulated: enrollment, attrition and readings against the lives they come from.

Room: fitting.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.engine.cohort import lived_people
from sim.engine.model import build_model
from sim.engine.workers import block_segments
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.rows import FOLDER
from sim.evidence.studies import Study, studies, study_readings
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import ASSESSMENT_DAYS, Response
from sim.fitting.before_death import (
    SHORT_WEEKS,
    WEEKS,
    back_from_death,
    dying,
    from_the_end_of_a_response,
)
from sim.fitting.emulation import Followed, answering, care_of, emulate, entry_weights, follow
from sim.fitting.trials import inputs_from, trials_text
from sim.fitting.trials_picture import draw_studies
from sim.inputs.population import Population
from sim.plots.drawing import save

PEOPLE = 12_000
EVERYWHERE = "CTLS"


def study(**changes: object) -> Study:
    """The first study of ablation with cement, with some things changed."""
    return studies()["opus_one_100"].with_options(**{"regions": EVERYWHERE, **changes})


@pytest.fixture(scope="module")
def seen() -> Followed:
    return follow(study(), ASSESSMENT_DAYS, PEOPLE, workers=2)


def test_a_study_reads_what_a_life_keeps_of_its_first_course(seen: Followed) -> None:
    """Each life whose first course is that of the study is in it, with the same readings."""
    values = evidence().point
    plan = Population.united_states(2010).scaled(PEOPLE).plan(2010, 2010, values)
    model = build_model(plan, [care_of(study(), "rfa_cement")], values, seed=1)
    wanted = list(known_treatments()).index("rfa_cement")
    by_entry = {float(pain): row for row, pain in enumerate(seen.entry)}
    found = readings = 0
    for block in block_segments(model, 2_000):
        lives = lived_people(model, block)[0][:, 0]
        mine = (
            (lives["first_course_day"] < np.inf)
            & (lives["n_courses"] > 0)
            & (lives["first_treatment"] == wanted)
            & (lives["first_course_pain"] >= study().least_pain)
            & (lives["first_course_pain"] < 10.0)  # several people are at the end of the scale
        )
        for life in lives[mine]:
            row = by_entry[float(life["first_course_pain"])]
            found += 1
            n = int(life["n_assessed"])
            assert seen.alive[row].sum() == n
            np.testing.assert_array_equal(seen.pain[row, :n], life["assessed_pain"][:n])
            np.testing.assert_array_equal(seen.site_pain[row, :n], life["assessed_site_pain"][:n])
            np.testing.assert_array_equal(seen.response[row, :n], life["assessed_response"][:n])
            again = life["site_again_day"] - life["first_course_day"]
            np.testing.assert_array_equal(
                seen.again[row, :n], again <= np.array(ASSESSMENT_DAYS[:n])
            )
            readings += n
    assert found > 0.5 * len(seen.entry) > 40
    assert readings > 150


def test_people_meet_the_criteria_and_have_the_mean_pain_at_entry(seen: Followed) -> None:
    weight = entry_weights(study(), seen)
    assert seen.entry.min() >= study().least_pain
    assert weight.sum() == pytest.approx(1.0)
    assert float(weight @ seen.entry) == pytest.approx(study().mean_pain)
    alike = entry_weights(study(mean_pain=None), seen)
    np.testing.assert_allclose(alike, 1.0 / len(seen.entry))


def test_earlier_radiotherapy_is_what_the_study_wants() -> None:
    """Nobody comes twice: of those irradiated before, others are enrolled."""
    with_it = follow(study(earlier_radiotherapy="needed"), (30.0,), PEOPLE, workers=2)
    without = follow(study(earlier_radiotherapy="none"), (30.0,), PEOPLE, workers=2)
    both = follow(study(earlier_radiotherapy="may"), (30.0,), PEOPLE, workers=2)
    assert len(with_it.entry) > 0
    assert 0 < len(without.entry) <= len(both.entry)


def people(pain: list[list[float]], days: tuple[float, ...]) -> Followed:
    """People who live, with pain on some days and a response where it is under 3."""
    values = np.array(pain)
    alive = ~np.isnan(values)
    values = np.nan_to_num(values)
    nobody = np.zeros(values.shape, bool)
    response = np.where(values < 3.0, int(Response.PARTIAL), int(Response.NONE))
    entry = np.full(len(values), 7.0)
    return Followed(
        days, entry, entry, alive, values, values, response, nobody.astype(np.int64), nobody
    )


def test_as_many_answer_as_did_and_people_in_pain_leave_sooner() -> None:
    """Closed form: two people without and two with pain, whose hazards are 1 to the ratio."""
    values = evidence().point
    ratio = values["trial_leaving_ratio", "all"]
    seen = people([[1.0, 1.0], [1.0, 1.0], [8.0, 8.0], [8.0, 8.0]], (30.0, 90.0))
    mine = study(mean_pain=None, answer_share=0.5, answer_days=90.0)
    weight = entry_weights(mine, seen)
    left = answering(mine, seen, weight, values) / weight[:, None]
    assert left[:, 1].mean() == pytest.approx(0.5)
    calm, pained = left[0], left[2]
    np.testing.assert_allclose(np.log(pained) / np.log(calm), ratio)
    np.testing.assert_allclose(np.log(calm[1]) / np.log(calm[0]), 3.0)
    # Poor function as well: two states beyond 1.
    poor = replace(seen, performance=np.array([[3, 3], [1, 1], [3, 3], [0, 0]]))
    left = answering(mine, poor, weight, values) / weight[:, None]
    more = values["trial_leaving_performance_ratio", "all"] ** 2
    np.testing.assert_allclose(np.log(left[0]) / np.log(left[1]), more)


def test_who_dies_and_who_is_treated_again_leaves_where_the_study_says_so() -> None:
    seen = people([[1.0, np.nan], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]], (30.0, 90.0))
    seen = replace(seen, again=np.array([[0, 0], [0, 0], [0, 0], [0, 1]], bool))
    weight = np.full(4, 0.25)
    for retreated, share in (("stay", 0.75), ("leave", 0.5)):
        mine = study(mean_pain=None, answer_share=None, answer_days=None, retreated=retreated)
        left = answering(mine, seen, weight, evidence().point)
        np.testing.assert_allclose(left.sum(axis=0), [1.0, share])


@pytest.mark.parametrize("name", ["motion", "sc23"])
def test_falls_that_parameters_come_from_are_reproduced(name: str) -> None:
    """Within the errors of both, and half a point."""
    for line in emulate(studies()[name], 40_000, workers=2):
        error = float(np.hypot(line.model_error, line.published_error))
        assert abs(line.difference) < 1.96 * error + 0.5, line


def test_pain_is_counted_back_from_death_and_on_from_the_end_of_a_response() -> None:
    """Of 40 people alike: relieved for 12 weeks, then not, dead after 20."""
    course = [5.0, *[1.0] * 12, *[6.0] * 7]
    pain = [[*course, *[np.nan] * (WEEKS - len(course))]] * 40
    weekly = people(pain, tuple(7.0 * week for week in range(1, WEEKS + 1)))
    back = {row[0]: row for row in back_from_death(weekly)}
    assert back[1][1:] == (40, 6.0, 6.0, 40, 6.0)
    assert back[8][1:] == (40, 1.0, 1.0, 40, 1.0)
    assert back[16][4] == 0
    ends = {weeks: site for weeks, _, site, _ in from_the_end_of_a_response(weekly)}
    assert ends[-1] == 1.0
    assert ends[0] == ends[4] == 6.0
    short = [[2.0, 6.0, *[np.nan] * (WEEKS - 2)], [6.0, 4.0, *[np.nan] * (WEEKS - 2)]] * 5
    read = dying(replace(people(short, weekly.days), entry=np.array([6.0, 8.0] * 5)))
    assert read.people == 10
    assert read.responders == pytest.approx(50.0)
    assert (read.responders_before, read.responders_last) == pytest.approx((6.0, 6.0))
    assert read.change_of_others == pytest.approx(-4.0)
    assert read.at_least_5 == pytest.approx(50.0)
    assert SHORT_WEEKS < WEEKS


def test_the_table_and_the_picture_have_every_reading(tmp_path: Path) -> None:
    names = ("motion", "toronto", "opus_one_untreated")
    found = {name: emulate(studies()[name], 10_000, workers=2) for name in names}
    text = trials_text(found, 20_000, workers=2)
    for row in study_readings():
        assert (row.id in text) == (row.study in names)
    above, _, apart = text.partition("No parameter comes from:")
    assert "motion_chg_8w" in above
    assert "opus_rtnaive_worst_1_week" in apart
    assert "weeks before death" in apart
    path = tmp_path / "trials.png"
    save(draw_studies(found), path)
    assert path.stat().st_size > 10_000
    assert "meeuse2010, 274 people" in apart


def test_no_parameter_comes_from_a_reading_that_is_for_validation() -> None:
    for row in study_readings():
        if row.role == "validate":
            assert not inputs_from(row.id), row.id
    assert "treatment_response_biological, cryoablation" in inputs_from("motion_chg_8w")


FAULTS = {
    "treatment": ("rfa_cement,person", "rfa_cemnt,person", "'rfa_cemnt' is no treatment"),
    "asks": ("rfa_cement,person", "rfa_cement,doctor", "asks is 'doctor'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_study_stops_with_its_line(fault: str, tmp_path: Path) -> None:
    right, wrong, message = FAULTS[fault]
    text = (FOLDER / "studies.csv").read_text(encoding="utf-8")
    (tmp_path / "studies.csv").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        studies(tmp_path / "studies.csv")
    assert "studies.csv, line 2: " in str(caught.value)
    assert message in str(caught.value)
