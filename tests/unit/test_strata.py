"""Counts by year, sex and age in every draw: naive sums are right, and so are rates per head.

Room: tables.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import Inhabitants, InputError, Population, Result, Scenario
from sim.counting.counts import Count, age_place
from sim.counting.tally import Tally
from sim.evidence.vocabulary import AGE_GROUPS, FIVE_YEAR_AGE_GROUPS, PRIMARIES, SEXES
from sim.tables.case_counts import CONTROL, CaseCounts
from sim.tables.rates import rates, scale_of
from sim.tables.strata import counts_by, counts_by_age, counts_by_year
from sim.tables.text import summary_text

YEARS = (2010, 2011)
KEYS = ["strategy", "draw", "replicate", "year", "measure", "primary", "sex", "age_group"]


@pytest.fixture(scope="module")
def drawn() -> Result:
    """Two years of a town in the calendar view, two strategies, as many draws as a range takes."""
    return Scenario(
        name="town",
        population=Population.united_states(2010).scaled(3_000),
        years=YEARS,
        view="calendar",
        lookback_years=5,
        strategies=["usual_care", "analgesia_only"],
        draws=39,
        people_per_draw=6_000,
    ).run()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inhabitants in age groups of five years, as a registry prints them, 1,000 in each."""
    path = tmp_path_factory.mktemp("town") / "town.csv"
    ages = [(low, low + 4) for low in range(0, 85, 5)] + [(85, 120)]
    lines = [f"{y},{s},{a},{b},1000" for y in YEARS for s in SEXES for a, b in ages]
    path.write_text("\n".join(["year,sex,age_low,age_high,count", *lines]), encoding="utf-8")
    return path


def naive(result: Result, *by: str) -> pd.DataFrame:
    """What somebody does who has not read the documentation: counts a year by draw and stratum."""
    rows = result.case_counts.query("strategy == 'usual_care' and measure == 'new_cancers'")
    return rows.groupby(["draw", *by])["count"].sum().unstack(list(by), fill_value=0.0) / 2.0


def test_a_naive_sum_by_draw_and_age_has_the_interval_of_the_table(drawn: Result) -> None:
    over = naive(drawn, "sex", "age_group").loc[1:]
    table = counts_by_age(drawn).query("strategy == 'usual_care' and measure == 'new_cancers'")
    for row in table.to_dict("records"):
        mine = over[row["sex"], row["age_group"]]
        assert row["mean"] == pytest.approx(mine.mean())
        assert (row["lo"], row["hi"]) == pytest.approx((mine.min(), mine.max()))
    assert (table["hi"] > table["lo"]).any()


def test_strata_of_a_draw_add_up_to_its_total(drawn: Result) -> None:
    total = drawn.summary.query("strategy == 'usual_care'").set_index("measure")["mean"]
    for by in (["year"], ["sex", "age_group"], ["primary"]):
        table = counts_by(drawn, *by).query("strategy == 'usual_care'")
        summed = table.groupby("measure")["mean"].sum() / (2.0 if by == ["year"] else 1.0)
        assert len(summed) > 20
        for measure, found in summed.items():
            assert found == pytest.approx(total[measure]), (by, measure)


def test_no_row_is_a_sum_of_others(drawn: Result) -> None:
    counts = drawn.case_counts
    assert not counts.duplicated(KEYS).any()
    for name in KEYS[:1] + KEYS[4:]:
        assert "all" not in set(counts[name])
    assert set(counts["draw"]) == set(range(40))


def test_years_have_a_table_and_are_printed(drawn: Result) -> None:
    table = counts_by_year(drawn)
    assert set(table["year"]) == set(YEARS)
    over = 2.0 * naive(drawn, "year").loc[1:]
    mine = table.query("strategy == 'usual_care' and measure == 'new_cancers'").set_index("year")
    for year in YEARS:
        assert mine["hi"][year] == pytest.approx(over[year].max())
    assert "By calendar year, under usual_care" in summary_text(drawn)


def test_written_counts_are_read_as_they_were(drawn: Result, tmp_path: Path) -> None:
    drawn.counts.write(tmp_path / "counts.parquet")
    read = pd.read_parquet(tmp_path / "counts.parquet")
    assert read.equals(drawn.case_counts)
    again = CaseCounts.of(read)
    for by in (["year"], ["sex", "age_group"], ["primary"]):
        for strategy in ("usual_care", "analgesia_only"):
            found = again.by_sample(strategy, "pauses", *by)
            pd.testing.assert_frame_equal(found, drawn.counts.by_sample(strategy, "pauses", *by))


def made_up(rng: np.random.Generator, mean: float) -> np.ndarray:
    """Counts of three years that are not those of any life."""
    return rng.poisson(mean, Tally.empty(3).of(0).counts.shape).astype(np.int32)


