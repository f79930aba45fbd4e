"""Which files of a folder an earlier run wrote, so that a later one removes these and no others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

DESCRIPTION = "run.json"
"""How a run was made; written last, so that a folder with it is whole."""
CONTENTS = "files.json"
"""The list of what a run wrote."""
PARTS_OF_RUN = "stored/parts"
"""Where parts of a run are kept, which `resume` goes on with."""
ROWS_OF_RUN = ("people", "events", "trajectories")
"""Where rows of microdata are."""
ALWAYS_WRITTEN = (
    "summary.csv",
    "by_age.csv",
    "prices.csv",
    "case_counts.parquet",
    "delays.parquet",
    "outcomes.parquet",
    "parameters.parquet",
    "stored/scenario.json",
    "stored/twins.parquet",
    DESCRIPTION,
    CONTENTS,
)
"""What every run writes, whatever is asked of it."""
_OURS = {"written_by": "spinemets"}
"""A list without this is somebody else's."""

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


def write_contents(folder: Path, kept: Mapping[str, Any]) -> None:
    """List the files that a run wrote into its folder, and those `kept`, by their fingerprints."""
    written = {name: fingerprint(folder / name) for name in files_below(folder) if name != CONTENTS}
    text = {
        **_OURS,
        "note": "Files that the run wrote, as it left them. The next run into this folder removes "
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


def names_of_a_run(folder: Path) -> set[str]:
    """Files in a folder that an earlier run wrote.

    Of a version that kept no list: files of its names, where a `run.json` of ours stands.
    """
    description = set() if description_in(folder) is None else {DESCRIPTION}
    if listed := listed_in(folder):
        return description | {CONTENTS} | {name for name in listed if (folder / name).is_file()}
    if not description:
        return set()
    return description | {name for name in files_below(folder) if _OLD_NAMES.fullmatch(name)}


def written_by_a_run(folder: Path) -> dict[str, bool]:
    """Files in a folder that an earlier run wrote, and whether each is as the run left it."""
    listed = listed_in(folder)
    return {
        name: name not in listed or as_listed(folder / name, listed[name])
        for name in sorted(names_of_a_run(folder))
    }


def listed_in(folder: Path) -> dict[str, Any]:
    """The list of what a run wrote into a folder: fingerprints by name; nothing without a list."""
    found = _dictionary(folder / CONTENTS)
    files = found.get("files") if found and _OURS.items() <= found.items() else None
    if not isinstance(files, dict):
        return {}
    return {str(name): entry for name, entry in files.items() if _stays_below(str(name))}


def fingerprint(path: Path) -> dict[str, Any]:
    """What tells whether a file was changed: its bytes, and a hash of them."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def as_listed(path: Path, entry: Any) -> bool:
    """Say whether a file is as a list has it; what cannot be read is not."""
    try:
        same_size = isinstance(entry, dict) and path.stat().st_size == entry.get("bytes")
        return same_size and fingerprint(path) == entry
    except OSError:
        return False


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
