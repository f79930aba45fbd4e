"""The race against the opponents, as part of the table; `opponents.race` says how it is run.

What bounds it stands in the file of each opponent.

Room: engine.
"""

from __future__ import annotations

import pytest

from tests.benchmarks.measuring import Table
from tests.benchmarks.opponents import race

pytestmark = pytest.mark.benchmark


def test_the_race_against_the_opponents(table: Table) -> None:
    speeds = race.lives_per_second(times=3)
    table.below.append(race.table(speeds))
    assert speeds[race.OURS.name] >= 30.0 * speeds[race.SIMPY.name]
    assert speeds[race.KEPT.name] >= 3.0 * speeds[race.SIMPY.name]
