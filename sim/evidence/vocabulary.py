"""The words of the field that the program uses, and the numbers that stand for them."""

from __future__ import annotations

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

UNSTAGED_PRIMARIES = ("leukemia", "myeloma", "brain")
"""Primaries that registries do not stage as localized, regional or distant."""

MARROW_PRIMARIES = ("leukemia", "myeloma")
"""Primaries that arise in the marrow and reach the skeleton by a path of their own."""

SEXES = ("male", "female")
STAGES = ("localized", "regional", "distant", "not_staged")
LOCALIZED, REGIONAL, DISTANT, NOT_STAGED = range(4)

DEATH_CAUSES = ("cancer", "other", "procedure")
ALIVE, DIED_OF_CANCER, DIED_OF_OTHER, DIED_OF_PROCEDURE = -1, 0, 1, 2

AGES = 121
"""Whole ages of a life table, from 0."""
AGE_GROUPS = ("0-14", "15-39", "40-49", "50-59", "60-69", "70-79", "80+")
"""Age at the event, as the output tables group it."""
AGE_GROUP_STARTS = (0.0, 15.0, 40.0, 50.0, 60.0, 70.0, 80.0)

LEVELS = (
    *(f"C{i}" for i in range(1, 8)),
    *(f"T{i}" for i in range(1, 13)),
    *(f"L{i}" for i in range(1, 6)),
    "S1",
)
"""Vertebral levels from the skull down; the sacrum counts as one level, S1."""
N_LEVELS = len(LEVELS)
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
REGION_OF_LEVEL = tuple("CTLS".index(level[0]) for level in LEVELS)
"""Index in `REGIONS` of each level."""

COMPARTMENTS = (
    "extradural_vertebral",
    "extradural_soft_tissue",
    "intradural_extramedullary",
    "intramedullary",
)
VERTEBRAL, SOFT_TISSUE, EXTRAMEDULLARY, INTRAMEDULLARY = range(4)

LESION_TYPES = ("lytic", "mixed", "blastic")
LYTIC, MIXED, BLASTIC = range(3)

THERAPY_STATES = ("none", "on", "toxicity_delay", "paused", "stopped")
NO_THERAPY, ON_THERAPY, TOXICITY_DELAYED, THERAPY_PAUSED, THERAPY_STOPPED = range(5)
THERAPY_CLASSES = ("cytotoxic", "targeted", "endocrine", "immunotherapy")
CYTOTOXIC = 0
MOST_LINES = 6

EPISODE_PHASES = ("none", "due", "referred", "waiting", "preparing", "treating")
NO_EPISODE, EPISODE_DUE, IN_REFERRAL, WAITING, PREPARING, TREATING = range(6)
EPISODE_REASONS = ("overwhelming_pain", "painful_fracture", "cord_compression", "prophylaxis")
FOR_OVERWHELMING_PAIN, FOR_FRACTURE, FOR_CORD_COMPRESSION, FOR_PROPHYLAXIS = range(4)
PAUSE_CAUSES = ("wait", "course", "pre_hold", "post_hold", "alignment")
"""Why a day of systemic therapy is lost; each paused day has one cause."""
BY_WAIT, BY_COURSE, BY_PRE_HOLD, BY_POST_HOLD, BY_ALIGNMENT = range(5)
RESUMED_BY_DAYS = (14.0, 28.0, 56.0)
"""Days after the start of a pause at which the incidence of resumption is reported."""
NOT_STOPPED, STOPPED_BY_DEATH, STOPPED_BY_PROGRESSION = range(3)
"""Why a pause never ended in a dose."""
ASSESSMENT_DAYS = (3.0, 7.0, 30.4375, 91.3125, 182.625, 365.25)
"""Days after the first course of palliative treatment on which pain is read: as trials do."""
NO_RESPONSE, PARTIAL_RESPONSE, COMPLETE_RESPONSE = range(3)
MOST_EPISODES = 64
"""Room for the days of episodes and pauses of one person; the next trigger is ignored."""
MOST_TREATMENTS = 32
MOST_RULES = 24

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12.0
MID_YEAR = 181.0 / 365.0
"""1 July, the day on which people living with disease are counted, as a part of the year."""


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """Close a message about an unknown word: the nearest right one and all that are allowed.

    Examples
    --------
    >>> nearest("brest", PRIMARIES[:3])
    "did you mean 'breast'? Allowed: breast, prostate, lung"
    """
    import difflib

    close = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    hint = f"did you mean '{close[0]}'? " if close else ""
    return f"{hint}Allowed: {', '.join(known)}"
