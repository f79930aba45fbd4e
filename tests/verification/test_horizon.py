"""Outcomes count from one origin to one horizon; looking at them changes no life.

Room: life.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from sim import Clinics, InputError, Population, Scenario
from sim.counting.care_description import describe_care
from sim.counting.care_measures import STATISTICS, Statistic
from sim.counting.care_tally import N_STATISTICS, SUBGROUPS
from sim.counting.tally import Window
from sim.engine.loop import DEATH, live_on
from sim.engine.policies import Strategies
from sim.engine.workers import live_segments
from sim.evidence.vocabulary import DAYS_PER_YEAR, PAUSE_CAUSES, OutcomesFor, Stage
from sim.inputs.catalog import strategy
from sim.inputs.plan import Plan
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import SUM_FIELDS, SUMS
from tests.outcomes import Lived, outcomes_of
from tests.replay import busy_care, newborn, steps
from tests.simplified import (
    SEVERAL,
    Parameters,
    Records,
    alike,
    live_block,
    lives_of,
    segments_of,
    strategies_of,
)
from tests.verification.test_conservation import parameter_sets, plan
from tests.verification.test_shared_pasts import LIVED, branched

SEED = 8
HORIZONS = (1.0, 45.0, DAYS_PER_YEAR, 5.0 * DAYS_PER_YEAR, NEVER)
FROM_THE_ORIGIN = (
    *("utility_days", "discounted_utility_days", "course_cost", "stay_cost", "drug_cost"),
    *("therapy_cost", "end_of_life_cost"),
)
NEAR = 1e-6
"""Days by which sums in another order may differ."""
UNLIKE = (
    "usual_care",
    "noms",
    strategy("usual_care", pain_threshold=4.0, wait_ratio=0.2),
    strategy("noms", pain_threshold=9.0, post_hold_days=200.0),
    "surgery_rt",
)
"""Also strategies whose first trigger comes before that of the reference, and after it, and pauses
that are open when a year is over."""
NEVER_RESUMED = tuple(f"never_resumed_by_{why}" for why in ("death", "progression", "surgery"))
GROW = (
    *("days_on_therapy", "days_paused", "days_off_therapy", "days_alive", "days_dead"),
    *("days_pain_below_4", "moderate_pain_days", "pain_days", "severe_pain_days", "pain_area"),
    *("pain_at_rest_days", "opioid_days", "days_walking", "pauses_per_person", "resumed"),
    *("pause_days", "delay_days", "wait_days", "course_days", "episodes_per_person", "courses"),
    *("fractures", "complications", "cord_compression", "paralysis", "procedure_deaths"),
    *NEVER_RESUMED,
    *("relieved", "treated"),
)


def described_by(horizon_days: float = DAYS_PER_YEAR, *, at_detection: bool = False) -> Parameters:
    cancers, worlds = busy_care()
    worlds["horizon_days"], worlds["origin_at_detection"] = horizon_days, at_detection
    return cancers, worlds


def kept(parameters: Parameters, who: Plan, cared: Strategies, engine: str = "cohort") -> Records:
    people = live_block(parameters, who, cared, seed=SEED, engine=engine).people
    assert people is not None
    return people


def told(people: Records) -> NDArray[np.float64]:
    """Statistics of everybody with an origin: shape (people, strategies, statistics)."""
    mine = people[people[:, 0]["origin_day"] < NEVER]
    found = np.zeros((*mine.shape, N_STATISTICS))
    describe_everybody(mine, found)
    return found


@njit  # type: ignore[untyped-decorator]
def describe_everybody(people: Records, found: NDArray[np.float64]) -> None:
    for row in range(people.shape[0]):
        for s in range(people.shape[1]):
            describe_care(people[row, s], people[row, 0], found[row, s])


def of(numbers: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    return numbers[..., STATISTICS.index(name)]


@pytest.fixture(scope="module")
def told_lives() -> list[list[Lived]]:
    """Thirty people's lives, under each strategy; a test says that no horizon changes them."""
    parameters = described_by()
    who, cared = alike(30, stage=Stage.DISTANT), strategies_of(*UNLIKE)
    lives = []
    for row in range(who.people):
        mine = (
            steps(newborn(parameters, who, SEED), row, parameters, cared, s)
            for s in range(len(UNLIKE))
        )
        thresholds = cared.policies["pain_threshold"].tolist()
        lives.append([Lived(life, pain) for life, pain in zip(mine, thresholds, strict=True)])
    return lives


