"""A table as aligned text, and words as a phrase."""

from __future__ import annotations

from collections.abc import Sequence


def table_text(
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    left: Sequence[int] = (0,),
    *,
    rule: bool = True,
) -> str:
    """A table as aligned text.

    Parameters
    ----------
    header : sequence of str
        A name with line breaks stands in as many lines.
    rows : sequence of sequence
        Cells: words, or numbers, which get one decimal (whole numbers none, with commas).
    left : sequence of int
        Columns that are aligned to the left, counted from 0.
    rule : bool
        Whether a line of dashes parts the header from the rows.

    Examples
    --------
    >>> print(table_text(["strategy", "days"], [["usual_care", 12.34], ["ebrt_8gy1", 1_000]]))
    strategy     days
    ----------  -----
    usual_care   12.3
    ebrt_8gy1   1,000
    """
    heads = [name.split("\n") for name in header]
    n_heads = max(map(len, heads), default=1)
    above = [[(*name, *[""] * n_heads)[line] for name in heads] for line in range(n_heads)]
    cells = [*above, *([cell_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    if rule:
        lines.insert(n_heads, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def cell_text(cell: object) -> str:
    """A cell of a table: words as they are, whole numbers with commas, others with one decimal."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return str(cell)


def listed(words: Sequence[str]) -> str:
    """Words as a phrase.

    Examples
    --------
    >>> listed(["lung", "breast", "prostate"])
    'lung, breast and prostate'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
