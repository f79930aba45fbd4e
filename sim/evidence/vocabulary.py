"""The words of the field that the program uses, and the numbers that stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Self


class Numbered(IntEnum):
    """An enumeration that numbers the places of an array; `auto()` numbers from 0, in order.

    Compiled code takes members as whole numbers. A member below 0 has no place.
    """

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[int]) -> int:
        return count

    @property
    def label(self) -> str:
        """The name as tables have it, in small letters."""
        return self.name.lower()

    @classmethod
    def labels(cls) -> tuple[str, ...]:
        """Names as tables have them, in the order of the array."""
        return tuple(member.label for member in cls if member >= 0)

    @classmethod
    def labeled(cls, label: str) -> Self:
        """The member that tables call so; a `KeyError` if there is none."""
        return cls[label.upper()]


def starts_of(groups: Sequence[str]) -> list[int]:
    """The youngest age of each group of ages.

    Examples
    --------
    >>> starts_of(["0-14", "15-39", "40+"])
    [0, 15, 40]
    """
    return [int(group.rstrip("+").partition("-")[0]) for group in groups]


PRIMARIES = (
    "breast",
    "prostate",
    "lung",
    "colorectal",
    "kidney",
    "thyroid",
    "melanoma",
    "bladder",
    "pancreas",
    "liver",
    "upper_gi",
    "gynecologic",
    "head_neck",
    "lymphoma",
    "leukemia",
    "myeloma",
    "sarcoma",
    "brain",
    "other",
)
"""Primary sites, in the order of their codes."""
SITES = {
    "upper_gi": "stomach and esophagus",
    "head_neck": "head and neck",
    "gynecologic": "uterus, ovary, cervix",
    "other": "other sites",
}
"""Primaries whose name is not plain."""

UNSTAGED_PRIMARIES = ("leukemia", "myeloma", "brain")
"""Primaries that registries do not stage as localized, regional or distant."""

MARROW_PRIMARIES = ("leukemia", "myeloma")
"""Primaries that arise in the marrow and reach the skeleton by a path of their own."""

SEXES = ("male", "female")


class Stage(Numbered):
    """How far a cancer has spread at diagnosis."""

    LOCALIZED = 0
    REGIONAL = 1
    DISTANT = 2
    NOT_STAGED = 3


STAGES = Stage.labels()


class Death(Numbered):
    """What somebody died of."""

    NOT_YET = -1
    CANCER = 0
    OTHER = 1
    PROCEDURE = 2


DEATH_CAUSES = Death.labels()

AGES = 121
"""Whole ages of a life table, from 0."""
AGE_GROUPS = ("0-14", "15-39", "40-49", "50-59", "60-69", "70-79", "80+")
"""Age at the event, as the output tables group it."""
AGE_GROUP_STARTS = tuple(map(float, starts_of(AGE_GROUPS)))
FIVE_YEAR_AGE_GROUPS = (*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+")
"""Age at the event in the groups of cancer registries, on request."""
AGE_GROUPS_BY = {"default": AGE_GROUPS, "five_year": FIVE_YEAR_AGE_GROUPS}
"""Names of the ways in which counts are grouped by age."""
MORTALITY_BANDS = ("under 85", "85 to 89", "90 to 94", "95 to 99", "100 and over")
"""Ages within which mortality from other causes changes alike from year to year."""
MORTALITY_BAND_STARTS = (0, 85, 90, 95, 100)

LEVELS = (
    *(f"C{i}" for i in range(1, 8)),
    *(f"T{i}" for i in range(1, 13)),
    *(f"L{i}" for i in range(1, 6)),
    "S1",
    "S2-S5",
)
"""Vertebral levels from the skull down; the sacrum below S1 counts as one."""
N_LEVELS = len(LEVELS)
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
REGION_OF_LEVEL = tuple("CTLS".index(level[0]) for level in LEVELS)
"""Index in `REGIONS` of each level."""


class BoneSite(Numbered):
    """Bone outside the spine, as parts of the skeleton: one record of a lesion each."""

    PELVIS_AND_HIP = 0
    LONG_BONES = 1
    OTHER_BONES = 2


BONE_SITES = BoneSite.labels()
LESION_PLACES = (*LEVELS, "outside_the_vertebrae", *BONE_SITES)
"""Where a lesion can be, by the code of its place; see `sim.life.records`."""


class Compartment(Numbered):
    """Where a spinal lesion sits; one of other bone is in none."""

    NOT_SPINAL = -1
    EXTRADURAL_VERTEBRAL = 0
    EXTRADURAL_SOFT_TISSUE = 1
    INTRADURAL_EXTRAMEDULLARY = 2
    INTRAMEDULLARY = 3


COMPARTMENTS = Compartment.labels()


class LesionType(Numbered):
    """What a lesion does to bone."""

    LYTIC = 0
    MIXED = 1
    BLASTIC = 2


LESION_TYPES = LesionType.labels()


class Therapy(Numbered):
    """State of a person's systemic therapy."""

    NONE = 0
    ON = 1
    TOXICITY_DELAY = 2
    PAUSED = 3
    STOPPED = 4


