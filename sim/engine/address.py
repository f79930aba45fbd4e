"""The address of lives: a hash of all that determines what is counted of them.

What was counted under one strategy is determined by that strategy and by the reference, because
outcomes of care count from the first trigger under the reference and are compared with it, person
by person. Other strategies that stand beside them, their order and their names change nothing.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from sim.engine.lives import Lives

_PACKAGE = Path(__file__).parents[1]
_ROOMS = ("evidence", "inputs", "life", "counting", "engine", "clinics")
"""Rooms of all that lives and counts people, or that what they do it with is made by."""


@cache
def sources_address() -> str:
    """The address of the sources that lives are lived by, and of what compiles them."""
    sources = [path for room in _ROOMS for path in sorted((_PACKAGE / room).rglob("*.py"))]
    versions = f"{numba.__version__} {np.__version__} {version('simpy')}"
    return address(versions, *(path.read_bytes() for path in sources))


def lives_address(lives: Lives, *among: object) -> str:
    """The address of lives but for the strategies other than the reference, and of some of them.

    Where rows of microdata are asked for, of all strategies: they are in the rows.
    """
    model = lives.model
    rows = () if lives.rows is None else (lives.rows, without_others(model.policies))
    return address(
        sources_address(),
        lives.engine,
        lives.window,
        lives.n_ages,
        int(model.seed),
        model.replicate,
        *(model.groups, model.cells, model.cancers, model.worlds),
        without_others(model.policies[:1]),
        *rows,
        *among,
    )


def strategy_addresses(lives: Lives) -> list[str]:
    """The address of each strategy of some lives."""
    policies = without_others(lives.model.policies)
    return [address(policies[s : s + 1]) for s in range(len(policies))]


def without_others(policies: NDArray[np.void]) -> NDArray[np.void]:
    """Strategies without what depends on which others stand beside them."""
    found = policies.copy()
    found["alike"] = 0
    return found


def address(*things: Any) -> str:
    """The hash of some arrays, bytes and things that say in words all that they are.

    Examples
    --------
    >>> address(1, "2") == address(1, "2"), address(12) == address(1, 2)
    (True, False)
    """
    digest = hashlib.sha256()
    for thing in things:
        if isinstance(thing, np.ndarray):
            told, data = f"{thing.dtype.descr} {thing.shape}", thing.tobytes()
        else:
            data = thing if isinstance(thing, bytes) else repr(thing).encode()
            told = type(thing).__name__
        digest.update(f"{told} {len(data)} ".encode() + data)
    return digest.hexdigest()
