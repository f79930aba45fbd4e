"""The fit of the trends of survival to deaths by year. Room: fitting."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim.engine.crew import Crew
from sim.evidence.reader import Evidence
from sim.evidence.rows import FOLDER
from sim.evidence.targets import Target, targets
from sim.evidence.vocabulary import PRIMARIES
from sim.fitting.trends import (
    TREND,
    FittedTrends,
    TrendProblem,
    TrendReport,
    YearlyCounts,
    fit,
    later_targets,
)

PEOPLE = 40_000
TRUTH = np.linspace(-0.06, 0.01, len(PRIMARIES))


def problem_of(
    known: Evidence, rows: tuple[Target, ...], executor: ThreadPoolExecutor
) -> TrendProblem:
    return TrendProblem(known, rows, PEOPLE, Crew(executor, 2))


@pytest.fixture(scope="module")
def vague() -> Evidence:
    """The evidence, with next to no prior on the trends."""
    known = Evidence.read()
    rows = {
        key: row.model_copy(update={"arguments": {"sd": 0.2}}) if key[0] == TREND else row
        for key, row in known.parameters.items()
    }
    return Evidence(rows, known.sources, known.posterior_keys, known.posterior)


def test_trends_are_found_again_from_deaths_made_up_with_them(vague: Evidence) -> None:
    """The same luck makes the deaths, so that only the way to them can go wrong."""
    with ThreadPoolExecutor(2) as executor:
        seen = problem_of(vague, targets(), executor).simulate(TRUTH)
        deaths = (t for t in targets() if t.name == "cancer_deaths")
        made_up = tuple(t.model_copy(update={"value": seen.of(t)}) for t in deaths)
        found = fit(problem_of(vague, made_up, executor), rounds=6)
    # Of so few lives a handful die of thyroid cancer: their derivative is that of a step.
    error = np.abs(found.trends - TRUTH)
    assert np.median(error) < 0.002
    for primary in ("breast", "lung", "pancreas", "leukemia", "brain", "other"):
        assert error[PRIMARIES.index(primary)] < 0.006, primary
    for target in made_up:
        if target.stratum == "all":
            assert found.seen.of(target) == pytest.approx(target.value, rel=0.02)


def test_a_prior_holds_what_deaths_do_not_tell(vague: Evidence) -> None:
    """Without any deaths to fit to the trends stay at their prior, as wide as it is."""
    base = tuple(t for t in targets() if t.name == "cancer_deaths" and t.year == 2010)
    thyroid = tuple(
        t.model_copy(update={"sd": 1e9})
        for t in targets()
        if t.use == "trend" and t.stratum == "thyroid"
    )
    with ThreadPoolExecutor(2) as executor:
        found = fit(problem_of(vague, (*base, *thyroid), executor), rounds=1)
    start = [vague.parameters[TREND, primary].value for primary in PRIMARIES]
    np.testing.assert_allclose(found.trends, start, atol=1e-6)
    np.testing.assert_allclose(found.standard_errors, 0.2, rtol=1e-3)


def test_a_trend_moves_later_deaths_of_its_primary_alone(vague: Evidence) -> None:
    lung = PRIMARIES.index("lung")
    with ThreadPoolExecutor(2) as executor:
        problem = problem_of(vague, targets(), executor)
        moved = problem.start.copy()
        moved[lung] -= 0.05
        before, after = problem.simulate(problem.start), problem.simulate(moved)
    others = np.arange(len(PRIMARIES)) != lung
    np.testing.assert_array_equal(before.cancer_deaths[:, others], after.cancer_deaths[:, others])
    np.testing.assert_array_equal(before.new_cancers, after.new_cancers)
    assert after.cancer_deaths[0, lung] == pytest.approx(before.cancer_deaths[0, lung], rel=0.03)
    assert after.cancer_deaths[-1, lung] < 0.9 * before.cancer_deaths[-1, lung]


def test_fitted_trends_are_written_with_their_errors_and_keep_their_prior(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    shutil.copytree(FOLDER, folder)
    known = Evidence.read()
    nothing = YearlyCounts(np.zeros((16, 19)), np.zeros((16, 19)))
    for value in (-0.034, -0.029):
        fitted = FittedTrends(np.full(19, value), np.full(19, 0.004), nothing)
        TrendReport((), np.empty(0), fitted, ()).write(folder)
    for primary in PRIMARIES:
        row = Evidence.read(folder).parameters[TREND, primary]
        was = known.parameters[TREND, primary]
        assert (row.value, row.width, row.grade) == (-0.029, 0.004, "calibrated")
        assert row.arguments["prior"] == was.arguments.get("prior", was.value)
        assert row.arguments["prior_sd"] == was.arguments.get("prior_sd", was.width)
    assert Evidence.read(folder).draw(5)[TREND, "lung"] != -0.029


def test_years_after_the_calibration_have_their_own_rows() -> None:
    """Deaths of 2015, 2020 and 2025 in total, 2019 as observed, and of every primary once."""
    later = later_targets(targets())
    deaths = {(t.year, t.stratum) for t in later if t.name == "cancer_deaths"}
    assert {(year, "all") for year in (2015, 2020, 2025)} <= deaths
    assert {primary for _, primary in deaths} == {"all", *PRIMARIES}
    assert not any(t.use == "calibrate" for t in later)
