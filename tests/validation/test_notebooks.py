"""Notebooks are stored without outputs, and run from top to bottom without an error.

Room: the doors.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
LONGEST_SECONDS = 540


@pytest.fixture(params=sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_there_are_notebooks() -> None:
    assert list(FOLDER.glob("*.ipynb"))


def test_it_is_stored_without_outputs(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run all cells: none may fail, and there must be pictures."""
    client = NotebookClient(
        notebook,
        timeout=LONGEST_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER.parent)}},
    )
    client.execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    pictures = [out for out in outputs if "image/png" in out.get("data", {})]
    assert pictures
    assert not [out for out in outputs if out.output_type == "error"]


# The kernel's client warns about the event loop and the folder of connection files.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_it_runs_without_errors(notebook: nbformat.NotebookNode) -> None:
    execute(notebook)
