"""Death from other causes against the life table in the evidence, computed here afresh.

Room: life.
"""

from __future__ import annotations

import csv

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate

from sim.counting.survival import expected_survival
from sim.engine.parameters import build_cancers, build_world
from sim.evidence.reader import evidence
from sim.evidence.rows import FOLDER
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    MORTALITY_BAND_STARTS,
    MORTALITY_BANDS,
    PRIMARIES,
    SEXES,
    Death,
)
from sim.inputs.population import Population
from sim.life.events import Luck
from sim.life.luck import budget
from sim.life.records import PERSON
from tests.simplified import Parameters, alike, assert_share, live_everybody, simplified

N = 20_000


def log_hazard(sex: str, age: NDArray[np.float64], *, without_cancer: bool) -> NDArray[np.float64]:
    """Log hazard at an age from the rows of population.csv, by NumPy alone.

    A probability of death within a year is the hazard half a year later; between the ages of the
    table the logarithm is linear; before the first it is flat, beyond the last its slope goes on.
    """
    with (FOLDER / "population.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = {
        int(row["stratum"].split(", ")[1]): float(row["value"])
        for row in rows
        if row["name"] == "all_cause_death_probability" and row["stratum"].startswith(f"{sex},")
    }
    ages = np.array(sorted(table), float)
    logs = np.log(-np.log(1.0 - np.array([table[int(a)] for a in ages])))
    if without_cancer:
        bands = sorted(
            (int(row["stratum"]), float(row["value"]))
            for row in rows
            if row["name"] == "cancer_share_of_deaths"
        )
        for i, a in enumerate(ages):
            logs[i] += np.log(1.0 - [share for start, share in bands if start <= a][-1])
    slope = (logs[-1] - logs[-2]) / (ages[-1] - ages[-2])
    inside = np.interp(age - 0.5, ages, logs)
    return np.where(age - 0.5 > ages[-1], logs[-1] + slope * (age - 0.5 - ages[-1]), inside)


def by_band(values: NDArray[np.float64], age: NDArray[np.float64]) -> NDArray[np.float64]:
    """What holds at an age, of values by band of age."""
    return np.asarray(values[np.searchsorted(MORTALITY_BAND_STARTS, age, side="right") - 1])


def spent(
    sex: str, age: float, years: float, *, ratio: float, trend: float, since_reference: float
) -> float:
    """Integrated hazard over the first years after diagnosis, by the trapezoidal rule."""
    t = np.linspace(0.0, years, 20_001)
    trends, ratios = by_band(TRENDS * trend, age + t), by_band(ratio**WEIGHTS, age + t)
    hazard = ratios * np.exp(
        log_hazard(sex, age + t, without_cancer=True) + trends * (since_reference + t)
    )
    return float(integrate.trapezoid(hazard, t))


TRENDS = np.array([1.0, 0.6, 0.4, 0.2, 0.1])
"""Trends by band of age, over that of people under 85."""
WEIGHTS = np.array([1.0, 0.8, 0.5, 0.3, 0.0])


def with_life_table(trend: float, ratio: float) -> Parameters:
    """Nothing but the life table of the evidence, with another trend and ratio, both fading."""
    trends = zip(MORTALITY_BANDS, trend * TRENDS, strict=True)
    values = {**evidence().point, **{("mortality_trend", band): x for band, x in trends}}
    cancers, worlds = simplified()
    table = build_world(values)
    for name in (
        "mortality_trend",
        "mortality_slope",
        "mortality_rate",
        "mortality_cumulative",
        "reference_year",
    ):
        worlds[name] = table[name]
    cancers["other_death_ratio"] = ratio**WEIGHTS
    return cancers, worlds


@pytest.mark.parametrize(
    ("sex", "age", "year", "trend", "ratio"),
    [
        (0, 62.3, 2010, 0.0, 1.0),
        (1, 75.0, 2010, -0.015, 1.0),
        (0, 50.9, 1985, -0.015, 1.4),
        (1, 88.2, 2025, 0.01, 0.8),
        (0, 7.5, 2010, -0.015, 1.0),
    ],
)
def test_survival_is_that_of_the_life_table(
    sex: int, age: float, year: int, trend: float, ratio: float
) -> None:
    parameters = with_life_table(trend, ratio)
    people, _, _ = live_everybody(parameters, alike(N, age=age, sex=sex, year=year), seed=7)
    assert (people["death_cause"] == Death.OTHER).all()
    since_reference = float(people["diagnosis_year"].mean() - parameters[1]["reference_year"][0])
    for years in (1.0, 5.0, 12.0, 25.0, 50.0):
        hazard = spent(
            SEXES[sex], age, years, ratio=ratio, trend=trend, since_reference=since_reference
        )
        seen = (people["death_day"] > years * DAYS_PER_YEAR).mean()
        assert_share(seen, np.exp(-hazard), N)


