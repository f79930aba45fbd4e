"""Microdata of people in clinics: complete, whole lives, and the run is the same without them.

Room: clinics.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import Population, Scenario
from sim.clinics.candidates import others_of
from sim.engine.model import build_model
from sim.evidence.reader import evidence
from sim.inputs.catalog import strategy
from tests.clinics import scarce

STRATEGIES = ("usual_care", "surgery_rt")
LIFE = ["person", "strategy", "draw", "replicate"]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario(
        name="crowded",
        population=Population.united_states(2010).scaled(2_500),
        years=(2010, 2011),
        view="calendar",
        lookback_years=4,
        strategies=STRATEGIES,  # type: ignore[arg-type]
        access=scarce(warm_up_years=1, follow_up_years=1),
        replicates=2,
        seed=5,
    )


@pytest.fixture(scope="module")
def folder(
    scenario: Scenario, tmp_path_factory: pytest.TempPathFactory, no_pictures_in_module: None
) -> Path:
    out = tmp_path_factory.mktemp("clinics")
    result = scenario.run(out=out, microdata=True, workers=2)
    assert result.run["results_hash"] == scenario.run(workers=1).run["results_hash"]
    return out


@pytest.fixture(scope="module")
def people(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "people").set_index(LIFE).sort_index()


@pytest.fixture(scope="module")
def events(folder: Path) -> pd.DataFrame:
    found = pd.read_parquet(folder / "events")
    return found.astype({"event": str}).set_index(LIFE).sort_index(kind="stable")


def test_everybody_has_a_row_in_every_replicate_under_every_strategy(
    people: pd.DataFrame, scenario: Scenario
) -> None:
    assert not people.index.duplicated().any()
    first = scenario.years[0] - scenario.lookback_years
    plan = scenario.population.plan(first, scenario.years[1], evidence().point).continued(1)
    assert len(people) == plan.people * len(STRATEGIES) * 2
    assert (people["status"] == "dead").all()


def test_the_events_of_a_life_are_all_there_in_their_order(
    people: pd.DataFrame, events: pd.DataFrame
) -> None:
    of_life = events.groupby(LIFE)
    assert of_life.ngroups == len(people)
    assert (of_life["day"].diff().dropna() >= 0.0).all()
    assert (of_life["day"].last() == people["death_day"]).all()
    for column, event in (
        ("n_courses", "course_begun"),
        ("n_episodes", "referred"),
        ("n_fractures", "vertebral_fracture"),
    ):
        n = events[events["event"] == event].groupby(LIFE).size()
        assert (n.reindex(people.index, fill_value=0) == people[column]).all(), column
        assert people[column].sum() > 20
    for column in ("dissemination_day", "spinal_detected_day", "skeletal_detected_day"):
        days = events[events["event"] == column.removesuffix("_day")]["day"]
        pd.testing.assert_series_equal(days, people[column].dropna(), check_names=False)


def test_waits_are_those_of_the_clinics(events: pd.DataFrame) -> None:
    """Who is decided on for a course while the clinics are open has no appointment yet."""
    decided = events[(events["event"] == "care_decided") & events["detail"].isna()]
    assert decided["value"].isna().sum() > 50
    assert decided["value"].notna().sum() > 20  # before they open, and after they have closed


@pytest.mark.usefixtures("no_pictures")
def test_who_never_needs_a_clinic_lives_as_without_them(
    scenario: Scenario, events: pd.DataFrame, people: pd.DataFrame, tmp_path: Path
) -> None:
    scenario.with_options(access=None).run(out=tmp_path, microdata=True, workers=2)
    alone = pd.read_parquet(tmp_path / "events").astype({"event": str}).set_index(LIFE)
    of_life = ["person", "replicate"]
    cared = (people["n_episodes"] > 0).groupby(of_life).any()
    never = cared.index[~cared]
    mine, its = (
        frame[frame.index.droplevel(["strategy", "draw"]).isin(never)].sort_index(kind="stable")
        for frame in (events, alone)
    )
    mine = mine[mine.index.isin(its.index)]
    its = its[its.index.isin(mine.index)]
    assert len(mine) > 50_000
    for column in ("day", "event", "value", "pain"):
        np.testing.assert_array_equal(mine[column].to_numpy(), its[column].to_numpy())


def test_others_are_everybody_but_some() -> None:
    plan = Population.united_states(2010).scaled(300).plan(2010, 2010, evidence().point)
    model = build_model(plan, [strategy("none")], evidence().point)
    everybody = {(g, i) for g, n in enumerate(plan.groups["count"].tolist()) for i in range(n)}
    some = np.array(sorted(everybody))[::7]
    left = {(g, i) for g, low, high in others_of(model, some) for i in range(low, high)}
    assert left == everybody - {(int(g), int(i)) for g, i in some}
