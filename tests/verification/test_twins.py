"""Strategies compared person by person: every number against a direct computation from lives.

Room: tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim import Population, Scenario
from sim.counting.care_measures import CARE_MEASURES, PARTS_OF_ONE, STATISTICS
from sim.counting.care_tally import DISTRIBUTIONS, STATISTIC_OF, SUBGROUPS, CareTally
from sim.counting.spread import (
    N_BINS,
    QUANTILES,
    TIERS,
    bin_of,
    quantiles,
)
from sim.engine.workers import block_segments, live_segments
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import (
    AGE_GROUP_STARTS,
    AGE_GROUPS,
    DAYS_PER_YEAR,
    LESION_TYPES,
    MOST_EPISODES,
    PAUSE_CAUSES,
    PRIMARIES,
    Death,
    NeverResumed,
    Response,
)
from sim.life.hazards import NEVER
from sim.life.records import SUMS
from sim.result import Result
from sim.tables.compare import COMPARED, compare, ranking_flips
from tests.simplified import SEVERAL, Records, full, lives_of, strategies_of

PEOPLE, SEED = 60_000, 12
Numbers = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="module")
def result() -> Result:
    population = Population.united_states(2010).scaled(PEOPLE)
    return Scenario(name="twins", population=population, strategies=SEVERAL, seed=SEED).run()


@pytest.fixture(scope="module")
def lived() -> tuple[Records, CareTally]:
    """The same lives: people whose first trigger, under the reference, came on or due therapy."""
    plan = Population.united_states(2010).scaled(PEOPLE).plan(2010, 2010, evidence().point)
    lives = lives_of(full(), plan, strategies=strategies_of(*SEVERAL), seed=SEED)
    _, total = lives.tallies()
    found = []
    for segments in block_segments(plan, 5_000):
        block = live_segments(lives, segments)
        assert block.people is not None
        first = block.people[:, 0]
        chosen = (first["first_trigger_day"] < NEVER) & (first["therapy_at_trigger"] == 1)
        found.append(block.people[chosen])
        total.add(block.care_tally)
    people = np.concatenate(found)
    assert len(people) > 300
    return people, total


@pytest.fixture(scope="module")
def trigger_set(lived: tuple[Records, CareTally]) -> Records:
    return lived[0]


@pytest.fixture(scope="module")
def tally(lived: tuple[Records, CareTally]) -> CareTally:
    return lived[1]


def numbers(people: Records, s: int) -> Numbers:
    """One number a person of every statistic, from finished records, by its definition.

    What the sums at the origin and at the horizon are is tested in `test_horizon`.
    """
    p, reference = people[:, s], people[:, 0]
    before, by_then = p["at_origin"], p["at_horizon"]
    sums = set(SUMS.names or ()) - {"pause_start_day"}  # a day
    gained = {name: by_then[name] - before[name] for name in sums}
    alive = np.clip(np.minimum(p["death_day"], reference["horizon_day"]) - p["origin_day"], 0, None)
    on = [q["at_horizon"]["days_on_therapy"] - q["at_origin"]["days_on_therapy"]
          for q in (reference, p)]  # fmt: skip
    every_pause = all_paused(by_then) - all_paused(before)
    told = pauses_within(people, s)
    paused = np.array([sum(days for days, _ in mine) for mine in told])
    pain = gained["pain_days"]
    relieved = p["relief_day"] < reference["horizon_day"]
    assessed = np.arange(6) < p["n_assessed"][:, None]
    for_good = gained["n_never_resumed"]
    found = {
        "people": np.ones(len(p)),
        "episodes_per_person": gained["n_episodes"],
        "courses": gained["n_courses"],
        "pauses_per_person": [len(mine) for mine in told],
        "resumed": gained["n_resumed"],
        **{f"resumed_{d}d": gained["n_resumed_by"][:, i] for i, d in enumerate((14, 28, 56))},
        "never_resumed_by_death": for_good[:, NeverResumed.DEATH],
        "never_resumed_by_progression": for_good[:, NeverResumed.PROGRESSION],
        "never_resumed_by_surgery": for_good[:, NeverResumed.SURGERY],
        "pause_days": paused,
        "delay_days": [sum(days for days, resumed in mine if resumed) for mine in told],
        **{f"{cause}_days": gained["delay_days"][:, i] for i, cause in enumerate(PAUSE_CAUSES)},
        "days_on_therapy_1y": p["days_on_therapy_1y"],
        "days_alive_1y": np.clip(p["death_day"] - p["origin_day"], 0.0, DAYS_PER_YEAR),
        "paused_days_1y": p["paused_days_1y"],
        "toxicity_days_1y": p["toxicity_days_1y"],
        "days_on_therapy": on[1],
        "days_paused": every_pause,
        "days_off_therapy": alive - on[1] - every_pause,
        "days_alive": alive,
        "days_dead": DAYS_PER_YEAR - alive,
        "therapy_days_lost": on[0] - on[1],
        "days_pain_below_4": alive - pain,
        "moderate_pain_days": pain - gained["severe_pain_days"],
        **{n: gained[n] for n in ("pain_days", "severe_pain_days", "pain_area", "opioid_days")},
        "pain_at_rest_days": gained["pain_at_rest_days"],
        "pain_only_on_movement_days": pain - gained["pain_at_rest_days"],
        "days_walking": alive - gained["not_walking_days"],
        "fractures": gained["n_fractures"],
        "cord_compression": gained["n_cord_compressions"] > 0,
        "paralysis": gained["not_walking_days"] > 0.0,
        "complications": gained["n_complications"],
        "procedure_deaths": (p["death_cause"] == Death.PROCEDURE)
        & (p["death_day"] <= reference["horizon_day"]),
        "relieved": relieved,
        "days_to_relief": np.where(relieved, p["relief_day"], 0.0)
        - np.where(relieved, p["first_trigger_day"], 0.0),
        "treated": gained["n_courses"] > 0,
        "qaly": gained["discounted_utility_days"] / DAYS_PER_YEAR,
        "qaly_undiscounted": gained["utility_days"] / DAYS_PER_YEAR,
    }
    costs = {
        "cost_of_courses": np.rint(gained["course_cost"]),
        "cost_of_stays": np.rint(gained["stay_cost"]),
        "cost_of_drugs": np.rint(gained["drug_cost"]),
        "cost_of_systemic_therapy": np.rint(gained["therapy_cost"]),
        "cost_of_end_of_life": np.rint(gained["end_of_life_cost"]),
    }
    found |= costs
    found["cost"] = sum(costs.values())
    found["cost_without_systemic"] = sum(list(costs.values())[:3])
    for i, time in enumerate(("3d", "1w", "1m", "3m", "6m", "12m")):
        read = assessed[:, i]
        found[f"assessed_{time}"] = read
        found[f"pain_{time}"] = np.where(read, p["assessed_pain"][:, i], 0.0)
        response = p["assessed_response"][:, i]
        found[f"complete_{time}"] = read & (response == Response.COMPLETE)
        found[f"partial_{time}"] = read & (response == Response.PARTIAL)
    return {name: np.asarray(value, float) for name, value in found.items()}


def all_paused(sums: Records) -> NDArray[np.float64]:
    """Days paused by a day, those of a pause that is open then included."""
    open_days = sums["pause_part"].sum(axis=1) + sums["pause_bone_part"]
    open_days = np.where(sums["pause_open"] == 1, open_days, 0.0)
    days = sums["paused_days"].sum(axis=1) + sums["bone_care_paused_days"] + open_days
    return np.asarray(days, float)


def pauses_within(people: Records, s: int) -> list[list[tuple[float, bool]]]:
    """Days between origin and horizon of each pause of the spine, and whether it was resumed."""
    found = []
    for p in people[:, s]:
        before, by_then = p["at_origin"], p["at_horizon"]
        mine = []
        for i in range(before["n_pauses"], by_then["n_pauses"]):
            days = float(p["pause_length"][i])
            if before["pause_open"] == 1 and p["pause_day"][i] == before["pause_start_day"]:
                days -= float(before["pause_part"].sum())
            mine.append((days, bool(p["pause_resumed"][i] == 1)))
        if by_then["pause_open"] == 1 and by_then["pause_of_spine"] == 1:
            days = float(by_then["pause_part"].sum())
            if (
                before["pause_open"] == 1
                and by_then["pause_start_day"] == before["pause_start_day"]
            ):
                days -= float(before["pause_part"].sum())
            mine.append((days, False))
        found.append(mine)
    return found


def subgroups(reference: Records) -> dict[str, NDArray[np.bool_]]:
    """Who is in each subgroup, by the first trigger under the reference."""
    age = reference["age_at_diagnosis"] + reference["first_trigger_day"] / DAYS_PER_YEAR
    group = np.searchsorted(AGE_GROUP_STARTS, age, "right") - 1
    sins = reference["trigger_sins"]
    unstable = {"stable": sins <= 6, "unstable": sins >= 13}
    unstable["potentially_unstable"] = ~(unstable["stable"] | unstable["unstable"])
    return {
        "all": np.ones(len(reference), bool),
        **{f"primary: {n}": reference["primary"] == i for i, n in enumerate(PRIMARIES)},
        **{f"age: {n}": group == i for i, n in enumerate(AGE_GROUPS)},
        **{f"lesion: {n}": reference["trigger_type"] == i for i, n in enumerate(LESION_TYPES)},
        **{f"instability: {n}": mine for n, mine in unstable.items()},
    }


def test_sums_over_the_trigger_set_are_those_of_the_lives(
    tally: CareTally, trigger_set: Records
) -> None:
    """Every statistic, strategy and subgroup, but for the rounding to hundredths."""
    members = subgroups(trigger_set[:, 0])
    assert set(members) == set(SUBGROUPS)
    for s in range(len(SEVERAL)):
        mine = numbers(trigger_set, s)
        assert mine.keys() == set(STATISTICS)
        for k, statistic in enumerate(STATISTICS):
            for g, subgroup in enumerate(SUBGROUPS):
                chosen = mine[statistic][members[subgroup]]
                found = tally.sums[s, g, k] / PARTS_OF_ONE[k]
                half = 0.5 / PARTS_OF_ONE[k]
                assert found == pytest.approx(chosen.sum(), abs=half * len(chosen) + 1e-6), (
                    statistic,
                    subgroup,
                )


def test_courses_are_counted_by_treatment(tally: CareTally, trigger_set: Records) -> None:
    before, by_then = trigger_set["at_origin"], trigger_set["at_horizon"]
    given = (by_then["n_courses_of"] - before["n_courses_of"]).sum(axis=0)
    np.testing.assert_array_equal(tally.courses, given)
    whole = (by_then["n_courses"] - before["n_courses"]).sum(axis=0)
    np.testing.assert_array_equal(given.sum(axis=1), whole)


@pytest.fixture(scope="module")
def table(result: Result) -> pd.DataFrame:
    return result.compare().set_index(["strategy", "measure", "subgroup"]).sort_index()


def rounding(values: NDArray[np.float64]) -> float:
    """How far a variance may be off: squares are summed in tenths, means in hundredths."""
    return float(0.21 * np.abs(values).max() + 0.02 + 1e-5 * (values**2).mean())


@pytest.mark.parametrize("measure", COMPARED)
def test_paired_differences_are_those_computed_person_by_person(
    table: pd.DataFrame, trigger_set: Records, measure: str
) -> None:
    """Mean, interval, spread of the difference and narrowing, in every subgroup large enough."""
    members = subgroups(trigger_set[:, 0])
    before = numbers(trigger_set, 0)[COMPARED[measure].label]
    compared = 0
    for s, name in enumerate(SEVERAL[1:], start=1):
        after = numbers(trigger_set, s)[COMPARED[measure].label]
        for subgroup, chosen in members.items():
            n = int(chosen.sum())
            if n < 2:
                assert (name, measure, subgroup) not in table.index
                continue
            compared += 1
            row = table.loc[(name, measure, subgroup)]
            x, y = before[chosen], after[chosen]
            size = max(np.abs(x).max(), np.abs(y).max(), 1.0)
            close = {"rel": 1e-5, "abs": 0.01 + 1e-6 * size}
            assert row["people"] == n
            assert row["reference"] == SEVERAL[0]
            assert row["reference_mean"] == pytest.approx(x.mean(), **close)
            assert row["mean"] == pytest.approx(y.mean(), **close)
            assert row["difference"] == pytest.approx((y - x).mean(), **close)
            # The variance is that of the people, not of a sample.
            spread = np.std(y - x)
            assert row["sd_paired"] ** 2 == pytest.approx(spread**2, abs=rounding(y - x))
            assert row["interval_over"] == "people"
            if n < 30 or row["sd_paired"] == 0.0:
                assert np.isnan([row["lo"], row["hi"]]).all()
            else:
                # Student's, of a sample whose variance is that of the people.
                half = stats.t.ppf(0.975, n - 1) * row["sd_paired"] / np.sqrt(n - 1)
                assert row["lo"] == pytest.approx(row["difference"] - half, rel=1e-5, abs=1e-6)
                assert row["hi"] == pytest.approx(row["difference"] + half, rel=1e-5, abs=1e-6)
            if spread > 20.0 and n > 30:
                apart = x.var() + y.var()
                assert row["narrowing"] == pytest.approx(apart / spread**2, rel=0.03)
            assert row["unit"] == CARE_MEASURES[measure].unit
    assert compared > 30


def test_pairing_narrows_what_the_disease_decides(table: pd.DataFrame) -> None:
    for name in SEVERAL[1:]:
        for measure in ("days_alive", "days_alive_1y", "opioid_days"):
            assert table.loc[(name, measure, "all"), "narrowing"] > 2.0


def test_a_strategy_compared_with_itself_differs_in_nothing() -> None:
    from sim.inputs.catalog import strategy

    same = strategy("noms").with_knobs("same", wait_ratio=1.0)
    town = Population.united_states(2010).scaled(10_000)
    found = Scenario(name="same", population=town, strategies=["noms", same]).run().compare()
    assert len(found) > 100
    for column in ("difference", "sd_paired"):
        assert (found[column] == 0.0).all()
    # Nothing varies, from which no interval can be made.
    assert found[["lo", "hi"]].isna().all(axis=None)
    assert np.isinf(found["narrowing"]).all()


def test_the_reference_says_who_is_compared(table: pd.DataFrame, result: Result) -> None:
    """The same people for every strategy, whoever else would have triggered under it."""
    assert table["people"].groupby(level="subgroup").nunique().eq(1).all()
    assert set(table.index.get_level_values("strategy")) == set(SEVERAL[1:])
    pairs = compare(result.twins, SEVERAL)
    pd.testing.assert_frame_equal(pairs, result.compare()[pairs.columns])


@pytest.mark.parametrize(("over", "n"), [("parameter draws", 39), ("replicates", 3)])
def test_over_draws_and_replicates_the_interval_is_theirs(
    over: str, n: int, request: pytest.FixtureRequest
) -> None:
    if over == "parameter draws":
        found: Result = request.getfixturevalue("thirty_nine_draws")
    else:
        town = Population.united_states(2010).scaled(8_000)
        names = ["usual_care", "rfa_cement"]
        found = Scenario(name="over", population=town, strategies=names, replicates=3).run()
    table = found.compare().query("strategy == 'rfa_cement'")
    assert set(table["interval_over"]) == {over}
    values = found.outcomes[
        (found.outcomes["measure"] == "pain_days") & (found.outcomes["primary"] == "all")
    ]
    by_run = values.pivot_table(index=["draw", "replicate"], columns="strategy", values="value")
    if over == "parameter draws":
        by_run = by_run.drop(0, level="draw")
    difference = (by_run["rfa_cement"] - by_run["usual_care"]).to_numpy()
    assert len(difference) == n
    row = table[(table["measure"] == "pain_days") & (table["subgroup"] == "all")].iloc[0]
    assert row["difference"] == pytest.approx(difference.mean(), rel=1e-4, abs=1e-3)
    low, high = stats.ttest_1samp(difference, 0.0).confidence_interval(0.95)
    if over == "parameter draws":
        low, high = difference.min(), difference.max()
    assert row["lo"] == pytest.approx(low, rel=1e-4, abs=1e-3)
    assert row["hi"] == pytest.approx(high, rel=1e-4, abs=1e-3)


def spread_out(
    people: Records, s: int, measure: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What a distribution is of, from finished records, and whose each number is."""
    if measure.endswith("_per_pause"):
        wanted = (True,) if measure == "delay_days_per_pause" else (True, False)
        told = [
            (days, row)
            for row, mine in enumerate(pauses_within(people, s))
            for days, resumed in mine
            if resumed in wanted
        ]
        return np.array([days for days, _ in told]), np.array([row for _, row in told], int)
    found = numbers(people, s)
    everybody = np.ones(len(people), bool)
    chosen = found["relieved"] > 0 if measure == "days_to_relief" else everybody
    whose = np.flatnonzero(chosen)
    return found[measure][whose], whose


