r"""The model as a function: parameters in, measures of every strategy out, under the same luck.

A scenario is lived again and again with other parameters. Luck is addressed by person and purpose,
never by what was drawn before, so what a parameter does not reach is the same to the last bit. So

- a parameter that no life reads costs nothing: what a builder of records read is noted, and it is
  built anew only if one of these values is another; lives are lived again only if a record is
  another that somebody reads (of treatments, those that a rule gives);
- what moves one primary alone is lived by its people alone: tallies are sums over lives, so those
  of the others stay, :math:`T' = T - T_p + T_p'`, exactly, as they are whole numbers.

People are lived in `BATCHES` parts of one mix, and a measure is also given without each part, which
says how far the few people who are lived make a difference uncertain (the jackknife).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_measures import CARE_MEASURES, PARTS_OF_ONE
from sim.counting.care_tally import SUBGROUPS, CareTally
from sim.counting.observation import observation
from sim.counting.survival import expected_survival
from sim.counting.tally import Tally, Window
from sim.engine import cohort
from sim.engine.card.queue import the_card
from sim.engine.lives import Lives
from sim.engine.model import Model, Segments, as_array
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import Strategies, build_strategies
from sim.evidence.arrays import Array
from sim.evidence.reader import Values
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.diagnosed import counted_years, plan_of_cohort, plan_people
from sim.inputs.plan import Plan
from sim.inputs.setting import Setting
from sim.life.hazards import NEVER
from sim.life.policy import ANALGESIA_ONLY
from sim.life.records import PERSON
from sim.uncertainty.asked import MEASURES_OF_EVERYBODY
from sim.uncertainty.own_treatments import certain_treatments

BATCHES = 10
"""Parts of the people that are told apart."""
_EVERYBODY = SUBGROUPS.index("all")


class Noted(Mapping[tuple[str, str], float]):
    """A joint sample that notes which of its values are read."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.read: dict[tuple[str, str], float | None] = {}

    def __getitem__(self, key: tuple[str, str]) -> float:
        """A value, which is noted, and so is that there is none."""
        found = self._values.get(key)
        self.read[key] = found
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Names and strata, which all samples have in common."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many values there are."""
        return len(self._values)


class Part(NamedTuple):
    """Something that was built from a sample, and the values that it depends on."""

    built: Any
    read: Mapping[tuple[str, str], float | None]


class CountedLives(NamedTuple):
    """What was counted of some people, the first axis that of batches; all are whole numbers.

    Attributes
    ----------
    sums : array (batch, strategy, statistic)
        Of care, see `CareTally`.
    tallies : tuple of arrays
        Of everybody, see `Tally`, summed over calendar years, sexes and ages; none if no measure of
        the population is asked for.
    """

    sums: NDArray[np.int64]
    tallies: tuple[NDArray[Any], ...]

    def exchanged(self, out: CountedLives, into: CountedLives) -> CountedLives:
        """The same with the people of `out` counted as in `into`."""
        tables = zip(self.tallies, out.tallies, into.tallies, strict=True)
        return CountedLives(
            self.sums - out.sums + into.sums,
            tuple(mine - before + after for mine, before, after in tables),
        )


@dataclass
class Lived:
    """A scenario that was lived at one sample, and all that the next may have in common with it.

    Attributes
    ----------
    found : mapping of str to array (1 + batches, strategy)
        By measure: of everybody, then of everybody but one batch.
    ran : int
        Lives that were lived for it.
    """

    parts: dict[str, Part]
    model: Model
    counts: CountedLives
    found: dict[str, Array]
    ran: int
    of_primaries: dict[int, CountedLives] = field(default_factory=dict)


