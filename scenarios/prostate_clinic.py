"""What should a clinic with 5,000 new people with prostate cancer a year expect of its strategies?

One clinic is small: the interval is over 20 replicates, the same clinic with other luck, and
says how much a year's numbers move by chance alone. Prostate metastases are mostly blastic: a
radiopharmaceutical, which acts on all of them at once, is an option, and cement seldom is.
Systemic therapy is mostly endocrine and is not withheld; what is delayed is chemotherapy.
"""

from sim import Population, Result, Scenario
from sim.tables.layout import table_text
from sim.tables.text import care_table, differences_table, trigger_set_people

scenario = Scenario(
    name="prostate_clinic",
    population=Population.united_states(2010).only("prostate").scaled(5_000),
    strategies=["usual_care", "ebrt_8gy1", "sbrt_24gy2", "radiopharmaceutical", "analgesia_only"],
    replicates=20,
)

COUNTS = (
    *("new_spinal_metastasis", "new_spinal_metastasis_detected", "new_fractures"),
    *("new_cord_compression", "episodes", "pauses", "never_resumed"),
)
CARE = (
    *("therapy_days_lost", "delay_days", "days_pain_below_4", "severe_pain_days"),
    *("days_on_therapy", "days_alive"),
)


def findings(result: Result) -> str:
    """What a year's diagnoses bring, and what the strategies do for those on therapy."""
    reference = result.run["strategies"][0]
    mine = result.summary[result.summary["strategy"] == reference].set_index("measure")
    rows = [[name, *(float(mine.loc[name, x]) for x in ("mean", "lo", "hi"))] for name in COUNTS]
    over = "parameter draws" if result.run["scenario"]["draws"] else "replicates"
    return "\n".join(
        (
            f"A year's {result.run['people']:,} new people, to their deaths, under {reference}:",
            table_text(("count", "mean", "low", "high"), rows),
            f"Low and high: 95% of {over}; empty with one.",
            "",
            f"Of these, {trigger_set_people(result)} are on or due systemic therapy at their first "
            "trigger. Days a person of them:",
            care_table(result, CARE),
            "",
            differences_table(result, CARE[:4]),
        )
    )


if __name__ == "__main__":
    scenario.main(findings=findings)
