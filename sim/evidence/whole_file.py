"""A file that is there whole or not at all, however its writer ends."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

BEGUN = ".begun"
"""How the name of a file ends that is not whole yet."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, wait until it is on the disk, and give it its name.

    Raises
    ------
    OSError
        If that fails; a file that was there is as it was.
    """
    begun = path.with_name(path.name + BEGUN)
    try:
        with begun.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        begun.replace(path)
    except OSError:
        with suppress(OSError):
            begun.unlink()
        raise