class Evaluation:
    """A scenario as a function of its parameters.

    Parameters
    ----------
    scenario : Setting
        Without finite access, whose clinics need everybody.
    measures : tuple of str
        Names that `outcomes` has.
    people : int
        Lives, all years of diagnosis together; the mix of everybody.
    engine : {'cohort', 'gpu'}
        Which lives them; nothing depends on it.
    """

    def __init__(
        self, scenario: Setting, measures: tuple[str, ...], people: int, engine: str = "cohort"
    ) -> None:
        self.engine = engine
        self.scenario = scenario
        self.measures = measures
        self.people = people
        self._of_everybody = any(name in MEASURES_OF_EVERYBODY for name in measures)
        first, n_years = counted_years(scenario)
        years = (first, n_years) if self._of_everybody else (first, 1)
        self._window = Window(*years, *scenario.years, outcomes_for=int(scenario.outcomes.code))

    def at(self, values: Values, near: Lived | None = None) -> Lived:
        """Live the scenario at one joint sample.

        Parameters
        ----------
        values : mapping
            The sample, with the numbers of the user's treatments; see
            `sim.uncertainty.own_treatments`.
        near : Lived, optional
            The scenario at another sample, of which all is taken that is the same.
        """
        scenario = self.scenario
        parts: dict[str, Part] = {}

        def part(name: str, build: Callable[[Noted], Any]) -> Any:
            before = None if near is None else near.parts.get(name)
            if before is not None and all(values.get(k) == v for k, v in before.read.items()):
                parts[name] = before
            else:
                noted = Noted(values)
                parts[name] = Part(build(noted), noted.read)
            return parts[name].built

        whole = part("plan", lambda noted: plan_people(scenario, noted))
        plan = whole.thinned(self.people)
        care = part("strategies", self._build_strategies)
        model = Model(
            plan.groups,
            plan.cells,
            part("cancers", build_cancers),
            part("world", lambda noted: build_world(noted, scenario.outcomes)),
            care.policies,
            care.shared,
            np.uint64(scenario.seed),
            0,
        )
        counts, ran = self._counts(model, near)
        lived = Lived(parts, model, counts, {}, ran)
        self._estimate(lived, whole, values, part)
        return lived

    def _build_strategies(self, noted: Noted) -> Strategies:
        scenario = self.scenario
        own = certain_treatments(scenario.treatments, noted)
        knobs, outcomes = scenario.common_knobs(), scenario.outcomes
        return build_strategies(scenario.strategies, own, knobs, noted, outcomes=outcomes)

    def _counts(self, model: Model, near: Lived | None) -> tuple[CountedLives, int]:
        """What is counted, with what the lives of a near sample have in common with these."""
        if near is None or not same_care(model, near.model):
            return self._live(model), model.people
        moved = [code for code in range(len(PRIMARIES)) if not same_lives(model, near.model, code)]
        many = people_with(model, moved)
        if 2 * many > model.people:
            return self._live(model), model.people
        counts, ran = near.counts, 0
        for code in moved:
            if code not in near.of_primaries:
                near.of_primaries[code] = self._live(near.model, (code,))
                ran += people_with(near.model, (code,))
            counts = counts.exchanged(near.of_primaries[code], self._live(model, (code,)))
        return counts, ran + many

    def _live(self, model: Model, primaries: tuple[int, ...] | None = None) -> CountedLives:
        """Live everybody, or the people of some primaries, batch by batch."""
        batches = [batch_segments(model, batch, primaries) for batch in range(BATCHES)]
        if self.engine == "gpu":
            counted = self._counted_on_card(model, batches)
        else:
            counted = self._counted_here(model, batches)
        sums, *tallies = (np.stack(table) for table in zip(*counted, strict=True))
        return CountedLives(sums, tuple(tallies))

    def _counted_here(self, model: Model, batches: list[Segments]) -> Iterator[list[NDArray[Any]]]:
        """What is counted of each batch, all in the same tables."""
        n = len(model.policies)
        tally = Tally.empty(self._window.n_years, n, n_ages=1)
        care = CareTally.empty(n)
        one, left = np.zeros(n, PERSON), np.zeros((0, 2), np.int64)
        before = self._snapshot(tally, care)
        for batch in batches:
            people = as_array(batch)
            cohort.live_block(one, people, model, self._window, tally, care, NEVER, left)
            now = self._snapshot(tally, care)
            yield [mine - its for mine, its in zip(now, before, strict=True)]
            before = now

    def _counted_on_card(
        self, model: Model, batches: list[Segments]
    ) -> Iterator[list[NDArray[Any]]]:
        """What is counted of each batch by the card, which is asked for all at once."""
        lives = Lives(model, self._window, self.engine, n_ages=1)
        asked = [the_card().ask(lives, batch) if batch else None for batch in batches]
        for one in asked:
            yield self._snapshot(*(lives.tallies() if one is None else one.result()))

    def _snapshot(self, tally: Tally, care: CareTally) -> list[NDArray[Any]]:
        """What was counted until now; a life that is the same under all is shared here."""
        sums = care.sums[:, _EVERYBODY].copy()
        if not self._of_everybody:
            return [sums]
        n = len(sums)
        tables = (tally.counts.sum(axis=(2, 4, 5), dtype=np.int64), tally.cohort, tally.recorded)
        return [sums, *(t[:n] + t[n] if len(t) > n else t.copy() for t in tables)]

    def _estimate(
        self, lived: Lived, whole: Plan, values: Values, part: Callable[..., Any]
    ) -> None:
        """Fill in the measures: of everybody, then without each batch."""
        scenario, sums = self.scenario, lived.counts.sums
        without = without_each(sums) / PARTS_OF_ONE
        for name in self.measures:
            if name in CARE_MEASURES:
                estimate = CARE_MEASURES[name].estimate
                lived.found[name] = estimate(np.moveaxis(without, -1, 0))
        wanted = [name for name in self.measures if name in MEASURES_OF_EVERYBODY]
        if not wanted:
            return
        cohort_of = plan_of_cohort(whole, scenario.years)
        mine = plan_of_cohort(whole.thinned(self.people), scenario.years)
        expected = np.ones((11, len(PRIMARIES)))
        if any("survival" in name for name in wanted):
            expected, of = part(
                "expected", lambda noted: (expected_survival(noted, cohort_of), whole)
            )
            if of is not whole:  # the same mortality of other people
                expected = expected_survival(values, cohort_of)
        n_years = scenario.years[1] - scenario.years[0] + 1
        tables = [without_each(table) for table in lived.counts.tallies]
        for name in wanted:
            measure, time = MEASURES_OF_EVERYBODY[name]
            rows = []
            for batch in range(len(without)):
                share = 1.0 if batch == 0 else (BATCHES - 1) / BATCHES
                scale = cohort_of.people / (mine.people * share)
                row = []
                for s in range(len(without[0])):
                    counts, cohort_table, recorded = (table[batch, s] for table in tables)
                    tally = Tally(
                        counts[:, None, :, None, None], cohort_table, recorded, _NO_DAYS, _NO_LIVES
                    )
                    seen = observation(tally, n_years, scale, expected, values)
                    row.append(measure.estimate(seen.among(PRIMARIES, stratum=time)).item())
                rows.append(row)
            lived.found[name] = np.array(rows, float)


