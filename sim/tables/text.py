"""The table that a run prints: each measure with its interval beside what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill, wrap
from typing import Any

import pandas as pd

from sim.counting.care_measures import (
    AGAINST_REFERENCE,
    CARE_MEASURES,
    CARE_SUMMARY,
    COST_PARTS,
    OF_A_YEAR,
)
from sim.tables.access_text import access_text, clinics_text
from sim.tables.grades import ALL_GRADES, GRADE_WORDS, MIXED
from sim.tables.incremental_text import incremental_text
from sim.tables.intervals import Over, interval, interval_words, over
from sim.tables.layout import table_text
from sim.tables.outcome_words import horizon_words, of_a_year, whose_words
from sim.tables.projected import projected_from
from sim.tables.rates import has_rates, rates_text
from sim.tables.reconciliation import applies, reconciliation_text
from sim.tables.run_tables import RunTables
from sim.tables.spread_parts import SPREAD_PARTS
from sim.tables.statements import statements_text
from sim.tables.strata import by_year_text, has_years

_COLUMNS = 6
"""Strategies side by side in one block, the reference among them."""
_WIDEST = 22
"""Letters in a line of a strategy's name above its column."""
_MOST_BLOCKS = 3
_MOVED_BY_CARE = ("episodes", "pauses", "never_resumed", "new_fractures", "new_cord_compression")
"""Counts of the population that stand beside the measures of care."""
COURSES = "courses_per_person"
"""What stands beside every comparison."""
_SMALL = ("fractures", "episodes", "courses")
"""Units of means per person that are about 1."""


def number(value: float | None, unit: str) -> str:
    """A number as a person reads it: people and events whole with commas, others with decimals."""
    if value is None or value != value:
        return ""
    if unit.startswith("people") or unit.endswith("a year") or unit == "USD":
        return f"{value:,.0f}"
    return f"{value:.{_decimals(unit)}f}"


def _decimals(unit: str) -> int:
    """How many decimals a number of a unit is told with."""
    if unit == "QALY":
        return 4
    return 0 if unit == "USD" else 2 if unit in _SMALL else 1


def quartiles_text(row: Mapping[Any, Any]) -> str:
    """Median and quartiles of a row of the summary, `12.0 (3.1 to 250)`; none of other units.

    Of nobody in the trigger set there is no row: none of an empty one.
    """
    if not row:
        return ""
    days = [row["median"], row["p25"], row["p75"]]
    if any(value is None or value != value for value in days):
        return ""
    median, low, high = (f"{value:.1f}" if value < 99.95 else f"{value:,.0f}" for value in days)
    return f"{median} ({low} to {high})"


def with_courses(measures: Sequence[str]) -> list[str]:
    """Measures, and behind those of care how much was done for them: the courses a person."""
    of_care = any(measure in CARE_MEASURES for measure in measures)
    return list(dict.fromkeys([*measures, *([COURSES] if of_care else [])]))


def care_table(
    result: RunTables, measures: Sequence[str], strategies: Sequence[str] | None = None
) -> str:
    """Measures of the summary, a row a strategy and a column a measure; days with quartiles.

    Beside each strategy stands what its effect on pain rests on.

    Behind measures of care stand the courses a person, whatever is asked for.
    """
    columns = with_courses(measures)
    chosen = result.run["strategies"] if strategies is None else strategies
    rows = []
    for name in chosen:
        mine = result.summary[result.summary["strategy"] == name]
        told = {row["measure"]: row for row in mine.to_dict("records")}
        cells = []
        for row in (told.get(measure) for measure in columns):
            cell = number(row["mean"], row["unit"]) if row else ""
            spread = quartiles_text(row) if row else ""
            cells.append(f"{cell}; {spread}" if spread else cell)
        rows.append([result.scenario.called(name), result.evidence[name], *cells])
    table = table_text(["strategy", "evidence", *columns], rows, left=(0, 1))
    return f"{table}\nOf days: mean; median (quartiles)." if ";" in table else table


