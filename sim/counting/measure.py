"""A measure: all that is said of one quantity that the program reports, in one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any, Generic, NamedTuple, TypeVar

from sim.evidence.vocabulary import Numbered

Seen = TypeVar("Seen")
"""What a measure is estimated from: `Observed`, the sums of the trigger set, or `Waited`."""


class Section(IntEnum):
    """Parts of the summary, in its order; in one, measures stand in the order of their rows."""

    NEW = auto()
    LIVING = auto()
    DEATHS = auto()
    EPISODES = auto()
    RELATIVE_SURVIVAL = auto()
    SKELETON = auto()
    SPINE = auto()
    AFTER_DETECTION = auto()
    SYMPTOMS = auto()
    TOXICITY_OF_CYCLES = auto()
    TOXICITY_OF_PEOPLE = auto()
    AUTOPSIES = auto()
    RECORDS = auto()
    COURSES = auto()
    THERAPY = auto()
    PAIN = auto()
    RELIEF = auto()
    FRACTURES = auto()
    WALKING = auto()
    SURVIVAL = auto()
    WORTH = auto()
    ACCESS = auto()


@dataclass(frozen=True)
class Measure(Generic[Seen]):
    """One quantity that the program reports.

    Attributes
    ----------
    name : str
    unit : str
    definition : str
        What it says, in a sentence.
    estimate : callable
        From what was seen to a number, or an array of them; nan if nobody was seen.
    words : str
        In pictures and sentences; the name with spaces, if none are given.
    section : Section, optional
        Where the summary shows it; nowhere without one.
    times : tuple of str
        Times after diagnosis at which the summary shows it, `1y`; one empty for no such time.
    by_primary : bool
        Whether `outcomes.parquet` has it for each primary too.
    compared : Numbered, optional
        The `Statistic` of a person by whose means strategies are compared, if they are.
    spread : bool
        Whether its distribution over people (or pauses, delays) is kept: median and quartiles then
        stand beside the mean.
    kind : str
        As `spinemets explain` calls it.
    of_a_whole : bool
        Whether a percent is of a whole, so that it is 100 at most; some are of something else.
    whom : str
        Whom it is over, in a sentence, if not everybody.
    behind : tuple of str
        Parameters that stand directly behind it.
    """

    name: str
    unit: str
    definition: str
    estimate: Callable[[Seen], Any]
    words: str = ""
    section: Section | None = None
    times: tuple[str, ...] = ("",)
    by_primary: bool = True
    compared: Numbered | None = None
    spread: bool = False
    kind: str = "measure"
    of_a_whole: bool = True
    whom: str = ""
    behind: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.words:
            object.__setattr__(self, "words", self.name.replace("_", " "))


class Shown(NamedTuple):
    """A measure under the name that tables give it: `relative_survival_5y`."""

    name: str
    measure: Measure[Any]
    time: str


def by_name(*rows: Measure[Seen]) -> dict[str, Measure[Seen]]:
    """Rows by the name of the measure, in their order."""
    return {row.name: row for row in rows}


def in_summary(measures: Iterable[Measure[Seen]]) -> tuple[Shown, ...]:
    """What the summary shows of some measures, in its order."""
    rows = [(m.section, m) for m in measures if m.section is not None]
    return tuple(
        Shown(f"{row.name}_{time}" if time else row.name, row, time)
        for _, row in sorted(rows, key=lambda pair: pair[0])
        for time in row.times
    )