_NO_DAYS = np.zeros((0, 0, 0), np.int32)
_NO_LIVES = np.zeros((), np.uint64)


def without_each(table: NDArray[Any]) -> NDArray[Any]:
    """Sums over all batches, then over all but one; shape (1 + batches, ...)."""
    total = table.sum(axis=0, keepdims=True)
    return np.concatenate([total, total - table])


def jackknife_variance(values: Array) -> Array:
    """Variance of a number that few people give; the first axis is that of `Lived.found`."""
    apart = values[1:]
    n = len(apart)
    return np.asarray((n - 1) / n * ((apart - apart.mean(axis=0)) ** 2).sum(axis=0))


def batch_segments(model: Model, batch: int, primaries: tuple[int, ...] | None = None) -> Segments:
    """One of `BATCHES` parts of the people, with the mix of all as far as whole people allow."""
    found = []
    for i, group in enumerate(model.groups):
        if primaries is None or int(group["primary"]) in primaries:
            n = int(group["count"])
            low, high = (((batch + end) * n + i % BATCHES) // BATCHES for end in (0, 1))
            if batch == 0:
                low = 0
            if batch == BATCHES - 1:
                high = n
            if high > low:
                found.append((i, low, high))
    return found


def people_with(model: Model, primaries: tuple[int, ...] | list[int]) -> int:
    """How many people of a model have one of some primaries."""
    mine = np.isin(model.groups["primary"], list(primaries))
    return int(model.groups["count"][mine].sum())


def same_care(one: Model, other: Model) -> bool:
    """Say whether whoever lives reads the same of the world and of care."""
    if one.policies is other.policies and one.worlds is other.worlds:
        return True
    read = (_read_of_care(model) for model in (one, other))
    return one.worlds.tobytes() == other.worlds.tobytes() and next(read) == next(read)


def _read_of_care(model: Model) -> tuple[bytes, bytes]:
    """The policies with zeros for the treatments that no rule gives, which nobody reads."""
    policies, shared = model.policies.copy(), model.shared.copy()
    given = {ANALGESIA_ONLY}
    for policy in policies:
        given |= {int(policy["bone_radiotherapy"]), int(policy["bone_surgery"])}
        for rule in policy["rules"][: policy["n_rules"]]:
            given |= set(np.flatnonzero(np.diff(rule["share"], prepend=0.0)).tolist())
    unread = ~np.isin(np.arange(policies["treatments"].shape[1]), list(given))
    for records in (policies, shared):
        records["treatments"][:, unread] = 0
    return policies.tobytes(), shared.tobytes()


def same_lives(one: Model, other: Model, primary: int) -> bool:
    """Say whether the people of a primary are the same and read the same of their cancer."""
    if people_with(one, (primary,)) == people_with(other, (primary,)) == 0:
        return True
    if one.cancers[primary].tobytes() != other.cancers[primary].tobytes():
        return False
    return one.groups is other.groups or _people_of(one, primary) == _people_of(other, primary)


def _people_of(model: Model, primary: int) -> list[bytes]:
    """Groups of a primary with their cells, wherever these stand."""
    found = []
    for group in model.groups[model.groups["primary"] == primary]:
        start, n = int(group["first_cell"]), int(group["n_cells"])
        who = (int(group["year"]), int(group["sex"]), int(group["count"]))
        found.append(repr(who).encode() + model.cells[start : start + n].tobytes())
    return found
