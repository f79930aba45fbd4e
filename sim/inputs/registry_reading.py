"""Says once how a registry's file was read: what was mapped, spread, left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.evidence.registry_sites import site_words
from sim.evidence.vocabulary import PRIMARIES, UNSTAGED_PRIMARIES
from sim.inputs.population_row import PopulationRow
from sim.inputs.registry_rows import Counted, RegistryRows
from sim.inputs.registry_words import UNKNOWN
from sim.inputs.text_table import TextTable
from sim.inputs.unknown_parts import ByPrimary

_MOST_NAMES = 8
"""Names that are told of one kind; more are counted."""


class SpreadPeople(NamedTuple):
    """People, by primary, of whom a file did not say all.

    Of unknown age; of unknown stage, and those of them who were spread as people of other ages,
    another sex or year are; localized or regional, the file does not say which.
    """

    of_ages: ByPrimary
    of_stages: ByPrimary
    less_alike: ByPrimary
    either: ByPrimary


@dataclass(frozen=True)
class RegistryReading:
    """How a file was read, wherever that is not as a population file of the program says it.

    Parameters
    ----------
    closed : bool
        Whether age groups include the year of age that they end with.
    spread : SpreadPeople
        Those who were spread over the known.
    """

    table: TextTable
    read: RegistryRows
    counts: Sequence[Counted]
    rows: Sequence[PopulationRow]
    closed: bool
    spread: SpreadPeople

    def sentences(self) -> Iterator[str]:
        """A sentence for each thing that was understood; none of a file that says all itself."""
        if how := self._how():
            yield f"Read {how}."
        if pooled := self._pooled():
            yield f"Sites: {pooled}."
        if self.read.left_out:
            yield f"Left out, not lived: {_told(self.read.left_out)}."
        pairs = (count.ages for count in self.counts if count.ages.kind == "pair")
        if self.closed and (pair := next(pairs, None)):
            yield (
                f"Ages: {pair.low:g}-{pair.high:g} and the like run up to the birthday after, "
                f"{pair.high + 1:g}."
            )
        if opened := sorted({row.age_low for row in self.rows if row.age_high is None}):
            starts = ", ".join(f"{low:g}" for low in opened)
            yield f"Ages: from {starts} on up to the oldest age at diagnosis of the program."
        yield from self._spread()
        if none := [p for p in PRIMARIES if p in self._without_stage()]:
            yield f"No stage in the file, stages of the United States instead: {', '.join(none)}."
        if none := [p for p in PRIMARIES if p in self.read.stage_not_used]:
            yield f"Stage not used, as the program does not stage them: {', '.join(none)}."
        if self.read.suppressed:
            cells = ", ".join(f"{n:,} of {cell}" for cell, n in self.read.suppressed.items())
            yield (
                f"Suppressed counts: {cells}; together taken as "
                f"{self.read.suppressed_people:,.6g} new cancers."
            )

    def _spread(self) -> Iterator[str]:
        if any(self.spread.of_ages.values()):
            told = _told(self.spread.of_ages)
            yield f"Age unknown, spread over known ages of the primary: {told}."
        if any(self.spread.either.values()):
            yield (
                "Stage localized or regional, spread over these two as others of the same primary "
                f"and age, or as in the United States: {_told(self.spread.either)}."
            )
        if any(self.spread.of_stages.values()):
            total = sum(self.spread.of_stages.values())
            share = 100.0 * total / sum(row.count for row in self.rows)
            less = sum(self.spread.less_alike.values())
            other = f", or for {less:,.6g} of other ages, another sex or year" if less else ""
            yield (
                f"Stage unknown of {total:,.6g} new cancers ({share:.2g}%), spread over known "
                f"stages of the same primary and age{other}: {_told(self.spread.of_stages)}."
            )

    def _how(self) -> str:
        parts = [self.table.how] if self.table.how else []
        if self.read.decimal == ",":
            parts.append("with decimal commas")
        if self.read.footer:
            parts.append(f"{self.read.footer} lines of notes left out".replace("1 lines", "1 line"))
        return ", ".join(parts)

    def _pooled(self) -> str:
        """Names of sites that are not those of primaries, by the primary that they became."""
        names: dict[str, dict[str, str]] = {}
        for count in self.counts:
            if site_words(count.site.text) != site_words(count.site.primary):
                mine = names.setdefault(count.site.primary, {})
                mine.setdefault(site_words(count.site.text), count.site.text)
        told = []
        for primary in (p for p in PRIMARIES if p in names):
            sites = list(names[primary].values())
            more = [f"{len(sites) - _MOST_NAMES} more"] if len(sites) > _MOST_NAMES else []
            told.append(f"{', '.join([*sites[:_MOST_NAMES], *more])} as {primary}")
        return "; ".join(told)

    def _without_stage(self) -> set[str]:
        return {
            row.primary
            for row in self.rows
            if row.stage == UNKNOWN and row.primary not in UNSTAGED_PRIMARIES and row.count > 0.0
        }


def _told(people: Mapping[str, float]) -> str:
    """New cancers by name, the most first."""
    ordered = sorted(people.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{name} {count:,.6g}" for name, count in ordered if count]
    more = [f"{len(told) - _MOST_NAMES} more"] if len(told) > _MOST_NAMES else []
    return ", ".join([*told[:_MOST_NAMES], *more])
