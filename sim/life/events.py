"""The events that can happen to a person: each is declared on one line.

The line gives the function that lets the event happen, and the luck that decides when it comes and
what it does. Its place is the code: the order is part of the model, it decides which of
simultaneous events is applied first. The printed name is the name in small letters. Below stand
which events are dated, which come at a rate of the evidence, and what a story says of them.
"""

from __future__ import annotations

from enum import IntEnum

from sim.evidence.vocabulary import Numbered


class Luck(IntEnum):
    """What luck is needed for, at most 2047.

    A number is never used again for something else, so that a new purpose changes nobody's life;
    `sim.life.luck` draws by it.
    """

    ENTRY_CELL = 1
    OTHER_DEATH = 3
    CURE = 4
    DISTANT_SPREAD = 5
    FRAILTY = 6
    CANCER_DEATH = 7
    SKELETON_HIT = 8
    SKELETAL_SEEDING = 9
    SPINE_HIT = 10
    SPINAL_SEEDING = 11
    FIRST_LEVEL = 12
    LEVEL_SEEDING = 13
    LEAD_TIME = 14
    STAGING = 15
    SURVEILLANCE = 16
    SPINE_SEEN = 17
    LESION_SEEN = 18
    # 19 was the symptom of a lesion, before lesions had pain of their own.
    RECORDING = 20
    LESION_TYPE = 21
    LESION_GROWTH = 22
    COLLAPSE = 23
    COLLAPSE_KIND = 24
    INSTABILITY = 25
    FRACTURE_PAIN = 26
    SETTLING = 27
    EPIDURAL = 28
    EPIDURAL_PAIN = 29
    DEFICIT = 30
    PAIN = 31
    PAIN_CAP = 32
    ANALGESIA = 35
    CORD_DIAGNOSIS = 36
    OUTSIDE_SEEDING = 37
    OUTSIDE_PLACE = 38
    OTHER_BACK_PAIN = 39
    OTHER_BACK_PAIN_IMAGE = 40
    THERAPY_OFFERED = 41
    THERAPY_START = 42
    THERAPY_CLASS = 43
    THERAPY_LINE = 44
    TOLERANCE = 45
    TOXICITY = 46
    LESION_SEEN_AT_WORK_UP = 47
    CONSULT_WAIT = 48
    TREATMENT_CHOICE = 49
    TREATMENT_WAIT = 50
    PROCEDURE = 51
    RESPONSE = 52
    RESPONSE_ONSET = 53
    MECHANICAL_RESPONSE = 54
    MECHANICAL_ONSET = 55
    FLARE = 56
    RELAPSE = 57
    REGAIN_WALKING = 58
    BONE_AGENT = 59
    CATCHMENT = 60
    PERFORMANCE = 61
    PERFORMANCE_DECLINE = 62
    PERFORMANCE_RECOVERY = 63
    FRACTURE_PERFORMANCE = 64
    VISCERAL = 65
    REMISSION = 66
    THERAPY_RESPONSE = 67
    THERAPY_EASES = 68
    DECLINE_IMAGE = 69
    ANALGESIC_RESPONSE = 70
    OPIOID_TOLERANCE = 71
    PAIN_SENSITIVITY = 72
    PAIN_VARIES = 73
    DECLINE_PAIN = 75
    PAIN_SUBSIDES = 76
    BONE_HIT = 77
    BONE_SEEDING = 78
    BONE_SITE = 79
    BONE_FRACTURE_PAIN = 81
    BONE_CONSULT_WAIT = 82
    BONE_TREATMENT_WAIT = 83
    SILENT_COLLAPSE = 97
    RESTABILIZATION = 98
    REGAIN_FUNCTION = 87
    ROOT = 88
    ROOT_EFFECT = 89
    ROOT_FREED = 90
    HOLD = 93
    NEVER_RESUMED = 94
    REFERRAL = 99


