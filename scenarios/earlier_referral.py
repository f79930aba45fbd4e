"""Does it pay to refer for palliative treatment before the pain is overwhelming?

The worst pain, after analgesia, that brings somebody to palliative care is the axis: 4
(moderate) to 8, with 7 (severe) the reference. Earlier referral means more episodes and pauses,
and less time in pain. Days of care are of the same people in every row: those whose first
trigger under the reference came while they were on or due systemic therapy. People who never
get that far are not among them; they are in the counts and in the pain of everybody with spinal
metastasis.
"""

from sim import Population, Result, Scenario, strategy
from sim.tables.text import care_table, differences_table

THRESHOLDS = (7, 4, 5, 6, 8)

scenario = Scenario(
    name="earlier_referral",
    population=Population.united_states(2010),
    strategies=[strategy("usual_care", pain_threshold=worst) for worst in THRESHOLDS],
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
    """Episodes, pauses and pain by threshold, and the paired differences."""
    names = sorted(result.run["strategies"])
    return "\n".join(
        (
            "Everybody; pain in days per person with spinal metastasis:",
            care_table(result, EVERYBODY, names),
            "",
            "Days a person of the trigger set:",
            care_table(result, CARE, names),
            "",
            differences_table(result, CARE[:4], names),
        )
    )


if __name__ == "__main__":
    scenario.main(findings=findings)
