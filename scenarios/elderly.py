"""What do people of 70 and over bear of spinal metastasis, and is their care delayed as others' is?

Counts are events of 2010 by age at the event, earlier diagnoses included; rates are per 100,000
people of that age in the census of 2010. Care is of people diagnosed in 2010 and on or due systemic
therapy at their first trigger, by their age then, each strategy beside usual care. Rates rise with
age; the chance of spinal metastasis after a diagnosis need not: the old die of other things.
"""

from sim import Evidence, Population, Result, Scenario
from sim.evidence.vocabulary import AGE_GROUPS, starts_of
from sim.tables.layout import table_text

scenario = Scenario(
    name="elderly",
    population=Population.united_states(2010),
    view="calendar",
    strategies=["usual_care", "ebrt_8gy1", "kyphoplasty", "analgesia_only"],
)
EVENTS = (
    *("new_cancers", "new_spinal_metastasis", "new_spinal_metastasis_detected"),
    *("living_with_spinal_metastasis_detected", "new_fractures", "new_cord_compression"),
    *("episodes", "pauses", "cancer_deaths_with_spinal_metastasis"),
)
CARE = ("therapy_days_lost", "delay_days", "days_alive", "days_pain_below_4", "pain_days")


def findings(result: Result) -> str:
    """Counts and rates of the old beside everybody's, then care by age under each strategy."""
    reference, *others = result.run["strategies"]
    point = result.case_counts.query("draw == 0 and strategy == @reference")
    counts = point.pivot_table("count", "measure", "age_group", aggfunc="sum").fillna(0.0)
    groups = result.scenario.age_groups
    counts = counts.reindex(EVENTS, columns=groups, fill_value=0.0)
    aged = [group for group, start in zip(groups, starts_of(groups), strict=True) if start >= 70]
    counts /= point["year"].nunique() * result.run["scenario"]["replicates"]
    census = [p.value for p in Evidence.read().named("age_population")]  # the last from 70, from 80
    per = 1e5 * Population.united_states(2010).people_per_year / result.run["people"]
    rows = []
    for event, every, old in zip(EVENTS, counts.sum(axis=1), counts[aged].sum(axis=1), strict=True):
        rates = per * every / sum(census), per * old / sum(census[-2:])
        rows.append([event, round(every), round(old), 100.0 * old / max(every, 1.0), *rates])
    header = ("a year", "all ages", "70 and over", "percent", "all per 100,000", "70 and over")
    parts = [f"Under {reference}, by age at the event:", table_text(header, rows)]
    pairs = result.compare()
    for name in others:
        parts += [f"\n{name}, and its difference to {reference}; days a person, by age at trigger:"]
        rows = []
        for group in ("all", *(f"age: {age}" for age in AGE_GROUPS[2:])):
            mine = pairs.query("strategy == @name and subgroup == @group").set_index("measure")
            if len(mine):
                of_care = [mine.loc[measure] for measure in CARE]
                cells = [f"{of['mean']:.0f} ({of['difference']:+.1f})" for of in of_care]
                rows.append([group, int(mine["people"].iloc[0]), *cells])
        parts += [table_text(("who", "people", *CARE), rows)]
    return "\n".join(parts)


if __name__ == "__main__":
    scenario.main(findings=findings)
