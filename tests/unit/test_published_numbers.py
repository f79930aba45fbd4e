"""Published numbers stand beside the years and the population that they are of, and no others.

Room: tables.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import Population, Result, Scenario
from sim.evidence.targets import targets
from sim.evidence.vocabulary import PRIMARIES
from sim.tables.rates import rates as rates_of
from sim.tables.reconciliation import by_run, published_rows, reconciliation, reconciliation_text
from sim.tables.statements import statement_rows, statements, statements_text
from sim.tables.summary import published_for
from sim.tables.text import summary_text

YEARS = range(2010, 2026)
WITH_DEATHS = {t.year for t in targets() if t.name == "cancer_deaths" and t.stratum == "all"}


def scenario(year: int, people: int | None = 2_000, **options: object) -> Scenario:
    country = Population.united_states(year)
    return Scenario.model_validate(
        {
            "name": "one",
            "population": country if people is None else country.scaled(people),
            "years": (year, year),
            "view": "calendar",
            "lookback_years": 2,
            **options,
        }
    )


@pytest.fixture(scope="module")
def runs() -> dict[int, Result]:
    return {year: scenario(year).run() for year in (2010, 2011, 2015, 2025)}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Population:
    """A registry of another country whose file has a tempting name, and every primary."""
    path: Path = tmp_path_factory.mktemp("registry") / "United States.csv"
    lines = ["year,primary,sex,age_low,age_high,stage,count"]
    plan = Population.united_states(2010).scaled(3_000)
    for primary in plan.primaries:
        sex = "male" if primary == "prostate" else "female"
        stage = "not_staged" if primary in ("leukemia", "myeloma", "brain") else "distant"
        lines.append(f"2010,{primary},{sex},60,80,{stage},100")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Population.from_csv(path)


@pytest.mark.parametrize("year", YEARS)
def test_counts_stand_beside_their_own_year_and_the_whole_country_alone(year: int) -> None:
    beside = published_for("cancer_deaths", scenario(year, None))
    assert (beside is not None) == (year in WITH_DEATHS)
    assert beside is None or beside.years == (year, year)
    assert published_for("cancer_deaths", scenario(year)) is None
    assert published_for("new_fractures_spine_hip_and_long_bones", scenario(year)) is None
    assert published_for("cancer_deaths", scenario(year, None, view="cohort")) is None


@pytest.mark.parametrize("year", YEARS)
def test_survival_is_that_of_its_years(year: int) -> None:
    assert (published_for("survival_1y_after_cord_compression", scenario(year)) is None) == (
        year != 2010
    )


def test_a_share_without_a_year_stands_beside_any_sample_of_the_country() -> None:
    for year in YEARS:
        assert published_for("extradural_of_spinal", scenario(year)) is not None


def test_several_years_have_the_numbers_that_hold_in_all_of_them() -> None:
    several = scenario(2010, None).with_options(years=(2010, 2012))
    assert published_for("new_cancers", several) is None
    assert published_for("extradural_of_spinal", several) is not None


def test_nothing_published_stands_beside_a_registry(registry: Population) -> None:
    other = scenario(2010, population=registry)
    assert registry.united_states_share == 0.0
    result = other.run()
    assert not result.summary["published"].any()
    assert "From the headline" not in summary_text(result)
    for draw in (result.plot.reconciliation, result.plot.against_published):
        with pytest.raises(ValueError, match="population is 'United States'"):
            draw()


def test_only_some_primaries_are_another_population() -> None:
    lung = Population.united_states(2010).only("lung")
    assert lung.united_states_share == 0.0
    assert Population.united_states(2012).united_states_share == 1.0
    assert Population.united_states(2025).scaled(2_041).united_states_share == pytest.approx(
        0.001, rel=1e-3
    )


def test_the_reconciliation_of_a_year_shows_the_rows_that_hold_in_it(
    runs: dict[int, Result],
) -> None:
    found = {year: reconciliation(result) for year, result in runs.items()}
    assert list(found[2010]["name"]) == [row.name for row in published_rows()]
    assert found[2011].empty
    of_any_year = [row.name for row in published_rows() if row.of]
    assert list(found[2015]["name"]) == list(found[2025]["name"]) == of_any_year


@pytest.mark.parametrize(("year", "deaths"), [(2010, 569_490), (2015, 589_430), (2025, 618_120)])
def test_a_share_of_deaths_is_of_the_deaths_of_the_year(
    runs: dict[int, Result], year: int, deaths: int
) -> None:
    """By hand: 30.6 to 36% and 2 to 3% of the published deaths, times the part of the country."""
    table = reconciliation(runs[year]).set_index("measure")
    part = 2_000 / Population.united_states(year).people_per_year
    np.testing.assert_allclose(table["scaled_by"], part)
    for measure, low, high in (
        ("cancer_deaths_with_vertebral_metastasis", 0.306, 0.36),
        ("cord_compression_before_cancer_death of cancer_deaths", 0.02, 0.03),
    ):
        assert table.loc[measure, "published_lower"] == pytest.approx(low * deaths * part)
        assert table.loc[measure, "published_upper"] == pytest.approx(high * deaths * part)


def test_what_is_scaled_says_so(runs: dict[int, Result]) -> None:
    text = "\n".join(reconciliation_text(runs[2015]))
    assert "registries, 2015: numbers" in text
    assert "sample of 2,000 of 1,658,370 new cancers in 2015; published counts are" in text
    assert "no count of 2011 is in the evidence" in summary_text(runs[2011])
    with pytest.raises(ValueError, match=r"years is \(2011, 2011\); no published number"):
        runs[2011].plot.reconciliation()


def test_no_number_of_2010_is_printed_beside_another_year(runs: dict[int, Result]) -> None:
    """Every count published for 2010, as it would be printed."""
    numbers = {f"{t.value:,.0f}" for t in targets() if t.unit.endswith("a year") and t.year == 2010}
    numbers |= {f"{row.value:,.0f}" for row in published_rows() if not row.of}
    for year in (2011, 2015, 2025):
        text = summary_text(runs[year])
        assert not [number for number in numbers if number in text.split()]


def test_every_statement_of_the_brief_has_a_measure_and_a_verdict(runs: dict[int, Result]) -> None:
    """By hand: the range, times the part of the country for counts, and the mean of the model."""
    result = runs[2010]
    table = statements(result)
    part = 2_000 / Population.united_states(2010).people_per_year
    assert list(table["statement"]) == [row.statement for row in statement_rows()]
    for row, told in zip(statement_rows(), table.to_dict("records"), strict=True):
        scale = part if row.counts_people else 1.0
        assert told["lower"] == pytest.approx(row.lower * scale)
        assert told["holds"] == (told["lower"] <= told["mean"] <= told["upper"])
    means = table.set_index(["measure", "primaries"])["mean"]
    counts = result.case_counts
    new = counts[counts["measure"] == "new_spinal_metastasis"]["count"].sum()
    assert means["new_spinal_metastasis", "all"] == pytest.approx(new)
    outcomes = result.outcomes.set_index(["measure", "primary"])["value"]
    for primary in ("all", "lung"):
        ever = ("spinal_metastasis_lifetime", primary)
        assert means[ever] == pytest.approx(outcomes[ever])
    rates = rates_of(result).set_index(["measure", "age_group"])["rate_per_100000"]
    old, young = (rates["new_spinal_metastasis", age] for age in ("70-79", "40-49"))
    assert means["70-79 over 40-49 of new_spinal_metastasis", "all"] == pytest.approx(old / young)
    text = "\n".join(statements_text(result))
    # 2,000 people in one run are too few to tell.
    assert text.count(" not told apart ") == len(table)
    assert "published counts are multiplied by" in text
    assert "published counts" not in "\n".join(statements_text(runs[2015]))


def test_a_statement_is_told_apart_where_no_end_of_its_range_is_in_the_interval() -> None:
    result = scenario(2010, replicates=3).run()
    table = statements(result)
    sure = table[table["lo"].notna()]
    inside = (sure["lower"] <= sure["lo"]) & (sure["hi"] <= sure["upper"])
    outside = (sure["hi"] < sure["lower"]) | (sure["upper"] < sure["lo"])
    assert inside.any()
    assert (~inside & ~outside).any()
    assert (sure["told_apart"] == (inside | outside)).all()
    text = "\n".join(statements_text(result))
    assert text.count(" not told apart ") == (~table["told_apart"]).sum()
    assert text.count(" holds ") == (table["told_apart"] & table["holds"]).sum()


def test_a_measure_by_run_is_a_number_a_replicate() -> None:
    result = scenario(2010, replicates=2).run()
    counts = result.case_counts[result.case_counts["measure"] == "cancer_deaths"]
    for primaries, group in (("all", PRIMARIES), ("lung", ("lung",))):
        mine = counts[counts["primary"].isin(group)].groupby("replicate")["count"].sum()
        np.testing.assert_allclose(by_run(result, "cancer_deaths", primaries), mine)
