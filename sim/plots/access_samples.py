"""What the pictures of finite access are drawn from: means over replicates, goals, outages."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import DAYS_PER_YEAR, nearest
from sim.plots.care_samples import NothingToDrawError, strategy_words
from sim.plots.drawing import listed, uncertainty, who
from sim.tables.access import ALL, GROWTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from sim.tables.run_tables import RunTables

MOST_STRATEGIES = 3
"""Strategies that stand side by side unless others are asked for."""
MOST_CENTERS = 3
"""Centers up to which each has a line of its own."""
OVERLOADED_FROM = 0.5
"""Share of the replicates from which a line is drawn as overloaded."""

ROUTES = ("emergency", "urgent", "routine")
"""Priorities that have a goal, the first on top."""


class Outage(NamedTuple):
    """Machines that fail, as a picture marks it: from one year to another, with fractions."""

    center: str
    resource: str
    starts: float
    ends: float
    machines: int


def table(result: RunTables, name: str) -> pd.DataFrame:
    """A table of finite access: what intervals are over stands in the column `sample`.

    Draws if there are any, without the point estimate; else replicates.

    Raises
    ------
    NothingToDrawError
        If the run has no finite access, or nobody asked for anything.
    """
    found: pd.DataFrame | None = getattr(result, name)
    if found is None:
        raise NothingToDrawError(
            "access is not given, so that waits are published ones; this picture needs a scenario "
            "with access=Clinics(...)"
        )
    if found.empty:
        raise NothingToDrawError(f"{name} is empty: no clinic was asked for anything in this run")
    if result.run["scenario"]["draws"]:
        found = found[found["draw"] > 0]
        return found.assign(sample=found["draw"])
    return found.assign(sample=found["replicate"])


def repetitions(rows: pd.DataFrame) -> int:
    """How often the years of a run were lived in the rows of a table: draws times replicates."""
    return max(1, len(rows[["draw", "replicate"]].drop_duplicates()))


def n_years(result: RunTables) -> int:
    """Calendar years that are counted."""
    first, last = result.run["scenario"]["years"]
    return int(last - first + 1)


def by_sample(rows: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """A column by sample (rows) and keys (columns); the mean over the replicates of a draw."""
    return rows.groupby(["sample", *keys], sort=False)[column].mean().unstack(keys)


def chosen_strategies(result: RunTables, strategies: Sequence[str] | None) -> list[str]:
    """The strategies that are drawn: those asked for, by default the first few.

    Raises
    ------
    NothingToDrawError
        If the run has no such strategy; the message names the nearest.
    """
    names = [str(name) for name in result.run["strategies"]]
    if strategies is None:
        return names[:MOST_STRATEGIES]
    wanted = [strategies] if isinstance(strategies, str) else list(strategies)
    for name in wanted:
        if name not in names:
            raise NothingToDrawError(f"strategies names {name!r}; {nearest(name, names)}")
    return [name for name in names if name in wanted]


def not_drawn(result: RunTables, drawn: list[str]) -> str:
    """Which strategies the picture leaves out, as a sentence."""
    left_out = [strategy_words(n) for n in result.run["strategies"] if n not in drawn]
    if len(left_out) > MOST_STRATEGIES:
        left_out = [f"{len(left_out)} other strategies"]
    return f"Not drawn: {listed(left_out)}." if left_out else ""


def center_names(result: RunTables) -> list[str]:
    """All centers, in the order in which the scenario has them."""
    every = cast("pd.DataFrame", result.capacity)
    return [str(name) for name in every.loc[every["what"] == "center", "where"].drop_duplicates()]


def check_center(result: RunTables, center: str) -> None:
    """Refuse a center that the run does not have.

    Raises
    ------
    NothingToDrawError
        With the nearest name.
    """
    known = [ALL, *center_names(result)]
    if center not in known:
        raise NothingToDrawError(f"center is {center!r}; {nearest(center, known)}")


def goals(result: RunTables) -> dict[str, float]:
    """Days from the decision to the first session that the service wants to keep, by priority."""
    every = cast("pd.DataFrame", result.capacity)
    mine = every[every["what"] == "goal"]
    return {str(name): float(days) for name, days in zip(mine["where"], mine["value"], strict=True)}


def outages(result: RunTables) -> list[Outage]:
    """Machines that fail in the years counted."""
    every = cast("pd.DataFrame", result.capacity)
    mine = every[every["what"] == "outage"]
    first, last = result.run["scenario"]["years"]
    found = []
    for start in range(0, len(mine), len(_OUTAGE)):
        block = mine.iloc[start : start + len(_OUTAGE)]
        center, _, resource = str(block["where"].iloc[0]).partition(", ")
        fields = dict(zip(block["argument"], block["value"], strict=True))
        day = datetime.date.fromisoformat(fields["starts"]) - datetime.date(first, 1, 1)
        starts = first + day.days / DAYS_PER_YEAR
        ends = starts + int(fields["days"]) / DAYS_PER_YEAR
        if ends > first and starts < last + 1:
            found.append(Outage(center, resource, starts, ends, int(fields["machines"])))
    return found


_OUTAGE = ("starts", "days", "machines")


def limited_lines(result: RunTables) -> pd.DataFrame:
    """Lines whose machines are counted, the most loaded resource first.

    Raises
    ------
    NothingToDrawError
        If everything is unlimited, or nobody asked for what is not.
    """
    lines = table(result, "lines")
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
    weighted = lines.assign(weighted=lines["offered_percent"] * lines["machines"])
    summed = weighted.groupby("resource")[["weighted", "machines"]].sum()
    load = (summed["weighted"] / summed["machines"]).sort_values(ascending=False)
    return [str(name) for name in load.index]


def over_machines(lines: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """A percentage of some lines by sample and keys; lines together weigh as their machines do.

    Lines that never open are left out.
    """
    weighted = lines.assign(weighted=lines[column] * lines["machines"]).dropna(subset=["weighted"])
    summed = weighted.groupby(["sample", *keys], sort=False)[["weighted", "machines"]].sum()
    return (summed["weighted"] / summed["machines"]).unstack(keys)


def n_samples(result: RunTables) -> int:
    """How many draws, or replicates, intervals are over."""
    size = result.run["scenario"]
    return int(size["draws"] or size["replicates"])


def sample_words(result: RunTables) -> str:
    """What intervals are over, with how many: `4 replicates`."""
    n = n_samples(result)
    over = "draw" if result.run["scenario"]["draws"] else "replicate"
    return f"{n} {over}{'' if n == 1 else 's'}"


def overload_words(result: RunTables, share: float) -> str:
    """In how many replicates or draws a line was overloaded; nothing if it never was."""
    n = n_samples(result)
    times = round(share * n)
    if times == 0:
        return ""
    return "overloaded" if times >= n else f"overloaded in {times} of {n}"


def overload_note(result: RunTables, words: Iterable[str]) -> str:
    """What an overloaded line is, if the words of a picture name one."""
    said = [word for word in words if word]
    if not said:
        return ""
    some = any(" in " in word for word in said)
    return (
        "Overloaded: more is asked for than is open, or the line grows by more than "
        f"{100.0 * GROWTH:.0f}% of those who ask"
        f"{f', in so many of {sample_words(result)}' if some else ''}."
    )


def spread_note(result: RunTables) -> str:
    """Where the intervals of a picture of access come from."""
    size = result.run["scenario"]
    if size["draws"] > 1:
        return (
            f"Lines: 95% over {size['draws']:,} joint draws of the parameters, everybody lived in "
            f"each. Calibrated parameters are {result.run['calibrated_parameters']}."
        )
    return uncertainty(result.run)


def whom(result: RunTables, center: str = ALL, words: str = "people of") -> str:
    """Population, size and years of a run with clinics, and which centers."""
    n = len(center_names(result))
    where = f"{n} center{'' if n == 1 else 's'}" if center == ALL else f"{words} {center}"
    return f"{who(result.run)}; {where}"


def interval_of(samples: pd.DataFrame) -> NDArray[np.float64]:
    """Ends of the 95% interval of each column, shape (2, columns); nan where there is one value."""
    values = samples.to_numpy(float)
    ends = np.full((2, values.shape[1]), np.nan)
    for number, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if len(known) > 1:
            ends[:, number] = np.percentile(known, [2.5, 97.5])
    return ends
