"""Pictures of results and of lives, each a Matplotlib Axes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results import Result


class Plots:
    """The pictures of one result."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def save_all(self, folder: Path) -> None:
        """Write every picture of the result as a PNG."""
        folder.mkdir(parents=True, exist_ok=True)