def test_counts_that_are_packed_are_those_that_went_in() -> None:
    rng = np.random.default_rng(1)
    counts = CaseCounts(["a", "b"], 2001, 3, AGE_GROUPS)
    kept = {}
    for strategy in ("a", "b"):
        for draw in (0, 1):
            kept[strategy, draw] = made_up(rng, 0.2)
            counts.add(strategy, draw, 0, kept[strategy, draw], 2.0)
    frame = counts.frame()
    assert len(frame) == sum(int((of > 0).sum()) for of in kept.values())
    for (strategy, draw), of in kept.items():
        mine = frame[(frame["strategy"] == strategy) & (frame["draw"] == draw)]
        rebuilt = np.zeros_like(of)
        labels = {"measure": Count.labels(), "primary": PRIMARIES, "sex": SEXES}
        places = [pd.Index(names).get_indexer(mine[name]) for name, names in labels.items()]
        ages = pd.Index(AGE_GROUPS).get_indexer(mine["age_group"])
        at = (places[0], mine["year"] - 2001, places[1], places[2], ages)
        rebuilt[at] = mine["count"] / 2.0
        np.testing.assert_array_equal(rebuilt, of)


def test_a_draw_is_corrected_by_what_the_point_estimate_says_of_its_people() -> None:
    """A draw that lives as the point estimate does has the total of everybody."""
    rng = np.random.default_rng(2)
    everybody, few = made_up(rng, 8.0), made_up(rng, 0.8)
    counts = CaseCounts(["a"], 2001, 3, AGE_GROUPS)
    counts.add("a", 0, 0, everybody, 1.0)
    counts.add("a", CONTROL, 0, few, 10.0)
    counts.add("a", 1, 0, few, 10.0)
    for measure in ("new_cancers", "pauses"):
        whole, draw = counts.by_sample("a", measure, "year").sum(axis=1)
        assert draw == pytest.approx(whole)
    assert set(counts.frame()["draw"]) == {0, 1}


def test_what_no_parameter_moves_is_that_of_everybody_by_year_and_by_sex_and_age() -> None:
    """New cancers are those of the population in every draw; what else is counted is not."""
    rng = np.random.default_rng(4)
    everybody, few, drawn = made_up(rng, 8.0), made_up(rng, 0.8), made_up(rng, 0.9)
    new = Count.labeled("new_cancers")
    few[new] += 1
    drawn[new] = few[new]
    counts = CaseCounts(["a"], 2001, 3, AGE_GROUPS)
    counts.add("a", 0, 0, everybody, 1.0)
    counts.add("a", CONTROL, 0, few, 10.0)
    counts.add("a", 1, 0, drawn, 10.0)
    for by in (["year"], ["sex", "age_group"]):
        whole, draw = counts.by_sample("a", "new_cancers", *by).to_numpy()
        assert draw == pytest.approx(whole, rel=1e-9)
    totals = [of.sum(axis=(1, 2, 3, 4)) for of in (everybody, few, drawn)]
    for count in Count:
        whole, known, lived = (float(of[count]) for of in totals)
        draw = counts.by_sample("a", count.label, "year").loc[(1, 0)].sum()
        assert draw == pytest.approx(whole / known * lived)


def test_ages_of_five_years_lie_in_the_usual_groups() -> None:
    town = Scenario(name="town", population=Population.united_states(2010).scaled(2_000))
    fine = town.with_options(ages="five_year").run()
    coarse = town.run()
    assert fine.run["results_hash"] == coarse.run["results_hash"]
    assert set(fine.case_counts["age_group"]) <= set(FIVE_YEAR_AGE_GROUPS)
    ages = fine.counts.by_sample("usual_care", "new_cancers", "age_group").iloc[0]
    usual = coarse.counts.by_sample("usual_care", "new_cancers", "age_group").iloc[0]
    assert ages["0-4":"10-14"].sum() == usual["0-14"]  # type: ignore[misc]
    assert ages["70-74":"75-79"].sum() == usual["70-79"]  # type: ignore[misc]
    assert ages["80-84":"85+"].sum() == usual["80+"]  # type: ignore[misc]
    assert "20–24" in {label.get_text() for label in fine.plot.by_age().get_xticklabels()}


@pytest.mark.parametrize(("age", "group"), [(0.0, 0), (4.99, 0), (5.0, 1), (84.9, 16), (101.0, 17)])
def test_an_age_is_in_its_group_of_five_years(age: float, group: int) -> None:
    assert age_place(age, len(FIVE_YEAR_AGE_GROUPS)) == group
    assert age_place(age, 1) == 0


