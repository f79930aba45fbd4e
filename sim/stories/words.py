"""What each event of a life is called in a story, and the summary at its end."""

from __future__ import annotations

import numpy as np

from sim.evidence.instruments import (
    CAUDA_EQUINA,
    CORD_CONTACT,
    FRANKEL,
    NUMB_AREAS,
    NUMB_AT,
    NUMB_BELOW,
    PERFORMANCES,
    SENSATIONS,
    SINS_COLLAPSE_UNDER_HALF,
    SINS_NO_PAIN,
    WALKS_UP_TO,
    WALKS_WITH_HELP,
)
from sim.evidence.vocabulary import (
    ANALGESIA_STEPS,
    COMPARTMENTS,
    LEVELS,
    PAUSE_CAUSES,
    THERAPY_CLASS_WORDS,
    Compartment,
)
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE

DISEASES = {
    "breast": "breast cancer",
    "prostate": "prostate cancer",
    "lung": "lung cancer",
    "colorectal": "colorectal cancer",
    "kidney": "kidney cancer",
    "thyroid": "thyroid cancer",
    "melanoma": "melanoma",
    "bladder": "bladder cancer",
    "pancreas": "pancreatic cancer",
    "liver": "liver cancer",
    "upper_gi": "cancer of the stomach or esophagus",
    "gynecologic": "gynecologic cancer",
    "head_neck": "head and neck cancer",
    "lymphoma": "lymphoma",
    "leukemia": "leukemia",
    "myeloma": "myeloma",
    "sarcoma": "sarcoma",
    "brain": "brain cancer",
    "other": "cancer of another site",
}
"""What a person with each primary has, in plain words."""

CAUSE_WORDS = dict(
    zip(
        PAUSE_CAUSES,
        ("waiting", "course", "hold before", "hold after", "next slot"),
        strict=True,
    )
)
"""Why a day of systemic therapy is lost, in a word."""

SHOWN_DAYS = 0.5
"""Shorter times are not shown in whole days."""

CONDITIONS = (
    "fully active",
    "up and about, no heavy work",
    "unable to work",
    "in bed or chair half of the day",
    "bedridden",
)
"""Performance status in plain words."""

PLACES = dict(
    zip(
        COMPARTMENTS[Compartment.EXTRADURAL_VERTEBRAL + 1 :],
        ("the epidural soft tissue", "the dural sac", "the spinal cord"),
        strict=True,
    )
)
"""Where a lesion outside the vertebrae sits."""

BONES = ("the pelvis or hip", "a long bone", "a rib or other bone")
"""Bone outside the spine, in the order of its sites."""

SINS_GRADES = ((13, "unstable"), (7, "potentially unstable"), (0, "stable"))
"""Least score of each class of the instability score."""

PAIN_GRADES = ((7.0, "severe"), (4.0, "moderate"), (0.0, "mild"))
"""Least rating of each class of pain."""


def pain_grade(pain: float) -> str:
    """The class of a pain on the numeric rating scale.

    Examples
    --------
    >>> pain_grade(7.0), pain_grade(6.9), pain_grade(0.0)
    ('severe', 'moderate', 'mild')
    """
    return next(word for least, word in PAIN_GRADES if pain >= least)


def rating(pain: float) -> str:
    """Pain on the numeric rating scale as a person writes it.

    Examples
    --------
    >>> rating(6.0), rating(3.5)
    ('6', '3.5')
    """
    return f"{pain:.1f}".removesuffix(".0")


def symptoms(person: np.void) -> str:
    """The worst pain, how much of it there is at rest, and the analgesia."""
    pain, at_rest = rating(person["pain"]), rating(person["pain_at_rest"])
    step = person["analgesia"]
    analgesia = ANALGESIA_STEPS[step] if step > 0 else "no analgesia"
    rest = "" if pain == at_rest else f" on movement, {at_rest} at rest"
    other = f", {rating(person['bone_pain'])}/10 outside the spine" if person["bone_pain"] else ""
    return f"worst pain {pain}/10{rest}{other}, {analgesia}"


def worst_of_all(person: np.void) -> float:
    """The worst pain of the spine and of other bone."""
    return max(float(person["pain"]), float(person["bone_pain"]))


