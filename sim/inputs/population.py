"""Who gets cancer, when, and of what kind: counts by year, primary and sex; age and stage.

Counts are exact: the people of a year are shared out over primaries and sexes by largest
remainder. Age and stage come from each person's own luck. A person's number packs the year of
diagnosis, the primary, the sex and an index, so that adding people renumbers nobody.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evidence.reader import Values, evidence
from sim.evidence.vocabulary import (
    NOT_STAGED,
    PRIMARIES,
    SEXES,
    STAGES,
    UNSTAGED_PRIMARIES,
    nearest,
)
from sim.inputs.united_states import FIRST_YEAR, LAST_YEAR, Strata, UnitedStates
from sim.life.records import ENTRY_CELL

GROUP = np.dtype(
    [
        ("year", "i8"),
        ("primary", "i8"),
        ("sex", "i8"),
        ("count", "i8"),
        ("first_cell", "i8"),
        ("n_cells", "i8"),
    ],
    align=True,
)
"""People of one year of diagnosis, primary and sex, and where their age and stage stand."""

_CSV_COLUMNS = ("year", "primary", "sex", "age_low", "age_high", "stage", "count")
_OLDEST_YEARS = 120.0
_MOST_PEOPLE = 1e8


class PopulationError(ValueError):
    """A population that cannot be: which field, what it holds, what is allowed."""


class CsvRow(NamedTuple):
    """One row of a population file, with codes for the words."""

    year: int
    primary: int
    sex: int
    age_low: float
    age_high: float
    stage: int
    people: float


@dataclass(frozen=True)
class Plan:
    """The people of a run: groups, and the cells of age and stage that the groups point into."""

    groups: NDArray[np.void]
    cells: NDArray[np.void]

    @property
    def people(self) -> int:
        """How many lives the plan holds."""
        return int(self.groups["count"].sum())

    def continued(self, years: int) -> Plan:
        """The same people, and in so many later years as many as in the last one."""
        last_year = self.groups["year"].max()
        last = self.groups[self.groups["year"] == last_year]
        later = [last.copy() for _ in range(years)]
        for after, groups in enumerate(later, start=1):
            groups["year"] = last_year + after
        return Plan(np.concatenate((self.groups, *later)), self.cells)

    def thinned(self, people: int) -> Plan:
        """The same mix with `people` lives in all; the plan itself if it holds fewer."""
        if people >= self.people:
            return self
        groups = self.groups.copy()
        expected = self.groups["count"] * (people / self.people)
        groups["count"] = largest_remainder(expected, people)
        return Plan(groups, self.cells)


@dataclass(frozen=True)
class Population:
    """New cancers a year, by primary, sex, age and stage.

    Make one with `Population.united_states(year)` or `Population.from_csv(path)`, keep some
    primaries with `.only("prostate")`, and change its size with `.scaled(people)`.

    Examples
    --------
    >>> Population.united_states(2010).people_per_year
    1529560
    >>> Population.united_states(2025).scaled(25_000).people_per_year
    25000
    """

    name: str
    anchor_year: int
    people_per_year: int
    table: tuple[CsvRow, ...] = ()
    primaries: tuple[str, ...] = PRIMARIES

    @classmethod
    def united_states(cls, year: int) -> Population:
        """Everyone diagnosed with cancer in the United States in a year from 2010 to 2025.

        Invasive cancers as projected, without basal and squamous skin cancer. Years between 2010
        and 2025 are interpolated by site and sex on the log scale.

        Parameters
        ----------
        year : int
            Anchor: the year whose counts `.scaled` refers to.

        Raises
        ------
        PopulationError
            If the year is outside the data.

        Notes
        -----
        Sources: Jemal 2010, Siegel 2025, SEER fact sheets, Cancer Facts & Figures 2010; each row of
        `sim/evidence/population.csv` names its own.
        """
        whole = isinstance(year, int | np.integer) and not isinstance(year, bool)
        if not whole or not FIRST_YEAR <= year <= LAST_YEAR:
            raise PopulationError(
                f"year is {year!r}; allowed: a whole year from {FIRST_YEAR} to {LAST_YEAR}"
            )
        total = UnitedStates(evidence().point).site_counts(year).sum()
        return cls("United States", int(year), round(float(total)))

    @classmethod
    def from_csv(cls, path: str | Path) -> Population:
        """Read a population from a file with `year,primary,sex,age_low,age_high,stage,count`.

        Ages are in years, `age_low` included and `age_high` not; `count` is new cancers in the
        year and may have decimals. The anchor year is the first in the file.

        Raises
        ------
        PopulationError
            Naming the line and the column that is wrong.
        """
        path = Path(path)
        table = _read_csv(path)
        anchor = min(row.year for row in table)
        people = sum(row.people for row in table if row.year == anchor)
        return cls(path.stem, anchor, max(1, round(people)), table)

    def scaled(self, people: int) -> Population:
        """The same mix with `people` new cancers in the anchor year.

        Raises
        ------
        PopulationError
            If `people` is not a whole number of at least 1.
        """
        if (
            isinstance(people, bool)
            or not isinstance(people, int | np.integer)
            or not 1 <= people <= _MOST_PEOPLE
        ):
            raise PopulationError(
                f"people is {people!r}; allowed: a whole number from 1 to {_MOST_PEOPLE:,.0f}"
            )
        return replace(self, people_per_year=int(people))

    def only(self, *primaries: str) -> Population:
        """The people of some primaries alone, as many as they are in the anchor year.

        Raises
        ------
        PopulationError
            If no primary is named, one is unknown, or the population has nobody of them in a year.

        Examples
        --------
        >>> Population.united_states(2010).only("prostate").people_per_year
        217730
        """
        if not primaries:
            raise PopulationError(f"primaries is empty; allowed: any of {', '.join(PRIMARIES)}")
        for name in primaries:
            if name not in PRIMARIES:
                raise PopulationError(f"primaries names {name!r}; {nearest(str(name), PRIMARIES)}")
        kept = tuple(name for name in self.primaries if name in primaries)
        mine = replace(self, name=f"{self.name}, {', '.join(kept or primaries)}", primaries=kept)
        first, last = self.years
        everybody, of_mine = (p._strata_by_year(evidence().point) for p in (self, mine))
        for year in range(first, last + 1):
            if not _people(of_mine(year)):
                raise PopulationError(
                    f"primaries is {', '.join(primaries)}; {self.name} has nobody of them in {year}"
                )
        share = _people(of_mine(self.anchor_year)) / _people(everybody(self.anchor_year))
        return replace(mine, people_per_year=max(1, round(self.people_per_year * share)))

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of diagnosis that the data cover."""
        if not self.table:
            return FIRST_YEAR, LAST_YEAR
        years = [row.year for row in self.table]
        return min(years), max(years)

    def plan(self, first_year: int, last_year: int, values: Values) -> Plan:
        """Everybody diagnosed from the first to the last year, under one joint sample of evidence.

        Years before the data are reached with the incidence trend, those of the United States with
        the stage trend too.

        Parameters
        ----------
        first_year, last_year : int
            Years of diagnosis, both included.
        values : mapping
            Joint sample of the evidence.
        """
        strata_of = self._strata_by_year(values)
        anchored = strata_of(self.anchor_year)
        factor = self.people_per_year / _people(anchored)
        groups: list[tuple[int, ...]] = []
        cells: list[NDArray[np.void]] = []
        n_cells = 0
        for year in range(first_year, last_year + 1):
            strata = strata_of(year)
            expected = np.array([factor * s.people.sum() for s in strata.values()])
            counts = largest_remainder(expected, round(float(expected.sum())))
            for (primary, sex), count in zip(strata, counts, strict=True):
                entry = _entry_cells(strata[primary, sex])
                groups.append((year, primary, sex, int(count), n_cells, len(entry)))
                cells.append(entry)
                n_cells += len(entry)
        return Plan(np.array(groups, GROUP), np.concatenate(cells))

    def _strata_by_year(self, values: Values) -> Callable[[int], dict[tuple[int, int], Strata]]:
        """Expected people by (primary, sex) as a function of the year of diagnosis."""
        every = self._every_primary(values)
        kept = {PRIMARIES.index(name) for name in self.primaries}
        return lambda year: {key: s for key, s in every(year).items() if key[0] in kept}

    def _every_primary(self, values: Values) -> Callable[[int], dict[tuple[int, int], Strata]]:
        if not self.table:
            return UnitedStates(values).strata
        first = self.years[0]

        def of_file(year: int) -> dict[tuple[int, int], Strata]:
            found = _csv_strata([row for row in self.table if row.year == max(year, first)])
            if year >= first:
                return found
            trend = values["incidence_trend", "all"]
            return {
                (primary, sex): strata._replace(
                    people=strata.people
                    * math.exp(
                        values.get(("incidence_trend", PRIMARIES[primary]), trend) * (year - first)
                    )
                )
                for (primary, sex), strata in found.items()
            }

        return of_file