class TherapyClass(Numbered):
    """Classes of systemic therapy, split as far as evidence of their holds goes.

    An inhibitor of VEGF or its receptors is one whether it is a tablet or an antibody; the kinase
    inhibitors are the others. Other targeted drugs are antibodies to HER2 and CD20, proteasome
    inhibitors and the like.
    """

    CYTOTOXIC = 0
    VEGF_INHIBITOR = 1
    KINASE_INHIBITOR = 2
    CDK46_INHIBITOR = 3
    OTHER_TARGETED = 4
    CHECKPOINT_INHIBITOR = 5
    ENDOCRINE = 6


ANALGESIA_LADDER = ("none", "non-opioid", "weak opioid", "strong opioid")
_DOSE_RAISED = ("once", "twice", "3 times", "4 times")
DOSE_STEPS = len(_DOSE_RAISED)
"""Steps by which the dose of a strong opioid is raised at most."""
ANALGESIA_STEPS = (*ANALGESIA_LADDER, *(f"strong opioid, dose raised {n}" for n in _DOSE_RAISED))
"""Steps of analgesia, by their codes: the ladder, its strong opioid dose by dose."""

THERAPY_CLASSES = TherapyClass.labels()
THERAPY_CLASS_WORDS = (
    "cytotoxic",
    "VEGF inhibitor",
    "kinase inhibitor",
    "CDK4/6 inhibitor",
    "other targeted drug",
    "checkpoint inhibitor",
    "endocrine",
)
"""Names of `THERAPY_CLASSES` in sentences and pictures."""
FORMER_CLASSES = {
    "targeted": "vegf_inhibitor, kinase_inhibitor, cdk46_inhibitor and other_targeted",
    "immunotherapy": "checkpoint_inhibitor",
}
"""What classes of systemic therapy that are no longer known by this name became."""
MOST_LINES = 6


class Episode(Numbered):
    """Phase of an episode of palliative care."""

    NONE = 0
    DUE = 1
    REFERRED = 2
    WAITING = 3
    PREPARING = 4
    TREATING = 5


class Reason(Numbered):
    """Why an episode of palliative care began."""

    PAIN = 0
    PAINFUL_FRACTURE = 1
    CORD_COMPRESSION = 2
    PROPHYLAXIS = 3


EPISODE_REASONS = Reason.labels()


class NoCourse(Numbered):
    """Why a decision was for analgesia alone."""

    NOT_SO = 0
    """It was for a course."""
    TOO_ILL = 1
    """By a rule for people who are bedridden or not expected to live long."""
    HAD_ALL = 2
    """The lesion had all that it may have of what was wanted."""
    NOT_SUITED = 3
    """Nothing that was wanted is for a lesion like this, or for a person like this."""
    CHOSEN = 4
    """The rule, or its mix, gave analgesia alone."""
    TOO_SOON = 5
    """What was wanted is radiotherapy, too soon after the last one for more."""


class PauseCause(Numbered):
    """Why a day of systemic therapy is lost; each paused day has one cause."""

    WAIT = 0
    COURSE = 1
    PRE_HOLD = 2
    POST_HOLD = 3
    ALIGNMENT = 4


PAUSE_CAUSES = PauseCause.labels()


class OutcomesFor(Numbered):
    """Whose outcomes are described: by what is true of them under the reference strategy.

    On or due systemic therapy at the first trigger of care; everybody with a trigger of care;
    everybody with detected spinal metastasis.
    """

    ON_THERAPY = 0
    TRIGGERED = 1
    DETECTED = 2


WHOSE_ROWS = ("everybody", "spine", "detected", "treated")
"""Whom microdata may be asked of; see `sim.counting.microdata`."""

