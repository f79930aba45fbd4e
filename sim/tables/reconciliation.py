"""Numbers that seem to conflict, side by side, and where the model stands on each.

The headline, autopsies, registries and clinics count different things. Each published row names the
measure of the model that counts the same thing; all are people a year in the United States.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.counting.measures import MEASURES
from sim.counting.tally import COUNTS
from sim.evidence.reader import FOLDER, EvidenceError, read_rows
from sim.evidence.targets import targets
from sim.evidence.vocabulary import PRIMARIES, nearest

if TYPE_CHECKING:
    import pandas as pd

    from sim.tables.run_tables import RunTables

POPULATION, VIEW = "United States", "calendar"
"""Runs that the published numbers can be set beside."""
_REFERENCE = "new_cancers"
_SAME_PEOPLE = 0.005
"""Relative difference in new cancers below which published counts stand as they are."""
_GROUPS = ("all", "all but myeloma")


@dataclass(frozen=True)
class Published:
    """One published number: what it counts, and the measure that counts the same.

    The measure is a count, or `<share> of <count>`; `upper` is infinite for a lower bound.
    """

    name: str
    counts: str
    measure: str
    primaries: str
    value: float
    lower: float
    upper: float
    unit: str
    source: str
    note: str


def read_published(path: Path = FOLDER / "reconciliation.csv") -> tuple[Published, ...]:
    """Read and check the published side.

    Raises
    ------
    EvidenceError
        If a row lacks something or names a measure or a source that does not exist.
    """
    sources = {row["key"] for _, row in read_rows(path.parent / "sources.csv")}
    found = []
    for place, row in read_rows(path):
        missing = [column for column, text in row.items() if not text and column != "upper"]
        if missing:
            raise EvidenceError(f"{place}: {missing[0]} is missing")
        if row["source"] not in sources:
            raise EvidenceError(f"{place}: source {row['source']!r} is not in sources.csv")
        share, _, count = row["measure"].rpartition(" of ")
        if count not in COUNTS:
            raise EvidenceError(f"{place}: measure {count!r}; {nearest(count, COUNTS)}")
        if share and share not in MEASURES:
            raise EvidenceError(f"{place}: measure {share!r}; {nearest(share, list(MEASURES))}")
        if row["primaries"] not in _GROUPS:
            raise EvidenceError(f"{place}: primaries {row['primaries']!r}; {nearest('', _GROUPS)}")
        try:
            value, lower, upper = (float(row[c] or "inf") for c in ("value", "lower", "upper"))
        except ValueError:
            raise EvidenceError(f"{place}: value, lower and upper must be numbers") from None
        if not lower <= value <= upper:
            raise EvidenceError(f"{place}: needs lower <= value <= upper")
        words = {name: row[name] for name in ("name", "counts", "measure", "primaries")}
        rest = {name: row[name] for name in ("unit", "source", "note")}
        found.append(Published(**words, value=value, lower=lower, upper=upper, **rest))
    return tuple(found)


def applies(result: RunTables) -> bool:
    """Say whether a run can stand beside the published numbers."""
    run = result.run
    return bool(run["scenario"]["population"] == POPULATION and run["view"] == VIEW)


def published_scale(result: RunTables) -> float:
    """New cancers of a run over those that published counts belong to; 1 if they are the same."""
    ratio = result.value(_REFERENCE) / published_new_cancers()
    return 1.0 if abs(ratio - 1.0) < _SAME_PEOPLE else ratio


def published_new_cancers() -> float:
    """New cancers a year that published counts belong to."""
    return next(target.value for target in targets() if target.name == _REFERENCE)


def reconciliation(result: RunTables) -> pd.DataFrame:
    """Published numbers and the model, a row each.

    Parameters
    ----------
    result : RunTables
        Of the United States in the calendar view. Published counts are scaled to the new cancers of
        the run where those differ from the published ones.

    Returns
    -------
    pandas.DataFrame
        `name, counts, primaries, published, published_lower, published_upper, mean, lo, hi, within,
        unit, measure, source, note`. `lo` and `hi` are the 95% interval as in the summary, missing
        where there is none; `within` says whether the mean lies in the published range.
    """
    import pandas as pd

    scale = published_scale(result)
    rows = []
    for row in read_published():
        values = samples(result, row.measure, row.primaries)
        several = len(values) > 1
        low, high = np.percentile(values, [2.5, 97.5]) if several else (np.nan, np.nan)
        mean = float(values.mean())
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
                "lo": float(low),
                "hi": float(high),
                "within": bool(lower <= mean <= upper),
                "unit": row.unit,
                "measure": row.measure,
                "source": row.source,
                "note": row.note,
            }
        )
    return pd.DataFrame(rows)


def samples(result: RunTables, measure: str, primaries: str) -> pd.Series[float]:
    """People a year under the reference strategy, a number a draw, or a replicate without draws."""
    share, _, count = measure.rpartition(" of ")
    first, last = result.run["scenario"]["years"]
    draws = result.run["scenario"]["draws"]
    members = [p for p in PRIMARIES if primaries == "all" or p != "myeloma"]
    reference = result.run["strategies"][0]
    counts = result.case_counts[result.case_counts["strategy"] == reference]
    mine = counts[(counts["measure"] == count) & counts["primary"].isin(members)]
    values = mine.groupby(["draw", "replicate"])["count"].sum() / (last - first + 1)
    outcomes = result.outcomes[result.outcomes["strategy"] == reference]
    every = outcomes.set_index(["draw", "replicate"])
    runs = every.index.unique()
    values = values.reindex(runs).fillna(0.0)
    if share:
        shares = every[(every["measure"] == share) & (every["primary"] == primaries)]["value"]
        values = values * shares.reindex(runs) / 100.0
    found: pd.Series[float] = values.groupby(level="draw").mean().loc[1:] if draws else values
    return found


def reconciliation_text(result: RunTables) -> list[str]:
    """The table as lines of text."""
    texts = [("published", "it counts", "people a year", "model", "95% interval", "source")]
    for row in reconciliation(result).to_dict("records"):
        spread = f"{row['lo']:,.0f} to {row['hi']:,.0f}" if row["lo"] == row["lo"] else ""
        people = published_range(row["published_lower"], row["published_upper"])
        name = row["name"] if row["primaries"] == "all" else f"{row['name']}, {row['primaries']}"
        mean = f"{row['mean']:,.0f}"
        texts.append((str(name), str(row["counts"]), people, mean, spread, str(row["source"])))
    widths = [max(len(text[i]) for text in texts) for i in range(6)]
    lines = []
    for text in texts:
        cells = [cell.ljust(width) for cell, width in zip(text, widths, strict=True)]
        cells[2:5] = [
            cell.strip().rjust(w) for cell, w in zip(cells[2:5], widths[2:5], strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return ["From the headline to the registries: numbers that count different things", "", *lines]


def published_range(lower: float, upper: float) -> str:
    """A published range as a person writes it."""
    if np.isinf(upper):
        return f"more than {lower:,.0f}"
    return f"{lower:,.0f}" if lower == upper else f"{lower:,.0f} to {upper:,.0f}"
