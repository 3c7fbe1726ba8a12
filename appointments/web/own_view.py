# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the permanent page of an appointment says in each of its states, and which buttons it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from appointments.changing import UNDO_WITHIN
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.core.policy import Cancellation, Refusal, may_cancel, may_reschedule
from appointments.lateness import lateness_of, may_tell_lateness
from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from appointments.web import fates, own_request, pages
from appointments.web.notice import Notice
from appointments.web.own_facts import WayThere, fact_rows, lateness_in_words, qr_image, way_there
from appointments.web.present import Row, moment_line, url
from jobcenter_portal.audit.service import ActorKind
from jobcenter_portal.tenancy.models import BookingMode, Jobcenter, TenantSettings
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language
from notifications.service import MessageView

_ARRIVED: Final = frozenset({Status.CHECKED_IN, Status.IN_SERVICE})
_OVER: Final = frozenset({Status.FULFILLED, Status.NO_SHOW})


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """The page, prepared. An empty address means that the button is not there."""

    title: str
    notice: Notice
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    is_to_come: bool
    is_request: bool
    """It still waits for the office's answer."""
    was_request: bool
    """It never became an appointment: declined, or taken back."""
    steps: tuple[str, ...]
    is_late_notice: bool
    rows: tuple[Row, ...]
    documents: tuple[str, ...]
    way: WayThere | None
    code: str
    qr: str
    """The code as a picture, for who comes to a counter."""
    code_page: str
    has_messages: bool
    messages: tuple[fates.MessageRow, ...]
    own_url: str
    ics_url: str
    sheet_url: str
    contact_url: str
    """Where the person says how we reach them."""
    late_url: str
    move_url: str
    cancel_url: str
    undo_url: str
    undo_until: datetime | None
    book_url: str
    asks: bool
    """Here people ask for a time and the office answers."""
    move_refusal: str


def appointment_view(
    appointment: Appointment, tenant: Jobcenter, key: str, *, messages: Iterable[MessageView], now: datetime
) -> AppointmentView:
    cancellation = _cancellation(appointment, tenant.settings, now)
    refusal = _move_refusal(appointment, tenant.settings, now)
    to_come = appointment.status_now is Status.BOOKED and now < appointment.ends_at
    cancelled = appointment.status_now is Status.CANCELLED
    asked = own_request.is_open(appointment)
    undo = may_undo(appointment, now)
    rows = fates.message_rows(messages)
    code = readable_code(keys_of(appointment).code)
    may_be_late = may_tell_lateness(appointment, now)
    return AppointmentView(
        title=own_request.title(appointment) or _title(appointment, now),
        notice=own_request.notice(appointment, now) or _notice(appointment, now),
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        is_cancelled=cancelled,
        is_to_come=to_come,
        is_request=asked,
        was_request=own_request.is_closed(appointment),
        steps=own_request.steps(appointment, now),
        is_late_notice=cancellation is Cancellation.LATE_NOTICE and not asked,
        rows=_rows(appointment, tenant.settings, is_late=may_be_late),
        documents=tuple(appointment.service.documents_to_bring(current_language().code)) if to_come else (),
        way=way_there(appointment) if to_come or asked else None,
        code=code,
        qr=qr_image(code) if to_come and appointment.mode == Mode.IN_PERSON else "",
        code_page=django_settings.PUBLIC_URL + url("my-appointment", tenant),
        has_messages=bool(rows),
        messages=rows,
        own_url=url("appointment", tenant, key=key),
        ics_url=url("ics", tenant, key=key) if to_come else "",
        sheet_url=url("sheet", tenant, key=key) if to_come else "",
        contact_url=url("contact-settings", tenant, key=key) if to_come or asked else "",
        late_url=url("come-later", tenant, key=key) if may_be_late else "",
        move_url=url("move", tenant, key=key) if to_come and refusal is None else "",
        cancel_url=url("cancel", tenant, key=key) if (to_come or asked) and cancellation.is_possible else "",
        undo_url=url("undo-cancel", tenant, key=key) if undo else "",
        undo_until=appointment.cancelled_at + UNDO_WITHIN if undo and appointment.cancelled_at else None,
        book_url=url("services", tenant) if _needs_another(appointment, now) else "",
        asks=tenant.settings.booking_mode == BookingMode.REQUEST,
        move_refusal=pages.in_words(refusal) if to_come and refusal else "",
    )


def may_move(appointment: Appointment, settings: TenantSettings, now: datetime) -> bool:
    """Whether the person can move it themselves."""
    return appointment.status_now is Status.BOOKED and _move_refusal(appointment, settings, now) is None


