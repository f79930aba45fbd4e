"""The model's tallies against the estimators of statsmodels on the lives themselves.

Room: counting.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from sim.counting.cohort import Cohort
from sim.counting.measures import MEASURES
from sim.counting.observation import observation
from sim.counting.observed import Observed
from sim.counting.recorded import RECORD_BIN_DAYS
from sim.counting.survival import expected_survival
from sim.counting.tally import Tally
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR, PRIMARIES, STAGES, Death
from sim.inputs.population import Population
from sim.life.hazards import NEVER
from tests.simplified import STANDARD_ERRORS, Records, full, live_everybody

N = 30_000
Lived = tuple[Records, Tally]


@pytest.fixture(scope="module")
def cohort() -> Lived:
    """People of the United States at the point estimate, and their tally."""
    plan = Population.united_states(2010).scaled(N).plan(2010, 2010, evidence().point)
    people, _, tally = live_everybody(full(), plan, seed=21)
    return people, tally


@pytest.fixture(scope="module")
def seen(cohort: Lived) -> Observed:
    values = evidence().point
    plan = Population.united_states(2010).scaled(N).plan(2010, 2010, values)
    return observation(cohort[1], 1, 1.0, expected_survival(values, plan), values)


@pytest.mark.parametrize("years", [1, 5, 10])
def test_people_alive_are_those_of_kaplan_and_meier(cohort: Lived, years: int) -> None:
    people, tally = cohort
    day = years * DAYS_PER_YEAR
    alive = tally.cohort[..., Cohort.labeled(f"alive_{years}y")].sum() / N
    curve = SurvfuncRight(people["death_day"], np.ones(N, int))
    assert alive == pytest.approx(curve.surv_prob[curve.surv_times <= day][-1], abs=1e-12)


@pytest.mark.parametrize("stage", range(4), ids=STAGES)
def test_people_alive_by_primary_and_stage(cohort: Lived, stage: int) -> None:
    people, tally = cohort
    for primary in range(len(PRIMARIES)):
        mine = (people["primary"] == primary) & (people["stage"] == stage)
        alive = (people["death_day"][mine] > 5.0 * DAYS_PER_YEAR).sum()
        assert tally.cohort[primary, stage, Cohort.labeled("people")] == mine.sum()
        assert tally.cohort[primary, stage, Cohort.labeled("alive_5y")] == alive


@pytest.mark.parametrize("years", [1, 5])
def test_survival_after_detection_is_that_of_kaplan_and_meier(
    cohort: Lived, seen: Observed, years: int
) -> None:
    people, _ = cohort
    people = people[people["skeletal_detected_day"] < NEVER]
    since = people["death_day"] - people["skeletal_detected_day"]
    curve = SurvfuncRight(since, np.ones(len(since), int))
    expected = 100.0 * curve.surv_prob[curve.surv_times <= years * DAYS_PER_YEAR][-1]
    measure = MEASURES[f"survival_{years}y_after_detected_bone"]
    assert measure.estimate(seen) == pytest.approx(expected, abs=1e-9)


def recorded(people: Records, seen: Observed) -> tuple[NDArray[Any], ...]:
    """Days to recorded bone metastasis or death, status, and weights for the source's case mix."""
    happened = people["skeletal_recorded_day"] < NEVER
    days = np.where(happened, people["skeletal_recorded_day"], people["death_day"])
    mix = np.array([seen.values.get(("recorded_case_mix", p), 0.0) for p in PRIMARIES])
    n = np.bincount(people["primary"], minlength=len(PRIMARIES))
    weights = (mix / np.maximum(n, 1))[people["primary"]]
    return days, happened, weights


