"""Runs the notebooks and stores them with small outputs: pictures in few colors, no times."""

from __future__ import annotations

import base64
import io
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

from tests.documentation.pages import ROOT

FOLDER = ROOT / "notebooks"
LONGEST_SECONDS = 3_600
"""After which a cell is given up on a busy machine; a notebook takes a minute on two idle cores."""
COLORS = 24
KEPT = ("image/png", "text/html", "text/plain")


def execute(notebook: nbformat.NotebookNode) -> float:
    """Run all cells from the root of the project, and give back the seconds that it took."""
    client = NotebookClient(
        notebook,
        timeout=LONGEST_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT)}},
    )
    start = time.monotonic()
    client.execute()
    return time.monotonic() - start


def smaller(data: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an output: of a picture the picture, of a table its two forms."""
    if "image/png" in data:
        drawn = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
        with_paper = Image.new("RGB", drawn.size, "white")
        with_paper.paste(drawn, mask=drawn.getchannel("A") if drawn.mode == "RGBA" else None)
        packed = io.BytesIO()
        few = with_paper.quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(packed, "PNG", optimize=True)
        return {"image/png": base64.b64encode(packed.getvalue()).decode("ascii")}
    return {kind: data[kind] for kind in KEPT if kind in data}


def store(path: Path) -> float:
    """Run a notebook and write it with its outputs; the seconds that it took."""
    notebook = nbformat.read(path, as_version=4)
    seconds = execute(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "data" in output:
                output["data"] = smaller(output["data"])
                output["metadata"] = {}
    notebook.metadata.pop("language_info", None)
    nbformat.write(notebook, path)
    return seconds
