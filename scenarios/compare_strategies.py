"""Which palliative strategy gives the most pain relief for the least delay of cancer treatment?

The same people under every strategy, usual care the reference. No systemic hold around palliative
radiotherapy, ablation or kyphoplasty was ever measured, so the comparison stands three times: holds
equal for all treatments within a class of therapy (the default), `@none` without holds, and
`@by_modality` with an assumed hold for each treatment. A finding that needs one of the three is an
assumption, not a finding. Delay is shown beside the days on therapy and alive in the year after the
first trigger, because an early death is no short delay.
"""

from sim import Population, Result, Scenario
from sim.catalog import NO_CARE, known_strategies
from sim.compare import frontier
from sim.report_text import care_table, differences_table

MEASURES = (
    *("delay_days", "pain_days", "severe_pain_days"),
    *("days_on_therapy_1y", "days_alive_1y", "survival_days"),
)
OTHERS = [name for name in known_strategies() if name not in (NO_CARE, "usual_care")]
NAMES = ("usual_care", *OTHERS)

scenario = Scenario(
    name="compare_strategies",
    population=Population.united_states(2010),
    strategies=[name + holds for holds in ("", "@none", "@by_modality") for name in NAMES],
)


def findings(result: Result) -> str:
    """Outcomes, the frontier of relief against delay, and paired differences, by holds."""
    parts = []
    for suffix, holds in (
        ("", "equal holds within a class of therapy"),
        ("@none", "no holds"),
        ("@by_modality", "each treatment's own assumed hold"),
    ):
        names = [n for n in result.run["strategies"] if n.partition("@")[1:] == ("@" * bool(suffix), suffix[1:])]
        if not names:
            continue
        points = {n: (result.value("delay_days", n), result.value("pain_days", n)) for n in names}
        parts += [
            f"With {holds}, days a person of the trigger set:",
            care_table(result, MEASURES, names),
            "Frontier (no other has both less delay and fewer days in pain), from least delay: "
            + ", ".join(frontier(points)),
            "",
        ]
    plain = [n for n in result.run["strategies"] if "@" not in n]
    parts += [
        "Differences to the reference, person by person:",
        differences_table(result, MEASURES[:4], plain),
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    scenario.main(findings=findings)
