"""Write the documentation's generated parts anew: `python -m tests.documentation [--long]`.

Pages that are made from tables, and blocks that quick commands print. With --long also what runs of
many people print, tables and pictures of them (a quarter of an hour), with --notebooks the outputs
of the notebooks (a minute each). Names of pages or notebooks behind it keep the others as they are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.documentation.notebooks import FOLDER, store
from tests.documentation.pages import name_of, pages
from tests.documentation.printed import renewed
from tests.documentation.tables import made_pages


def tell(sentence: str) -> None:
    """Say on the screen what is done."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def write(page: Path, text: str) -> None:
    """Write a page if it is another than it was."""
    if not page.exists() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")
        tell(f"Written: {name_of(page)}")


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.documentation", description=__doc__)
    parser.add_argument("--long", action="store_true", help="Also what long runs print.")
    parser.add_argument("--notebooks", action="store_true", help="Also outputs of the notebooks.")
    parser.add_argument("names", nargs="*", help="Only pages and notebooks with these in a name.")
    asked = parser.parse_args()

    def is_asked(path: Path) -> bool:
        return not asked.names or any(name in name_of(path) for name in asked.names)

    for page, text in made_pages().items():
        if is_asked(page):
            write(page, text)
    for page in filter(is_asked, pages()):
        write(page, renewed(page, long=asked.long, tell=tell))
    if asked.notebooks:
        for path in filter(is_asked, sorted(FOLDER.glob("*.ipynb"))):
            tell(f"{name_of(path)}: {store(path):.0f} seconds")


if __name__ == "__main__":
    main()
