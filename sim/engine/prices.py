"""What care costs in a life: the prices of the evidence and of the user, in money of one year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.holds import Basis
from sim.evidence.price_index import price_factor
from sim.evidence.prices import course_parts, known_prices
from sim.evidence.reader import Values
from sim.evidence.treatments import known_treatments
from sim.evidence.visits import known_visits
from sim.evidence.vocabulary import ANALGESIA_STEPS, THERAPY_CLASSES
from sim.inputs.outcomes import Outcomes
from sim.inputs.treatment import Treatment

SOCIETAL = "societal"
_HOSPITAL_DAY = ("hospital_day_cost", "all")


class CoursePrice(NamedTuple):
    """Dollars of the price year for a course without its stay, and the days of that."""

    price: float
    stay_days: float


def stay_days_of(treatment: str) -> float:
    """Days in bed of a course of a treatment of the program, over its visits."""
    return sum(visit.bed_days for visit in known_visits().get(treatment, ()))


def stay_price(values: Values, outcomes: Outcomes) -> float:
    """A day in hospital; in the societal perspective with the time that it takes."""
    price = known_prices()[_HOSPITAL_DAY].in_use(values, outcomes.price_year)
    return price + _time(values, outcomes, "hospital_day_time_cost")


def _time(values: Values, outcomes: Outcomes, parameter: str) -> float:
    """What time and travel cost patients; nothing to a payer."""
    if outcomes.perspective != SOCIETAL:
        return 0.0
    return known_prices()[parameter, "all"].in_use(values, outcomes.price_year)


def course_prices(
    own: Sequence[Treatment],
    bases: Sequence[Basis],
    values: Values,
    outcomes: Outcomes,
    draw: int = 0,
) -> list[CoursePrice]:
    """What a course of every treatment costs, those of the program first.

    The price of a whole stay is that without the days, which cost by themselves. A price that the
    user gives is of the course alone.

    Parameters
    ----------
    bases : sequence of Basis
        Of the same treatments, with their sessions.
    draw : int
        Number of the sample, under which the user's prices are drawn.
    """
    year = outcomes.price_year
    day = known_prices()[_HOSPITAL_DAY].in_use(values, year)
    paid: dict[str, CoursePrice] = {}
    for name in known_treatments():
        stay_days = stay_days_of(name)
        price = 0.0
        for part in course_parts().get(name, ()):
            of_part = part.price.in_use(values, year)
            if part.price.holds_stay:
                of_part = max(of_part - stay_days * day, 0.0)
            price += of_part
        paid[name] = CoursePrice(price, stay_days)
    for mine in own:
        given = mine.numbers(draw)
        price, stay_days = paid[mine.based_on]
        if "cost" in given and mine.price_basis is not None:
            price = given["cost"] * price_factor(mine.price_basis, year)
        paid[mine.name] = CoursePrice(price, given.get("stay_days", stay_days))
    visit = _time(values, outcomes, "visit_time_cost")
    return [
        of._replace(price=of.price + visit * basis.sessions)
        for of, basis in zip(paid.values(), bases, strict=True)
    ]


def prices_of_days(
    values: Values, doses: NDArray[np.float64], outcomes: Outcomes
) -> dict[str, ArrayLike]:
    """Fields of `WORLD` that are prices: of days, stays and the last month.

    Parameters
    ----------
    doses : array
        Milligrams of oral morphine equivalent a day, by step of analgesia.
    """
    known, year = known_prices(), outcomes.price_year
    per_mg = known["opioid_cost", "all"].in_use(values, year)
    others = known["analgesic_cost", "all"].in_use(values, year)
    some = np.arange(len(ANALGESIA_STEPS)) > 0
    return {
        "analgesia_price_per_day": per_mg * doses + others * some,
        "therapy_price_per_day": [
            known["systemic_therapy_cost", c].per_day(values, year) for c in THERAPY_CLASSES
        ],
        "stay_price_per_day": stay_price(values, outcomes),
        "end_of_life_price": known["last_month_cost", "all"].in_use(values, year),
    }
