"""An analysis of sensitivity in its folder: what was asked, and the tables, to be read again."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from sim.evidence.mistakes import InputError
from sim.inputs.setting import Setting
from sim.uncertainty.moved import Moved
from sim.uncertainty.sensitivity_design import SensitivityDesign

SENSITIVITY = "sensitivity.json"
"""What was asked of which scenario; the tables stand beside it."""
SENSITIVITY_TABLES = {"tornado": "tornado", "sobol": "sobol", "single": "first_order"}
"""Tables of `Moved`, and the names of their files."""
_WORDS = ("strategy", "against", "leader", "leader_at_low", "leader_at_high")


def write_moved(found: Moved, folder: Path) -> None:
    """Write tables and what was asked; a table without rows has no file, an older one goes."""
    for name, file in SENSITIVITY_TABLES.items():
        path = folder / f"{file}.csv"
        frame: pd.DataFrame = getattr(found, name)
        if frame.empty:
            path.unlink(missing_ok=True)
        else:
            frame.to_csv(path, index=False)
    told = {
        "version": version("spinemets"),
        "lives": found.lives,
        "design": found.design.model_dump(mode="json"),
        "scenario": found.scenario.model_dump(mode="json"),
    }
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / SENSITIVITY).write_text(text, encoding="utf-8")


def read_moved(folder: Path) -> tuple[Moved, str]:
    """Read what `write_moved` wrote, and the version that wrote it.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        told = json.loads((folder / SENSITIVITY).read_text(encoding="utf-8"))
        scenario = (Setting.runnable or Setting)(**told["scenario"])
        design = SensitivityDesign(**told["design"])
        tables = {name: _read(folder / f"{file}.csv") for name, file in SENSITIVITY_TABLES.items()}
        wanted = tuple(design.asked_of(scenario))
        if tables["tornado"].empty:
            raise ValueError("tornado.csv is missing")
        found = Moved(scenario, design, wanted, lives=int(told["lives"]), **tables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"folder is {str(folder)!r}, whose sensitivity cannot be read ({words}); allowed: to "
            "analyze it again"
        ) from None
    return found, str(told["version"])


def _read(path: Path) -> pd.DataFrame:
    """A table with empty words where it has none; empty if there is no file."""
    if not path.exists():
        return pd.DataFrame()
    frame = pd.read_csv(path, dtype=dict.fromkeys(_WORDS, str))
    words = [name for name in _WORDS if name in frame]
    return frame.assign(**{name: frame[name].fillna("") for name in words})
