"""The model's code holds no disease numbers, and its records no names that NumPy has taken.

Room: life.
"""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from sim.engine import cohort
from sim.evidence.vocabulary import LESION_PLACES, LEVELS, MOST_TREATMENTS, N_LEVELS
from sim.life import records
from sim.life.events import N_CLOCKS, N_LESION_EVENTS
from sim.life.policy import N_OBSERVABLES, POLICY, RULE, TREATMENT
from sim.life.records import FIRST_BONE, LESION, N_LESIONS, OUTSIDE, PERSON
from sim.life.world import CANCER, WORLD

LIFE = Path(records.__file__).parent
ENGINE = Path(cohort.__file__).parent
NUMBERS_OF_ANOTHER_KIND = {
    # How the generator is keyed, and what a purpose is numbered; tested against published vectors.
    "luck.py",
    # What an event is numbered.
    "events.py",
    # The year whose one person is lived to compile; sizes of blocks.
    "warm_up.py",
    "workers.py",
    # How workers are reached and waited for, in seconds; how progress is told.
    "elsewhere.py",
    "pace.py",
    "pool.py",
    "scheduler.py",
}
SOURCES = sorted(
    path
    for folder in (LIFE, ENGINE)
    for path in folder.glob("*.py")
    if path.name not in NUMBERS_OF_ANOTHER_KIND
)

ALLOWED = {-1, 0, 1, 2, 0.5}
"""Signs, halves, neighbors and the like: what a formula may hold without a source."""

EXCEPTIONS = {
    # Layout of the records: sizes, not rates; the upper end of the rating scale.
    "world.py": {4, 3, 10},
    # Chains of comparisons beside each other.
    "clocks.py": {3, 4},
    # How seldom garbage is searched for while code is compiled.
    "compiling.py": {20, 100, 50_000},
    # Where the occurrences of images begin.
    "detection.py": {32, 64, 32_768, 49_152},
    # Where the occurrences of an escalation after a relapse begin.
    "pain.py": {16},
    # Where the occurrences of losses begin after each time that the cord was freed.
    "cord.py": {64},
    # Bits of a number: the years in which 1 July is looked at.
    "pain_days.py": {64},
    # A step of analgesia; the upper end of the rating scale.
    "rating.py": {3, 10},
    # By how much a sum of days may be off.
    "pause.py": {1e-6},
    # Years of a decade, over which a ratio by age is given.
    "performance.py": {10},
    "referral.py": {10},
    # How many changes of pain are remembered.
    "records.py": {32},
    # Where the occurrences of the next treatment begin, if each has a luck of its own.
    "relief.py": {64},
    # A quarter less analgesia: the definition of partial response.
    "response.py": {0.75},
    # How practice is told: fractions of a long course, days of a hold, workdays of a week.
    "holds.py": {10, 28.0, 5.0, 7.0},
    # Columns of a segment.
    "model.py": {3},
    # The largest share of cycles that toxicity delays.
    "therapy.py": {0.99},
    # Digits of a fingerprint; a folder that others may not look into.
    "machine_code.py": {16, 0o700},
    # Bytes in units of memory.
    "memory.py": {10, 20},
    # Bytes of a field, and bits of how many there are.
    "life_copy.py": {8, 64},
    # Bytes at multiples of which tables begin.
    "layout.py": {16},
    # How short code is to be, and how hard it is worked on, as LLVM counts.
    "translation.py": {25, 3},
    # How many processes Windows waits for at a time.
    "processes.py": {61},
    # Bits of a person's number; room of the event log.
    "cohort.py": {48, 40, 32, 16, 64},
    # People at a time.
    "process.py": {2000},
}

RECORDS = {
    "PERSON": PERSON,
    "LESION": LESION,
    "CANCER": CANCER,
    "WORLD": WORLD,
    "TREATMENT": TREATMENT,
    "RULE": RULE,
    "POLICY": POLICY,
}


def numbers_of(path: Path) -> dict[float, int]:
    """Numeric literals of a file, with a line each stands on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.value: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_number_of_a_disease_stands_in_the_code(path: Path) -> None:
    """Every rate, share and delay comes from the evidence, with its source."""
    allowed = ALLOWED | EXCEPTIONS.get(path.name, set())
    strange = {value: line for value, line in numbers_of(path).items() if value not in allowed}
    assert not strange, f"{path.name}: number -> line {strange}"


def test_every_exception_is_used() -> None:
    for name, numbers in EXCEPTIONS.items():
        (path,) = [path for path in SOURCES if path.name == name]
        used = set(numbers_of(path))
        assert numbers <= used, f"{name}: {numbers - used}"
        assert not numbers & ALLOWED, f"{name}: {numbers & ALLOWED}"


def test_every_file_with_numbers_of_another_kind_is_there() -> None:
    found = {path.name for folder in (LIFE, ENGINE) for path in folder.glob("*.py")}
    assert found >= NUMBERS_OF_ANOTHER_KIND


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_no_field_is_hidden_by_numpy(record: np.dtype[np.void]) -> None:
    """Fields are read as attributes in plain Python, where NumPy's own would come first."""
    assert record.names is not None
    assert set(record.names).isdisjoint(dir(np.recarray))
    assert set(record.names).isdisjoint(dir(np.record))


def test_events_and_levels_are_as_many_as_the_record_has_room_for() -> None:
    assert RULE["low"].shape == RULE["high"].shape == RULE["among"].shape == (N_OBSERVABLES,)
    assert RULE["share"].shape == PERSON["n_courses_of"].shape == (MOST_TREATMENTS,)
    assert POLICY["order"].shape == POLICY["treatments"].shape == (MOST_TREATMENTS,)
    assert len(set(LEVELS)) == len(LEVELS) == N_LEVELS == OUTSIDE == FIRST_BONE - 1
    assert len(set(LESION_PLACES)) == len(LESION_PLACES) == N_LESIONS
    assert PERSON["clock"].shape == PERSON["budget"].shape == (N_CLOCKS,)
    assert LESION["clock"].shape == (N_LESION_EVENTS,)
    assert PERSON["lesions"].shape == PERSON["lesion_at"].shape == (N_LESIONS,)
    assert PERSON["level_rate"].shape == WORLD["level_weight"].shape == (N_LEVELS,)
