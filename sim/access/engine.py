"""The clinic engine: lives of people with cancer, compiled up to where they need a clinic."""

from __future__ import annotations

import datetime
import gc
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.access.log import REFERRED, ClinicLog
from sim.access.people import Treated
from sim.access.service import Service
from sim.care_records import build_strategies, treatment_names
from sim.care_tally import N_STATISTICS, CareTally
from sim.catalog import strategy
from sim.clinics import Clinics
from sim.engines.clinic import gather_block, give_appointment, live_alone
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

_MOST_KEPT = 8_000
"""About so many people who need a clinic are held in memory by a worker at a time."""
_KEPT_SHARE = 0.02
"""Share of a population that comes to need a clinic, for a first guess."""


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
    n: int


def live_centers(lives: Lives, access: Access, groups: list[tuple[str, ...]]) -> ClinicBlock:
    """Live everybody of some groups of linked centers under every strategy, one after the other.

    Parameters
    ----------
    lives : Lives
        Its strategies have published waits, which hold until the clinics open.
    access : Access
    groups : list of tuple of str
        Names of centers; each group is one simulation.
    """
    tally, care_tally = lives.tallies()
    people, centers = gather(lives, access, groups, tally, care_tally)
    tally.share_past()
    logs = []
    names = [center.name for center in access.clinics.centers]
    for column in range(len(lives.strategies.names)):
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
    return ClinicBlock(tally, care_tally, logs, lives.plan.people)


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


def gather(
    lives: Lives,
    access: Access,
    groups: list[tuple[str, ...]],
    tally: Tally,
    care_tally: CareTally,
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """People of some centers who are alive when a clinic may concern them, and their centers.

    All others are counted.
    """
    wanted_names = {name for group in groups for name in group}
    wanted = np.array([center.name in wanted_names for center in access.clinics.centers])
    kept, centers = [], []
    for segments in block_segments(lives.plan, BLOCK):
        people, place = _gather_segments(lives, access, segments, wanted, tally, care_tally)
        kept.append(people)
        centers.append(place)
    return np.concatenate(kept), np.concatenate(centers)


def _gather_segments(
    lives: Lives,
    access: Access,
    segments: Segments,
    wanted: NDArray[np.bool_],
    tally: Tally,
    care_tally: CareTally,
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    n_strategies = len(lives.strategies.names)
    people = sum(high - low for _, low, high in segments)
    room = int(_KEPT_SHARE * people) + 100
    while True:
        kept = np.zeros((room + 1, n_strategies), PERSON)
        centers = np.zeros(room + 1, np.int64)
        attempt, care_attempt = lives.tallies()
        n = gather_block(
            kept,
            centers,
            np.array(segments, dtype=np.int64).reshape(-1, 3),
            lives.plan.groups,
            lives.plan.cells,
            lives.cancers,
            lives.worlds,
            lives.strategies.policies,
            lives.strategies.limits,
            np.uint64(lives.seed),
            lives.replicate,
            lives.window,
            np.zeros((n_strategies, N_STATISTICS)),
            access.catchments,
            wanted,
            float(access.opening_year),
            attempt,
            care_attempt,
        )
        if n <= room:
            tally.add(attempt)
            care_tally.add(care_attempt)
            return kept[:n].copy(), centers[:n].copy()
        room = n


def warm_up() -> None:
    """Compile what only this engine needs, or read it from the cache, without living anybody."""
    values = evidence().point
    none = build_strategies([strategy(NO_CARE)], (), Knobs(), values)
    cancers, worlds = build_cancers(values), build_world(values)
    plan = Plan(np.zeros(0, GROUP), np.zeros(0, ENTRY_CELL))
    lives = Lives(plan, cancers, worlds, none, 0, 0, 1, (2010, 2010, 2010))
    access = Access.of(Clinics.unlimited(), (), (2010, 2010))
    _gather_segments(lives, access, [], np.ones(1, np.bool_), *lives.tallies())
    nobody = np.zeros(1, PERSON)
    live_alone(nobody, 0, cancers, worlds, none.policies, 0.0, False)
    nobody["alive"], nobody["clock"], nobody["lesion_next_day"] = 1, NEVER, NEVER
    next_event_of(nobody, 0)
    give_appointment(nobody, 0, none.policies, 0.0, NEVER)
    apply_event_to(nobody, 0, 0.0, DEATH_OTHER, cancers, worlds, none.policies)


def batches(lives: Lives, access: Access) -> list[list[tuple[str, ...]]]:
    """Groups of linked centers that a worker takes at a time, so that memory stays flat."""
    shares = {c.name: c.catchment for c in access.clinics.centers}
    total = sum(shares.values())
    kept = lives.plan.people * _KEPT_SHARE * len(lives.strategies.names)
    found: list[list[tuple[str, ...]]] = []
    room = 0.0
    for group in access.clinics.linked():
        size = kept * sum(shares[name] for name in group) / total
        if not found or size > room:
            found.append([])
            room = _MOST_KEPT
        found[-1].append(group)
        room -= size
    return found


def live_replicates(
    lives: Lives, access: Access, executor: Executor, workers: int, replicates: int
) -> Iterator[ClinicBlock]:
    """Live replicates one after the other, each added up over the centers, workers kept busy."""
    parts = batches(lives, access)
    tasks = ((r, part) for r in range(replicates) for part in parts)
    waiting: deque[Future[ClinicBlock]] = deque()

    def submit() -> None:
        for replicate, part in tasks:
            mine = replace(lives, replicate=replicate)
            waiting.append(executor.submit(live_centers, mine, access, part))
            if len(waiting) > workers:
                return

    try:
        for _ in range(replicates):
            total: ClinicBlock | None = None
            for _ in parts:
                if len(waiting) <= workers:
                    submit()
                block = waiting.popleft().result()
                total = block if total is None else _add(total, block)
            if total is not None:
                yield total
    finally:
        for future in waiting:
            future.cancel()


def _add(total: ClinicBlock, block: ClinicBlock) -> ClinicBlock:
    total.tally.add(block.tally)
    total.care_tally.add(block.care_tally)
    for mine, its in zip(total.logs, block.logs, strict=True):
        mine.add(its)
    return total