class Event(Numbered):
    """What can happen to a person.

    The events up to `DEATH_OTHER` have a clock of the person, and those up to `PAIN_RELAPSED` one
    of a lesion. The others share a clock, which stands for whichever of them comes next: `LESION`
    for those of a lesion, `CARE` for the steps of an episode of palliative care, `DOSE_DUE` for
    what becomes of a dose that care may withhold, `NEUROLOGIC_DEFICIT` for the function that a
    compressed cord loses, `BONE_CARE` for the steps of care of bone outside the spine, and a
    fracture of a lesion for one of such bone. The event that is then logged is the one of them that
    happened.

    Attributes
    ----------
    handler : str
        Module of `sim.life` and function that lets the event happen.
    luck : tuple of Luck
        What is drawn to decide when it comes and what it does.
    """

    handler: str
    luck: tuple[Luck, ...]

    def __new__(cls, handler: str, *luck: Luck) -> Event:
        """Make a member from its line; its code is its place."""
        member = int.__new__(cls, len(cls.__members__))
        member._value_ = len(cls.__members__)
        member.handler = handler
        member.luck = luck
        return member

    # the cancer
    INCURABLE = "cancer.become_incurable", Luck.CURE, Luck.FRAILTY, Luck.PERFORMANCE
    DISSEMINATION = "cancer.disseminate", Luck.DISTANT_SPREAD, Luck.VISCERAL
    REMISSION = "control.enter_remission", Luck.REMISSION
    PERFORMANCE_DECLINE = (
        "performance.decline",
        *(Luck.PERFORMANCE_DECLINE, Luck.DECLINE_IMAGE, Luck.DECLINE_PAIN),
    )
    PERFORMANCE_RECOVERY = "performance.recover", Luck.PERFORMANCE_RECOVERY
    SKELETAL_METASTASIS = (
        "spine.seed_skeleton",
        *(Luck.SKELETON_HIT, Luck.SKELETAL_SEEDING, Luck.BONE_HIT),
    )
    SPINAL_METASTASIS = (
        "spine.seed_spine",
        *(Luck.SPINE_HIT, Luck.SPINAL_SEEDING, Luck.LEAD_TIME, Luck.FIRST_LEVEL),
    )
    LEVEL_SEEDED = "spine.seed_level", Luck.LEVEL_SEEDING, Luck.LESION_TYPE, Luck.LESION_GROWTH
    OUTSIDE_SEEDED = "spine.seed_outside", Luck.OUTSIDE_SEEDING, Luck.OUTSIDE_PLACE
    BONE_SEEDED = "bones.seed_bone", Luck.BONE_SEEDING, Luck.BONE_SITE
    LESION = "step.apply_lesion_event"
    PAIN_VARIES = "pain.vary_pain", Luck.PAIN_VARIES
    # care
    ANALGESIA_STEPPED = "pain.change_analgesia", Luck.ANALGESIA
    CARE = "care.advance_episode", Luck.REFERRAL
    BONE_CARE = "bone_care.advance_bone_care", Luck.REFERRAL
    DOSE_DUE = "pause.dose_due"
    BONE_AGENT_STARTED = "bone_agent.start_bone_agent", Luck.BONE_AGENT
    PAIN_ASSESSED = "response.assess"
    # detection
    STAGING = "detection.stage_skeleton", Luck.STAGING, Luck.SPINE_SEEN, Luck.LESION_SEEN
    SURVEILLANCE_IMAGING = "detection.survey", Luck.SURVEILLANCE
    OSTEOPOROTIC_COLLAPSE = "back_pain.have_back_pain", Luck.OTHER_BACK_PAIN
    OTHER_BACK_PAIN = "back_pain.have_back_pain", Luck.OTHER_BACK_PAIN_IMAGE
    CORD_COMPRESSION_DIAGNOSED = "cord.diagnose_cord_compression", Luck.CORD_DIAGNOSIS
    SKELETAL_DETECTED = "detection.detect_skeleton"
    SPINAL_DETECTED = "detection.detect_spine"
    SKELETAL_RECORDED = "detection.record_skeleton", Luck.RECORDING
    # systemic therapy
    THERAPY_STARTED = "therapy.start_line", Luck.THERAPY_OFFERED, Luck.THERAPY_START
    THERAPY_RESPONSE = "control.begin_response", Luck.THERAPY_RESPONSE, Luck.THERAPY_EASES
    THERAPY_LINE_ENDED = "therapy.end_line", Luck.THERAPY_LINE, Luck.THERAPY_CLASS
    TOXICITY_DELAY = "therapy.delay_for_toxicity", Luck.TOLERANCE, Luck.TOXICITY
    TOXICITY_DELAY_OVER = "therapy.resume_after_toxicity", Luck.TOXICITY
    # the end
    DEATH_CANCER = "step.die", Luck.CANCER_DEATH
    DEATH_OTHER = "step.die", Luck.OTHER_DEATH
    # of a lesion, by a hazard that may change
    EPIDURAL_EXTENSION = "cord.extend_into_canal", Luck.EPIDURAL, Luck.EPIDURAL_PAIN
    NEUROLOGIC_DEFICIT = "cord.lose_function", Luck.DEFICIT, Luck.CORD_DIAGNOSIS
    ROOT_REACHED = "root.reach_root", Luck.EPIDURAL, Luck.ROOT, Luck.ROOT_EFFECT
    VERTEBRAL_FRACTURE = (
        "fracture.break_vertebra",
        *(Luck.COLLAPSE, Luck.COLLAPSE_KIND, Luck.FRACTURE_PAIN, Luck.FRACTURE_PERFORMANCE),
    )
    SILENT_COLLAPSE = "fracture.sink_silently", Luck.SILENT_COLLAPSE, Luck.COLLAPSE_KIND
    INSTABILITY = "fracture.destabilize", Luck.INSTABILITY, Luck.COLLAPSE
    PAIN_ONSET_OR_ESCALATION = (
        "pain.raise_pain",
        *(Luck.PAIN, Luck.PAIN_CAP),
        *(Luck.PAIN_SENSITIVITY, Luck.ANALGESIC_RESPONSE, Luck.OPIOID_TOLERANCE),
    )
    PAIN_SUBSIDES = "pain.subside", Luck.PAIN_SUBSIDES
    PAIN_WORKED_UP = "detection.work_up", Luck.PAIN, Luck.LESION_SEEN_AT_WORK_UP
    # of a lesion, on a day that is set
    FRACTURE_PAIN_SETTLES = "fracture.settle", Luck.SETTLING
    PAIN_RELIEVED = "relief.relieve", Luck.RESPONSE, Luck.RESPONSE_ONSET, Luck.ROOT_FREED
    MECHANICAL_PAIN_RELIEVED = (
        "relief.stabilize",
        *(Luck.MECHANICAL_RESPONSE, Luck.MECHANICAL_ONSET),
    )
    RESTABILIZED = "fracture.restabilize", Luck.RESTABILIZATION
    FLARE_OVER = "relief.end_flare", Luck.FLARE
    CORD_FREED = "cord.free_cord", Luck.EPIDURAL
    PAIN_RELAPSED = "relief.relapse", Luck.RELAPSE
    # the steps of an episode of palliative care
    REFERRED = "care.refer", Luck.CONSULT_WAIT
    CARE_DECIDED = "care.decide", Luck.TREATMENT_CHOICE, Luck.TREATMENT_WAIT, Luck.HOLD
    PREPARED_FOR_COURSE = "care.prepare"
    COURSE_BEGUN = "care.begin_course", Luck.REGAIN_WALKING, Luck.REGAIN_FUNCTION
    COURSE_ENDED = "care.end_course", Luck.PROCEDURE, Luck.NEVER_RESUMED
    # what becomes of a dose that care may withhold
    DOSE_GIVEN = "pause.dose_due"
    THERAPY_PAUSED = "pause.begin_pause"
    THERAPY_RESUMED = "pause.resume"
    # of bone outside the spine
    BONE_FRACTURE = "bones.break_bone", Luck.BONE_FRACTURE_PAIN
    BONE_REFERRED = (
        "bone_care.refer_bone",
        *(Luck.BONE_CONSULT_WAIT, Luck.BONE_TREATMENT_WAIT, Luck.HOLD),
    )
    BONE_COURSE_PREPARED = "bone_care.prepare_bone_course"
    BONE_COURSE_BEGUN = "bone_care.begin_bone_course"
    BONE_COURSE_ENDED = "bone_care.end_bone_course"
    # what a deficit takes other than strength
    SENSATION_LOST = "cord.lose_sensation"
    SPHINCTERS_LOST = "cord.lose_sphincters"


