"""Writes the tables of a run into its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from sim.tables.reconciliation import applies, reconciliation
from sim.tables.run_tables import RunTables
from sim.tables.statements import statements


def write_tables(tables: RunTables, folder: Path) -> None:
    """Write every table of a run into its folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("case_counts", "delays", "outcomes", "waits", "lines", "queues"):
        table: pd.DataFrame | None = getattr(tables, name)
        if table is not None:
            table.to_parquet(folder / f"{name}.parquet", index=False)
    sheets = {"summary": tables.summary}
    if tables.capacity is not None:
        sheets["capacity"] = tables.capacity
    if len(tables.run["strategies"]) > 1:
        sheets["compare"] = tables.compare()
    if applies(tables):
        sheets["reconciliation"] = reconciliation(tables)
        sheets["statements"] = statements(tables)
    for name, sheet in sheets.items():
        sheet.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")


def write_description(tables: RunTables, folder: Path) -> None:
    """Write `run.json`, how the run was made; last, so that a folder with it is whole."""
    text = json.dumps(tables.run, indent=2, ensure_ascii=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")
