"""What each cell of a registry's row means, or a sentence that says why it means nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from sim.evidence.mistakes import InputError
from sim.evidence.registry_sites import (
    SEVERAL,
    SiteLabel,
    codes_in,
    known_sites,
    site_of,
    site_words,
)
from sim.evidence.vocabulary import PRIMARIES, SEXES, likeliest
from sim.inputs.age_group import ALL_AGES, AgeGroup, is_date, printed_ages
from sim.inputs.counted import SUPPRESSED_MARKS, plain_number, suppressed_range
from sim.inputs.population_row import MOST_AGE, PopulationRow
from sim.inputs.registry_words import TOTAL, UNKNOWN, sex_in, sex_of, stage_of

Told = Mapping[str, tuple[str, str]]
"""Header and cell of each field that a row tells."""

_RIGHT: dict[str, Any] = {
    "year": 2010,
    "primary": "lung",
    "sex": "male",
    "age_low": 0.0,
    "stage": "distant",
    "count": 1.0,
}
_NO_END = 110.0
"""An upper end of age from here on stands for no end."""
_OPEN_WORDS = ("+", "and over", "and older", "max", "oldest", "open", "inf")
_BLOOD, _SKIN, _NODES = "C42", "C44", "C77"
"""Topography of ICD-O-3 that says nothing without the morphology, or more than ICD-10 does."""


class UnderstoodCells(NamedTuple):
    """What the cells of a row tell together."""

    year: int
    site: SiteLabel
    sex: str
    ages: AgeGroup
    stage: str
    people: float
    is_suppressed: bool


@dataclass(frozen=True)
class RowReader:
    """Reads the cells of rows, by what is known of the whole file.

    Parameters
    ----------
    year : int or None
        Year of diagnosis of a file that has no column for it.
    decimal : str
        Decimal mark of counts.
    suppressed : float or None
        New cancers that a suppressed cell stands for; the middle of what it may be by default.
    topography : bool
        Whether codes of sites are the topography of ICD-O-3, not ICD-10.
    codes_of_ages : bool
        Whether bare numbers for ages are codes of groups.
    """

    year: int | None
    decimal: str
    suppressed: float | None
    topography: bool
    codes_of_ages: bool

    def read(self, told: Told) -> UnderstoodCells:
        """Read a row.

        Raises
        ------
        InputError
            With a sentence for each cell that means nothing, and for a sex that cannot have the
            site.
        """
        readers: tuple[Callable[[], Any], ...] = (
            lambda: year_of(told) if "year" in told else self.year,
            lambda: site_told(told, topography=self.topography),
            lambda: sex_told(told),
            lambda: ages_told(told, codes_of_ages=self.codes_of_ages),
            lambda: stage_told(told),
            lambda: count_told(told, self.decimal, self.suppressed),
        )
        values: list[Any] = []
        wrong: list[str] = []
        for reader in readers:
            try:
                values.append(reader())
            except InputError as error:
                wrong += error.sentences
        if wrong:
            raise InputError(*wrong)
        found = UnderstoodCells(*values[:-1], *values[-1])
        of_site = found.site.sex or sex_in(found.site.text)
        if found.people > 0.0 and of_site not in ("", found.sex):
            header, cell = told["sex"]
            raise InputError(f"{header} is {cell!r} for {found.site.text}; allowed: {of_site}")
        return found


def year_of(told: Told) -> int:
    """The year of diagnosis."""
    header, cell = told["year"]
    return int(_checked("year", header, cell))


def site_told(told: Told, *, topography: bool) -> SiteLabel:
    """The site, by its name where that is known, else by its code; both must agree.

    Parameters
    ----------
    topography : bool
        Whether codes are the topography of ICD-O-3, not ICD-10.
    """
    found = {
        field: site
        for field in ("primary", "code")
        if field in told and (site := _site(*told[field], topography=topography))
    }
    by_name, by_code = found.get("primary"), found.get("code")
    if by_name and by_code and not by_name.codes:
        by_name = None  # other sites, say: the code says more
    if by_name and by_code and by_code.primary not in (by_name.primary, SEVERAL):
        raise InputError(
            f"{told['code'][0]} is {by_code.text!r}, which is {by_code.primary}, beside "
            f"{by_name.text!r}, which is {by_name.primary}; allowed: the same site in both"
        )
    site = by_code if by_name is None else by_name
    if site is None:
        _refuse_site(*told["primary" if "primary" in told else "code"])
    if site.primary == SEVERAL:
        raise InputError(
            f"{told['primary' if site is by_name else 'code'][0]} is {site.text!r}, which counts "
            "several primaries together; allowed: its parts, each once, without the total"
        )
    return site


def _site(header: str, cell: str, *, topography: bool) -> SiteLabel | None:
    codes = {code[:3] for code in codes_in(cell)} if topography else set()
    if codes & {_BLOOD, _SKIN}:
        raise InputError(
            f"{header} is {cell!r}, which the topography of ICD-O-3 does not tell apart; allowed: "
            "ICD-10 codes, SEER site recodes or names, such as leukemia, myeloma, melanoma"
        )
    found = site_of("lymphoma" if codes == {_NODES} else cell)
    return None if found is None else found._replace(text=cell)


def _refuse_site(header: str, cell: str) -> NoReturn:
    if not cell:
        _checked("primary", header, cell)
    meant = likeliest(site_words(cell), known_sites())
    hint = f"did you mean '{meant}'? Allowed" if meant else "allowed"
    raise InputError(
        f"{header} is {cell!r}; {hint}: {', '.join(PRIMARIES)}, a site by its name, an "
        "ICD-10 code or a SEER site recode"
    )


def sex_told(told: Told) -> str:
    """The sex."""
    header, cell = told["sex"]
    found = sex_of(cell)
    if found == TOTAL:
        raise InputError(f"{header} is {cell!r}; allowed: {' and '.join(SEXES)}, each by itself")
    return str(_checked("sex", header, cell)) if found is None else found


def stage_told(told: Told) -> str:
    """The summary stage, or what else `stage_of` knows; not known where there is no column."""
    if "stage" not in told:
        return UNKNOWN
    header, cell = told["stage"]
    found = stage_of(cell)
    return str(_checked("stage", header, cell)) if found is None else found


def ages_told(told: Told, *, codes_of_ages: bool = False) -> AgeGroup:
    """The age group, from one cell or from two."""
    if "age" in told:
        return _one_cell(*told["age"], codes_of_ages=codes_of_ages)
    (header, low), (_, high) = told["age_low"], told["age_high"]
    for name, cell in (told["age_low"], told["age_high"]):
        if is_date(cell):
            _refuse_date(name, cell)
    group = printed_ages(low)
    if group is not None and group.kind in ("open", "unknown"):
        return group
    start = float(_checked("age_low", header, low))
    if not high or high.casefold() in _OPEN_WORDS or high.endswith("+"):
        return AgeGroup("open", start)
    end = float(_checked("age_low", told["age_high"][0], high))
    return _ended(AgeGroup("pair", start, end))


def count_told(told: Told, mark: str, suppressed: float | None) -> tuple[float, bool]:
    """New cancers, and whether the cell suppresses them.

    Parameters
    ----------
    mark : str
        Decimal mark of the file.
    suppressed : float, optional
        New cancers that a suppressed cell stands for; the middle of what it may be by default.
    """
    header, cell = told["count"]
    if (within := suppressed_range(cell)) is not None:
        if suppressed is not None and not 0.0 <= suppressed <= within[1]:
            raise InputError(
                f"suppressed is {suppressed:g}, and {header} is {cell!r}; allowed: at most "
                f"{within[1]}"
            )
        return (sum(within) / 2.0 if suppressed is None else float(suppressed)), True
    if cell.casefold() in SUPPRESSED_MARKS:
        if suppressed is None:
            raise InputError(
                f"{header} is {cell!r}, a suppressed count; allowed: from_csv(..., suppressed=3), "
                "the new cancers that each stands for"
            )
        return float(suppressed), True
    return float(_checked("count", header, plain_number(cell, mark))), False


def _one_cell(header: str, cell: str, *, codes_of_ages: bool) -> AgeGroup:
    if cell.casefold() in ALL_AGES:
        raise InputError(f"{header} is {cell!r}; allowed: age groups, each once, without the total")
    if is_date(cell):
        _refuse_date(header, cell)
    group = printed_ages(cell)
    if group is not None and max(group.low, group.high - (group.kind == "exact")) > MOST_AGE:
        raise InputError(f"{header} is {cell!r}; allowed: ages up to {MOST_AGE:g}")
    if group is None:
        raise InputError(f"{header} is {cell!r}; allowed: an age group such as 45-49, <1 or 85+")
    if codes_of_ages and cell.isdecimal():
        raise InputError(
            f"{header} is {cell!r}, a code of an age group; allowed: its label, such as 45-49 years"
        )
    return _ended(group)


def _ended(group: AgeGroup) -> AgeGroup:
    """The group; open if it runs up to ages that nobody reaches."""
    if group.high >= _NO_END > group.low or group.high >= MOST_AGE > group.low:
        return AgeGroup("open", group.low)
    return group


def _refuse_date(header: str, cell: str) -> NoReturn:
    raise InputError(
        f"{header} is {cell!r}, a date; allowed: ages (a spreadsheet makes 14-Oct of 10-14; "
        "import the column as text)"
    )


def _checked(field: str, header: str, cell: str) -> Any:
    """The value of a field, checked as a population's own row checks it."""
    try:
        return _value(field, cell)
    except InputError as error:
        raise InputError(
            *(f"{header}{sentence.removeprefix(field)}" for sentence in error.sentences)
        ) from None


@lru_cache(maxsize=65536)
def _value(field: str, cell: str) -> Any:
    row = {name: value for name, value in _RIGHT.items() if name != field}
    return getattr(PopulationRow.model_validate(row | ({field: cell} if cell else {})), field)
