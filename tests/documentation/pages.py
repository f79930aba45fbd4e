"""The pages as text: their blocks, headings and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / ".github" / "docs"
README = ROOT / "README.md"
GENERATED = tuple(DOCS / f"{name}.md" for name in ("parameters", "sources", "measures", "names"))
"""Pages that are made from the tables of the program by `tests.documentation.tables`."""

_FENCE = re.compile(r"^(```+)\s*(\w*)\s*$")
_COMMENT = re.compile(r"^<!-- (.+?) -->$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$")


class Block(NamedTuple):
    """What stands between two fences."""

    language: str
    text: str
    note: str
    """The comment in the line above, without its marks; empty if there is none."""
    line: int


def pages() -> list[Path]:
    """Every page, the README and that of contributors among them."""
    return [README, ROOT / ".github" / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def name_of(page: Path) -> str:
    """The path of a page in the project."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in their order."""
    found: list[Block] = []
    fence, language, start, above = "", "", 0, ""
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        mark = _FENCE.match(line)
        if not fence and mark:
            fence, language, start, lines = mark[1], mark[2], number, []
        elif fence and line == fence:
            note = _COMMENT.match(above)
            found.append(Block(language, "\n".join(lines) + "\n", note[1] if note else "", start))
            fence = ""
        elif fence:
            lines.append(line)
        if not fence and not mark:
            above = line
    assert not fence, f"{name_of(page)}, line {start}: a block without an end"
    return found


def prose(page: Path) -> str:
    """A page without its fenced blocks and without what stands in backticks."""
    kept, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return re.sub(r"`[^`\n]*`", "", "\n".join(kept))


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """All anchors of a page."""
    found: dict[str, int] = {}
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if _FENCE.match(line):
            inside = not inside
        heading = _HEADING.match(line)
        if heading and not inside:
            name = anchor(heading[1])
            found[name] = found.get(name, 0) + 1
    return {name if n == 0 else f"{name}-{n}" for name, many in found.items() for n in range(many)}


def links(page: Path) -> Iterator[str]:
    """Where the links of a page lead."""
    yield from _LINK.findall(prose(page))
