"""What should a clinic with 5,000 new people with prostate cancer a year expect of its strategies?

One clinic is small: each of 40 replicates is the same clinic with other luck, and the range of 95%
of them says how much a year's numbers move by chance alone. Prostate metastases are mostly
blastic: a radiopharmaceutical, which acts on all of them at once, is an option, and cement seldom
is. Systemic therapy is mostly endocrine and is not withheld; what is delayed is chemotherapy.
"""

from sim import Population, Result, Scenario
from sim.tables.intervals import FEWEST_DRAWS, interval
from sim.tables.layout import table_text
from sim.tables.text import care_table, differences_table

scenario = Scenario(
    name="prostate_clinic",
    population=Population.united_states(2010).only("prostate").scaled(5_000),
    strategies=["usual_care", "ebrt_8gy1", "sbrt_24gy2", "radiopharmaceutical", "analgesia_only"],
    replicates=40,
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
    counts = result.case_counts.query("strategy == @reference and draw == 0")
    by_year = counts.pivot_table("count", "replicate", "measure", aggfunc="sum").fillna(0.0)
    by_year = by_year.reindex(columns=COUNTS, fill_value=0.0)
    ends = interval(by_year, "parameter draws")  # a range of clinics, not of their mean
    rows = list(zip(COUNTS, by_year.mean(), *ends, strict=True))
    return "\n".join(
        (
            f"A year's {result.run['people']:,} new people, to their deaths, under {reference}:",
            table_text(("count", "mean", "low", "high"), rows),
            f"Low and high: 95% of such clinics are between them; empty with fewer than "
            f"{FEWEST_DRAWS} replicates.",
            "",
            f"Of these, {result.trigger_set_people} are on or due systemic therapy at their first "
            "trigger. Days a person of them:",
            care_table(result, CARE),
            "",
            differences_table(result, CARE[:4]),
        )
    )


if __name__ == "__main__":
    scenario.main(findings=findings)