EVENTS = Event.labels()
"""Printed names of all events, by code."""

N_CLOCKS = Event.DEATH_OTHER + 1
"""The first events have a clock of the person."""
FIRST_LESION_EVENT = N_CLOCKS
N_LESION_EVENTS = Event.PAIN_RELAPSED + 1 - FIRST_LESION_EVENT
"""The next ones have a clock of each lesion."""
N_LESION_HAZARDS = Event.PAIN_WORKED_UP + 1 - FIRST_LESION_EVENT
"""Of those, the first ones have a hazard that may change; the others a day."""
N_LESION_RAMPS = Event.INSTABILITY + 1 - FIRST_LESION_EVENT
"""Of those, the first ones, but for `NEUROLOGIC_DEFICIT`, may have one that rises with growth."""
FIRST_CARE_EVENT = int(Event.REFERRED)
FIRST_DOSE_EVENT = int(Event.DOSE_GIVEN)
CARE_EVENTS = EVENTS[FIRST_CARE_EVENT:FIRST_DOSE_EVENT]
"""Printed names of the steps of an episode of palliative care."""

DATED = (
    Event.INCURABLE,
    Event.DISSEMINATION,
    Event.SKELETAL_METASTASIS,
    Event.SPINAL_METASTASIS,
    Event.SKELETAL_DETECTED,
    Event.SPINAL_DETECTED,
    Event.SKELETAL_RECORDED,
)
"""Events whose first day is kept: `<name>_day` of a person."""

