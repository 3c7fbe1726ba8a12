# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters prepared for their pages: whom each is for, how long there is time for it, and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from appointments.desk.frame import actor_of
from appointments.desk.message_words import kind_name, moment
from appointments.desk.present import language_name
from appointments.letter_people import Addressee, addressees
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.accounts.permissions import Permission, can
from jobcenter_portal.kernel import phone
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from notifications.service import ADDRESS_CLOSED, NO_LONGER_TRUE, TOO_LATE, BatchView, LetterState, LetterView

SOON: Final = timedelta(days=1)
"""What has to be in the post within a day is said aloud: the next look at the page may come too late."""
_TO_BE_CALLED_ON: Final = (ContactChannel.PHONE, ContactChannel.SMS)
_AGAINST: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        TOO_LATE: lazy("Kommt nicht mehr rechtzeitig an: bitte anrufen."),
        NO_LONGER_TRUE: lazy("Stimmt nicht mehr: Der Termin oder die Adresse hat sich geändert."),
        ADDRESS_CLOSED: lazy("Ein anderer Brief an diese Adresse kam zurück: bitte anrufen."),
    }
)
_FATES: Final[Mapping[LetterState, tuple[Promise, str]]] = MappingProxyType(
    {
        LetterState.BATCHED: (lazy("im Stapel"), "info"),
        LetterState.SENT: (lazy("zur Post gegeben"), "success"),
        LetterState.DROPPED: (lazy("herausgenommen"), "info"),
    }
)
_CAME_BACK: Final = (lazy("kam zurück"), "danger")


@dataclass(frozen=True, slots=True, repr=False)
class LetterRow:
    """One letter. `about` is the kind in words; `comes` the appointment, "" for who has none; `number` to call.

    `against` says why it should not be posted. `url` leads to the appointment where that may be seen.
    """

    public_id: str
    mark: str
    position: int | None
    name: str
    town: str
    about: str
    language: str
    comes: str
    post_by: str
    is_urgent: bool
    against: str
    number: str
    url: str
    badge_text: str | Promise
    badge_kind: str
    is_printable: bool
    can_come_back: bool
    is_back: bool


@dataclass(frozen=True, slots=True)
class BatchRow:
    url: str
    opened_at: datetime
    sent_at: datetime | None
    letters: int
    returned: int


def letter_rows(
    request: HttpRequest,
    letters: Sequence[LetterView],
    *,
    against: Mapping[str, str] = MappingProxyType({}),
    now: datetime,
) -> list[LetterRow]:
    people = addressees(letter.subject for letter in letters)
    to_call = [
        people[letter.subject] for letter in letters if letter.subject in people and _needs_call(letter, against)
    ]
    numbers = _numbers(person.customer_id for person in to_call)
    may_open = can(actor_of(request), Permission.SEE_APPOINTMENT)
    return [
        _row(
            letter,
            people.get(letter.subject),
            numbers,
            against.get(letter.public_id, letter.code),
            may_open,
            request,
            now,
        )
        for letter in letters
    ]


def still_to_come(request: HttpRequest, letters: Sequence[LetterView], *, now: datetime) -> list[LetterRow]:
    """Those whom somebody should call: their appointment has not passed, or they wait for one."""
    people = addressees(letter.subject for letter in letters)
    matter = [
        letter
        for letter in letters
        if (person := people.get(letter.subject)) is not None and (person.starts_at is None or person.starts_at > now)
    ]
    return letter_rows(request, matter, against={one.public_id: one.code or TOO_LATE for one in matter}, now=now)


def batch_rows(batches: Iterable[BatchView], jobcenter: str) -> list[BatchRow]:
    return [
        BatchRow(batch_url(jobcenter, one.public_id), one.opened_at, one.sent_at, one.letters, one.returned)
        for one in batches
    ]


def batch_url(jobcenter: str, batch: str, name: str = "letter-batch") -> str:
    return reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, "batch": batch})


def letter_url(jobcenter: str, letter: str, name: str) -> str:
    return reverse(f"desk:{name}", kwargs={"jobcenter": jobcenter, "letter": letter})


def _row(
    letter: LetterView,
    person: Addressee | None,
    numbers: Mapping[int, str],
    code: str,
    may_open: bool,  # noqa: FBT001 -- of the one caller above
    request: HttpRequest,
    now: datetime,
) -> LetterRow:
    badge_text, badge_kind = _CAME_BACK if letter.returned_at else _FATES.get(letter.state, ("", "info"))
    starts_at = person.starts_at if person else None
    appointment = person.appointment if person and may_open else ""
    return LetterRow(
        public_id=letter.public_id,
        mark=letter.mark,
        position=letter.position,
        name=person.name if person else _("Gelöscht"),
        town=letter.town,
        about=kind_name(letter.kind),
        language=language_name(letter.language),
        comes=dates.invariant_line(starts_at) if starts_at else "",
        post_by=moment(letter.post_by, now=now),
        is_urgent=letter.post_by - now <= SOON,
        against=str(_AGAINST.get(code, "")),
        number=numbers.get(person.customer_id, "") if person else "",
        url=_appointment_url(request, appointment) if appointment else "",
        badge_text=badge_text,
        badge_kind=badge_kind,
        is_printable=letter.state == LetterState.BATCHED,
        can_come_back=letter.state == LetterState.SENT and letter.returned_at is None,
        is_back=letter.returned_at is not None,
    )


def _appointment_url(request: HttpRequest, public_id: str) -> str:
    return reverse("desk:appointment", kwargs={"jobcenter": tenant_of(request).slug, "public_id": public_id})


def _needs_call(letter: LetterView, against: Mapping[str, str]) -> bool:
    return against.get(letter.public_id, letter.code) in (TOO_LATE, ADDRESS_CLOSED)


def _numbers(customer_ids: Iterable[int]) -> dict[int, str]:
    """Whole numbers, since somebody calls right now; a landline before a mobile, which is often switched off."""
    points = ContactPoint.objects.filter(customer_id__in=set(customer_ids), channel__in=_TO_BE_CALLED_ON)
    ordered = sorted(points, key=lambda point: _TO_BE_CALLED_ON.index(point.channel), reverse=True)
    return {point.customer_id: phone.readable(point.address) for point in ordered}
