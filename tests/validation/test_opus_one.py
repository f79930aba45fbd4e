"""Pain after ablation with cement against a curve that sets no parameter.

Room: fitting.
"""

from __future__ import annotations

import csv

import pytest

from sim.evidence.rows import FOLDER
from sim.fitting.consistency import AGREES_WITHIN, consistency, opus_one
from sim.fitting.trial_course import TrialCourse

VALIDATE = "opus_rtnaive"


@pytest.fixture(scope="module")
def found() -> tuple[TrialCourse, list[tuple[float, float, float, bool]]]:
    return consistency(60_000)


def test_the_people_are_those_of_the_trial(
    found: tuple[TrialCourse, list[tuple[float, float, float, bool]]],
) -> None:
    """Enough of them, with the trial's mean pain at entry."""
    course, _ = found
    assert course.people > 200
    assert course.baseline_mean == pytest.approx(opus_one().mean_pain)
    assert (course.answering[1:] <= course.answering[:-1]).all()


def test_the_first_month_agrees_and_no_later_point_is_far(
    found: tuple[TrialCourse, list[tuple[float, float, float, bool]]],
) -> None:
    """Within a point up to one month; later the model is lower, and README says by how much."""
    course, rows = found
    for (day, published, model, agrees), error in zip(rows, course.standard_error, strict=True):
        assert agrees == (abs(model - published) <= AGREES_WITHIN)
        allowed = AGREES_WITHIN + (0.5 if day > 31 else 0.0) + 2.0 * error
        assert abs(model - published) < allowed, (day, published, model)


def test_no_parameter_comes_from_the_curve() -> None:
    for name in ("parameters.csv", "treatments.csv"):
        with (FOLDER / name).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                assert VALIDATE not in row["note"], row["name"]
