"""The file of the members of a sample: one line a member, safe to stop while it is written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.evidence.arrays import Array
from sim.fitting.randomized_likelihood import FittedMember


@dataclass(frozen=True)
class MemberFile:
    """Finished members by number: a line has number, runs, squares, parameters and misfits."""

    path: Path
    parameters: int
    outcomes: int

    def read(self) -> dict[int, FittedMember]:
        """All members whose line is whole; one that was cut when a run was stopped is dropped."""
        if not self.path.exists():
            return {}
        *lines, cut = self.path.read_text(encoding="ascii").split("\n")
        if cut:
            self.path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
        return dict(self._member(line) for line in lines)

    def append(self, number: int, member: FittedMember) -> None:
        """Write one member, and see that it is on the disk."""
        cells = [str(number), str(member.runs), repr(member.squares)]
        cells += map(repr, [*member.z.tolist(), *member.misfit.tolist()])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="ascii") as file:
            file.write(",".join(cells) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _member(self, line: str) -> tuple[int, FittedMember]:
        number, runs, *cells = line.split(",")
        numbers: Array = np.array(cells, dtype=float)
        squares, z, misfit = np.split(numbers, [1, 1 + self.parameters])
        return int(number), FittedMember(z, misfit, float(squares[0]), int(runs))
