"""Counts as registries print them: thousands, decimal commas, suppressed small ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_THOUSANDS = re.compile(r"[+-]?\d{1,3}((?P<mark>[, '’])\d{3})((?P=mark)\d{3})*(\.\d+)?")
_POINT_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_COMMA_DECIMALS = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+|0,\d+")
_BELOW = re.compile(r"(?P<sign><=|≤|<|fewer than|less than)\s*(?P<most>\d+)", re.I)
_BETWEEN = re.compile(r"(?P<low>[1-9])\s*[-–]\s*(?P<high>\d{1,2})")
SUPPRESSED_MARKS = ("*", "**", "^", "~", "s", "suppressed", "x", "c")
"""What stands for a suppressed count without saying below what it is."""


def decimal_mark(cells: Iterable[str], delimiter: str) -> str:
    """The decimal mark of a file: a comma if some cell has one that can be nothing else.

    Examples
    --------
    >>> decimal_mark(["310", "27,5"], ";"), decimal_mark(["1,040", "310"], ";")
    (',', '.')
    """
    if delimiter == ",":
        return "."
    return "," if any(_COMMA_DECIMALS.fullmatch(cell) for cell in cells) else "."


def ambiguous_count(cells: Iterable[str], delimiter: str, mark: str) -> str | None:
    """A count that may be thousands or thousandths; none where the rest of the file tells.

    With tabs and commas between columns a comma parts thousands, as files with decimal commas have
    semicolons.

    Examples
    --------
    >>> ambiguous_count(["310", "1.040"], ";", "."), ambiguous_count(["1.040", "27.5"], ";", ".")
    ('1.040', None)
    """
    if mark == ",":
        return None
    numbers = [cell for cell in cells if re.fullmatch(r"[\d.,]+", cell)]
    telling = re.compile(r"\d+\.(\d{1,2}|\d{4,})|(0|\d{4,})\.\d+")
    if any(telling.fullmatch(number) for number in numbers):
        return None
    if delimiter == "," and any("," in number for number in numbers):
        return None
    marks = ".," if delimiter == ";" else "."
    groups = re.compile(rf"[1-9]\d{{0,2}}[{marks}]\d{{3}}")
    return next((number for number in numbers if groups.fullmatch(number)), None)


def ambiguous_words(count: str) -> str:
    """A sentence on a count that may be thousands or thousandths."""
    return (
        f"count {count!r} may be {re.sub('[.,]', '', count)} or {count.replace(',', '.')}; "
        "allowed: counts without marks of thousands"
    )


@lru_cache(maxsize=4096)
def plain_number(text: str, mark: str) -> str:
    """A number as the program writes it; text that is none stays as it is.

    Examples
    --------
    >>> plain_number("1,040", "."), plain_number("1.040,5", ","), plain_number("many", ".")
    ('1040', '1040.5', 'many')
    """
    if mark == ",":
        if _POINT_THOUSANDS.fullmatch(text):
            text = text.replace(".", "")
        text = re.sub(r"(?<=\d)[ '’](?=\d{3})", "", text)
        return text.replace(",", ".") if re.fullmatch(r"[+-]?\d*,?\d+", text) else text
    return re.sub(r"[, '’]", "", text) if _THOUSANDS.fullmatch(text) else text


@lru_cache(maxsize=4096)
def suppressed_range(text: str) -> tuple[int, int] | None:
    """Least and most that a suppressed count may be, nobody excluded; none of another cell.

    Examples
    --------
    >>> suppressed_range("<5"), suppressed_range("1-4"), suppressed_range("5")
    ((1, 4), (1, 4), None)
    """
    if found := _BELOW.fullmatch(text):
        most = int(found["most"]) - (found["sign"] not in ("<=", "≤"))
        return (1, most) if most >= 1 else None
    if (found := _BETWEEN.fullmatch(text)) and int(found["low"]) < int(found["high"]):
        return int(found["low"]), int(found["high"])
    return None
