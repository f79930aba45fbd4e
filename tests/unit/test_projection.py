"""Years after the data: refused unless asked for, projected by the stated rule, and marked.

The populations are made up. Room: inputs.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sim import Inhabitants, InputError, Population, Result, Scenario
from sim.cli import main
from sim.evidence.reader import Values, evidence
from sim.evidence.vocabulary import PRIMARIES, SEXES
from sim.inputs.inhabitants_row import InhabitantsRow
from sim.inputs.plan import Plan
from sim.plots import drawing

POINT = evidence().point
DAMPING = POINT["projection_damping", "all"]
AGES = ((40, 60), (60, 80))
SMALL = Population.united_states(2025).scaled(300)


def registry(
    folder: Path, counts: dict[tuple[str, str], list[list[float]]], first: int = 2011
) -> Population:
    """A population of a primary and sex each: counts by year and age group."""
    lines = ["year,primary,sex,age_low,age_high,stage,count"]
    for (primary, sex), years in counts.items():
        stage = "not_staged" if primary == "myeloma" else "distant"
        for year, ages in enumerate(years, first):
            for (low, high), count in zip(AGES, ages, strict=True):
                lines.append(f"{year},{primary},{sex},{low},{high},{stage},{count}")
    path = folder / "town.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Population.from_csv(path)


def people(plan: Plan, year: int, primary: str | None = None) -> int:
    groups = plan.groups[plan.groups["year"] == year]
    if primary is not None:
        groups = groups[groups["primary"] == PRIMARIES.index(primary)]
    return int(groups["count"].sum())


def by_age(population: Population, year: int, values: Values) -> dict[float, float]:
    """Expected people by the lowest age of their group, from the cells of a plan."""
    plan = population.plan(year, year, values)
    found: dict[float, float] = {}
    for group in plan.groups:
        cells = plan.cells[group["first_cell"] : group["first_cell"] + group["n_cells"]]
        shares = np.diff(cells["cumulative"], prepend=0.0)
        for low, share in zip(cells["age_low"].tolist(), shares.tolist(), strict=True):
            found[low] = found.get(low, 0.0) + share * int(group["count"])
    return found


def damped(years: int) -> float:
    """How many years of trend so many years hold, each a little less than the one before."""
    return sum(DAMPING**year for year in range(1, years + 1))


def living(counts: dict[int, tuple[float, float]]) -> Inhabitants:
    """Inhabitants of both sexes by year, of the two age groups."""
    rows = [
        InhabitantsRow(year=year, sex=sex, age_low=low, age_high=high, count=count)
        for year, both in counts.items()
        for sex in SEXES
        for (low, high), count in zip(AGES, both, strict=True)
    ]
    return Inhabitants(name="people.csv", rows=tuple(rows))


def test_years_after_the_data_are_refused_and_the_message_says_how_to_ask(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"united_states\(2025\)\.projected\(to=2030\)"):
        Population.united_states(2030)
    with pytest.raises(
        InputError, match=r"from 2010 to 2025 .*\.projected\(to=2027\) or --project"
    ):
        Scenario(name="x", population=SMALL, years=(2026, 2027))
    town = registry(tmp_path, {("lung", "male"): [[5, 5]] * 4})
    with pytest.raises(InputError, match=r"from 2011 to 2014 .*\.projected\(to=2016\)"):
        Scenario(name="x", population=town, years=(2016, 2016))
    with pytest.raises(InputError, match=r"from 2010 to 2026 .*what is projected"):
        Scenario(name="x", population=SMALL.projected(to=2026), years=(2026, 2027))


def test_years_of_the_data_are_as_they_are_without_a_projection() -> None:
    for values in (POINT, evidence().draw(3)):
        plain = SMALL.plan(2020, 2025, values)
        projected = SMALL.projected(to=2035).plan(2020, 2025, values)
        assert np.array_equal(plain.groups, projected.groups)
        assert np.array_equal(plain.cells, projected.cells)


def test_a_steady_trend_goes_on_damped(tmp_path: Path) -> None:
    growth = 0.02
    counts = [
        [30_000 * np.exp(growth * year), 60_000 * np.exp(growth * year)] for year in range(10)
    ]
    town = registry(tmp_path, {("lung", "male"): counts}).projected(to=2030)
    for ahead in (1, 5, 10):
        expected = 90_000 * np.exp(growth * (9 + damped(ahead)))
        found = people(town.plan(2020 + ahead, 2020 + ahead, POINT), 2020 + ahead)
        # The prior draws the trend toward none, a little.
        assert found == pytest.approx(expected, rel=0.01)


def test_half_of_a_trend_is_left_after_ten_years() -> None:
    assert abs(DAMPING**10 - 0.5) < 0.001


def test_a_trend_is_that_of_the_age_and_the_primary(tmp_path: Path) -> None:
    years = np.arange(10)
    old = 20_000 * np.exp(0.03 * years)
    counts = {
        ("lung", "male"): [[20_000.0, count] for count in old],
        ("kidney", "male"): [[20_000.0, 20_000.0]] * 10,
    }
    town = registry(tmp_path, counts).projected(to=2025)
    plan = town.plan(2025, 2025, POINT)
    lung = town.only("lung")
    change = {
        low: count / by_age(lung, 2020, POINT)[low]
        for low, count in by_age(lung, 2025, POINT).items()
    }
    assert np.log(change[60.0]) == pytest.approx(0.03 * damped(5), rel=0.1)
    assert abs(np.log(change[40.0])) < 0.1 * 0.03 * damped(5)
    assert people(plan, 2025, "kidney") == pytest.approx(40_000, rel=0.01)


def test_few_people_have_nearly_the_trend_of_many(tmp_path: Path) -> None:
    years = np.arange(10)
    counts = {
        ("lung", "male"): [[10_000 * np.exp(0.02 * year)] * 2 for year in years],
        ("myeloma", "male"): [[2.0, 2.0 if year < 5 else 1.0] for year in years],
    }
    town = registry(tmp_path, counts).projected(to=2030)
    few = town.only("myeloma").scaled(1_000)
    change = people(few.plan(2030, 2030, POINT), 2030) / people(few.plan(2020, 2020, POINT), 2020)
    # One fewer in the later years says hardly anything; by itself it would be -7% a year.
    alone = np.log(2.0 / 3.0) / 5.0
    level = 18.5 / 15.0  # people of the whole decade over those of its last year
    assert change > level * np.exp(0.5 * alone * damped(10))


def test_nobody_before_is_nobody_later(tmp_path: Path) -> None:
    counts = {("lung", "male"): [[0, 20]] * 10, ("kidney", "male"): [[0, 0]] * 10}
    town = registry(tmp_path, counts).projected(to=2025)
    for values in (POINT, evidence().draw(1)):
        assert people(town.plan(2025, 2025, values), 2025, "kidney") == 0
        assert by_age(town, 2025, values).keys() == {60.0}


def test_rates_per_inhabitant_follow_the_inhabitants(tmp_path: Path) -> None:
    # Old people double while the data are taken and double again later; rates stay.
    pyramid = {year: (1_000.0, 500.0 * 2 ** ((year - 2011) / 9)) for year in range(2011, 2031)}
    counts = [[10_000.0, 0.06 * 1e3 * pyramid[year][1]] for year in range(2011, 2021)]
    town = registry(tmp_path, {("lung", "male"): counts})
    found = by_age(town.projected(to=2029, inhabitants=living(pyramid)), 2029, POINT)
    assert found[40.0] == pytest.approx(10_000, rel=0.01)
    assert found[60.0] == pytest.approx(120_000, rel=0.01)
    # Without inhabitants the growth is a trend, which is damped.
    assert by_age(town.projected(to=2029), 2029, POINT)[60.0] < 110_000


def test_with_inhabitants_one_year_of_data_is_enough(tmp_path: Path) -> None:
    town = registry(tmp_path, {("lung", "male"): [[1_000.0, 1_000.0]]}, first=2020)
    with pytest.raises(InputError, match=r"have 1 year; allowed: data of at least 3 years, or inh"):
        town.projected(to=2022)
    ahead = town.projected(
        to=2022, inhabitants=living({2020: (10, 10), 2021: (10, 15), 2022: (10, 20)})
    )
    assert by_age(ahead, 2022, POINT) == pytest.approx({40.0: 1_000, 60.0: 2_000}, rel=0.002)


@pytest.mark.parametrize(
    ("to", "says"),
    [
        (2025, r"to is 2025; allowed: a whole year from 2026 to 2055, after the data of United"),
        (2056, r"to is 2056; allowed: a whole year from 2026 to 2055"),
        ("2030", r"to is '2030'; allowed: a whole year"),
    ],
)
def test_another_year_is_refused(to: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        SMALL.projected(to=to)  # type: ignore[arg-type]


def test_inhabitants_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    town = registry(tmp_path, {("lung", "male"): [[5, 5]] * 4})
    with pytest.raises(InputError, match=r"people.csv has no rows of 2014; allowed: .* to 2015"):
        town.projected(to=2015, inhabitants=living({2015: (1, 1)}))
    with pytest.raises(InputError, match=r"has no rows of 2016"):
        town.projected(to=2016, inhabitants=living({2014: (1, 1), 2015: (1, 1)}))
    with pytest.raises(InputError, match=r"people.csv has nobody who is male and from 60 to 80"):
        town.projected(to=2015, inhabitants=living({2014: (1, 0), 2015: (1, 1)}))
    with pytest.raises(InputError, match=r"inhabitants is 'people.csv'; allowed: Inhabitants"):
        town.projected(to=2015, inhabitants="people.csv")  # type: ignore[arg-type]


def test_age_groups_that_change_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.csv"
    rows = [f"{year},lung,male,40,60,distant,5" for year in (2011, 2012)]
    rows += [f"2013,lung,male,{low},{low + 10},distant,5" for low in (40, 50)]
    path.write_text("\n".join(["year,primary,sex,age_low,age_high,stage,count", *rows]) + "\n")
    with pytest.raises(InputError, match=r"age groups of town change .* from 40 and from 40"):
        Population.from_csv(path).projected(to=2014)


def test_a_draw_is_the_same_however_far_is_projected_and_whoever_is_kept() -> None:
    values = evidence().draw(2)
    near, far = (SMALL.scaled(50_000).projected(to=to) for to in (2028, 2040))
    assert np.array_equal(near.plan(2027, 2028, values).groups, far.plan(2027, 2028, values).groups)
    lung = near.only("lung")
    share = people(lung.plan(2028, 2028, values), 2028) / lung.people_per_year
    whole = people(near.plan(2028, 2028, values), 2028, "lung")
    in_2025 = people(near.plan(2025, 2025, values), 2025, "lung")
    assert share == pytest.approx(whole / in_2025, rel=0.002)


def test_draws_spread_more_the_further_ahead_and_the_point_lies_within() -> None:
    ahead = Population.united_states(2025).scaled(100_000).projected(to=2045)
    at = (2026, 2035, 2045)
    draws = [evidence().draw(k) for k in range(1, 40)]
    found = np.array([[people(ahead.plan(y, y, v), y) for y in at] for v in draws])
    point = np.array([people(ahead.plan(y, y, POINT), y) for y in at])
    assert (found.min(axis=0) < point).all()
    assert (point < found.max(axis=0)).all()
    spread = np.log(found).std(axis=0)
    assert 0.01 < spread[0] < spread[1] < spread[2]


def test_the_trend_of_a_primary_can_be_moved(tmp_path: Path) -> None:
    ahead = SMALL.scaled(100_000).projected(to=2035)
    moved = evidence().fixed({"projection_trend_error | lung": 2}).point
    one, two = (ahead.plan(2035, 2035, values) for values in (POINT, moved))
    assert people(two, 2035, "lung") > 1.05 * people(one, 2035, "lung")
    assert people(two, 2035, "kidney") == pytest.approx(people(one, 2035, "kidney"), abs=1)
    longer = evidence().fixed({"projection_years": 3}).point
    assert people(ahead.plan(2035, 2035, longer), 2035) != people(one, 2035)


def test_stages_of_many_people_are_those_of_the_last_year(tmp_path: Path) -> None:
    lines = ["year,primary,sex,age_low,age_high,stage,count"]
    for year in range(2011, 2021):
        distant = 1_000 + 100 * (year - 2011)
        lines += [
            f"{year},lung,male,40,60,distant,{distant}",
            f"{year},lung,male,40,60,regional,{10_000 - distant}",
        ]
    path = tmp_path / "town.csv"
    path.write_text("\n".join(lines) + "\n")
    town = Population.from_csv(path).projected(to=2025)
    cells = town.plan(2025, 2025, POINT).cells
    shares = np.diff(cells["cumulative"], prepend=0.0)[cells["stage"] == 2]
    assert shares.sum() == pytest.approx(0.19, abs=0.001)


@pytest.fixture(scope="module")
def run() -> Result:
    scenario = Scenario(
        name="ahead",
        population=SMALL.projected(to=2027),
        years=(2025, 2027),
        view="calendar",
        lookback_years=3,
        strategies=["usual_care", "ebrt_8gy1"],
    )
    return scenario.run()


def test_a_run_says_what_is_projected(run: Result, tmp_path: Path, no_pictures: None) -> None:
    told = run.run["scenario"]["projection"]
    assert (told["from"], told["to"], told["grade"]) == (2025, 2027, "assumed")
    assert "trends of 2016-2025 in counts" in told["rule"]
    run.write(tmp_path / "run")
    assert json.loads((tmp_path / "run/run.json").read_text())["scenario"]["projection"] == told
    by_year = pd.read_csv(tmp_path / "run/by_year.csv")
    later = by_year["projected_from"].eq(2025)
    assert (later == by_year["year"].gt(2025)).all()
    for name in ("summary", "by_age"):
        assert pd.read_csv(tmp_path / f"run/{name}.csv")["projected_from"].eq(2025).all()
    again = Result.load(tmp_path / "run")
    assert again.scenario.population == run.scenario.population
    assert again.scenario.population.years == (2010, 2027)


def test_the_printed_summary_says_it_above_and_in_the_table_by_year(run: Result) -> None:
    from sim.tables.text import summary_text

    text = summary_text(run)
    assert "PROJECTED FROM 2025, which is assumed: trends of 2016-2025" in text
    header = next(line for line in text.splitlines() if line.split() == ["projected"] * 2)
    above = text.splitlines()[text.splitlines().index(header) - 1]
    assert above.split()[-3:] == ["2025", "2026", "2027"]


def test_pictures_say_it(run: Result) -> None:
    assert drawing.who(run.run).endswith("events of 2025–2027, projected from 2025")
    ax = run.plot.counts()
    assert [text for text in ax.texts if text.get_text().strip() == "projected"]
    dashed = [line for line in ax.lines if line.is_dashed()]
    assert list(dashed[0].get_xdata()) == [2025, 2026, 2027]
    assert not any(bar.get_hatch() for bar in run.plot.by_age().patches)


def test_bars_of_years_that_are_all_projected_are_hatched() -> None:
    scenario = Scenario(
        name="ahead",
        population=SMALL.projected(to=2027),
        years=(2026, 2027),
        view="calendar",
        lookback_years=3,
    )
    result = scenario.run()
    for ax in (result.plot.by_age(), result.plot.new_metastases()):
        assert ax.patches
        assert all(bar.get_hatch() for bar in ax.patches)


def test_a_run_of_the_data_alone_says_nothing() -> None:
    scenario = Scenario(name="now", population=SMALL.projected(to=2030), years=(2024, 2025))
    plain = scenario.with_options(population=SMALL)
    one, two = scenario.run(), plain.run()
    assert one.run["scenario"]["projection"] is None
    assert one.run["results_hash"] == two.run["results_hash"]
    assert "projected" not in drawing.who(one.run)


SCRIPT = """from sim import Population, Scenario

scenario = Scenario(name="ahead", population=Population.united_states(2025).scaled(200))
"""


def test_the_command_line_projects_when_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_pictures: None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ahead.py").write_text(SCRIPT)
    words = ["run", "ahead.py", "--years", "2027", "--out", "run"]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "--project" in refused.stderr
    done = CliRunner().invoke(main, [*words, "--project"])
    assert done.exit_code == 0, done.stderr
    assert "PROJECTED FROM 2025" in done.stdout
    ages = [0, 15, 40, 50, 60, 70, 80]
    lines = [
        f"{year},{sex},{low},{high},{1_000 * (1 + year - 2025)}"
        for year in (2025, 2026, 2027)
        for sex in SEXES
        for low, high in zip(ages, [*ages[1:], 100], strict=True)
    ]
    Path("people.csv").write_text("\n".join(["year,sex,age_low,age_high,count", *lines]) + "\n")
    done = CliRunner().invoke(main, [*words, "--project", "--inhabitants", "people.csv"])
    assert done.exit_code == 0, done.stderr
    assert "rates per inhabitant of people.csv" in done.stdout.replace("\n  ", " ")
    grown = Result.load(tmp_path / "run").value("new_cancers")
    assert grown == pytest.approx(600, rel=0.1)
