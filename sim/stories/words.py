"""What each event of a life is called in a story, and the summary at its end."""

from __future__ import annotations

import numpy as np

from sim.evidence.instruments import CORD_CONTACT, FRANKEL, SINS_NO_PAIN, WALKS_UP_TO
from sim.evidence.vocabulary import (
    COMPARTMENTS,
    LEVELS,
    PAUSE_CAUSES,
    THERAPY_CLASSES,
    VERTEBRAL,
)
from sim.life.hazards import NEVER

PHRASES = {
    "incurable": "the cancer becomes incurable",
    "dissemination": "the cancer spreads to distant sites",
    "skeletal_metastasis": "first skeletal metastasis, occult",
    "spinal_metastasis": "the spine is seeded at {place}, occult{earlier}",
    "level_seeded": "{place} is seeded, occult{earlier}",
    "outside_seeded": "{place} is seeded, occult",
    "lesion": "the lesion at {place} changes",
    "analgesia_stepped": "analgesia {stepped}: {symptoms}",
    "staging": "staging {shows}",
    "surveillance_imaging": "a surveillance image {shows}",
    "osteoporotic_collapse": "an osteoporotic vertebral collapse, no metastasis{imaged}",
    "other_back_pain": "back pain from another cause, no metastasis{imaged}",
    "cord_compression_diagnosed": "cord compression is diagnosed: {function}{seen}",
    "skeletal_detected": "skeletal metastasis is detected",
    "spinal_detected": "spinal metastasis is detected{score}",
    "skeletal_recorded": "bone metastasis enters the record",
    "toxicity_delay": "toxicity delays line {line} ({therapy_class})",
    "death_cancer": "dies of the cancer",
    "death_other": "dies of another cause",
    "epidural_extension": "{place}: grows in the canal, Bilsky {grade}{cord}{also}",
    "neurologic_deficit": "{place}: function is lost, {function}",
    "vertebral_fracture": "{place} fractures, {hurts}",
    "instability": "{place} hurts on movement: {symptoms}",
    "fracture_pain_settles": "{place}: the pain of the fracture settles: {symptoms}",
    "pain_onset_or_escalation": "{place} {more}: {symptoms}",
    "pain_worked_up": "the pain at {place} is worked up{seen}",
    "pain_relieved": "{place}: the treatment relieves the tumor pain: {symptoms}",
    "mechanical_pain_relieved": "{place}: the treatment relieves the pain on movement: {symptoms}",
    "flare_over": "{place}: the flare of pain is over: {symptoms}",
    "pain_relapsed": "{place}: the pain comes back: {symptoms}",
    "bone_agent_started": "a bone-modifying agent is started",
    "reviewed": "",
    "dose_given": "",
}
"""A phrase for every event that `care_words` does not tell; an empty one is left out."""

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

CAUSES = dict(
    zip(
        PAUSE_CAUSES,
        ("waiting", "course", "hold before", "hold after", "next slot"),
        strict=True,
    )
)
"""Why a day of systemic therapy is lost, in a word."""

SHOWN_DAYS = 0.5
"""Shorter times are not shown in whole days."""

ANALGESIA_STEPS = ("no analgesia", "non-opioid", "weak opioid", "strong opioid")

PLACES = dict(
    zip(
        COMPARTMENTS[VERTEBRAL + 1 :],
        ("the epidural soft tissue", "the dural sac", "the spinal cord"),
        strict=True,
    )
)
"""Where a lesion outside the vertebrae sits."""

SINS_GRADES = ((13, "unstable"), (7, "potentially unstable"), (0, "stable"))
"""Least score of each class of the instability score."""


def rating(pain: float) -> str:
    """Pain on the numeric rating scale as a person writes it.

    Examples
    --------
    >>> rating(6.0), rating(3.5)
    ('6', '3.5')
    """
    return f"{pain:.1f}".removesuffix(".0")


def symptoms(person: np.void) -> str:
    """The worst pain and the analgesia."""
    return f"worst pain {rating(person['pain'])}/10, {ANALGESIA_STEPS[person['analgesia']]}"


