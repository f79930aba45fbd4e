"""Bone-modifying agents: a background to all care, which makes bone break less often."""

from __future__ import annotations

from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.fragility import change_collapse
from sim.life.hazards import NEVER
from sim.life.lesion import refresh_lesion
from sim.life.luck import uniform_pair
from sim.life.records import OUTSIDE

BONE_AGENT_ACTS = 2


@compiled
def consider_bone_agent(person: Record, cancer: Record, world: Record) -> None:
    """Offer a bone agent once skeletal disease is detected: a share by primary gets it."""
    if person.bone_agent > 0 or person.skeletal_detected_day > person.now:
        return
    person.bone_agent = 1
    offered, wait = uniform_pair(person, Luck.BONE_AGENT, 0, 0)
    if offered < cancer.bone_agent_share:
        wait_days = wait * 2.0 * world.bone_agent_start_mean_days
        person.clock[Event.BONE_AGENT_STARTED] = person.now + wait_days


@compiled
def start_bone_agent(person: Record, world: Record) -> None:
    """Let the agent protect every bone that is involved, and those to come."""
    person.clock[Event.BONE_AGENT_STARTED] = NEVER
    person.bone_agent = BONE_AGENT_ACTS
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.place != OUTSIDE:
            change_collapse(person, lesion, world.bone_agent_collapse_ratio)
            refresh_lesion(person, lesion)


@compiled
def collapse_ratio_of_agent(person: Record, world: Record) -> float:
    """Ratio of the hazards that the bone of a new lesion breaks."""
    return world.bone_agent_collapse_ratio if person.bone_agent == BONE_AGENT_ACTS else 1.0