@pytest.mark.parametrize("stratum", ["30d", "1y", "2y", "5y", "10y"])
def test_recorded_bone_metastasis_is_that_of_kaplan_and_meier(
    cohort: Lived, seen: Observed, stratum: str
) -> None:
    """The model bins 30 days and censors deaths in mid-bin; both extremes hold it between them."""
    people, _ = cohort
    days, happened, weights = recorded(people, seen)
    used = weights > 0.0
    days, happened, weights = days[used], happened[used], weights[used]
    n = float(stratum[:-1]) * (1.0 if stratum.endswith("d") else DAYS_PER_YEAR)
    end = round(n / RECORD_BIN_DAYS) * RECORD_BIN_DAYS

    def incidence(times: NDArray[np.float64]) -> float:
        curve = SurvfuncRight(times, happened.astype(int), freq_weights=weights)
        return 100.0 * (1.0 - float(curve.surv_prob[curve.surv_times < end][-1]))

    bins = np.floor(days / RECORD_BIN_DAYS) * RECORD_BIN_DAYS
    early = incidence(np.where(happened, bins + 1.0, bins + 0.5))
    late = incidence(np.where(happened, bins + 1.0, bins + 1.5))
    found = MEASURES["recorded_bone_metastasis"].estimate(seen.among(PRIMARIES, stratum=stratum))
    assert late <= found <= early
    assert found == pytest.approx(incidence(days), rel=0.02)


def test_cumulative_incidence_is_that_of_aalen_and_johansen(cohort: Lived) -> None:
    """Spinal metastasis with death competing, under censoring at the end of 2013.

    People are diagnosed evenly over 2010, so that censoring is independent of what happens to them.
    The oracle sees the censored data, the model counts everybody: they agree within the standard
    error of the oracle.
    """
    people, _ = cohort
    day = np.minimum(people["spinal_metastasis_day"], people["death_day"])
    cause = np.where(people["spinal_metastasis_day"] < NEVER, 1, 2)
    end = (2014.0 - people["diagnosis_year"]) * DAYS_PER_YEAR
    status = np.where(day <= end, cause, 0)
    # Time 0 is a tie of everybody found with it at diagnosis: half a day lets the oracle see it.
    curve = CumIncidenceRight(np.minimum(day, end) + 0.5, status)
    for years in (0.5, 1.0, 2.0, 3.5):
        at = curve.times <= years * DAYS_PER_YEAR + 0.5
        expected, error = curve.cinc[0][at][-1], curve.cinc_se[0][at][-1]
        found = (people["spinal_metastasis_day"] <= years * DAYS_PER_YEAR).mean()
        assert abs(found - expected) <= STANDARD_ERRORS * error
        assert 0.0 < error < 0.01


@pytest.mark.parametrize("cause", [0, 1])
def test_causes_of_death_are_those_of_aalen_and_johansen(cohort: Lived, cause: int) -> None:
    """Without censoring the estimator is the share itself, at the last death too."""
    people, tally = cohort
    # With weights it gives no standard error, which would divide by nobody left at risk.
    curve = CumIncidenceRight(
        people["death_day"], people["death_cause"] + 1, freq_weights=np.ones(N)
    )
    share = (people["death_cause"] == cause).mean()
    assert curve.cinc[cause][-1] == pytest.approx(share, abs=1e-9)
    if cause == Death.CANCER:
        assert tally.cohort[..., Cohort.labeled("cancer_deaths")].sum() == share * N


def test_relative_survival_is_observed_over_expected(seen: Observed, cohort: Lived) -> None:
    """Ederer I: the same people's survival over that of the population, capped at 100."""
    people, _ = cohort
    measure = MEASURES["relative_survival"]
    for primary in ("breast", "lung", "pancreas"):
        code = PRIMARIES.index(primary)
        mine = people["primary"] == code
        observed = (people["death_day"][mine] > 5.0 * DAYS_PER_YEAR).mean()
        expected = min(100.0, 100.0 * observed / seen.expected_survival[5, code])
        found = measure.estimate(seen.among((primary,), stratum=f"{primary}, 5y"))
        assert found == pytest.approx(expected)
