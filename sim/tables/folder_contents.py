"""Which files of a folder an earlier run wrote, so that a later one removes these and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

DESCRIPTION = "run.json"
"""How a run was made; written last, so that a folder with it is whole."""
CONTENTS = "files.json"
"""The list of what a run wrote."""

_OLD_NAMES = re.compile(
    r"(case_counts|delays|outcomes|waits|lines|queues)\.parquet"
    r"|(summary|compare|capacity|reconciliation|statements)\.csv"
    r"|(people|events)/part-\d{5}\.parquet"
    r"|figures/(new_metastases|by_age|against_published|reconciliation|frontier|states|twins"
    r"|for_whom|delays|delay_parts|resumption|pain_after_treatment|counts|waits|within_goal|queues"
    r"|utilization)\.png"
)
"""What versions wrote that kept no list yet."""


def description_in(folder: Path) -> dict[str, Any] | None:
    """What `run.json` says; None if there is none that a run wrote."""
    found = _dictionary(folder / DESCRIPTION)
    return found if found and {"results_hash", "parameters_hash"} <= found.keys() else None


def write_contents(folder: Path, kept: Mapping[str, int]) -> None:
    """List the files that a run wrote into its folder, and those `kept`, with their bytes."""
    written = {name: size(folder / name) for name in files_below(folder) if name != CONTENTS}
    text = {
        "note": "Files that the run wrote, with their bytes. The next run into this folder removes "
        "them and no others.",
        "files": dict(sorted({**kept, **written}.items())),
    }
    path = folder / CONTENTS
    path.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def files_below(folder: Path) -> Iterator[str]:
    """Files of a folder and of those in it, with slashes; links to folders are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def written_by_a_run(folder: Path) -> dict[str, bool]:
    """Files in a folder that an earlier run wrote, and whether each is as the run left it.

    Of a version that kept no list: files of its names, where a `run.json` of ours stands.
    """
    listed = _dictionary(folder / CONTENTS)
    files = listed.get("files") if listed else None
    description = {} if description_in(folder) is None else {DESCRIPTION: True}
    if isinstance(files, dict):
        known = {str(name): bytes_ for name, bytes_ in files.items() if _stays_below(str(name))}
        found = {
            name: size(folder / name) == bytes_
            for name, bytes_ in known.items()
            if (folder / name).is_file()
        }
        return {**description, **found, CONTENTS: True}
    if not description:
        return {}
    old = {name: True for name in files_below(folder) if _OLD_NAMES.fullmatch(name)}
    return old | description


def size(path: Path) -> int:
    """Bytes of a file."""
    return path.stat().st_size


def _stays_below(name: str) -> bool:
    path = PurePosixPath(name)
    whole = path.is_absolute() or ":" in name or "\\" in name
    return bool(path.parts) and not whole and ".." not in path.parts


def _dictionary(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