def function(frankel: int, strength: int = 0) -> str:
    """A Frankel grade, and how the person walks."""
    walks = "walks with help" if strength == WALKS_WITH_HELP else "walks"
    return f"Frankel {FRANKEL[frankel]}, {walks if frankel <= WALKS_UP_TO else 'cannot walk'}"


def areas(bits: int) -> str:
    """Areas of the body by their bits, from above downwards.

    Examples
    --------
    >>> areas(6)
    'trunk and legs'
    """
    named = [area for place, area in enumerate(NUMB_AREAS) if bits >> place & 1]
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def numbness(person: np.void) -> str:
    """Days with numbness, and where it was."""
    if person["numb_ever"] == 0:
        return "0"
    return f"{person['numb_days']:,.0f}, in the {areas(int(person['numb_ever']))}"


def condition(performance: int) -> str:
    """Performance status, and what it means."""
    return f"{PERFORMANCES[performance]}, {CONDITIONS[performance]}"


def stability(sins: int) -> str:
    """An instability score with its class."""
    return f"SINS {sins}, {next(word for least, word in SINS_GRADES if sins >= least)}"


def words(before: np.void, after: np.void, lesion: int) -> dict[str, str]:
    """Words that phrases are filled with, from the person before and after an event.

    Parameters
    ----------
    before, after : records of `PERSON`
    lesion : int
        Whose event it was, -1 if no lesion's.
    """
    line = int(after["therapy_line"])
    found = {
        "symptoms": symptoms(after),
        "function": function(int(after["frankel"]), int(after["strength"])),
        "condition": condition(int(after["performance"])),
        "viscera": ", the viscera among them" if after["visceral"] else "",
        "eased": "" if symptoms(after) == symptoms(before) else f": {symptoms(after)}",
        "condition_now": (
            ""
            if after["performance"] == before["performance"]
            else f"; {condition(int(after['performance']))}"
        ),
        "line": str(line),
        "therapy_class": THERAPY_CLASS_WORDS[after["therapy_class"]] if line else "",
        "varied": "worse" if worst_of_all(after) > worst_of_all(before) else "better",
        "stepped": "raised" if after["analgesia"] > before["analgesia"] else "lowered",
        "score": (
            f": {stability(int(after['sins_at_detection']))}" if after["n_levels"] > 0 else ""
        ),
    }
    if lesion >= 0:
        grade = int(after["lesions"]["epidural_grade"][lesion])
        nerves = "cord" if after["lesions"]["level"][lesion] < CAUDA_EQUINA else "cauda equina"
        found |= {
            "grade": str(grade),
            "nerves": nerves,
            "cord": f", the {nerves} is compressed" if grade >= CORD_CONTACT else "",
            "also": "" if after["pain"] == before["pain"] else f"; {symptoms(after)}",
            "more": (
                "begins to hurt"
                if before["lesions"]["pain_points"][lesion] == SINS_NO_PAIN
                else "hurts more"
            ),
            "treatment_or_care": (
                "the treatment" if after["lesions"]["courses"][lesion] > 0 else "care, no course,"
            ),
            "sinks": (
                "sinks further"
                if before["lesions"]["collapse_points"][lesion] >= SINS_COLLAPSE_UNDER_HALF
                else "collapses"
            ),
            "function": function(
                int(after["lesions"]["frankel"][lesion]), int(after["lesions"]["strength"][lesion])
            ),
        }
        if lesion < FIRST_BONE:
            level = int(after["lesions"]["level"][lesion])
            numb = after["lesions"]["root_numb"][lesion] > before["lesions"]["root_numb"][lesion]
            found["root_numb"] = f", numb {areas(NUMB_AT[level])}" if numb else ""
            found["sensation"] = SENSATIONS[after["lesions"]["sensation"][lesion]]
            found["numb_below"] = areas(NUMB_BELOW[level])
        if after["lesions"]["frankel"][lesion] < after["frankel"]:
            worst = function(int(after["frankel"]), int(after["strength"]))
            found["function"] += f"; worst of all lesions {worst}"
        if after["performance"] != before["performance"]:
            found["function"] += f"; {condition(int(after['performance']))}"
    return found


