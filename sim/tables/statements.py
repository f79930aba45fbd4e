"""The statements that the program was built for, one by one: what each counts, and the model."""

from __future__ import annotations

import math
from functools import cache
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator

from sim.counting.counts import Count
from sim.counting.measures import POPULATION_MEASURES
from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Row, SourceKey, read_rows
from sim.evidence.targets import YearsHeld, holds
from sim.evidence.vocabulary import AGE_GROUPS, nearest
from sim.tables.layout import table_text
from sim.tables.rates import census, in_age_groups
from sim.tables.reconciliation import by_run, mean_and_interval, scaled_note
from sim.tables.run_tables import RunTables
from sim.tables.summary import GROUPS

_RATES = " over "
"""`70-79 over 40-49 of <count>` is the rate per head of one age group over that of another."""
_ENOUGH_PEOPLE = 100_000
"""New cancers from which a mean without an interval tells whether a statement holds."""

_COLUMNS = ["statement", "counts", "primaries", "lower", "upper", "mean", "lo", "hi", "holds"]
_COLUMNS += ["told_apart", "unit", "measure", "source", "note"]


def statement_measure(measure: str) -> str:
    """Refuse what is neither a measure nor a ratio of rates of a count."""
    ages, _, name = measure.rpartition(" of ")
    known = [*POPULATION_MEASURES, *Count.labels()]
    if name not in known:
        raise ValueError(f"names {name!r}; {nearest(name, known)}")
    for age in ages.split(_RATES) if ages else ():
        if age not in AGE_GROUPS:
            raise ValueError(f"names {age!r}; {nearest(age, AGE_GROUPS)}")
    return measure


class Statement(Row):
    """One statement, what it counts, and the range in which it holds."""

    unique = ("statement", "measure", "primaries")

    statement: str
    counts: str
    measure: Annotated[str, AfterValidator(statement_measure)]
    primaries: Annotated[str, one_of(tuple(GROUPS))]
    lower: float
    upper: float = math.inf
    unit: str
    source: SourceKey
    note: str
    years: YearsHeld = (2010, 2010)

    @property
    def counts_people(self) -> bool:
        """Whether it names a number of people, of which a sample of the country has a share."""
        return self.measure in Count.labels() and self.lower > 1.0


@cache
def statement_rows() -> tuple[Statement, ...]:
    """The statements, read and checked once.

    Raises
    ------
    InputError
        If a row lacks something or names a measure or a source that does not exist.
    """
    return tuple(read_rows(FOLDER / "statements.csv", Statement).values())


def statements(result: RunTables) -> pd.DataFrame:
    """The statements and the model, a row each.

    Parameters
    ----------
    result : RunTables
        Of the United States in the calendar view.

    Returns
    -------
    pandas.DataFrame
        `statement, counts, primaries, lower, upper, mean, lo, hi, holds, told_apart, unit, measure,
        source, note`; `lo` and `hi` are the 95% interval as in the summary, missing where there is
        none. `holds` is of the mean; `told_apart` says whether the run is sure of it: no end of
        the range lies within the interval, or, without an interval, the people are not few.
        Counts of a sample of the country are held against the statement's share of it; a
        statement of other years than those of the run has no row.
    """
    share = result.scenario.population.united_states_share
    rows: list[dict[str, Any]] = []
    for row in statement_rows():
        if not holds(row.years, result.scenario.years):
            continue
        scale = share if row.counts_people else 1.0
        if _RATES in row.measure:
            mean, low, high = rate_ratio(result, row.measure), math.nan, math.nan
        else:
            found = by_run(result, row.measure, row.primaries)
            mean, low, high = mean_and_interval(found, result.interval_over)
        lower, upper = row.lower * scale, row.upper * scale
        rows.append(
            {
                "statement": row.statement,
                "counts": row.counts,
                "primaries": row.primaries,
                "lower": lower,
                "upper": upper,
                "mean": mean,
                "lo": low,
                "hi": high,
                "holds": bool(lower <= mean <= upper),
                "told_apart": _told_apart((lower, upper), (low, high), result),
                "unit": row.unit,
                "measure": row.measure,
                "source": row.source,
                "note": row.note,
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _told_apart(
    allowed: tuple[float, float], found: tuple[float, float], result: RunTables
) -> bool:
    """Whether an interval lies wholly within a range or wholly outside."""
    if math.isnan(found[0]):
        return int(result.run["people"]) >= _ENOUGH_PEOPLE
    return not any(found[0] < end < found[1] for end in allowed)


def rate_ratio(result: RunTables, measure: str) -> float:
    """The rate of a count per head of one age group over that of another, point estimate."""
    ages, _, count = measure.rpartition(" of ")
    old, young = ages.split(_RATES)
    samples = result.counts.by_sample(result.run["strategies"][0], count, "age_group")
    counts, people = in_age_groups(samples.loc[[(0, 0)]]).iloc[0], census()
    rate_old, rate_young = (float(counts[age]) / people[age] for age in (old, young))
    return rate_old / rate_young if rate_young > 0.0 else math.nan


def statements_text(result: RunTables) -> list[str]:
    """The table as lines of text."""
    table = statements(result)
    if table.empty:
        return []
    rows = []
    for row in table.to_dict("records"):
        whom = "" if row["primaries"] == "all" else f", {row['primaries']}"
        digits = 0 if row["unit"].endswith("a year") else 1
        spread = f"{row['lo']:,.{digits}f} to {row['hi']:,.{digits}f}" if row["lo"] >= 0.0 else ""
        upper = "" if math.isinf(row["upper"]) else f"{row['upper']:,.0f}"
        range_text = f"{row['lower']:,.0f} to {upper}" if upper else f"over {row['lower']:,.0f}"
        model = f"{row['mean']:,.{digits}f}"
        verdict = "holds" if row["holds"] else "does NOT hold"
        verdict = verdict if row["told_apart"] else "not told apart"
        what = f"{row['counts']}{whom}"
        cells = (row["statement"], what, row["unit"], range_text, model, spread, verdict)
        rows.append((*cells, row["source"]))
    header = ("statement", "it counts", "unit", "range", "model", "95% interval", "", "source")
    years = result.scenario.years
    counted = any(row.counts_people and holds(row.years, years) for row in statement_rows())
    note = scaled_note(result) if counted else ""
    return [
        "What the program was built to show",
        *([note] if note else []),
        "",
        table_text(header, rows, left=(0, 1, 2, 6, 7)),
    ]
