"""A part of a run: what a worker does at a time, and what comes back of it.

A part is a block of people, or of the people of some centers that send to no others. The years of
clinics are lived as one: a line in one year is the rest of that in the year before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clinics.engine import ClinicBlock, live_centers
from sim.clinics.log import ClinicLog
from sim.clinics.plan import Access
from sim.counting.microdata import as_files
from sim.engine.address import address, lives_address
from sim.engine.lives import Lives
from sim.engine.model import Segments, people_of
from sim.engine.packed import packed, unpacked
from sim.engine.workers import live_segments


@dataclass(frozen=True)
class BlockOfPeople:
    """People with published waits."""

    lives: Lives
    segments: Segments
    counted: bool = True
    """Whether they are counted; of others only rows are wanted."""

    @property
    def people(self) -> int:
        """How many lives that are counted there are under each strategy."""
        return people_of(self.segments) if self.counted else 0

    @property
    def address(self) -> str:
        """What determines the part, but for strategies other than the reference."""
        return lives_address(self.lives, self.segments, self.counted)

    def live(self) -> ClinicBlock:
        """Live them."""
        lives = self.lives if self.counted else replace(self.lives, engine="cohort")
        block = live_segments(lives, self.segments)
        if not self.counted:
            return ClinicBlock(*lives.tallies(), [], block.rows)
        return ClinicBlock(block.tally, block.care_tally, [], block.rows)


@dataclass(frozen=True)
class PeopleOfCenters:
    """People whom some groups of linked centers may concern."""

    lives: Lives
    access: Access
    groups: list[tuple[str, ...]]
    found: NDArray[np.int64]

    @property
    def people(self) -> int:
        """How many they are."""
        return len(self.found)

    @property
    def address(self) -> str:
        """What determines the part, but for strategies other than the reference."""
        return lives_address(self.lives, access_address(self.access), self.groups, self.found)

    def live(self) -> ClinicBlock:
        """Live them."""
        return live_centers(self.lives, self.access, self.groups, self.found)


RunPart = BlockOfPeople | PeopleOfCenters


class LivedPart(NamedTuple):
    """What came out of a part."""

    block: ClinicBlock | None
    """What was counted, without rows; none if it is packed."""
    columns: list[bytes]
    """The same by strategy, packed."""
    rows: dict[str, bytes]
    """Files of rows, by their kind, if they are asked for."""


def live_part(part: RunPart, *, pack: bool) -> LivedPart:
    """Live a part of a run; this is what is given to a worker."""
    block = part.live()
    rows = {} if block.rows is None else as_files(block.rows)
    if not pack:
        return LivedPart(replace(block, rows=None), [], rows)
    return LivedPart(None, packed_columns(block), rows)


def access_address(access: Access) -> str:
    """What determines finite access."""
    told = access.clinics.model_dump_json()
    return address(told, access.visits, access.opening_year, access.until_day)


def nothing_counted(lives: Lives, *, logs: bool) -> ClinicBlock:
    """Zeros for what is counted of some lives."""
    tally, care_tally = lives.tallies()
    return ClinicBlock(tally, care_tally, [ClinicLog() for _ in lives.model.policies if logs])


def packed_columns(block: ClinicBlock) -> list[bytes]:
    """What was counted under each strategy, packed."""
    return [packed(_arrays(block, s)) for s in range(len(block.care_tally.sums))]


def add_column(block: ClinicBlock, strategy: int, column: bytes) -> None:
    """Add what was counted under one strategy.

    Raises
    ------
    ValueError
        If it is of another shape.
    """
    found = unpacked(column)
    tallies: tuple[NDArray[Any], ...] = (*block.tally, *block.care_tally)
    logs = found[len(tallies) :]
    for mine, its in zip(tallies, found, strict=False):
        mine[strategy : strategy + 1] += its
    if logs:
        block.logs[strategy].add(ClinicLog(*logs))


def _arrays(block: ClinicBlock, strategy: int) -> list[NDArray[Any]]:
    """The arrays of one strategy, with an axis of length 1 in front of what is counted."""
    tallies: tuple[NDArray[Any], ...] = (*block.tally, *block.care_tally)
    logs = list(vars(block.logs[strategy]).values()) if block.logs else []
    return [*(table[strategy : strategy + 1] for table in tallies), *logs]
