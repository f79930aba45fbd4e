"""How much memory a run took."""

from __future__ import annotations

import sys


def peak_memory_mb() -> float | None:
    """Largest resident memory of this process so far; none where the system does not say."""
    try:
        import resource  # not on Windows
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)
