"""A small run whose results are kept: `python -m tests.regression.golden` writes them afresh.

Do so when a change is meant to move results, and say so in CHANGELOG.md under "Changes results".
Both the counts and the hash hold on every machine.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sim import Population, Result, Scenario
from sim.evidence.reader import evidence

FILE = Path(__file__).with_name("golden.json")
REFRESH = "python -m tests.regression.golden"


def run() -> Result:
    """The run: both views' code paths, a draw and a replicate beside the first."""
    return Scenario(
        name="golden",
        population=Population.united_states(2010).scaled(5_000),
        years=(2010, 2011),
        view="calendar",
        lookback_years=10,
        draws=1,
        replicates=2,
        seed=2010,
        people_per_draw=10_000,
    ).run()


def tallies(result: Result) -> dict[str, int]:
    """Counts of the point estimate by measure, over years and replicates."""
    point = result.case_counts[result.case_counts["draw"] == 0]
    by_measure = point.groupby("measure", observed=True)["count"].sum()
    return {str(k): int(v) for k, v in sorted(by_measure.items())}


def stored() -> dict[str, Any]:
    """What was kept: evidence, tallies, hash."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def refresh() -> None:
    """Run and keep the results."""
    result = run()
    kept = {
        "evidence": evidence().fingerprint,
        "tallies": tallies(result),
        "results_hash": result.run["results_hash"],
    }
    FILE.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {kept['results_hash']}\n")


if __name__ == "__main__":
    refresh()
