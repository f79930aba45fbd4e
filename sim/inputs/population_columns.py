"""Which columns of a registry's table tell what, by the words of their header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.evidence.mistakes import InputError
from sim.inputs.age_group import ALL_AGES, is_date, printed_ages
from sim.inputs.registry_words import TOTAL, is_year, sex_of, stage_of
from sim.inputs.text_table import TextTable

OWN_COLUMNS = ("year", "primary", "sex", "age_low", "age_high", "stage", "count")
"""The columns of a population file of this program."""

_WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "year": (
        ("year", "year of diagnosis", "diagnosis year", "incidence year", "year of incidence"),
    ),
    "primary": (
        ("primary",),
        ("site", "cancer site", "cancer label", "cancer type", "primary site", "site recode"),
        ("cancer", "entity", "tumor site"),
        ("label",),
    ),
    "code": (
        ("icd", "icd 10", "icd10", "icd code", "icd 10 code", "icd 10 codes", "icd10 code",
         "topography", "icd o 3 topography", "icd o topography", "topography code", "site code"),
    ),
    "sex": (("sex label",), ("sex", "gender")),
    "age": (
        ("age group", "age groups", "agegroup", "age band", "age class", "age recode"),
        ("age", "ages", "age at diagnosis", "age label"),
    ),
    "age_low": (("age low", "age from", "from age", "age min", "age start", "lower age"),),
    "age_high": (("age high", "age to", "to age", "age max", "age end", "upper age"),),
    "stage": (("stage",), ("summary stage", "extent of disease", "extent")),
    "count": (
        ("count", "counts", "cases", "new cases", "number", "numbers", "number of cases",
         "number of new cases", "incident cases", "total cases", "frequency", "no of cases", "n"),
    ),
}  # fmt: skip
"""Header words by field; those of an earlier group go before those of a later one."""
_LIKE_AGES = re.compile(r"(ages?|n)?[\s<>=≥_]*\d", re.I)
_RATES = ("rate", "asr", "percent", "share", "proportion", "per 100")


@dataclass(frozen=True)
class Columns:
    """Where each field of a table stands.

    Attributes
    ----------
    at : dict
        Column of each field.
    spread : str
        The field that has a column for each of its values, and counts below them; may be empty.
    spread_at : tuple of int
        Those columns.
    """

    at: dict[str, int]
    spread: str = ""
    spread_at: tuple[int, ...] = ()

    def unread(self, table: TextTable) -> tuple[str, ...]:
        """Headers of the columns that tell nothing that is read."""
        read = {*self.at.values(), *self.spread_at}
        return tuple(cell for i, cell in enumerate(table.header) if cell and i not in read)


def recognized(cells: Sequence[str]) -> int:
    """How many fields a row of cells names if it is a header."""
    found = {field for cell in cells if (field := _field(cell)[0])}
    return len(found) + bool(found and _spread(cells, found)[0])


def columns_of(table: TextTable, *, with_year: bool, own: Sequence[str] = OWN_COLUMNS) -> Columns:
    """Find the columns of a table.

    Parameters
    ----------
    with_year : bool
        Whether a column for the year is needed.
    own : sequence of str
        The columns that are needed, as the program names them.

    Raises
    ------
    InputError
        If a field has no column, or two; if there is one for a total beside its parts.
    """
    place = f"{table.name}, line {table.header_line}"
    at: dict[str, int] = {}
    wrong = []
    for field in _WORDS:
        ranked = [(rank, i) for i, cell in enumerate(table.header)
                  for name, rank in [_field(cell)] if name == field]  # fmt: skip
        best = [i for rank, i in ranked if rank == min(ranked)[0]]
        if len(best) > 1:
            names = " and ".join(repr(table.header[i]) for i in best)
            wrong.append(f"{place}: columns {names} both tell the {field}; allowed: one of them")
        if best:
            at[field] = best[0]
    spread, spread_at = _spread(table.header, set(at))
    needed = [name for name in own if with_year or name != "year"]
    wrong += [f"{place}: {sentence}" for sentence in _missing(table, at, spread, needed)]
    if spread:
        wrong += [f"{place}: {sentence}" for sentence in _not_spread(table.header, at, spread)]
    if wrong:
        raise InputError(*dict.fromkeys(wrong))
    return Columns(at, spread, spread_at)


def _words(header: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", header.casefold()))


def _field(header: str) -> tuple[str, int]:
    """The field that a header names, and the group of its words; none of an unknown header."""
    words = _words(header)
    for field, groups in _WORDS.items():
        for rank, names in enumerate(groups):
            if words in names:
                return field, rank
    for start, field in (("site recode", "primary"), ("age recode", "age")):
        if words.startswith(start):
            return field, 1
    return ("stage", 2) if "stage" in words.split() else ("", 0)


def _spread(cells: Sequence[str], known: set[str]) -> tuple[str, tuple[int, ...]]:
    """The field whose values are headers themselves, and their columns."""
    if "count" in known:
        return "", ()
    for field in ("age", "stage", "sex", "year"):
        if field in known or (field == "age" and "age_low" in known):
            continue
        found = tuple(i for i, cell in enumerate(cells) if _is_value(field, cell))
        if len(found) > 1:
            return field, found
    return "", ()


def _is_rate(header: str) -> bool:
    return any(word in _words(header) for word in _RATES)


def _is_value(field: str, cell: str) -> bool:
    if not cell:
        return False
    if field == "age":
        group = printed_ages(cell)
        return group is not None and (group.kind in ("pair", "open") or not cell.isdecimal())
    if field == "stage":
        return stage_of(cell) not in (None, TOTAL)
    if field == "sex":
        return len(cell) > 1 and sex_of(cell) not in (None, TOTAL)
    return is_year(cell)


def _not_spread(header: Sequence[str], at: dict[str, int], spread: str) -> Iterator[str]:
    """Columns beside those that are spread which sum them up, or seem to be of them."""
    total_of = {"sex": sex_of, "stage": stage_of}.get(spread)
    for cell in (cell for i, cell in enumerate(header) if i not in at.values()):
        is_total = cell.casefold() in ALL_AGES or (total_of and total_of(cell) == TOTAL)
        if is_total and not cell.isdecimal():
            yield f"column {cell!r} is the total of others; allowed: the columns that it sums up"
        elif spread == "age" and is_date(cell):
            yield f"column {cell!r} is a date; allowed: ages (a spreadsheet makes 14-Oct of 10-14)"
        elif spread == "age" and _LIKE_AGES.match(cell) and not _is_value("age", cell):
            yield f"column {cell!r} is no age group; allowed: ages such as 45-49, <1 or 85+"


def _missing(
    table: TextTable, at: dict[str, int], spread: str, own: Sequence[str]
) -> Iterator[str]:
    """What is needed and has no column."""
    needed = [name for name in own if name not in ("stage", spread)]
    if "code" in at and "primary" in needed:
        needed.remove("primary")
    if "age" in at or spread == "age":
        needed = [name for name in needed if not name.startswith("age_")]
    elif not any(name in at for name in ("age_low", "age_high")):
        needed = [name for name in needed if not name.startswith("age_")]
        ways = "age groups in a column, or a column each"
        yield f"no column of ages; needed: {','.join(own)}, or {ways}"
    if spread:
        needed.remove("count")
    for name in needed:
        if name in at:
            continue
        rates = [cell for cell in table.header if _is_rate(cell)]
        if name == "count" and rates:
            whom = " of new cancers" if "primary" in own else ""
            yield f"no column 'count'; {rates[0]!r} is no count{whom}"
        else:
            yield f"no column {name!r}; needed: {','.join(own)}"