@pytest.mark.parametrize("measure", DISTRIBUTIONS)
def test_quantiles_are_those_of_the_lives_within_a_bin(
    result: Result, trigger_set: Records, measure: str
) -> None:
    names = ["strategy", "measure", "primary", "statistic"]
    delays = result.delays.set_index(names)["value"].sort_index()
    for s, name in enumerate(SEVERAL):
        days, whose = spread_out(trigger_set, s, measure)
        for primary in ("all", *PRIMARIES):
            mine = np.ones(len(days), bool)
            if primary != "all":
                mine = trigger_set[whose, 0]["primary"] == PRIMARIES.index(primary)
            if not mine.any():
                continue
            sample = days[mine]
            row = delays.loc[(name, measure, primary)]
            assert row["mean"] == pytest.approx(sample.mean(), abs=0.006, rel=1e-4)
            if measure in STATISTIC_OF:
                assert row["sd"] ** 2 == pytest.approx(sample.var(), abs=rounding(sample))
            else:  # from the bins
                widest = next(width for width, end in TIERS if sample.max() <= end)
                assert row["sd"] == pytest.approx(sample.std(), abs=widest / 2.0)
            for quantile, share in QUANTILES.items():
                # Between the people next to the quantile, give or take the bin they are in.
                low = np.quantile(sample, share, method="lower")
                if share * len(sample) == round(share * len(sample)):
                    low = np.sort(sample)[max(round(share * len(sample)) - 1, 0)]
                high = np.quantile(sample, share, method="higher")
                width = next(width for width, end in TIERS if high <= end)
                assert low - width <= row[quantile] <= high + width, (primary, quantile)