@pytest.mark.parametrize("at_detection", [False, True], ids=["triggered", "detected"])
@pytest.mark.parametrize("horizon_days", HORIZONS)
def test_outcomes_are_those_of_the_events_from_origin_to_horizon(
    told_lives: list[list[Lived]], horizon_days: float, at_detection: bool
) -> None:
    parameters = described_by(horizon_days, at_detection=at_detection)
    who, cared = alike(30, stage=Stage.DISTANT), strategies_of(*UNLIKE)
    people = kept(parameters, who, cared)
    numbers = told(people)
    world = parameters[1][0]
    levels = float(world["moderate_pain"]), float(world["severe_pain"])
    cycles = [float(days) for days in world["therapy_cycle_days"]]
    place = opened = 0
    for row in range(who.people):
        origin = NEVER
        for s in range(len(UNLIKE)):
            policy, life = cared.policies[s], told_lives[row][s]
            if s == 0:
                origin = life.first("spinal_detected" if at_detection else "referred")
                assert origin == people[row, 0]["origin_day"]
            if origin == NEVER:
                break
            care = policy["treatments"], [bool(x) for x in policy["withhold"]], cycles
            expected = outcomes_of(life, origin, origin + horizon_days, *levels, care)
            opened += int(expected.pop("open", 0.0))
            for name, value in expected.items():
                said = float(of(numbers[place, s], name))
                assert said == pytest.approx(float(value), abs=NEAR), (row, s, name)
        place += origin < NEVER
    assert place > 20
    assert opened > 0 or horizon_days not in (45.0, DAYS_PER_YEAR)


def test_a_life_looked_at_is_the_life_cut_off_on_that_day() -> None:
    """Whoever dies on the day of the horizon has by then what the survivor had summed up."""
    who, cared = alike(200, stage=Stage.DISTANT), strategies_of("noms")
    for days in HORIZONS[1:4]:
        parameters = described_by(days)
        people = kept(parameters, who, cared)[:, 0]
        lived_past = (people["origin_day"] < NEVER) & (people["death_day"] > people["horizon_day"])
        rows = np.flatnonzero(lived_past)
        assert len(rows) > 20
        cut = newborn(parameters, who, SEED)
        cut["clock"][rows, Event.DEATH_OTHER] = people["horizon_day"][rows]
        for row in rows:
            assert live_on(cut, row, *parameters, cared.policies, DEATH, NEVER) == DEATH
        np.testing.assert_array_equal(cut["death_day"][rows], people["horizon_day"][rows])
        here, there = people["at_horizon"][rows], cut[rows]
        ended_now = ("pause_open", "pause_of_spine", "n_pauses", "paused_days", "pause_bone_part")
        ended_now += ("n_never_resumed", "bone_care_paused_days", "pause_part", "pause_start_day")
        ended_now += ("end_of_life_cost",)
        for name in set(SUMS.names or ()) - set(ended_now):
            np.testing.assert_array_equal(here[name], there[name], err_msg=name)
        paused = here["paused_days"].sum(axis=1) + here["bone_care_paused_days"]
        unfinished = here["pause_part"].sum(axis=1) + here["pause_bone_part"]
        paused += np.where(here["pause_open"] == 1, unfinished, 0.0)
        of_cut = there["paused_days"].sum(axis=1) + there["bone_care_paused_days"]
        np.testing.assert_allclose(paused, of_cut, atol=NEAR)


@settings(max_examples=15)
@given(
    parameters=parameter_sets(),
    names=st.permutations(SEVERAL),
    years=st.floats(0.001, 100.0) | st.just(NEVER),
    at_detection=st.booleans(),
)
def test_the_bars_of_everybody_make_the_horizon(
    parameters: Parameters, names: list[str], years: float, at_detection: bool
) -> None:
    parameters[1]["horizon_days"] = years * DAYS_PER_YEAR
    parameters[1]["origin_at_detection"] = at_detection
    people = branched(parameters, plan(), strategies_of(*names), SEED)
    assert_bars_add_up(told(people), years * DAYS_PER_YEAR)


def assert_bars_add_up(numbers: NDArray[np.float64], horizon_days: float) -> None:
    dead, alive = of(numbers, "days_dead"), of(numbers, "days_alive")
    of_therapy = [of(numbers, f"days_{x}") for x in ("on_therapy", "paused", "off_therapy")]
    of_pain = [of(numbers, x) for x in ("days_pain_below_4", "moderate_pain_days")]
    of_pain.append(of(numbers, "severe_pain_days"))
    for parts in (of_therapy, of_pain):
        assert all((part > -NEAR).all() for part in parts)
        np.testing.assert_allclose(sum(parts), alive, atol=NEAR)
    if horizon_days < NEVER:
        np.testing.assert_allclose(alive + dead, horizon_days, atol=NEAR)
    else:
        assert (dead == 0.0).all()
    assert (of(numbers, "pause_days") <= of(numbers, "days_paused") + NEAR).all()
    assert (of(numbers, "delay_days") <= of(numbers, "pause_days") + NEAR).all()
    assert (of(numbers, "severe_pain_days") <= of(numbers, "pain_days") + NEAR).all()
    ended = ("resumed", *NEVER_RESUMED)
    unfinished = of(numbers, "pauses_per_person") - sum(of(numbers, x) for x in ended)
    assert np.isin(unfinished, (0.0, 1.0)).all()


