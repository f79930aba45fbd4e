"""Runs a scenario: every draw and replicate of it, from the evidence to the tables."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sim.care_records import build_strategies
from sim.catalog import strategy
from sim.evidence.reader import Values, evidence
from sim.life.parameters import build_cancers, build_world
from sim.measures import Observed, expected_survival
from sim.microdata import Microdata
from sim.population import Plan
from sim.results import CONTROL, Result, ResultBuilder
from sim.scale import Block, Lives, live_plan, usable_cores, worker_pool
from sim.scenario import Scenario
from sim.strategies import Knobs

LONGEST_LIFE_YEARS = 130
"""Calendar years that the cohort view keeps after the last diagnosis: everybody has died."""


class RunError(ValueError):
    """A run that cannot be started: which option, what it holds, what is allowed."""


def warm_up() -> None:
    """Compile the kernels, or read them from the cache, by living one person."""
    import pandas  # noqa: F401  (so that its import is not taken for simulation time)

    from sim.population import Population

    values = evidence().point
    plan = Population.united_states(2010).scaled(1).plan(2010, 2010, values)
    none = build_strategies([strategy("none")], (), Knobs(), values)
    cancers, worlds = build_cancers(values), build_world(values)
    lives = Lives(plan, cancers, worlds, none, 0, 0, 1, (2010, 2010, 2010))
    with worker_pool("cohort", 1) as executor:
        live_plan(lives, executor, 1, lambda block: None)


def counted_years(scenario: Scenario) -> tuple[int, int]:
    """First calendar year counted, and how many."""
    first, last = scenario.years
    n_years = last - first + 1
    return first, n_years if scenario.view == "calendar" else n_years + LONGEST_LIFE_YEARS


def plan_people(scenario: Scenario, values: Values) -> Plan:
    """Everybody whom the view needs."""
    first, last = scenario.years
    lookback = scenario.lookback_years if scenario.view == "calendar" else 0
    return scenario.population.plan(first - lookback, last, values)


def run_scenario(
    scenario: Scenario,
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
    folder = None if out is None else writable_folder(Path(out))
    workers = workers or usable_cores()
    writer = Microdata(folder) if microdata and folder is not None else None
    warm_up()
    known = evidence()
    first_year, n_years = counted_years(scenario)
    window = (first_year, *scenario.years)
    builder = ResultBuilder(scenario, first_year, known)
    full = plan_people(scenario, known.point)
    per_draw = min(full.people, scenario.people_per_draw)
    lives_in_all = scenario.replicates * full.people
    done = 0
    started = time.perf_counter()
    with worker_pool(scenario.engine, workers) as executor:
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
            for replicate in range(scenario.replicates):
                lives = Lives(
                    plan,
                    cancers,
                    worlds,
                    strategies,
                    scenario.seed,
                    replicate,
                    n_years,
                    window,
                    scenario.engine,
                    writer is not None,
                    strata=draw == 0,
                )

                def on_block(
                    block: Block,
                    draw: int = draw,
                    replicate: int = replicate,
                    lives_in_all: int = lives_in_all,
                ) -> None:
                    nonlocal done
                    if draw == CONTROL:
                        return
                    if writer and block.people is not None and block.log is not None:
                        writer.write(
                            block.people, block.log, scenario.strategy_names, draw, replicate
                        )
                    done += block.n
                    if progress is not None:
                        expected = scenario.replicates * per_draw * (scenario.draws - max(draw, 0))
                        progress(done, lives_in_all + max(expected, 0))

                tally, care_tally = live_plan(lives, executor, workers, on_block)
                scale = plan_of_cohort(whole, scenario.years).people / cohort.people
                n_years_diagnosed = scenario.years[1] - scenario.years[0] + 1
                for code, name in enumerate(scenario.strategy_names):
                    mine = tally.of(code)
                    seen = Observed.from_tally(mine, n_years_diagnosed, scale, expected, values)
                    builder.add(name, draw, replicate, mine, seen, scale)
                builder.add_care(draw, replicate, care_tally, values)
    seconds = time.perf_counter() - started
    result = builder.build(lives_in_all, seconds, peak_memory_mb())
    if folder is not None:
        result.write(folder)
    return result


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
