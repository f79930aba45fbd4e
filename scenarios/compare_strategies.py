"""Which palliative strategy gives the most pain relief for the least delay of cancer treatment?

The same people under every strategy, usual care the reference; days count from the first trigger
over the horizon. Relief is days alive with pain below 4, so that dying is no relief; delay is days
of therapy lost against the reference, so that an early death is no short delay. A strategy named
after a treatment gives it to everybody who may have it, else 8 Gy in one. Limits of retreatment
belong to the lesion and the kind of treatment; a strategy of two kinds still has more courses, so
that the frontier is also shown with one local course a level. No systemic hold around palliative
radiotherapy, ablation or kyphoplasty was ever measured: it stands with what surveys, consensus and
labels say (published holds), with equal holds for all treatments, none, assumed ones by treatment,
and breaks that do no harm. What needs one of these is an assumption, not a finding. Beside each
strategy stands what its effect rests on.
"""

from sim import Population, Result, Scenario
from sim.engine.policies import DEFAULTS
from sim.evidence.effects import arm_people
from sim.inputs.catalog import known_strategies, strategy
from sim.inputs.strategies import NO_CARE
from sim.inputs.strategy_label import HOLDS_WORDS
from sim.tables.answer import answer_text
from sim.tables.decomposition import decomposition_text, worse_than_a_part
from sim.tables.text import care_table, differences_table

NAMES = [name for name in known_strategies() if name != NO_CARE]
NAMES.insert(0, NAMES.pop(NAMES.index("usual_care")))
SETTINGS = {
    f"With {HOLDS_WORDS[DEFAULTS['holds']]}": {n: strategy(n) for n in NAMES},
    "With equal holds": {n: strategy(f"{n}@equal") for n in NAMES},
    f"With {HOLDS_WORDS['none']}": {n: strategy(f"{n}@none") for n in NAMES},
    "With each treatment's own assumed hold": {n: strategy(f"{n}@by_modality") for n in NAMES},
    "With harmless breaks of therapy": {n: strategy(n, time_off_hazard_ratio=1) for n in NAMES},
    "With one local course a level": {n: strategy(n, local_courses_per_level=1) for n in NAMES},
}
PARTS = {
    "noms": ("surgery_rt", "kyphoplasty", "sbrt_24gy2", "ebrt_30gy10", "ebrt_20gy5", "ebrt_8gy1"),
    "rfa_ebrt": ("rfa_cement", "ebrt_20gy5"),
    "surgery_rt": ("ebrt_30gy10",),
    "curettage_sm153": ("kyphoplasty",),
}
"""Strategies that combine treatments, and the strategies of these alone."""
MEASURES = ["days_pain_below_4", "severe_pain_days", "therapy_days_lost", "delay_days"]
MEASURES += ["days_alive", "courses_per_person"]

scenario = Scenario(
    name="compare_strategies",
    population=Population.united_states(2010).scaled(300_000),
    strategies=[s for named in SETTINGS.values() for s in named.values()],
)
REMARKS = {name: f"Published arms of {name}: {n:,} people." for name, n in arm_people().items()}
DRAWS, PEOPLE_PER_DRAW = 40, 20_000
"""Of the second run, over which something is certain or not."""


def answer(result: Result) -> str:
    """The frontier of relief against delay, what is certain, and what an assumption decides.

    Without draws, a second run has some, of fewer people and of the first setting alone.
    """
    settings = ran(result)
    if not result.trigger_set_people:
        return "No answer: nobody is in the trigger set."
    if len(next(iter(settings.values()), {})) < 2:
        return "No answer: it takes two of the strategies that are compared here."
    drawn = result
    if result.run["scenario"]["draws"] == 0:
        few = list(next(iter(settings.values())).values())
        draws = {"draws": DRAWS, "people_per_draw": PEOPLE_PER_DRAW}
        drawn = result.scenario.with_options(strategies=few, **draws).run()
    return answer_text(result, settings, drawn, REMARKS)


def findings(result: Result) -> str:
    """Outcomes and paired differences by setting; why combinations do worse than a part."""
    parts = [f"{result.trigger_set_people:,} people are in the trigger set."]
    settings = ran(result)
    for words, names in settings.items():
        parts += [f"{words}. A person of them:"]
        parts += [care_table(result, MEASURES, list(names.values())), ""]
    plain = list(next(iter(settings.values()), {}).values())
    parts += ["The same people, twins; difference a person:"]
    parts += [differences_table(result, MEASURES, plain)]
    for pair in worse_than_a_part(result, PARTS, plain):
        parts += ["", decomposition_text(result, *pair)]
    return "\n".join(parts)


def ran(result: Result) -> dict[str, dict[str, str]]:
    """Strategies of the run by setting: plain name, and name in the run."""
    run = set(result.run["strategies"])
    found = {
        words: {plain: s.name for plain, s in named.items() if s.name in run}
        for words, named in SETTINGS.items()
    }
    return {words: names for words, names in found.items() if names}


if __name__ == "__main__":
    scenario.main(answer=answer, findings=findings)