def differences_table(
    result: RunTables, measures: Sequence[str], strategies: Sequence[str] | None = None
) -> str:
    """Paired differences to the reference with their 95% intervals, a row a strategy.

    The courses a person stand last, whatever is asked for. The measures are some of
    `sim.tables.compare.COMPARED`; the reference has no row.
    """
    chosen = result.run["strategies"] if strategies is None else strategies
    pairs = result.compare()
    if pairs.empty:
        return "No differences: there is one strategy only, or hardly anybody in the trigger set."
    pairs = pairs[pairs["subgroup"] == "all"]
    columns = with_courses(measures)
    cells = {
        (pair["strategy"], pair["measure"]): _difference(pair) for pair in pairs.to_dict("records")
    }
    reference = result.run["strategies"][0]
    rows = [
        [
            result.scenario.called(name),
            result.evidence[name],
            *(cells.get((name, measure), "") for measure in columns),
        ]
        for name in chosen
        if name != reference
    ]
    head = [f"minus {result.scenario.called(reference)}", "evidence", *columns]
    table = table_text(head, rows, left=(0, 1))
    return f"{table}\n{result.interval_words}; {horizon_words(result.run)}."


def _difference(pair: Mapping[Any, Any]) -> str:
    """A difference with its interval, if it has one: `+4.1 (+2.0 to +6.2)`."""
    written = f"+,.{max(_decimals(pair['unit']), pair['unit'] != 'USD')}f"
    if pair["unit"] in _SMALL:
        written = "+.1f"
    ends = [format(pair[end], written) for end in ("lo", "hi") if pair[end] == pair[end]]
    told = format(pair["difference"], written)
    return f"{told} ({' to '.join(ends)})" if ends else told


def cost_table(result: RunTables, strategies: Sequence[str] | None = None) -> str:
    """What care costs a person and its parts, a row a strategy, in dollars of one year.

    Prices are of unlike kinds, which `prices.csv` and `spinemets explain cost` tell apart.
    """
    columns = {"cost": "cost"} | {p.label: p.label.removeprefix("cost_of_") for p in COST_PARTS}
    rows = result.outcome_rows.rows(measure=tuple(columns), primary="all")
    what = result.interval_over
    over_draws = what == "parameter draws"
    rows = rows[rows["draw"] > 0] if over_draws else rows
    keys = ["strategy", "measure", "draw" if over_draws else "replicate"]
    means = rows.groupby(keys)["value"].mean()
    known: dict[Any, pd.Series[float]] = dict(iter(means.groupby(level=keys[:2])))
    chosen = result.run["strategies"] if strategies is None else strategies
    told = [
        [
            result.scenario.called(name),
            *(_mean_and_ends(known[name, measure], what) for measure in columns),
        ]
        for name in chosen
        if (name, "cost") in known
    ]
    heads = [words.replace("_", " ") for words in columns.values()]
    table = table_text(["strategy", *heads], told)
    words = "point estimate" if what == "people" else result.interval_words
    run = result.run
    money = f"Cost a person in dollars of {run['price_year']}, {run['perspective']} perspective"
    rate = f"discounted by {100.0 * run['discount_rate']:g}% a year"
    return f"{money}, {rate}:\n{table}\n{words}; {horizon_words(run)}."


def _mean_and_ends(costs: pd.Series[float], what: Over) -> str:
    """A mean with its 95% interval, if it has one."""
    low, high = interval(costs.to_numpy(float), what).tolist()
    if not high > low:
        return f"{costs.mean():,.0f}"
    return f"{costs.mean():,.0f} ({max(low, 0.0):,.0f} to {high:,.0f})"


