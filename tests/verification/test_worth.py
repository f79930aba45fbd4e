"""What days are worth and what care costs: closed forms, and lives summed up again in Python.

Room: life.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from sim import Population, Scenario
from sim.counting.care_measures import COST_PARTS, PARTS_OF_ONE, WITHOUT_SYSTEMIC, Statistic
from sim.engine.parameters import build_world
from sim.engine.policies import build_strategies
from sim.engine.prices import stay_days_of
from sim.evidence.instruments import PERFORMANCES
from sim.evidence.mistakes import InputError
from sim.evidence.price_index import (
    FIRST_PRICE_YEAR,
    INDEX_SOURCE,
    LAST_PRICE_YEAR,
    RATE_SOURCE,
    price_factor,
    price_index,
)
from sim.evidence.prices import course_parts, known_prices
from sim.evidence.reader import evidence
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import DAYS_PER_YEAR, Reason, Stage, Therapy
from sim.inputs.catalog import strategy
from sim.inputs.outcomes import Outcomes
from sim.inputs.strategies import Knobs
from sim.inputs.treatment import Treatment
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import PERSON
from sim.life.worth import add_up_worth, add_worth, discounted_days, utility
from tests.replay import NOTHING, busy_care, copied, replay
from tests.simplified import SEVERAL, Records, alike, live_block, strategies_of

SEED = 17
N = 90
RATE = math.log(1.03) / DAYS_PER_YEAR
DRAWS = [0, 1, 5, 40, 200]


@pytest.fixture(scope="module")
def world() -> np.void:
    found: np.void = build_world(evidence().point)[0]
    return found


def somebody(**state: float) -> Records:
    """A person in some state, with the origin on day 100."""
    people = np.zeros(1, PERSON)
    people["origin_day"], people["discount_per_day"] = 100.0, RATE
    people["recovered_day"], people["horizon_day"] = -NEVER, NEVER
    for field, value in state.items():
        people[field] = value
    return people


def test_a_constant_state_is_worth_its_utility_times_an_annuity(world: np.void) -> None:
    """Four years after the origin at 3%: (1 - 1.03**-4) / ln(1.03) years."""
    people = somebody(pain=5.0, disease_performance=1, worth_since=40.0)
    people["now"] = 100.0 + 4.0 * DAYS_PER_YEAR
    add_up_worth(people[0], world)
    of_day = float(world["utility_at_rating"][5])
    annuity = (1.0 - 1.03**-4) / math.log(1.03)
    assert people[0]["discounted_utility_days"] / DAYS_PER_YEAR == pytest.approx(of_day * annuity)
    assert people[0]["utility_days"] / DAYS_PER_YEAR == pytest.approx(of_day * 4.0)
    assert people[0]["worth_since"] == people[0]["now"]


@pytest.mark.parametrize(
    ("since", "until", "rate", "days"),
    [
        (0.0, 100.0, RATE, 0.0),
        (0.0, 110.0, 0.0, 10.0),
        (130.0, 150.0, 0.0, 20.0),
        (0.0, 150.0, 0.01, (1.0 - math.exp(-0.5)) / 0.01),
        (120.0, 150.0, 0.01, (math.exp(-0.2) - math.exp(-0.5)) / 0.01),
    ],
)
def test_days_are_discounted_from_the_origin(
    since: float, until: float, rate: float, days: float
) -> None:
    person = somebody(discount_per_day=rate)[0]
    assert discounted_days(person, since, until) == pytest.approx(days)


def test_a_life_without_an_origin_is_worth_nothing(world: np.void) -> None:
    people = somebody(origin_day=NEVER, now=1e4)
    add_up_worth(people[0], world)
    assert people[0]["utility_days"] == people[0]["drug_cost"] == 0.0


def test_a_path_of_pain_by_hand(world: np.void) -> None:
    """Ten days at 8, then ten at 2.5, between two ratings; half a point of it is bone."""
    people = somebody(pain=8.0, bone_pain=3.0, disease_performance=1, worth_since=100.0, now=110.0)
    add_up_worth(people[0], world)
    people["pain"], people["bone_pain"], people["now"] = 2.0, 2.5, 120.0
    add_up_worth(people[0], world)
    at = world["utility_at_rating"]
    expected = 10.0 * at[8] + 10.0 * (at[2] + at[3]) / 2.0
    assert people[0]["utility_days"] == pytest.approx(expected)


@pytest.mark.parametrize("draw", DRAWS)
def test_utility_falls_with_pain_and_most_where_it_is_worst(draw: int) -> None:
    at = build_world(evidence().draw(draw))[0]["utility_at_rating"]
    assert (np.diff(at) <= 0.0).all()
    assert at[10] > 0.0
    assert at[0] <= 1.0
    assert at[5] - at[8] > 3.0 * (at[2] - at[5])


@pytest.mark.parametrize("draw", DRAWS)
def test_worse_states_are_worth_less(draw: int) -> None:
    world = build_world(evidence().draw(draw))[0]
    assert (np.diff(world["utility_of_performance"]) < 0.0).all()
    assert world["utility_of_performance"].min() > 0.0
    assert (np.diff(world["utility_of_walking"]) < 0.0).all()
    assert world["utility_of_walking"][2] > 0.0


def test_walking_and_performance_are_never_both_counted(world: np.void) -> None:
    without = float(world["utility_at_rating"][0])
    of_walking = [float(x) for x in world["utility_of_walking"]]
    for state, of_state in enumerate(world["utility_of_performance"]):
        assert utility(somebody(disease_performance=state)[0], world) == without * of_state
        for strength, frankel, legs in ((2, 1, 0), (3, 2, 0), (0, 0, 1)):
            level = 1 if frankel < 2 and legs == 0 else 2
            how = {"strength": strength, "frankel": frankel, "n_broken_legs": legs}
            # What is seen of performance, which walking moves, is not counted.
            person = somebody(disease_performance=state, performance=3, **how)[0]
            factor = utility(person, world) / without
            assert factor == pytest.approx(min(of_walking[level], of_state))
            assert factor in (pytest.approx(of_walking[level]), pytest.approx(of_state))


def test_losing_strength_never_raises_utility(world: np.void) -> None:
    for state in range(len(PERFORMANCES)):
        strong, weak, none = (
            utility(somebody(disease_performance=state, strength=s, frankel=f)[0], world)
            for s, f in ((0, 0), (2, 1), (4, 4))
        )
        assert strong >= weak >= none > 0.0


@pytest.mark.parametrize("pain", [6.0, 8.0, 10.0])
def test_those_who_are_operated_on_are_worth_what_was_measured_of_them(
    world: np.void, pain: float
) -> None:
    """EQ-5D before surgery for a compressed cord is 0.04 to 0.28; nothing was fitted to it."""
    for strength, frankel in ((2, 1), (3, 2), (4, 4)):
        for state in range(1, len(PERFORMANCES)):
            how = {"strength": strength, "frankel": frankel, "disease_performance": state}
            assert 0.04 <= utility(somebody(pain=pain, **how)[0], world) <= 0.28


def test_a_course_costs_utility_for_its_days(world: np.void) -> None:
    people = somebody(worth_since=100.0, recovered_day=104.0, recovery_loss=0.25, now=110.0)
    person = people[0]
    add_worth(person, person, world, 100.0, 110.0)
    assert person["utility_days"] == pytest.approx(9.0 * utility(person, world))


def utility_of(p: np.void, world: np.void) -> float:
    """The utility of a day, written down from its definition."""
    pain = max(float(p["pain"]), float(p["bone_pain"]))
    of_pain = float(np.interp(pain, range(11), world["utility_at_rating"]))
    factor = float(world["utility_of_performance"][p["disease_performance"]])
    if p["frankel"] > 1 or p["n_broken_legs"] > 0:
        factor = min(factor, float(world["utility_of_walking"][2]))
    elif p["strength"] == 2:
        factor = min(factor, float(world["utility_of_walking"][1]))
    return min(of_pain * factor, 1.0)


@pytest.mark.parametrize("horizon_days", [DAYS_PER_YEAR, 90.0, np.inf])
def test_sums_are_those_of_lives_taken_apart(horizon_days: float) -> None:
    """Each sum at the horizon from the states between events and what each event begins."""
    parameters = busy_care()
    parameters[1]["horizon_days"] = horizon_days
    world, cared = parameters[1][0], strategies_of("usual_care")
    care = cared.policies[0]
    rate = float(world["discount_per_day"])
    begun = ended = 0
    for life in replay(
        parameters, alike(N, stage=Stage.DISTANT), SEED, strategies=cared, strategy=0
    ):
        told = [(copied(p), day, event) for p, day, event in life]
        last = told[-1][0]
        origin = float(last["origin_day"])
        if origin == NEVER:
            continue
        end = origin + horizon_days

        def worth(day: float, origin: float = origin) -> float:
            return math.exp(-rate * (day - origin))

        found = dict.fromkeys(("plain", "discounted", "drugs", "therapy", "courses", "stays"), 0.0)
        recovered, loss = -NEVER, 0.0
        for (p, day, event), (after, _, _) in pairwise(told):
            now = float(p["now"])
            a, b = max(now, origin), min(day, end)
            if b > a:
                days = (worth(a) - worth(b)) / rate
                of_day = utility_of(p, world)
                found["plain"] += of_day * (b - a)
                found["discounted"] += of_day * days
                found["drugs"] += float(world["analgesia_price_per_day"][p["analgesia"]]) * days
                if p["therapy"] == Therapy.ON:
                    found["therapy"] += (
                        float(world["therapy_price_per_day"][p["therapy_class"]]) * days
                    )
                c = min(b, recovered)
                if c > a:
                    found["plain"] -= of_day * loss * (c - a)
                    found["discounted"] -= of_day * loss * (worth(a) - worth(c)) / rate
            if event == NOTHING:
                continue
            begins = after["event"] in (Event.COURSE_BEGUN, Event.BONE_COURSE_BEGUN)
            if begins:
                spine = after["event"] == Event.COURSE_BEGUN
                index = after["episode_treatment"] if spine else after["bone_treatment"]
                given = care["treatments"][index]
                if recovered <= day:
                    loss = 0.0
                loss = max(loss, float(given["utility_loss"]))
                recovered = max(recovered, day + float(given["utility_loss_days"]))
                if origin <= day < end:
                    begun += 1
                    stay = float(given["stay_days"])
                    cord = spine and after["episode_reason"] == Reason.CORD_COMPRESSION
                    if cord and not given["surgery"]:
                        stay += float(world["emergency_stay_days"])
                    found["courses"] += float(given["price"]) * worth(day)
                    found["stays"] += stay * float(world["stay_price_per_day"]) * worth(day)
            if after["n_complications"] > p["n_complications"] and origin <= day < end:
                found["stays"] += float(
                    world["complication_stay_days"] * world["stay_price_per_day"]
                ) * worth(day)
        died = float(last["death_day"])
        dies = died < end or horizon_days == np.inf
        ended += dies
        of_end = float(world["end_of_life_price"]) * worth(died) if dies else 0.0
        sums = last["at_horizon"]
        close = {"rel": 1e-9, "abs": 1e-9}
        assert sums["utility_days"] == pytest.approx(found["plain"], **close)
        assert sums["discounted_utility_days"] == pytest.approx(found["discounted"], **close)
        assert sums["drug_cost"] == pytest.approx(found["drugs"], **close)
        assert sums["therapy_cost"] == pytest.approx(found["therapy"], **close)
        assert sums["course_cost"] == pytest.approx(found["courses"], **close)
        assert sums["stay_cost"] == pytest.approx(found["stays"], **close)
        assert sums["end_of_life_cost"] == pytest.approx(of_end, **close)
        assert 0.0 <= sums["utility_days"] <= max(min(died, end) - origin, 0.0)
    assert begun > 20
    assert ended > 5


def test_what_days_are_worth_does_not_change_a_life() -> None:
    who, cared = alike(30, stage=Stage.DISTANT), strategies_of(*SEVERAL)
    lives = []
    for rate in (0.0, RATE):
        parameters = busy_care()
        worlds = parameters[1]
        worlds["discount_per_day"] = rate
        worlds["utility_at_rating"] *= 0.5 + rate
        worlds["stay_price_per_day"] = 100.0 * rate
        block = live_block(parameters, who, cared, seed=SEED)
        assert block.people is not None
        lives.append(block.people["fingerprint"].copy())
    np.testing.assert_array_equal(*lives)


@pytest.mark.parametrize("engine", ["cohort", "process"])
def test_a_cost_is_the_sum_of_its_parts(engine: str) -> None:
    block = live_block(
        busy_care(), alike(60, stage=Stage.DISTANT), strategies_of(*SEVERAL), engine=engine
    )
    sums = block.care_tally.sums
    np.testing.assert_array_equal(
        sums[..., Statistic.COST], sums[..., list(COST_PARTS)].sum(axis=-1)
    )
    np.testing.assert_array_equal(
        sums[..., Statistic.COST_WITHOUT_SYSTEMIC], sums[..., list(WITHOUT_SYSTEMIC)].sum(axis=-1)
    )
    assert (sums[:, 0, list(COST_PARTS)] > 0).all()
    years = sums[:, 0] / PARTS_OF_ONE
    assert (years[:, Statistic.QALY] < years[:, Statistic.QALY_UNDISCOUNTED]).all()
    assert (years[:, Statistic.QALY_UNDISCOUNTED] < years[:, Statistic.DAYS_ALIVE] / 365.25).all()


# Prices.


def test_the_index_brings_prices_to_one_year_by_hand() -> None:
    index = {year: row.medical_care for year, row in price_index().items()}
    assert price_factor("USD 2014", 2024) == index[2024] / index[2014]
    mean = (index[2006] + index[2007] + index[2008] + index[2009]) / 4.0
    assert price_factor("USD 2006-2009", 2020) == pytest.approx(index[2020] / mean)
    in_usd = 1.0 / price_index()[2012].cad_per_usd
    assert price_factor("CAD 2012", 2012) == pytest.approx(in_usd)
    assert price_factor("USD 2026", 2024) == 1.0  # as the last year of the index
    for impossible in ("USD 2999", "USD 2012-2005", "USD 1900"):
        with pytest.raises(ValueError, match="of 1996 to 2029, of several years the earlier first"):
            price_factor(impossible, 2024)
    assert price_factor("USD 2026", 2024) == 1.0
    assert price_factor("USD 2026", 2020) == price_factor("USD 2024", 2020)


def test_the_index_has_every_year_and_rises() -> None:
    rows = list(price_index().values())
    assert [row.year for row in rows] == list(range(FIRST_PRICE_YEAR, LAST_PRICE_YEAR + 1))
    assert (np.diff([row.medical_care for row in rows]) > 0.0).all()
    assert {INDEX_SOURCE, RATE_SOURCE} <= evidence().sources.keys()
    assert sum("index" in row.checked for row in rows) >= 10


def test_every_treatment_has_a_price_and_every_price_is_drawn() -> None:
    assert set(course_parts()) == set(known_treatments()) - {"analgesia_only"}
    for price in known_prices().values():
        row = evidence().parameters[price.key]
        assert row.distribution == "lognormal"
        assert (row.grade == "assumed") == (price.kind == "assumed")
        assert price.kind != "charge" or price.ratio
    priced = {part.price.key for parts in course_parts().values() for part in parts}
    assert priced <= known_prices().keys()


def prices_of(**asked: object) -> np.ndarray:
    """Prices of courses of the treatments of the program and of two of the user's."""
    own = [
        Treatment(name="dear", based_on="cryoablation", cost=9_000.0, price_basis="CAD 2012"),
        Treatment(name="twin", based_on="dear", sessions=3),
    ]
    outcomes = Outcomes(**asked)  # type: ignore[arg-type]
    found = build_strategies([strategy("usual_care")], own, Knobs(), evidence().point, 0, outcomes)
    prices: np.ndarray = found.policies["treatments"]["price"][0]
    return prices


