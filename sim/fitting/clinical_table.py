"""The table of what clinicians check first: the model's people beside what is published.

Nothing that is outside its interval is left out; what the calibration was fitted to is marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.evidence.clinical import ClinicalRow, clinical_rows
from sim.evidence.vocabulary import PRIMARIES
from sim.fitting.clinical_checks import CHECKS, SURVIVAL_BY_PRIMARY, Check
from sim.fitting.kept_lives import DIAGNOSED_IN, KeptLives, keep_lives
from sim.tables.layout import table_text

SHOWN_FROM = 10
"""People from whom on a median by primary is shown."""
JUDGED_FROM = 30
"""People from whom on the model's number is judged."""
_HEADER = ("", "primary", "model", "people", "published", "verdict", "fitted", "source")


@dataclass(frozen=True)
class Compared:
    """A line of the table: a check in a stratum, beside one published number or none."""

    check: Check
    stratum: str
    people: int
    model: float
    published: ClinicalRow | None = None

    @property
    def verdict(self) -> str:
        """Whether the model is inside the published interval, as far as there are people for it."""
        row = self.published
        if row is None:
            return ""
        if self.people < JUDGED_FROM:
            return "few people"
        if not row.has_interval:
            return "no interval"
        return "inside" if row.lower <= self.model <= row.upper else "OUTSIDE"


def lines_by_section(kept: KeptLives) -> dict[str, list[Compared]]:
    """Every line by section: each check for everybody, and wherever something is published."""
    return {section: list(_lines(kept, checks)) for section, checks in CHECKS.items()}


def _lines(kept: KeptLives, checks: tuple[Check, ...]) -> Iterator[Compared]:
    for check in checks:
        strata = ("all", *PRIMARIES)
        rows = [row for row in clinical_rows() if row.name == check.name]
        rows.sort(key=lambda row: strata.index(row.stratum) if row.stratum in strata else 0)
        if not any(row.stratum == "all" for row in rows):
            yield Compared(check, "all", *check.found(kept))
        for row in rows:
            yield Compared(check, row.stratum, *check.found(kept, row.stratum), row)


def clinical_text(people: int = 300_000, *, seed: int = 1, workers: int | None = None) -> str:
    """Live people under usual care, and what clinicians check first of them as a table."""
    kept = keep_lives(people, seed=seed, workers=workers)
    sections = lines_by_section(kept)
    lines = [line for of_section in sections.values() for line in of_section]
    outside = [line for line in lines if line.verdict == "OUTSIDE"]
    fitted = sum(line.published is not None and line.published.use == "fitted" for line in outside)
    judged = sum(line.verdict in ("inside", "OUTSIDE") for line in lines)
    parts = [
        f"What clinicians check first: {len(kept.everybody):,} people diagnosed with cancer in the "
        f"United States in {DIAGNOSED_IN}, usual care, followed to death.",
        f"Of {judged} published intervals the model is outside {len(outside)}, {fitted} of them "
        "fitted to. Sources stand by their keys in sim/evidence/sources.csv.",
        "On a day: looked at once in every person-year lived with detected spinal metastasis.",
        "",
        "Median survival in months from each day, and people if it is over fewer than 100",
        "",
        by_primary_text(kept),
    ]
    for section, of_section in sections.items():
        parts += [
            "",
            section,
            "",
            table_text(_HEADER, [*_cells(of_section)], left=(0, 1, 4, 5, 6, 7)),
        ]
    return "\n".join(parts)


def by_primary_text(kept: KeptLives) -> str:
    """Median survival by primary, a column a day that it is counted from."""
    rows = []
    for stratum in ("all", *PRIMARIES):
        cells = []
        for check in SURVIVAL_BY_PRIMARY:
            people, months = check.found(kept, stratum)
            few = f" ({people})" if people < 100 else ""
            cells.append(f"{months:.1f}{few}" if people >= SHOWN_FROM else f"({people})")
        rows.append((stratum, *cells))
    return table_text(("primary", *(check.words for check in SURVIVAL_BY_PRIMARY)), rows)


def _cells(lines: list[Compared]) -> Iterator[tuple[str, ...]]:
    """A check's words, number and people stand once, in the first of its lines for a stratum."""
    before: tuple[str, str] = ("", "")
    for line in lines:
        check, row = line.check, line.published
        new = (check.name, line.stratum) != before
        model = "" if line.model != line.model else model_text(line)
        yield (
            f"  {check.words}" if check.name != before[0] else "",
            line.stratum if new else "",
            model if new else "",
            f"{line.people:,}" if new else "",
            "" if row is None else published_text(row),
            line.verdict,
            "" if row is None else "yes" if row.use == "fitted" else "no",
            "" if row is None else row.source,
        )
        before = check.name, line.stratum


def model_text(line: Compared) -> str:
    """The model's number with its unit; of a change, its sign too."""
    number = f"{line.model:+.2f}" if line.check.unit == "points" else f"{line.model:.1f}"
    return f"{number} {line.check.unit}"


def published_text(row: ClinicalRow) -> str:
    """A published number with its interval, if there is one.

    Examples
    --------
    >>> published_text(clinical_rows()[0])
    '22 (19 to 25)'
    """
    interval = f" ({row.lower:g} to {row.upper:g})" if row.has_interval else ""
    return f"{row.value:g}{interval}"
