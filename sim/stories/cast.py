"""Finds one person of a scenario's population, to be lived again step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.cohort import begun_people, lived_people
from sim.engine.model import Model, Segments, build_model
from sim.evidence.mistakes import InputError
from sim.evidence.reader import Values
from sim.evidence.vocabulary import PRIMARIES, SEXES, nearest
from sim.inputs.identifier import identifier, number_of
from sim.inputs.plan import Plan, unpack_number
from sim.inputs.setting import MOST_DRAWS, MOST_LOOKBACK_YEARS, MOST_REPLICATES, Setting
from sim.life.hazards import NEVER

SEARCHED = 200_000
"""People looked through for the one asked for."""

PARTS = 100
"""Parts they are lived in, each of the same mix, until the one asked for is found."""

_LEAST_NUMBER = 1 << 48
"""A number from here on is the whole number of a person, not a position."""

Begin = Callable[[], NDArray[np.void]]
"""Begins the life of one person, as often as it is called."""


@dataclass(frozen=True)
class Realization:
    """The sample of the evidence that lives are lived by, and which repetition."""

    draw: int = 0
    replicate: int = 0

    def check(self) -> None:
        """Raise an `InputError` if there is no such draw or replicate."""
        for field, value, most in (
            ("draw", self.draw, MOST_DRAWS),
            ("replicate", self.replicate, MOST_REPLICATES - 1),
        ):
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
                raise InputError(f"{field} is {value!r}; allowed: a whole number from 0 to {most}")

    def model(self, scenario: Setting, plan: Callable[[Values], Plan]) -> Model:
        """The model of a scenario for the people of a plan, which depends on the evidence."""
        self.check()
        known = scenario.known
        values = known.draw(self.draw) if self.draw else known.point
        model = build_model(
            plan(values),
            scenario.strategies,
            values,
            treatments=scenario.treatments,
            knobs=scenario.common_knobs(),
            seed=scenario.seed,
            outcomes=scenario.outcomes,
            draw=self.draw,
        )
        return model._replace(replicate=self.replicate)


def number_asked(person: int | str) -> int | None:
    """The number of the person that is asked for by it or by the identifier; None by position.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(person, str):
        if not person.strip().removeprefix("-").isdecimal():
            return number_of(person)
        person = int(person)
    return person if person >= _LEAST_NUMBER else None


def find_number(scenario: Setting, number: int, at: Realization) -> tuple[Model, Begin]:
    """The model, and what begins the life of the person with a number, of whatever year.

    The life is that of every run of the scenario which has such a person: it does not depend on how
    many others there are.

    Raises
    ------
    InputError
        If there is no such person.
    """
    year, primary, sex, index = unpack_number(number)
    said = f"person is {identifier_or_number(number)!r}"
    first, last = scenario.population.years
    last_year = last
    if scenario.access is not None:
        # People who come after the years of the run are like those of its last one.
        last_year = max(last, scenario.years[1] + scenario.access.follow_up_years)
    if not first - MOST_LOOKBACK_YEARS <= year <= last_year:
        raise InputError(
            f"{said}, diagnosed in {year}; allowed: {first - MOST_LOOKBACK_YEARS} to {last_year}"
        )
    like = min(year, scenario.years[1]) if scenario.access is not None else year

    def plan(values: Values) -> Plan:
        found = scenario.population.plan(like, like, values)
        groups = found.groups.copy()
        groups["year"] = year
        return Plan(groups, found.cells)

    model = at.model(scenario, plan)
    mine = (model.groups["primary"] == primary) & (model.groups["sex"] == sex)
    if mine.any():
        group = int(np.flatnonzero(mine)[0])
        first, n = (int(model.groups[name][group]) for name in ("first_cell", "n_cells"))
        if model.cells["cumulative"][first + n - 1] > 0.0:
            return model, lambda: begun_people(model, [(group, index, index + 1)])
    raise InputError(f"{said}; {scenario.population.name} has nobody of this primary and sex")


def identifier_or_number(number: int) -> str:
    """What a person is called in a message; a number that names nobody stays one."""
    _, primary, sex, _ = unpack_number(number)
    known = primary < len(PRIMARIES) and sex < len(SEXES)
    return identifier(number) if known else str(number)


class Cast:
    """The people of a scenario's first year of diagnosis, or those with one primary.

    Raises
    ------
    InputError
        If there is no such primary.
    """

    def __init__(self, scenario: Setting, primary: str | None, at: Realization) -> None:
        if primary is not None and primary not in PRIMARIES:
            raise InputError(f"primary is {primary!r}; {nearest(primary, PRIMARIES)}")
        year = scenario.years[0]

        def plan(values: Values) -> Plan:
            found = scenario.population.plan(year, year, values)
            if primary is not None:
                other = found.groups["primary"] != PRIMARIES.index(primary)
                found.groups["count"][other] = 0
            return found.thinned(SEARCHED)

        self.model = at.model(scenario, plan)
        self._reference = scenario.strategies[0].name

    def find(self, person: int, *, spinal: bool = False, treated: bool = False) -> Begin:
        """A function that begins the life of one person, as often as it is called.

        Parameters are those of `sim.stories.twins.tell_twins`.

        Raises
        ------
        InputError
            If there is no such person.
        """
        if person < 0 or self.model.people == 0:
            raise InputError(f"person is {person}; allowed: 0 to {max(self.model.people - 1, 0)}")
        reference = self.model._replace(policies=self.model.care(0))
        skipped = 0
        for part in range(PARTS):
            segments = self._segments(part)
            people = lived_people(reference, segments)[0][:, 0]
            mixed = np.random.default_rng(0).permutation(len(people))
            fits = np.ones(len(people), bool)
            if spinal:
                fits &= people["n_spinal"] > 0
            if treated:
                fits &= (people["first_trigger_day"] != NEVER) & (people["therapy_at_trigger"] == 1)
            chosen = mixed[fits[mixed]]
            if person - skipped < len(chosen):
                row = int(chosen[person - skipped])
                return lambda: begun_people(self.model, [segment_of(segments, row)])
            skipped += len(chosen)
        if skipped == 0:
            raise InputError(self._nobody(treated))
        raise InputError(f"person is {person}; allowed: 0 to {skipped - 1}")

    def _segments(self, part: int) -> Segments:
        """The people of one part."""
        bounds = self.model.groups["count"][:, None] * np.array([part, part + 1]) // PARTS
        return [(i, low, high) for i, (low, high) in enumerate(bounds.tolist()) if low < high]

    def _nobody(self, treated: bool) -> str:
        """Why nobody fits."""
        found = f"none of {self.model.people:,} people looked through"
        if treated:
            return (
                f"treated: {found} ever has an episode of care while on or due systemic therapy "
                f"under {self._reference}; allowed: a strategy that treats, or more people"
            )
        return f"spinal: {found} ever has spinal metastasis; allowed: more people"


def segment_of(segments: Segments, row: int) -> tuple[int, int, int]:
    """The segment of one of several people alone.

    Examples
    --------
    >>> segment_of([(0, 0, 3), (4, 10, 20)], 5)
    (4, 12, 13)
    """
    for group, low, high in segments:
        if row < high - low:
            return group, low + row, low + row + 1
        row -= high - low
    raise IndexError("row is not below the number of people")
