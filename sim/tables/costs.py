"""Courses a person by treatment, and what they cost where a price has a source, in its own year.

Prices of different currencies and years are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.evidence.reader import Values
from sim.evidence.treatments import known_treatments
from sim.inputs.catalog import treatment_names
from sim.inputs.treatment import Treatment


def prices(own: Sequence[Treatment], values: Values, draw: int = 0) -> dict[str, tuple[str, float]]:
    """Price basis (currency and year) and price of a course of each treatment that has one.

    `draw` is the number of the sample `values`.
    """
    found = {}
    for name, known in known_treatments().items():
        price = values.get(("treatment_cost", name))
        if price is not None:
            found[name] = (known.price_basis, price)
    for treatment in own:
        price = treatment.numbers(draw).get("cost")
        if price is not None and treatment.price_basis is not None:
            found[treatment.name] = (treatment.price_basis, price)
        elif treatment.based_on in found:
            found[treatment.name] = found[treatment.based_on]
    return found


COST_IN = "cost_"
"""What the measure begins with that is a cost in the currency of one year or more."""
COURSES_OF = "courses_of_"
"""What the measure begins with that counts the courses of one treatment."""


WITHOUT_PRICE = "courses_without_price"


def course_rows(
    courses: NDArray[np.int64], people: float, own: Sequence[Treatment]
) -> list[dict[str, object]]:
    """Mean courses a person of each treatment that anybody has."""
    return [
        {"measure": f"{COURSES_OF}{name}", "primary": "all", "value": int(given) / people}
        for name, given in zip(treatment_names(own), courses, strict=False)
        if given > 0
    ]


def cost_rows(
    courses: NDArray[np.int64],
    people: float,
    own: Sequence[Treatment],
    known: Mapping[str, tuple[str, float]],
) -> list[dict[str, object]]:
    """Mean cost a person by price basis, to the horizon; the share of courses without a price.

    `known` are the `prices` of all treatments.
    """
    if people == 0.0:
        return []
    found: dict[str, float] = {}
    unpriced = 0
    for code, name in enumerate(treatment_names(own)):
        if name in known:
            basis, price = known[name]
            measure = COST_IN + basis.lower().replace(" ", "_").replace("-", "_")
            found[measure] = found.get(measure, 0.0) + price * int(courses[code])
        else:
            unpriced += int(courses[code])
    found = {measure: total / people for measure, total in found.items()}
    given = int(courses.sum())
    if given > 0:
        found[WITHOUT_PRICE] = 100.0 * unpriced / given
    return [{"measure": name, "primary": "all", "value": value} for name, value in found.items()]
