"""The clinic engine: lives of people with cancer, compiled up to where they need a clinic."""

from __future__ import annotations

import datetime
import gc
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.access.log import REFERRED, ClinicLog
from sim.access.people import Treated
from sim.access.service import Service
from sim.care_records import build_strategies, treatment_names
from sim.care_tally import N_STATISTICS, CareTally
from sim.catalog import strategy
from sim.clinics import Clinics
from sim.engines.clinic import give_appointment, live_alone, revive, survey_block
from sim.engines.cohort import count_block
from sim.engines.process import apply_event_to, next_event_of
from sim.evidence.reader import evidence
from sim.evidence.visits import CONSULT, Visit
from sim.hazards import NEVER
from sim.life.events import DEATH_OTHER
from sim.life.parameters import build_cancers, build_world
from sim.life.state import ENTRY_CELL, PERSON
from sim.population import GROUP, Plan
from sim.scale import BLOCK, Lives, Segments, block_segments
from sim.strategies import NO_CARE, Knobs, Treatment
from sim.tally import Tally
from sim.vocabulary import DAYS_PER_YEAR

_MOST_KEPT = 10_000
"""So many records of people whom the clinics may concern are held by a worker at a time; more where
one group of linked centers has more."""


@dataclass(frozen=True)
class Access:
    """Finite access as the engine reads it.

    Attributes
    ----------
    clinics : Clinics
    visits : dict of tuple of Visit
        By index of the treatment; -1 for the consult.
    opening_year : int
        The clinics open on 1 January.
    until_day : float
        Other patients come up to here, in days since the opening.
    """

    clinics: Clinics
    visits: dict[int, tuple[Visit, ...]]
    opening_year: int
    until_day: float

    @classmethod
    def of(cls, clinics: Clinics, own: Sequence[Treatment], years: tuple[int, int]) -> Access:
        """Finite access in the years of a run."""
        based_on = {treatment.name: treatment.based_on for treatment in own}
        visits = {-1: clinics.visits_of(CONSULT, {})}
        for index, name in enumerate(treatment_names(own)):
            visits[index] = clinics.visits_of(name, based_on)
        for treatment in own:
            if treatment.sessions is not None and treatment.name not in clinics.visits:
                index = treatment_names(own).index(treatment.name)
                visits[index] = with_sessions(visits[index], treatment.sessions)
        opening = years[0] - clinics.warm_up_years
        n_years = years[1] + 1 + clinics.follow_up_years - opening
        return cls(clinics, visits, opening, n_years * DAYS_PER_YEAR)

    @property
    def opening(self) -> datetime.date:
        """The day on which the clinics open."""
        return datetime.date(self.opening_year, 1, 1)

    @property
    def catchments(self) -> NDArray[np.float64]:
        """Cumulative shares of the centers."""
        shares = np.cumsum([center.catchment for center in self.clinics.centers])
        return np.asarray(shares / shares[-1])


def with_sessions(visits: tuple[Visit, ...], sessions: int) -> tuple[Visit, ...]:
    """The visits of a course with another number of sessions; the longest visit is changed."""
    longest = max(range(len(visits)), key=lambda i: visits[i].sessions)
    others = sum(visit.sessions for visit in visits) - visits[longest].sessions
    changed = visits[longest].model_copy(update={"sessions": max(1, sessions - others)})
    return (*visits[:longest], changed, *visits[longest + 1 :])


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
    revive(people, found, *_parameters(lives), float(access.opening_year))  # type: ignore[call-arg]
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
            log.add(service.log())
        log.referred = referred(people[:, 0], people[:, column], centers, access)
        logs.append(log)
    told = np.zeros((len(logs), N_STATISTICS))
    count_block(people, lives.window, tally, care_tally, told)
    return ClinicBlock(tally, care_tally, logs)


def _parameters(lives: Lives) -> tuple[Any, ...]:
    return (
        lives.plan.groups,
        lives.plan.cells,
        lives.cancers,
        lives.worlds,
        lives.strategies.policies,
        lives.strategies.limits,
        np.uint64(lives.seed),
        lives.replicate,
    )


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


def survey(lives: Lives, access: Access, workers: int) -> tuple[ClinicBlock, NDArray[np.int64]]:
    """Find the people whom the clinics may concern, and count all others.

    Returns
    -------
    ClinicBlock
        Without logs.
    found : array of int, shape (people, 3)
        Group, index and center.
    """
    tally, care_tally = lives.tallies()
    found = []

    def of_block(segments: Segments) -> tuple[Tally, CareTally, NDArray[np.int64]]:
        mine, care_mine = lives.tallies()
        n_strategies = len(lives.strategies.names)
        place = np.zeros((sum(high - low for _, low, high in segments), 3), np.int64)
        n = survey_block(  # type: ignore[call-arg]
            place,
            np.zeros(n_strategies, PERSON),
            np.array(segments, dtype=np.int64).reshape(-1, 3),
            *_parameters(lives),
            lives.window,
            np.zeros((n_strategies, N_STATISTICS)),
            access.catchments,
            float(access.opening_year),
            mine,
            care_mine,
        )
        return mine, care_mine, place[:n].copy()

    size = min(BLOCK, max(1, -(-lives.plan.people // (4 * workers))))
    with ThreadPoolExecutor(workers) as threads:
        for mine, care_mine, place in threads.map(of_block, block_segments(lives.plan, size)):
            tally.add(mine)
            care_tally.add(care_mine)
            found.append(place)
    tally.share_past()
    everybody = np.concatenate((np.zeros((0, 3), np.int64), *found))
    return ClinicBlock(tally, care_tally, []), everybody


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


def batches(
    access: Access, found: NDArray[np.int64], strategies: int
) -> Iterator[tuple[list[tuple[str, ...]], NDArray[np.int64]]]:
    """Groups of linked centers, with their people, that a worker takes at a time.

    So many that memory stays flat; centers without anybody are taken too, for their other patients.
    """
    names = [center.name for center in access.clinics.centers]
    of_center = np.bincount(found[:, 2], minlength=len(names))
    room = 0
    groups: list[tuple[str, ...]] = []
    taken: list[int] = []
    for group in access.clinics.linked():
        numbers = [names.index(name) for name in group]
        size = int(of_center[numbers].sum()) * strategies
        if groups and size > room:
            yield groups, found[np.isin(found[:, 2], taken)]
            groups, taken = [], []
        if not groups:
            room = _MOST_KEPT
        groups.append(group)
        taken += numbers
        room -= size
    yield groups, found[np.isin(found[:, 2], taken)]


def live_replicates(
    lives: Lives, access: Access, executor: Executor, workers: int, replicates: int
) -> Iterator[ClinicBlock]:
    """Live replicates one after the other, each added up over the centers, workers kept busy."""
    waiting: deque[tuple[ClinicBlock | None, Future[ClinicBlock]]] = deque()

    def submit(replicate: int) -> None:
        mine = replace(lives, replicate=replicate)
        others, found = survey(mine, access, workers)
        total: ClinicBlock | None = others
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
            total.logs.extend(ClinicLog() for _ in lives.strategies.names)
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
