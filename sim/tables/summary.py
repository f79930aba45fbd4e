"""The summary of a run: each measure with its interval beside what is published."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import CARE_MEASURES
from sim.counting.counts import Count
from sim.counting.measure import Section, Shown, in_summary
from sim.counting.measures import POPULATION_MEASURES
from sim.evidence.arrays import Array
from sim.evidence.targets import Target, holds, targets
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.setting import Setting
from sim.inputs.strategies import Strategy
from sim.tables.bounds import bounds
from sim.tables.delays import QUARTILES, quartiles
from sim.tables.intervals import Over, interval
from sim.tables.sampled_people import SampledPeople
from sim.tables.spread_parts import SPREAD_PARTS, drawn_and_point, spread_parts

POPULATION_SUMMARY = in_summary(POPULATION_MEASURES.values())
"""What the summary shows of everybody; under strategies that act, care and access follow."""
POPULATION_OUTCOMES = (
    *POPULATION_SUMMARY,
    *((m.name, m, "") for m in POPULATION_MEASURES.values() if m.section is None),
)
"""What `outcomes.parquet` has of everybody: also what the summary does not show."""

WITHOUT_MYELOMA = "all but myeloma"
GROUPS: dict[str, tuple[str, ...]] = {
    "all": PRIMARIES,
    WITHOUT_MYELOMA: tuple(p for p in PRIMARIES if p != "myeloma"),
    **{primary: (primary,) for primary in PRIMARIES},
}
"""Groups of primaries that outcomes are given for."""


class SummarySamples(NamedTuple):
    """A measure in every draw and replicate."""

    draw: NDArray[np.int64]
    replicate: NDArray[np.int64]
    value: Array


def published_for(name: str, scenario: Setting) -> Target | None:
    """The target that stands beside a measure of the summary, for everybody.

    It must hold in all years of the run, and the run be of the United States. Counts of people
    and events stand beside the whole country only, and but for new cancers beside the calendar
    view: the events of a year are not those of everybody diagnosed in it.
    """
    share = scenario.population.united_states_share
    measure, _, time = name.rpartition("_")
    for target in targets():
        everybody = target.name == name and target.stratum in ("all", WITHOUT_MYELOMA)
        if not everybody and (target.name, target.stratum) != (measure, time):
            continue
        counts = target.unit.endswith("a year")
        of_the_year = scenario.view == "calendar" or name == "new_cancers"
        if share and holds(target.years, scenario.years):
            return target if not counts or (share == 1.0 and of_the_year) else None
    return None


def summarize(
    values: pd.DataFrame,
    scenario: Setting,
    spread: pd.DataFrame,
    sampled: SampledPeople | None = None,
) -> pd.DataFrame:
    """Mean and 95% interval of each measure, beside what is published.

    With draws, mean and interval are over them (the point estimate, draw 0, is left out); without,
    over replicates; with neither, or with too few, there is no interval: see
    `sim.tables.intervals`. Which published numbers stand beside a run is said at `published_for`.
    People living with disease are left out of the cohort view, which follows one year of diagnosis
    only. Median and quartiles are those of people, each a mean over draws or replicates.

    Parameters
    ----------
    values : pandas.DataFrame
        `strategy, draw, replicate, measure, primary, value`.
    scenario : Setting
    spread : pandas.DataFrame
        Rows of `delays.parquet`.
    sampled : SampledPeople, optional
        What their sampling is expected to do in a run of one replicate.

    Returns
    -------
    pandas.DataFrame
        `measure, strategy, unit, mean, lo, hi, sd_draws, sd_replicates, sd_people, published,
        source, median, p25, p75`; see `sim.tables.spread_parts`.
    """
    people = quartiles(spread)
    totals = values[values["primary"].isin(("all", WITHOUT_MYELOMA))]
    keys = ["strategy", "measure", "primary"]
    cells = totals.groupby(keys, observed=True).indices
    draw, replicate = (totals[name].to_numpy(np.int64) for name in ("draw", "replicate"))
    value = totals["value"].to_numpy(float)
    of_draws = totals[draw > 0].groupby([*keys, "draw"], observed=True)["value"].mean()
    drawn_cells = of_draws.groupby(level=keys, observed=True).indices
    nobody = np.zeros(0, np.int64)
    drawn = bool((values["draw"] > 0).any())
    horizon_days = scenario.outcomes.horizon_days
    rows = []
    for chosen in scenario.strategies:
        for shown in shown_of(scenario, chosen):
            target = published_for(shown.name, scenario)
            group = WITHOUT_MYELOMA if target and "myeloma" not in target.primaries else "all"
            if (chosen.name, shown.name, group) not in cells:
                group = "all"
            key = chosen.name, shown.name, group
            found = cells.get(key, nobody)
            samples = SummarySamples(draw[found], replicate[found], value[found])
            over = of_draws.to_numpy()[drawn_cells.get(key, nobody)] if drawn else samples.value
            within = bounds(shown.name, horizon_days)
            unit = shown.measure.unit
            rows.append(
                {
                    "measure": shown.name,
                    "strategy": chosen.name,
                    "unit": unit if group == "all" else f"{unit}, without myeloma",
                    **_mean_and_interval(over, within, drawn=drawn),
                    **_parts(samples, chosen.name, shown, sampled),
                    "published": describe(target) if target else "",
                    "source": target.source if target else "",
                    **people.get((chosen.name, shown.name, "all"), dict.fromkeys(QUARTILES)),
                }
            )
    return pd.DataFrame(rows)


def shown_of(scenario: Setting, chosen: Strategy) -> list[Shown]:
    """What the summary shows of a strategy, in its order."""
    found = [
        shown
        for shown in POPULATION_SUMMARY
        if scenario.view != "cohort" or shown.measure.section is not Section.LIVING
    ]
    if chosen.acts:
        found += in_summary(CARE_MEASURES.values())
        found += in_summary(ACCESS_MEASURES.values()) if scenario.access else ()
    return found


def _mean_and_interval(
    over: Array, within: tuple[float, float], *, drawn: bool
) -> dict[str, float]:
    """Mean and 95% interval over draws, or over replicates; see `sim.tables.intervals`."""
    what: Over = "parameter draws" if drawn else "replicates"
    low, high = np.clip(interval(over, what), *within).tolist()
    return {"mean": float(pd.Series(over).mean()), "lo": low, "hi": high}


def _parts(
    samples: SummarySamples, strategy: str, shown: Shown, sampled: SampledPeople | None
) -> dict[str, float]:
    """What a measure varies by over draws and replicates; see `sim.tables.spread_parts`."""
    if np.isnan(samples.value).all():
        return dict.fromkeys(SPREAD_PARTS, np.nan)
    drawn, point = drawn_and_point(samples.draw, samples.replicate, samples.value[:, None])
    expected = (np.nan, np.nan)
    if sampled is not None and shown.name in Count.labels():
        mean = (drawn if len(drawn) else point).mean()
        living = shown.measure.section is Section.LIVING
        of_counts = sampled.of_counts(shown.name, [mean], living=living, by_year=False)
        expected = float(of_counts[0][0]), float(of_counts[1][0])
    elif sampled is not None:
        expected = sampled.of_mean(strategy, shown.name)
    return {name: float(sd[0]) for name, sd in spread_parts(drawn, point, *expected).items()}


def describe(target: Target) -> str:
    """A published value with its range, as a person would write it."""
    digits = 0 if target.value >= 1000 else 1
    value, low, high = (f"{x:,.{digits}f}" for x in (target.value, target.lower, target.upper))
    if float(target.upper) - float(target.lower) <= 2 and target.value >= 1000:
        return value
    return f"{value} ({low} to {high})"
