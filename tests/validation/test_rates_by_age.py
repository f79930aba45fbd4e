"""Incidence per head and prevalence rise with age, as published.

Room: tables.
"""

from __future__ import annotations

import pytest

from sim import Population, Scenario
from sim.evidence.vocabulary import AGE_GROUPS
from sim.tables.rates import rates as rates_of


@pytest.fixture(scope="module")
def rates() -> dict[str, list[float]]:
    """Rates per 100,000 by measure, in the order of the age groups; counts of a tenth of a year."""
    scenario = Scenario(
        name="rates", population=Population.united_states(2010).scaled(150_000), view="calendar"
    )
    frame = rates_of(scenario.run())
    frame = frame[frame["age_group"].isin(AGE_GROUPS)]
    return {m: rows["rate_per_100000"].tolist() for m, rows in frame.groupby("measure")}


@pytest.mark.parametrize(
    "measure", ["new_spinal_metastasis", "new_skeletal_metastasis", "living_with_spinal_metastasis"]
)
def test_rates_rise_with_age_up_to_the_seventies(
    rates: dict[str, list[float]], measure: str
) -> None:
    young_to_seventies = rates[measure][:-1]
    assert young_to_seventies == sorted(young_to_seventies)


def test_the_oldest_have_more_than_people_in_their_fifties(rates: dict[str, list[float]]) -> None:
    for measure in ("new_spinal_metastasis", "living_with_spinal_metastasis"):
        assert rates[measure][-1] > rates[measure][3]