def place(person: np.void, lesion: int) -> str:
    """Where in the skeleton or the spine a lesion sits."""
    if lesion >= FIRST_BONE:
        return BONES[lesion - FIRST_BONE]
    level: str = LEVELS[person["lesions"]["level"][lesion]]
    compartment = person["lesions"]["compartment"][lesion]
    if compartment == Compartment.EXTRADURAL_VERTEBRAL:
        return level
    return f"{PLACES[COMPARTMENTS[compartment]]} ({level})"


def delay(person: np.void) -> str:
    """How many of the paused days ended in a dose, by cause."""
    days = [float(x) for x in person["delay_days"]]
    if sum(days) == 0.0:
        return ", never resumed"
    parts = zip(PAUSE_CAUSES, days, strict=True)
    causes = ", ".join(f"{CAUSE_WORDS[cause]} {x:.0f}" for cause, x in parts if x >= SHOWN_DAYS)
    return f", of these {sum(days):,.0f} until a dose ({causes})"


def levels_since(person: np.void, day: str) -> str:
    """How many vertebrae have a day, and which, from the skull down."""
    if person["n_lesions"] == 0:
        return "none"
    lesions = person["lesions"][: len(LEVELS)]
    which = np.flatnonzero((lesions["seeded_day"] < NEVER) & (lesions[day] < NEVER))
    levels = ", ".join(LEVELS[level] for level in which)
    return f"{len(which)}: {levels}" if len(which) else "none"


def summary(person: np.void, courses: str) -> list[str]:
    """Lines that sum up a finished life.

    Parameters
    ----------
    person : record of `PERSON`
    courses : str
        What was given.
    """
    involved = [
        lesion
        for lesion, day in enumerate(person["lesions"]["seeded_day"])
        if person["n_lesions"] > 0 and day != NEVER
    ]
    places = [place(person, lesion) for lesion in involved if lesion < FIRST_BONE]
    bones = [place(person, lesion) for lesion in involved if lesion >= FIRST_BONE]
    therapy = f"{person['days_on_therapy']:,.0f}"
    if lines := int(person["therapy_line"]):
        therapy += f", {lines} {'line' if lines == 1 else 'lines'}"
    if delays := int(person["n_toxicity_delays"]):
        therapy += f"; delayed by toxicity {delays} {'time' if delays == 1 else 'times'}"
    severe = (
        f"of these {person['severe_pain_days']:,.0f} at 7 or more, "
        f"{person['pain_at_rest_days']:,.0f} at rest too"
    )
    care = {}
    if person["n_episodes"] > 0:
        care["episodes of palliative care"] = f"{person['n_episodes']}; courses: {courses}"
    if person["n_pauses"] > 0:
        care["days therapy was paused"] = f"{person['paused_days'].sum():,.0f}{delay(person)}"
    if person["n_bone_episodes"] > 0:
        radiotherapy, surgery = person["n_bone_radiotherapy"], person["n_bone_surgery"]
        care["courses for bone elsewhere"] = f"{radiotherapy}, {surgery} of them after surgery"
    if person["bone_care_paused_days"] > 0.0:
        care["days paused for it alone"] = f"{person['bone_care_paused_days']:,.0f}"
    elsewhere = {}
    if bones:
        elsewhere = {
            "metastases of bone elsewhere": f"{len(bones)}: {', '.join(bones)}",
            "their fractures": f"{person['n_bone_fractures'] or 'none'}",
            "days in pain from them": f"{person['bone_pain_days']:,.0f}",
        }
    rows = {
        "days alive since diagnosis": f"{person['death_day']:,.0f}",
        "days on systemic therapy": therapy,
        **care,
        "days in pain, 4 or more of 10": f"{person['pain_days']:,.0f}, {severe}",
        "days on opioids": f"{person['opioid_days']:,.0f}",
        "days unable to walk": (
            f"{person['not_walking_days']:,.0f}, and {person['with_help_days']:,.0f} with help"
        ),
        "days with numbness": numbness(person),
        "spinal metastases": f"{len(places)}: {', '.join(places)}" if places else "none",
        "vertebral fractures": levels_since(person, "fracture_day"),
        "collapses without pain": levels_since(person, "silent_collapse_day"),
        **elsewhere,
    }
    return [f"  {what:<32}{value}" for what, value in rows.items()]
