"""Tables on a page, whose cells a spreadsheet takes as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from sim.pages.page import templates

_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+(?!\d))")


Cell = str | float | None


class PageColumn(NamedTuple):
    """A column: what stands above it, and how its numbers are told."""

    head: str
    decimals: int | None = None
    """Of its numbers; None of words and of numbers that are told already."""
    words: bool = False


class _Shown(NamedTuple):
    shown: Markup | str
    words: bool


class _Line(NamedTuple):
    anchor: str
    cells: list[_Shown]


@dataclass(frozen=True)
class PageTable:
    """A table: a caption, columns, and rows of words and numbers.

    Attributes
    ----------
    anchor : str
    caption : str
    columns : sequence of PageColumn
    rows : sequence of sequence of str, float or None
        None and nan leave a cell empty.
    note : str
        Below the table.
    anchors : sequence of str
        Of the rows, by which links lead to them.
    """

    anchor: str
    caption: str
    columns: Sequence[PageColumn]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    anchors: Sequence[str] = ()

    def html(self) -> Markup:
        """The table as markup."""
        anchors = self.anchors or [""] * len(self.rows)
        lines = [
            _Line(
                anchor,
                [
                    _Shown(shown_in(c, cell), c.words)
                    for c, cell in zip(self.columns, row, strict=True)
                ],
            )
            for anchor, row in zip(anchors, self.rows, strict=True)
        ]
        return Markup(templates().get_template("table.html.jinja").render(table=self, rows=lines))


def shown_in(column: PageColumn, cell: str | float | None) -> Markup | str:
    """A cell as it is shown: a number with a point and no signs between its thousands.

    Their groups stand apart by style alone, so that a copy has the plain number.
    """
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, str):
        return cell
    text = f"{cell:.{column.decimals or 0}f}"
    return grouped(text if float(text) else text.removeprefix("-"))


def grouped(text: str) -> Markup:
    """A number whose thousands stand apart by style alone.

    Examples
    --------
    >>> str(grouped("-1234.5"))
    '<span class="k">-1</span>234.5'
    """
    whole, point, rest = text.partition(".")
    *groups, last = _THOUSANDS.split(whole)
    apart = Markup("").join(Markup('<span class="k">{}</span>').format(one) for one in groups)
    return Markup("{}{}{}{}").format(apart, last, point, rest)
