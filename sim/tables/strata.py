"""Counts by year, and by sex and age, with their intervals: `by_year.csv` and `by_age.csv`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.counting.counts import Count
from sim.counting.measure import Section
from sim.counting.measures import POPULATION_MEASURES
from sim.evidence.arrays import Array
from sim.tables.intervals import interval
from sim.tables.layout import table_text
from sim.tables.projected import projected_from
from sim.tables.run_tables import RunTables
from sim.tables.sampled_people import SampledPeople
from sim.tables.spread_parts import by_draw_and_replicate, spread_parts

_MOST_YEARS = 5
"""Years side by side in a printed block."""
PRINTED = (
    *("new_cancers", "new_skeletal_metastasis", "new_spinal_metastasis"),
    *("new_spinal_metastasis_detected", "living_with_spinal_metastasis_detected"),
    *("new_fractures", "new_cord_compression", "cancer_deaths_with_spinal_metastasis"),
    *("episodes", "pauses"),
)
"""Measures of the printed table by year; the file has all."""


def summary_counts(tables: RunTables) -> list[str]:
    """Counts of the summary; in the cohort view not those of people living with disease."""
    return [
        name
        for name, measure in POPULATION_MEASURES.items()
        if name in Count.labels()
        and (tables.run["view"] != "cohort" or measure.section is not Section.LIVING)
    ]


def has_years(tables: RunTables) -> bool:
    """Whether counts by year say more than the summary: several years of the calendar view."""
    first, last = tables.run["scenario"]["years"]
    return tables.run["view"] == "calendar" and bool(first < last)


def a_year(tables: RunTables, strategy: str, measure: str, *by: str) -> pd.DataFrame:
    """A count a year: a row a draw (a replicate, if there are no draws), a column a stratum.

    Draw 0, the point estimate, is left out where there are others.
    """
    return of_draws(tables, every_sample(tables, strategy, measure, *by))


def of_draws(tables: RunTables, table: pd.DataFrame) -> pd.DataFrame:
    """A row a draw of what has a row a draw and replicate; see `a_year`."""
    if not tables.run["scenario"]["draws"]:
        return table
    return table.groupby(level="draw").mean().loc[1:]


def every_sample(tables: RunTables, strategy: str, measure: str, *by: str) -> pd.DataFrame:
    """A count a year in every draw and replicate, the point estimate among them."""
    first, last = tables.run["scenario"]["years"]
    table = tables.counts.by_sample(strategy, measure, *by)
    return table if "year" in by else table / (last - first + 1)


def expected_variances(
    tables: RunTables, measure: str, means: Array, *, by_year: bool = False
) -> tuple[Array, Array]:
    """Variances of strata of a count by the people of a draw, and by everybody."""
    first, last = tables.run["scenario"]["years"]
    people = SampledPeople(tables.run["sampling_noise_sd"], {}, last - first + 1)
    living = POPULATION_MEASURES[measure].section is Section.LIVING
    return people.of_counts(measure, means, living=living, by_year=by_year)


def counts_by(tables: RunTables, *by: str) -> pd.DataFrame:
    """Counts by strategy, measure and stratum, with 95% intervals.

    Parameters
    ----------
    by : str
        Of `year`, `primary`, `sex` and `age_group`.

    Returns
    -------
    pandas.DataFrame
        `measure, strategy`, then the strata, then `unit, mean, lo, hi, sd_draws, sd_replicates,
        sd_people`; a year, as in the summary. See `sim.tables.spread_parts`.
    """
    parts = []
    for strategy in tables.run["strategies"]:
        for measure in summary_counts(tables):
            every = every_sample(tables, strategy, measure, *by)
            samples = of_draws(tables, every)
            low, high = interval(samples.to_numpy(float), tables.interval_over)
            means = samples.mean().to_numpy(float)
            expected = expected_variances(tables, measure, means, by_year="year" in by)
            strata = samples.columns.to_frame(index=False, name=by if len(by) > 1 else by[0])
            columns: dict[str, Any] = {"measure": measure, "strategy": strategy, **strata}
            columns |= {"unit": POPULATION_MEASURES[measure].unit, "mean": means}
            columns |= {"lo": np.maximum(low, 0.0), "hi": high}
            columns |= spread_parts(*by_draw_and_replicate(every), *expected)
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def counts_by_year(tables: RunTables) -> pd.DataFrame:
    """Counts by calendar year of the event; see `counts_by`. Only in the calendar view."""
    return counts_by(tables, "year")


def counts_by_age(tables: RunTables) -> pd.DataFrame:
    """Counts a year by sex and age at the event; see `counts_by`."""
    return counts_by(tables, "sex", "age_group")


def by_year_text(tables: RunTables) -> list[str]:
    """Counts under the reference by year, as lines of text; intervals below the means."""
    reference = tables.run["strategies"][0]
    table = counts_by_year(tables)
    table = table[(table["strategy"] == reference) & table["measure"].isin(PRINTED)]
    cells = {(row["measure"], row["year"]): row for row in table.to_dict("records")}
    years = sorted(set(table["year"]))
    last = projected_from(tables.run) or years[-1]
    lines = [f"By calendar year, under {tables.scenario.called(reference)}"]
    for first in range(0, len(years), _MOST_YEARS):
        block = years[first : first + _MOST_YEARS]
        rows: list[list[str]] = []
        for measure in (name for name in PRINTED if (name, block[0]) in cells):
            mine = [cells[measure, year] for year in block]
            rows.append([measure, *(f"{row['mean']:,.0f}" for row in mine)])
            if any(row["lo"] == row["lo"] for row in mine):
                ends = (f"{row['lo']:,.0f} to {row['hi']:,.0f}" for row in mine)
                rows.append(["", *(end if "nan" not in end else "" for end in ends)])
        heads = [f"{year}\nprojected" if year > last else str(year) for year in block]
        lines += ["", table_text(["measure", *heads], rows)]
    return lines