def test_courses_are_priced_from_their_parts() -> None:
    names = [*known_treatments(), "dear", "twin"]
    paid = dict(zip(names, prices_of(), strict=False))
    index = {year: row.medical_care for year, row in price_index().items()}
    assert paid["analgesia_only"] == 0.0
    assert paid["ebrt_8gy1"] == pytest.approx(1087.0 * index[2024] / index[2014])
    assert paid["microwave"] == paid["rfa_cement"] == pytest.approx(3482.38 + 1773.92)
    day = 3167.0 * index[2024] / index[2022]
    whole_stay = 0.3 * 110_173.0 * index[2024] / index[2009]
    assert stay_days_of("surgery_rt") == 7.0
    assert paid["surgery_rt"] == pytest.approx(whole_stay - 7.0 * day + paid["ebrt_30gy10"])
    own = 9_000.0 / 0.9996 * index[2024] / index[2012]
    assert paid["dear"] == paid["twin"] == pytest.approx(own)


def test_a_treatment_of_the_users_has_its_own_stay_and_loss() -> None:
    own = [Treatment(name="mine", based_on="surgery_rt", stay_days=3, utility_loss=0.05)]
    found = build_strategies([strategy("usual_care")], own, Knobs(), evidence().point)
    known, mine = (found.policies["treatments"][0, i] for i in (-1 + len(known_treatments()), 14))
    assert (known["stay_days"], mine["stay_days"]) == (7.0, 3.0)
    assert mine["utility_loss"] == 0.05
    assert mine["utility_loss_days"] == known["utility_loss_days"]
    assert mine["price"] == known["price"]


