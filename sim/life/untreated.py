"""The non-specific response: what pain does once somebody cares for it, whatever is done.

Sham treatment relieves a fifth. That part is common to all treatments, analgesia alone included:
its share is the response of `analgesia_only`, and the difference of a treatment to it is what is
specific. Responders are nested: by the same number that decides over the first course of a lesion,
who answers without one answers to any. It happens once, at the first decision for no course about
a lesion that hurts and never had one, and relapses as other responses do.
"""

from __future__ import annotations

from sim.life.compiled import Record, compiled
from sim.life.lesion import refresh_lesion
from sim.life.policy import ANALGESIA_ONLY
from sim.life.relief import begin_to_stabilize, course_occurrence, end_treating_lesion


@compiled
def answer_without_course(
    person: Record, cancer: Record, world: Record, care: Record, lesion: Record
) -> None:
    """Let the pains of a lesion that never had a course answer to being cared for, once."""
    hurts = max(lesion.biological_pain, lesion.mechanical_pain) > 0.0
    if lesion.courses > 0 or lesion.untreated_answer == 1 or not hurts:
        return
    lesion.untreated_answer = 1
    occurrence = course_occurrence(care, ANALGESIA_ONLY, 1)
    begin_to_stabilize(person, world, care.treatments[ANALGESIA_ONLY], lesion, occurrence)
    end_treating_lesion(person, cancer, world, care, ANALGESIA_ONLY, lesion)
    refresh_lesion(person, lesion)
