"""Rows kept as arrays are the rows that were added, in their order, whatever is asked of them.

Room: tables.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.tables import kept_rows, shelf
from sim.tables.kept_rows import KeptRows

DRAWS, STRATEGIES = 5, ("a", "b")
LABELS = [("pain", "all"), ("pain", "lung"), ("delay", "all"), ("new", "all")]


def made() -> tuple[KeptRows, pd.DataFrame]:
    """Two strategies, some draws and replicates; not all have every label."""
    luck = np.random.default_rng(4)
    rows, told = KeptRows(("measure", "primary")), []
    for draw in range(DRAWS):
        for replicate in range(2):
            for strategy in STRATEGIES:
                labels = LABELS if draw % 2 else LABELS[::-1][: 3 + replicate]
                values = luck.normal(size=len(labels)).tolist()
                rows.add(strategy, draw, replicate, labels, values)
                told += [
                    (strategy, draw, replicate, *label, value)
                    for label, value in zip(labels, values, strict=True)
                ]
    names = ["strategy", "draw", "replicate", "measure", "primary", "value"]
    return rows, pd.DataFrame(told, columns=names)


def test_the_frame_has_every_row_in_the_order_in_which_it_came() -> None:
    rows, frame = made()
    pd.testing.assert_frame_equal(rows.frame, frame, check_exact=True)


def test_some_rows_are_those_that_a_filter_of_the_frame_gives() -> None:
    rows, frame = made()
    for found, wanted in (
        (rows.rows(measure="pain", primary="all"), "measure == 'pain' and primary == 'all'"),
        (rows.rows(0, strategy="b"), "draw == 0 and strategy == 'b'"),
        (rows.rows(measure=("new", "delay")), "measure in ('new', 'delay')"),
        (rows.without("measure", {"new"}).frame, "measure != 'new'"),
        (rows.rows(measure="nothing"), "measure == 'nothing'"),
    ):
        expected = frame.query(wanted).reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert rows.without("measure", {"new"}).words("measure") == ["delay", "pain"]


@pytest.mark.parametrize("at_a_time", [1, 9, 10**6])
def test_what_is_written_and_read_is_the_same_however_it_is_cut(
    at_a_time: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rows, "_ROWS_AT_A_TIME", at_a_time)
    rows, frame = made()
    rows.write(tmp_path / "rows.parquet")
    there = pd.read_parquet(tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(there, frame, check_exact=True)
    again = KeptRows.of(there)
    for found in (again.frame, again.rows(), again.without("measure", ()).frame):
        pd.testing.assert_frame_equal(found, frame, check_exact=True)


@pytest.mark.parametrize("at_a_time", [1, 9, 10**6])
def test_a_correction_of_some_draws_at_a_time_is_that_of_all(
    at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that needs draw 0 and leaves draw 1 out."""

    def correct(frame: pd.DataFrame) -> pd.DataFrame:
        point = frame[frame["draw"] == 0]["value"].sum()
        kept = frame[frame["draw"] != 1].reset_index(drop=True)
        return kept.assign(value=kept["value"].where(kept["draw"] == 0, kept["value"] - point))

    monkeypatch.setattr(kept_rows, "_ROWS_AT_A_TIME", at_a_time)
    rows, frame = made()
    found = rows.corrected(correct, every=(0, 1)).frame
    pd.testing.assert_frame_equal(found, correct(frame), check_exact=True)


def test_a_table_of_nothing_has_its_columns() -> None:
    rows = KeptRows(("measure", "primary"))
    assert list(rows.frame) == ["strategy", "draw", "replicate", "measure", "primary", "value"]
    assert KeptRows.of(rows.frame).rows(measure="pain").empty


def test_what_is_put_aside_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 40)
    rows, frame = made()
    pd.testing.assert_frame_equal(rows.frame, frame, check_exact=True)
    found = rows.without("measure", {"pain"}).rows(strategy="a")
    wanted = frame.query("measure != 'pain' and strategy == 'a'").reset_index(drop=True)
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)


def test_where_nothing_can_be_put_aside_all_stays_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room() -> None:
        raise OSError("no room")

    monkeypatch.setattr(shelf, "MOST_BYTES", 40)
    monkeypatch.setattr(shelf.tempfile, "TemporaryFile", no_room)
    rows, frame = made()
    pd.testing.assert_frame_equal(rows.frame, frame, check_exact=True)
