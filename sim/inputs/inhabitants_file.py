"""Inhabitants as a user or a statistical office writes them: a text file of people by age."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import SEXES
from sim.inputs.age_group import AgeGroup, closed_groups
from sim.inputs.counted import ambiguous_count, ambiguous_words, decimal_mark, plain_number
from sim.inputs.inhabitants_row import InhabitantsRow
from sim.inputs.population_columns import Columns, columns_of, recognized
from sim.inputs.registry_cells import Told, ages_told, sex_told, year_of
from sim.inputs.text_table import TextTable, read_text_table

COLUMNS_OF_INHABITANTS = ("year", "sex", "age_low", "age_high", "count")


class _Living(NamedTuple):
    line: int
    year: int
    sex: str
    ages: AgeGroup
    people: str


def read_inhabitants(path: Path) -> tuple[InhabitantsRow, ...]:
    """Read and check a file of inhabitants.

    Raises
    ------
    InputError
        With the line of everything that is wrong: what a cell means, ages that overlap or lack
        within a year and a sex, a year with one sex only.
    """
    table = read_text_table(path, recognized)
    columns = columns_of(table, with_year=True, own=COLUMNS_OF_INHABITANTS)
    living = _read(table, columns)
    if not living:
        raise InputError(f"{table.name}: there are no rows below the header")
    printed = "age" in columns.at or columns.spread == "age"
    closed, other = closed_groups([of.ages for of in living], printed=printed)
    if other is not None:
        line = next(of.line for of in living if of.ages == other)
        raise InputError(
            f"{table.name}, line {line}: ages {other.low:g} to {other.high:g} do not end as those "
            "of other rows do; allowed: age groups all written alike, without gaps"
        )
    rows: dict[int, list[InhabitantsRow]] = defaultdict(list)
    wrong = []
    for line, year, sex, ages, people in living:
        low, high = ages.running(closed=closed)
        told = {"year": year, "sex": sex, "age_low": low, "age_high": high, "count": people}
        try:
            rows[line].append(InhabitantsRow.model_validate(told))
        except InputError as error:
            wrong += [f"{table.name}, line {line}: {sentence}" for sentence in error.sentences]
    wrong = wrong or [f"{table.name}{sentence}" for sentence in _not_everybody_once(rows)]
    if wrong:
        raise InputError(*dict.fromkeys(wrong))
    return tuple(itertools.chain.from_iterable(rows.values()))


def _read(table: TextTable, columns: Columns) -> list[_Living]:
    """What the cells say, counts as the program writes numbers."""
    at, header, spread = columns.at, table.header, columns.spread
    of_count = [at["count"]] if "count" in at else list(columns.spread_at)
    lines = list(table.rows)
    while lines and not any(re.search(r"\d", cell) for cell in _at(lines[-1][1], of_count)):
        lines.pop()  # notes below the table
    cells = [cell for _, row in lines for cell in _at(row, of_count)]
    mark = decimal_mark(cells, table.delimiter)
    unclear = ambiguous_count(cells, table.delimiter, mark)
    found: list[_Living] = []
    wrong: dict[str, None] = {}
    for line, row in lines:
        try:
            if len(row) != len(header):
                raise InputError(f"must have as many columns as the header, {len(header)}")
            if unclear is not None and unclear in row:
                raise InputError(ambiguous_words(unclear))
            told = {field: (header[i], row[i]) for field, i in at.items()}
            for i in (i for i in of_count if row[i] or not spread):
                mine = told | ({spread: (header[i], header[i])} if spread else {})
                people = plain_number(row[i], mark)
                found.append(_Living(line, year_of(mine), sex_told(mine), _ages(mine), people))
        except InputError as error:
            wrong |= dict.fromkeys(f"{table.name}, line {line}: {s}" for s in error.sentences)
    if wrong:
        raise InputError(*wrong)
    return found


def _at(row: Sequence[str], places: Sequence[int]) -> list[str]:
    return [row[i] for i in places if i < len(row)]


def _ages(told: Told) -> AgeGroup:
    group = ages_told(told)
    if group.kind == "unknown":
        raise InputError("age is unknown; allowed: age groups of everybody who lives there")
    return group


def _not_everybody_once(rows: Mapping[int, Sequence[InhabitantsRow]]) -> Iterator[str]:
    """Ages that overlap or lack within a year and a sex; a year without a sex."""
    alike: dict[tuple[int, str], list[tuple[float, float, int]]] = defaultdict(list)
    for line, of_line in rows.items():
        for row in of_line:
            alike[row.year, row.sex].append((row.age_low, row.end, line))
    for (year, sex), groups in sorted(alike.items()):
        whose = f"{year}, {sex}"
        for (_, before, line_before), (low, _, line) in itertools.pairwise(sorted(groups)):
            if low < before:
                yield (
                    f", line {line}: age_low is {low:g}, inside the ages of line {line_before} "
                    f"({whose}); allowed: everybody once"
                )
            elif low > before:
                yield (
                    f", line {line}: age_low is {low:g}, and no row has {whose}, aged {before:g} "
                    f"to {low:g}; allowed: ages without a gap"
                )
    for year in sorted({year for year, _ in alike}):
        for sex in SEXES:
            if (year, sex) not in alike:
                yield f": no row has {year}, {sex}; allowed: both sexes of each year"
