"""Sites as registries call them, by name or code, and the primary that each is pooled into."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Annotated, NamedTuple

from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Row, read_rows
from sim.evidence.vocabulary import PRIMARIES, SEXES

LEFT_OUT = "left_out"
"""Instead of a primary: not lived, so left out and counted."""
SEVERAL = "several"
"""Instead of a primary: several primaries together, which cannot be told apart."""

_FILLERS = ("cancer", "cancers", "carcinoma", "carcinomas", "malignant", "malignancies",
            "malignancy", "neoplasm", "neoplasms", "of", "tumor", "tumors", "the", "and",
            "invasive")  # fmt: skip
_SPELLINGS = {"oesoph": "esoph", "leukaem": "leukem", "tumour": "tumor", "haem": "hem",
              "gynaecolog": "gynecolog", "caecum": "cecum", "myelomatosis": "myeloma"}  # fmt: skip
_CODE = re.compile(r"\b([CD]\d\d)(?:\.?(\d))?(?:\s*[-–]\s*([CD]?\d\d)(?:\.?(\d))?)?\b", re.I)


class RegistrySite(Row):
    """A site as registries count it: primary, the sex that has it, codes and names.

    Codes are of ICD-10, whose topography ICD-O-3 shares for solid tumors; recodes are those of
    SEER's site recode ICD-O-3/WHO 2008.
    """

    unique = ("site",)

    site: str
    primary: Annotated[str, one_of((*PRIMARIES, LEFT_OUT, SEVERAL))]
    sex: Annotated[str, one_of(("", *SEXES))] = ""
    codes: str = ""
    recodes: str = ""
    names: str = ""
    note: str = ""


class SiteLabel(NamedTuple):
    """What a name or a code in a registry's file stands for."""

    text: str
    primary: str
    sex: str
    codes: frozenset[str]

    def shares_people_with(self, other: SiteLabel) -> bool:
        """Whether somebody is counted by both: the same site, or one within the other."""
        return any(a.startswith(b) or b.startswith(a) for a in self.codes for b in other.codes)


@cache
def registry_sites() -> tuple[RegistrySite, ...]:
    """The sites, those that others are pooled from first."""
    return tuple(read_rows(FOLDER / "registry_sites.csv", RegistrySite).values())


@cache
def site_words(text: str) -> str:
    """A name without what registries write differently: case, order, accents, `cancer of the`.

    Examples
    --------
    >>> site_words("Malignant neoplasm of the Oesophagus") == site_words("esophagus")
    True
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    plain = plain.replace("'", "")
    for written, word in _SPELLINGS.items():
        plain = plain.replace(written, word)
    found = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _FILLERS]
    return " ".join(sorted(found)) or plain.strip()


@cache
def codes_in(text: str) -> frozenset[str]:
    """ICD-10 codes that a text names, ranges written out; those after `excluding` are not meant.

    Examples
    --------
    >>> sorted(codes_in("C33-34")), sorted(codes_in("C50.9")), sorted(codes_in("C82–86, C96"))
    (['C33', 'C34'], ['C509'], ['C82', 'C83', 'C84', 'C85', 'C86', 'C96'])
    """
    meant = re.split(r"/|\bexc|\bexcept|\bbut\b|\bwithout\b", text, flags=re.I)[0]
    found: set[str] = set()
    for first, digit, last, last_digit in _CODE.findall(meant):
        start = first.upper()
        if not last:
            found.add(start + digit)
        elif digit and last_digit:
            low = int(start[1:] + digit)
            high = int(last.upper().lstrip("CD") + last_digit)
            found.update(f"{start[0]}{number:03}" for number in range(low, high + 1))
        else:
            numbers = range(int(start[1:]), int(last.upper().lstrip("CD")) + 1)
            found.update(f"{start[0]}{number:02}" for number in numbers)
    return frozenset(found)


@cache
def _by_name() -> dict[str, RegistrySite]:
    found: dict[str, RegistrySite] = {}
    for row in registry_sites():
        for name in (row.site, *row.names.split(";")):
            if name.strip():
                found.setdefault(site_words(name), row)
    return found


@cache
def _by_recode() -> dict[str, RegistrySite]:
    return {code: row for row in registry_sites() for code in row.recodes.split()}


@cache
def _by_code() -> dict[str, RegistrySite]:
    """The first row that has a code; sites that others are pooled from stand first."""
    found: dict[str, RegistrySite] = {}
    for row in registry_sites():
        for code in codes_in(row.codes):
            if row.primary != SEVERAL:
                found.setdefault(code, row)
    return found


@cache
def _by_codes() -> dict[frozenset[str], RegistrySite]:
    return {codes_in(row.codes): row for row in reversed(registry_sites()) if row.codes}


def known_sites() -> tuple[str, ...]:
    """Names that are understood, for a message about one that is not."""
    return tuple(row.site for row in registry_sites() if row.primary != SEVERAL)


@cache
def site_of(text: str) -> SiteLabel | None:
    """What a name, an ICD-10 or ICD-O-3 code, or a SEER recode stands for; none if unknown.

    Examples
    --------
    >>> [site_of(text).primary for text in ("Stomach", "C56.9", "27040", "Kidney (C64-C65)")]
    ['upper_gi', 'gynecologic', 'gynecologic', 'kidney']
    >>> site_of("C15-C26").primary
    'several'
    """
    row = _by_name().get(site_words(text)) or _by_recode().get(text.strip())
    if row is not None:
        return SiteLabel(text, row.primary, row.sex, codes_in(row.codes))
    return _of_codes(text, codes_in(text))


def _of_codes(text: str, codes: frozenset[str]) -> SiteLabel | None:
    rows = [_by_code().get(code) or _by_code().get(code[:3]) for code in codes]
    known = [row for row in rows if row is not None]
    if not known or (len(known) < len(rows) and len(rows) == 1):
        return None
    pooled = _by_codes().get(codes)
    primaries = {row.primary for row in known}
    if pooled is not None:
        primary = pooled.primary
    else:
        primary = primaries.pop() if len(primaries) == 1 else SEVERAL
    sexes = {row.sex for row in known}
    return SiteLabel(text, primary, sexes.pop() if len(sexes) == 1 else "", codes)
