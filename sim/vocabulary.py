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
ALIVE, DIED_OF_CANCER, DIED_OF_OTHER = -1, 0, 1

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

THERAPY_STATES = ("none", "on", "toxicity_delay", "stopped")
NO_THERAPY, ON_THERAPY, TOXICITY_DELAYED, THERAPY_STOPPED = range(4)
THERAPY_CLASSES = ("cytotoxic", "targeted", "endocrine", "immunotherapy")
CYTOTOXIC = 0
MOST_LINES = 3

DAYS_PER_YEAR = 365.25
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
