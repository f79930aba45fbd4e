"""Courses a person by treatment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.inputs.catalog import treatment_names
from sim.inputs.treatment import Treatment

COURSES_OF = "courses_of_"
"""What the measure begins with that counts the courses of one treatment."""


def course_rows(
    courses: NDArray[np.int64], people: float, own: Sequence[Treatment]
) -> list[dict[str, object]]:
    """Mean courses a person of each treatment that anybody has."""
    return [
        {"measure": f"{COURSES_OF}{name}", "primary": "all", "value": int(given) / people}
        for name, given in zip(treatment_names(own), courses, strict=False)
        if given > 0
    ]
