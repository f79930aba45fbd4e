"""New cancers of years after the data, from the trends of its last years: a projection.

Three trends are added on the log scale: of all cancers, of a primary beside all, and of a sex and
age group beside its primary; the fewer the people, the nearer a trend is to that of the larger
group. Each further year has a trend a little smaller than the one before (damping). All cancers
and each primary also take a step of their own each year, as they did in the data. Where
inhabitants are given, the trends are those of rates.

Notes
-----
A trend of the last ten years, of which half is left after ten more, did best in the comparison of
Møller et al. (Stat Med 2003;22:2751-66). Damping a year at a time is that of Gardner & McKenzie
(Manage Sci 1985;31:1237-46), a drift with steps that of Lee & Carter (J Am Stat Assoc
1992;87:659-71).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from sim.evidence.arrays import Array
from sim.evidence.elementary import exp_of_near, power
from sim.evidence.mistakes import InputError
from sim.evidence.random_numbers import gamma_numbers, normal_numbers
from sim.evidence.reader import Values
from sim.evidence.vocabulary import PRIMARIES, SEXES, STAGES
from sim.inputs.inhabitants import Inhabitants
from sim.inputs.united_states import Strata
from sim.inputs.wandering_trend import WanderingTrends, fit_wandering_trends

MOST_YEARS_AHEAD = 30
"""Years past the data that can be projected."""
FEWEST_YEARS = 3
"""Years of data that a trend takes; with inhabitants one is enough, for rates that stay."""
_ROUNDS = 20
_NOBODY = 1e-9
"""People expected at least, where there are no inhabitants of any age of a primary."""

ByKey = Mapping[tuple[int, int], Strata]
"""Kinds of people of a year by primary and sex."""
KindOfPeople = tuple[int, int, float, float]
"""Primary, sex, and the ends of an age group."""


class Projection:
    """The trends of the last years of some data under one joint sample of the evidence.

    Parameters
    ----------
    strata_of : callable
        Gives the people of a year of the data.
    years : sequence of int
        Those that are used, the last year of the data last.
    values : Values
    inhabitants : Inhabitants, optional
        Of these years and of those that are asked for.
    """

    def __init__(
        self,
        strata_of: Callable[[int], ByKey],
        years: Sequence[int],
        values: Values,
        inhabitants: Inhabitants | None = None,
    ) -> None:
        self._last_year, self._inhabitants = years[-1], inhabitants
        self._kinds, people = _people_by_kind([strata_of(year) for year in years])
        self._stages = _stage_shares(people, values["projection_stage_people", "all"])
        counts = people.sum(axis=2)
        age_sd = values["projection_trend_sd", "age"]
        living = np.stack([self._living(year) for year in years])
        self._refuse_nobody(living.sum(axis=0))
        rate = counts.sum(axis=0) / living.sum(axis=0)
        expected = np.maximum(rate * living, _NOBODY)
        # No luck at the point estimate; another number, drawn or given, stands for one course.
        number = values["projection_luck", "all"]
        luck = None if number == 0.0 else np.random.default_rng(_seed_of(number))
        primaries = sorted({kind[0] for kind in self._kinds})
        mine = np.array([primaries.index(kind[0]) for kind in self._kinds])
        member = np.equal.outer(np.arange(len(primaries)), mine).astype(float)
        every = _fit(counts.sum(axis=1)[None], expected.sum(axis=1)[None], values, "all")
        beside_all = expected * exp_of_near(every.path[0])[:, None]
        of_primary = _fit(_over(member, counts), _over(member, beside_all), values, "primary")
        beside_primary = beside_all * exp_of_near(of_primary.path[mine].T)
        of_age = _AgeTrends(counts, beside_primary, member, age_sd, luck)
        names = ("all", *(PRIMARIES[primary] for primary in primaries))
        z = np.array([values["projection_trend_error", name] for name in names])
        whole, part = every.drawn(z[:1], luck), of_primary.drawn(z[1:], luck)
        self._rate = rate * of_age.ratio * exp_of_near(whole.level + part.level[mine])
        self._drift = whole.drift + part.drift[mine] + of_age.drift
        self._damping = values["projection_damping", "all"]
        self._steps = np.zeros((MOST_YEARS_AHEAD + 1, len(mine)))
        if luck is not None:
            walks = normal_numbers(luck, MOST_YEARS_AHEAD * (1 + len(PRIMARIES)))
            walks = walks.reshape(MOST_YEARS_AHEAD, -1).cumsum(axis=0)
            of_each = walks[:, 1 + np.array(primaries)] * part.step_sd
            self._steps[1:] = walks[:, :1] * whole.step_sd + of_each[:, mine]

    def strata(self, year: int) -> dict[tuple[int, int], Strata]:
        """Expected people of a year after the data by (primary, sex), as those of the data are."""
        ahead = year - self._last_year
        drifted = self._drift * sum(power(self._damping, later) for later in range(1, ahead + 1))
        people = self._rate * self._living(year) * exp_of_near(drifted + self._steps[ahead])
        by_stage = people[:, None] * self._stages
        found: dict[tuple[int, int], Strata] = {}
        keys = [kind[:2] for kind in self._kinds]
        for key in dict.fromkeys(keys):
            mine = [i for i, other in enumerate(keys) if other == key]
            lows, highs = (np.array([self._kinds[i][end] for i in mine]) for end in (2, 3))
            found[key] = Strata(
                np.repeat(lows, len(STAGES)),
                np.repeat(highs, len(STAGES)),
                np.tile(np.arange(len(STAGES)), len(mine)),
                by_stage[mine].ravel(),
            )
        return found

    def _refuse_nobody(self, living: Array) -> None:
        """Refuse kinds of people who had cancer and did not live there."""
        if self._inhabitants is not None and not living.all():
            _, sex, low, high = self._kinds[int(np.argmin(living))]
            raise InputError(
                f"inhabitants: {self._inhabitants.name} has nobody who is {SEXES[sex]} and from "
                f"{low:g} to {high:g}, in whom the data have new cancers; allowed: all ages"
            )

    def _living(self, year: int) -> Array:
        """Inhabitants of each kind; 1 where nobody says, so that rates are counts."""
        if self._inhabitants is None:
            return np.ones(len(self._kinds))
        living = self._inhabitants.living(year)
        return np.array([living(SEXES[sex], low, high) for _, sex, low, high in self._kinds])


class _AgeTrends:
    """Ratio and drift of each sex and age group beside those of its primary.

    The drift has its mode and the normal distribution around it; the ratio is as uncertain as the
    people whom it rests on are few, those of a primary in all as they are.
    """

    def __init__(
        self,
        counts: Array,
        expected: Array,
        member: Array,
        sd: float,
        luck: np.random.Generator | None,
    ) -> None:
        back = np.arange(1.0 - len(counts), 1.0)[:, None]
        people = counts.sum(axis=0)
        drift = np.zeros(len(people))
        for _ in range(_ROUNDS):
            weights = expected * exp_of_near(drift * back)
            weights /= weights.sum(axis=0)
            at = (weights * back).sum(axis=0)
            precision = people * ((weights * back**2).sum(axis=0) - at**2) + 1.0 / sd**2
            pull = (counts * back).sum(axis=0) - people * at - drift / sd**2
            drift += np.clip(pull / precision, -sd, sd)
        if luck is not None:
            drift += normal_numbers(luck, len(people)) / np.sqrt(precision)
            lucky = gamma_numbers(luck, people)
            of_primary = (member * people).sum(axis=1) / (member * lucky).sum(axis=1)
            people = lucky * (member * of_primary[:, None]).sum(axis=0)
        self.drift = drift
        self.ratio = people / (expected * exp_of_near(drift * back)).sum(axis=0)


def _over(member: Array, of_kinds: Array) -> Array:
    """Sums over the kinds of each primary, by year, of what is by year and kind."""
    return np.asarray((member[:, None, :] * of_kinds).sum(axis=-1))


def _fit(counts: Array, expected: Array, values: Values, whose: str) -> WanderingTrends:
    sd = values["projection_trend_sd", whose]
    least, usual = (values["projection_step_sd", which] for which in ("least", "usual"))
    return _fitted(counts.shape, counts.tobytes(), expected.tobytes(), sd, least, usual)


@lru_cache(maxsize=8)
def _fitted(
    shape: tuple[int, ...], counts: bytes, expected: bytes, sd: float, least: float, usual: float
) -> WanderingTrends:
    """The fit of some counts, which all draws share that do not change them."""
    people, without_trend = (np.frombuffer(one).reshape(shape) for one in (counts, expected))
    return fit_wandering_trends(people, without_trend, drift_sd=sd, least_sd=least, usual_sd=usual)


def _people_by_kind(years: Sequence[ByKey]) -> tuple[list[KindOfPeople], Array]:
    """Kinds of which anybody is there, and people by year, kind and stage."""
    people: dict[KindOfPeople, Array] = {}
    for place, strata in enumerate(years):
        for (primary, sex), mine in strata.items():
            for low, high, stage, count in zip(*mine, strict=True):
                if count > 0.0:
                    kind = (primary, sex, float(low), float(high))
                    table = people.setdefault(kind, np.zeros((len(years), len(STAGES))))
                    table[place, stage] += count
    kinds = sorted(people)
    return kinds, np.stack([people[kind] for kind in kinds], axis=1)


def _stage_shares(people: Array, alike: float) -> Array:
    """Shares of the stages of each kind in the last year, of few people near those of all years."""
    pooled = people.sum(axis=0)
    pooled /= pooled.sum(axis=1, keepdims=True)
    last = people[-1] + alike * pooled
    return np.asarray(last / last.sum(axis=1, keepdims=True))


def _seed_of(number: float) -> int:
    """A number as the seed of random numbers: its bits."""
    return int(np.float64(number).view(np.uint64))
