# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Office hours in the person's language, with hours that stay the right way round."""

import pytest

from jobcenter_portal.web.languages import language_by_code
from jobcenter_portal.web.weeks import Line, office_hours, week_lines

WRITTEN = "Montag bis Mittwoch 8–12 Uhr, Freitag 8–12 und 13–16 Uhr"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("de", WRITTEN),
        ("de-simple", WRITTEN),
        ("en", "Monday to Wednesday 08:00–12:00; Friday 08:00–12:00, 13:00–16:00"),
        ("uk", "понеділок – середа 08:00–12:00; пʼятниця 08:00–12:00, 13:00–16:00"),
        (
            "ar",
            "من الاثنين إلى الأربعاء \u206608:00–12:00\u2069؛ الجمعة \u206608:00–12:00, 13:00–16:00\u2069",
        ),
    ],
)
def test_hours_are_said_in_the_persons_language(code: str, said: str) -> None:
    assert office_hours(WRITTEN, language_by_code(code)) == said


def test_what_nobody_understands_is_shown_as_it_was_written() -> None:
    assert office_hours("nach Vereinbarung", language_by_code("en")) == "nach Vereinbarung"


def test_days_with_other_hours_or_with_a_gap_between_have_lines_of_their_own() -> None:
    morning = ((480, 720),)
    week = {1: morning, 2: morning, 4: morning, 5: ((480, 600),)}
    assert week_lines(week, language_by_code("en")) == (
        Line("Monday to Tuesday", "08:00–12:00"),
        Line("Thursday", "08:00–12:00"),
        Line("Friday", "08:00–10:00"),
    )
