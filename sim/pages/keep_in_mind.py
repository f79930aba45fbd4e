"""What to keep in mind before believing a page: limits of the model that bear on what it tells."""

from __future__ import annotations

from markupsafe import Markup

from sim.evidence.reader import Evidence
from sim.inputs.setting import Setting
from sim.pages.prose import points

_HOLDS = (
    "How long the treatment of the cancer is held around radiotherapy, ablation or kyphoplasty of "
    "the spine was never measured. The numbers are what surveys, consensus and drug labels say. A "
    "ranking by delay that needs one setting of these holds is an assumption, not a finding."
)
_RELIEF = (
    "Relief after ablation and cement comes from series without controls, whose patients who do "
    "well answer; relief after radiotherapy comes from randomized trials of schedules. What a "
    "strategy's effect rests on stands beside it."
)
_CLINICS = (
    "Every number of the clinics is assumed: machines, hours, how long sessions and planning take, "
    "and how many other patients come."
)
_SIDES = (
    "An autopsy finds a metastasis in the spine of about a third of people who die of cancer; "
    "registries code far fewer. Both are right. Numbers of what there is and of what is found are "
    "told apart."
)


def keep_in_mind_parts(scenario: Setting, known: Evidence) -> list[Markup]:
    """Limits that bear on a scenario."""
    numbers = known.parameters.values()
    assumed = sum(one.grade == "assumed" for one in numbers)
    told = [
        "The model is for populations and planning, not for decisions about one patient.",
        f"{assumed:,} of its {len(numbers):,} numbers are assumed: no source says them. Each has a "
        "note that says why it is as it is, and a range that says how little is known.",
    ]
    if any(strategy.acts for strategy in scenario.strategies):
        told += [_HOLDS, _RELIEF]
    if scenario.access is not None:
        told.append(_CLINICS)
    told.append(_SIDES)
    return [points(told)]
