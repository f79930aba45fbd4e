"""Refuses a table that counts somebody twice, or leaves ages out."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sim.evidence.mistakes import InputError
from sim.evidence.registry_sites import SiteLabel, site_words
from sim.inputs.age_group import AgeSpan
from sim.inputs.registry_rows import Counted
from sim.inputs.registry_words import TOTAL


def refuse_double_counting(
    name: str,
    counts: Sequence[Counted],
    ends: Sequence[AgeSpan | None],
    age_headers: tuple[str, str],
    unread: Sequence[str] = (),
) -> None:
    """Refuse rows that stand twice, ages that overlap or miss a part, and totals beside parts.

    Parameters
    ----------
    name : str
        Of the file.
    counts : sequence of Counted
    ends : sequence of tuple
        Ages of each count; none if unknown.
    age_headers : tuple of str
        Headers of the columns for the first age of a group and for the age that ends it.
    unread : sequence of str
        Headers of columns that are not read, in which rows may differ.

    Raises
    ------
    InputError
        With the line and the column of what is wrong first, of each kind.
    """
    placed = [(count, ages) for count, ages in zip(counts, ends, strict=True) if ages is not None]
    for count, (low, high) in placed:
        if high is not None and low >= high:
            raise InputError(
                f"{name}, line {count.line}: {age_headers[1]} is {high:g}; allowed: more than "
                f"{age_headers[0]}, which is {low:g}"
            )
    wrong = [
        *itertools.islice(_twice(counts, ends, age_headers[0], unread), 5),
        *itertools.islice(_totals_of_stages(counts), 1),
        *itertools.islice(_within_each_other(counts), 5),
        *itertools.islice(_holes(placed, age_headers[0]), 5),
    ]
    if wrong:
        raise InputError(*(f"{name}, line {line}: {sentence}" for line, sentence in wrong))


def _twice(
    counts: Sequence[Counted], ends: Sequence[AgeSpan | None], header: str, unread: Sequence[str]
) -> Iterator[tuple[int, str]]:
    apart = f", summed over {', '.join(map(repr, unread))}" if unread else ""
    same: dict[tuple[int, str, str, str], list[tuple[float, float, int]]] = defaultdict(list)
    for count, ages in zip(counts, ends, strict=True):
        who = (
            count.year,
            site_words(count.site.text),
            count.sex,
            count.stage_as_told or count.stage,
        )
        low, high = (-1.0, 0.0) if ages is None else (ages[0], _end(ages))
        same[who].append((low, high, count.line))
    for who, group in same.items():
        group.sort()
        for (low_before, high_before, line_before), (low, high, line) in itertools.pairwise(group):
            if low >= high_before:
                continue
            if (low, high) == (low_before, high_before):
                first, second = sorted((line_before, line))
                yield (
                    second,
                    f"counts the same people as line {first} ({who[0]}, {who[1]}, {who[2]}, "
                    f"{header} {max(low, 0.0):g}); allowed: each once{apart}",
                )
            else:
                until = "no end" if math.isinf(high_before) else f"{high_before:g}"
                yield (
                    line,
                    f"{header} is {low:g}, inside the ages {low_before:g} to {until} of line "
                    f"{line_before}, of the same people; allowed: ages counted once",
                )


def _totals_of_stages(counts: Sequence[Counted]) -> Iterator[tuple[int, str]]:
    """A total of the stages beside one of them, of the same primary."""
    staged = {count.site.primary for count in counts if count.stage != TOTAL}
    for count in counts:
        if count.stage == TOTAL and count.site.primary in staged:
            yield (
                count.line,
                f"stage is {count.stage_as_told!r} beside its parts; allowed: each stage, without "
                "the total",
            )


def _within_each_other(counts: Sequence[Counted]) -> Iterator[tuple[int, str]]:
    """Sites one of which is a part of the other, both counted in a year and sex."""
    lines: dict[tuple[int, str], dict[SiteLabel, int]] = defaultdict(dict)
    for count in counts:
        lines[count.year, count.sex].setdefault(count.site, count.line)
    labels = {(site_words(site.text), site): site for of in lines.values() for site in of}
    shared = [
        (a, b)
        for ((words_a, _), a), ((words_b, _), b) in itertools.combinations(labels.items(), 2)
        if words_a != words_b and a.shares_people_with(b)
    ]
    for a, b in shared:
        for of in lines.values():
            if a in of and b in of:
                part, whole = sorted((a, b), key=lambda site: of[site])
                yield (
                    of[whole],
                    f"{whole.text!r} counts people of {part.text!r} too, which stands in line "
                    f"{of[part]}; allowed: a site or its parts, not both",
                )
                break


def _holes(placed: Sequence[tuple[Counted, AgeSpan]], header: str) -> Iterator[tuple[int, str]]:
    """Ages left out between groups of a primary and sex, fewer than any of its groups has.

    Wider holes are groups in which nobody was diagnosed.
    """
    groups: dict[tuple[str, str], dict[AgeSpan, int]] = defaultdict(dict)
    for count, ages in placed:
        groups[count.site.primary, count.sex].setdefault(ages, count.line)
    for (primary, sex), lines in groups.items():
        ordered = sorted(lines, key=lambda ages: (ages[0], _end(ages)))
        narrowest = min(_end(ages) - ages[0] for ages in ordered)
        reached = _end(ordered[0])
        for ages in ordered[1:]:
            if 0.0 < ages[0] - reached < narrowest:
                yield (
                    lines[ages],
                    f"{header} is {ages[0]:g}, and no row has {primary}, {sex}, aged {reached:g} "
                    f"to {ages[0]:g}; allowed: age groups without a gap",
                )
            reached = max(reached, _end(ages))


def _end(ages: AgeSpan) -> float:
    return math.inf if ages[1] is None else ages[1]
