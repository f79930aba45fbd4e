"""How long finite access takes: a region over ten years, and the whole country over one.

`pytest -m benchmark tests/benchmarks/test_access_speed.py` prints it.

Room: clinics.
"""

from __future__ import annotations

import cProfile
import pstats
import runpy
from pathlib import Path

import pytest

from sim import Center, Clinics, Population, Resource, Scenario
from sim.clinics.candidates import find_candidates
from sim.clinics.engine import ClinicBlock, compile_clinics, live_centers
from sim.clinics.plan import Access
from sim.evidence.reader import evidence
from sim.inputs.diagnosed import plan_people
from tests.benchmarks.measuring import Table, seconds_of
from tests.simplified import full, lives_of, strategies_of

pytestmark = pytest.mark.benchmark

CENTERS = 300
A_FEW = 4
UNITED_STATES = 1_529_560


def country(centers: int = CENTERS) -> Scenario:
    """People diagnosed with cancer in the United States, in so many of its catchments of a size."""
    resources = {
        "consultant": Resource(machines=1, on_call=True),
        "linear_accelerator": Resource(machines=5, maintenance_every_weeks=4, on_call=True),
        "interventional_suite": Resource(machines=1),
        "theater": Resource(machines=1, on_call=True),
        "bed": Resource(machines=12),
        "radiopharmacy": Resource(machines=1),
    }
    share = UNITED_STATES / CENTERS
    served = tuple(Center.serving(f"center_{i}", share, resources) for i in range(centers))
    return Scenario(
        name="country",
        population=Population.united_states(2010).scaled(round(share * centers)),
        view="calendar",
        access=Clinics(centers=served),
    )


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}")  # noqa: T201  (a benchmark's result)


def test_a_region_over_ten_years(root: Path, table: Table) -> None:
    """What bounds it: the requests, each by what `test_what_bounds_it` shows."""
    region = runpy.run_path(str(root / "scenarios" / "regional_capacity.py"))
    result = region["scenario"].run()
    waits = result.waits
    assert waits is not None
    asked = waits[(waits["center"] != "all") & (waits["priority"] == "all")]["asked"].sum()
    table.add(
        f"a region's clinics over ten years, {result.run['lives']:,} lives, {asked:,} requests",
        f"{result.run['seconds']:.1f} s, {result.run['peak_memory_mb']:,.0f} MB",
        "under 60 s",
    )
    assert result.run["lives"] > 900_000


def test_the_country_over_one_year(table: Table) -> None:
    """What bounds it: 39 million lives of thirty-one years, then the clinics as below."""
    result = country().run()
    assert result.run["people"] == UNITED_STATES
    table.add(
        f"clinics of {CENTERS} catchments in one year, {result.run['lives']:,} lives",
        f"{result.run['seconds']:.1f} s, {result.run['peak_memory_mb']:,.0f} MB",
    )


def test_what_bounds_it(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    """Requests a second of four catchments, and their time by function, most first.

    Catchments that are not linked are lived one after the other; the lives up to where the clinics
    open are aside. Python does it, event by event of SimPy, of which each other patient makes two:
    that they come, and that a machine is free again. Five sixths of the time Python's interpreter
    takes, spread thinly: offers of machines and books a twelfth each of its steps, looks at lines
    a twentieth each; a twelfth is compiled code, most of it people being set to where they ask.
    """
    scenario = country(A_FEW)
    access = scenario.access
    assert access is not None
    plan = plan_people(scenario, evidence().point)
    lives = lives_of(full(), plan, strategies=strategies_of("usual_care"), keep=False)
    of_access = Access.of(access, (), scenario.years)
    compile_clinics()
    _, _, found = find_candidates(lives, of_access, 1)
    parts: list[ClinicBlock] = []

    def live() -> None:
        parts.append(live_centers(lives, of_access, access.linked(), found))

    seconds = seconds_of(live)
    requests = len(parts[0].logs[0].waits)
    table.add(
        f"clinics alone of {A_FEW} catchments, {len(found):,} people, {requests:,} requests",
        f"{requests / seconds:,.0f} requests and {len(found) / seconds:,.0f} people a second",
    )
    profile = cProfile.Profile()
    profile.enable()
    live()
    profile.disable()
    statistics = pstats.Stats(profile)
    total = statistics.total_tt  # type: ignore[attr-defined]
    rows = sorted(statistics.stats.items(), key=lambda row: -row[1][2])  # type: ignore[attr-defined]
    lines = [
        f"{100 * timing[2] / total:5.1f}%  {Path(place[0]).name}: {place[2]}"
        for place, timing in rows[:12]
    ]
    say(capsys, "\n".join(["own time, four catchments:", *lines]))
    assert len(found) > 0
