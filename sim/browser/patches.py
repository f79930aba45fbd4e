"""What each choice of a reader changes in the tables that lives are lived by, byte by byte.

A page knows nothing of parameters: Python builds the tables under every choice, and what differs
from the scenario's own is a patch. Controls that move different bytes are patched one by one; those
that move the same bytes have patches for all their choices together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.browser.controls import Control, changed
from sim.engine.parameters import build_world
from sim.engine.policies import build_strategies
from sim.evidence.mistakes import InputError
from sim.inputs.setting import Setting

PATCHED = ("worlds", "shipped")
"""Tables of a job that a choice may change; those that are shipped are the strategies."""
MOST_TOGETHER = 400
"""Choices of controls that move the same numbers, each of which has patches of its own."""
_WORD = 8
"""Bytes that are compared at a time: every field of the tables has as many."""
_Word = tuple[str, int]
"""A table, and where in its records a word begins."""


class Patch(NamedTuple):
    """Bytes that take the place of others.

    Attributes
    ----------
    table : str
        One of `PATCHED`.
    rows : tuple of int
        Records that are changed alike; none stands for all.
    offset : int
        In the record, in bytes.
    data : bytes
    """

    table: str
    rows: tuple[int, ...]
    offset: int
    data: bytes


class Patches(NamedTuple):
    """The patches of bytes that the same controls move.

    Attributes
    ----------
    controls : tuple of int
        Places among the controls of the page.
    by_choice : dict
        From the choices of these controls, in their order, to what is patched.
    outcomes_for : dict
        From these choices to the code of whose outcomes are counted, if they decide over it.
    """

    controls: tuple[int, ...]
    by_choice: dict[tuple[int, ...], tuple[Patch, ...]]
    outcomes_for: dict[tuple[int, ...], int]


def patched_tables(scenario: Setting) -> dict[str, NDArray[np.void]]:
    """The tables that a choice may change, of a scenario at its point estimate."""
    worlds = build_world(scenario.known.point, scenario.outcomes)
    return {"worlds": worlds, "shipped": _policies_of(scenario)}


def _policies_of(scenario: Setting) -> NDArray[np.void]:
    """The strategies of a scenario."""
    knobs, own = scenario.common_knobs(), scenario.treatments
    values, outcomes = scenario.known.point, scenario.outcomes
    return build_strategies(scenario.strategies, own, knobs, values, outcomes=outcomes).policies


def patches_of(scenario: Setting, controls: Sequence[Control]) -> tuple[Patches, ...]:
    """The patches of all choices of some controls.

    Raises
    ------
    InputError
        If so many controls move the same numbers that their choices are too many together.
    """
    made = _Made(scenario, controls)
    places = {at: range(len(one.choices)) for at, one in enumerate(controls)}
    alone = {at: [made.patches({at: k}) for k in ks] for at, ks in places.items()}
    movers: dict[_Word, tuple[int, ...]] = {}
    for at, of_choices in alone.items():
        for word in sorted(_words_of(itertools.chain.from_iterable(of_choices))):
            movers[word] = (*movers.get(word, ()), at)
    together: dict[tuple[int, ...], set[_Word]] = {(at,): set() for at in places}
    for word, mine in movers.items():
        together.setdefault(mine, set()).add(word)
    found = []
    for mine, words in together.items():
        if math.prod(len(places[at]) for at in mine) > MOST_TOGETHER:
            names = ", ".join(controls[at].name for at in mine)
            raise InputError(
                f"controls {names} move the same numbers, with more than {MOST_TOGETHER} choices "
                "together; allowed: fewer"
            )
        each = itertools.product(*(places[at] for at in mine))
        by_choice = {
            chosen: tuple(_within(made.patches(dict(zip(mine, chosen, strict=True))), words))
            for chosen in each
        }
        whom = {k: made.outcomes_for({mine[0]: k[0]}) for k in by_choice if len(mine) == 1}
        found.append(Patches(mine, by_choice, whom if len(set(whom.values())) > 1 else {}))
    return tuple(one for one in found if one.outcomes_for or any(one.by_choice.values()))


def patched(
    tables: Mapping[str, NDArray[np.void]], patches: Sequence[Patch]
) -> dict[str, NDArray[np.void]]:
    """Copies of tables with some patches, as a page makes them."""
    found = {name: table.copy() for name, table in tables.items()}
    for patch in patches:
        table = found[patch.table]
        raw = table.view(np.uint8).reshape(len(table), -1)
        rows = list(patch.rows) or slice(None)
        end = patch.offset + len(patch.data)
        raw[rows, patch.offset : end] = np.frombuffer(patch.data, np.uint8)
    return found


class _Made:
    """The tables under choices, and how they differ from the scenario's own.

    Strategies that are alike but for their rules change alike: one of them is made. Which are alike
    is left as it is: a choice may make more of them so, and then they are lived apart all the same.
    """

    def __init__(self, scenario: Setting, controls: Sequence[Control]) -> None:
        self._controls = controls
        self._cache: dict[tuple[tuple[int, int], ...], tuple[Patch, ...]] = {}
        members: dict[tuple[int, str], list[int]] = {}
        first = patched_tables(scenario)["shipped"]["alike"].tolist()
        # One with a knob of its own does not follow the others, even where it is alike now.
        for row, (alike, one) in enumerate(zip(first, scenario.strategies, strict=True)):
            members.setdefault((alike, repr(one.knobs())), []).append(row)
        self._members = list(members.values())
        some = [scenario.strategies[members[0]] for members in self._members]
        # Unchecked on purpose: strategies that are there, in another order than a run would take.
        self._scenario = scenario.model_copy(update={"strategies": tuple(some)})
        self._n_strategies = len(scenario.strategies)
        self._worlds = {scenario.outcomes: build_world(scenario.known.point, scenario.outcomes)}
        self._own = self._tables({})

    def _changed(self, chosen: Mapping[int, int]) -> Setting:
        names = {self._controls[at].name: place for at, place in chosen.items()}
        return changed(self._scenario, self._controls, names)

    def _tables(self, chosen: Mapping[int, int]) -> dict[str, NDArray[np.void]]:
        """Those of `patched_tables` under some choices; few of them change the world."""
        there = self._changed(chosen)
        if there.outcomes not in self._worlds:
            self._worlds[there.outcomes] = build_world(there.known.point, there.outcomes)
        return {"worlds": self._worlds[there.outcomes], "shipped": _policies_of(there)}

    def outcomes_for(self, chosen: Mapping[int, int]) -> int:
        """The code of whose outcomes are counted under some choices."""
        return int(self._changed(chosen).outcomes.code)

    def patches(self, chosen: Mapping[int, int]) -> tuple[Patch, ...]:
        """The patches of some choices."""
        key = tuple(sorted(chosen.items()))
        if key not in self._cache:
            self._cache[key] = tuple(self._made(chosen))
        return self._cache[key]

    def _made(self, chosen: Mapping[int, int]) -> Iterator[Patch]:
        there = self._tables(chosen)
        there["shipped"]["alike"] = self._own["shipped"]["alike"]
        worlds = _differences("worlds", self._own["worlds"], there["worlds"])
        of_some = _differences("shipped", self._own["shipped"], there["shipped"])
        yield from worlds
        yield from map(self._of_members, of_some)

    def _of_members(self, patch: Patch) -> Patch:
        """The same for all strategies that are alike."""
        which = patch.rows or range(len(self._members))
        rows = sorted(row for one in which for row in self._members[one])
        return patch._replace(rows=() if len(rows) == self._n_strategies else tuple(rows))


def _within(patches: Iterable[Patch], words: set[_Word]) -> Iterator[Patch]:
    """The parts of patches that are of some words."""
    for patch in patches:
        inside = [
            at
            for at in range(0, len(patch.data), _WORD)
            if (patch.table, patch.offset + at) in words
        ]
        for _, run in itertools.groupby(enumerate(inside), lambda one: one[1] - one[0] * _WORD):
            starts = [at for _, at in run]
            data = patch.data[starts[0] : starts[-1] + _WORD]
            yield patch._replace(offset=patch.offset + starts[0], data=data)


def _words(table: NDArray[np.void]) -> NDArray[np.uint64]:
    """A table word by word, shape (record, word)."""
    return table.view(np.uint64).reshape(len(table), -1)


def _differences(name: str, own: NDArray[np.void], there: NDArray[np.void]) -> Iterator[Patch]:
    """Stretches of words that differ; records that change alike share a patch."""
    before, after = _words(own), _words(there)
    alike: dict[tuple[int, bytes], list[int]] = {}
    for row in range(len(own)):
        moved = np.flatnonzero(before[row] != after[row])
        if not moved.size:
            continue
        starts = np.flatnonzero(np.diff(moved, prepend=-2) > 1)
        for stretch in np.split(moved, starts[1:]):
            data = after[row, stretch[0] : stretch[-1] + 1].tobytes()
            alike.setdefault((int(stretch[0]) * _WORD, data), []).append(row)
    for (offset, data), rows in alike.items():
        yield Patch(name, () if len(rows) == len(own) else tuple(rows), offset, data)


def _words_of(patches: Iterable[Patch]) -> set[_Word]:
    """Words that some patches touch; of which records does not matter."""
    return {
        (patch.table, word)
        for patch in patches
        for word in range(patch.offset, patch.offset + len(patch.data), _WORD)
    }
