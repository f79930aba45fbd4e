"""The clinic engine: lives of people with cancer, compiled up to where they need a clinic."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.clinics.log import REFERRED, ClinicLog
from sim.clinics.people import Treated
from sim.clinics.plan import Access
from sim.clinics.service import Service
from sim.clinics.survey import batches, parameters_of, survey
from sim.counting.care_tally import N_STATISTICS, CareTally
from sim.counting.tally import Tally
from sim.engine.clinic import give_appointment, live_alone, revive
from sim.engine.cohort import count_block
from sim.engine.lives import Lives
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import build_strategies
from sim.engine.process import apply_event_to, next_event_of
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.inputs.catalog import strategy
from sim.inputs.clinics import Clinics
from sim.inputs.population import GROUP, Plan
from sim.inputs.strategies import NO_CARE, Knobs
from sim.life.events import DEATH_OTHER
from sim.life.hazards import NEVER
from sim.life.records import ENTRY_CELL, PERSON

_ROUNDING = 1e-6


@dataclass(frozen=True)
class ClinicBlock:
    """What came out of the lives of some centers: counts, and a log for each strategy."""

    tally: Tally
    care_tally: CareTally
    logs: list[ClinicLog]


def live_centers(
    lives: Lives, access: Access, groups: list[tuple[str, ...]], found: NDArray[np.int64]
) -> ClinicBlock:
    """Live people of some groups of linked centers under every strategy, one after the other.

    Parameters
    ----------
    lives : Lives
        Its strategies have published waits, which hold until the clinics open.
    access : Access
    groups : list of tuple of str
        Names of centers; each group is one simulation.
    found : array of int, shape (people, 3)
        Who they are; see `survey`.
    """
    tally, care_tally = lives.tallies()
    people = np.zeros((len(found), len(lives.strategies.names)), PERSON)
    revive(people, found, *parameters_of(lives), float(access.opening_year))  # type: ignore[call-arg]
    centers = found[:, 2]
    logs = []
    names = [center.name for center in access.clinics.centers]
    for column in range(people.shape[1]):
        published = lives.strategies.care(column)
        care = published.copy()
        care["finite"] = 1
        if column > 0:
            people["origin_day"][:, column] = people["first_trigger_day"][:, 0]
        log = ClinicLog()
        for group in groups:
            rows = np.flatnonzero(np.isin(centers, [names.index(name) for name in group]))
            service = Service(
                access.clinics, group, access.opening, lives.seed, lives.replicate, access.until_day
            )
            mine = people[rows, column]
            treated = Treated(
                service,
                mine,
                [names[center] for center in centers[rows]],
                access.visits,
                lives.cancers,
                lives.worlds,
                care,
                published,
                float(access.opening_year),
                access.until_day,
            )
            gc.freeze()
            treated.live()
            gc.unfreeze()
            people[rows, column] = mine
            mine_log = service.log()
            check_littles_law(mine_log)
            log.add(mine_log)
        log.referred = referred(people[:, 0], people[:, column], centers, access)
        logs.append(log)
    told = np.zeros((len(logs), N_STATISTICS))
    count_block(people, lives.window, tally, care_tally, told)
    return ClinicBlock(tally, care_tally, logs)


def check_littles_law(log: ClinicLog) -> None:
    """Refuse a log in which the lengths of a line over time are not the waits in it.

    Raises
    ------
    RuntimeError
        If they differ by more than rounding: somebody was lost.
    """
    lines = log.lines
    gap = np.abs(lines["queue_days"] - lines["waited_days"])
    if (gap > _ROUNDING * (1.0 + lines["queue_days"])).any() or lines["waiting_at_end"].any():
        raise RuntimeError("the lengths of a line over time do not add up to the waits in it")


def referred(
    reference: NDArray[np.void],
    people: NDArray[np.void],
    centers: NDArray[np.int64],
    access: Access,
) -> NDArray[np.void]:
    """Pauses of the people whose first trigger came on or due therapy, under one strategy.

    The same people under every strategy: those of the reference.
    """
    rows = np.flatnonzero(
        (reference["first_trigger_day"] < NEVER) & (reference["therapy_at_trigger"] == 1)
    )
    found = np.zeros(len(rows), REFERRED)
    found["center"] = centers[rows]
    diagnosed = (reference["diagnosis_year"][rows] - access.opening_year) * DAYS_PER_YEAR
    found["day"] = diagnosed + reference["first_trigger_day"][rows]
    found["paused_days"] = people["paused_days"][rows]
    found["delay_days"] = people["delay_days"][rows]
    return found


def warm_up() -> None:
    """Compile what only this engine needs, or read it from the cache, without living anybody."""
    values = evidence().point
    none = build_strategies([strategy(NO_CARE)], (), Knobs(), values)
    cancers, worlds = build_cancers(values), build_world(values)
    plan = Plan(np.zeros(0, GROUP), np.zeros(0, ENTRY_CELL))
    lives = Lives(plan, cancers, worlds, none, 0, 0, 1, (2010, 2010, 2010))
    access = Access.of(Clinics.unlimited(), (), (2010, 2010))
    survey(lives, access, 1)
    live_centers(lives, access, access.clinics.linked(), np.zeros((0, 3), np.int64))
    nobody = np.zeros(1, PERSON)
    live_alone(nobody, 0, cancers, worlds, none.policies, 0.0, False)
    nobody["alive"], nobody["clock"], nobody["lesion_next_day"] = 1, NEVER, NEVER
    next_event_of(nobody, 0)
    give_appointment(nobody, 0, none.policies, 0.0, NEVER)
    apply_event_to(nobody, 0, 0.0, DEATH_OTHER, cancers, worlds, none.policies)


def live_replicates(
    lives: Lives, access: Access, executor: Executor, workers: int, replicates: int
) -> Iterator[ClinicBlock]:
    """Live replicates one after the other, each added up over the centers, workers kept busy."""
    waiting: deque[tuple[ClinicBlock | None, Future[ClinicBlock]]] = deque()

    def submit(replicate: int) -> None:
        mine = replace(lives, replicate=replicate)
        tally, care_tally, found = survey(mine, access, workers)
        logs = [ClinicLog() for _ in lives.strategies.names]
        total: ClinicBlock | None = ClinicBlock(tally, care_tally, logs)
        for groups, people in batches(access, found, len(lives.strategies.names)):
            waiting.append((total, executor.submit(live_centers, mine, access, groups, people)))
            total = None

    ahead = 0
    try:
        for done in range(replicates):
            while ahead < replicates and (ahead <= done or len(waiting) < workers):
                submit(ahead)
                ahead += 1
            total, future = waiting.popleft()
            if total is None:
                raise RuntimeError("a replicate begins with the block of its survey")
            _add(total, future.result())
            while waiting and waiting[0][0] is None:
                _add(total, waiting.popleft()[1].result())
            yield total
    finally:
        for _, future in waiting:
            future.cancel()


def _add(total: ClinicBlock, block: ClinicBlock) -> None:
    total.tally.add(block.tally)
    total.care_tally.add(block.care_tally)
    for mine, its in zip(total.logs, block.logs, strict=True):
        mine.add(its)