AT_A_RATE = (
    Event.VERTEBRAL_FRACTURE,
    Event.SILENT_COLLAPSE,
    Event.INSTABILITY,
    Event.OTHER_BACK_PAIN,
)
"""Events whose hazard is a parameter: `<name>_rate` a year, `<name>_rate_per_day` of the world."""

PHRASES = {
    "incurable": "the cancer becomes incurable: {condition}",
    "dissemination": "the cancer spreads to distant sites{viscera}",
    "remission": "the cancer is in remission: lesions heal",
    "performance_decline": "is less well: {condition}",
    "performance_recovery": "is better again: {condition}",
    "therapy_response": "line {line} ({therapy_class}) works{eased}",
    "skeletal_metastasis": "first skeletal metastasis, occult",
    "spinal_metastasis": "the spine is seeded at {place}, occult{earlier}",
    "level_seeded": "{place} is seeded, occult{earlier}",
    "outside_seeded": "{place} is seeded, occult",
    "bone_seeded": "{place} is seeded, occult{earlier}",
    "lesion": "the lesion at {place} changes",
    "pain_varies": "the pain is {varied}: {symptoms}",
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
    "neurologic_deficit": "{place}: strength is lost, {function}",
    "root_reached": "{place} reaches a nerve root: pain down it{root_numb}; {symptoms}",
    "cord_freed": "{place}: the tumor withdraws from the {nerves}, Bilsky {grade}",
    "sensation_lost": "{place}: sensation is {sensation} in the {numb_below}, {function}",
    "sphincters_lost": "{place}: bladder and bowel no longer obey, {function}",
    "vertebral_fracture": "{place} fractures and hurts: {symptoms}",
    "silent_collapse": "{place} {sinks}, without pain: only an image would show it",
    "instability": "{place} hurts on movement: {symptoms}",
    "fracture_pain_settles": "{place}: the pain of the fracture settles: {symptoms}",
    "pain_onset_or_escalation": "{place} {more}: {symptoms}",
    "pain_subsides": "{place}: the tumor pain ends by itself: {symptoms}",
    "pain_worked_up": "the pain at {place} is worked up{seen}",
    "pain_relieved": "{place}: {treatment_or_care} relieves the tumor pain: {symptoms}",
    "mechanical_pain_relieved": (
        "{place}: {treatment_or_care} relieves the pain on movement: {symptoms}"
    ),
    "restabilized": "{place}: the irradiated bone is firm again{also}",
    "flare_over": "{place}: the flare of pain is over: {symptoms}",
    "pain_relapsed": "{place}: the pain comes back: {symptoms}",
    "bone_agent_started": "a bone-modifying agent is started",
    "bone_fracture": "{place} breaks: {symptoms}{condition_now}",
    "bone_referred": "referred for {place}: {bone_treatment} is planned",
    "bone_course_prepared": "the hold before the treatment of {place} begins",
    "bone_course_begun": "{bone_treatment} begins: {place}{condition_now}",
    "bone_course_ended": "the treatment of {place} ends",
    "dose_given": "",
}
"""What a story says of an event, by printed name: `sim.stories` fills in the words in braces, tells
the events of care that are not here, and leaves out an empty phrase."""