def test_a_longer_horizon_never_lowers_a_sum() -> None:
    who, cared = alike(300, stage=Stage.DISTANT), strategies_of(*UNLIKE)
    before = None
    for days in HORIZONS:
        numbers = told(kept(described_by(days), who, cared))
        for name in GROW:
            if before is None or (name == "days_dead" and days == NEVER):
                continue
            assert (of(numbers, name) >= of(before, name) - NEAR).all(), (days, name)
        before = numbers


@pytest.mark.parametrize("at_detection", [False, True], ids=["triggered", "detected"])
def test_what_is_described_changes_no_bit_of_a_life(at_detection: bool) -> None:
    who, cared = alike(300, stage=Stage.DISTANT), strategies_of(*UNLIKE)
    plain = kept(described_by(), who, cared)
    for days in HORIZONS:
        other = kept(described_by(days, at_detection=at_detection), who, cared)
        # What a life is worth and costs is summed up from the origin on, which is described.
        for name in set(LIVED) - set(FROM_THE_ORIGIN):
            np.testing.assert_array_equal(other[name], plain[name], err_msg=name)


def test_to_death_the_outcomes_are_all_that_is_summed_up_after_the_origin() -> None:
    who, cared = alike(300, stage=Stage.DISTANT), strategies_of(*UNLIKE)
    people = kept(described_by(NEVER), who, cared)
    mine = people[people[:, 0]["origin_day"] < NEVER]
    for field in SUM_FIELDS:
        np.testing.assert_array_equal(mine["at_horizon"][field.name], mine[field.name])
    survival = np.maximum(mine["death_day"] - mine[:, :1]["origin_day"], 0.0)
    np.testing.assert_array_equal(of(told(people), "days_alive"), survival)


def test_a_pause_open_at_the_horizon_has_its_days_and_no_end() -> None:
    who, cared = alike(600, stage=Stage.DISTANT), strategies_of("usual_care", "surgery_rt")
    people = kept(described_by(45.0), who, cared)
    numbers, longer = told(people), told(kept(described_by(), who, cared))
    mine = people[people[:, 0]["origin_day"] < NEVER]["at_horizon"]
    opened = (mine["pause_open"] == 1) & (mine["pause_of_spine"] == 1)
    assert opened.sum() > 10
    ended = ("resumed", *NEVER_RESUMED)
    counted = of(numbers, "pauses_per_person") - sum(of(numbers, x) for x in ended)
    np.testing.assert_array_equal(counted, opened)
    beyond = of(numbers, "pause_days") - of(numbers, "delay_days")
    assert (beyond[opened & (of(longer, "pause_days") > 0.0)] > 0.0).all()


@pytest.mark.parametrize("at_detection", [False, True], ids=["triggered", "detected"])
def test_engines_and_shared_pasts_look_at_the_same_sums(at_detection: bool) -> None:
    """At ties too: what brings a person to care or to light is dated on the day of the origin."""
    parameters = described_by(200.0, at_detection=at_detection)
    who, cared = alike(400, stage=Stage.DISTANT), strategies_of(*UNLIKE)
    people = kept(parameters, who, cared)
    numbers = told(people)
    first = people[:, 0]
    tied = (first["first_fracture_day"] == first["origin_day"]) & (first["origin_day"] < NEVER)
    tied |= (first["cord_compression_day"] == first["origin_day"]) & (first["origin_day"] < NEVER)
    assert tied.sum() > 10
    np.testing.assert_array_equal(told(branched(parameters, who, cared, SEED)), numbers)
    np.testing.assert_array_equal(told(kept(parameters, who, cared, "process")), numbers)
    window = Window(2010, 1, 2010, 2010, outcomes_for=int(OutcomesFor(2 * at_detection)))
    tallies = []
    for keep in (False, True):
        lives = lives_of(parameters, who, strategies=cared, seed=SEED, window=window, keep=keep)
        tallies.append(live_segments(lives, segments_of(who)).care_tally)
    for here, there in zip(*tallies, strict=True):
        np.testing.assert_array_equal(here, there)
    alive = tallies[0].sums[:, 0, Statistic.DAYS_ALIVE]
    assert tallies[0].sums[0, 0, Statistic.PEOPLE] > 0
    assert (alive > 0).all()


def scenario(**options: Any) -> Scenario:
    population = Population.united_states(2010).scaled(6_000)
    fields = {"population": population, "strategies": ["usual_care", "noms", "surgery_rt"]}
    return Scenario(name="horizon", **fields | options)