def test_everybody_spends_exactly_their_budget() -> None:
    """The inverse is exact: the hazard integrated until death is the budget, person by person.

    Only the corners of the interpolated table, which the model cuts at whole ages, differ.
    """
    parameters = with_life_table(-0.02, 1.3)
    people, _, _ = live_everybody(parameters, alike(60, age=55.4, sex=1), seed=8)
    for person in people:
        record = np.zeros(1, PERSON)
        record[0] = person
        expected = budget(record[0], Luck.OTHER_DEATH, 0, 0)
        hazard = spent(
            "female",
            55.4,
            float(person["death_day"]) / DAYS_PER_YEAR,
            ratio=1.3,
            trend=-0.02,
            since_reference=float(person["diagnosis_year"] - parameters[1]["reference_year"][0]),
        )
        assert hazard == pytest.approx(expected, rel=3e-3, abs=2e-4)


@pytest.mark.parametrize("age", [0.0, 0.99, 60.0, 60.5, 119.9, 120.0, 120.7])
def test_death_comes_after_diagnosis_at_any_age(age: float) -> None:
    people, _, _ = live_everybody(with_life_table(-0.015, 1.0), alike(500, age=age))
    assert (people["death_day"] > 0.0).all()
    assert np.isfinite(people["death_day"]).all()


def test_expected_survival_is_that_of_the_general_population() -> None:
    """Against an integral over the ages of one primary, cancer deaths included, along the trend."""
    values = evidence().point
    plan = Population.united_states(2010).plan(2010, 2010, values)
    found = expected_survival(values, plan)
    primary = PRIMARIES.index("prostate")
    group = plan.groups[plan.groups["primary"] == primary]
    assert len(group) == 1
    first, n = int(group["first_cell"][0]), int(group["n_cells"][0])
    total = np.zeros(11)
    trends = np.array([values["mortality_trend", band] for band in MORTALITY_BANDS])
    share = np.diff(plan.cells["cumulative"][first : first + n], prepend=0.0)
    for cell, weight in zip(plan.cells[first : first + n], share, strict=True):
        ages = np.linspace(cell["age_low"], cell["age_high"], 41)
        for years in (1, 5, 10):
            t = np.linspace(0.0, years, 401)
            at = ages[:, None] + t
            hazard = np.exp(log_hazard("male", at, without_cancer=False) + by_band(trends, at) * t)
            survival = np.exp(-integrate.trapezoid(hazard, t, axis=1))
            width = cell["age_high"] - cell["age_low"]
            total[years] += weight * integrate.trapezoid(survival, ages) / width
    np.testing.assert_allclose(found[0], 1.0, rtol=1e-12)
    for years in (1, 5, 10):
        assert found[years, primary] == pytest.approx(total[years], rel=2e-3)


@pytest.mark.parametrize(("sex", "age"), [(0, 86.0), (1, 88.0)])
def test_people_diagnosed_late_reach_the_highest_ages_as_the_rows_say(sex: int, age: float) -> None:
    """Shares that reach 95 to 110, under the evidence itself, cancer deaths aside."""
    values = evidence().point
    cancers, worlds = simplified()
    table = build_world(values)
    for name in ("trend", "slope", "rate", "cumulative"):
        worlds[f"mortality_{name}"] = table[f"mortality_{name}"]
    worlds["reference_year"] = table["reference_year"]
    people, _, _ = live_everybody((cancers, worlds), alike(10 * N, age=age, sex=sex), seed=9)
    trends = np.array([values["mortality_trend", band] for band in MORTALITY_BANDS])
    reached = age + people["death_day"] / DAYS_PER_YEAR
    since_reference = float(people["diagnosis_year"].mean() - worlds["reference_year"][0])
    for until in (95.0, 100.0, 105.0, 110.0):
        t = np.linspace(0.0, until - age, 20_001)
        logs = log_hazard(SEXES[sex], age + t, without_cancer=True)
        hazard = np.exp(logs + by_band(trends, age + t) * (since_reference + t))
        expected = np.exp(-integrate.trapezoid(hazard, t))
        assert_share((reached > until).mean(), expected, 10 * N)


def test_nobody_outlives_the_oldest_people_on_record() -> None:
    """Of 200,000 diagnosed at 80 in the last year, whose mortality is the lowest."""
    people = {}
    values = evidence().point
    cancers, worlds = simplified()
    table = build_world(values)
    for name in ("trend", "slope", "rate", "cumulative"):
        worlds[f"mortality_{name}"] = table[f"mortality_{name}"]
    worlds["reference_year"] = table["reference_year"]
    for sex in range(len(SEXES)):
        # A part at a time: whole records take memory.
        parts = []
        for seed in range(10, 20):
            plan = alike(10_000, age=80.0, sex=sex, year=2025)
            lived, _, _ = live_everybody((cancers, worlds), plan, seed=seed)
            parts.append(80.0 + lived["death_day"] / DAYS_PER_YEAR)
        people[sex] = np.concatenate(parts)
    oldest = max(ages.max() for ages in people.values())
    assert 108.0 < oldest < 120.0
    over_110 = np.mean([(ages > 110.0).mean() for ages in people.values()])
    assert over_110 < 1e-3


def test_the_oldest_with_a_cancer_of_little_consequence_die_like_others() -> None:
    """A ratio of other deaths below 1 does not let people of 100 live longer than the table."""
    values = {**evidence().point, ("other_death_ratio", "prostate"): 0.8}
    ratios = build_cancers(values)["other_death_ratio"][PRIMARIES.index("prostate")]
    assert ratios[0] == pytest.approx(0.8)
    assert ratios[-1] == 1.0
    assert (np.diff(ratios) > 0.0).all()