def summary_text(result: RunTables) -> str:
    """The summary of a run as text.

    Counts are those under the reference strategy; with several strategies, what care does stands
    side by side, a column a strategy.
    """
    run = result.run
    scenario = run["scenario"]
    reference = run["strategies"][0]
    several = len(run["strategies"]) > 1
    lines = [*heading(run), ""]
    if of_access := access_text(result):
        lines += [*of_access, ""]
    if several:
        lines += [f"Under {result.scenario.called(reference)}, the reference", ""]
    mine = result.summary[result.summary["strategy"] == reference]
    if several:
        mine = mine[~mine["measure"].isin(CARE_SUMMARY)]
    mine = mine[~mine["measure"].isin((*not_shown(run), *AGAINST_REFERENCE))]
    rows = []
    for row in mine.to_dict("records"):
        unit = row["unit"]
        low, high = number(row["lo"], unit), number(row["hi"], unit)
        interval = f"{low} to {high}" if low else ""
        mean = number(row["mean"], unit)
        spread = quartiles_text(row)
        published = row["published"], row["source"]
        rows.append((row["measure"], unit, mean, interval, spread, *published))
    header = ("measure", "unit", "mean", "95% interval", "median (quartiles)")
    lines.append(table_text((*header, "published (range)", "source"), rows, left=(0, 1, 5, 6)))
    if has_years(result):
        lines += ["", *by_year_text(result)]
    if has_rates(result):
        lines += ["", *rates_text(result)]
    if several:
        lines += ["", *side_by_side(result)]
        if chosen := incremental_text(result):
            lines += ["", *chosen]
    elif result.trigger_set_people:
        lines += ["", f"Days, ratings and percents of care are of {described_words(result)}."]
    if scenario["draws"]:
        noise = run["sampling_noise_sd"]["new_spinal_metastasis"]
        lines += [
            "",
            f"Each draw lives at most {scenario['people_per_draw']:,} people, the same in every "
            f"draw, scaled up. The sampling error that they share (new_spinal_metastasis of one "
            f"year: standard deviation {noise:,.0f}) is taken out at the point estimate of "
            "everybody.",
            *parts_text(result, "new_spinal_metastasis"),
            f"Calibrated parameters are {run['calibrated_parameters']}, the others independently.",
            "Most published numbers here were fitted to: `spinemets calibrate --rounds 0` says "
            "which, and shows those that were not.",
        ]
    if applies(result):
        lines += ["", *reconciliation_text(result), "", *statements_text(result), ""]
    if of_clinics := clinics_text(result):
        lines += ["", *of_clinics, ""]
    lines += ["For populations and planning, not for decisions about one patient."]
    return "\n".join(lines)


def parts_text(result: RunTables, measure: str) -> list[str]:
    """What a count varies by, in a sentence; the tables say it of every number."""
    rows = result.summary[result.summary["measure"] == measure]
    if not set(SPREAD_PARTS) <= set(rows) or rows.empty:
        return []
    row = rows.iloc[0]
    most = "" if result.run["scenario"]["replicates"] > 1 else "at most "
    words = (
        "over draws, what is not known",
        "the luck of a population of this size",
        f"{most}left in draws of the sampling of people",
    )
    parts = [
        f"{row[name]:,.0f} {said}"
        for name, said in zip(SPREAD_PARTS, words, strict=True)
        if row[name] == row[name]
    ]
    return [
        "What numbers vary by is apart in the tables (sd_draws, sd_replicates, sd_people); of "
        f"{measure} a standard deviation of {', '.join(parts)}."
    ]


def not_shown(run: dict[str, Any]) -> tuple[str, ...]:
    """Measures of care that are not printed, since others say the same."""
    return OF_A_YEAR if of_a_year(run) else ()


def described_words(result: RunTables) -> str:
    """Whose outcomes of care are described, and from when to when they count."""
    run = result.run
    people = f"the {result.trigger_set_people:,} {whose_words(run)}"
    reference = result.scenario.called(run["strategies"][0])
    return f"{people} under {reference}, {horizon_words(run)}"


