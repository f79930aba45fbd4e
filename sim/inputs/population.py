"""Who gets cancer, when, and of what kind: counts by year, primary and sex; age and stage."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.evidence.checked import Checked, one_of
from sim.evidence.elementary import exp
from sim.evidence.mistakes import InputError
from sim.evidence.reader import Values, evidence, of_primary
from sim.evidence.vocabulary import PRIMARIES, nearest
from sim.inputs.inhabitants import Inhabitants
from sim.inputs.named_file import named_file
from sim.inputs.plan import GROUP, Plan, entry_cells, largest_remainder, sum_of
from sim.inputs.population_file import read_population
from sim.inputs.population_row import MOST_PEOPLE, PopulationRow
from sim.inputs.projection import FEWEST_YEARS, MOST_YEARS_AHEAD, Projection
from sim.inputs.strata_of_rows import strata_of_rows
from sim.inputs.united_states import FIRST_YEAR, LAST_YEAR, Strata, UnitedStates

OLDEST_LOW = 100.0
"""Largest age from which people can be kept."""


@cache
def people_in_united_states(year: int) -> int:
    """New cancers of a year in the United States."""
    return round(float(UnitedStates(evidence().point).site_counts(year).sum()))


class Population(Checked):
    """New cancers a year, by primary, sex, age and stage.

    Make one with `Population.united_states(year)` or `Population.from_csv(path)`, keep some
    primaries with `.only("prostate")` and some ages with `.aged(65)`, and change its size with
    `.scaled(people)`. Years after the data are there once they are asked for:
    `.projected(to=2035)`.

    Examples
    --------
    >>> Population.united_states(2010).people_per_year
    1529560
    >>> Population.united_states(2025).scaled(25_000).people_per_year
    25000
    """

    name: str
    anchor_year: int
    people_per_year: Annotated[int, Field(ge=1, le=MOST_PEOPLE)]
    table: tuple[PopulationRow, ...] = ()
    reading: tuple[str, ...] = ()
    primaries: tuple[Annotated[str, one_of(PRIMARIES)], ...] = PRIMARIES
    age_low: Annotated[float, Field(ge=0.0, le=OLDEST_LOW)] = 0.0
    age_high: Annotated[float, Field(gt=0.0)] | None = None
    projected_to: int | None = None
    projected_with: Inhabitants | None = None

    @classmethod
    def united_states(cls, year: int) -> Population:
        """Everyone diagnosed with cancer in the United States in a year from 2010 to 2025.

        Invasive cancers as projected, without basal and squamous skin cancer. Years between those
        with published numbers are interpolated by site and sex on the log scale.

        The year is the anchor, whose counts `.scaled` refers to.

        Raises
        ------
        InputError
            If the year is outside the data.

        Notes
        -----
        Sources: Cancer statistics of 2010 to 2025, SEER fact sheets, Cancer Facts & Figures; each
        row of `sim/evidence/population.csv` names its own.
        """
        if not _is_whole(year) or not FIRST_YEAR <= year <= LAST_YEAR:
            later = _is_whole(year) and LAST_YEAR < year <= LAST_YEAR + MOST_YEARS_AHEAD
            ask = f"; for later ones united_states({LAST_YEAR}).projected(to={year})"
            raise InputError(
                f"year is {year!r}; allowed: a whole year from {FIRST_YEAR} to {LAST_YEAR}"
                f"{ask if later else ''}"
            )
        people = people_in_united_states(int(year))
        return cls(name="United States", anchor_year=int(year), people_per_year=people)

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        *,
        name: str | None = None,
        year: int | None = None,
        suppressed: float | None = None,
    ) -> Population:
        """Read a population from a file of counts, written for this program or by a registry.

        The columns are `year,primary,sex,age_low,age_high,stage,count`. Ages are in years,
        `age_low` included and `age_high` not; an empty `age_high` is an open end. `count` is new
        cancers in the year and may have decimals. The anchor year is the first in the file.

        Exports of SEER*Stat, GLOBOCAN and NORDCAN, and files like them, are read too; what was
        understood is in `reading`, and a run prints it. Sites may be SEER site recodes, ICD-10
        codes, topography of ICD-O-3 or names; age groups `45-49` or `85+`, in a column or a column
        each; columns may be parted by commas, semicolons or tabs.

        Parameters
        ----------
        path : str or Path
            Looked for beside the file that calls this, then in the working folder.
        name : str, optional
            What the population is called; the name of the file by default.
        year : int, optional
            Year of diagnosis of a file that has no column for it.
        suppressed : float, optional
            New cancers that a suppressed count (`<5`, `*`) stands for. By default the middle of
            what it may be: 2.5 for `<5`, which is 1 to 4; `*` then is refused.

        Raises
        ------
        InputError
            With the line and the column of everything that is wrong.

        Notes
        -----
        An unknown stage is spread over the known ones of the same year, primary, sex and age,
        `localized/regional` over these two, and an unknown age over the known ages. Primaries
        without a stage in any row have those of the United States. Cancer of basal and squamous
        skin cells, and in situ but of the bladder, is left out. `sim/evidence/registry_sites.csv`
        says which primary each site is pooled into.
        """
        if year is not None and (not _is_whole(year) or not 1900 <= year <= 2100):
            raise InputError(f"year is {year!r}; allowed: a whole year from 1900 to 2100")
        if suppressed is not None and not (
            isinstance(suppressed, int | float)
            and not isinstance(suppressed, bool)
            and 0.0 <= suppressed < math.inf
        ):
            raise InputError(f"suppressed is {suppressed!r}; allowed: a number, at least 0")
        found = named_file(path, sys._getframe(1).f_globals)
        table, reading = read_population(found, year=year, suppressed=suppressed)
        anchor = table[0].year
        people = max(1, round(sum(row.count for row in table if row.year == anchor)))
        return cls(
            name=Path(path).stem if name is None else name,
            anchor_year=anchor,
            people_per_year=people,
            table=table,
            reading=reading,
        )

    def scaled(self, people: int) -> Population:
        """The same mix with `people` new cancers in the anchor year.

        Raises
        ------
        InputError
            If `people` is not a whole number of at least 1.
        """
        if not _is_whole(people) or not 1 <= people <= MOST_PEOPLE:
            raise InputError(
                f"people is {people!r}; allowed: a whole number from 1 to {MOST_PEOPLE:,}"
            )
        # Unchecked on purpose: the number is checked above, and a table need not be read again.
        return self.model_copy(update={"people_per_year": int(people)})

    def projected(self, to: int, *, inhabitants: Inhabitants | None = None) -> Population:
        """The same, and years after the data projected from the trends of its last ten years.

        The rule stands in `sim.inputs.projection`; it is assumed, and what it knows is uncertain:
        intervals over parameter draws hold it. Runs say which years are projected.

        Parameters
        ----------
        to : int
            Last year that there is.
        inhabitants : Inhabitants, optional
            Of years of the data, the last among them, and of all years up to `to`: then rates are
            projected, of each sex and age, and multiplied with them.

        Raises
        ------
        InputError
            If the year is not after the data, the inhabitants lack years or ages, or the data are
            too short or change their age groups.

        Examples
        --------
        >>> Population.united_states(2025).projected(to=2035).years
        (2010, 2035)
        """
        last = self.last_year_of_data
        if not _is_whole(to) or not last < to <= last + MOST_YEARS_AHEAD:
            raise InputError(
                f"to is {to!r}; allowed: a whole year from {last + 1} to "
                f"{last + MOST_YEARS_AHEAD}, after the data of {self.name}"
            )
        if inhabitants is not None and not isinstance(inhabitants, Inhabitants):
            raise InputError(f"inhabitants is {inhabitants!r}; allowed: Inhabitants.from_csv(path)")
        # Unchecked on purpose, as `scaled`: the year is checked above.
        update = {"projected_to": int(to), "projected_with": inhabitants}
        found = self.model_copy(update=update)
        found._check_projection()
        return found

    def _check_projection(self) -> None:
        """Refuse data from which nothing can be projected."""
        last, to, with_ = self.last_year_of_data, self.projected_to or 0, self.projected_with
        if with_ is not None:
            lacking = [year for year in range(last, to + 1) if year not in with_.years]
            if lacking:
                raise InputError(
                    f"inhabitants: {with_.name} has no rows of {lacking[0]}; allowed: a file with "
                    f"all years from {last}, the last of the data, to {to}"
                )
        used, point = self.years_of_trend(evidence().point), evidence().point
        if with_ is None and len(used) < FEWEST_YEARS:
            raise InputError(
                f"to is {to}, and the data of {self.name} have {len(used)} "
                f"{'year' if len(used) == 1 else 'years'}; allowed: data of at least "
                f"{FEWEST_YEARS} years, or inhabitants=Inhabitants.from_csv(path)"
            )
        groups = sorted(
            {(row.age_low, row.age_high or math.inf) for row in self.table if row.year in used}
        )
        for (low, high), (start, _) in itertools.pairwise(groups):
            if start < high:
                raise InputError(
                    f"to is {to}, and age groups of {self.name} change from year to year or "
                    f"primary to primary: from {low:g} and from {start:g}; allowed: the same ones "
                    f"from {used[0]} to {last}"
                )
        Projection(self._data_by_year(point), used, point, with_)

    def only(self, *primaries: str) -> Population:
        """The people of some primaries alone, as many as they are in the anchor year.

        Raises
        ------
        InputError
            If no primary is named, one is unknown, or the population has nobody of them in a year.

        Examples
        --------
        >>> Population.united_states(2010).only("prostate").people_per_year
        217730
        """
        if not primaries:
            raise InputError(f"primaries is empty; allowed: any of {', '.join(PRIMARIES)}")
        for name in primaries:
            if name not in PRIMARIES:
                raise InputError(f"primaries names {name!r}; {nearest(str(name), PRIMARIES)}")
        kept = tuple(name for name in self.primaries if name in primaries)
        name = f"{self.name}, {', '.join(kept or primaries)}"
        mine = self.model_copy(update={"name": name, "primaries": kept})
        return self._part(mine, f"primaries is {', '.join(primaries)}", "of them")

    def aged(self, low: float, high: float | None = None) -> Population:
        """The people of some ages at diagnosis alone, as many as they are in the anchor year.

        Where an age group of the data is cut, its ages are taken to be equally frequent.

        Parameters
        ----------
        low, high : float
            Age in years from which on, and up to which; no end by default.

        Raises
        ------
        InputError
            If the ages are none, or the population has nobody of them in a year.

        Examples
        --------
        >>> Population.united_states(2010).aged(65).people_per_year
        815008
        """
        high = None if high == math.inf else high
        for field, value in {"low": low, "high": high}.items():
            if value is not None and not _is_number(value):
                raise InputError(f"{field} is {value!r}; allowed: an age in years")
        if not 0.0 <= low <= OLDEST_LOW:
            raise InputError(f"low is {low!r}; allowed: an age from 0 to {OLDEST_LOW:g} years")
        if high is not None and high <= low:
            raise InputError(f"high is {high!r}; allowed: more than low, which is {low!r}")
        low = max(float(low), self.age_low)
        ends = [float(end) for end in (high, self.age_high) if end is not None]
        end = min(ends, default=None)
        words = f"aged {low:g} and over" if end is None else f"aged {low:g} to under {end:g}"
        update = {"name": f"{self.name}, {words}", "age_low": low, "age_high": end}
        return self._part(self.model_copy(update=update), f"people {words}", "of that age")

    def _part(self, mine: Population, asked: str, whom: str) -> Population:
        """Some of the people, as many as they are; the copy is unchecked, what it is of is not."""
        first, last = self.years
        for year in range(first, last + 1):
            if not mine._everybody_of_data(year):
                raise InputError(f"{asked}; {self.name} has nobody {whom} in {year}")
        anchor = self.anchor_year
        share = mine._everybody_of_data(anchor) / self._everybody_of_data(anchor)
        return mine.scaled(max(1, round(self.people_per_year * share)))

    @property
    def united_states_share(self) -> float:
        """Its people over everybody with a new cancer in the United States; 0 if of others.

        Below 1 it is a sample of them: all primaries and ages, and the same mix.
        """
        if self.table or self.primaries != PRIMARIES or self.age_low or self.age_high is not None:
            return 0.0
        return self.people_per_year / people_in_united_states(self.anchor_year)

    @property
    def scale(self) -> float:
        """Its people over those of its data in the anchor year, of the same primaries."""
        of_data = self._everybody_of_data(self.anchor_year)
        return self.people_per_year / max(1, round(of_data))

    def _everybody_of_data(self, year: int) -> float:
        return sum_of(self.people_of_data(year, evidence().point).values())

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of diagnosis that there is, projected ones included."""
        first = self.table[0].year if self.table else FIRST_YEAR
        return first, self.projected_to or self.last_year_of_data

    @property
    def last_year_of_data(self) -> int:
        """Last year of diagnosis that is not projected."""
        return self.table[-1].year if self.table else LAST_YEAR

    def years_of_trend(self, values: Values) -> range:
        """Years of the data that a projection is fitted to."""
        last, known = self.last_year_of_data, self.projected_with and self.projected_with.years
        longest = int(values["projection_years", "all"])
        first = max(self.years[0], last - longest + 1)
        while known and not known.issuperset(range(first, last + 1)):
            first += 1
        return range(first, last + 1)

    def plan(self, first_year: int, last_year: int, values: Values) -> Plan:
        """Everybody diagnosed from the first to the last year, under one joint sample of evidence.

        Years before the data are reached with the incidence trend, those of the United States with
        the stage trend too; years after the data are projected, if that is asked for.
        """
        strata_of = self._strata_by_year(values)
        anchored = strata_of(self.anchor_year)
        factor = self.people_per_year / sum_of(float(s.people.sum()) for s in anchored.values())
        groups: list[tuple[int, ...]] = []
        cells: list[NDArray[np.void]] = []
        n_cells = 0
        for year in range(first_year, last_year + 1):
            strata = strata_of(year)
            expected = np.array([factor * s.people.sum() for s in strata.values()])
            counts = largest_remainder(expected, round(sum_of(expected.tolist())))
            for (primary, sex), count in zip(strata, counts, strict=True):
                entry = entry_cells(strata[primary, sex])
                groups.append((year, primary, sex, int(count), n_cells, len(entry)))
                cells.append(entry)
                n_cells += len(entry)
        return Plan(np.array(groups, GROUP), np.concatenate(cells))

    def people_of_data(self, year: int, values: Values) -> dict[tuple[int, int], float]:
        """People of a year by primary and sex, as they are in the data: `scaled` changes nothing.

        In the order of the groups of a plan.
        """
        strata = self._strata_by_year(values)(year)
        return {group: float(mine.people.sum()) for group, mine in strata.items()}

    def _strata_by_year(self, values: Values) -> Callable[[int], dict[tuple[int, int], Strata]]:
        """Expected people by (primary, sex) as a function of the year of diagnosis."""
        every, last = self._data_by_year(values), self.last_year_of_data
        if self.projected_to is not None:
            later = cache(
                lambda: Projection(every, self.years_of_trend(values), values, self.projected_with)
            )
        kept = {PRIMARIES.index(name) for name in self.primaries}

        def strata(year: int) -> dict[tuple[int, int], Strata]:
            found = every(year) if year <= last else later().strata(year)
            mine = {key: one for key, one in found.items() if key[0] in kept}
            if not self.age_low and self.age_high is None:
                return mine
            aged = {key: one.between(self.age_low, self.age_high) for key, one in mine.items()}
            return {key: one for key, one in aged.items() if one.people.any()}

        return strata

    def _data_by_year(self, values: Values) -> Callable[[int], dict[tuple[int, int], Strata]]:
        """The same of everybody, in years of the data and before them."""
        return partial(self._strata_of_table, values) if self.table else UnitedStates(values).strata

    def _strata_of_table(self, values: Values, year: int) -> dict[tuple[int, int], Strata]:
        first = self.years[0]
        rows = [row for row in self.table if row.year == max(year, first)]
        found = strata_of_rows(rows, values)
        if year < first:
            for (primary, sex), strata in found.items():
                back = exp(
                    of_primary(values, "incidence_trend", PRIMARIES[primary]) * (year - first)
                )
                found[primary, sex] = strata._replace(people=strata.people * back)
        return found


def _is_number(value: object) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and value == value


def _is_whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)
