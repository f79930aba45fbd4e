"""The table of published courses of pain and response beside those studies emulated."""

from __future__ import annotations

from collections.abc import Sequence

from sim.evidence.effects import arms_of
from sim.evidence.reader import evidence
from sim.evidence.studies import Study, studies, study_readings
from sim.fitting.before_death import before_death_text
from sim.fitting.emulation import SHARES, EmulatedReading, emulate
from sim.tables.layout import table_text

_HEADER = ("", "days", "read", "published", "model", "difference", "verdict", "answer", "input of")


def emulate_all(people: int, workers: int | None = None) -> dict[str, list[EmulatedReading]]:
    """Every study that has readings, emulated among so many lives each; for validation last."""
    roles = {row.study: row.role for row in study_readings()}
    names = sorted((name for name in studies() if name in roles), key=lambda n: roles[n])
    return {name: emulate(studies()[name], people, workers=workers) for name in names}


def inputs_from(reading: str) -> list[str]:
    """Parameters that a reading moves: as an arm of the synthesis, or named by their note.

    A note also names a group of readings, by its beginning and a star.
    """
    found = []
    for parameter in evidence().parameters.values():
        if parameter.distribution == "synthesis" and reading in {
            arm.id for arm in arms_of(parameter.name, parameter.stratum)
        }:
            found.append(f"{parameter.name}, {parameter.stratum}")
            continue
        words = parameter.note.replace(",", " ").replace("(", " ").replace(")", " ")
        for word in words.replace(";", " ").replace(":", " ").split():
            star = word.endswith("*") and len(word) > 1 and reading.startswith(word[:-1])
            if word.rstrip(".") == reading or star:
                found.append(f"{parameter.name}, {parameter.stratum}")
                break
    return found


def trials_text(
    found: dict[str, list[EmulatedReading]], people: int, workers: int | None = None
) -> str:
    """All studies, those that no parameter comes from apart, and pain before death."""
    apart = {name for name, lines in found.items() if lines[0].reading.role == "validate"}
    every = [line for lines in found.values() for line in lines if line.reading.days > 0.0]
    misses = sum(not line.agrees for line in every)
    parts = [
        "Studies emulated: people who would have been enrolled, weighted to the mean pain at "
        "entry, read on the study's days, with as many leaving.",
        "Pain in points of 10, responses in percent, with standard errors; it agrees if the "
        "difference is within what both errors explain (95%). "
        f"Of {len(every)} readings {misses} miss.",
        "Answer: percent of the enrolled who live and answer. Input of: parameters that the "
        "reading moves, as an arm of the synthesis or by their note.",
        "",
        table_text(_HEADER, rows_of(found, [n for n in found if n not in apart]), left=_LEFT),
        "",
        "No parameter comes from:",
        "",
        table_text(_HEADER, rows_of(found, [n for n in found if n in apart]), left=_LEFT),
        "",
        before_death_text(people, workers),
    ]
    return "\n".join(parts)


_LEFT = (0, 2, 6, 8)


def rows_of(found: dict[str, list[EmulatedReading]], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Lines of some studies: their words and how many the model enrolls, then the readings."""
    rows = []
    for name in names:
        study = studies()[name]
        rows.append((f"{study.words} ({study_words(study, found[name][0].people)})", *[""] * 8))
        rows += [_cells(line) for line in found[name]]
    return rows


def study_words(study: Study, people: int) -> str:
    """Treatments, least pain, and how many people of the model there are."""
    return f"{' and '.join(study.treatments)}, from {study.least_pain:g}, {people:,} people"


def _cells(line: EmulatedReading) -> tuple[str, ...]:
    row = line.reading
    digits = 0 if row.quantity in SHARES else 1
    from_it = inputs_from(row.id)
    more = f" and {len(from_it) - 1} more" if len(from_it) > 1 else ""
    return (
        f"  {row.id}",
        f"{row.days:.0f}",
        row.quantity,
        f"{row.value:.{digits}f} ({line.published_error:.{digits}f})",
        f"{line.model:.{digits}f} ({line.model_error:.{digits}f})",
        f"{line.difference:+.{digits}f}",
        "" if row.days == 0.0 else "agrees" if line.agrees else "misses",
        f"{100.0 * line.answering:.0f}",
        f"{from_it[0]}{more}" if from_it else "",
    )
