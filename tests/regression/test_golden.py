"""A small run gives what it gave, to the last bit, on every machine.

Room: all.
"""

from __future__ import annotations

import pytest

from sim.evidence.reader import evidence
from tests.regression.golden import REFRESH, run, stored, tallies


def test_the_golden_run_gives_what_it_gave() -> None:
    kept = stored()
    if kept["evidence"] != evidence().fingerprint:
        pytest.fail(
            "the evidence changed, so the golden run must: say so in CHANGELOG.md under 'Changes "
            f"results' and refresh with `{REFRESH}`"
        )
    result = run()
    assert tallies(result) == kept["tallies"], (
        "results moved: if that is meant, say so in CHANGELOG.md under 'Changes results' and "
        f"refresh with `{REFRESH}`"
    )
    assert result.run["results_hash"] == kept["results_hash"], (
        "lives moved though their counts did not: if that is meant, say so in CHANGELOG.md under "
        f"'Changes results' and refresh with `{REFRESH}`"
    )


def test_the_kept_results_are_of_a_run_that_sees_the_spine() -> None:
    """A golden run without rare events would guard nothing."""
    kept = stored()["tallies"]
    for measure in (
        "new_spinal_metastasis_detected_multilevel",
        "living_with_spinal_metastasis",
        "cancer_deaths_with_spinal_metastasis",
    ):
        assert kept[measure] > 50
