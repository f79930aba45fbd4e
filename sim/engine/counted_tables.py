"""What is counted of lives, as tables of a job: those of `Tally`, then those of `CareTally`."""

from __future__ import annotations

from sim.counting.care_measures import STATISTICS
from sim.counting.care_tally import DISTRIBUTIONS, SUBGROUPS
from sim.counting.cohort import Cohort
from sim.counting.counts import Count
from sim.counting.days import CohortDays
from sim.counting.recorded import N_RECORD_BINS
from sim.counting.spread import N_BINS
from sim.engine.layout import Table
from sim.evidence.vocabulary import MOST_TREATMENTS, PRIMARIES, STAGES

_N_PRIMARIES = len(PRIMARIES)

COUNTED = {
    "counts": Table.of("i4", "n_places", len(Count), "n_years", _N_PRIMARIES, "n_sexes", "n_ages"),
    "cohort": Table.of("i8", "n_places", _N_PRIMARIES, len(STAGES), len(Cohort)),
    "recorded": Table.of("i8", "n_places", 2, _N_PRIMARIES, N_RECORD_BINS),
    "days": Table.of("i4", "n_places", len(CohortDays), _N_PRIMARIES, N_BINS),
    "fingerprint": Table.of("u8", "n_places"),
    "sums": Table.of("i8", "n_strategies", len(SUBGROUPS), len(STATISTICS)),
    "squares": Table.of("i8", "n_strategies", len(SUBGROUPS), len(STATISTICS)),
    "difference_squares": Table.of("i8", "n_strategies", len(SUBGROUPS), len(STATISTICS)),
    "distribution": Table.of("i4", "n_strategies", len(DISTRIBUTIONS), _N_PRIMARIES, N_BINS),
    "courses": Table.of("i8", "n_strategies", MOST_TREATMENTS),
}
"""By name; a job that has them says `n_places`, `n_strategies`, `n_years`, `n_sexes`, `n_ages`."""
