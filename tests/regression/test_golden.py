"""A small run gives what it gave: to the last bit on a known platform, else within chance.

Room: all.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.reader import evidence
from tests.regression.golden import REFRESH, here, run, stored, tallies
from tests.simplified import STANDARD_ERRORS


def test_the_golden_run_gives_what_it_gave(capsys: pytest.CaptureFixture[str]) -> None:
    kept = stored()
    if kept["evidence"] != evidence().fingerprint:
        pytest.fail(
            "the evidence changed, so the golden run must: say so in CHANGELOG.md under 'Changes "
            f"results' and refresh with `{REFRESH}`"
        )
    result = run()
    if here() in kept["hashes"]:
        assert tallies(result) == kept["tallies"], (
            "results moved: if that is meant, say so in CHANGELOG.md under 'Changes results' and "
            f"refresh with `{REFRESH}`"
        )
        assert result.run["results_hash"] == kept["hashes"][here()], (
            "lives moved though their counts did not: if that is meant, say so in CHANGELOG.md "
            f"under 'Changes results' and refresh with `{REFRESH}`"
        )
        return
    found = tallies(result)
    assert found.keys() == kept["tallies"].keys()
    for measure, count in kept["tallies"].items():
        # Two independent counts differ by no more; on another platform luck is even the same.
        error = np.sqrt(count + found[measure])
        assert abs(found[measure] - count) <= STANDARD_ERRORS * error, measure
    with capsys.disabled():
        print(  # noqa: T201
            f"\ngolden run: no hash is kept for {here()}; its tallies agree within Monte Carlo "
            f"error. `{REFRESH}` keeps one."
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
