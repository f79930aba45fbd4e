"""Reads pages as a reader's program would: elements, tables, anchors, colors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from sim.pages.page import packaged

Html = Element


def parsed(text: str) -> Html:
    """The tree of a page; any fault in it is an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def words_in(element: Html) -> str:
    """All text in an element."""
    return "".join(element.itertext())


def local(element: Html) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def elements(page: Html, name: str) -> list[Html]:
    """All elements of a name."""
    return [one for one in page.iter() if isinstance(one.tag, str) and local(one) == name]


def table_in(page: Html, anchor: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a table, as a copy of it has them."""
    box = next(one for one in page.iter() if one.get("id") == anchor)
    rows = [
        [words_in(cell) for cell in row if local(cell) in ("th", "td")]
        for row in elements(box, "tr")
    ]
    return rows[0], rows[1:]


def colors(scheme: str) -> dict[str, str]:
    """Colors of the style by name, of the light or the dark scheme."""
    blocks = re.findall(r":root \{([^}]*)\}", packaged("page.css"))
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks[:2])
    return light if scheme == "light" else light | dark


def contrast(one: str, other: str) -> float:
    """Contrast of two colors by WCAG 2: relative luminances, each with 0.05 added."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def loaded(page: Html) -> Iterator[str]:
    """Everything that a browser would fetch for a page."""
    for element in page.iter():
        for name in ("src", "srcset", "data", "poster", "action", "background"):
            if element.get(name):
                yield str(element.get(name))
        href = str(element.get("href") or "")
        if href and not href.startswith("#"):
            yield href
    for style in elements(page, "style"):
        yield from re.findall(r"url\([^)]*\)|@import[^;]*", words_in(style))