WHAT = {
    "two years": {"horizon_years": 2},
    "life": {"horizon_years": "life"},
    "triggered": {"outcomes_for": "triggered", "horizon_years": 0.5},
    "detected": {"outcomes_for": "detected"},
    "detected, life": {"outcomes_for": "detected", "horizon_years": "life"},
}


@pytest.fixture(scope="module")
def hash_of_a_year() -> str:
    """Of the lives of which a year from the first trigger on therapy is told."""
    asked = scenario(wait_ratio=0.0, horizon_years=1.0, outcomes_for="on_therapy")
    return str(asked.run(workers=1).run["results_hash"])


@pytest.mark.parametrize("options", WHAT.values(), ids=WHAT)
def test_engines_processes_and_clinics_give_the_same_outcomes(
    options: dict[str, Any], hash_of_a_year: str
) -> None:
    """And the lives, and so the hash of a run, are those of any other horizon."""
    asked = scenario(**options, wait_ratio=0.0)
    there = asked.run(workers=2)
    assert there.run["results_hash"] == hash_of_a_year
    open_for_all = Clinics.unlimited().model_copy(update={"follow_up_years": 0})
    for other in ({"engine": "process"}, {"access": open_for_all}):
        here = asked.with_options(**other).run(workers=2)
        known = there.outcomes.set_index(["strategy", "measure", "primary"])["value"]
        mine = here.outcomes.set_index(["strategy", "measure", "primary"])["value"]
        np.testing.assert_array_equal(mine.reindex(known.index), known)
        assert here.compare().equals(there.compare())


def test_who_is_described_are_more_and_more_people() -> None:
    people = {
        whose: scenario(outcomes_for=whose).run(workers=1).twins[0].people
        for whose in ("on_therapy", "triggered", "detected")
    }
    assert 0 < people["on_therapy"][0] < people["triggered"][0] < people["detected"][0]
    for groups in people.values():
        for by in ("primary", "age", "lesion", "instability"):
            of_all = [n for name, n in zip(SUBGROUPS, groups, strict=True) if name.startswith(by)]
            assert sum(of_all) == groups[0]


def test_days_of_therapy_lost_are_the_reference_s_less_one_s_own() -> None:
    result = scenario().run(workers=1)
    assert result.value("therapy_days_lost") == 0.0
    on = [result.value("days_on_therapy", name) for name in result.run["strategies"]]
    lost = [result.value("therapy_days_lost", name) for name in result.run["strategies"]]
    np.testing.assert_allclose(lost, on[0] - np.array(on), atol=1e-9)
    pairs = result.compare()
    pairs = pairs[pairs["subgroup"] == "all"].set_index(["strategy", "measure"])["difference"]
    for name in result.run["strategies"][1:]:
        assert pairs[name, "therapy_days_lost"] == pytest.approx(
            -pairs[name, "days_on_therapy"], abs=1e-4
        )


def test_the_bars_add_up_over_draws_of_fewer_people() -> None:
    result = scenario(draws=3, people_per_draw=2_000).run(workers=2)
    values = result.outcomes[result.outcomes["primary"] == "all"]
    wide = values.pivot_table(index=["strategy", "draw"], columns="measure", values="value")
    of_therapy = ["days_on_therapy", "days_paused", "days_off_therapy", "days_dead"]
    of_pain = ["days_pain_below_4", "moderate_pain_days", "severe_pain_days", "days_dead"]
    for bar in (of_therapy, of_pain):
        np.testing.assert_allclose(wide[bar].sum(axis=1), DAYS_PER_YEAR, atol=0.03)
    delays = wide[[f"{cause}_days" for cause in PAUSE_CAUSES]].sum(axis=1)
    np.testing.assert_allclose(delays, wide["delay_days"], atol=0.03)
    pairs = result.compare().query("subgroup == 'all' and measure == 'therapy_days_lost'")
    lost = wide["therapy_days_lost"].unstack("draw")[[1, 2, 3]].mean(axis=1)
    for row in pairs.to_dict("records"):
        assert row["mean"] == pytest.approx(lost[row["strategy"]], abs=0.01)


def test_a_year_is_the_year_that_is_told_of_always() -> None:
    result = scenario().run(workers=1)
    for name in result.run["strategies"]:
        for what in ("days_on_therapy", "days_alive"):
            year = result.value(f"{what}_1y", name)
            assert result.value(what, name) == pytest.approx(year, abs=0.01)
    assert result.run["horizon_years"] == 1.0
    assert result.run["outcomes_for"] == "on_therapy"


@pytest.mark.parametrize("wrong", [0, -1.0, 101, "lifetime", None, float("nan")])
def test_a_horizon_is_a_number_of_years_or_life(wrong: object) -> None:
    with pytest.raises(InputError, match=r"horizon_years is .* allowed: a number of years") as said:
        scenario(horizon_years=wrong)
    assert len(said.value.sentences) == 1