def test_rates_are_counts_over_the_inhabitants_that_are_given(files: Path) -> None:
    """The United States scaled stand for the region that the inhabitants are those of."""
    part = 1.0
    result = Scenario(
        name="town",
        population=Population.united_states(2010).scaled(3_000),
        years=YEARS,
        view="calendar",
        lookback_years=5,
        inhabitants=Inhabitants.from_csv(files),
    ).run()
    table = rates(result).query("measure == 'new_cancers'").set_index(["sex", "age_group"])
    counts = naive(result, "sex", "age_group").loc[0]
    people = {"0-14": 3, "15-39": 5, "80+": 2} | dict.fromkeys(AGE_GROUPS[2:6], 2)
    for sex in SEXES:
        for group, thousands in people.items():
            rate = 1e5 * counts[sex, group] / (part * 1_000.0 * thousands)
            assert table["rate_per_100000"][sex, group] == pytest.approx(rate)
    crude = 1e5 * counts.sum() / (part * 36_000.0)
    assert table["rate_per_100000"]["both", "crude"] == pytest.approx(crude)
    assert table["inhabitants"]["both", "crude"] == pytest.approx(part * 36_000.0)
    text = summary_text(result)
    assert "per 100,000 inhabitants a year" in text
    assert "3,000 new cancers a year are taken to be of the inhabitants of town.csv" in text


def test_a_sample_of_a_registry_has_as_large_a_part_of_its_inhabitants(tmp_path: Path) -> None:
    path = tmp_path / "registry.csv"
    rows = "2010,lung,male,60,70,distant,400\n2010,lung,female,60,70,distant,600\n"
    path.write_text(f"year,primary,sex,age_low,age_high,stage,count\n{rows}", encoding="utf-8")
    whole = Population.from_csv(path)
    assert scale_of(whole) == 1.0
    assert scale_of(whole.scaled(250)) == pytest.approx(0.25)
    assert scale_of(Population.united_states(2010).scaled(250)) == 1.0


def test_the_standardized_rate_of_the_united_states_of_2010_is_the_crude_one() -> None:
    """The standard is its own population, whoever was lived of it."""
    small = Population.united_states(2010).scaled(20_000)
    result = Scenario(name="us", population=small, view="calendar", lookback_years=2).run()
    table = rates(result).query("measure == 'new_cancers'").set_index("age_group")
    crude, standard = (table["rate_per_100000"][of] for of in ("crude", "standardized"))
    assert standard == pytest.approx(crude)
    # Of 308.7 million people in the census of 2010, 1.53 million were diagnosed.
    assert crude == pytest.approx(1e5 * 1_529_560 / 308_745_538, rel=1e-3)


def test_inhabitants_that_do_not_fit_the_run_are_refused(files: Path, tmp_path: Path) -> None:
    town = Population.united_states(2010).scaled(500)
    with pytest.raises(InputError, match="has no rows of 2012; it has those of 2010, 2011"):
        Scenario(
            name="t",
            population=town,
            years=(2010, 2012),
            inhabitants=Inhabitants.from_csv(files),
        )
    path = tmp_path / "wide.csv"
    lines = files.read_text(encoding="utf-8").splitlines()

    def refusal(*changed: str) -> str:
        path.write_text("\n".join(changed), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            Scenario(name="t", population=town, inhabitants=Inhabitants.from_csv(path))
        return str(caught.value)

    def changed(old: str, *new: str) -> str:
        at = lines.index(old)
        return refusal(*lines[:at], *new, *lines[at + 1 :])

    at = lines.index("2010,male,35,39,1000")
    says = "a row is of ages 35 to 45; allowed: ages within a group of the run, up to 40"
    assert says in refusal(*lines[:at], "2010,male,35,44,10", *lines[at + 2 :])
    assert "sex is 'mn'" in changed("2010,male,35,39,1000", "2010,mn,35,39,10")
    # A hole, an overlap and a sex that lacks would change rates without a word.
    assert "no row has 2010, male, aged 35 to 40" in changed("2010,male,35,39,1000")
    assert "line 20: age_low is 85, inside the ages of line 19" in changed(
        "2010,male,85,120,1000", "2010,male,80,120,10", "2010,male,85,120,1000"
    )
    assert "no row has 2011, female" in refusal(*(li for li in lines if "2011,female" not in li))
    assert "wide.csv has 2010, male, from age 0 to 85; allowed: all ages" in changed(
        "2010,male,85,120,1000"
    )


def test_inhabitants_are_read_however_registries_write_them(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    plain = files.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split(",") for line in plain]
    printed = [
        f"{year};{'F' if sex == 'female' else '1'};{f'{low}-{high}' if high != '120' else '85+'};"
        "1,000"
        for year, sex, low, high, _ in rows
    ]
    text = "\n".join(["Year;Sex;Age;Count", *printed, "1999;F;0+;1,000"][:-1])
    path.write_bytes(text.replace("1,000", "1000,00").encode("utf-16"))
    expected = Inhabitants.from_csv(files).rows
    assert Inhabitants.from_csv(path).rows == expected
    path.write_text(
        "YEAR,SEX,AGE_LOW,AGE_HIGH,COUNT\n"
        + "\n".join(
            f'{year},{sex},{low},{"" if high == "120" else int(high) + 1},"1,000"'
            for year, sex, low, high, _ in rows
        ),
        encoding="utf-8",
    )
    assert Inhabitants.from_csv(path).rows == expected
    with pytest.raises(InputError, match=r"there.csv cannot be read: there is no such file in"):
        Inhabitants.from_csv("there.csv")