RESUMED_BY_DAYS = (14.0, 28.0, 56.0)
"""Days after the start of a pause at which the incidence of resumption is reported."""


class NeverResumed(Numbered):
    """Why a pause never ended in a dose."""

    NOT_SO = 0
    DEATH = 1
    PROGRESSION = 2
    SURGERY = 3
    """Open surgery, after which therapy never began again."""


_ASSESSED = (
    (3.0, "3d", "3 days"),
    (7.0, "1w", "1 week"),
    (30.4375, "1m", "1 month"),
    (91.3125, "3m", "3 months"),
    (182.625, "6m", "6 months"),
    (365.25, "12m", "12 months"),
)
ASSESSMENT_DAYS = tuple(days for days, _, _ in _ASSESSED)
"""Days after the first course of palliative treatment on which pain is read: as trials do."""
ASSESSMENTS = tuple(name for _, name, _ in _ASSESSED)
"""Names of `ASSESSMENT_DAYS` in tables."""
ASSESSMENT_WORDS = tuple(words for _, _, words in _ASSESSED)
"""Names of `ASSESSMENT_DAYS` in sentences."""


class Response(Numbered):
    """Response of pain to palliative treatment."""

    NONE = 0
    PARTIAL = 1
    COMPLETE = 2


MOST_TRIGGERED_EPISODES = 64
"""Episodes of one person after which a trigger is ignored, but for an emergency."""
MOST_EPISODES = 80
"""Room for the days of episodes and pauses of one person; days of later ones are not kept."""
MOST_TOXICITY_DELAYS = 24
"""Room for the lengths of one person's delays from toxicity; later ones are in the sums alone."""
MOST_TREATMENTS = 32
MOST_RULES = 24

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12.0
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
MID_YEAR = 181.0 / 365.0
"""1 July, the day on which people living with disease are counted, as a part of the year."""


_MOST_LETTERS = 1_000
"""Letters of all that is allowed, up to which it is told."""
_MOST_NAMES = 8
"""Names that are told of more than that, those most like the word."""
_ALIKE, _LEAST_PART = 0.7, 3
"""From which likeness on a word is taken for a slip of the pen; letters of a part of a name."""


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """Close a message about an unknown word: the nearest right one and all that are allowed.

    Examples
    --------
    >>> nearest("brest", PRIMARIES[:3])
    "did you mean 'breast'? Allowed: breast, prostate, lung"
    >>> nearest("elbow", PRIMARIES[:3])
    'allowed: breast, prostate, lung'
    """
    close = likeliest(word, known)
    hint = "" if close is None else f"did you mean '{close}'? "
    if known is THERAPY_CLASSES and word in FORMER_CLASSES:
        hint = f"it became {FORMER_CLASSES[word]}. "
    allowed = ", ".join(known)
    if len(allowed) > _MOST_LETTERS:
        import difflib  # needed only where something is wrong

        some = difflib.get_close_matches(word, known, n=_MOST_NAMES, cutoff=0.0)
        allowed = f"{', '.join(some)} and {len(known) - len(some):,} more (spinemets list)"
    return f"{hint}Allowed: {allowed}" if hint else f"allowed: {allowed}"


def likeliest(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """The one of some names that was meant, if one is like the word; a wrong hint is worse.

    It is the same but for case and separators, or a slip of the pen away, or has the word in it.

    Examples
    --------
    >>> likeliest("Head-Neck", PRIMARIES), likeliest("prostrate", PRIMARIES)
    ('head_neck', 'prostate')
    >>> likeliest("neck", PRIMARIES), likeliest("stage", PRIMARIES)
    ('head_neck', None)
    """
    import difflib  # needed only where something is wrong

    plain = {plainly(name): name for name in reversed(known)}
    asked = plainly(word)
    if asked in plain:
        return plain[asked]
    if close := difflib.get_close_matches(asked, plain, n=1, cutoff=_ALIKE):
        return plain[close[0]]
    parts = [name for name in plain if f"_{asked}_" in f"_{name}_" or name.startswith(asked)]
    if parts and len(asked) >= _LEAST_PART:
        return plain[min(reversed(parts), key=len)]
    return None


def plainly(word: str) -> str:
    """A name without what people do not mind: case, and how its parts are put together."""
    return "_".join("".join(c if c.isalnum() else " " for c in word.casefold()).split())
