"""Words on a page: paragraphs, lists, links, what is folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup

_NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")


def paragraph(words: str, kind: str = "") -> Markup:
    """A paragraph; markup stays, all else is escaped."""
    if kind:
        return Markup('<p class="{}">{}</p>').format(kind, words)
    return Markup("<p>{}</p>").format(words)


def subheading(words: str) -> Markup:
    """A heading within a section."""
    return Markup("<h3>{}</h3>").format(words)


def points(each: Iterable[str]) -> Markup:
    """A list without an order."""
    items = Markup("\n").join(Markup("<li>{}</li>").format(one) for one in each)
    return Markup("<ul>\n{}\n</ul>").format(items)


def entries(by_term: Mapping[str, str], kind: str) -> Markup:
    """Terms, each with its words and an anchor of its own, by which links lead to it."""
    items = (
        Markup('<dt id="{}">{}</dt><dd>{}</dd>').format(anchor_of(kind, term), term, words)
        for term, words in by_term.items()
    )
    return Markup('<dl class="sources">\n{}\n</dl>').format(Markup("\n").join(items))


def folded(summary: str, parts: Iterable[Markup]) -> Markup:
    """What is shown when it is asked for."""
    inner = Markup("\n").join(parts)
    return Markup("<details>\n<summary>{}</summary>\n{}\n</details>").format(summary, inner)


def listing(text: str, label: str) -> Markup:
    """Text to be copied as it stands, which the keyboard can scroll."""
    return Markup('<pre tabindex="0" role="region" aria-label="{}"><code>{}</code></pre>').format(
        label, text
    )


def anchor_of(kind: str, name: str) -> str:
    """An anchor for a name, of a kind so that names of two kinds do not meet.

    Examples
    --------
    >>> anchor_of("measure", "delay_days"), anchor_of("source", "Allan 2009")
    ('measure-delay-days', 'source-allan-2009')
    """
    return f"{kind}-{_NOT_IN_ANCHORS.sub('-', name.lower()).strip('-')}"


def link(words: str, anchor: str) -> Markup:
    """A link to a place on the same page."""
    return Markup('<a href="#{}">{}</a>').format(anchor, words)
