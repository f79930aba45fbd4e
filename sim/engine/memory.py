"""How much memory a run took."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

_STATUS, _PEAK = Path("/proc/self/status"), "VmHWM:"


def peak_memory_mb() -> float | None:
    """Largest resident memory of this process so far; none where the system does not say.

    Linux is asked for that of the program alone: what `getrusage` says begins with that of the
    process which started it.
    """
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith(_PEAK):
                return float(line.split()[1]) / 2**10
    try:
        import resource  # not on Windows
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)
