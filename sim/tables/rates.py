"""Rates per 100,000 inhabitants a year: by sex and age, crude, and age-standardized."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.evidence.reader import evidence
from sim.evidence.vocabulary import AGE_GROUPS, SEXES, starts_of
from sim.inputs.population import Population
from sim.tables.intervals import interval
from sim.tables.layout import table_text
from sim.tables.run_tables import RunTables
from sim.tables.spread_parts import SPREAD_PARTS, by_draw_and_replicate, spread_parts
from sim.tables.strata import PRINTED, every_sample, expected_variances, of_draws, summary_counts

BOTH, CRUDE, STANDARDIZED = "both", "crude", "standardized"
"""Both sexes; all ages, as they live there, and as they live in the United States in 2010."""
GROUPS_IN_WORDS = "seven"
"""How many `AGE_GROUPS` there are, in which the census of 2010 is known and rates standardized."""
CENSUS_YEAR = 2010
PER = 1e5


def census() -> dict[str, float]:
    """People of the United States in 2010 by age group.

    Notes
    -----
    Source: census of 2010, `age_population` in `sim/evidence/population.csv`.
    """
    return {p.stratum: p.value for p in evidence().named("age_population")}


def inhabitants_of(tables: RunTables) -> dict[tuple[str, str], float]:
    """People by sex and age group that the rates of a run are per; none where nobody says.

    Those of the scenario, of whom the part is taken that `scale_of` says; else, for the United
    States of 2010, the census, both sexes together.
    """
    scenario = tables.scenario
    if scenario.inhabitants is not None:
        people = scenario.inhabitants.a_year(scenario.years, scenario.age_groups)
        return {who: scale_of(scenario.population) * n for who, n in people.items()}
    share = scenario.population.united_states_share
    if scenario.years == (CENSUS_YEAR, CENSUS_YEAR) and share:
        return {(BOTH, group): share * people for group, people in census().items()}
    return {}


def has_rates(tables: RunTables) -> bool:
    """Whether the inhabitants are known, and counts are of years: those of the calendar view."""
    return tables.run["view"] == "calendar" and bool(inhabitants_of(tables))


def rates(tables: RunTables) -> pd.DataFrame:
    """Rates per 100,000 inhabitants a year, with 95% intervals.

    Returns
    -------
    pandas.DataFrame
        `measure, strategy, sex, age_group, inhabitants, rate_per_100000, lo, hi, sd_draws,
        sd_replicates, sd_people`; `sex` is also `both`, and `age_group` also `crude`, of all ages,
        and `standardized`: the rates of `AGE_GROUPS` weighed by their people in the United States
        in 2010.
    """
    people = inhabitants_of(tables)
    rows = []
    for strategy in tables.run["strategies"]:
        for measure in summary_counts(tables):
            every = every_sample(tables, strategy, measure, "sex", "age_group")
            samples = of_draws(tables, every)
            expected = [
                pd.DataFrame([variances], columns=samples.columns)
                for variances in expected_variances(tables, measure, samples.mean().to_numpy(float))
            ]
            of_counts = (samples, every, *expected)
            for sex in dict.fromkeys([BOTH, *(sex for sex, _ in people)]):
                mine = _of_sex(people, sex)
                counts, each, *variances = (added_over_sexes(t, sex) for t in of_counts)
                parts = parts_of_rates(each, variances, mine)
                for group, (rate, whom) in _rates_of(counts, mine).items():
                    low, high = interval(rate, tables.interval_over).tolist()
                    rows.append(
                        {
                            "measure": measure,
                            "strategy": strategy,
                            "sex": sex,
                            "age_group": group,
                            "inhabitants": whom,
                            "rate_per_100000": float(np.mean(rate)),
                            "lo": max(low, 0.0) if low == low else low,
                            "hi": high,
                            **parts[group],
                        }
                    )
    return pd.DataFrame(rows)


def rates_text(tables: RunTables) -> list[str]:
    """Crude and age-standardized rates under the reference, as lines of text."""
    reference = tables.run["strategies"][0]
    table = rates(tables)
    mine = table[(table["strategy"] == reference) & (table["sex"] == BOTH)]
    told = {(row["measure"], row["age_group"]): row for row in mine.to_dict("records")}
    rows = []
    for measure in (name for name in PRINTED if (name, CRUDE) in told):
        cells = []
        for group in (CRUDE, STANDARDIZED):
            row = told[measure, group]
            known = row["lo"] == row["lo"]
            ends = f" ({row['lo']:,.1f} to {row['hi']:,.1f})" if known else ""
            cells.append(f"{row['rate_per_100000']:,.1f}{ends}")
        rows.append([measure, *cells])
    header = ["per 100,000 inhabitants a year", CRUDE, "age-standardized"]
    groups = f"Standardized to the United States in 2010, in {GROUPS_IN_WORDS} age groups"
    by_sex = tables.scenario.inhabitants is not None
    where = "by sex and age" if by_sex else f"by those {GROUPS_IN_WORDS}, both sexes together,"
    lines = [table_text(header, rows), f"{groups}; {where} in rates.csv."]
    whose, population = tables.scenario.inhabitants, tables.scenario.population
    if whose is not None and (scale := scale_of(population)) != 1.0:
        lines.append(
            f"Inhabitants are those of {whose.name} times {scale:.4g}, as new cancers are those of "
            f"{population.name} times as much."
        )
    elif whose is not None and not population.table:
        lines.append(
            f"{population.people_per_year:,} new cancers a year are taken to be of the inhabitants "
            f"of {whose.name}."
        )
    return lines


def scale_of(population: Population) -> float:
    """How large a part of a file's inhabitants the new cancers are of.

    A registry's population that is scaled is a sample of its people. The United States scaled stand
    for a region, whose inhabitants are all of those in the file.
    """
    return population.scale if population.table else 1.0


def added_over_sexes(counts: pd.DataFrame, sex: str) -> pd.DataFrame:
    """Counts by sex and age group, added up over one sex or both."""
    mine = counts[list(SEXES) if sex == BOTH else [sex]]
    return mine.T.groupby(level="age_group", sort=False).sum().T


def parts_of_rates(
    each: pd.DataFrame, variances: Sequence[pd.DataFrame], people: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """What rates vary by; counts have the same variances in a row, rates are linear in them."""
    every = {group: rate for group, (rate, _) in _rates_of(each, people).items()}
    ages = pd.DataFrame(np.eye(each.shape[1]), columns=each.columns)
    squares = {group: rate**2 for group, (rate, _) in _rates_of(ages, people).items()}
    known = [group for group, rate in every.items() if np.isfinite(rate).all()]
    found = dict.fromkeys(every, dict.fromkeys(SPREAD_PARTS, float("nan")))
    if not known:
        return found
    cells = pd.DataFrame({group: every[group] for group in known}, each.index)
    expected = [
        np.array([squares[group] @ of.to_numpy(float)[0] for group in known]) for of in variances
    ]
    parts = spread_parts(*by_draw_and_replicate(cells), *expected)
    for place, group in enumerate(known):
        found[group] = {name: float(sd[place]) for name, sd in parts.items()}
    return found


def _of_sex(people: Mapping[tuple[str, str], float], sex: str) -> dict[str, float]:
    """Inhabitants by age group, of one sex or of both."""
    found: dict[str, float] = {}
    for (whose, group), n in people.items():
        if sex in (BOTH, whose):
            found[group] = found.get(group, 0.0) + n
    return found


def _rates_of(
    counts: pd.DataFrame, people: Mapping[str, float]
) -> dict[str, tuple[np.ndarray, float]]:
    """Rates by age group, crude and standardized, a number a sample, and people they are per."""
    if list(people) != list(counts.columns):
        counts = in_age_groups(counts)
    n = np.array(list(people.values()))
    whole = float(n.sum())
    every = counts.to_numpy(float)
    by_age = PER * np.divide(every, n, out=np.full_like(every, np.nan), where=n > 0.0)
    found = {group: (by_age[:, i], float(n[i])) for i, group in enumerate(people)}
    crude = PER * every.sum(axis=1) / whole if whole > 0.0 else np.full(len(every), np.nan)
    groups = in_age_groups(counts)
    living = in_age_groups(pd.DataFrame([people])).iloc[0]
    weights = pd.Series(census())[list(AGE_GROUPS)]
    rate = PER * groups / living.where(living > 0.0)
    standard = (rate * weights).sum(axis=1, skipna=False) / weights.sum()
    return {**found, CRUDE: (crude, whole), STANDARDIZED: (standard.to_numpy(float), whole)}


def in_age_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of any age groups added up to `AGE_GROUPS`, in which they lie."""
    starts = starts_of(AGE_GROUPS)
    columns = list(table.columns)
    groups = [AGE_GROUPS[bisect.bisect_right(starts, age) - 1] for age in starts_of(columns)]
    summed = table.T.groupby(np.array(groups), sort=False).sum().T
    return summed.reindex(columns=list(AGE_GROUPS), fill_value=0.0)
