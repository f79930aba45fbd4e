"""Samples of a run, a draw and a replicate each: cut into parts, lived by workers, put together.

A part that is kept from before is not lived again. What was counted of a sample is kept as a whole
when all its parts are done, in place of these; where rows of microdata are written the parts stay,
because the rows are theirs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.clinics.candidates import batches, find_candidates, others_of
from sim.clinics.engine import ClinicBlock
from sim.clinics.log import ClinicLog
from sim.clinics.part import (
    BlockOfPeople,
    LivedPart,
    PeopleOfCenters,
    RunPart,
    access_address,
    add_column,
    live_part,
    nothing_counted,
    packed_columns,
)
from sim.clinics.plan import Access
from sim.counting.microdata import RowsPlace
from sim.engine.address import lives_address, strategy_addresses
from sim.engine.lives import Lives
from sim.engine.pool import Task, Workers
from sim.engine.workers import block_segments, block_size, cut, kept_block
from sim.tables.kept_parts import KeptParts

Codes = tuple[int, ...]
"""Some of the strategies, by their places."""


class Sample(NamedTuple):
    """One draw and replicate that is to be lived."""

    draw: int
    replicate: int
    lives_among: Callable[[Codes], Lives]
    """The lives under some of the strategies, the reference among them."""
    strategies: int
    access: Access | None = None


class SamplesToLive:
    """Lives samples, several parts of them at a time, and gives each back when it is whole.

    Parameters
    ----------
    workers : Workers
    parts : KeptParts, optional
        Where parts are kept, and looked for.
    write_rows : callable, optional
        Writes the files of rows of a part, and gives back where they stand, if it could.
    on_lives : callable
        Called with a draw, how many more of its lives are done, and whether they were before; of
        one sample after the other.
    """

    def __init__(
        self,
        workers: Workers,
        parts: KeptParts | None,
        write_rows: Callable[[RowsPlace, dict[str, bytes]], dict[str, Path] | None],
        on_lives: Callable[[int, int, bool], object],
    ) -> None:
        self.workers = workers
        self.parts = parts
        self.write_rows = write_rows
        self.on_lives = on_lives
        self._begun: deque[_Begun] = deque()
        self.packs = parts is not None or workers.packs
        """Whether workers pack what they counted, as it is kept, and sent from elsewhere."""

    def each(self, asked: Iterable[Sample]) -> Generator[tuple[Sample, ClinicBlock], None, None]:
        """What was counted of each sample, in their order."""
        begun = self._begun
        begun.clear()

        def tasks() -> Iterator[Task[tuple[_Begun, _Place | None], LivedPart]]:
            for sample in asked:
                mine = _Begun(sample, self)
                begun.append(mine)
                for place in mine.places():
                    work = partial(live_part, place.part, pack=self.packs)
                    yield Task((mine, place), work)
                yield Task((mine, None), None)

        def room() -> bool:
            return len(begun) <= 2 * self.workers.under_way

        for (mine, place), lived in self.workers.as_done(tasks(), room):
            if place is None or lived is None:
                mine.left -= 1
            else:
                mine.take(place, lived)
            self._tell()
            while begun and begun[0].left == 0:
                done = begun.popleft()
                yield done.sample, done.whole()
                self._tell()

    def _tell(self) -> None:
        """Tell what is done of the first sample: those behind it may not be wanted any more."""
        if self._begun:
            first = self._begun[0]
            for lives, before in first.untold:
                self.on_lives(first.sample.draw, lives, before)
            first.untold.clear()


class _Place(NamedTuple):
    """A part and where it belongs."""

    part: RunPart
    address: str
    rows: RowsPlace | None


class _Begun:
    """A sample under way.

    Attributes
    ----------
    sample : Sample
    left : int
        Parts that are not done; one more as long as not all have been asked for.
    untold : list of tuple
        Lives that are done, and whether they were before, of which nobody has been told yet.
    """

    def __init__(self, sample: Sample, of: SamplesToLive) -> None:
        self.sample, self._of = sample, of
        self.left = 1
        self.untold: list[tuple[int, bool]] = []
        everything = tuple(range(sample.strategies))
        lives = sample.lives_among(everything)
        self._strategies = strategy_addresses(lives)
        self._total = nothing_counted(lives, logs=sample.access is not None)
        self._kept: dict[str, bytes] = {}
        self._addresses: list[str] = []
        self._address = ""
        self._missing = everything
        self._lives = lives
        self._packed: list[bytes] = []
        if of.parts is not None and lives.rows is None:
            how = () if sample.access is None else (access_address(sample.access),)
            self._address = lives_address(lives, "whole", *how)
            self._kept = of.parts.find(self._address, self._strategies)
            self._missing = tuple(s for s in everything if self._strategies[s] not in self._kept)
            for s in everything:
                if s not in self._missing:
                    add_column(self._total, s, self._kept[self._strategies[s]])
            if not self._missing:
                self.untold.append((lives.model.people, True))
            elif self._kept:  # outcomes count from what happens under the reference
                self._lives = sample.lives_among((0, *(s for s in self._missing if s > 0)))

    @property
    def _is_one_part(self) -> bool:
        """Whether the sample is a single part, which is kept as the whole alone."""
        lives = self._lives
        plain = self.sample.access is None and lives.rows is None
        return plain and lives.model.people <= block_size(lives)

    @property
    def _lived(self) -> Codes:
        """The strategies that are lived: those that are missing, and the reference."""
        return (0, *(s for s in self._missing if s > 0))

    def places(self) -> Iterator[_Place]:
        """The parts that are to be lived; those that are kept are taken in."""
        if not self._missing:
            return
        of, sample = self._of, self.sample
        wanted = [self._strategies[s] for s in self._missing]
        for number, part in enumerate(self._parts()):
            rows = None
            if self._lives.rows is not None:
                rows = RowsPlace(sample.draw, sample.replicate, number)
            place = _Place(part, part.address if of.parts is not None else "", rows)
            self._addresses.append(place.address)
            kept = {} if of.parts is None else of.parts.find(place.address, wanted, rows)
            if len(kept) == len(wanted):
                for s in self._missing:
                    add_column(self._total, s, kept[self._strategies[s]])
                self.untold.append((part.people, True))
                continue
            self.left += 1
            yield place

    def _parts(self) -> Iterator[RunPart]:
        """All parts of the sample."""
        lives, access = self._lives, self.sample.access
        if access is None:
            for segments in block_segments(lives.model, block_size(lives)):
                yield BlockOfPeople(lives, segments)
            return
        tally, care_tally, found = find_candidates(lives, access, self._of.workers.here)
        others = ClinicBlock(tally, care_tally, [ClinicLog() for _ in self._lived])
        self._add_block(others)
        self.untold.append((lives.model.people - len(found), False))
        for groups, people in batches(access, found):
            yield PeopleOfCenters(lives, access, groups, people)
        if lives.rows is not None:
            for segments in cut(others_of(lives.model, found), kept_block(lives)):
                yield BlockOfPeople(lives, segments, counted=False)

    def take(self, place: _Place, lived: LivedPart) -> None:
        """Take in a part that is done, and keep it."""
        of, self.left = self._of, self.left - 1
        if lived.block is not None:
            self._add_block(lived.block)
        else:
            self._add(lived.columns)
        files = {} if place.rows is None else of.write_rows(place.rows, lived.rows)
        if self._is_one_part:
            self._packed = lived.columns
        elif of.parts is not None and files is not None:
            of.parts.keep(place.address, self._of_missing(lived.columns), files)
        self.untold.append((place.part.people, False))

    def _add_block(self, block: ClinicBlock) -> None:
        if len(self._missing) < self.sample.strategies:
            self._add(packed_columns(block))
        elif self._is_one_part:
            self._total = block
        else:
            self._total.add(block)

    def _add(self, columns: list[bytes]) -> None:
        for s, column in zip(self._lived, columns, strict=True):
            if s in self._missing:
                add_column(self._total, s, column)

    def _of_missing(self, columns: list[bytes]) -> dict[str, bytes]:
        """Of the strategies that are lived, the columns that were missing, by address."""
        lived = zip(self._lived, columns, strict=True)
        return {self._strategies[s]: column for s, column in lived if s in self._missing}

    def whole(self) -> ClinicBlock:
        """What was counted of the whole sample; it is kept in place of its parts."""
        parts = self._of.parts
        for log in self._total.logs:
            log.order()
        if parts is not None and self._missing and self._lives.rows is None:
            columns = self._packed
            if not columns:
                every = packed_columns(self._total)
                columns = [every[s] for s in self._lived]
            parts.keep(self._address, self._of_missing(columns))
            for one in self._addresses:
                parts.forget(one)
        return self._total
