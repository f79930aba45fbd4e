"""Who gets cancer: exact counts, numbers that stay with their people, ages and stages.

Room: inputs.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import Population
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES, STAGES, UNSTAGED_PRIMARIES, Stage
from sim.inputs.plan import (
    Plan,
    largest_remainder,
    person_number,
    unpack_number,
)
from sim.inputs.united_states import FIRST_YEAR, LAST_YEAR
from tests.simplified import TAIL, live_everybody, simplified


def plan_of(people: int, first: int = 2010, last: int = 2010) -> Plan:
    scaled = Population.united_states(2010).scaled(people)
    return scaled.plan(first, last, evidence().point)


def counts_of(plan: Plan) -> dict[tuple[int, int, int], int]:
    return {
        (int(g["year"]), int(g["primary"]), int(g["sex"])): int(g["count"]) for g in plan.groups
    }


@pytest.mark.parametrize(
    ("year", "people"),
    [
        (2010, 1_529_560),
        (2012, 1_638_910),
        (2013, 1_660_290),
        (2015, 1_658_370),
        (2020, 1_806_590),
        (2021, 1_898_160),
        (2022, 1_918_030),
        (2023, 1_958_310),
        (2024, 2_001_140),
        (2025, 2_041_910),
    ],
)
def test_the_united_states_have_the_published_number_of_new_cancers(year: int, people: int) -> None:
    population = Population.united_states(year)
    assert population.people_per_year == people
    plan = population.plan(year, year, evidence().point)
    assert plan.people == people
    drawn = population.plan(year, year, evidence().draw(1))
    assert drawn.people == people


def test_years_between_lie_between() -> None:
    """Between two years with a published total; totals themselves fell a little after 2013."""
    people = {
        year: Population.united_states(year).people_per_year
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    }
    assert people[2010] < people[2011] < people[2012]
    assert people[2015] < people[2016] < people[2017] < people[2018] < people[2020]


@pytest.mark.parametrize(
    ("year", "primary", "people"),
    [
        (2015, "prostate", 220_800),
        (2019, "prostate", 174_650),
        (2020, "prostate", 191_930),
        (2015, "lung", 221_200),
        (2020, "lung", 228_820),
        (2015, "colorectal", 132_700),
        (2020, "breast", 279_100),
        (2024, "breast", 313_510),
    ],
)
def test_sites_with_numbers_of_a_year_have_them(year: int, primary: str, people: int) -> None:
    plan = Population.united_states(year).plan(year, year, evidence().point)
    mine = plan.groups["primary"] == PRIMARIES.index(primary)
    assert plan.groups["count"][mine].sum() == pytest.approx(people, abs=2)


@pytest.mark.parametrize("year", [2009, 2026, 2010.0, "2010", True, None])
def test_a_year_outside_the_data_is_refused(year: object) -> None:
    with pytest.raises(InputError, match=r"^year is .*; allowed: a whole year from 2010 to"):
        Population.united_states(year)  # type: ignore[arg-type]


@pytest.mark.parametrize("people", [0, -5, 1.5, "100", True])
def test_a_number_of_people_that_cannot_be_is_refused(people: object) -> None:
    with pytest.raises(InputError, match=r"^people is .*; allowed: a whole number from 1"):
        Population.united_states(2010).scaled(people)  # type: ignore[arg-type]


@pytest.mark.parametrize("people", [1, 17, 1_000, 123_457])
def test_a_scaled_population_has_exactly_that_many_people(people: int) -> None:
    assert plan_of(people).people == people


@given(
    weights=st.lists(st.just(0.0) | st.floats(1e-3, 1e6), min_size=1, max_size=40).filter(any),
    total=st.integers(0, 10**7),
)
def test_largest_remainders_sum_to_the_total_and_miss_by_less_than_1(
    weights: list[float], total: int
) -> None:
    expected = np.array(weights) * (total / sum(weights))
    whole = largest_remainder(expected, total)
    assert whole.sum() == total
    assert (whole >= 0).all()
    assert (np.abs(whole - expected) <= 1.0 + 1e-9 * total).all()


@given(
    year=st.integers(1900, 2100),
    primary=st.integers(0, len(PRIMARIES) - 1),
    sex=st.integers(0, 1),
    index=st.integers(0, 2**32 - 1),
)
def test_a_number_says_who_it_is(year: int, primary: int, sex: int, index: int) -> None:
    number = person_number(year, primary, sex, index)
    assert unpack_number(number) == (year, primary, sex, index)
    assert number < 2**64


@given(people=st.integers(1, 5_000), more=st.integers(1, 3))
def test_adding_people_renumbers_nobody(people: int, more: int) -> None:
    """A group's numbers count up from 0, so that a larger group has those of the smaller.

    Largest remainder may take one person from a group when the total grows (the Alabama paradox);
    everybody else keeps their number, and with it their life.
    """
    smaller, larger = counts_of(plan_of(people)), counts_of(plan_of(people + more))
    assert sum(larger.values()) == sum(smaller.values()) + more
    assert all(larger.get(group, 0) >= n - 1 for group, n in smaller.items())


def test_a_thinned_plan_is_part_of_the_plan() -> None:
    plan = plan_of(3_000, 2008, 2012)
    thinned = plan.thinned(4_000)
    whole, part = counts_of(plan), counts_of(thinned)
    assert thinned.people == 4_000
    assert all(part[group] <= whole[group] for group in part)
    assert plan.thinned(plan.people) is plan


def test_years_before_the_data_follow_the_incidence_trend() -> None:
    values = dict(evidence().point)
    for key in values:
        if key[0] == "incidence_trend":
            values[key] = 0.02
    population = Population.united_states(2010)
    people = {y: population.plan(y, y, values).people for y in (1990, 2000, 2010)}
    assert people[2000] == pytest.approx(people[2010] * np.exp(-0.2), rel=1e-5)
    assert people[1990] == pytest.approx(people[2010] * np.exp(-0.4), rel=1e-5)


def test_the_stage_trend_moves_the_odds_of_distant_disease() -> None:
    def odds(year: int, before: float, since: float) -> float:
        values = {
            **evidence().point,
            ("stage_trend_before", "all"): before,
            ("stage_trend", "kidney"): since,
        }
        plan = Population.united_states(2010).plan(year, year, values)
        group = plan.groups[plan.groups["primary"] == PRIMARIES.index("kidney")][0]
        cells = plan.cells[group["first_cell"] : group["first_cell"] + group["n_cells"]]
        share = np.diff(cells["cumulative"], prepend=0.0)
        distant = share[cells["stage"] == Stage.DISTANT].sum()
        return float(distant / (1.0 - distant))

    now = odds(2010, 0.03, 0.01)
    assert odds(2000, 0.03, 0.01) / now == pytest.approx(np.exp(-0.3), rel=1e-9)
    assert odds(2020, 0.03, 0.01) / now == pytest.approx(np.exp(0.1), rel=1e-9)
    assert odds(2000, 0.0, 0.01) == pytest.approx(odds(2020, 0.03, 0.0), rel=1e-9)


def test_cells_cover_the_whole_of_luck_and_leave_no_age_out() -> None:
    plan = plan_of(1_000)
    for group in plan.groups:
        cells = plan.cells[group["first_cell"] : group["first_cell"] + group["n_cells"]]
        assert (np.diff(cells["cumulative"], prepend=0.0) > 0.0).all()
        assert cells["cumulative"][-1] == pytest.approx(1.0, abs=1e-12)
        assert (cells["age_low"] < cells["age_high"]).all()
        unstaged = PRIMARIES[group["primary"]] in UNSTAGED_PRIMARIES
        assert (cells["stage"] == Stage.NOT_STAGED).all() == unstaged
        assert (cells["stage"] == Stage.NOT_STAGED).any() == unstaged


def test_people_have_the_ages_and_stages_of_their_cells() -> None:
    """Chi-square of 20,000 people of one group over the cells they should fall into."""
    plan = plan_of(1_000)
    plan.groups["count"] = 0
    group = plan.groups[plan.groups["primary"] == PRIMARIES.index("lung")][:1]
    group["count"] = 20_000
    people, _, _ = live_everybody(simplified(), Plan(group, plan.cells))
    first = int(group["first_cell"][0])
    cells = plan.cells[first : first + int(group["n_cells"][0])]
    share = np.diff(cells["cumulative"], prepend=0.0)
    seen = np.array(
        [
            (
                (people["stage"] == cell["stage"])
                & (people["age_at_diagnosis"] >= cell["age_low"])
                & (people["age_at_diagnosis"] < cell["age_high"])
            ).sum()
            for cell in cells
        ]
    )
    assert seen.sum() == len(people)
    assert stats.chisquare(seen, share / share.sum() * len(people)).pvalue > TAIL
    date = people["diagnosis_year"] - 2010.0
    assert stats.kstest(date, stats.uniform.cdf).pvalue > TAIL
    assert set(np.unique(people["stage"])) == {0, 1, STAGES.index("distant")}


def test_one_primary_alone_is_the_same_people() -> None:
    everybody = Population.united_states(2010).scaled(50_000)
    prostate = everybody.only("prostate")
    assert prostate.name == "United States, prostate"
    plan = prostate.plan(2010, 2011, evidence().point)
    code = PRIMARIES.index("prostate")
    assert {int(g["primary"]) for g in plan.groups} == {code}
    whole, alone = (
        counts_of(plan_of(50_000)),
        counts_of(prostate.plan(2010, 2010, evidence().point)),
    )
    assert alone[2010, code, 0] == prostate.people_per_year
    assert abs(alone[2010, code, 0] - whole[2010, code, 0]) <= 1
    assert prostate.scaled(5_000).plan(2010, 2010, evidence().point).people == 5_000


def test_several_primaries_add_up_and_can_be_narrowed() -> None:
    everybody = Population.united_states(2010)
    both = everybody.only("breast", "prostate")
    assert both.people_per_year == 209_060 + 217_730
    assert both.only("prostate").people_per_year == 217_730
    assert everybody.only(*PRIMARIES).people_per_year == everybody.people_per_year


def test_a_primary_that_nobody_has_is_refused() -> None:
    everybody = Population.united_states(2010)
    with pytest.raises(InputError, match="names 'prostrate'; did you mean 'prostate'"):
        everybody.only("prostrate")
    with pytest.raises(InputError, match=r"^primaries is empty; allowed: any of breast"):
        everybody.only()
    with pytest.raises(InputError, match=r"United States, lung has nobody of them in 2010"):
        everybody.only("lung").only("breast")


def test_people_of_some_ages_are_as_many_as_their_share_and_all_of_that_age() -> None:
    everybody, point = Population.united_states(2010), evidence().point
    old = everybody.aged(65)
    young = everybody.aged(0, 65)
    assert old.people_per_year + young.people_per_year == pytest.approx(1_529_560, abs=1)
    people, _, _ = live_everybody(simplified(), old.scaled(3_000).plan(2010, 2010, point))
    ages = people["age_at_diagnosis"]
    assert len(ages) == 3_000
    assert ages.min() >= 65.0
    assert ages.max() > 85.0


def test_an_age_group_that_is_cut_keeps_the_share_of_its_years() -> None:
    everybody = Population.united_states(2010)
    band = everybody.aged(65, 75).people_per_year
    part = everybody.aged(70, 75).people_per_year
    assert part == pytest.approx(band / 2, abs=1)  # of a band of ten years, all ages alike
    both = everybody.aged(40).aged(0, 70)
    assert (both.age_low, both.age_high) == (40.0, 70.0)


def test_ages_and_primaries_may_be_kept_in_either_order() -> None:
    everybody = Population.united_states(2010)
    one = everybody.aged(65).only("prostate")
    other = everybody.only("prostate").aged(65)
    assert one.people_per_year == other.people_per_year
    plans = [p.plan(2010, 2010, evidence().point) for p in (one, other)]
    assert plans[0].groups.tolist() == plans[1].groups.tolist()
    assert plans[0].cells.tolist() == plans[1].cells.tolist()


def test_people_of_all_ages_are_everybody() -> None:
    everybody = Population.united_states(2010)
    same = everybody.aged(0)
    first, second = (p.plan(2010, 2010, evidence().point) for p in (everybody, same))
    assert first.groups.tolist() == second.groups.tolist()
    assert first.cells.tolist() == second.cells.tolist()


@pytest.mark.parametrize(
    ("ages", "said"),
    [
        ((-1,), "low is -1; allowed: an age from 0 to 100 years"),
        ((50, 40), "high is 40; allowed: more than low, which is 50"),
        (("old",), "low is 'old'; allowed: an age in years"),
    ],
)
def test_ages_that_are_none_are_refused(ages: tuple[object, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Population.united_states(2010).aged(*ages)  # type: ignore[arg-type]