def test_where_everybody_has_the_same_days_they_have_no_spread(
    result: Result, trigger_set: Records
) -> None:
    """Everybody of a primary with as many days, be it one person or none: standard deviation 0."""
    found = numbers(trigger_set, 0)
    names = ["strategy", "measure", "primary", "statistic"]
    delays = result.delays.set_index(names)["value"].sort_index()
    seen = 0
    for measure in ("days_alive_1y", "delay_days", "wait_days"):
        for code, primary in enumerate(PRIMARIES):
            mine = found[measure][trigger_set[:, 0]["primary"] == code]
            if len(mine) and np.ptp(mine) == 0.0:
                seen += 1
                assert delays.loc[(SEVERAL[0], measure, primary, "sd")] < 0.01
    assert seen > 0


def test_the_comparison_has_the_quartiles_of_both(table: pd.DataFrame, result: Result) -> None:
    names = ["strategy", "measure", "primary", "statistic"]
    delays = result.delays.set_index(names)["value"].sort_index()
    reference, *others = SEVERAL
    for other in others:
        for subgroup, primary in (("all", "all"), ("primary: breast", "breast")):
            row = table.loc[(other, "pain_days", subgroup)]
            for name, of in (("median", "p50"), ("p25", "p25"), ("p75", "p75")):
                assert row[name] == delays.loc[(other, "pain_days", primary, of)]
                mine = delays.loc[(reference, "pain_days", primary, of)]
                assert row[f"reference_{name}"] == mine
        assert table.loc[(other, "pain_area", "all"), "median":"p75"].isna().all()
        assert np.isnan(table.loc[(other, "pain_days", "lesion: lytic"), "median"])