def test_another_price_year_moves_all_prices_alike() -> None:
    now, then = prices_of(), prices_of(price_year=2014)
    index = {year: row.medical_care for year, row in price_index().items()}
    np.testing.assert_allclose(then, now * index[2014] / index[2024])


def test_society_also_pays_for_time_and_travel() -> None:
    names = [*known_treatments(), "dear", "twin"]
    more = dict(zip(names, prices_of(perspective="societal") - prices_of(), strict=False))
    visit = evidence().point["visit_time_cost", "all"]
    for name, sessions in {"ebrt_30gy10": 10, "ebrt_8gy1": 1, "surgery_rt": 11, "twin": 3}.items():
        assert more[name] == pytest.approx(sessions * visit), name


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"discount_rate": -0.01}, "discount_rate is -0.01; allowed: a rate a year of 0 to 0.2"),
        ({"discount_rate": 3}, "discount_rate is 3; allowed: a rate a year"),
        ({"price_year": 1990}, "price_year is 1990; allowed: a year of the price index, 1996 to"),
        ({"price_year": "2020"}, "price_year is '2020'; allowed: a year of the price index"),
        ({"perspective": "patient"}, "perspective is 'patient'; "),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(asked: dict[str, object], says: str) -> None:
    with pytest.raises(InputError) as caught:
        Scenario(name="town", population=Population.united_states(2010), **asked)
    assert len(caught.value.sentences) == 1
    assert caught.value.sentences[0].startswith(says)


def test_without_discounting_years_are_plain_sums() -> None:
    town = Scenario(
        name="town",
        population=Population.united_states(2010).scaled(4_000),
        horizon_years="life",
        discount_rate=0.0,
    )
    result = town.run(workers=1)
    assert result.value("qaly") == result.value("qaly_undiscounted") > 0.0
    assert result.run["discount_rate"] == 0.0
    later = town.with_options(discount_rate=0.1).run(workers=1)
    assert later.value("qaly") < result.value("qaly")
    assert later.value("qaly_undiscounted") == result.value("qaly_undiscounted")
    assert later.run["results_hash"] == result.run["results_hash"]
