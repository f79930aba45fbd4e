"""Spreads people of unknown age or stage over those of whom it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from sim.evidence.vocabulary import STAGES, UNSTAGED_PRIMARIES, Stage
from sim.inputs.age_group import AgeSpan
from sim.inputs.registry_words import EITHER, UNKNOWN

ByPrimary = dict[str, float]
"""People of whom something was unknown, by primary."""
_PARTS = (STAGES[Stage.LOCALIZED], STAGES[Stage.REGIONAL])
"""The stages that `EITHER` may be."""


class Alike(NamedTuple):
    """People who are counted together; without ages or with `not_staged` where unknown."""

    year: int
    primary: str
    sex: str
    ages: AgeSpan | None
    stage: str


def spread_ages(
    counts: Mapping[Alike, float],
) -> tuple[dict[Alike, float], ByPrimary]:
    """Give people of unknown age the ages of the same primary.

    Of the same year and sex; where nobody of them has a known age, of the same year, else of all.

    Returns
    -------
    dict
        New cancers by kind. An unknown age stays where the primary has no known one.
    dict
        People spread, by primary.
    """
    found, spread, _ = _spread(
        counts,
        unknown=lambda kind: kind.ages is None,
        part=lambda kind: kind.ages,
        put=lambda kind, ages: kind._replace(ages=ages),
        levels=(_of_sex, _of_year, _of_primary),
    )
    return found, spread


def spread_stages(
    counts: Mapping[Alike, float],
) -> tuple[dict[Alike, float], ByPrimary, ByPrimary]:
    """Give people of unknown stage the stages of the same primary and age.

    Of the same year and sex; where nobody of them has a known stage, of all ages, then of both
    sexes, then of all years. Those of primaries that registries do not stage are left alone, and
    so are those of primaries of which no row has a stage.

    Returns
    -------
    dict
        New cancers by kind.
    dict
        People spread, by primary.
    dict
        Those of them who were spread as people of other ages, another sex or year are.
    """
    return _spread(
        counts,
        unknown=lambda kind: kind.stage == UNKNOWN and kind.primary not in UNSTAGED_PRIMARIES,
        part=lambda kind: kind.stage,
        put=lambda kind, stage: kind._replace(stage=stage),
        levels=(_of_ages, _of_sex, _of_year, _of_primary),
    )


def spread_either(
    counts: Mapping[Alike, float], localized: Callable[[Alike], float]
) -> tuple[dict[Alike, float], ByPrimary]:
    """Give people who are localized or regional the one or the other, as those of the same age are.

    Levels are those of `spread_stages`.

    Parameters
    ----------
    counts : dict
    localized : callable
        Share of them who are localized, where the file has nobody of the primary with either.
    """
    split = (EITHER, *_PARTS)
    found, spread, _ = _spread(
        {kind: count for kind, count in counts.items() if kind.stage in split},
        unknown=lambda kind: kind.stage == EITHER,
        part=lambda kind: kind.stage,
        put=lambda kind, stage: kind._replace(stage=stage),
        levels=(_of_ages, _of_sex, _of_year, _of_primary),
    )
    for kind in [kind for kind in found if kind.stage == EITHER]:
        count, share = found.pop(kind), localized(kind)
        spread[kind.primary] = spread.get(kind.primary, 0.0) + count
        for stage, part in zip(_PARTS, (share, 1.0 - share), strict=True):
            there = kind._replace(stage=stage)
            found[there] = found.get(there, 0.0) + count * part
    return {**{kind: n for kind, n in counts.items() if kind.stage not in split}, **found}, spread


def _of_ages(kind: Alike) -> Hashable:
    return kind.year, kind.primary, kind.sex, kind.ages


def _of_sex(kind: Alike) -> Hashable:
    return kind.year, kind.primary, kind.sex


def _of_year(kind: Alike) -> Hashable:
    return kind.year, kind.primary


def _of_primary(kind: Alike) -> Hashable:
    return kind.primary


def _spread(
    counts: Mapping[Alike, float],
    *,
    unknown: Callable[[Alike], bool],
    part: Callable[[Alike], Any],
    put: Callable[[Alike, Any], Alike],
    levels: tuple[Callable[[Alike], Hashable], ...],
) -> tuple[dict[Alike, float], ByPrimary, ByPrimary]:
    """Share unknown people out in proportion to the known parts of the people most alike."""
    known = {kind: count for kind, count in counts.items() if not unknown(kind)}
    parts: dict[tuple[int, Hashable], dict[Any, float]] = defaultdict(dict)
    for kind, count in known.items():
        for level, who in enumerate(levels):
            if count > 0.0:
                mine = parts[level, who(kind)]
                mine[part(kind)] = mine.get(part(kind), 0.0) + count
    found = dict(known)
    spread: ByPrimary = defaultdict(float)
    less_alike: ByPrimary = defaultdict(float)
    for kind, count in counts.items():
        if not unknown(kind):
            continue
        level, likest = next(_parts_of(kind, parts, levels), (0, None))
        if likest is None:
            found[kind] = count
            continue
        spread[kind.primary] += count
        if level > 0:
            less_alike[kind.primary] += count
        total = sum(likest.values())
        for name, share in likest.items():
            there = put(kind, name)
            found[there] = found.get(there, 0.0) + count * share / total
    return found, spread, less_alike


def _parts_of(
    kind: Alike,
    parts: Mapping[tuple[int, Hashable], dict[Any, float]],
    levels: tuple[Callable[[Alike], Hashable], ...],
) -> Iterator[tuple[int, dict[Any, float]]]:
    yield from (
        (level, parts[level, who(kind)])
        for level, who in enumerate(levels)
        if (level, who(kind)) in parts
    )
