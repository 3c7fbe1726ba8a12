# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small part of Markdown in which offices write: paragraphs, lists, headings, strong words, links. Never HTML."""

from functools import lru_cache
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_RULES: Final = ("emphasis", "escape", "link", "autolink", "list", "newline")
_SAFE_LINKS: Final = ("https://", "http://", "mailto:", "tel:")
_CLASSES: Final = {
    "paragraph_open": "kern-body",
    "link_open": "kern-link kern-link--no-visited-state",
    "bullet_list_open": "kern-body bullets",
    "ordered_list_open": "kern-body bullets",
}
_HEADINGS: Final = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
"""The page itself has the one heading of the first order."""
_HEADING_CLASSES: Final = {"h2": "kern-heading-medium", "h3": "kern-heading-small"}
_KEPT: Final = 500


@lru_cache(maxsize=_KEPT)
def as_html(text: str, *, headings: bool = True) -> SafeString:
    """What an office wrote, as HTML. Whatever is not in this part of Markdown stands there as it was typed."""
    reader = _READER if headings else _READER_WITHOUT_HEADINGS
    tokens = reader.parse(text)
    for token in tokens:
        _dress(token)
    # Every tag comes from the renderer: HTML in the text is escaped, since reading it is switched off.
    html: str = reader.renderer.render(tokens, reader.options, {})
    return mark_safe(html)  # noqa: S308


def _dress(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = _HEADINGS[token.tag]
        if token.type == "heading_open":
            token.attrSet("class", _HEADING_CLASSES[token.tag])
    elif token.type in _CLASSES:
        token.attrSet("class", _CLASSES[token.type])
    for child in token.children or ():
        _dress(child)


def _reader(*rules: str) -> MarkdownIt:
    # Lines are kept: an address is written in lines.
    reader = MarkdownIt("zero", {"html": False, "breaks": True}).enable([*_RULES, *rules])
    reader.validateLink = _is_safe  # type: ignore[method-assign, assignment]
    return reader


def _is_safe(address: str) -> bool:
    return address.strip().lower().startswith(_SAFE_LINKS)


_READER: Final = _reader("heading")
_READER_WITHOUT_HEADINGS: Final = _reader()
