"""A page: one HTML file with its style, scripts and data, which loads nothing from anywhere."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sim.evidence.mistakes import InputError
from sim.tables.folder_words import reason

HOME = Path(__file__).parent
CONTENT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src blob:; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""What the browser lets the page do: run what stands in it, and load nothing."""


@dataclass(frozen=True)
class PageSection:
    """A part of a page under a heading of its own.

    Attributes
    ----------
    anchor : str
        By which links lead to it.
    heading : str
    parts : tuple of Markup
        Paragraphs, tables, figures, in their order.
    """

    anchor: str
    heading: str
    parts: tuple[Markup, ...]


@dataclass(frozen=True)
class Page:
    """All that stands on a page; what has no section, script or data has no trace on it.

    Attributes
    ----------
    title : str
        The heading of the page, and its name in the browser.
    lead : str
        What it is about, in a sentence below the heading.
    made : str
        When and with what it was made.
    sections : tuple of PageSection
    scripts : tuple of str
        JavaScript that runs when the page has been read, in this order.
    data : mapping
        By the `id` of its element, what scripts read: anything that JSON can tell.
    styles : tuple of str
        Style sheets beside that of every page.
    wide : bool
        Whether it takes more than one column where there is room.
    """

    title: str
    lead: str
    made: str
    sections: tuple[PageSection, ...]
    scripts: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    styles: tuple[str, ...] = ()
    wide: bool = False

    def write(self, file: Path) -> Path:
        """Write the page into a file.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        try:
            file.write_text(self.html(), encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"out is {str(file)!r}: {reason(error)}; allowed: a file that can be written"
            ) from None
        return file

    def html(self) -> str:
        """The page as one text."""
        return (
            templates()
            .get_template("page.html.jinja")
            .render(
                page=self,
                policy=CONTENT_POLICY,
                style=Markup("\n".join((packaged("page.css"), *self.styles))),
                scripts=[script_text(one) for one in (packaged("page.js"), *self.scripts)],
                data={name: data_text(value) for name, value in self.data.items()},
            )
        )


def made_words() -> str:
    """When and with what a page was made."""
    today = datetime.date.today()
    return f"Made on {today.day} {today:%B %Y} with spinemets {version('spinemets')}."


@cache
def templates() -> Environment:
    """The templates of pages; what they are given is escaped, and a missing name is an error."""
    loader = FileSystemLoader(HOME / "templates")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def packaged(name: str) -> str:
    """A file that comes with the pages."""
    return (HOME / "templates" / name).read_text(encoding="utf-8")


def script_text(script: str) -> Markup:
    """A script as it can stand in a page.

    Raises
    ------
    InputError
        If a browser would take a part of it for its end.
    """
    for end in ("</script", "<!--"):
        if end in script.lower():
            raise InputError(f"script has {end!r} in it; allowed: a script without")
    return Markup(script)


def data_text(value: Any) -> Markup:
    r"""Data as JSON that can stand in a page.

    Examples
    --------
    >>> str(data_text({"a": "</script>"}))
    '{"a": "\\u003c/script>"}'
    """
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))
