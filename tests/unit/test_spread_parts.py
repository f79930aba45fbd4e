"""What numbers vary by is recovered: draws, replicates and people that were made up apart.

Room: tables. The oracles are the standard deviations with which samples were made.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Population, Scenario
from sim.counting.care_tally import SUBGROUPS
from sim.counting.counts import Count
from sim.evidence.vocabulary import AGE_GROUPS, PRIMARIES, SEXES
from sim.tables.case_counts import CaseCounts
from sim.tables.columns import COLUMN_WORDS
from sim.tables.compare import COMPARED, PairedMeans, compare
from sim.tables.rates import rates
from sim.tables.sampled_people import SampledPeople, sampled_people
from sim.tables.spread_parts import SPREAD_PARTS, by_draw_and_replicate, spread_parts
from sim.tables.strata import counts_by
from sim.tables.summary import summarize

DRAWS, REPLICATES = 200, 100
BY_DRAW, BY_LUCK, BY_PEOPLE = 5.0, 3.0, 7.0


def error(sd: float, n: int) -> float:
    """Four standard errors of a standard deviation of so many normal numbers."""
    return 4.0 * sd / np.sqrt(2.0 * (n - 1))


def samples(draws: int = DRAWS, replicates: int = REPLICATES) -> pd.DataFrame:
    """A number in every draw and replicate; the point estimate has luck alone."""
    rng = np.random.default_rng(1)
    luck = rng.normal(0.0, BY_LUCK, replicates)
    drawn = rng.normal(50.0, BY_DRAW, (draws, 1)) + luck
    drawn = drawn + rng.normal(0.0, BY_PEOPLE, drawn.shape)
    values = np.concatenate([(50.0 + luck)[None], drawn])
    index = pd.MultiIndex.from_product(
        [range(draws + 1), range(replicates)], names=["draw", "replicate"]
    )
    return pd.DataFrame({"value": values.ravel()}, index)


def test_draws_luck_and_people_are_told_apart() -> None:
    found = spread_parts(*by_draw_and_replicate(samples()))
    left = BY_PEOPLE / np.sqrt(REPLICATES)
    assert abs(found["sd_draws"][0] - BY_DRAW) < error(BY_DRAW, DRAWS)
    assert abs(found["sd_replicates"][0] - BY_LUCK) < error(BY_LUCK, REPLICATES)
    assert abs(found["sd_people"][0] - left) < error(left, DRAWS * REPLICATES)


def test_what_people_add_is_taken_off_the_spread_of_draws() -> None:
    """With two replicates people add 49 / 2 to a variance of 25."""
    found = spread_parts(*by_draw_and_replicate(samples(20_000, 2)))
    assert found["sd_draws"][0] == pytest.approx(BY_DRAW, rel=0.03)
    assert found["sd_people"][0] == pytest.approx(BY_PEOPLE / np.sqrt(2.0), rel=0.03)


def test_one_replicate_tells_what_is_expected() -> None:
    drawn, point = by_draw_and_replicate(samples(2_000, 1))
    found = spread_parts(drawn, point, [4.0], [9.0])
    both = float(np.hypot(BY_DRAW, BY_PEOPLE))
    assert abs(found["sd_draws"][0] - both) < error(both, 2_000)
    assert (found["sd_replicates"][0], found["sd_people"][0]) == (3.0, 2.0)
    unknown = spread_parts(drawn, point)
    assert np.isnan([unknown["sd_replicates"][0], unknown["sd_people"][0]]).all()


def test_without_draws_there_is_luck_alone() -> None:
    drawn, point = by_draw_and_replicate(samples(0))
    found = spread_parts(drawn, point)
    assert found["sd_replicates"][0] == pytest.approx(point[:, 0].std(ddof=1))
    assert np.isnan([found["sd_draws"][0], found["sd_people"][0]]).all()


def test_a_draw_in_which_a_number_is_missing_is_left_out() -> None:
    whole = samples(30, 3)
    drawn, point = by_draw_and_replicate(whole.drop(index=[(7, 1)]))
    assert drawn.shape == (29, 3, 1)
    assert point.shape == (3, 1)


PER_DRAW, MEAN = 4, 400.0
"""People of the population that a life of a draw stands for; a count of a stratum."""


def counted(draws: int, replicates: int) -> Any:
    """A run of counts that vary by a fifth over draws, and else as counts do."""
    rng = np.random.default_rng(2)
    counts = CaseCounts(["usual_care"], 2010, 1, AGE_GROUPS)
    shape = len(Count), 1, len(PRIMARIES), len(SEXES), len(AGE_GROUPS)
    for draw in range(draws + 1):
        factor = max(rng.normal(1.0, 0.2), 0.1) if draw else 1.0
        scale = PER_DRAW if draw else 1
        for replicate in range(replicates):
            table = np.zeros(shape, np.int32)
            of_ages = rng.poisson(MEAN * factor / scale, (len(SEXES), len(AGE_GROUPS)))
            table[Count.labeled("new_fractures"), 0, 0] = of_ages
            counts.add("usual_care", draw, replicate, table, float(scale))
    total = MEAN * len(SEXES) * len(AGE_GROUPS)
    run = {
        "strategies": ["usual_care"],
        "view": "calendar",
        "scenario": {"years": [2010, 2010], "draws": draws, "replicates": replicates},
        "sampling_noise_sd": {"new_fractures": np.sqrt(total * PER_DRAW)},
    }
    scenario = Scenario(
        name="town", population=Population.united_states(2010), years=(2010, 2010), view="calendar"
    )
    return SimpleNamespace(
        run=run, counts=counts, interval_over="parameter draws", scenario=scenario
    )


@pytest.mark.parametrize("replicates", [1, 10])
def test_counts_by_age_say_what_they_vary_by(replicates: int) -> None:
    draws = 200
    table = counts_by(counted(draws, replicates), "sex", "age_group")
    mine = table[table["measure"] == "new_fractures"]
    people = np.sqrt(MEAN * PER_DRAW / replicates)
    unknown = 0.2 * MEAN
    if replicates == 1:
        unknown = float(np.hypot(unknown, people))
    for name, sd, n in (
        ("sd_draws", unknown, draws),
        ("sd_replicates", np.sqrt(MEAN), 14 * 9),
        ("sd_people", people, 14 * draws),
    ):
        # Of single strata luck over few replicates is rough: their mean square is not.
        found = float(np.sqrt((mine[name] ** 2).mean()))
        assert abs(found - sd) < error(sd, n) + 0.05 * sd, name


@pytest.mark.parametrize("replicates", [1, 10])
def test_rates_say_what_they_vary_by(replicates: int) -> None:
    tables = counted(100, replicates)
    table = rates(tables)
    crude = table[(table["measure"] == "new_fractures") & (table["age_group"] == "crude")].iloc[0]
    per = 1e5 / crude["inhabitants"]
    total = MEAN * len(SEXES) * len(AGE_GROUPS)
    assert crude["sd_people"] == pytest.approx(
        per * np.sqrt(total * PER_DRAW / replicates), rel=0.15
    )
    assert crude["sd_draws"] == pytest.approx(per * 0.2 * total, rel=0.3)
    assert 0.0 < crude["sd_replicates"] < crude["sd_people"] * np.sqrt(replicates)
    standard = table[(table["measure"] == "new_fractures") & (table["age_group"] == "standardized")]
    assert (standard["sd_people"] > 0.0).all()


def twins_of(replicates: int) -> list[PairedMeans]:
    """Two strategies whose difference varies by draw, by luck and by people."""
    rng = np.random.default_rng(3)
    shape = 2, len(SUBGROUPS), len(COMPARED)
    people = np.full(len(SUBGROUPS), 100.0)
    luck = rng.normal(0.0, BY_LUCK, replicates)
    variance = np.full(shape, 100.0 * BY_PEOPLE**2, np.float32)
    found = []
    for draw in range(301):
        by_draw = rng.normal(0.0, BY_DRAW) if draw else 0.0
        for replicate in range(replicates):
            mean = np.full(shape, 100.0, np.float32)
            mean[1] += by_draw + luck[replicate] + (rng.normal(0.0, BY_PEOPLE) if draw else 0.0)
            found.append(PairedMeans(draw, replicate, people, mean, variance, variance))
    return found


@pytest.mark.parametrize("replicates", [1, 30])
def test_differences_say_what_they_vary_by(replicates: int) -> None:
    row = compare(twins_of(replicates), ("one", "other")).iloc[0]
    people = BY_PEOPLE / np.sqrt(replicates)
    unknown = BY_DRAW if replicates > 1 else float(np.hypot(BY_DRAW, people))
    assert abs(row["sd_draws"] - unknown) < error(unknown, 300)
    assert row["sd_people"] == pytest.approx(people, rel=0.05)
    luck = BY_LUCK if replicates > 1 else BY_PEOPLE
    assert abs(row["sd_replicates"] - luck) <= error(luck, max(replicates, 3))


def test_the_summary_says_what_a_count_and_a_mean_vary_by() -> None:
    scenario = Scenario(name="town", population=Population.united_states(2010).scaled(100))
    rows = [
        ("usual_care", draw, replicate, measure, "all", value)
        for (draw, replicate), value in samples(200, 1)["value"].items()
        for measure in ("new_fractures", "days_paused")
    ]
    names = ["strategy", "draw", "replicate", "measure", "primary", "value"]
    none = pd.DataFrame([], columns=[*names[:5], "statistic", "value"])
    sampled = SampledPeople({"new_fractures": 12.0}, {("usual_care", "days_paused"): (4.0, 1.0)}, 1)
    table = summarize(pd.DataFrame(rows, columns=names), scenario, none, sampled)
    found = table.set_index("measure")
    assert found.loc["new_fractures", "sd_people"] == pytest.approx(12.0)
    mean = found.loc["new_fractures", "mean"]
    assert found.loc["new_fractures", "sd_replicates"] == pytest.approx(np.sqrt(mean))
    assert found.loc["days_paused", ["sd_people", "sd_replicates"]].tolist() == [2.0, 1.0]
    assert found.loc["days_paused", "sd_draws"] == found.loc["new_fractures", "sd_draws"]
    assert np.isnan(found.loc["new_cord_compression", "sd_draws"])


def test_variances_of_means_are_those_over_people_by_their_number() -> None:
    of = sampled_people(twins_of(1), ["one", "other"], {}, 1).of_mean("other", "days_paused")
    assert of == (pytest.approx(BY_PEOPLE**2), pytest.approx(BY_PEOPLE**2))


def test_every_table_with_intervals_has_the_columns() -> None:
    for file in ("summary.csv", "by_age.csv", "by_year.csv", "rates.csv", "compare.csv"):
        assert set(SPREAD_PARTS) <= COLUMN_WORDS[file].keys()
