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


Years = tuple[int, int]


def parse_years(text: str) -> Years:
    """Read a year, or a first and a last one, or raise a `ValueError` that says what is wrong.

    Examples
    --------
    >>> parse_years("2010"), parse_years("2010-2025")
    ((2010, 2010), (2010, 2025))
    """
    first, _, last = text.partition("-")
    try:
        years = int(first), int(last or first)
    except ValueError:
        raise ValueError(f"is {text!r}; allowed: a year, or first-last") from None
    if years[0] > years[1]:
        raise ValueError(f"is {text!r}; allowed: years in order")
    return years


def years_text(years: Years) -> str:
    """Years as a person writes them.

    Examples
    --------
    >>> years_text((2010, 2010)), years_text((2010, 2012))
    ('2010', '2010-2012')
    """
    return "-".join(str(year) for year in dict.fromkeys(years))


YearsHeld = Annotated[Years, BeforeValidator(parse_years)]
"""First and last year in which a published number holds; 2010 where the cell is empty."""


def holds(held: Years, years: Years) -> bool:
    """Whether what holds in some years holds in all of others.

    Examples
    --------
    >>> holds((2010, 2010), (2010, 2012)), holds((2010, 2025), (2012, 2012))
    (False, True)
    """
    return held[0] <= years[0] and years[1] <= held[1]


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
    use: Annotated[str, one_of(("calibrate", "trend", "report"))]
    """Fitted to in 2010, by the trends after it, or only shown."""
    definition: str
    note: str = ""
    years: YearsHeld = (2010, 2010)

    @property
    def label(self) -> str:
        """Name and stratum as one phrase."""
        return f"{self.name} [{self.stratum}]"

    @property
    def year(self) -> int:
        """The year of the model that it is set beside by the calibration: the first it holds in."""
        return self.years[0]


@cache
def targets(path: Path = FOLDER / "targets.csv") -> tuple[Target, ...]:
    """The targets that come with the program, or those of a file that `read_rows` accepts."""
    return tuple(read_rows(path, Target).values())
