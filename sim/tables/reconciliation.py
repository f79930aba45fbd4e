"""Numbers that seem to conflict, side by side, and where the model stands on each.

The headline, autopsies, registries and clinics count different things. Each published row names the
measure of the model that counts the same thing; all are people a year in the United States, in the
years in which the row holds.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import AfterValidator

from sim.counting.counts import Count
from sim.counting.measures import POPULATION_MEASURES
from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Ranged, SourceKey, read_rows
from sim.evidence.targets import Years, YearsHeld, holds, targets, years_text
from sim.evidence.vocabulary import nearest
from sim.tables.intervals import Over, interval
from sim.tables.layout import table_text
from sim.tables.run_tables import RunTables
from sim.tables.summary import GROUPS, WITHOUT_MYELOMA

POPULATION, VIEW = "United States", "calendar"
"""Runs that the published numbers can be set beside."""


_COLUMNS = ["name", "counts", "primaries", "published", "published_lower", "published_upper"]
_COLUMNS += ["mean", "lo", "hi", "within", "unit", "measure", "source", "note", "scaled_by"]


def measure_known(measure: str) -> str:
    """Refuse what is neither a measure of the population nor `<share> of <count>`."""
    share, _, count = measure.rpartition(" of ")
    if not share and count in POPULATION_MEASURES:
        return measure
    if count not in Count.labels():
        raise ValueError(f"names {count!r}; {nearest(count, Count.labels())}")
    if share and share not in POPULATION_MEASURES:
        raise ValueError(f"names {share!r}; {nearest(share, list(POPULATION_MEASURES))}")
    return measure


class Published(Ranged):
    """One published number: what it counts, and the measure that counts the same.

    The measure counts people or events, or is `<share> of <count>`; `upper` is infinite for a lower
    bound. Where `of` is given, the number is a share of that published count of the year.
    """

    name: str
    counts: str
    measure: Annotated[str, AfterValidator(measure_known)]
    primaries: Annotated[str, one_of(("all", WITHOUT_MYELOMA))]
    lower: float
    unit: str
    source: SourceKey
    note: str
    of: Annotated[str, one_of(("", "cancer_deaths", "new_cancers"))] = ""
    years: YearsHeld = (2010, 2010)

    def whole(self, years: Years) -> float | None:
        """What its numbers are to be multiplied by in some years; None if it does not hold."""
        if not holds(self.years, years):
            return None
        if not self.of:
            return 1.0
        counts = (t for t in targets() if t.name == self.of and t.stratum == "all")
        return next((t.value for t in counts if t.years == years), None)


@cache
def published_rows() -> tuple[Published, ...]:
    """The published side, read and checked once.

    Raises
    ------
    InputError
        If a row lacks something or names a measure or a source that does not exist.
    """
    return tuple(read_rows(FOLDER / "reconciliation.csv", Published).values())


def applies(result: RunTables) -> bool:
    """Say whether a run is of what the published numbers describe, whatever its years."""
    scenario = result.scenario
    return scenario.population.united_states_share > 0.0 and scenario.view == VIEW


def scaled_note(result: RunTables) -> str:
    """That published counts are scaled to a sample of the country, if they are."""
    population = result.scenario.population
    share = population.united_states_share
    if share == 1.0:
        return ""
    return (
        f"The run is a sample of {population.people_per_year:,} of "
        f"{population.people_per_year / share:,.0f} new cancers in {population.anchor_year}; "
        f"published counts are multiplied by {share:.3g} like it."
    )


def reconciliation(result: RunTables) -> pd.DataFrame:
    """Published numbers and the model, a row each.

    Parameters
    ----------
    result : RunTables
        Of the United States in the calendar view. Beside a sample of the country published counts
        are multiplied by `scaled_by`, its share.

    Returns
    -------
    pandas.DataFrame
        `name, counts, primaries, published, published_lower, published_upper, mean, lo, hi, within,
        unit, measure, source, note, scaled_by`, a row for each published number that holds in the
        years of the run. `lo` and `hi` are the 95% interval as in the summary, missing where there
        is none; `within` says whether the mean lies in the published range.
    """
    share = result.scenario.population.united_states_share
    rows = []
    for row in published_rows():
        whole = row.whole(result.scenario.years)
        if whole is None:
            continue
        scale = whole * share
        found = by_run(result, row.measure, row.primaries)
        mean, low, high = mean_and_interval(found, result.interval_over)
        lower, upper = row.lower * scale, row.upper * scale
        rows.append(
            {
                "name": row.name,
                "counts": row.counts,
                "primaries": row.primaries,
                "published": row.value * scale,
                "published_lower": lower,
                "published_upper": upper,
                "mean": mean,
                "lo": low,
                "hi": high,
                "within": bool(lower <= mean <= upper),
                "unit": row.unit,
                "measure": row.measure,
                "source": row.source,
                "note": row.note,
                "scaled_by": share,
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def by_run(result: RunTables, measure: str, primaries: str) -> pd.Series[float]:
    """A measure under the reference strategy, a number a draw, or a replicate without draws.

    Parameters
    ----------
    result : RunTables
    measure : str
        A count, then people a year; a share in percent; or `<share> of <count>`.
    primaries : str
        One of `GROUPS`, or a primary.
    """
    share, _, count = measure.rpartition(" of ")
    if not share and count not in Count.labels():
        share, count = count, ""
    first, last = result.run["scenario"]["years"]
    draws = result.run["scenario"]["draws"]
    reference = result.run["strategies"][0]
    runs = result.outcome_rows.samples(reference)
    values = pd.Series(1.0, runs)
    if count:
        by_primary = result.counts.by_sample(reference, count, "primary")
        found_counts = by_primary[list(GROUPS[primaries])].sum(axis=1) / (last - first + 1)
        values = found_counts.reindex(runs).fillna(0.0)
    if share:
        rows = result.outcome_rows.rows(strategy=reference, measure=share, primary=primaries)
        mine = rows.set_index(["draw", "replicate"])
        values = values * mine["value"].reindex(runs) / (100.0 if count else 1.0)
    found: pd.Series[float] = values.groupby(level="draw").mean().loc[1:] if draws else values
    return found


def mean_and_interval(values: pd.Series[float], over: Over) -> tuple[float, float, float]:
    """Mean and 95% interval of what `by_run` gives; `nan` for an interval of too few."""
    low, high = interval(values.to_numpy(float), over).tolist()
    return float(values.mean()), max(low, 0.0) if low == low else low, high


def reconciliation_text(result: RunTables) -> list[str]:
    """The table as lines of text."""
    rows = []
    for row in reconciliation(result).to_dict("records"):
        spread = f"{row['lo']:,.0f} to {row['hi']:,.0f}" if row["lo"] == row["lo"] else ""
        people = published_range(row["published_lower"], row["published_upper"])
        name = row["name"] if row["primaries"] == "all" else f"{row['name']}, {row['primaries']}"
        rows.append((name, row["counts"], people, f"{row['mean']:,.0f}", spread, row["source"]))
    years = years_text(result.scenario.years)
    if not rows:
        return [f"From the headline to the registries: no count of {years} is in the evidence."]
    header = ("published", "it counts", "people a year", "model", "95% interval", "source")
    note = scaled_note(result)
    return [
        f"From the headline to the registries, {years}: numbers that count different things",
        *([note] if note else []),
        "",
        table_text(header, rows, left=(0, 1, 5)),
    ]


def published_range(lower: float, upper: float) -> str:
    """A published range as a person writes it."""
    if np.isinf(upper):
        return f"more than {lower:,.0f}"
    return f"{lower:,.0f}" if lower == upper else f"{lower:,.0f} to {upper:,.0f}"
