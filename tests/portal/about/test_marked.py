# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What offices write: a little Markdown becomes our own tags, and nothing else becomes any."""

import pytest

from jobcenter_portal.about.marked import as_html

P = '<p class="kern-body">'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Guten Tag", f"{P}Guten Tag</p>\n"),
        ("Weg 1\n36037 Fulda", f"{P}Weg 1<br>\n36037 Fulda</p>\n"),
        ("**wichtig**", f"{P}<strong>wichtig</strong></p>\n"),
        ("# Anbieter", '<h2 class="kern-heading-medium">Anbieter</h2>\n'),
        ("### Anschrift", '<h3 class="kern-heading-small">Anschrift</h3>\n'),
        (
            "- Montag\n- Freitag",
            '<ul class="kern-body bullets">\n<li>Montag</li>\n<li>Freitag</li>\n</ul>\n',
        ),
        (
            "[Aufsicht](https://aufsicht.example)",
            f'{P}<a href="https://aufsicht.example" class="kern-link kern-link--no-visited-state">Aufsicht</a></p>\n',
        ),
        ("", ""),
    ],
)
def test_paragraphs_lines_lists_headings_and_links_are_drawn(typed: str, shown: str) -> None:
    assert as_html(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", f"{P}&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ('<img src=x onerror="a()">', f"{P}&lt;img src=x onerror=&quot;a()&quot;&gt;</p>\n"),
        ("[hier](javascript:alert(1))", f"{P}[hier](javascript:alert(1))</p>\n"),
        ("[hier](JaVaScRiPt:alert(1))", f"{P}[hier](JaVaScRiPt:alert(1))</p>\n"),
        ("[hier](data:text/html,x)", f"{P}[hier](data:text/html,x)</p>\n"),
        ("[hier](//anderswo.example)", f"{P}[hier](//anderswo.example)</p>\n"),
        ("![Bild](https://anderswo.example/x.png)", None),
        ("<javascript:alert(1)>", f"{P}&lt;javascript:alert(1)&gt;</p>\n"),
        ('[x](https://a.example "t\\" onclick=a()")', None),
    ],
)
def test_nothing_that_somebody_types_becomes_a_tag_or_a_program(typed: str, shown: str | None) -> None:
    html = as_html(typed)
    assert shown is None or html == shown
    assert "<img" not in html
    assert "<script" not in html
    assert '" onclick' not in html


def test_short_places_have_no_headings() -> None:
    assert as_html("## Kontakt", headings=False) == f"{P}## Kontakt</p>\n"