def test_the_lengths_of_the_pauses_add_up(trigger_set: Records) -> None:
    """Each length is written down once: their sum is what causes add up to, by how they ended."""
    told = np.arange(MOST_EPISODES) < trigger_set["n_pauses"][..., None]
    lengths = np.where(told, trigger_set["pause_length"], 0.0)
    resumed = told & (trigger_set["pause_resumed"] == 1)
    np.testing.assert_array_equal(resumed.sum(axis=-1), trigger_set["n_resumed"])
    for chosen, days in ((told, "paused_days"), (resumed, "delay_days")):
        summed = np.where(chosen, lengths, 0.0).sum(axis=-1)
        np.testing.assert_allclose(summed, trigger_set[days].sum(axis=-1), atol=1e-6)


def test_bins_are_none_then_wider_and_wider() -> None:
    assert [bin_of(days) for days in (0.0, 0.2, 0.25, 0.26, 50.25)] == [0, 1, 1, 2, 201]
    assert [bin_of(days) for days in (51.25, 51.26, 400.25, 400.3)] == [202, 203, 551, 552]
    assert [bin_of(days) for days in (51_200.25, 1e9)] == [N_BINS - 1, N_BINS - 1]
    assert bin_of(DAYS_PER_YEAR) + 1 == bin_of(DAYS_PER_YEAR + 0.01)
    assert np.isnan(list(quantiles(np.zeros(N_BINS, np.int64)).values())).all()


