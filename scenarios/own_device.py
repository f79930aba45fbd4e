"""What would a device of your own bring, as sure as you are of its numbers?

The device is an example, and every number of it is made up: an ablation without cement after which
34 of 50 people had less pain, with a wait of 3 to 10 days and a price of 8,000 to 14,000 USD. What
is not given is as in cryoablation, with its uncertainty. A strategy of its name gives it to
everybody who may have it, else 8 Gy in one. Put your numbers in: a number, an interval that holds
the truth with 95%, or counts.
"""

from sim import Population, Result, Scenario, Treatment
from sim.tables.answer import answer_text
from sim.tables.text import care_table, cost_table, differences_table

device = Treatment(
    name="my_device",
    label="My device",
    based_on="cryoablation",
    evidence="series",
    response_biological={"events": 34, "n": 50},
    complete_biological=(0.2, 0.5),
    wait_median_days=(3, 10),
    sessions=1,
    cost=(8_000, 14_000),
    price_basis="USD 2024",
)
scenario = Scenario(
    name="own_device",
    population=Population.united_states(2010).scaled(60_000),
    treatments=[device],
    strategies=["usual_care", "ebrt_8gy1", "cryoablation", "my_device"],
    draws=40,
    people_per_draw=20_000,
)
MEASURES = ("days_pain_below_4", "severe_pain_days", "therapy_days_lost", "delay_days")


def answer(result: Result) -> str:
    """The frontier of relief against delay, and what is certain of it."""
    if not result.trigger_set_people or len(result.run["strategies"]) < 2:
        return "No answer: it takes two strategies, and people in the trigger set."
    called = {result.scenario.called(name): name for name in result.run["strategies"]}
    return answer_text(result, {"With the holds of the scenario": called})


def findings(result: Result) -> str:
    """Outcomes of each strategy, their differences in the same people, and what courses cost."""
    return "\n\n".join(
        [
            care_table(result, MEASURES),
            differences_table(result, MEASURES[:3]),
            cost_table(result),
        ]
    )


if __name__ == "__main__":
    scenario.main(answer=answer, findings=findings)
