"""The rule of projections against registries with a known future, and against years held out.

Room: inputs.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.evidence.reader import Values, evidence
from sim.inputs.projection import Projection
from sim.inputs.united_states import Strata
from sim.inputs.wandering_trend import fit_wandering_trends
from sim.tables.intervals import interval

YEARS, AHEAD = 10, (1, 5, 10)
PRIMARIES, AGES = 6, 8
REGISTRIES, DRAWS = 40, 39
POINT = evidence().point
DAMPING = POINT["projection_damping", "all"]

Array = NDArray[np.float64]


def course(luck: np.random.Generator, people: float, step_sd: float | None) -> Array:
    """New cancers that are expected, by year, primary and age, past the data too.

    Steps have a given size, or sizes as they are assumed before the data are seen.
    """
    of_primary = luck.dirichlet(np.full(PRIMARIES, 2.0)) * people
    base = of_primary[:, None] * luck.dirichlet(np.full(AGES, 3.0), size=PRIMARIES)
    sd = {whose: POINT["projection_trend_sd", whose] for whose in ("all", "primary", "age")}
    drift = (
        luck.normal(0.0, sd["all"])
        + luck.normal(0.0, sd["primary"], (PRIMARIES, 1))
        + luck.normal(0.0, sd["age"], (PRIMARIES, AGES))
    )
    least, usual = (POINT["projection_step_sd", which] for which in ("least", "usual"))
    sizes = least + luck.exponential(usual, 1 + PRIMARIES)
    if step_sd is not None:
        sizes[:] = step_sd
    years = YEARS + AHEAD[-1]
    walks = sizes * luck.standard_normal((years, 1 + PRIMARIES)).cumsum(axis=0)
    known = np.arange(1.0 - YEARS, 1.0)
    trend = np.concatenate([known, np.cumsum(DAMPING ** np.arange(1, AHEAD[-1] + 1))])
    exponent = trend[:, None, None] * drift + walks[:, :1, None] + walks[:, 1:, None]
    return np.asarray(base * np.exp(exponent))


def projected(counts: NDArray[np.int64], values: Values) -> Array:
    """What is projected of counts by year, primary and age: by years ahead, primary and age."""
    lows = np.arange(AGES) * 10.0
    stages = np.full(AGES, 2)

    def strata_of(year: int) -> dict[tuple[int, int], Strata]:
        return {
            (primary, 0): Strata(lows, lows + 10.0, stages, counts[year, primary].astype(float))
            for primary in range(PRIMARIES)
        }

    projection = Projection(strata_of, range(YEARS), values)
    found = np.zeros((len(AHEAD), PRIMARIES, AGES))
    for place, ahead in enumerate(AHEAD):
        for (primary, _), mine in projection.strata(YEARS - 1 + ahead).items():
            np.add.at(found[place, primary], (mine.age_low / 10.0).astype(int), mine.people)
    return found


# The truth may wander as is assumed, hardly, or much; the registry be small or large.
@pytest.mark.parametrize(
    ("people", "step_sd"), [(500.0, None), (20_000.0, None), (20_000.0, 0.01), (20_000.0, 0.05)]
)
def test_intervals_hold_the_future_of_made_up_registries(
    people: float, step_sd: float | None
) -> None:
    luck = np.random.default_rng(20251231)
    draws = [evidence().draw(k) for k in range(1, DRAWS + 1)]
    held: dict[str, list[Array]] = {"all": [], "primary": [], "age": []}
    for _ in range(REGISTRIES):
        expected = course(luck, people, step_sd)
        truth = expected[[YEARS - 1 + ahead for ahead in AHEAD]]
        counts = luck.poisson(expected[:YEARS])
        samples = np.array([projected(counts, values) for values in draws])
        seen = counts.sum(axis=0) > 0
        for whose, axes in (("all", (-2, -1)), ("primary", (-1,)), ("age", ())):
            low, high = interval(samples.sum(axis=axes), "parameter draws")
            inside = (low <= truth.sum(axis=axes)) & (truth.sum(axis=axes) <= high)
            if whose == "age":
                inside = inside[:, seen]
            held[whose].append(inside.reshape(len(AHEAD), -1).mean(axis=1))
    for whose, shares in held.items():
        by_registry = np.array(shares)
        error = by_registry.std(axis=0, ddof=1) / np.sqrt(REGISTRIES)
        mean = by_registry.mean(axis=0)
        sys.stdout.write(f"{people:g} people, steps {step_sd}: {whose} held {mean.round(3)}\n")
        # Of a truth that wanders less than usual, intervals hold more.
        assert (mean > 0.95 - 4.0 * np.maximum(error, 0.01) - 0.01).all()
        if step_sd is None:
            assert (mean.mean() < 0.99) or whose == "all"


def held_out(first_left_out: int) -> dict[tuple[str, str, int], tuple[float, float, float, float]]:
    """Published new cancers of later years beside what is projected from the earlier ones.

    Of each site and sex with at least two earlier published years, which are all that is used, and
    of all sites: low, middle, high, published. Years without a number are left open.
    """
    known: dict[tuple[str, str], dict[int, float]] = {}
    for (name, stratum), count in POINT.items():
        if name == "new_cases":
            year, site, sex = stratum.split(", ")
            known.setdefault((site, sex), {})[int(year)] = count
        elif name == "new_cases_of_all_sites":
            known.setdefault(("all", "both"), {})[int(stratum)] = count
    for year in (2010, 2025):
        whole = sum(of.get(year, 0.0) for key, of in known.items() if key != ("all", "both"))
        known["all", "both"][year] = whole
    luck = np.random.default_rng(1)
    drift_sd = np.hypot(*(POINT["projection_trend_sd", whose] for whose in ("all", "primary")))
    least, usual = (POINT["projection_step_sd", which] for which in ("least", "usual"))
    found = {}
    for (site, sex), of_year in sorted(known.items()):
        past = {year: count for year, count in of_year.items() if year < first_left_out}
        if len(past) < 2:
            continue
        last = max(past)
        years = range(2010, last + 1)
        # A year without a number is one of which hardly anybody was looked for.
        looked = np.array([[1.0 if year in past else 1e-9 for year in years]])
        counts = np.array([[past.get(year, 0.0) for year in years]])
        fit = fit_wandering_trends(
            counts,
            looked * np.mean(list(past.values())),
            drift_sd=float(drift_sd),
            least_sd=least,
            usual_sd=usual,
        )
        for year in sorted(year for year in of_year if year >= first_left_out):
            ahead = year - last
            samples = []
            for z in luck.standard_normal((999, 1)):
                drawn = fit.drawn(z, luck)
                trend = drawn.drift[0] * (DAMPING ** np.arange(1, ahead + 1)).sum()
                step = drawn.step_sd[0] * np.sqrt(ahead) * luck.standard_normal()
                samples.append(drawn.level[0] + trend + step)
            ends = np.exp(np.quantile(samples, [0.025, 0.5, 0.975])) * np.mean(list(past.values()))
            found[site, sex, year] = (*ends.tolist(), of_year[year])
    return found


def test_years_of_the_united_states_that_are_held_out_lie_in_the_intervals() -> None:
    found = held_out(2020)
    assert len(found) >= 15
    outside = []
    for (site, sex, year), (low, middle, high, published) in found.items():
        inside = low <= published <= high
        outside += [] if inside else [(site, sex, year)]
        sys.stdout.write(
            f"{site}, {sex}, {year}: {middle:,.0f} ({low:,.0f} to {high:,.0f}), published "
            f"{published:,.0f}{'' if inside else ', outside'}\n"
        )
    sys.stdout.write(f"{len(found) - len(outside)} of {len(found)} held\n")
    # Prostate cancer turned: screening fell until 2019, and came back.
    assert outside == [("prostate", "male", 2025)]
    errors = [abs(np.log(published / middle)) for _, middle, _, published in found.values()]
    assert np.median(errors) < 0.153  # of ten years, by the methods that moller2003 compares