def function(frankel: int) -> str:
    """A Frankel grade, and whether the person walks."""
    return f"Frankel {FRANKEL[frankel]}, {'walks' if frankel <= WALKS_UP_TO else 'cannot walk'}"


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
        "function": function(int(after["frankel"])),
        "line": str(line),
        "therapy_class": THERAPY_CLASSES[after["therapy_class"]] if line else "",
        "stepped": "raised" if after["analgesia"] > before["analgesia"] else "lowered",
        "score": (
            f": {stability(int(after['sins_at_detection']))}" if after["n_levels"] > 0 else ""
        ),
    }
    if lesion >= 0:
        grade = int(after["lesion_epidural_grade"][lesion])
        found |= {
            "grade": str(grade),
            "cord": ", the cord is compressed" if grade >= CORD_CONTACT else "",
            "also": "" if after["pain"] == before["pain"] else f"; {symptoms(after)}",
            "more": (
                "begins to hurt"
                if before["lesion_pain_points"][lesion] == SINS_NO_PAIN
                else "hurts more"
            ),
            "hurts": (
                f"and hurts: {symptoms(after)}"
                if after["n_fractures"] > before["n_fractures"]
                else "without pain"
            ),
            "function": function(int(after["lesion_frankel"][lesion])),
        }
        if after["lesion_frankel"][lesion] < after["frankel"]:
            found["function"] += f"; worst of all lesions {function(int(after['frankel']))}"
    return found


def place(person: np.void, lesion: int) -> str:
    """Where in the spine a lesion sits."""
    level = LEVELS[person["lesion_level"][lesion]]
    compartment = person["lesion_compartment"][lesion]
    return level if compartment == VERTEBRAL else f"{PLACES[COMPARTMENTS[compartment]]} ({level})"


def delay(person: np.void) -> str:
    """How many of the paused days ended in a dose, by cause."""
    days = [float(x) for x in person["delay_days"]]
    if sum(days) == 0.0:
        return ", never resumed"
    parts = zip(PAUSE_CAUSES, days, strict=True)
    causes = ", ".join(f"{CAUSES[cause]} {x:.0f}" for cause, x in parts if x >= SHOWN_DAYS)
    return f", of these {sum(days):,.0f} until a dose ({causes})"


def summary(person: np.void, fractured: list[int], courses: str) -> list[str]:
    """Lines that sum up a finished life.

    Parameters
    ----------
    person : record of `PERSON`
    fractured : list of int
        Levels that fractured, from the skull down.
    courses : str
        What was given.
    """
    places = [
        place(person, lesion)
        for lesion, day in enumerate(person["lesion_seeded_day"])
        if person["n_lesions"] > 0 and day != NEVER
    ]
    therapy = f"{person['days_on_therapy']:,.0f}"
    if lines := int(person["therapy_line"]):
        therapy += f", {lines} {'line' if lines == 1 else 'lines'}"
    if delays := int(person["n_toxicity_delays"]):
        therapy += f"; delayed by toxicity {delays} {'time' if delays == 1 else 'times'}"
    severe = f"of these {person['severe_pain_days']:,.0f} at 7 or more"
    broken = "none"
    if fractured:
        levels = ", ".join(LEVELS[level] for level in fractured)
        broken = f"{len(fractured)}: {levels}; {person['n_fractures']} with pain"
    care = {}
    if person["n_episodes"] > 0:
        care["episodes of palliative care"] = f"{person['n_episodes']}; courses: {courses}"
    if person["n_pauses"] > 0:
        care["days therapy was paused"] = f"{person['paused_days'].sum():,.0f}{delay(person)}"
    rows = {
        "days alive since diagnosis": f"{person['death_day']:,.0f}",
        "days on systemic therapy": therapy,
        **care,
        "days in pain, 4 or more of 10": f"{person['pain_days']:,.0f}, {severe}",
        "days on opioids": f"{person['opioid_days']:,.0f}",
        "days unable to walk": f"{person['not_walking_days']:,.0f}",
        "spinal metastases": f"{len(places)}: {', '.join(places)}" if places else "none",
        "vertebral fractures": broken,
    }
    return [f"  {what:<32}{value}" for what, value in rows.items()]
