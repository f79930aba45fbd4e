"""Age groups as registries print them, and from what age to what age each really runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

_YEARS = r"\s*(?:years?|yrs?|y)?(?:\s*old)?"
_PAIR = re.compile(
    rf"(?:age[sd]?\s*)?n?0*(\d{{1,3}}){_YEARS}\s*(?:-|–|—|‒|to|_|\.\.)\s*0*(\d{{1,3}}){_YEARS}"
)
_OPEN = re.compile(
    rf"(?:age[sd]?\s*)?(?:(?:≥|>=)\s*(\d{{1,3}}){_YEARS}|n?(\d{{1,3}}){_YEARS}\s*"
    rf"(?:\+|and (?:over|older|above|more|up)|or (?:over|older|above|more)|plus|-){_YEARS})"
)  # fmt: skip
_BELOW = re.compile(rf"(?:age[sd]?\s*)?(?:<|under|below|less than)\s*(\d{{1,3}}){_YEARS}")
_SINGLE = re.compile(rf"(?:age[sd]?\s*)?0*(\d{{1,3}}){_YEARS}")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\d{{1,2}}[-/. ]?({_MONTHS})[a-z]*\.?|({_MONTHS})[a-z]*\.?[-/. ]?\d{{1,2}}|"
    r"\d{4}-\d\d?-\d\d?.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*|\d{1,2}/\d{1,2}"
)
UNKNOWN_AGES = ("unknown", "not known", "unknown age", "age unknown", "unk", "missing", "blank(s)")
ALL_AGES = ("all ages", "all", "total", "all age groups", "0+", "totals", "all ages combined")

AgeSpan = tuple[float, float | None]
"""From what age, up to but not including what age; none of an open end."""


class AgeGroup(NamedTuple):
    """Ages of a group in years: a pair as printed, exact ends, an open end, or unknown."""

    kind: Literal["pair", "exact", "open", "unknown"]
    low: float = 0.0
    high: float = 0.0

    def running(self, *, closed: bool) -> AgeSpan:
        """From what age, up to but not including what age; none of an open end."""
        if self.kind == "open":
            return self.low, None
        return self.low, self.high + (closed and self.kind == "pair")


@lru_cache
def printed_ages(text: str) -> AgeGroup | None:
    """Read a printed age group; none if it is not one.

    Examples
    --------
    >>> printed_ages("45-49 years"), printed_ages("85+"), printed_ages("<1").high
    (AgeGroup(kind='pair', low=45.0, high=49.0), AgeGroup(kind='open', low=85.0, high=0.0), 1.0)
    """
    plain = " ".join(text.casefold().split())
    if plain in UNKNOWN_AGES:
        return AgeGroup("unknown")
    if found := _PAIR.fullmatch(plain):
        return AgeGroup("pair", float(found[1]), float(found[2]))
    if found := _OPEN.fullmatch(plain):
        return AgeGroup("open", float(found[1] or found[2]))
    if found := _BELOW.fullmatch(plain):
        return AgeGroup("exact", 0.0, float(found[1]))
    if found := _SINGLE.fullmatch(plain):
        return AgeGroup("exact", float(found[1]), float(found[1]) + 1.0)
    return None


@lru_cache
def is_date(text: str) -> bool:
    """Whether a cell is what a spreadsheet makes of an age group: `14-Oct` of 10-14.

    Examples
    --------
    >>> is_date("14-Oct"), is_date("Oct-14"), is_date("10-14")
    (True, True, False)
    """
    return _DATE.fullmatch(text.casefold().strip()) is not None


def closed_groups(groups: Sequence[AgeGroup], *, printed: bool) -> tuple[bool, AgeGroup | None]:
    """Whether pairs include the year of age that they end with, and a pair that says otherwise.

    They do where groups follow each other as 45-49, 50-54, and do not where they do as 45-50,
    50-55. Where none follows another, printed ones do; ends in two columns do if all are groups
    of fives, from 45 to 49, or some is a year of age, from 45 to 45.

    Parameters
    ----------
    printed : bool
        Both ends in one cell, as registries print them; not in columns of their own.
    """
    pairs = sorted({group for group in groups if group.kind == "pair"}, key=lambda g: g[1:])
    starts = {group.low for group in groups if group.kind != "unknown"}
    touching = [p for p in pairs if p.high in starts and p.high > p.low]
    parted = [p for p in pairs if p.high not in starts and p.high + 1.0 in starts]
    if touching and parted:
        closed = len(parted) > len(touching)
        return closed, (touching if closed else parted)[0]
    if touching or parted or not pairs:
        return bool(parted), None
    fives = all(p.low % 5.0 in (0.0, 1.0) and p.high % 5.0 == 4.0 for p in pairs)
    single = any(p.low == p.high for p in pairs)
    return printed or fives or single, None
