"""What somebody means by a name that the program does not have."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from sim.evidence.rows import FOLDER, Row, read_rows
from sim.evidence.vocabulary import plainly

_ALIKE = 0.85
"""Likeness from which on a word is a slip of the pen of another."""
_MOST, _SHORT = 12, 4
"""Names that are told at most; letters of a word that is too short for slips of the pen."""


class OtherName(Row):
    """What the field says for names of the program, which it may not have."""

    unique = ("said",)

    said: str
    names: str


def other_names() -> dict[str, list[str]]:
    """Names of the program by what the field says for them."""
    rows = read_rows(FOLDER / "other_names.csv", OtherName).values()
    return {plainly(row.said): row.names.split() for row in rows}


def meant(word: str, known: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names that somebody means by a word: itself, however put, or what the field calls so.

    Parameters
    ----------
    known : mapping
        By kind, the names with what each is in words.

    Returns
    -------
    list of str
        Nothing if it is not known.
    """
    asked = plainly(word)
    if asked in (names := _names(known)):
        return [names[asked]]
    return other_names().get(asked, [])


def _names(known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {plainly(name): name for of_kind in known.values() for name in of_kind}


def having(word: str, known: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Names that have all parts of a word in them, else those whose description has them."""
    parts = [part.removesuffix("s") for part in plainly(word).split("_") if len(part) > 2]
    if not parts:
        return []
    every = [(name, text) for of_kind in known.values() for name, text in of_kind.items()]

    def has(text: str) -> bool:
        words = [one.removesuffix("s") for one in plainly(text).split("_")]
        return all(part in words for part in parts)

    found = [name for name, _ in every if has(name)] or [name for name, text in every if has(text)]
    return list(dict.fromkeys(found))


def unknown(word: str, known: Mapping[str, Mapping[str, str]]) -> str:
    """What to say of a word that means nothing here: names with it, a slip of the pen, or kinds.

    A silly hint is worse than none.
    """
    if found := having(word, {"names": dict.fromkeys(_names(known).values(), "")}):
        return _part_of(word, found)
    names, others, asked = _names(known), other_names(), plainly(word)
    near = difflib.get_close_matches(asked, [*names, *others], n=1, cutoff=_ALIKE)
    if near and len(asked) > _SHORT:
        found = [names[near[0]]] if near[0] in names else others[near[0]]
        return f"NAME is {word!r}; did you mean {' or '.join(map(repr, found))}?"
    if found := having(word, known):
        return _part_of(word, found)
    kinds = ", ".join(sorted(known))
    return (
        f"NAME is {word!r}, and nothing is called so or nearly so; allowed: names of {kinds}; "
        "`spinemets list` prints them all"
    )


def _part_of(word: str, found: list[str]) -> str:
    more = f" and {len(found) - _MOST} more (spinemets list)" if len(found) > _MOST else ""
    return f"NAME is {word!r}, which is part of {', '.join(found[:_MOST])}{more}; explain one"
