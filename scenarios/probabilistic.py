"""How sure are we that one strategy delays cancer treatment less, and what is it worth to know?

All parameters are drawn together, and in every draw the same people live under every strategy. Said
is in how many draws the strategy of least delay delays less than each other one, and by how much;
which has the most net benefit, in days alive with pain below 4 less days of therapy lost, and in
money at 100,000 USD a quality-adjusted year; what choosing it loses on average; which assumed
number would turn that, which study is worth most, and how much to a year's people of the United
States. Both rates of exchange are conventions, and no evidence.
"""

from textwrap import fill

from sim import InputError, Population, Result, Scenario
from sim.tables.answer import RELIEF
from sim.tables.text import care_table, differences_table
from sim.uncertainty.how_sure import (
    assumed_alone,
    assumed_words,
    by_rising,
    how_sure,
    values_of,
    why_not,
)
from sim.uncertainty.people_served import PeopleServed

UNITED_STATES = Population.united_states(2010)
DELAYS = ("delay_days", "therapy_days_lost")
RATE, PER_QALY, MOVED_PEOPLE = 1.0, 100_000.0, 30_000
"""Days of relief for a day of therapy lost, USD, and lives for every number that is moved."""

scenario = Scenario(
    name="probabilistic",
    population=UNITED_STATES.scaled(100_000),
    strategies=["usual_care", "ebrt_8gy1", "ebrt_30gy10", "sbrt_24gy2", "rfa_cement"],
    draws=300,
    people_per_draw=50_000,
)


def answer(result: Result) -> str:
    """How sure the order is, what it hangs on, which study is next and what it would be worth."""
    if said := why_not(result, (*DELAYS, RELIEF)):
        return said
    try:
        order = by_rising(result, DELAYS[0])
        alone = assumed_words(assumed_alone(result, order, DELAYS[0], RATE, MOVED_PEOPLE))
    except InputError as error:
        alone = f"Assumptions were not moved: {error}."
    found = values_of(result, RATE, PER_QALY, served(result))
    parts = how_sure(result, DELAYS, found, alone)
    return "\n".join(fill(part, 100, break_on_hyphens=False) for part in parts if part)


def served(result: Result) -> PeopleServed:
    """People a year in the United States who are as those of the trigger set."""
    share = result.trigger_set_people / result.scenario.population.people_per_year
    return PeopleServed(share * UNITED_STATES.people_per_year, years=1)


def findings(result: Result) -> str:
    """Outcomes of each strategy, and their differences in the same people."""
    measures = [*DELAYS, RELIEF, "qaly", "cost"]
    return f"{care_table(result, measures)}\n\n{differences_table(result, [*DELAYS, RELIEF])}"


if __name__ == "__main__":
    scenario.main(answer=answer, findings=findings)
