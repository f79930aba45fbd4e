"""What the model is held against: published outcomes, with the range that counts as met."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Ranged, SourceKey, read_rows
from sim.evidence.vocabulary import PRIMARIES, nearest


def parse_primaries(text: str) -> tuple[str, ...]:
    """Read `all`, `all but myeloma`, or names with spaces between; `ValueError` if unknown."""
    names = text.removeprefix("all but ").split(" ")
    for name in names:
        if name not in (*PRIMARIES, "all"):
            raise ValueError(f"names {name!r}; {nearest(name, PRIMARIES)}")
    if text == "all":
        return PRIMARIES
    if text.startswith("all but "):
        return tuple(primary for primary in PRIMARIES if primary not in names)
    return tuple(names)


class Target(Ranged):
    """One published outcome."""

    name: str
    stratum: str
    lower: float
    upper: float
    sd: Annotated[float, Field(gt=0.0)]
    unit: str
    primaries: Annotated[tuple[str, ...], BeforeValidator(parse_primaries)]
    source: SourceKey
    use: Annotated[str, one_of(("calibrate", "report"))]
    definition: str
    note: str = ""

    @property
    def label(self) -> str:
        """Name and stratum as one phrase."""
        return f"{self.name} [{self.stratum}]"


@cache
def targets(path: Path = FOLDER / "targets.csv") -> tuple[Target, ...]:
    """The targets that come with the program, or those of a file that `read_rows` accepts."""
    return tuple(read_rows(path, Target).values())
