"""Runs a scenario: every draw and replicate of it, from the evidence to the tables."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.clinics.precision import precise_enough
from sim.counting.care_tally import CareTally
from sim.counting.measures import Observed, expected_survival
from sim.counting.microdata import Microdata
from sim.counting.tally import Tally
from sim.engine.lives import Block, Lives
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import build_strategies
from sim.engine.warm_up import warm_up
from sim.engine.workers import live_plan, usable_cores, worker_pool
from sim.evidence.reader import Values, evidence
from sim.inputs.population import Plan
from sim.inputs.setting import Setting
from sim.result import Result
from sim.tables.building import CONTROL, TableBuilder

if TYPE_CHECKING:
    from sim.clinics.log import ClinicLog

LONGEST_LIFE_YEARS = 130
"""Calendar years that the cohort view keeps after the last diagnosis: everybody has died."""


class RunError(ValueError):
    """A run that cannot be started: which option, what it holds, what is allowed."""


def counted_years(scenario: Setting) -> tuple[int, int]:
    """First calendar year counted, and how many."""
    first, last = scenario.years
    n_years = last - first + 1
    return first, n_years if scenario.view == "calendar" else n_years + LONGEST_LIFE_YEARS


def plan_people(scenario: Setting, values: Values) -> Plan:
    """Everybody whom the view needs."""
    first, last = scenario.years
    if scenario.view == "cohort":
        return scenario.population.plan(first, last, values)
    plan = scenario.population.plan(first - scenario.lookback_years, last, values)
    return plan if scenario.access is None else plan.continued(scenario.access.follow_up_years)


def run_scenario(
    scenario: Setting,
    *,
    workers: int | None = None,
    out: str | Path | None = None,
    microdata: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Simulate all draws and replicates; see `Scenario.run`.

    Raises
    ------
    RunError
        If an argument cannot be used; nothing is written then.
    """
    if workers is not None and workers < 1:
        raise RunError(f"workers is {workers}; allowed: a whole number, at least 1")
    if microdata and out is None:
        raise RunError("microdata needs a folder; allowed: out=<folder>")
    if microdata and scenario.access is not None:
        raise RunError(
            "microdata is asked for together with access, which keeps waits but no rows of people; "
            "allowed: either of them"
        )
    folder = None if out is None else writable_folder(Path(out))
    workers = workers or usable_cores()
    writer = Microdata(folder) if microdata and folder is not None else None
    warm_up()
    if scenario.access is not None:
        from sim.clinics.engine import warm_up as warm_up_clinics

        warm_up_clinics()
    known = evidence()
    first_year, n_years = counted_years(scenario)
    window = (first_year, *scenario.years)
    builder = TableBuilder(scenario, first_year, known)
    full = plan_people(scenario, known.point)
    # Part of the people would find the clinics empty.
    per_draw = full.people if scenario.access else min(full.people, scenario.people_per_draw)
    lives_in_all = scenario.replicates * full.people
    done = 0
    started = time.perf_counter()
    engine = "process" if scenario.access else scenario.engine
    n_replicates = scenario.replicates
    with worker_pool(engine, workers) as executor:
        thinned = scenario.draws > 0 and per_draw < full.people
        for draw in (0, *([CONTROL] if thinned else []), *range(1, scenario.draws + 1)):
            values = known.draw(max(draw, 0))
            whole = full if draw <= 0 else plan_people(scenario, values)
            plan = whole if draw == 0 else whole.thinned(per_draw)
            if draw > 0:
                lives_in_all += scenario.replicates * plan.people
            cancers, worlds = build_cancers(values), build_world(values)
            strategies = build_strategies(
                scenario.strategies, scenario.treatments, scenario.common_knobs(), values
            )
            cohort = plan_of_cohort(plan, scenario.years)
            expected = expected_survival(values, cohort)
            lives = Lives(
                plan,
                cancers,
                worlds,
                strategies,
                scenario.seed,
                0,
                n_years,
                window,
                scenario.engine,
                writer is not None,
                strata=draw == 0,
            )

            def on_block(
                block: Block,
                replicate: int,
                draw: int = draw,
                lives_in_all: int = lives_in_all,
            ) -> None:
                nonlocal done
                if draw == CONTROL:
                    return
                if writer and block.people is not None and block.log is not None:
                    writer.write(block.people, block.log, scenario.strategy_names, draw, replicate)
                done += block.n
                if progress is not None:
                    expected = scenario.replicates * per_draw * (scenario.draws - max(draw, 0))
                    progress(done, lives_in_all + max(expected, 0))

            waits: list[list[float]] = []
            for replicate, (tally, care_tally, logs) in enumerate(
                live_replicates(lives, scenario, executor, workers, on_block)
            ):
                scale = plan_of_cohort(whole, scenario.years).people / cohort.people
                n_years_diagnosed = scenario.years[1] - scenario.years[0] + 1
                for code, name in enumerate(scenario.strategy_names):
                    mine = tally.of(code)
                    seen = Observed.from_tally(mine, n_years_diagnosed, scale, expected, values)
                    builder.add(name, draw, replicate, mine, seen, scale)
                builder.add_care(draw, replicate, care_tally, values)
                waits.append(builder.add_access(draw, replicate, logs))
                enough = scenario.access and precise_enough(waits, scenario.access.precision)
                if (draw == 0 and enough) or len(waits) == n_replicates:
                    break
            n_replicates = len(waits)
            lives_in_all -= (scenario.replicates - len(waits)) * plan.people
    seconds = time.perf_counter() - started
    result = Result.of(builder.build(lives_in_all, seconds, peak_memory_mb()))
    if folder is not None:
        result.write(folder)
    return result


Lived = tuple[Tally, CareTally, "list[ClinicLog]"]
"""What came out of one replicate; logs of clinics only with finite access."""


def live_replicates(
    lives: Lives,
    scenario: Setting,
    executor: Executor,
    workers: int,
    on_block: Callable[[Block, int], None],
) -> Iterator[Lived]:
    """Live the replicates of a plan one after the other.

    Parameters
    ----------
    lives : Lives
    scenario : Setting
    executor : concurrent.futures.Executor
    workers : int
    on_block : callable
        Called with each finished block and its replicate.
    """
    if scenario.access is None:
        for replicate in range(scenario.replicates):
            mine = replace(lives, replicate=replicate)

            def of_replicate(block: Block, replicate: int = replicate) -> None:
                on_block(block, replicate)

            tallies = live_plan(mine, executor, workers, of_replicate)
            yield (*tallies, [])
        return
    from sim.clinics import engine
    from sim.clinics.plan import Access

    access = Access.of(scenario.access, scenario.treatments, scenario.years)
    blocks = engine.live_replicates(lives, access, executor, workers, scenario.replicates)
    for replicate, block in enumerate(blocks):
        on_block(Block(block.tally, block.care_tally, None, None, lives.plan.people), replicate)
        yield block.tally, block.care_tally, block.logs


def plan_of_cohort(plan: Plan, years: tuple[int, int]) -> Plan:
    """The part of a plan that is diagnosed in the years of the run."""
    inside = (plan.groups["year"] >= years[0]) & (plan.groups["year"] <= years[1])
    return Plan(plan.groups[inside], plan.cells)


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


def writable_folder(folder: Path) -> Path:
    """Make a run folder, or say why it cannot be written.

    Raises
    ------
    RunError
        If the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise RunError(
            f"out is {str(folder)!r}: {error.strerror}; allowed: a folder that can be written"
        ) from None
    return folder
