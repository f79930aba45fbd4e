"""Notebooks are stored with small outputs, and run from top to bottom without an error.

Room: the doors.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.documentation.notebooks import FOLDER, execute

LARGEST_BYTES = 250_000
PATHS = sorted(FOLDER.glob("*.ipynb"))
of_each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def pictures(notebook: nbformat.NotebookNode) -> int:
    """How many pictures the outputs of a notebook show; none of them may be an error."""
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert not [out for out in outputs if out.output_type == "error"]
    return sum("image/png" in out.get("data", {}) for out in outputs)


def test_there_are_notebooks() -> None:
    assert PATHS


@of_each
def test_it_is_stored_as_it_was_run_from_top_to_bottom(path: Path) -> None:
    """`python -m tests.documentation --notebooks` runs and stores them."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert pictures(notebook) > 0
    assert path.stat().st_size < LARGEST_BYTES


# The kernel's client warns about the event loop and the folder of connection files.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@of_each
def test_it_runs_without_errors(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    execute(notebook)
    assert pictures(notebook) > 0
