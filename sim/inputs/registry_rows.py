"""The rows of a registry's table as it means them: site, sex, age group, stage, new cancers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sim.evidence.mistakes import InputError
from sim.evidence.registry_sites import LEFT_OUT, SiteLabel
from sim.evidence.vocabulary import STAGES, UNSTAGED_PRIMARIES, Stage
from sim.inputs.age_group import AgeGroup
from sim.inputs.counted import ambiguous_count, ambiguous_words, decimal_mark
from sim.inputs.population_columns import Columns
from sim.inputs.registry_cells import RowReader, Told
from sim.inputs.registry_words import BENIGN, IN_SITU, TOTAL, UNKNOWN, is_year, sex_of
from sim.inputs.text_table import TextTable

_FIRST_YEARS = 22
"""Bare numbers below this in a column of ages, if there are no others, are codes of groups."""


class Counted(NamedTuple):
    """One count of a registry's table, where it stands, and what it is of."""

    line: int
    header: str
    year: int
    site: SiteLabel
    sex: str
    ages: AgeGroup
    stage: str
    stage_as_told: str
    people: float


class RegistryRows:
    """Reads the counts of a table, and keeps what is to be told of how they were read.

    Attributes
    ----------
    footer : int
        Lines of notes below the last count.
    decimal : {'.', ','}
        Decimal mark of the counts.
    suppressed : Counter of str
        How often each suppressed cell stands in the file.
    suppressed_people : float
        New cancers that these stand for.
    left_out : dict of float
        New cancers by site that are not lived.
    stage_not_used : set of str
        Primaries that the program does not stage and the file does.
    """

    def __init__(
        self, table: TextTable, columns: Columns, year: int | None, suppressed: float | None
    ) -> None:
        self._table, self._columns = table, columns
        at = columns.at
        self._of_count = [at["count"]] if "count" in at else list(columns.spread_at)
        self._rows = list(table.rows)
        self.footer = 0
        while self._rows and self._is_note(self._rows[-1][1]):
            self._rows.pop()
            self.footer += 1
        self.decimal = decimal_mark(self._count_cells(), table.delimiter)
        self._cells = RowReader(
            year=year,
            decimal=self.decimal,
            suppressed=suppressed,
            topography=self._has_topography(),
            codes_of_ages=self._has_codes_of_ages(),
        )
        self.suppressed: Counter[str] = Counter()
        self.suppressed_people = 0.0
        self.left_out: dict[str, float] = defaultdict(float)
        self.stage_not_used: set[str] = set()

    def read(self) -> list[Counted]:
        """All counts of people who are lived.

        Raises
        ------
        InputError
            With the line and the column of everything that is wrong.
        """
        found: list[Counted] = []
        wrong: dict[str, None] = {}
        unclear = ambiguous_count(self._count_cells(), self._table.delimiter, self.decimal)
        for line, cells in self._rows:
            place = f"{self._table.name}, line {line}"
            try:
                if unclear is not None and unclear in cells:
                    raise InputError(ambiguous_words(unclear))
                found += self._of_row(line, cells)
            except InputError as error:
                wrong |= dict.fromkeys(f"{place}: {sentence}" for sentence in error.sentences)
        if wrong:
            raise InputError(*wrong)
        return found

    def _count_cells(self) -> Iterator[str]:
        yield from (row[i] for _, row in self._rows for i in self._of_count if i < len(row))

    def _has_topography(self) -> bool:
        """Whether codes of sites are the topography of ICD-O-3, by their header."""
        at, header = self._columns.at, self._table.header
        of_site = " ".join(header[at[field]] for field in ("code", "primary") if field in at)
        return re.search("topograph|icd.?o.?3$|primary.site", of_site, re.I) is not None

    def _has_codes_of_ages(self) -> bool:
        """Whether bare numbers for ages are codes of groups."""
        if (at := self._columns.at.get("age")) is None:
            return False
        cells = {row[at] for _, row in self._rows if len(row) > at}
        bare = [int(cell) for cell in cells if cell.isdecimal()]
        recoded = "recode" in self._table.header[at].casefold()
        return bool(bare) and (max(bare) < _FIRST_YEARS or recoded)

    def _is_note(self, cells: tuple[str, ...]) -> bool:
        """Whether a row is words below the table: no count, no year, no sex."""
        at = self._columns.at
        if any(i < len(cells) and re.search(r"\d", cells[i]) for i in self._of_count):
            return False
        known: dict[str, Callable[[str], object]] = {"year": is_year, "sex": sex_of}
        told = [(test, at[field]) for field, test in known.items() if field in at]
        if any(i < len(cells) and cells[i] and test(cells[i]) for test, i in told):
            return False
        return len(cells) < len(self._table.header) or not any(cells[1:])

    def _of_row(self, line: int, cells: tuple[str, ...]) -> list[Counted]:
        header = self._table.header
        if len(cells) != len(header):
            raise InputError(f"must have as many columns as the header, {len(header)}")
        told = {field: (header[i], cells[i]) for field, i in self._columns.at.items()}
        spread = self._columns.spread
        if not spread:
            return list(self._counted(line, told))
        found: list[Counted] = []
        for i in (i for i in self._columns.spread_at if cells[i]):
            mine = {"count": (header[i], cells[i]), spread: (header[i], header[i])}
            found += self._counted(line, told | mine)
        return found

    def _counted(self, line: int, told: Told) -> Iterator[Counted]:
        """The count that a row tells; none of people who are not lived."""
        cells = self._cells.read(told)
        header, cell = told["count"]
        site, stage, people = cells.site, cells.stage, cells.people
        if cells.is_suppressed:
            self.suppressed[cell] += 1
            self.suppressed_people += people
        counts = stage not in (BENIGN, IN_SITU) or (stage == IN_SITU and site.primary == "bladder")
        if site.primary == LEFT_OUT or not counts:
            self.left_out[site.text if counts else f"{site.text} ({stage})"] += people
            return
        if stage == IN_SITU:
            stage = STAGES[Stage.LOCALIZED]
        if site.primary in UNSTAGED_PRIMARIES and stage not in (UNKNOWN, TOTAL):
            self.stage_not_used.add(site.primary)
            stage = UNKNOWN
        as_told = told["stage"][1].casefold() if "stage" in told else ""
        yield Counted(line, header, cells.year, site, cells.sex, cells.ages, stage, as_told, people)
