"""Who gets cancer, and who would die anyway, against published totals that were not put in.

Room: inputs.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim import Population
from sim.evidence.life_table import cumulative_at_ages, mortality_table
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES, SEXES
from sim.inputs.plan import Plan
from tests.simplified import Records, live_everybody, simplified

PUBLISHED = {
    # Jemal 2010, table 1; the evidence holds sites, which are pooled into primaries.
    (2010, "all", "male"): 789_620,
    (2010, "all", "female"): 739_940,
    (2010, "prostate", "male"): 217_730,
    (2010, "breast", "female"): 207_090,
    (2010, "lung", "male"): 116_750,
    (2010, "lung", "female"): 105_770,
    (2010, "colorectal", "male"): 72_090,
    (2010, "colorectal", "female"): 70_480,
    # Siegel 2025, table 1.
    (2025, "all", "male"): 1_053_250,
    (2025, "all", "female"): 988_660,
    (2025, "prostate", "male"): 313_780,
    (2025, "breast", "female"): 316_950,
    (2025, "lung", "male"): 110_680,
    (2025, "lung", "female"): 115_970,
}
"""New cancers in the United States."""


def plan_of(year: int) -> Plan:
    return Population.united_states(year).plan(year, year, evidence().point)


@pytest.mark.parametrize(("key", "people"), PUBLISHED.items(), ids=lambda x: str(x))
def test_new_cancers_are_those_published(key: tuple[int, str, str], people: int) -> None:
    year, primary, sex = key
    groups = plan_of(year).groups
    mine = groups["sex"] == SEXES.index(sex)
    if primary != "all":
        mine &= groups["primary"] == PRIMARIES.index(primary)
    assert groups["count"][mine].sum() == people


MEDIAN_AGES = {"all": 66, "breast": 62, "colorectal": 67, "lung": 71, "prostate": 66}
"""National Cancer Institute: Age and Cancer Risk. Not put in: the evidence holds age bands."""


@pytest.fixture(scope="module")
def people() -> Records:
    thinned = plan_of(2010).thinned(40_000)
    return live_everybody(simplified(), thinned)[0]


@pytest.mark.parametrize("primary", MEDIAN_AGES)
def test_the_median_age_at_diagnosis_is_that_published(people: Records, primary: str) -> None:
    """Within three years: the bands are ten years wide, and the medians are of later years."""
    mine = people
    if primary != "all":
        mine = people[people["primary"] == PRIMARIES.index(primary)]
    assert abs(np.median(mine["age_at_diagnosis"]) - MEDIAN_AGES[primary]) <= 3.0


@pytest.mark.parametrize(("sex", "years"), [("male", 76.0), ("female", 80.9)])
def test_life_expectancy_is_that_published(sex: str, years: float) -> None:
    """United States life tables 2009 (National Vital Statistics Reports 62-7), at birth."""
    rate, slope = mortality_table(evidence().point, SEXES.index(sex), without_cancer=False)
    survival = np.exp(-cumulative_at_ages(rate, slope))
    assert abs(np.trapezoid(survival) - years) <= 0.3


def test_without_cancer_people_live_longer_by_what_is_published() -> None:
    """Eliminating cancer adds about 3 to 3.5 years (Arias 2013, life tables by cause 1999-2001)."""
    gains = []
    for sex in range(len(SEXES)):
        expectancy = [
            np.trapezoid(np.exp(-cumulative_at_ages(*table)))
            for without in (False, True)
            for table in [mortality_table(evidence().point, sex, without_cancer=without)]
        ]
        gains.append(expectancy[1] - expectancy[0])
    assert 2.5 <= min(gains) <= max(gains) <= 4.5
