"""What the pictures of care are drawn from: means by strategy, their intervals, and the words."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.counting.care_measures import OF_EITHER_SIGN
from sim.engine.policies import DEFAULTS
from sim.inputs.catalog import treatment_names
from sim.inputs.strategies import NO_CARE
from sim.inputs.strategy_label import SETTING_KNOBS, knob_words, split_name
from sim.plots.drawing import NothingToDrawError, check_name, uncertainty, who
from sim.tables.answer import has_draws
from sim.tables.compare import COMPARED
from sim.tables.intervals import FEWEST_DRAWS, half_of_people, interval
from sim.tables.layout import listed
from sim.tables.leading import Leading, leading
from sim.tables.outcome_words import horizon_words, whose_words
from sim.tables.run_tables import RunTables
from sim.tables.text import COURSES

FALLBACK_NOTE = (
    "Strategies named after one treatment give 8 Gy in 1 to those who may not have it, and treat "
    "cord compression as in usual care."
)
_LETTERS_IN_ROW = 32
"""Letters of a strategy in one line beside the rows of a picture."""
_MOST_NAMED = 3
"""Strategies that are named beside the first one that they are not told apart from."""
_WITHOUT_FALLBACK = {"analgesia_only", "ebrt_8gy1"}


def strategy_words(tables: RunTables, strategy: str, *, with_settings: bool = True) -> str:
    """A strategy of a run in plain words, with or without the setting that it is compared under."""
    label = tables.scenario.label(strategy, () if with_settings else SETTING_KNOBS)
    return label if " " in label else label.replace("_", " ")


def row_words(tables: RunTables, strategy: str) -> str:
    """A strategy beside the rows of a picture, in short lines, with the reference marked.

    One strategy alone is no reference: nothing is compared with it.
    """
    words = fill(first_upper(strategy_words(tables, strategy)), _LETTERS_IN_ROW)
    return f"{words}\n(reference)" if is_reference(tables, strategy) else words


def is_reference(tables: RunTables, strategy: str) -> bool:
    """Say whether others are compared with a strategy."""
    names = tables.run["strategies"]
    return len(names) > 1 and strategy == names[0]


def setting_words(strategy: str) -> str:
    """The settings of a comparison but for that of holds that a strategy's name says, in words.

    Examples
    --------
    >>> setting_words("noms(local_courses_per_level=2)"), setting_words("noms@none")
    ('at most 2 local courses a level', '')
    """
    knobs = split_name(strategy)[1]
    kept = [k for k in SETTING_KNOBS if k in knobs and k != "holds"]
    return ", ".join(knob_words(knob, knobs[knob]) for knob in kept)


def first_upper(words: str) -> str:
    """Words with the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def setting_of_holds(strategy: str, run: dict[str, Any]) -> str:
    """The setting of `holds` that a strategy was run under: its own, else the scenario's."""
    own = split_name(strategy)[1].get("holds")
    return own or str(run["knobs"].get("holds", DEFAULTS["holds"]))


def care_strategies(tables: RunTables) -> list[str]:
    """Strategies of the run that give care, the reference first.

    Raises
    ------
    NothingToDrawError
        If none does, or if nobody is in the trigger set.
    """
    names = [name for name in tables.run["strategies"] if name != NO_CARE]
    if not names:
        raise NothingToDrawError(
            "strategies is 'none' alone; this picture needs one that gives care"
        )
    if tables.run["strategies"][0] == NO_CARE:
        raise NothingToDrawError(
            "strategies begins with 'none', under which nobody has a trigger of care; allowed: a "
            "strategy that gives care first"
        )
    if tables.trigger_set_people == 0:
        raise NothingToDrawError(
            "nobody is in the trigger set of this run; a larger population or more years have some"
        )
    return names


def samples(tables: RunTables, measure: str) -> pd.DataFrame:
    """Values of a measure: a row a draw (a replicate, if there are no draws), a column a strategy.

    Raises
    ------
    NothingToDrawError
        If the run does not have the measure; the message names the nearest.
    """
    names = care_strategies(tables)
    check_name("measure", measure, sorted(tables.outcome_rows.words("measure")))
    mine = tables.outcome_rows.rows(measure=measure, primary="all")
    over = "replicate"
    if tables.run["scenario"]["draws"]:
        over, mine = "draw", mine[mine["draw"] > 0]
    means = mine.groupby([over, "strategy"])["value"].mean()
    return means.unstack("strategy").reindex(columns=names)


def levels(tables: RunTables, measure: str) -> pd.DataFrame:
    """Mean and 95% interval of a measure by strategy.

    Returns
    -------
    pandas.DataFrame
        Index strategy, columns `mean, lo, hi`. The interval is over draws, else over replicates,
        else the sampling error of the people of the trigger set, where it is known; only a
        difference goes below 0.
    """

    def half(mean: pd.Series[float]) -> list[float]:
        return [sampling_error(tables, name, measure) for name in mean.index]

    table = with_interval(tables, samples(tables, measure), half)
    if measure in OF_EITHER_SIGN:
        return table
    return table.assign(lo=table["lo"].clip(lower=0.0))


def leads(tables: RunTables, measure: str, names: list[str], *, more: bool) -> Leading:
    """Which of some strategies has the most of a measure, or the least, as far as draws tell."""
    every = samples(tables, measure)
    mine = {name: every[name].to_numpy(float) for name in names}
    return leading(mine, more=more, drawn=has_draws(tables))


