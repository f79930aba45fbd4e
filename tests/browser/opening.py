"""Opens pages, and has them looked over by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMES = ("light", "dark")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def opened(chromium: Any, file: Path, **how: Any) -> Iterator[tuple[Any, list[str], list[str]]]:
    """The page of a file, what it complained of, and what it asked the network for."""
    context = chromium.new_context(**how)
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    yield page, complaints, asked
    context.close()


def faults(page: Any) -> list[tuple[str, str]]:
    """What axe-core finds wrong with a page: the rule, and the first element that breaks it."""
    import axe_playwright_python  # of the group `browser`

    source = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    page.evaluate(source.read_text(encoding="utf-8"))
    rules = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
    found = page.evaluate("rules => axe.run(document, rules)", rules)
    if len(found["passes"]) <= 20:
        raise RuntimeError("axe-core looked at next to nothing")
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]]
