"""A scenario is frozen and checked; what is wrong is said in one sentence a field.

Room: inputs.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim import Population, Scenario
from sim.evidence.mistakes import InputError
from sim.inputs.diagnosed import counted_years
from sim.inputs.outcomes import Outcomes
from sim.inputs.setting import MOST_SEED
from sim.uncertainty.people_served import PeopleServed


@pytest.fixture(scope="module")
def population() -> Population:
    return Population.united_states(2010).scaled(1_000)


def complaints(population: object, **fields: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        Scenario(**{"name": "small", "population": population, **fields})
    return list(caught.value.sentences)


WRONG = {
    "strategy": ({"strategies": ["nome"]}, "strategies 'nome' is unknown; did you mean 'none'?"),
    "no strategy": ({"strategies": []}, "strategies is empty; allowed: at least one strategy"),
    "strategy twice": ({"strategies": ["none", "none"]}, "strategies names a strategy twice"),
    "draws": ({"draws": -1}, "draws is -1; allowed: at least 0"),
    "draws word": ({"draws": "many"}, "draws is 'many'; allowed: a whole number"),
    "replicates": ({"replicates": 0}, "replicates is 0; allowed: at least"),
    "seed": ({"seed": MOST_SEED + 1}, f"seed is {MOST_SEED + 1}; allowed: at most {MOST_SEED}"),
    "seed negative": ({"seed": -1}, "seed is -1; allowed: at least"),
    "lookback": ({"lookback_years": 61}, "lookback_years is 61; allowed: at most 60"),
    "people per draw": ({"people_per_draw": 10}, "people_per_draw is 10; allowed: at least"),
    "view": ({"view": "calender"}, "view is 'calender'; did you mean 'calendar'? Allowed: cohort"),
    "engine": ({"engine": "proces"}, "engine is 'proces'; did you mean 'process'? Allowed: cohort"),
    "name": ({"name": "../up"}, "name is '../up'; allowed: string should match pattern"),
    "years before": ({"years": (2009, 2010)}, "years is 2009-2010; allowed: a first and a last"),
    "years after": ({"years": (2024, 2026)}, "years is 2024-2026; allowed: a first and a last"),
    "years reversed": ({"years": (2012, 2010)}, "years is 2012-2010; allowed: a first and a last"),
    "year part": ({"years": (2010.5, 2011)}, "years.0 is 2010.5; allowed: a whole number"),
    "unknown field": ({"strategy": ["none"]}, "strategy is not a field; did you mean 'strategies'"),
    "misspelt field": ({"replicate": 3}, "replicate is not a field; did you mean 'replicates'?"),
}


@pytest.mark.parametrize(("fields", "says"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_field_value_and_what_is_allowed(
    population: Population, fields: dict[str, Any], says: str
) -> None:
    found = complaints(population, **fields)
    assert len(found) == 1
    assert found[0].startswith(says)
    assert "\n" not in found[0]


def test_years_outside_the_data_are_told_the_years_of_the_data(population: Population) -> None:
    [found] = complaints(population, years=(2009, 2010))
    assert found.endswith("from 2010 to 2025 (the data of United States)")


def test_a_population_of_another_kind_is_refused() -> None:
    [found] = complaints("United States")
    assert found.startswith("population is 'United States'")


def test_everything_that_is_wrong_is_said_at_once(population: Population) -> None:
    found = complaints(population, draws=-1, view="weekly", colour="red")
    assert [sentence.split(" ")[0] for sentence in found] == ["view", "draws", "colour"]


def test_a_scenario_is_frozen(population: Population) -> None:
    scenario = Scenario(name="small", population=population)
    with pytest.raises(InputError):
        scenario.seed = 2  # type: ignore[misc]


def test_changed_options_are_checked_again(population: Population) -> None:
    scenario = Scenario(name="small", population=population, seed=5)
    assert scenario.with_options(draws=3).draws == 3
    assert scenario.with_options(draws=3).seed == 5
    assert scenario.draws == 0
    with pytest.raises(InputError):
        scenario.with_options(years=(2012, 2010))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"workers": 0}, "workers is 0; allowed: a whole number, at least 1"),
        ({"microdata": True}, "microdata needs a folder; allowed: out=<folder>"),
    ],
)
def test_a_run_that_cannot_start_says_why(
    population: Population, arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError) as caught:
        Scenario(name="small", population=population).run(**arguments)
    assert str(caught.value) == says


def test_the_cohort_view_counts_until_everybody_has_died(population: Population) -> None:
    scenario = Scenario(name="small", population=population, years=(2010, 2012))
    assert counted_years(scenario) == (2010, 3 + 130)
    calendar = scenario.with_options(view="calendar")
    assert counted_years(calendar) == (2010, 3)


def test_progress_ends_at_the_number_of_lives_that_the_run_reports(population: Population) -> None:
    """Draws have their own incidence trends, hence other numbers of earlier diagnoses."""
    seen: list[tuple[int, int]] = []
    result = Scenario(
        name="small", population=population, view="calendar", lookback_years=20, draws=8
    ).run(progress=lambda done, lives: seen.append((done, lives)))
    assert seen == sorted(seen)
    assert seen[-1] == (result.run["lives"], result.run["lives"])


def test_the_discount_rate_is_one_wherever_none_is_given(population: Population) -> None:
    scenario = Scenario(name="small", population=population)
    of_runs = Outcomes().discount_rate
    assert scenario.discount_rate == PeopleServed(1.0).discount_rate == of_runs == 0.03
