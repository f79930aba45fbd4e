"""What the pictures of finite access are drawn from: means over replicates, goals, outages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.evidence.vocabulary import DAYS_PER_YEAR, nearest
from sim.inputs.clinics import Clinics
from sim.plots.care_samples import strategy_words
from sim.plots.drawing import NothingToDrawError, check_name, who
from sim.tables.access import ALL
from sim.tables.layout import listed
from sim.tables.overload import AS_A_RULE, GROWTH
from sim.tables.run_tables import RunTables

MOST_STRATEGIES = 3
"""Strategies that stand side by side unless others are asked for."""
MOST_CENTERS = 3
"""Centers up to which each has a line of its own."""
ROUTES = ("emergency", "urgent", "routine")
"""Priorities that have a goal, the first on top."""


class MarkedOutage(NamedTuple):
    """Machines that fail, as a picture marks it: from one year to another, with fractions."""

    center: str
    resource: str
    starts: float
    ends: float
    machines: int


def clinics(tables: RunTables) -> Clinics:
    """The clinics of the run.

    Raises
    ------
    NothingToDrawError
        If the run has no finite access.
    """
    if tables.scenario.access is None:
        raise NothingToDrawError(
            "access is not given, so that waits are published ones; this picture needs a scenario "
            "with access=Clinics(...)"
        )
    return tables.scenario.access


def table(tables: RunTables, name: str) -> pd.DataFrame:
    """A table of finite access: what intervals are over stands in the column `sample`.

    Draws if there are any, without the point estimate; else replicates.

    Raises
    ------
    NothingToDrawError
        If the run has no finite access, or nobody asked for anything.
    """
    clinics(tables)
    found: pd.DataFrame = getattr(tables, name)
    if found.empty:
        raise NothingToDrawError(f"{name} is empty: no clinic was asked for anything in this run")
    if tables.run["scenario"]["draws"]:
        return found[found["draw"] > 0].assign(sample=lambda drawn: drawn["draw"])
    return found.assign(sample=found["replicate"])


def years_lived(tables: RunTables, rows: pd.DataFrame) -> int:
    """Calendar years that are counted in the rows of a table, in all draws and replicates."""
    first, last = tables.run["scenario"]["years"]
    return max(1, len(rows[["draw", "replicate"]].drop_duplicates())) * int(last - first + 1)


def by_sample(rows: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """A column by sample (rows) and keys (columns); the mean over the replicates of a draw."""
    return rows.groupby(["sample", *keys], sort=False)[column].mean().unstack(keys)


def asked_for(what: str, wanted: str | Sequence[str], known: list[str]) -> list[str]:
    """Those of the known names that are asked for, one or several, in the known order.

    Raises
    ------
    NothingToDrawError
        If one is not known; the message names the nearest.
    """
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        if name not in known:
            raise NothingToDrawError(f"{what} names {name!r}; {nearest(name, known)}")
    return [name for name in known if name in names]


def drawn_strategies(tables: RunTables, strategies: Sequence[str] | None) -> list[str]:
    """The strategies that are drawn: those asked for, by default the first few."""
    names = [str(name) for name in tables.run["strategies"]]
    if strategies is None:
        return names[:MOST_STRATEGIES]
    return asked_for("strategies", strategies, names)


def not_drawn(tables: RunTables, drawn: list[str]) -> str:
    """Which strategies the picture leaves out, as a sentence."""
    left_out = [strategy_words(tables, n) for n in tables.run["strategies"] if n not in drawn]
    if len(left_out) > MOST_STRATEGIES:
        left_out = [f"{len(left_out)} other strategies"]
    return f"Not drawn: {listed(left_out)}." if left_out else ""


def check_center(tables: RunTables, center: str) -> None:
    """Refuse a center that the run does not have.

    Raises
    ------
    NothingToDrawError
        With the nearest name.
    """
    check_name("center", center, [ALL, *(center.name for center in clinics(tables).centers)])


def goals(tables: RunTables) -> dict[str, float]:
    """Days from the decision to the first session that the service wants to keep, by priority."""
    return clinics(tables).goals.model_dump()


def outages(tables: RunTables) -> list[MarkedOutage]:
    """Machines that fail in the years counted."""
    first, last = tables.run["scenario"]["years"]
    found = []
    for center in clinics(tables).centers:
        for name, resource in center.resources.items():
            for outage in resource.outages:
                since = outage.starts - datetime.date(first, 1, 1)
                starts = first + since.days / DAYS_PER_YEAR
                ends = starts + outage.days / DAYS_PER_YEAR
                if ends > first and starts < last + 1:
                    found.append(MarkedOutage(center.name, name, starts, ends, outage.machines))
    return found


def limited_lines(tables: RunTables) -> pd.DataFrame:
    """Lines whose machines are counted.

    Raises
    ------
    NothingToDrawError
        If everything is unlimited, or nobody asked for what is not.
    """
    lines = table(tables, "lines")
    limited = lines[np.isfinite(lines["machines"])]
    if limited.empty:
        raise NothingToDrawError(
            "every resource is unlimited; this picture needs one with a number of machines"
        )
    asked = limited.groupby("resource")["asked"].transform("sum")
    found: pd.DataFrame = limited[asked > 0]
    if found.empty:
        raise NothingToDrawError("nobody asked for any resource that has a number of machines")
    return found


def resources_by_load(lines: pd.DataFrame) -> list[str]:
    """Resources of some lines by what they are offered on the machine they have, most first."""
    load = _weighted(lines, ["resource"], "offered_percent").sort_values(ascending=False)
    return [str(name) for name in load.index]


def over_machines(lines: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """A percentage of some lines by sample and keys; lines together weigh as their machines do.

    Lines that never open are left out.
    """
    return _weighted(lines.dropna(subset=[column]), ["sample", *keys], column).unstack(keys)


def _weighted(lines: pd.DataFrame, keys: list[str], column: str) -> pd.Series[float]:
    """Mean of a column of some lines by keys, each line weighing as its machines do."""
    weighted = lines.assign(weighted=lines[column] * lines["machines"])
    summed = weighted.groupby(keys)[["weighted", "machines"]].sum()
    return summed["weighted"] / summed["machines"]


def n_samples(tables: RunTables) -> int:
    """How many draws, or replicates, intervals are over."""
    size = tables.run["scenario"]
    return int(size["draws"] or size["replicates"])


def sample_words(tables: RunTables) -> str:
    """What intervals are over, with how many: `4 replicates`."""
    n = n_samples(tables)
    over = "draw" if tables.run["scenario"]["draws"] else "replicate"
    return f"{n} {over}{'' if n == 1 else 's'}"


class Overload(NamedTuple):
    """Whether lines are overloaded: in words, empty if none ever is, and at how many centers."""

    words: str
    centers: int


def overload(tables: RunTables, lines: pd.DataFrame) -> Overload:
    """In how many replicates or draws the line of a center, or where that of many, is overloaded.

    A center is counted if its line is overloaded as a rule.
    """
    by_center = lines.groupby("center")["overloaded"].mean()
    centers = int((by_center >= AS_A_RULE).sum())
    if len(by_center) > 1:
        return Overload(f"{centers} of {len(by_center)} overloaded" if centers else "", centers)
    n = n_samples(tables)
    times = round(float(by_center.iloc[0]) * n)
    often = "" if times >= n else f" in {times} of {n}"
    return Overload(f"overloaded{often}" if times else "", centers)


def overload_note(tables: RunTables, words: Iterable[str]) -> str:
    """What an overloaded line is, if the words of a picture name one."""
    said = [word for word in words if word]
    if not said:
        return ""
    some = any(" in " in word for word in said)
    return (
        "Overloaded: more is asked for, at the rate at which others come, than is open, or the "
        f"line falls behind by more than chance brings and {100.0 * GROWTH:.0f}% of the open time"
        f"{f', in so many of {sample_words(tables)}' if some else ''}."
    )


def who_and_where(tables: RunTables, center: str = ALL, words: str = "people of") -> str:
    """Population, size and years of a run with clinics, and which centers."""
    n = len(clinics(tables).centers)
    where = f"{n} center{'' if n == 1 else 's'}" if center == ALL else f"{words} {center}"
    return f"{who(tables.run)}; {where}"
