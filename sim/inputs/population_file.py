"""A population as a user or a registry writes it: a text file of counts of new cancers."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES, SEXES, Stage
from sim.inputs.age_group import AgeSpan, closed_groups
from sim.inputs.double_counting import refuse_double_counting
from sim.inputs.population_columns import Columns, columns_of, recognized
from sim.inputs.population_row import MOST_PEOPLE, PopulationRow
from sim.inputs.registry_reading import RegistryReading, SpreadPeople
from sim.inputs.registry_rows import Counted, RegistryRows
from sim.inputs.registry_words import EITHER, TOTAL, UNKNOWN
from sim.inputs.text_table import TextTable, read_text_table
from sim.inputs.united_states import FIRST_YEAR, UnitedStates
from sim.inputs.unknown_parts import Alike, ByPrimary, spread_ages, spread_either, spread_stages

_SHARES_UP_TO = 1.0005
_PERCENT = 0.5
"""How far percentages that are rounded may sum from 100."""


class PopulationTable(NamedTuple):
    """Checked rows in the order of their codes, and sentences on how a file was read."""

    rows: tuple[PopulationRow, ...]
    reading: tuple[str, ...]


def read_population(
    path: Path, *, year: int | None = None, suppressed: float | None = None
) -> PopulationTable:
    """Read and check a population file, of this program or of a registry.

    Parameters
    ----------
    path : Path
    year : int, optional
        Year of diagnosis of a file that has no column for it.
    suppressed : float, optional
        New cancers that a suppressed count stands for; the middle of what it may be by default.

    Raises
    ------
    InputError
        With the line and the column of everything that is wrong.
    """
    table = read_text_table(path, recognized)
    columns = columns_of(table, with_year=year is None)
    if year is not None and "year" in (*columns.at, columns.spread):
        raise InputError(
            f"year is {year}, and {path.name} tells the year of each row; allowed: one of them"
        )
    read = RegistryRows(table, columns, year, suppressed)
    counts = read.read()
    if not counts:
        others = f" but those left out, of {', '.join(read.left_out)}" if read.left_out else ""
        raise InputError(f"{path.name}: there are no rows below the header{others}")
    ends, closed = _ends(table, columns, counts)
    refuse_double_counting(
        path.name, counts, ends, _age_headers(table, columns), columns.unread(table)
    )
    _check_years(path.name, counts)
    by_kind, spread = _known_kinds(path.name, counts, ends)
    rows = [
        PopulationRow(
            year=kind.year,
            primary=kind.primary,
            sex=kind.sex,
            age_low=kind.ages[0],
            age_high=kind.ages[1],
            stage=kind.stage,
            count=count,
        )
        for kind, count in by_kind.items()
        if kind.ages is not None
    ]
    reading = RegistryReading(table, read, counts, rows, closed, spread)
    return PopulationTable(tuple(sorted(rows, key=_order)), tuple(reading.sentences()))


def _order(row: PopulationRow) -> tuple[float, ...]:
    high = float("inf") if row.age_high is None else row.age_high
    return (*row.codes[:3], row.age_low, high, row.codes[3], row.count)


def _age_headers(table: TextTable, columns: Columns) -> tuple[str, str]:
    at = columns.at
    if "age_low" in at and "age" not in at:
        return table.header[at["age_low"]], table.header[at["age_high"]]
    name = table.header[at["age"]] if "age" in at else "age"
    return name, name


def _ends(
    table: TextTable, columns: Columns, counts: Sequence[Counted]
) -> tuple[list[AgeSpan | None], bool]:
    """Ages of each count, and whether groups include the year of age that they end with."""
    printed = "age" in columns.at or columns.spread == "age"
    groups = [count.ages for count in counts]
    closed, other = closed_groups(groups, printed=printed)
    if other is not None:
        line = next(count.line for count in counts if count.ages == other)
        header = _age_headers(table, columns)[1]
        starts = other.high + (not closed)
        way = "a year after the one before ends" if closed else "where the one before ends"
        raise InputError(
            f"{table.name}, line {line}: {header} is {other.high:g} and the next group starts at "
            f"{starts:g}, while other groups start {way}; allowed: age groups all written alike, "
            "without gaps"
        )
    unknown: list[AgeSpan | None] = [
        None if group.kind == "unknown" else group.running(closed=closed) for group in groups
    ]
    return unknown, closed


def _check_years(name: str, counts: Sequence[Counted]) -> None:
    totals: dict[int, float] = defaultdict(float)
    for count in counts:
        totals[count.year] += count.people
    for earlier, later in itertools.pairwise(sorted(totals)):
        if later != earlier + 1:
            raise InputError(
                f"{name}: year jumps from {earlier} to {later}; allowed: years without a gap"
            )
    for year, total in sorted(totals.items()):
        mine = [count for count in counts if count.year == year and count.people > 0.0]
        if not mine:
            raise InputError(f"{name}: count is 0 in every row of {year}; allowed: more than 0")
        place = f"{name}, line {mine[0].line}: {mine[0].header} is"
        whole = sum(count.people.is_integer() for count in mine)
        percent = abs(total - 100.0) <= _PERCENT and len(mine) > 1 and whole * 2 < len(mine)
        if (total <= _SHARES_UP_TO and whole < len(mine)) or percent:
            raise InputError(
                f"{place} {mine[0].people:g}, and all of {year} sum to {total:g}, as shares do; "
                "allowed: counts of new cancers"
            )
        if total > MOST_PEOPLE:
            raise InputError(
                f"{place} {mine[0].people:g}, and all of {year} sum to {total:,.0f}; allowed: at "
                f"most {MOST_PEOPLE:,} new cancers a year"
            )


def _known_kinds(
    name: str, counts: Sequence[Counted], ends: Sequence[AgeSpan | None]
) -> tuple[dict[Alike, float], SpreadPeople]:
    """New cancers by kind of people, those of unknown age and stage spread over the known."""
    by_kind: dict[Alike, float] = {}
    for count, ages in zip(counts, ends, strict=True):
        stage = UNKNOWN if count.stage == TOTAL else count.stage
        kind = Alike(count.year, count.site.primary, count.sex, ages, stage)
        by_kind[kind] = by_kind.get(kind, 0.0) + count.people
    by_kind, of_ages = spread_ages(by_kind)
    for kind, people in by_kind.items():
        if kind.ages is None and people > 0.0:
            raise InputError(
                f"{name}: no age is known of {people:g} people with {kind.primary}; allowed: age "
                "groups"
            )
    either: ByPrimary = {}
    if any(kind.stage == EITHER for kind in by_kind):
        by_kind, either = spread_either(by_kind, _share_localized)
    by_kind, of_stages, less_alike = spread_stages(by_kind)
    return by_kind, SpreadPeople(of_ages, of_stages, less_alike, either)


def _share_localized(kind: Alike) -> float:
    """Localized over localized and regional cancers, in the United States."""
    shares = UnitedStates(evidence().point).stages_of_primaries(max(kind.year, FIRST_YEAR))
    mine = shares[PRIMARIES.index(kind.primary), SEXES.index(kind.sex)]
    localized, regional = mine[Stage.LOCALIZED], mine[Stage.REGIONAL]
    return float(localized / (localized + regional))
