"""The life table: hazards of death at whole ages, with and without cancer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.arrays import interpolate
from sim.evidence.elementary import exp_of_near, expm1, log, log1p
from sim.evidence.reader import Values
from sim.evidence.vocabulary import AGES, MORTALITY_BAND_STARTS, MORTALITY_BANDS, SEXES

BAND_OF_AGE = np.searchsorted(MORTALITY_BAND_STARTS, np.arange(AGES), side="right") - 1
"""Index in `MORTALITY_BANDS` of each whole age."""


def cumulative_at_ages(
    rate: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Integral of a hazard, log-linear between whole ages, at 0 and at the end of each age."""
    flat = slope == 0.0
    growth = np.array([expm1(s) for s in slope.tolist()])
    within = np.where(flat, rate, rate * growth / np.where(flat, 1.0, slope))
    return np.concatenate([[0.0], np.cumsum(within)])


def mortality_table(
    values: Values, sex: int, *, without_cancer: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hazard of death at whole ages and its slope on the log scale up to the next age.

    A probability of death within a year is the hazard half a year later. Logarithms of hazards are
    interpolated between the ages of the table; beyond the last, the slope goes on.

    Parameters
    ----------
    values : mapping
        A joint sample of the evidence.
    sex : int
        Index in `SEXES`.
    without_cancer : bool
        Whether cancer's share of deaths at each age is taken out.

    Returns
    -------
    rate, slope : arrays of length `AGES`
        Per year of age.
    """

    def by_age(name: str, of: str = "") -> NDArray[np.float64]:
        rows = ((s, values[key, s]) for key, s in values if key == name and s.startswith(of))
        return np.array(sorted((float(s.removeprefix(of)), x) for s, x in rows)).T

    ages, deaths = by_age("all_cause_death_probability", f"{SEXES[sex]}, ")
    log_hazard = np.array([log(-log1p(-q)) for q in deaths.tolist()])
    if without_cancer:
        starts, share = by_age("cancer_share_of_deaths")
        left = np.array([log1p(-s) for s in share.tolist()])
        log_hazard = log_hazard + left[np.searchsorted(starts, ages, "right") - 1]
    whole = np.arange(AGES + 1, dtype=float)
    last_slope = (log_hazard[-1] - log_hazard[-2]) / (ages[-1] - ages[-2])
    at_whole = interpolate(whole - 0.5, ages, log_hazard)
    beyond = whole - 0.5 > ages[-1]
    at_whole[beyond] = log_hazard[-1] + last_slope * (whole[beyond] - 0.5 - ages[-1])
    return exp_of_near(at_whole[:-1]), np.diff(at_whole)


def mortality_trends(values: Values) -> NDArray[np.float64]:
    """Yearly change of the logarithm of mortality from other causes, by `MORTALITY_BANDS`."""
    return np.array([values["mortality_trend", band] for band in MORTALITY_BANDS])


def trended_table(
    values: Values, sex: int, *, without_cancer: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The table of `mortality_table` for somebody born in the reference year.

    They are of age `a` in its `a`-th year, so the hazard is that of the table times the trend over
    `a` years, by the trend of their age; others have it times the trend over the years between
    their birth and the reference year.
    """
    rate, slope = mortality_table(values, sex, without_cancer=without_cancer)
    trend = mortality_trends(values)[BAND_OF_AGE]
    return rate * exp_of_near(trend * np.arange(AGES)), slope + trend
