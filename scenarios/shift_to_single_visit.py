"""Who gains if people with spinal metastasis get one visit instead of ten or five fractions?

A center for 6,000 new cancers a year whose linear accelerators are nearly full, three years. Under
`one_fraction`, whoever would get several fractions for pain or a fracture gets 8 Gy in one; under
`one_procedure`, radiofrequency ablation with cement where the bone allows it, else 8 Gy in one.
Cord compression is treated as before. The slots that this frees go to everybody in line: the table
says who waits less, other patients with cancer among them, and where people wait instead. Every
capacity number is an assumption of this file.
"""

from sim import Center, Clinics, Population, Resource, Result, Rule, Scenario, Strategy
from sim import strategy as known_strategy
from sim.evidence.reader import evidence
from sim.tables.layout import table_text
from sim.tables.pooled_waits import mean_waits, waits_by_resource

NEW_CANCERS = 6_000
SMALLEST_CHANGE_DAYS = 0.1
SEVERAL_FRACTIONS = ("ebrt_30gy10", "ebrt_20gy5", "sbrt_24gy2")


def moved(name: str, to: str) -> Strategy:
    """Usual care in which all courses of several fractions, but for cord compression, are moved."""
    rules = []
    usual = known_strategy("usual_care")
    for rule in usual.rules:
        group = rule.shares_from
        if group is None or "cord" in group:
            rules.append(rule)
            continue
        shares: dict[str, float] = {}
        for (parameter, stratum), value in evidence().point.items():
            if parameter == "usual_care_share" and stratum.startswith(f"{group}, "):
                treatment = stratum.split(", ")[1]
                given = to if treatment in SEVERAL_FRACTIONS else treatment
                shares[given] = shares.get(given, 0.0) + value
        rules.append(Rule(when=rule.when, give=shares))
    return Strategy(name=name, rules=tuple(rules), otherwise=usual.otherwise)


center = Center.serving(
    "center",
    NEW_CANCERS,
    {
        "consultant": Resource(machines=1, on_call=True),
        "linear_accelerator": Resource(machines=5, maintenance_every_weeks=4, on_call=True),
        "interventional_suite": Resource(machines=1),
        "theater": Resource(machines=1, on_call=True),
        "bed": Resource(machines=12),
        "radiopharmacy": Resource(machines=1),
    },
)
scenario = Scenario(
    name="shift_to_single_visit",
    population=Population.united_states(2010).scaled(NEW_CANCERS),
    years=(2010, 2012),
    view="calendar",
    strategies=[
        "usual_care",
        moved("one_fraction", "ebrt_8gy1"),
        moved("one_procedure", "rfa_cement"),
    ],
    replicates=12,
    access=Clinics(centers=(center,), precision=0.1),
)


def answer(result: Result) -> str:
    """Waits of everybody under each strategy, and what it does to delay and pain."""
    names = result.run["strategies"]
    rows = []
    for name in names:
        mine = mean_waits(result, name).loc["all"]
        others = waits_by_resource(result, "others", name)["mean_days"]
        waits = [others.get(place) for place in ("linear_accelerator", "interventional_suite")]
        values = [result.value(m, name) for m in ("delay_of_first_referred_days", "pain_days")]
        rows.append([name, mine["mean_days"], mine["within_goal_percent"], *waits, *values])
    header = ["strategy", "wait, spine", "% in goal", "wait, other radiotherapy"]
    header += ["wait, other procedures", "delay of first referred", "pain days"]
    parts = ["Mean days from request to first session, and what comes of it:"]
    parts += [table_text(header, rows), ""]
    usual = waits_by_resource(result, "others", names[0])["mean_days"]
    for name in names[1:]:
        changes = waits_by_resource(result, "others", name)["mean_days"] - usual
        for place, change in changes.to_dict().items():
            if abs(change) >= SMALLEST_CHANGE_DAYS:
                word = "less" if change < 0 else "more"
                parts.append(f"{name}: others wait {abs(change):.1f} days {word} for {place}.")
    return "\n".join(parts)


if __name__ == "__main__":
    scenario.main(answer=answer)
