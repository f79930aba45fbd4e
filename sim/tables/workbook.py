"""A workbook of the tables of a run, for Excel."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from sim.evidence.mistakes import InputError
from sim.tables.folder_words import reason
from sim.tables.run_tables import RunTables
from sim.tables.writing import sheets_of, tables_of

MOST_ROWS = 1_048_575
"""Of a sheet, below its header."""
MOST_COLUMNS = 16_384


def write_workbook(tables: RunTables, path: Path) -> None:
    """Write the sheets and tables of a run into a workbook; one that has too many rows is left out.

    The first sheet tells how the run was made and which tables are left out.

    Raises
    ------
    InputError
        If the file is no workbook, cannot be written, or openpyxl is not installed.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(f"path is {str(path)!r}; allowed: a file that ends in .xlsx")
    if find_spec("openpyxl") is None:
        raise InputError(
            "to_excel needs openpyxl, which is not installed; allowed: "
            "pip install 'spinemets[excel]', or result.write(folder, csv=True)"
        )
    every = sheets_of(tables) | {"case_counts": tables.case_counts} | tables_of(tables)
    fits = {
        name: table
        for name, table in every.items()
        if len(table) <= MOST_ROWS and table.shape[1] <= MOST_COLUMNS
    }
    begun = path.with_name(f".{path.name}.begun.xlsx")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pd.ExcelWriter(begun, engine="openpyxl") as book:
            about(tables, [name for name in every if name not in fits]).to_excel(
                book, sheet_name="run", index=False
            )
            for name, table in fits.items():
                table.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
        begun.replace(path)
    except OSError as error:
        raise InputError(
            f"path is {str(path)!r}: {reason(error)}; allowed: a file that can be written"
        ) from None
    finally:
        begun.unlink(missing_ok=True)


def about(tables: RunTables, left_out: list[str]) -> pd.DataFrame:
    """How a run was made, a row a fact, and the tables that no sheet could hold."""
    facts = {name: value for name, value in tables.run.items() if not isinstance(value, dict)}
    rows = {**tables.run["scenario"], **facts}
    if left_out:
        rows["too long for a sheet"] = ", ".join(left_out)
    return pd.DataFrame(
        [(name, _words(value)) for name, value in rows.items()], columns=["what", "value"]
    )


def _words(value: object) -> object:
    if isinstance(value, int | float) and abs(value) < 2**53:  # what Excel keeps whole
        return value
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
