"""The sample of the posterior against a Markov chain with true runs of the model. Room: fitting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.crew import Crew
from sim.engine.warm_up import warm_up
from sim.fitting.posterior import Sampling, Start, kept_start

LIVES = 60_000
CHAINS, STEPS = 24, 300
SIZE = 0.05
"""Of a step: how much of a new normal point is mixed in."""


def chain(sampling: Sampling, start: Start, k: int) -> NDArray[np.float64]:
    """Metropolis steps that keep a normal distribution (pCN), about the normal approximation.

    It starts at member `k` and lives by its luck, so that what it drifts by is what the member is
    off. A row a step: the place, and whether the step was taken.
    """
    misfit, mode = sampling.misfit(start, k), start.mode
    covariance = np.linalg.inv(np.eye(len(mode.z)) + mode.jacobian.T @ mode.jacobian)
    root = np.linalg.cholesky(covariance)
    rng = np.random.default_rng(k)

    def height(w: NDArray[np.float64]) -> float:
        z = mode.z + root @ w
        if ((z < mode.lower) | (z > mode.upper)).any():
            return -np.inf
        return float(0.5 * (w @ w - z @ z - (misfit(z) ** 2).sum()))

    at = np.clip(sampling.member(start, k).z, mode.lower + 1e-6, mode.upper - 1e-6)
    w = np.linalg.solve(root, at - mode.z)
    here = height(w)
    rows = [np.append(at, 1.0)]
    for _ in range(STEPS):
        new = np.sqrt(1.0 - SIZE**2) * w + SIZE * rng.standard_normal(len(w))
        there = height(new)
        taken = np.log(rng.random()) < there - here
        if taken:
            w, here = new, there
        rows.append(np.append(mode.z + root @ w, float(taken)))
    return np.array(rows)


@pytest.mark.slow
def test_a_chain_that_starts_at_members_stays_where_they_are(tmp_path: Path) -> None:
    """Without the draws of others, which are no part of either; minutes."""
    warm_up()
    whole = Sampling.of_the_evidence()
    sampling = Sampling(whole.known, whole.targets, lives=LIVES, cut=False)
    with ThreadPoolExecutor(2) as executor:
        start = kept_start(sampling, tmp_path / "mode.npz", Crew(executor, 2), quiet=True)
        jobs = [executor.submit(chain, sampling, start, k) for k in range(1, CHAINS + 1)]
        chains = np.array([job.result() for job in jobs])
    members, later = chains[:, 0, :-1], chains[:, STEPS // 2 :, :-1]
    assert 0.02 < chains[:, 1:, -1].mean() < 0.9
    spread = later.std(axis=(0, 1))
    shift = (later.mean(axis=(0, 1)) - members.mean(axis=0)) / spread
    ratio = members.std(axis=0) / spread
    # Means over so few chains err by about 1 / sqrt(CHAINS) themselves.
    assert np.abs(shift).mean() < 2.0 / np.sqrt(CHAINS)
    assert 0.7 < np.median(ratio) < 1.4
