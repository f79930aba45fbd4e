"""Where Matplotlib keeps what it found out about fonts: its own folder, or ours if it has none.

Where it can write nowhere it tells so on the screen, in words that are of no use to who runs a
simulation.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sim.life.machine_code import code_folder


def matplotlib_folder() -> dict[str, str]:
    """`MPLCONFIGDIR` for the environment, where Matplotlib's own folders cannot be written."""
    if os.environ.get("MPLCONFIGDIR"):
        return {}
    with suppress(RuntimeError):  # nobody's home
        if all(map(_serves, _its_own())):
            return {}
    code = code_folder()
    if code is not None and _serves(ours := code.parent / "matplotlib"):
        return {"MPLCONFIGDIR": str(ours)}
    return {}


def _its_own() -> Iterator[Path]:
    """Where Matplotlib looks for settings, and where it keeps its list of fonts."""
    if not sys.platform.startswith(("linux", "freebsd")):
        yield Path.home() / ".matplotlib"
        return
    for name, below_home in (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache")):
        yield Path(os.environ.get(name) or Path.home() / below_home) / "matplotlib"


def _serves(folder: Path) -> bool:
    """Say whether files can be made in a folder, which is made if it is not there."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK)
    return False
