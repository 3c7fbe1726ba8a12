# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signing in without a password, as somebody invented. Cannot be loaded outside the demo."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.demo.guard import demo_only
from jobcenter_portal.demo.people import people_here
from jobcenter_portal.signin import ways

demo_only()

_LONGEST_ID: Final = 18


def _people() -> Mapping[str, Any]:
    return {"people": people_here()}


def _chosen(form: QueryDict) -> Membership | None:
    """The chosen member of the current Jobcenter; another Jobcenter's member is nobody here."""
    number = form.get("person", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_ID):
        return None
    found: Membership | None = Membership.objects.filter(pk=int(number), user__is_active=True).first()
    return found


WAY: Final = ways.Way(template="demo/people.html", context=_people, recognise=_chosen)


def offer_sign_in() -> None:
    ways.offer(WAY)
