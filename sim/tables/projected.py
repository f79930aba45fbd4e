"""Which years of a run are projected, and the words and columns that say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.evidence.reader import Evidence
from sim.inputs.setting import Setting

COLUMN = "projected_from"
"""Last year of the data, in tables of a run with projected years."""


def describe_projection(scenario: Setting, known: Evidence) -> dict[str, Any] | None:
    """What `run.json` says of projected years; None of a run that has none.

    `from` is the last year of the data.
    """
    whose = scenario.population
    last = whose.last_year_of_data
    if scenario.years[1] <= last:
        return None
    used, with_ = whose.years_of_trend(known.point), whose.projected_with
    what = f"rates per inhabitant of {with_.name}" if with_ else "counts"
    kept = 100.0 * known.point["projection_damping", "all"]
    return {
        "from": last,
        "to": scenario.years[1],
        "grade": "assumed",
        "inhabitants": with_.name if with_ else "",
        "rule": (
            f"trends of {used[0]}-{used[-1]} in {what}, by primary and by sex and age within it, "
            f"those of few people drawn toward those of many; each year {kept:.1f}% of the trend "
            "of the year before. Stages are as in the last years of the data. Survival by year of "
            "diagnosis and mortality from other causes go on with their own trends, undamped; "
            "classes of systemic therapy stay as in "
            f"{known.point['therapy_class_later_year', 'all']:.0f}."
        ),
    }


def projected_from(run: Mapping[str, Any]) -> int | None:
    """Last year of the data, if years of the run are after it."""
    found = run["scenario"].get("projection")
    return int(found["from"]) if found else None


def projected_words(run: Mapping[str, Any]) -> str:
    """`, projected from 2025`; nothing of a run without projected years."""
    last = projected_from(run)
    return "" if last is None else f", projected from {last}"


def marked(run: Mapping[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    """A table with a column that says from which year it is projected, if it is.

    Of years, those of the data have none.
    """
    last = projected_from(run)
    if last is None:
        return table
    if "year" not in table:
        return table.assign(**{COLUMN: last})
    return table.assign(**{COLUMN: table["year"].gt(last).map({True: str(last), False: ""})})