def heading(run: dict[str, Any]) -> list[str]:
    """What was run, and how."""
    scenario = run["scenario"]
    years = "-".join(str(y) for y in dict.fromkeys(scenario["years"]))
    what = (
        f"events of {years}, {scenario['lookback_years']} years of earlier diagnoses included"
        if run["view"] == "calendar"
        else f"people diagnosed in {years}, followed to death"
    )
    draws, replicates = scenario["draws"], scenario["replicates"]
    samples = over(draws, replicates)
    sure = "point estimate"
    if samples != "people":
        sure = interval_words(samples, draws or replicates)
    return [
        f"{scenario['name']}: {scenario['population']}, {run['people']:,} new cancers in "
        f"{scenario['anchor_year']}; {what}",
        f"{run['lives']:,} lives in {run['seconds']:.1f} s; {sure}; seed {run['seed']}; "
        f"results {run['results_hash']}",
        *projection_text(run),
        *reading_text(scenario.get("population_reading", ())),
    ]


def projection_text(run: dict[str, Any]) -> list[str]:
    """How new cancers of years after the data are projected; nothing of a run without them."""
    last = projected_from(run)
    if last is None:
        return []
    rule = run["scenario"]["projection"]["rule"]
    return wrap(f"PROJECTED FROM {last}, which is assumed: {rule}", 100, subsequent_indent="  ")


def reading_text(reading: Sequence[str]) -> list[str]:
    """How the file of a population was read, in a short block; nothing of one that says all."""
    if not reading:
        return []
    told = (
        wrap(sentence, 100, initial_indent="  ", subsequent_indent="    ") for sentence in reading
    )
    return ["How the population was read:", *(line for lines in told for line in lines)]


def side_by_side(result: RunTables) -> list[str]:
    """What care does under each strategy, in blocks of a few columns, the reference first."""
    names = list(result.run["strategies"])
    by_name = {(r["measure"], r["strategy"]): r for r in result.summary.to_dict("records")}
    means = result.summary.pivot(index="measure", columns="strategy", values="mean")
    units = result.summary.drop_duplicates("measure").set_index("measure")["unit"]
    hidden = not_shown(result.run)
    measures = [m for m in (*_MOVED_BY_CARE, *CARE_SUMMARY) if m in means.index and m not in hidden]
    lines = [
        "Side by side. Counts are of the population; days, ratings and percents are of "
        f"{described_words(result)}; the same people in every column.",
    ]
    others = names[1:]
    shown = others[: _MOST_BLOCKS * (_COLUMNS - 1)]
    for first in range(0, len(shown), _COLUMNS - 1):
        block = [names[0], *shown[first : first + _COLUMNS - 1]]
        heads = ["\n".join(wrap(result.scenario.called(name), _WIDEST)) for name in block]
        rows = [["evidence", "", *(result.evidence[name] for name in block)]]
        for m in measures:
            cells = [number(float(means.loc[m, name]), units[m]) for name in block]
            if m in AGAINST_REFERENCE:
                cells[0] = ""
            rows.append([m, str(units[m]), *cells])
            if any(spread := [quartiles_text(by_name.get((m, name), {})) for name in block]):
                rows.append(["", "median (quartiles)", *spread])
        lines += ["", table_text(["measure", "unit", *heads], rows, left=(0, 1))]
    if len(shown) < len(others):
        lines += ["", f"{len(others) - len(shown)} more strategies are in summary.csv."]
    return [*lines, "", *evidence_lines(result, [names[0], *shown])]


def evidence_lines(result: RunTables, names: Sequence[str]) -> list[str]:
    """What the grades of evidence mean, and of what those are mixed that are."""
    said = {
        result.scenario.called(name): result.evidence_words(name)
        for name in names
        if result.evidence[name] == MIXED
    }
    meant = "; ".join(f"{grade}: {GRADE_WORDS[grade]}" for grade in ALL_GRADES[:-2])
    lines = [
        f"Evidence: what the effect on pain of the treatment given rests on ({meant}; assumed: "
        "nothing published).",
        *(f"{name}, {words}." for name, words in said.items()),
    ]
    return [fill(line, 100, break_on_hyphens=False) for line in lines]
