"""Between which numbers a measure lies."""

from __future__ import annotations

import numpy as np

from sim.counting.care_measures import CARE_MEASURES, OF_A_YEAR, OF_EITHER_SIGN
from sim.counting.measures import MEASURES, split_time
from sim.evidence.vocabulary import DAYS_PER_YEAR


def is_share(name: str) -> bool:
    """Whether a measure of the tables is a percent of a whole, which some are not.

    Relative survival, and the share of an age in percent of that of another, may be above 100.

    Examples
    --------
    >>> is_share("paralysis"), is_share("relative_survival_5y"), is_share("new_cancers")
    (True, False, False)
    """
    measure = MEASURES.get(split_time(name)[0])
    return measure is not None and measure.unit == "percent" and measure.of_a_whole


def bounds(name: str, horizon_days: float) -> tuple[float, float]:
    """The least and the most that a measure of the tables can be, people taken together.

    Examples
    --------
    >>> bounds("days_paused", 730.5), bounds("therapy_days_lost", 730.5), bounds("paralysis", 1.0)
    ((0.0, 730.5), (-730.5, 730.5), (0.0, 100.0))
    """
    most = np.inf
    if is_share(name):
        most = 100.0
    elif name in OF_A_YEAR:
        most = DAYS_PER_YEAR
    elif name in CARE_MEASURES and CARE_MEASURES[name].unit == "days":
        most = horizon_days
    return -most if name in OF_EITHER_SIGN else 0.0, most
