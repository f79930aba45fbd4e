"""Simplified lives against closed forms: competing exponentials, mixture cure, frailty, trends.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.evidence.vocabulary import DAYS_PER_YEAR, Death, Stage
from sim.life.hazards import NEVER
from tests.simplified import (
    MYELOMA,
    TAIL,
    Parameters,
    alike,
    assert_mean,
    assert_share,
    live_everybody,
    simplified,
)

N = 40_000


def dying_of_cancer(per_year: float, other_per_year: float, sigma: float = 0.0) -> Parameters:
    cancers, worlds = simplified(other_per_year)
    cancers["death_rate_per_day"] = per_year / DAYS_PER_YEAR
    cancers["frailty_sigma"] = sigma
    return cancers, worlds


@pytest.mark.parametrize(("cancer", "other"), [(0.8, 0.2), (0.05, 0.5)])
def test_competing_exponentials(cancer: float, other: float) -> None:
    """Share of each cause is its part of the hazard, whenever death comes."""
    people, _, _ = live_everybody(dying_of_cancer(cancer, other), alike(N, stage=Stage.DISTANT))
    years = people["death_day"] / DAYS_PER_YEAR
    of_cancer = people["death_cause"] == Death.CANCER
    assert_share(of_cancer.mean(), cancer / (cancer + other), N)
    oracle = stats.expon(scale=1.0 / (cancer + other)).cdf
    for died in (years, years[of_cancer], years[~of_cancer]):
        assert stats.kstest(died, oracle).pvalue > TAIL


@pytest.mark.parametrize(
    ("stage", "shape"), [(Stage.LOCALIZED, 1.0), (Stage.REGIONAL, 1.6), (Stage.LOCALIZED, 0.7)]
)
def test_mixture_cure_with_a_weibull_time(stage: int, shape: float) -> None:
    """A share by stage becomes incurable, after a Weibull time; the others never do."""
    cancers, worlds = simplified()
    cancers["incurable_share"][:, stage] = 0.35
    cancers["incurable_scale_days"][:, stage] = 900.0
    cancers["incurable_shape"] = shape
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=stage))
    day = people["incurable_day"]
    fell = day < NEVER
    assert_share(fell.mean(), 0.35, N)
    assert stats.kstest(day[fell], stats.weibull_min(shape, scale=900.0).cdf).pvalue > TAIL
    for t in (200.0, 900.0, 3_000.0):
        expected = 0.35 * -np.expm1(-((t / 900.0) ** shape))
        assert_share((day <= t).mean(), expected, N)


def test_distant_disease_is_incurable_and_disseminated_at_diagnosis() -> None:
    cancers, worlds = simplified()
    cancers["distant_spread_share"] = 0.0
    people, _, _ = live_everybody((cancers, worlds), alike(200, stage=Stage.DISTANT))
    assert (people["incurable_day"] == 0.0).all()
    assert (people["dissemination_day"] == 0.0).all()


def test_a_share_of_incurable_cancers_is_distant() -> None:
    cancers, worlds = simplified()
    cancers["incurable_share"] = 1.0
    cancers["distant_spread_share"] = 0.6
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.REGIONAL))
    spread = people["dissemination_day"] < NEVER
    assert_share(spread.mean(), 0.6, N)
    assert (people["dissemination_day"][spread] == people["incurable_day"][spread]).all()


@pytest.mark.parametrize("sigma", [0.5, 1.2])
def test_frailty_gives_the_survival_of_a_lognormal_mixture(sigma: float) -> None:
    """Laplace transform of a lognormal with mean 1, by Gauss-Hermite quadrature."""
    rate = 0.7
    people, _, _ = live_everybody(dying_of_cancer(rate, 1e-9, sigma), alike(N, stage=Stage.DISTANT))
    z, weight = np.polynomial.hermite_e.hermegauss(80)
    frailty = np.exp(sigma * z - 0.5 * sigma**2)
    weight /= weight.sum()
    for years in (0.1, 0.5, 1.0, 3.0, 8.0):
        expected = float(weight @ np.exp(-rate * years * frailty))
        assert_share((people["death_day"] > years * DAYS_PER_YEAR).mean(), expected, N)
    assert_mean(people["frailty"], 1.0)


def test_seeding_goes_with_a_power_of_the_frailty() -> None:
    """Given the frailty, time to the skeleton is exponential: budgets recovered from it are too."""
    cancers, worlds = simplified()
    cancers["frailty_sigma"] = 0.9
    cancers["skeletal_seeding_rate_per_day"] = 0.001
    worlds["frailty_seeding_power"] = 0.7
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT))
    budgets = people["skeletal_metastasis_day"] * 0.001 * people["frailty"] ** 0.7
    assert stats.kstest(budgets, stats.expon.cdf).pvalue > TAIL


def rate_of_death(parameters: Parameters, **who: int) -> NDArray[np.float64]:
    """Days to death of people with no other hazard."""
    people, _, _ = live_everybody(parameters, alike(N, **who))
    days: NDArray[np.float64] = people["death_day"]
    return days


@pytest.mark.parametrize(("year", "trend"), [(2020, -0.05), (1995, -0.02)])
def test_the_survival_trend_moves_the_hazard_by_year_of_diagnosis(year: int, trend: float) -> None:
    """That of the primary since the reference year, that of all before."""
    cancers, worlds = dying_of_cancer(1.0, 1e-9)
    cancers["survival_trend"], worlds["survival_trend_before"] = -0.05, -0.02
    worlds["reference_year"] = 2010.0
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT, year=year))
    hazard = np.exp(trend * (people["diagnosis_year"] - 2010.0)) / DAYS_PER_YEAR
    assert stats.kstest(people["death_day"] * hazard, stats.expon.cdf).pvalue > TAIL


@pytest.mark.parametrize("year", [2000, 2010, 2024])
def test_the_survival_trend_moves_who_becomes_incurable_since_the_reference_year(year: int) -> None:
    """The share that never does is a power of the fitted one: proportional hazards."""
    cancers, worlds = dying_of_cancer(1.0, 1e-9)
    cancers["incurable_share"] = 0.4
    cancers["survival_trend"] = -0.05
    worlds["reference_year"] = 2010.0
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.REGIONAL, year=year))
    years = np.maximum(people["diagnosis_year"] - 2010.0, 0.0)
    expected = 1.0 - 0.6 ** np.exp(-0.05 * years).mean()
    assert_share((people["death_cause"] == Death.CANCER).mean(), expected, N)


def test_distant_at_diagnosis_has_its_own_hazard() -> None:
    cancers, worlds = dying_of_cancer(1.0, 1e-9)
    cancers["death_ratio_distant_at_diagnosis"] = 0.4
    days = rate_of_death((cancers, worlds), stage=Stage.DISTANT)
    assert stats.kstest(days, stats.expon(scale=DAYS_PER_YEAR / 0.4).cdf).pvalue > TAIL
    cancers["incurable_share"] = 1.0
    cancers["incurable_scale_days"] = 1e-6
    days = rate_of_death((cancers, worlds), stage=Stage.REGIONAL)
    assert stats.kstest(days, stats.expon(scale=DAYS_PER_YEAR).cdf).pvalue > TAIL


def test_the_marrow_path_reaches_the_skeleton_at_diagnosis_or_after_becoming_incurable() -> None:
    """In a share the skeleton is involved at diagnosis; the others wait for both clocks."""
    cancers, worlds = simplified()
    cancers["skeleton_hit_share_at_diagnosis"] = 0.55
    cancers["incurable_share"] = 1.0
    cancers["incurable_scale_days"] = 500.0
    cancers["skeletal_seeding_rate_per_day"] = 1.0 / 250.0
    plan = alike(N, primary=MYELOMA, stage=Stage.NOT_STAGED)
    people, _, _ = live_everybody((cancers, worlds), plan)
    at_diagnosis = people["skeleton_at_diagnosis"] == 1
    assert_share(at_diagnosis.mean(), 0.55, N)
    assert (people["skeletal_metastasis_day"][at_diagnosis] == 0.0).all()
    assert (people["dissemination_day"] == NEVER).all()
    # The sum of two exponentials with different rates.
    later = people["skeletal_metastasis_day"][~at_diagnosis]

    def cdf(t: NDArray[np.float64]) -> NDArray[np.float64]:
        fast, slow = 1.0 / 250.0, 1.0 / 500.0
        return 1.0 - (fast * np.exp(-slow * t) - slow * np.exp(-fast * t)) / (fast - slow)

    assert stats.kstest(later, cdf).pvalue > TAIL


@pytest.mark.parametrize(("at_once", "mean_days"), [(0.3, 400.0), (1.0, 400.0), (0.0, 100.0)])
def test_recording_is_at_once_in_a_share_and_else_exponentially_late(
    at_once: float, mean_days: float
) -> None:
    cancers, worlds = simplified()
    cancers["skeleton_hit_share_at_diagnosis"] = 1.0
    worlds["staging_sensitivity"] = 1.0
    worlds["recorded_at_once_share"] = at_once
    worlds["recording_delay_mean_days"] = mean_days
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT))
    assert (people["skeletal_detected_day"] == 0.0).all()
    day = people["skeletal_recorded_day"]
    assert_share((day == 0.0).mean(), at_once, N)
    if at_once < 1.0:
        late = day[day > 0.0]
        assert stats.kstest(late, stats.expon(scale=mean_days).cdf).pvalue > TAIL


def test_staging_finds_the_skeleton_with_its_sensitivity() -> None:
    cancers, worlds = simplified()
    cancers["skeleton_hit_share_at_diagnosis"] = 0.5
    worlds["staging_sensitivity"] = 0.8
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT))
    assert_share((people["skeletal_detected_day"] == 0.0).mean(), 0.4, N)


def test_the_rate_of_surveillance_is_that_of_its_first_image() -> None:
    """Against death at a tenth a year: the two hazards compete."""
    cancers, worlds = simplified(0.1)
    cancers["skeleton_hit_share_at_diagnosis"] = 1.0
    worlds["surveillance_rate_per_day"] = 0.4 / DAYS_PER_YEAR
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT))
    found = people["skeletal_detected_day"] < NEVER
    assert_share(found.mean(), 0.8, N)
    years = people["skeletal_detected_day"][found] / DAYS_PER_YEAR
    assert stats.kstest(years, stats.expon(scale=1.0 / 0.5).cdf).pvalue > TAIL
