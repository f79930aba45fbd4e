"""Pauses of systemic therapy between origin and horizon: one may be open on either day."""

from __future__ import annotations

from sim.evidence.vocabulary import MOST_EPISODES
from sim.life.compiled import Record, compiled_in_place


@compiled_in_place
def all_paused_days(sums: Record) -> float:
    """Days paused for care of the spine or of other bone, those of an open pause included."""
    days = sums.paused_days.sum() + sums.bone_care_paused_days
    if sums.pause_open == 1:
        days += sums.pause_part.sum() + sums.pause_bone_part
    return days


@compiled_in_place
def is_open(sums: Record) -> bool:
    """Say whether a pause for care of the spine is open."""
    return bool(sums.pause_open == 1 and sums.pause_of_spine == 1)


@compiled_in_place
def open_at_origin(person: Record, before: Record, by_then: Record) -> tuple[bool, bool]:
    """Say whether a pause of the spine was open at the origin, and whether it ended in a dose.

    Whether care of the spine has a part in it, and how it ends, is as at the horizon.
    """
    if before.pause_open == 0:
        return False, False
    if by_then.pause_open == 1 and by_then.pause_start_day == before.pause_start_day:
        return by_then.pause_of_spine == 1, False
    first = before.n_pauses
    if (
        first >= MOST_EPISODES
        or first >= by_then.n_pauses
        or person.pause_day[first] != before.pause_start_day
    ):
        return False, False
    return True, person.pause_resumed[first] == 1