def may_undo(appointment: Appointment, now: datetime) -> bool:
    """Only what the person cancelled themselves, for a while: a cancellation by the office stands."""
    cancelled_at = appointment.cancelled_at
    return (
        appointment.status_now is Status.CANCELLED
        and appointment.cancelled_by == ActorKind.CUSTOMER
        and cancelled_at is not None
        and now - cancelled_at <= UNDO_WITHIN
        and now < appointment.starts_at
    )


def _title(appointment: Appointment, now: datetime) -> str:
    if appointment.status_now is Status.CANCELLED:
        return _("Ihr abgesagter Termin")
    return _("Ihr vergangener Termin") if _is_over(appointment, now) else _("Ihr Termin")


def _is_over(appointment: Appointment, now: datetime) -> bool:
    """The time decides, but not over somebody who sits in the waiting room: for them it lasts until the day is over."""
    status = appointment.status_now
    if status in _ARRIVED:
        return dates.local(now).date() > dates.local(appointment.ends_at).date()
    return status in _OVER or now >= appointment.ends_at


def _needs_another(appointment: Appointment, now: datetime) -> bool:
    """Whether a new one is what the person may come for; an unanswered request serves until its time has come."""
    status = appointment.status_now
    if status is Status.REQUESTED:
        return now >= appointment.starts_at
    return status is Status.CANCELLED or _is_over(appointment, now)


def _rows(appointment: Appointment, settings: TenantSettings, *, is_late: bool) -> tuple[Row, ...]:
    rows = fact_rows(appointment, settings)
    late = lateness_in_words(appointment) if is_late else ""
    return (*rows, Row(_("Sie kommen später"), late)) if late else rows


def _notice(appointment: Appointment, now: datetime) -> Notice:
    status = appointment.status_now
    if status is Status.CANCELLED:
        return _cancelled_notice(appointment)
    if _is_over(appointment, now):
        return Notice("info", _("Dieser Termin ist vorbei."), _("Brauchen Sie noch einen Termin? Buchen Sie gern neu."))
    if status is Status.CHECKED_IN:
        return Notice("success", _("Wir wissen, dass Sie da sind."), _("Bitte warten Sie, bis Sie aufgerufen werden."))
    if status is Status.IN_SERVICE:
        return Notice("success", _("Wir wissen, dass Sie da sind."))
    return _notice_before(appointment, now)


def _notice_before(appointment: Appointment, now: datetime) -> Notice:
    """While the person is expected."""
    if lateness_of(appointment) and may_tell_lateness(appointment, now):
        trying = _("Wir versuchen, Sie trotzdem dranzunehmen. Bitte melden Sie sich am Empfang.")
        return Notice("info", _("Danke. Wir wissen, dass Sie später kommen."), trying)
    if now >= appointment.starts_at:
        return Notice("warning", _("Ihr Termin hat begonnen."), _begun(appointment))
    if appointment.previous_starts_at:
        before = moment_line(appointment.previous_starts_at)
        return Notice(
            "success",
            _("Ihr Termin ist verschoben. Die neue Zeit steht unten."),
            _("Der alte Termin gilt nicht mehr: %(before)s") % {"before": before},
        )
    return Notice("success", _("Ihr Termin steht fest."))


def _begun(appointment: Appointment) -> str:
    if appointment.mode == Mode.IN_PERSON:
        return _("Kommen Sie später? Oder schaffen Sie es nicht mehr? Sagen Sie es uns hier mit einem Klick.")
    return _("Sind Sie noch nicht so weit? Rufen Sie uns bitte an.")


def _cancelled_notice(appointment: Appointment) -> Notice:
    if appointment.cancelled_by != ActorKind.CUSTOMER:
        why = _("Wir müssen diesen Termin leider absagen. Das liegt nicht an Ihnen. Es entsteht Ihnen kein Nachteil.")
        return Notice("warning", _("Dieser Termin fällt aus."), why)
    thanks = _("Danke, dass Sie Bescheid gegeben haben.")
    if appointment.late_notice:
        return Notice("info", _("Sie haben uns gesagt, dass Sie nicht kommen können."), thanks)
    return Notice("info", _("Sie haben diesen Termin abgesagt."), thanks + " " + _("So kann jemand anderes kommen."))


def _cancellation(appointment: Appointment, settings: TenantSettings, now: datetime) -> Cancellation:
    return may_cancel(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        cancel_until=timedelta(hours=settings.cancel_until_hours),
        now=now,
    )


def _move_refusal(appointment: Appointment, settings: TenantSettings, now: datetime) -> Refusal | None:
    return may_reschedule(
        starts_at=appointment.starts_at,
        reschedules=appointment.reschedules,
        max_reschedules=settings.max_reschedules,
        cancel_until=timedelta(hours=settings.cancel_until_hours),
        now=now,
    )
