# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The HTML part of an e-mail, made from its finished text and nothing else, so the two can never say different things.

Paragraphs, lists ("- "), and one link, the appointment's own. No picture, nothing from elsewhere, no colours of our
own: so a mail program that is set to dark can be dark.
"""

from html import escape
from typing import Final

from jobcenter_portal.web.languages import language_by_code

_FRAME: Final = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{sender}</title>
</head>
<body style="margin:0;padding:0">
<div role="article" lang="{language}" dir="{direction}" aria-label="{sender}" style="\
max-width:36rem;margin:0 auto;padding:1.5rem 1rem;font-family:Verdana,Arial,sans-serif;font-size:1rem;\
line-height:1.5;text-align:start;overflow-wrap:anywhere">
<p style="margin:0 0 1.5rem;padding-bottom:.5rem;border-bottom:2px solid;font-weight:bold">{sender}</p>
{blocks}
</div>
</body>
</html>
"""
_ITEM: Final = "- "


def html_of(text: str, *, language: str, sender: str, link: str) -> str:
    """`text` is the finished plain text, `link` the one address in it that may be clicked."""
    known = language_by_code(language)
    escaped = escape(text.strip())
    if link.startswith(("https://", "http://")):
        address = escape(link)
        # Between words from right to left the last slash of an address would jump before its first letter.
        island = "" if known.direction == "ltr" else ' dir="ltr"'
        escaped = escaped.replace(address, f'<a href="{address}"{island}>{address}</a>')
    return _FRAME.format(
        language=known.code,
        direction=known.direction,
        sender=escape(sender),
        blocks="\n".join([_block(block) for block in escaped.split("\n\n")]),
    )


def _block(escaped: str) -> str:
    """One paragraph, with the lists in it."""
    if _ITEM not in escaped:
        return "<p>" + escaped.replace("\n", "<br>") + "</p>"
    html: list[str] = []
    lines: list[str] = []
    items: list[str] = []
    for line in escaped.split("\n"):
        if line.startswith(_ITEM):
            html += _paragraph(lines)
            items.append("<li>" + line.removeprefix(_ITEM) + "</li>")
        else:
            html += _list(items)
            lines.append(line)
    return "".join([*html, *_list(items), *_paragraph(lines)])


def _paragraph(lines: list[str]) -> list[str]:
    """Take the collected lines away as one paragraph, or as nothing."""
    html = ["<p>" + "<br>".join(lines) + "</p>"] if lines else []
    lines.clear()
    return html


def _list(items: list[str]) -> list[str]:
    html = ["<ul>" + "".join(items) + "</ul>"] if items else []
    items.clear()
    return html
