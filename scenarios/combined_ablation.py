"""Why does ablation followed by radiotherapy relieve less than ablation with cement alone?

The same people under 20 Gy in 5, ablation with cement, and ablation followed by 20 Gy in 5, as the
evidence has them: the series of the two together had no cement and lytic bone alone. Then from the
two together to ablation with cement, one change at a time, each a treatment of the user's; the
changes add up to the whole difference. The two together with cement, for mixed bone too, stands
last: no study has tried it.
"""

from typing import Any

from sim import Population, Result, Scenario
from sim.evidence.reader import evidence
from sim.evidence.treatments import known_treatments
from sim.inputs.catalog import strategy
from sim.inputs.strategies import Strategy
from sim.inputs.treatment import Treatment
from sim.tables.decomposition import decomposition_text
from sim.tables.layout import table_text
from sim.tables.text import care_table, differences_table

BOTH, CEMENT, RADIATION, BEST = "rfa_ebrt", "rfa_cement", "ebrt_20gy5", "both_with_cement"
MEASURES = ("days_pain_below_4", "severe_pain_days", "therapy_days_lost", "delay_days")
MECHANICAL = ("response_mechanical", "complete_mechanical", "onset_mechanical_mean_days")
CHANGES: dict[str, tuple[str, ...]] = {
    "mixed bone too, predicted life from 2 months, not 3": ("mixed", "least_prognosis_months"),
    "cement: pain on movement, and fracture": ("cement", *MECHANICAL, "collapse_ratio"),
    "one session, no radiation that counts": (
        *("cord_dose_gy", "sessions", "course_days", "review_days"),
    ),
    "no flare, fewer complications": (*("flare_share", "complication_share", "complication_days"),),
    "response of tumor pain": ("response_biological", "complete_biological"),
    "relapse": ("relapse_rate_per_year",),
    "control of the tumor": ("tumor_control_ratio",),
}
"""Fields of a treatment in which ablation with cement differs from the two together."""


def of_cement(fields: tuple[str, ...]) -> dict[str, Any]:
    """Numbers of ablation with cement for some fields of a treatment."""
    known, values = known_treatments()[CEMENT], evidence().point
    found: dict[str, Any] = {}
    for field in fields:
        parameter = f"treatment_{field}".removesuffix("_per_year")
        of_kind = known.eligibility.get(field, getattr(known, field, None))
        found[field] = values.get((parameter, CEMENT), 0.0) if of_kind is None else of_kind
    return found


def gives(name: str) -> Strategy:
    """The strategy of the two together, with another treatment in its place."""
    plain = strategy(BOTH)
    rules = (r.with_options(give=name) if r.give == BOTH else r for r in plain.rules)
    return plain.with_options(name=name, rules=tuple(rules), description="")


CHAIN = [BOTH, *(f"step_{number}" for number in range(1, len(CHANGES) + 1))]
TREATMENTS = [
    Treatment(name=name, based_on=before, label=words, **of_cement(CHANGES[words]))
    for before, name, words in zip(CHAIN, CHAIN[1:], CHANGES, strict=False)
]
FIRST_TWO = [field for fields in list(CHANGES.values())[:2] for field in fields]
TREATMENTS.append(Treatment(name=BEST, based_on=BOTH, **of_cement(tuple(FIRST_TWO))))

scenario = Scenario(
    name="combined_ablation",
    population=Population.united_states(2010).scaled(300_000),
    treatments=TREATMENTS,
    strategies=[*map(strategy, (RADIATION, CEMENT, BOTH)), *(gives(t.name) for t in TREATMENTS)],
)


def ladder(result: Result) -> list[tuple[str, ...]]:
    """What each change adds, a person, then all of them, and what they explain."""
    pairs = [*zip(CHANGES, CHAIN, CHAIN[1:], strict=False), ("all of them", BOTH, CHAIN[-1])]
    pairs.append((f"{CEMENT} less {BOTH}", BOTH, CEMENT))
    return [
        (words, *(f"{result.value(m, after) - result.value(m, before):+.2f}" for m in MEASURES))
        for words, before, after in pairs
    ]


def findings(result: Result) -> str:
    """Relief, days and courses of the parts and both, and what each change adds."""
    if not {s.name for s in scenario.strategies} <= set(result.run["strategies"]):
        return "It takes all strategies of the file."
    plain, measures = [RADIATION, CEMENT, BOTH, BEST], (*MEASURES, "days_alive")
    parts = [f"{result.trigger_set_people:,} people are in the trigger set. A person of them:"]
    parts += [care_table(result, measures, plain), "", "The same people, twins:"]
    parts += [differences_table(result, measures, plain), ""]
    parts += [f"From {BOTH} to {CEMENT}, one change at a time; what each adds, a person:"]
    parts += [table_text(("change", *MEASURES), ladder(result))]
    for part in (CEMENT, RADIATION):
        parts += ["", decomposition_text(result, BOTH, part)]
    return "\n".join(parts)


if __name__ == "__main__":
    scenario.main(findings=findings)
