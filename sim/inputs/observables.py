"""What a rule of a strategy may ask for: each observable in words, and the end of its scale."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.evidence.instruments import FRANKEL, LEVELS_OF_WALKING, PERFORMANCES
from sim.life.policy import Observable


class Described(NamedTuple):
    """What an observable says, and the most that it can be; the least is 0."""

    words: str
    most: float = math.inf


_OF_A_LESION = "of the worst lesion, "
_PAIN = "0-10 on the numeric rating scale, after analgesia"
_OBSERVED = {
    Observable.PAIN: Described(f"Worst pain of the person, {_PAIN}.", 10),
    Observable.PAIN_AT_REST: Described(f"Pain {_OF_A_LESION}lying and at night, {_PAIN}.", 10),
    Observable.PAIN_ON_MOVEMENT: Described(f"Pain {_OF_A_LESION}on rising, turning, {_PAIN}.", 10),
    Observable.MECHANICAL_PAIN: Described(f"Pain {_OF_A_LESION}from movement alone, {_PAIN}.", 10),
    Observable.ANALGESIA: Described(
        "Step of analgesia: 0 none, 1 non-opioid, 2 weak opioid, 3 strong opioid, 4 and more a "
        "dose raised once and more often."
    ),
    Observable.REASON: Described("Why there is a decision."),
    Observable.SINS: Described("Spinal Instability Neoplastic Score of the lesion, 0-18.", 18),
    Observable.BILSKY: Described("Epidural extension of the worst lesion, Bilsky grade 0-3.", 3),
    Observable.FRANKEL: Described(
        "Deficit below the worst lesion, Frankel grade: 0 none (E) to 4 complete (A).",
        len(FRANKEL) - 1,
    ),
    Observable.LESION_TYPE: Described("Type of the worst lesion on imaging."),
    Observable.COLLAPSED: Described("1 if the vertebra of the worst lesion has collapsed.", 1),
    Observable.REGION: Described("Region of the spine of the worst lesion."),
    Observable.OUTSIDE: Described("1 if that lesion is of the spine outside the vertebrae.", 1),
    Observable.N_LEVELS: Described("Vertebral levels with a metastasis that is detected."),
    Observable.N_PAINFUL: Described("Detected lesions of the spine with pain of 4 or more."),
    Observable.PREVIOUS_RADIOTHERAPY: Described("Courses of radiotherapy at the worst lesion."),
    Observable.PREVIOUS_CEMENT: Described("Courses with cement at the worst lesion."),
    Observable.PREVIOUS_COURSES: Described("Courses of any kind at the worst lesion."),
    Observable.PRIMARY: Described("The primary."),
    Observable.RADIOSENSITIVE: Described("1 if the primary is radiosensitive.", 1),
    Observable.AGE: Described("Age in whole years."),
    Observable.PERFORMANCE: Described("ECOG performance status, 0-4.", len(PERFORMANCES) - 1),
    Observable.VISCERAL: Described("1 with visceral metastases.", 1),
    Observable.PROGNOSIS_MONTHS: Described("Predicted median survival, months."),
    Observable.THERAPY_LINE: Described("Line of systemic therapy; 0 before the first."),
    Observable.THERAPY_CLASS: Described("Class of systemic therapy."),
    Observable.ON_THERAPY: Described("1 if the person is on systemic therapy, or due it.", 1),
    Observable.WALKING: Described("0 walks alone, 1 with help, 2 not.", len(LEVELS_OF_WALKING) - 1),
    Observable.RADICULAR: Described("1 if pain of the worst lesion goes down a nerve root.", 1),
    Observable.CORD_DOSE_GY: Described(
        "What radiotherapy gave the cord at the worst lesion, Gy in fractions of 2 Gy."
    ),
}
OBSERVED = {one.label: _OBSERVED[one] for one in Observable}
"""By name, in the order of `Observable`."""
