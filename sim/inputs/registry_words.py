"""Words and codes of registries for sexes, stages and years."""

from __future__ import annotations

import re
from functools import lru_cache

from sim.evidence.vocabulary import SEXES, STAGES, Stage

TOTAL = "total"
"""What counts the others together."""
UNKNOWN = STAGES[Stage.NOT_STAGED]
"""A stage that is not known; every one of a primary that registries do not stage."""
IN_SITU = "in situ"
BENIGN = "benign"
EITHER = "localized/regional"
"""Two stages in one: of prostates in exports of SEER*Stat."""

_SEXES = {
    SEXES[0]: ("male", "males", "m", "man", "men", "1"),
    SEXES[1]: ("female", "females", "f", "woman", "women", "w", "2"),
    TOTAL: ("both", "both sexes", "male and female", "males and females", "persons", "person",
            "total", "all", "all sexes", "all persons", "0", "men and women", "females and males"),
}  # fmt: skip
_SEX_OF = {word: sex for sex, words in _SEXES.items() for word in words}
_UNKNOWN_STAGES = frozenset((
    "", "unknown", "unstaged", "not staged", "unknown unstaged", "unstaged unknown", "blank s",
    "blank", "blanks", "na", "n a", "not applicable", "not available", "missing", "unk",
    "unspecified", "unknown unstaged unspecified dco", "unknown stage", "stage unknown", "9", "99",
    "not known", "dco", "not recorded", "no stage",
))  # fmt: skip
_ALL_STAGES = ("all", "all stages", "total", "all stages combined")


@lru_cache
def sex_of(text: str) -> str | None:
    """The sex that a word or a code of ISO 5218 stands for, or `TOTAL`; none if unknown.

    Examples
    --------
    >>> sex_of("F"), sex_of("2"), sex_of("Male and female"), sex_of("X")
    ('female', 'female', 'total', None)
    """
    return _SEX_OF.get(_words(text))


@lru_cache
def stage_of(text: str) -> str | None:
    """The summary stage that words stand for, or another of the above; none if unknown.

    Examples
    --------
    >>> stage_of("Localised"), stage_of("Regional lymph nodes involved only"), stage_of("Blank(s)")
    ('localized', 'regional', 'not_staged')
    """
    words = _words(text)
    if words in _UNKNOWN_STAGES:
        return UNKNOWN
    if words in _ALL_STAGES:
        return TOTAL
    if re.fullmatch(r"in ?situ.*", words):
        return IN_SITU
    if words in ("benign", "benign borderline", "borderline"):
        return BENIGN
    if re.match(r"locali[sz]ed (and |or )?regional", words):
        return EITHER
    found = re.fullmatch(r"(locali[sz]ed|local|regional|distant|metastatic)( .*)?", words)
    if found is None:
        return None
    return {"regional": "regional", "distant": "distant", "metastatic": "distant"}.get(
        found[1], STAGES[Stage.LOCALIZED]
    )


def sex_in(text: str) -> str:
    """The sex that the name of a site tells, empty if none.

    Examples
    --------
    >>> sex_in("Female breast"), sex_in("Breast, men"), sex_in("Male and female breast")
    ('female', 'male', '')
    """
    words = re.findall(r"[a-z]+", text.casefold())
    found = {sex for sex in SEXES if any(len(word) > 1 and word in _SEXES[sex] for word in words)}
    return found.pop() if len(found) == 1 else ""


def is_year(text: str) -> bool:
    """Whether a cell is a calendar year."""
    return re.fullmatch(r"(19|20)\d\d", text.strip()) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
