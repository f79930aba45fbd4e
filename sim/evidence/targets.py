"""What the model is held against: published outcomes, with the range that counts as met."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.evidence.reader import FOLDER, EvidenceError, read_rows
from sim.evidence.vocabulary import PRIMARIES, nearest


@dataclass(frozen=True)
class Target:
    """One published outcome."""

    name: str
    stratum: str
    value: float
    lower: float
    upper: float
    sd: float
    unit: str
    primaries: tuple[str, ...]
    source: str
    use: str
    definition: str
    note: str

    @property
    def label(self) -> str:
        """Name and stratum as one phrase."""
        return f"{self.name} [{self.stratum}]"


def read_targets(path: Path = FOLDER / "targets.csv") -> tuple[Target, ...]:
    """Read and check the table of targets.

    Raises
    ------
    EvidenceError
        If a row is incomplete or its range does not hold its value.
    """
    found = []
    sources = {row["key"] for _, row in read_rows(path.parent / "sources.csv")}
    for place, row in read_rows(path):
        missing = [c for c in ("name", "stratum", "unit", "source", "definition") if not row[c]]
        if missing:
            raise EvidenceError(f"{place}: {missing[0]} is missing")
        if row["source"] not in sources:
            raise EvidenceError(f"{place}: source {row['source']!r} is not in sources.csv")
        if row["use"] not in ("calibrate", "report"):
            raise EvidenceError(f"{place}: use {row['use']!r}; allowed: calibrate, report")
        try:
            value, lower, upper, sd = (float(row[c]) for c in ("value", "lower", "upper", "sd"))
        except ValueError:
            raise EvidenceError(f"{place}: value, lower, upper and sd must be numbers") from None
        if not lower <= value <= upper or sd <= 0:
            raise EvidenceError(f"{place}: needs lower <= value <= upper and sd > 0")
        primaries: tuple[str, ...] = PRIMARIES
        if row["primaries"].startswith("all but "):
            left_out = row["primaries"].removeprefix("all but ").split(" ")
            primaries = tuple(p for p in PRIMARIES if p not in left_out)
        elif row["primaries"] != "all":
            primaries = tuple(row["primaries"].split(" "))
            for primary in primaries:
                if primary not in PRIMARIES:
                    raise EvidenceError(
                        f"{place}: primary {primary!r}; {nearest(primary, PRIMARIES)}"
                    )
        found.append(
            Target(
                row["name"],
                row["stratum"],
                value,
                lower,
                upper,
                sd,
                row["unit"],
                primaries,
                row["source"],
                row["use"],
                row["definition"],
                row["note"],
            )
        )
    return tuple(found)


@cache
def targets() -> tuple[Target, ...]:
    """The targets that come with the program."""
    return read_targets()
