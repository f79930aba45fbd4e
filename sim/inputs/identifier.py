"""The identifier of a person: year of diagnosis, primary, sex and index, as one readable word.

A person's number does not fit into the numbers of R or JavaScript; the word goes through every
program as it is, and `spinemets life --person` takes it.
"""

from __future__ import annotations

import re

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import PRIMARIES, SEXES, nearest
from sim.inputs.plan import person_number, unpack_number

EXAMPLE = "2015-lung-male-123"
_FORM = re.compile(r"(\d{4})-([^-]*)-([^-]*)-(\d{1,10})")
_MOST_INDEX = 2**32 - 1


def identifier(number: int) -> str:
    """The identifier of a person by the number.

    Examples
    --------
    >>> identifier(person_number(2015, 2, 0, 123))
    '2015-lung-male-123'
    """
    year, primary, sex, index = unpack_number(number)
    return f"{year}-{PRIMARIES[primary]}-{SEXES[sex]}-{index}"


def number_of(word: str) -> int:
    """The number of a person by the identifier.

    Raises
    ------
    InputError
        If it is no identifier; the message names the part that is wrong.

    Examples
    --------
    >>> unpack_number(number_of("2015-lung-male-123"))
    (2015, 2, 0, 123)
    """
    found = _FORM.fullmatch(word.strip())
    if found is None:
        raise InputError(
            f"person is {word!r}; allowed: a whole number from 0, or year, primary, sex and index "
            f"as in {EXAMPLE}"
        )
    year, primary, sex, index = found.groups()
    for field, value, known in (("primary", primary, PRIMARIES), ("sex", sex, SEXES)):
        if value not in known:
            raise InputError(
                f"person is {word!r}, whose {field} is {value!r}; {nearest(value, known)}"
            )
    if int(index) > _MOST_INDEX:
        raise InputError(f"person is {word!r}; allowed: an index up to {_MOST_INDEX}")
    return person_number(int(year), PRIMARIES.index(primary), SEXES.index(sex), int(index))
