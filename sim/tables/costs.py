"""Courses a person by treatment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.inputs.catalog import treatment_names
from sim.inputs.treatment import Treatment

COURSES_OF = "courses_of_"
"""What the measure begins with that counts the courses of one treatment."""


def courses_given(
    courses: NDArray[np.int64], people: float, own: Sequence[Treatment]
) -> dict[str, float]:
    """Mean courses a person of each treatment that anybody has, by measure."""
    return {
        f"{COURSES_OF}{name}": int(given) / people
        for name, given in zip(treatment_names(own), courses, strict=False)
        if given > 0
    }
