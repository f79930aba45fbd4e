"""What `spinemets sensitivity` does, after its options are read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sim.inputs.setting import Setting
from sim.uncertainty.sensitivity import sensitivity
from sim.uncertainty.sensitivity_design import SensitivityDesign


def sensitivity_report(
    scenario: Setting,
    *,
    out: Path | None,
    top: int,
    workers: int | None,
    engine: str | None,
    quiet: bool,
    **design: Any,
) -> str:
    """The text that is printed; tables and pictures are written into a folder.

    Parameters
    ----------
    out : path, optional
        By default `results/<scenario>_sensitivity`.
    **design
        Fields of `SensitivityDesign`; what is None is left at its default.

    Raises
    ------
    InputError
        If an option cannot be used, or the folder cannot be written.
    """
    from tqdm import tqdm  # not needed to print help

    asked = SensitivityDesign(**{k: v for k, v in design.items() if v is not None})
    asked.asked_of(scenario)  # before anything is compiled
    with tqdm(desc=scenario.name, unit=" points", delay=2.0, disable=quiet) as bar:

        def progress(done: int, points: int) -> None:
            bar.total = points
            bar.update(done - bar.n)

        def say(sentence: str) -> None:
            if not quiet:
                sys.stderr.write(f"{sentence}\n")

        how: dict[str, Any] = {"workers": workers, "engine": engine}
        found = sensitivity(scenario, asked, **how, progress=progress, say=say)
    folder = out or Path("results") / f"{scenario.name}_sensitivity"
    found.write(folder)
    return f"{found.text(top)}\n\nTables and pictures: {folder.as_posix()}/"
