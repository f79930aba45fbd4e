"""The spine as a map: by region from the tables, by level from microdata. Room: plots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import Population, Result, Scenario
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import LEVELS, REGION_OF_LEVEL, REGIONS
from sim.plots.drawing import NothingToDrawError, new_axes
from sim.tables.levels import people_by_level, region_shares

TITLE_SIZE = 12.0


def run(people: int, out: Path | None = None, **options: object) -> Result:
    population = Population.united_states(2015).scaled(people)
    scenario = Scenario(name="spine", population=population, years=(2015, 2015))
    how = {} if out is None else {"out": out, "microdata": True}
    return scenario.with_options(**options).run(workers=1, **how)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of four thousand people with microdata."""
    out = tmp_path_factory.mktemp("spine") / "run"
    run(4_000, out)
    return out


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return Result.load(folder)


@pytest.fixture(scope="module")
def drawn() -> Result:
    """Forty draws, enough for intervals."""
    return run(4_000, draws=40)


def words(result: Result, **options: object) -> list[str]:
    return [text.get_text() for text in result.plot.spine(**options).texts]


def title(result: Result) -> str:
    found = [t for t in result.plot.spine().texts if t.get_size() > TITLE_SIZE]
    return str(found[0].get_text()).replace("\n", " ")


def test_every_run_folder_has_it(folder: Path) -> None:
    assert (folder / "figures" / "spine.png").is_file()


def test_levels_are_those_of_the_people_and_add_up_to_the_regions_of_the_tables(
    folder: Path, result: Result
) -> None:
    shares = people_by_level(result, folder)
    people = pd.read_parquet(folder / "people")
    people = people[people["strategy"] == result.run["strategies"][0]]
    assert list(shares.index) == list(LEVELS)
    involved = people.loc[people["n_levels"] > 0, "n_levels"]
    assert shares.sum() == pytest.approx(100.0 * involved.mean(), rel=1e-12)
    by_region = shares.groupby(list(REGION_OF_LEVEL)).sum().to_numpy(float)
    counted = region_shares(result, "involved_vertebrae")[list(REGIONS)].mean().to_numpy(float)
    assert 100.0 * by_region / by_region.sum() == pytest.approx(counted, rel=1e-9)
    assert counted.sum() == pytest.approx(100.0)


def test_each_level_has_its_percent_with_microdata_alone(folder: Path, result: Result) -> None:
    shares = people_by_level(result, folder)
    assert f"L3  {shares['L3']:.0f}%" in words(result, microdata=folder)
    assert "L3" in words(result)


def test_cord_compression_stands_beside_what_is_published(result: Result) -> None:
    said = words(result)
    assert "published 70 (60 to 80)" in said
    assert "published 10 (5 to 15)" in said
    assert any(text.endswith("published 20 (13 to 30)") for text in said)


def test_the_title_says_a_finding_only_if_draws_allow_it(result: Result, drawn: Result) -> None:
    assert "%" not in title(result)
    cord, lesions = (
        region_shares(drawn, of)["thoracic"] for of in ("cord_compression", "involved_vertebrae")
    )
    low = np.quantile((cord - lesions).to_numpy(float), 0.025, method="weibull")
    high = np.quantile((cord - lesions).to_numpy(float), 0.975, method="weibull")
    assert ("%" in title(drawn)) == bool(low > 0.0 or high < 0.0)


def test_it_is_drawn_into_an_axes_of_ones_own(result: Result) -> None:
    mine = new_axes(9.0, 8.0, left=0.3)
    assert result.plot.spine(mine) is mine


def test_microdata_of_another_run_is_refused(folder: Path, drawn: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder of another run"):
        drawn.plot.spine(microdata=folder)
    with pytest.raises(InputError, match="made with microdata"):
        drawn.plot.spine(microdata=tmp_path)


def test_a_run_without_an_involved_vertebra_has_nothing_to_draw() -> None:
    population = Population.united_states(2015).only("brain").scaled(50)
    nobody = Scenario(name="nobody", population=population, years=(2015, 2015)).run(workers=1)
    with pytest.raises(NothingToDrawError, match="no vertebra is involved"):
        nobody.plot.spine()
