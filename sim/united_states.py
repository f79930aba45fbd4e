"""New cancers in the United States, by year, primary, sex, age and stage, from the evidence."""

from __future__ import annotations

import csv
import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evidence.reader import FOLDER, Values
from sim.vocabulary import DISTANT, NOT_STAGED, PRIMARIES, SEXES, STAGES

FIRST_YEAR, LAST_YEAR = 2010, 2025
"""The years of diagnosis that the evidence covers."""

_BANDS = ("lt20", "20_34", "35_44", "45_54", "55_64", "65_74", "75_84", "ge85")
_BAND_STARTS = (0.0, 20.0, 35.0, 45.0, 55.0, 65.0, 75.0, 85.0)


class Strata(NamedTuple):
    """Kinds of people and how many of each are expected a year."""

    age_low: NDArray[np.float64]
    age_high: NDArray[np.float64]
    stage: NDArray[np.int64]
    people: NDArray[np.float64]


@cache
def sites() -> dict[str, tuple[int, bool]]:
    """Registry sites: the primary each is pooled into, and whether registries stage it."""
    with (FOLDER / "sites.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["site"]: (PRIMARIES.index(row["primary"]), row["staged"] == "yes")
            for row in csv.DictReader(file)
        }


def site_count(values: Values, year: int, site: str, sex: int) -> float:
    """New cancers of one site and sex in a year.

    Between 2010 and 2025 the logarithm is interpolated; before 2010 the incidence trend of the
    primary goes back.
    """
    first = values.get(("new_cases", f"{FIRST_YEAR}, {site}, {SEXES[sex]}"), 0.0)
    last = values.get(("new_cases", f"{LAST_YEAR}, {site}, {SEXES[sex]}"), 0.0)
    if first == 0.0 or year == FIRST_YEAR:
        return first
    if year < FIRST_YEAR:
        primary = PRIMARIES[sites()[site][0]]
        trend = values.get(("incidence_trend", primary), values["incidence_trend", "all"])
        return first * math.exp(trend * (year - FIRST_YEAR))
    share = (year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
    return first ** (1.0 - share) * last**share


def stage_shares(values: Values, site: str, year: int) -> NDArray[np.float64]:
    """Shares of the stages of one site, in the order of `STAGES`.

    The unknown ones are spread over the known in proportion; the stage trend moves the log odds
    of distant disease.
    """
    shares = np.zeros(len(STAGES))
    if not sites()[site][1]:
        shares[NOT_STAGED] = 1.0
        return shares
    for stage in range(NOT_STAGED):
        shares[stage] = values["stage_share", f"{site}, {STAGES[stage]}"]
    shares /= shares.sum()
    trend = values["stage_trend", "all"] * (year - values["reference_year", "all"])
    shares[DISTANT] *= math.exp(trend)
    return np.asarray(shares / shares.sum())


def strata(values: Values, year: int) -> dict[tuple[int, int], Strata]:
    """Expected people of a year by (primary, sex): every age band by every stage.

    Age and stage are independent within a site; sites are pooled into primaries by new cases.
    """
    highs = (*_BAND_STARTS[1:], values["oldest_age_at_diagnosis", "all"])
    n_bands, n_stages = len(_BANDS), len(STAGES)
    pooled: dict[tuple[int, int], NDArray[np.float64]] = {}
    for site, (primary, _) in sites().items():
        ages = np.array([values["age_share", f"{site}, {band}"] for band in _BANDS])
        joint = np.outer(ages / ages.sum(), stage_shares(values, site, year)).ravel()
        for sex in range(len(SEXES)):
            people = site_count(values, year, site, sex)
            if people > 0.0:
                pooled[primary, sex] = pooled.get((primary, sex), 0.0) + people * joint
    return {
        key: Strata(
            np.repeat(np.array(_BAND_STARTS), n_stages),
            np.repeat(np.array(highs), n_stages),
            np.tile(np.arange(n_stages), n_bands),
            pooled[key],
        )
        for key in sorted(pooled)
    }