@pytest.mark.parametrize("median", [15.0, 60.0, 300.0, 700.0, 3_000.0])
@pytest.mark.parametrize("sd_log", [0.3, 1.0, 2.0])
def test_a_median_is_right_to_a_percent(median: float, sd_log: float) -> None:
    """Against the exact quantiles of the same people; a twentieth of a day below a week."""
    days = median * np.exp(sd_log * np.random.default_rng(4).standard_normal(20_000))
    found = quantiles(np.bincount([bin_of(d) for d in days], minlength=N_BINS))
    for name in ("p25", "p50", "p75"):
        exact = np.quantile(days, QUANTILES[name])
        assert found[name] == pytest.approx(exact, rel=0.01, abs=0.05), name


def test_outcomes_are_those_of_the_lives(result: Result, trigger_set: Records) -> None:
    """Means per person, ratios of sums, shares: written down from their definitions."""
    values = result.outcomes[result.outcomes["primary"] == "all"]
    for s, name in enumerate(SEVERAL):
        told = values[values["strategy"] == name].set_index("measure")["value"]
        n = numbers(trigger_set, s)
        due = n["days_on_therapy_1y"] + n["paused_days_1y"] + n["toxicity_days_1y"]
        pauses = n["pauses_per_person"].sum()
        expected = {
            "pause_days": n["pause_days"].mean(),
            "delay_days": n["delay_days"].mean(),
            "delay_days_per_pause": n["delay_days"].sum() / n["resumed"].sum(),
            "pause_days_per_pause": n["pause_days"].sum() / pauses,
            "relative_dose_intensity": 100.0 * n["days_on_therapy_1y"].sum() / due.sum(),
            "resumed_28d": 100.0 * n["resumed_28d"].sum() / pauses,
            "days_alive": n["days_alive"].mean(),
            "relieved": 100.0 * n["relieved"].mean(),
            "days_to_relief": n["days_to_relief"].sum() / n["relieved"].sum(),
            "worst_pain_1m": n["pain_1m"].sum() / n["assessed_1m"].sum(),
            "partial_response_3m": 100.0 * n["partial_3m"].sum() / n["assessed_3m"].sum(),
            "paralysis": 100.0 * n["paralysis"].mean(),
        }
        for measure, value in expected.items():
            assert told[measure] == pytest.approx(value, rel=1e-4, abs=0.006), measure
        parts = sum(told[f"{cause}_days"] for cause in PAUSE_CAUSES)
        assert told["delay_days"] == pytest.approx(parts, abs=0.03)


def test_a_ranking_flips_where_two_lines_cross() -> None:
    holds = [0.0, 5.0, 10.0]
    delays = {"a": [1.0, 4.0, 9.0], "b": [3.0, 5.0, 6.0], "c": [10.0, 10.0, 10.0]}
    assert ranking_flips(holds, delays) == [("a", "b", 6.25)]
    assert ranking_flips(holds, {"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0]}) == []
