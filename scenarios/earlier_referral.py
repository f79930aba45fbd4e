"""Does it pay to refer for palliative treatment sooner?

A lesion that hurts despite analgesia is referred by a hazard, the sooner the worse the pain. The
ratio of that hazard is the axis: 0.5 is half as soon as usual, 2 twice and 4 four times as soon.
Earlier referral means more episodes and pauses, and less time in pain. Days of care are of the same
people in every row, everybody whose spinal metastasis is found, from that day on: the first trigger
is no common origin, since it is what moves.
"""

from sim import Population, Result, Scenario, strategy
from sim.tables.text import care_table, differences_table

RATIOS = (1, 0.5, 2, 4)

scenario = Scenario(
    name="earlier_referral",
    population=Population.united_states(2010),
    strategies=[strategy("usual_care", referral_ratio=ratio) for ratio in RATIOS],
    outcomes_for="detected",
)

EVERYBODY = (
    *("episodes", "pauses", "never_resumed", "new_fractures", "new_cord_compression"),
    *("pain_days_per_person", "severe_pain_days_per_person"),
)
CARE = (
    *("therapy_days_lost", "delay_days", "days_pain_below_4", "severe_pain_days"),
    *("days_on_therapy", "days_alive"),
)


def findings(result: Result) -> str:
    """Episodes, pauses and pain by ratio, and the paired differences."""
    names = sorted(result.run["strategies"])
    return "\n".join(
        (
            "Everybody; pain in days per person with spinal metastasis:",
            care_table(result, EVERYBODY, names),
            "",
            "Days a person whose spinal metastasis is found:",
            care_table(result, CARE, names),
            "",
            differences_table(result, CARE[:4], names),
        )
    )


if __name__ == "__main__":
    scenario.main(findings=findings)
