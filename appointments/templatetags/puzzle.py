# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`{% puzzle_in_background "holds" %}` inside a form: under attack the machine works while the person still reads."""

from typing import Any

from django import template
from django.utils import timezone

from appointments import way_in
from jobcenter_portal.web.puzzle import make_puzzle

register = template.Library()


@register.inclusion_tag("booking/puzzle.html", takes_context=True)
def puzzle_in_background(context: dict[str, Any], what: str) -> dict[str, Any]:
    now = timezone.now()
    is_expected = way_in.is_work_expected(context["request"], what, now=now)
    return {"puzzle": make_puzzle(now=now) if is_expected else ""}
