r"""From the valued states of the evidence to the utility of a day of a life.

.. math:: u(p) = u_0\, \frac{1 - w\, d(p)}{1 - w\, d(p_0)}

with the utility :math:`u_0` of cancer with bone metastases, in which those who valued it had a pain
:math:`p_0` in mind, the loss :math:`d` by pain that people in full health report, and the part
:math:`w` of it that is left in cancer. Losses multiply, so that nobody is below death.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.evidence.instruments import PERFORMANCE_UP_AND_ABOUT, PERFORMANCES
from sim.evidence.reader import Values
from sim.life.world import MOST_PAIN


def losses_by_pain(values: Values) -> NDArray[np.float64]:
    """The part of utility that each rating from 0 to 10 takes, in cancer."""
    of_public = [0.0]
    of_public += [values["utility_loss_by_pain", f"NRS {p}"] for p in range(1, MOST_PAIN + 1)]
    return values["utility_pain_weight", "all"] * np.array(of_public)


def utilities(values: Values) -> dict[str, ArrayLike]:
    """Fields of `WORLD` that say what a day is worth: by pain, walking and performance."""
    losses = losses_by_pain(values)
    described = np.interp(values["utility_described_pain", "all"], range(MOST_PAIN + 1), losses)
    without_pain = values["utility_bone_metastases", "all"] / (1.0 - described)
    per_state = values["utility_loss_per_performance_state", "all"]
    states = np.arange(len(PERFORMANCES)) - PERFORMANCE_UP_AND_ABOUT
    return {
        "utility_at_rating": without_pain * (1.0 - losses),
        "utility_of_walking": (
            np.inf,
            1.0 - values["utility_loss_with_help", "all"],
            1.0 - values["utility_loss_not_walking", "all"],
        ),
        "utility_of_performance": 1.0 - per_state * states,
    }