def person_number(year: int, primary: int, sex: int, index: int) -> int:
    """Pack year of diagnosis, primary, sex and index into the number of a person.

    Examples
    --------
    >>> unpack_number(person_number(2010, 2, 1, 77))
    (2010, 2, 1, 77)
    """
    return year << 48 | primary << 40 | sex << 32 | index


def unpack_number(number: int) -> tuple[int, int, int, int]:
    """Year of diagnosis, primary, sex and index of a person's number."""
    return number >> 48, number >> 40 & 0xFF, number >> 32 & 0xFF, number & 0xFFFFFFFF


def largest_remainder(expected: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers that sum to `total`, each within 1 of what is expected.

    Examples
    --------
    >>> largest_remainder(np.array([1.4, 1.4, 0.2]), 3).tolist()
    [2, 1, 0]
    """
    whole = np.floor(expected).astype(np.int64)
    order = np.argsort(-(expected - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def _people(strata: dict[tuple[int, int], Strata]) -> float:
    return sum(float(s.people.sum()) for s in strata.values())


def _entry_cells(strata: Strata) -> NDArray[np.void]:
    used = strata.people > 0.0
    cells = np.zeros(max(1, int(used.sum())), ENTRY_CELL)
    if used.any():
        cells["cumulative"] = np.cumsum(strata.people[used]) / strata.people.sum()
        cells["age_low"] = strata.age_low[used]
        cells["age_high"] = strata.age_high[used]
        cells["stage"] = strata.stage[used]
    return cells


def _read_csv(path: Path) -> tuple[CsvRow, ...]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            header = tuple(reader.fieldnames or ())
            if missing := [column for column in _CSV_COLUMNS if column not in header]:
                raise PopulationError(
                    f"{path.name}, line 1: no column {missing[0]!r}; needed: "
                    f"{','.join(_CSV_COLUMNS)}"
                )
            rows = [
                (reader.line_num, _parse_row(f"{path.name}, line {reader.line_num}", row))
                for row in reader
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise PopulationError(f"population file {path} cannot be read: {error}") from None
    if not rows:
        raise PopulationError(f"{path.name}: there are no rows below the header")
    years = sorted({row.year for _, row in rows})
    for earlier, later in itertools.pairwise(years):
        if later != earlier + 1:
            raise PopulationError(f"{path.name}: column year jumps from {earlier} to {later}")
    for year in years:
        if sum(row.people for _, row in rows if row.year == year) <= 0.0:
            raise PopulationError(
                f"{path.name}: column count is 0 in every row of {year}; allowed: more than 0"
            )
    _check_overlap(path, rows)
    return tuple(sorted(row for _, row in rows))


def _csv_strata(rows: list[CsvRow]) -> dict[tuple[int, int], Strata]:
    found = {}
    for key in sorted({(row.primary, row.sex) for row in rows}):
        mine = [row for row in rows if (row.primary, row.sex) == key]
        found[key] = Strata(
            np.array([row.age_low for row in mine]),
            np.array([row.age_high for row in mine]),
            np.array([row.stage for row in mine], dtype=np.int64),
            np.array([row.people for row in mine]),
        )
    return found


def _check_overlap(path: Path, rows: list[tuple[int, CsvRow]]) -> None:
    def people(row: CsvRow) -> tuple[int, int, int, int]:
        return row.year, row.primary, row.sex, row.stage

    ordered = sorted(rows, key=lambda line_row: (*people(line_row[1]), line_row[1].age_low))
    for (line_before, before), (line, after) in itertools.pairwise(ordered):
        if people(before) == people(after) and after.age_low < before.age_high:
            raise PopulationError(
                f"{path.name}, line {line}, column age_low: {after.age_low:g} lies inside the ages "
                f"{before.age_low:g} to {before.age_high:g} of line {line_before}, of the same "
                f"people"
            )


def _parse_row(place: str, row: dict[str, str]) -> CsvRow:
    if None in row:
        raise PopulationError(f"{place}: has more columns than the header")

    def number(column: str, low: float, high: float) -> float:
        text = row[column] if row[column] is not None else ""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise PopulationError(
                f"{place}, column {column}: {text!r}; allowed: a number from {low:g}"
                + ("" if high == math.inf else f" to {high:g}")
            )
        if math.isinf(value):
            raise PopulationError(f"{place}, column {column}: {text!r}; allowed: a finite number")
        return value

    def word(column: str, known: tuple[str, ...]) -> int:
        text = (row[column] or "").strip()
        if text not in known:
            raise PopulationError(f"{place}, column {column}: {text!r}; {nearest(text, known)}")
        return known.index(text)

    year = number("year", 1900, 2100)
    if year != int(year):
        raise PopulationError(f"{place}, column year: {row['year']!r}; allowed: a whole year")
    primary, sex, stage = word("primary", PRIMARIES), word("sex", SEXES), word("stage", STAGES)
    if (stage == NOT_STAGED) != (PRIMARIES[primary] in UNSTAGED_PRIMARIES):
        allowed = (
            ("not_staged",)
            if PRIMARIES[primary] in UNSTAGED_PRIMARIES
            else ("localized", "regional", "distant")
        )
        raise PopulationError(
            f"{place}, column stage: {STAGES[stage]!r} for {PRIMARIES[primary]}; "
            f"allowed: {', '.join(allowed)}"
        )
    low, high = number("age_low", 0, _OLDEST_YEARS), number("age_high", 0, _OLDEST_YEARS)
    if low >= high:
        raise PopulationError(
            f"{place}, column age_high: {high:g}; allowed: more than age_low, which is {low:g}"
        )
    return CsvRow(int(year), primary, sex, low, high, stage, number("count", 0, _MOST_PEOPLE))
