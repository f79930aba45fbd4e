"""What a person feels of a pain, written down from its definition."""

from __future__ import annotations

import numpy as np

from tests.simplified import Records


def felt(person: np.void, pain: float, effects: list[float] | Records, step: int = -1) -> float:
    """A pain of a lesion as it is felt, at the person's step of analgesia or at another one.

    Parameters
    ----------
    effects : list of float
        Share that each step takes off on average.
    """
    rated = min(pain * person["pain_sensitivity"] * person["pain_variation"], 10.0)
    effect = effects[person["analgesia"] if step < 0 else step]
    return float(rated * max(1.0 - effect * person["analgesic_response"], 0.0))
