"""Which palliative strategy gives the most pain relief for the least delay of cancer treatment?

The same people under every strategy, usual care the reference. A strategy named after a treatment
gives it to everybody who may have it, else 8 Gy in one. No systemic hold around palliative
radiotherapy, ablation or kyphoplasty was ever measured, so the comparison stands three times: with
holds equal within a class of therapy, with none, and with an assumed one for each treatment. What
needs one of the three is an assumption, not a finding; and relief after ablation and cement comes
from series without controls. Delay is shown beside the days on therapy and alive in the year after
the first trigger, because an early death is no short delay.
"""

from sim import Population, Result, Scenario
from sim.inputs.catalog import known_strategies
from sim.inputs.strategies import NO_CARE
from sim.tables.compare import frontier
from sim.tables.text import care_table, differences_table, trigger_set_people

OTHERS = [name for name in known_strategies() if name not in (NO_CARE, "usual_care")]
HOLDS = {
    "": "Holds equal within a class of therapy",
    "none": "No holds",
    "by_modality": "Each treatment's own assumed hold",
}
MEASURES = (
    *("delay_days", "pain_days", "severe_pain_days"),
    *("days_on_therapy_1y", "days_alive_1y", "survival_days"),
)

scenario = Scenario(
    name="compare_strategies",
    population=Population.united_states(2010),
    strategies=[f"{n}@{h}".rstrip("@") for h in HOLDS for n in ("usual_care", *OTHERS)],
)


def findings(result: Result) -> str:
    """Outcomes, the frontier of relief against delay, and paired differences, by holds."""
    run = [n for n in result.run["strategies"] if n != NO_CARE and trigger_set_people(result)]
    parts = [f"{trigger_set_people(result):,} people are in the trigger set."]
    for holds, words in HOLDS.items():
        names = [n for n in run if n.partition("@")[2] == holds]
        if not names:
            continue
        points = {n: (result.value("delay_days", n), result.value("pain_days", n)) for n in names}
        parts += [f"{words}. Days a person of them:"]
        parts += [care_table(result, MEASURES, names)]
        parts += [f"No other has both less delay and fewer days in pain: {listed(points)}.", ""]
    plain = [n for n in run if "@" not in n]
    parts += ["The same people, twins; difference in days a person:"]
    parts += [differences_table(result, MEASURES[:4], plain)]
    return "\n".join(parts)


def listed(points: dict[str, tuple[float, float]]) -> str:
    """The frontier in words, from the least delay to the most."""
    return ", ".join(f"{n} ({points[n][0]:.1f}, {points[n][1]:.0f})" for n in frontier(points))


if __name__ == "__main__":
    scenario.main(findings=findings)