def not_known_words(tables: RunTables, found: Leading) -> str:
    """Why no strategy is named first: those that are not told apart, or no draws."""
    if not found.known:
        n = tables.run["scenario"]["draws"]
        few = f"from fewer than {FEWEST_DRAWS} parameter draws" if n else "without parameter draws"
        return f"which is first is not known {few}"
    if len(found.alike) == len(found.order) - 1 > _MOST_NAMED:
        return "none is told apart from the others"
    first, *others = [strategy_words(tables, name) for name in (found.order[0], *found.alike)]
    if len(others) > _MOST_NAMED:
        others = [*others[: _MOST_NAMED - 1], f"{len(others) - _MOST_NAMED + 1} more"]
    return f"{listed([first, *others])} are not told apart"


def evidence_note(tables: RunTables, strategy: str) -> str:
    """What the effect of a strategy rests on, in brackets."""
    words = tables.evidence_words(strategy)
    return f" (evidence: {words})" if words else ""


def with_interval(
    tables: RunTables, table: pd.DataFrame, half: Callable[[pd.Series[float]], ArrayLike]
) -> pd.DataFrame:
    """Mean of each column of some samples, with its 95% interval as columns `mean, lo, hi`.

    The interval is over the samples; of a single one that is of people, from half its width, which
    is given by the means.
    """
    mean, (low, high) = table.mean(), interval(table, tables.interval_over)
    if tables.interval_over == "people":
        width = np.asarray(half(mean), float)
        low, high = mean.to_numpy(float) - width, mean.to_numpy(float) + width
    return pd.DataFrame({"mean": mean, "lo": low, "hi": high}, index=mean.index)


def sampling_error(tables: RunTables, strategy: str, measure: str) -> float:
    """Half the 95% interval of a mean over the people of the trigger set; nan if not known."""
    code = list(tables.run["strategies"]).index(strategy)
    points = [twins for twins in tables.twins if twins.draw == 0]
    people = sum(twins.people[0] for twins in points)
    if measure in COMPARED and points:
        place = list(COMPARED).index(measure)
        variance = np.mean([twins.variance[code, 0, place] for twins in points])
        return float(half_of_people(variance, people))
    mine = tables.delay_rows.rows(0, measure=measure, primary="all")
    sd = mine.loc[(mine["strategy"] == strategy) & (mine["statistic"] == "sd"), "value"]
    return float(half_of_people(sd.mean() ** 2, people)) if len(sd) else float("nan")


def trigger_set_words(tables: RunTables, *, with_horizon: bool = True) -> str:
    """Who the measures of care are over, and from when to when they count, in two lines."""
    several = len(tables.run["strategies"]) > 1
    same = ", the same under every strategy" if several else ""
    counted = f"; {horizon_words(tables.run)}" if with_horizon else ""
    return (
        f"Means over the {tables.trigger_set_people:,} {whose_words(tables.run)}{same}{counted}\n"
        f"{who(tables.run, 'cohort')}"
    )


def courses_note(tables: RunTables, names: list[str], most: int = 8) -> str:
    """How much was done for what a picture shows: courses a person of each strategy.

    Of more strategies than `most`, only the ends are told.
    """
    every = levels(tables, COURSES)["mean"]
    courses = every[[name for name in names if name in every]].sort_values(kind="stable")
    given = [f"{strategy_words(tables, str(name))} {n:.2f}" for name, n in courses.items()]
    if len(given) > most:
        return f"Courses a person: from {given[0]} to {given[-1]}."
    return f"Courses a person: {listed(given)}."


def uncertainty_of_means(tables: RunTables) -> str:
    """Where the intervals of a picture of care come from."""
    if tables.interval_over == "people":
        if tables.too_few:
            return f"No intervals: {tables.too_few}."
        return (
            f"Lines: 95% sampling error of {tables.trigger_set_people:,} people, at the point "
            "estimate of all parameters: it says nothing about the parameters."
        )
    return uncertainty(tables.run)


def fallback_note(tables: RunTables, names: list[str]) -> str:
    """What strategies named after one treatment do, if there are any."""
    treatments = treatment_names(tables.scenario.treatments)
    singles = {split_name(name)[0] for name in names} & set(treatments)
    return FALLBACK_NOTE if singles - _WITHOUT_FALLBACK else ""


def named(tables: RunTables, strategies: list[str]) -> str:
    """Strategies as a phrase."""
    return listed([strategy_words(tables, name) for name in strategies])


def spread_text(row: pd.Series[float], digits: int = 1) -> str:
    """A mean with its interval, as a person reads it."""
    if not row[["mean", "lo", "hi"]].any():
        return "0"
    mean, low, high = (f"{row[end]:,.{digits}f}" for end in ("mean", "lo", "hi"))
    return f"{mean} ({low} to {high})" if np.isfinite(row["lo"]) else mean


def signed(value: float, digits: int) -> str:
    """A number with its sign, and none if it is nothing.

    Examples
    --------
    >>> signed(-2.46, 1), signed(0.01, 1), signed(3.0, 0)
    ('−2.5', '0.0', '+3')
    """
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}".replace("-", "−") if rounded else f"{0.0:.{digits}f}"
