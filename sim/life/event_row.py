"""What is written down of an event: in plain words, in a number and in a word.

The number says how things are after the event; its unit and meaning are those of a `Value`. The
word is one of a `Detail`. Both are declared once, in `ROWS`, a line an event: the rows of a run,
their data dictionary and the tests follow from it. An event that has no line there has neither, and
is what a story says of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.evidence.instruments import FRANKEL, SENSATIONS, STRENGTHS
from sim.evidence.vocabulary import (
    ANALGESIA_STEPS,
    COMPARTMENTS,
    EPISODE_REASONS,
    LESION_TYPES,
    THERAPY_CLASSES,
    NoCourse,
    Numbered,
    Response,
)
from sim.life.events import PHRASES, Event


class Value(Numbered):
    """What the number beside an event says, as it is after the event.

    Attributes
    ----------
    unit : str
    meaning : str
    codes : tuple of str
        What 0, 1, 2 ... stand for, if the number is a code.
    """

    unit: str
    meaning: str
    codes: tuple[str, ...]

    def __new__(cls, unit: str, meaning: str, codes: tuple[str, ...] = ()) -> Value:
        """Make a member from its line; its code is its place."""
        member = int.__new__(cls, len(cls.__members__))
        member._value_ = len(cls.__members__)
        member.unit, member.meaning, member.codes = unit, meaning, codes
        return member

    NOTHING = "", "none"
    PAIN = "0-10", "worst pain of the spine and of other bone, with analgesia"
    SITE_PAIN = "0-10", "pain at the site of the first course or decision, with analgesia"
    ANALGESIA = "step", "analgesia", ANALGESIA_STEPS
    PERFORMANCE = "ECOG", "performance status, 0 fully active to 4 bedridden"
    VISCERA = "", "whether the viscera are involved", ("no", "yes")
    SEEDED_DAY = "days since diagnosis", "day of the seeding, negative if before the diagnosis"
    KNOWN_LESIONS = "lesions", "lesions of bone and spine that images have shown so far"
    INSTABILITY_SCORE = (
        "SINS 0-18",
        "instability score of the least stable vertebra that is seen; null if none is",
    )
    DAYS_SINCE_DETECTED = "days", "time since skeletal metastasis was detected"
    GRADE = "Bilsky 0-3", "epidural grade of the lesion"
    STRENGTH = "step", "strength of the legs, by the worst of all lesions", STRENGTHS
    SENSATION = "step", "sensation below the lesion", SENSATIONS
    FRANKEL_GRADE = "grade", "Frankel grade, by the worst of all lesions", FRANKEL
    SINKS = "steps", "silent collapses of this vertebra so far"
    LINE = "line", "number of the line of systemic therapy; null of a start that is withheld"
    TOXICITY_DAYS = "days", "time for which toxicity delayed the dose"
    PAUSED_SO_FAR = "days", "time since the first dose of the pause that was withheld"
    PAUSE_DAYS = "days", "time for which doses were withheld, by care of the spine or other bone"
    TO_COURSE = "days", "time to the course; null if there is none, or no appointment yet"
    TREATED_LESIONS = "lesions", "lesions that the course treats"
    HOLD = "days", "time after the course in which doses of the person's class are held"
    AGE = "years", "age"


class Detail(Numbered):
    """What the word beside an event says, and the words that it may be."""

    meaning: str
    words: tuple[str, ...]

    def __new__(cls, meaning: str, words: Sequence[str]) -> Detail:
        """Make a member from its line; its code is its place."""
        member = int.__new__(cls, len(cls.__members__))
        member._value_ = len(cls.__members__)
        member.meaning, member.words = meaning, tuple(words)
        return member

    NOTHING = "none", ()
    REASON = "why the person is referred", EPISODE_REASONS
    NO_COURSE = (
        "why the decision is for analgesia alone; null if it is for a course",
        [why.label for why in NoCourse if why != NoCourse.NOT_SO],
    )
    RESPONSE = (
        "response of pain at the site, by the international consensus",
        [f"{response.label.replace('none', 'no')}_response" for response in Response],
    )
    THERAPY_CLASS = "class of systemic therapy", THERAPY_CLASSES
    COMPARTMENT = "where the lesion sits", COMPARTMENTS
    LESION_TYPE = "what the lesion does to bone", LESION_TYPES


DETAIL_WORDS = tuple(word for detail in Detail for word in detail.words)
"""All words beside events, by the code that `event_detail` gives."""


class EventRow(NamedTuple):
    """What is written down of an event."""

    value: Value = Value.NOTHING
    detail: Detail = Detail.NOTHING
    meaning: str = ""
    """In plain words; by default what a story says of it."""


ROWS = {
    # the cancer
    Event.INCURABLE: EventRow(Value.PERFORMANCE, meaning="the cancer becomes incurable"),
    Event.DISSEMINATION: EventRow(Value.VISCERA, meaning="the cancer spreads to distant sites"),
    Event.REMISSION: EventRow(Value.PAIN),
    Event.PERFORMANCE_DECLINE: EventRow(Value.PERFORMANCE, meaning="the person is less well"),
    Event.PERFORMANCE_RECOVERY: EventRow(Value.PERFORMANCE, meaning="the person is better again"),
    Event.SKELETAL_METASTASIS: EventRow(Value.SEEDED_DAY),
    Event.SPINAL_METASTASIS: EventRow(
        Value.SEEDED_DAY, Detail.LESION_TYPE, "the first vertebra is seeded, occult"
    ),
    Event.LEVEL_SEEDED: EventRow(
        Value.SEEDED_DAY, Detail.LESION_TYPE, "a further vertebra is seeded, occult"
    ),
    Event.OUTSIDE_SEEDED: EventRow(
        Value.SEEDED_DAY, Detail.COMPARTMENT, "the spine outside the vertebrae is seeded, occult"
    ),
    Event.BONE_SEEDED: EventRow(
        Value.SEEDED_DAY, Detail.LESION_TYPE, "bone outside the spine is seeded, occult"
    ),
    # pain and analgesia
    Event.PAIN_VARIES: EventRow(Value.PAIN, meaning="pain changes without a change of its cause"),
    Event.PAIN_ONSET_OR_ESCALATION: EventRow(
        Value.PAIN, meaning="tumor pain of a lesion begins or rises"
    ),
    Event.PAIN_SUBSIDES: EventRow(Value.PAIN, meaning="tumor pain of a lesion ends by itself"),
    Event.PAIN_RELIEVED: EventRow(
        Value.PAIN, meaning="tumor pain of a lesion answers to a course, or to care without one"
    ),
    Event.MECHANICAL_PAIN_RELIEVED: EventRow(
        Value.PAIN, meaning="pain on movement answers to a course, to care without one, or heals"
    ),
    Event.PAIN_RELAPSED: EventRow(Value.PAIN, meaning="tumor pain that a course held comes back"),
    Event.FLARE_OVER: EventRow(Value.PAIN, meaning="a flare of pain after a course is over"),
    Event.FRACTURE_PAIN_SETTLES: EventRow(
        Value.PAIN, meaning="the pain on movement of a fracture settles"
    ),
    Event.ANALGESIA_STEPPED: EventRow(Value.ANALGESIA, meaning="analgesia is raised or lowered"),
    Event.PAIN_ASSESSED: EventRow(
        Value.SITE_PAIN,
        Detail.RESPONSE,
        "pain is read as trials do, some time after the first course or decision",
    ),
    # bone, canal and roots
    Event.VERTEBRAL_FRACTURE: EventRow(Value.PAIN, meaning="a vertebra fractures and hurts"),
    Event.SILENT_COLLAPSE: EventRow(
        Value.SINKS, meaning="a vertebra collapses, or sinks further, without pain"
    ),
    Event.INSTABILITY: EventRow(Value.PAIN, meaning="a vertebra begins to hurt on movement"),
    Event.RESTABILIZED: EventRow(Value.PAIN, meaning="irradiated bone is firm again"),
    Event.BONE_FRACTURE: EventRow(Value.PAIN, meaning="bone outside the spine breaks"),
    Event.EPIDURAL_EXTENSION: EventRow(Value.GRADE, meaning="the tumor grows in the canal"),
    Event.CORD_FREED: EventRow(
        Value.GRADE, meaning="the tumor withdraws from the cord or the cauda equina"
    ),
    Event.ROOT_REACHED: EventRow(Value.PAIN, meaning="the tumor reaches a nerve root"),
    Event.NEUROLOGIC_DEFICIT: EventRow(
        Value.STRENGTH, meaning="strength is lost by a compressed cord"
    ),
    Event.SENSATION_LOST: EventRow(
        Value.SENSATION, meaning="sensation is lost by a compressed cord"
    ),
    Event.SPHINCTERS_LOST: EventRow(
        Value.FRANKEL_GRADE, meaning="control of bladder and bowel is lost"
    ),
    # detection
    Event.STAGING: EventRow(Value.KNOWN_LESIONS, meaning="staging at diagnosis"),
    Event.SURVEILLANCE_IMAGING: EventRow(Value.KNOWN_LESIONS, meaning="a surveillance image"),
    Event.PAIN_WORKED_UP: EventRow(
        Value.KNOWN_LESIONS, meaning="an image is made for the pain of a lesion"
    ),
    Event.OSTEOPOROTIC_COLLAPSE: EventRow(
        Value.KNOWN_LESIONS,
        meaning="an osteoporotic vertebral collapse, no metastasis; the spine may be imaged",
    ),
    Event.OTHER_BACK_PAIN: EventRow(
        Value.KNOWN_LESIONS,
        meaning="back pain from another cause, no metastasis; the spine may be imaged",
    ),
    Event.CORD_COMPRESSION_DIAGNOSED: EventRow(
        Value.STRENGTH, meaning="cord compression is diagnosed"
    ),
    Event.SKELETAL_DETECTED: EventRow(Value.KNOWN_LESIONS),
    Event.SPINAL_DETECTED: EventRow(
        Value.INSTABILITY_SCORE, meaning="spinal metastasis is detected"
    ),
    Event.SKELETAL_RECORDED: EventRow(Value.DAYS_SINCE_DETECTED),
    # systemic therapy
    Event.THERAPY_STARTED: EventRow(
        Value.LINE, Detail.THERAPY_CLASS, "a line of therapy starts, or its start is withheld"
    ),
    Event.THERAPY_RESPONSE: EventRow(Value.LINE, Detail.THERAPY_CLASS, "a line of therapy works"),
    Event.THERAPY_LINE_ENDED: EventRow(
        Value.LINE, meaning="progression ends a line of therapy; the next may follow"
    ),
    Event.TOXICITY_DELAY: EventRow(
        Value.LINE, Detail.THERAPY_CLASS, "toxicity delays a dose of the line"
    ),
    Event.TOXICITY_DELAY_OVER: EventRow(
        Value.TOXICITY_DAYS,
        Detail.THERAPY_CLASS,
        "the dose that toxicity delayed is given, or withheld by care",
    ),
    Event.DOSE_GIVEN: EventRow(
        Value.LINE, Detail.THERAPY_CLASS, "a dose that care might have withheld is given"
    ),
    Event.THERAPY_PAUSED: EventRow(
        Value.PAUSED_SO_FAR,
        Detail.THERAPY_CLASS,
        "a dose is withheld by care: a pause begins or goes on",
    ),
    Event.THERAPY_RESUMED: EventRow(
        Value.PAUSE_DAYS, Detail.THERAPY_CLASS, "a dose is given and ends a pause"
    ),
    # care
    Event.REFERRED: EventRow(Value.PAIN, Detail.REASON, "a person is referred: an episode of care"),
    Event.CARE_DECIDED: EventRow(Value.TO_COURSE, Detail.NO_COURSE, "a treatment is decided on"),
    Event.PREPARED_FOR_COURSE: EventRow(
        Value.TO_COURSE, meaning="the hold of therapy before the course begins"
    ),
    Event.COURSE_BEGUN: EventRow(Value.TREATED_LESIONS, meaning="the first session of a course"),
    Event.COURSE_ENDED: EventRow(Value.HOLD, meaning="the last session of a course"),
    Event.BONE_REFERRED: EventRow(
        Value.TO_COURSE,
        meaning="a person is referred for bone outside the spine, and it is planned",
    ),
    Event.BONE_COURSE_PREPARED: EventRow(
        Value.TO_COURSE, meaning="the hold of therapy before the treatment of other bone begins"
    ),
    Event.BONE_COURSE_BEGUN: EventRow(
        Value.TREATED_LESIONS, meaning="the treatment of bone outside the spine begins"
    ),
    Event.BONE_COURSE_ENDED: EventRow(
        Value.HOLD, meaning="the treatment of bone outside the spine ends"
    ),
    # the end
    Event.DEATH_CANCER: EventRow(Value.AGE),
    Event.DEATH_OTHER: EventRow(Value.AGE),
}
"""What is written down of each event."""

SPINE_CARE = (
    Event.CARE_DECIDED,
    Event.PREPARED_FOR_COURSE,
    Event.COURSE_BEGUN,
    Event.COURSE_ENDED,
)
BONE_CARE = (
    Event.BONE_REFERRED,
    Event.BONE_COURSE_PREPARED,
    Event.BONE_COURSE_BEGUN,
    Event.BONE_COURSE_ENDED,
)
OF_A_TREATMENT = (*SPINE_CARE, *BONE_CARE)
"""Events of a treatment, whose name is written down with them."""
COURSES_BEGUN = (Event.COURSE_BEGUN, Event.BONE_COURSE_BEGUN)
"""Events of which the dose is written down."""


def row_of(event: Event) -> EventRow:
    """What is written down of an event; nothing of one that has no line."""
    return ROWS.get(event, EventRow())


def meaning_of(event: Event) -> str:
    """An event in plain words."""
    said = row_of(event).meaning or PHRASES.get(event.label, "")
    return said if "{" not in said else event.label.replace("_", " ")
