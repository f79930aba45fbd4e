"""The clinical instruments: SINS, Bilsky and Frankel, as their authors define them.

Spinal Instability Neoplastic Score (SINS): Fisher et al., Spine 2010;35:E1221-9. Epidural spinal
cord compression scale: Bilsky et al., J Neurosurg Spine 2010;13:324-8. Frankel et al., Paraplegia
1969;7:179-92. Neurologic, oncologic, mechanical, systemic framework (NOMS): Laufer et al.,
Oncologist 2013;18:744-51. Performance status of the Eastern Cooperative Oncology Group (ECOG): Oken
et al., Am J Clin Oncol 1982;5:649-55.
"""

from __future__ import annotations

from sim.evidence.vocabulary import LEVELS

FRANKEL = ("E", "D", "C", "B", "A")
"""From normal (E) to complete loss (A); walking is possible at E and D."""
WALKS_UP_TO = 1
"""Last index of `FRANKEL` at which a person walks."""

STRENGTHS = ("full", "weak", "walks with help", "cannot walk", "no movement")
"""Strength of the legs, the worst last."""
WALKS_WITH_HELP, CANNOT_WALK, NO_MOVEMENT = 2, 3, 4
LEVELS_OF_WALKING = ("alone", "with help", "not")
"""Levels of walking, the worst last."""
SENSATIONS = ("normal", "reduced", "lost")
NO_SENSATION = len(SENSATIONS) - 1

NUMB_AREAS = ("arms", "trunk", "legs", "buttocks")
"""Where it is numb, from above downwards."""
_AREAS = {"C": "arms", "T": "trunk", "L": "legs", "S": "legs"}
_AREA_OF_LEVEL = tuple(
    NUMB_AREAS.index("buttocks" if level == "S2-S5" else _AREAS[level[0]]) for level in LEVELS
)
NUMB_AT = tuple(1 << area for area in _AREA_OF_LEVEL)
"""Bit of the area where a root of each level is felt."""
NUMB_BELOW = tuple(
    sum(1 << area for area in range(first, len(NUMB_AREAS))) for first in _AREA_OF_LEVEL
)
"""Bits of the areas below a cord, or cauda equina, that is pressed at each level."""

PERFORMANCES = tuple(f"ECOG {state}" for state in range(5))
"""Performance status: fully active (0), restricted (1), unable to work (2), limited self-care (3),
and bedridden (4)."""
PERFORMANCE_UP_AND_ABOUT, PERFORMANCE_LIMITED, PERFORMANCE_BEDRIDDEN = 1, 3, 4

COMPLETE_LOSS = len(FRANKEL) - 1
"""Index of the grade from which nobody walks again."""

CAUDA_EQUINA = LEVELS.index("L2")
"""Index of the first level whose canal holds no cord, but the roots below it."""

CORD_CONTACT = 2
"""Bilsky grade from which the cord is compressed: fluid still visible (2), or none (3)."""
WORST_GRADE = 3

SINS_JUNCTIONAL, SINS_MOBILE, SINS_SEMIRIGID, SINS_RIGID = 3, 2, 1, 0
_MOBILE = ("C3", "C4", "C5", "C6", "L2", "L3", "L4")
_SEMIRIGID = tuple(f"T{i}" for i in range(3, 11))
_RIGID = ("S2-S5",)

SINS_LOCATION = tuple(
    SINS_MOBILE
    if level in _MOBILE
    else SINS_SEMIRIGID
    if level in _SEMIRIGID
    else SINS_RIGID
    if level in _RIGID
    else SINS_JUNCTIONAL
    for level in LEVELS
)
"""Points for location by level: occiput-C2, C7-T2, T11-L1 and L5-S1 are junctional, S2-S5 rigid."""

SINS_MECHANICAL_PAIN, SINS_OTHER_PAIN, SINS_NO_PAIN = 3, 1, 0
SINS_TYPE = (2, 1, 0)
"""Points for lytic, mixed and blastic bone."""
SINS_SUBLUXATION, SINS_DEFORMITY = 4, 2
SINS_COLLAPSE_OVER_HALF, SINS_COLLAPSE_UNDER_HALF, SINS_BODY_OVER_HALF = 3, 2, 1
SINS_BODY_SHARE = 0.5
"""Share of the body involved above which an intact vertebra gets a point."""
SINS_POSTEROLATERAL = (0, 1, 3)
"""Points for posterolateral involvement of no, one and both sides."""

RADIOSENSITIVE_PRIMARIES = ("breast", "prostate", "lymphoma", "leukemia", "myeloma")
"""Primaries that conventional radiotherapy controls, in the oncologic part of NOMS."""
STABLE_UP_TO, POTENTIALLY_UNSTABLE_UP_TO = 6, 12
"""Last SINS of a stable and of a potentially unstable spine."""
