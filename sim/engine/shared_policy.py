"""What strategies share: the record by which a life is lived up to where they may differ.

Plain Python, which the compiled code of a browser calls too.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

_ANY_PAIN = sys.float_info.min


def fill_shared(shared: NDArray[np.void], policies: NDArray[np.void]) -> None:
    """Make the record of what holds as long as lives under all strategies are one.

    Care does not act yet, and what they act on is the least of what any of them does.

    Parameters
    ----------
    shared : array of `POLICY`, shape (1,)
        Changed in place.
    policies : array of `POLICY`, shape (strategies,)
    """
    shared[0] = policies[0]
    one, first = shared[0], policies[0]
    # Referrals that all share come due in the shared past; lives part where the first one does.
    refers, mixed, agents = True, False, True
    from_diagnosis, from_detection, from_pain = False, False, False
    least_pain = np.inf
    for s in range(len(policies)):
        policy = policies[s]
        acts = policy["acts"] == 1
        refers = refers and acts and refer_alike(policy, first)
        least_pain = min(least_pain, policy["least_pain"]) if acts else least_pain
        mixed = mixed or policy["bone_agents"] != first["bone_agents"]
        agents = agents and policy["bone_agents"] == 1
        from_diagnosis = from_diagnosis or policy["from_diagnosis"] == 1
        from_detection = from_detection or policy["from_detection"] == 1
        from_pain = from_pain or policy["from_pain"] == 1
    one["acts"] = 0
    one["bone_agents"] = agents
    one["from_diagnosis"] = from_diagnosis
    one["from_detection"] = mixed or from_detection
    one["refers"] = refers
    one["differs_from_pain"] = np.inf if refers else least_pain
    if from_pain:
        one["differs_from_pain"] = _ANY_PAIN


def refer_alike(one: np.void, other: np.void) -> bool:
    """Say whether two strategies that act refer the same people at the same time."""
    return bool(
        one["refer_from_pain"] == other["refer_from_pain"]
        and one["fracture_pain"] == other["fracture_pain"]
        and one["analgesia_step"] == other["analgesia_step"]
        and one["referral_rate_per_day"] == other["referral_rate_per_day"]
    )
