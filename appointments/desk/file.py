# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One appointment, prepared for its page: facts, addresses in part, history and messages in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from appointments.changing import UNDO_WITHIN
from appointments.contact import masked_email
from appointments.core.answers import DeclineReason
from appointments.core.lifecycle import Kind, NotAllowed, Status, Verb, next_status
from appointments.desk import words
from appointments.desk.message_words import CHANNEL, MessageLine, line
from appointments.desk.present import concern_line, lane_name, language_name, lateness_line
from appointments.models import Appointment
from appointments.reminders import reachable
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint, Membership
from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.kernel import phone
from jobcenter_portal.tenancy.models import TenantSettings
from jobcenter_portal.web import dates
from jobcenter_portal.web.languages import current_language
from notifications import service as notifications
from notifications.service import Channel


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the summary list, which also shows pages where rows can be changed."""

    label: str
    value: str
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history."""

    when: datetime
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Possible:
    """Which changes the desk can make now."""

    cancel: bool
    move: bool
    undo_cancel: bool


def facts(appointment: Appointment) -> list[Fact]:
    language = current_language()
    when = f"{dates.long_date(appointment.starts_at, language)}, {_span(appointment)}"
    rows = [
        Fact(_("Wunschzeit") if appointment.status_now is Status.REQUESTED else _("Termin"), when),
        Fact(_("Anliegen"), " · ".join([concern_line(appointment, language.code), *_further(appointment)])),
        Fact(_("Ort"), f"{appointment.location.name}, {appointment.location.address}"),
        Fact(_("Bei"), lane_name(appointment)),
        Fact(_("Sprache"), language_name(appointment.language)),
        Fact(_came_about(appointment), dates.invariant_line(appointment.booked_at)),
    ]
    if appointment.session is not None:
        rows.append(Fact(_("Gruppentermin"), appointment.session.title(language.code) or _("Ja")))
    if appointment.ticket_no is not None:
        rows.insert(0, Fact(_("Nummer"), str(appointment.ticket_no)))
    if appointment.answer_by is not None:
        rows.append(Fact(_("Antwort bis"), dates.invariant_line(appointment.answer_by)))
    if appointment.previous_starts_at is not None:
        rows.append(Fact(_("Vorher"), dates.invariant_line(appointment.previous_starts_at)))
    if late := lateness_line(appointment):
        rows.append(Fact(_("Verspätung"), late))
    if appointment.with_companion:
        rows.append(Fact(_("Begleitung"), _("Ja")))
    if appointment.booked_by_helper:
        rows.append(Fact(_("Gebucht von"), _("jemand anderem")))
    if appointment.decline_reason:
        rows.append(Fact(_("Grund"), str(words.DECLINE[DeclineReason(appointment.decline_reason)])))
    return rows


def _further(appointment: Appointment) -> list[str]:
    """The other concerns of the same appointment."""
    code = current_language().code
    return [one.service.title(code) for one in appointment.concerns.select_related("service").order_by("position")]


def contact_facts(points: Sequence[ContactPoint]) -> list[Fact]:
    """The addresses in part: enough to ask "is it the one that ends in 386?", too little to copy.

    A number to call stands there whole: whoever has the talk on the telephone dials it.
    """
    return [Fact(channel_name(point), masked(point)) for point in points]


def told_on(
    points: Sequence[ContactPoint], settings: TenantSettings, appointment: Appointment, now: datetime
) -> list[str]:
    """To which addresses a cancellation or a new time is sent; none, and somebody has to call or write."""
    return [] if appointment.starts_at <= now else addressed(reachable(points, settings))


def addressed(points: Sequence[ContactPoint]) -> list[str]:
    """Where something is sent, in words: „E-Mail an o…@example.org“."""
    return [
        _("%(channel)s an %(address)s") % {"channel": channel_name(point), "address": masked(point)} for point in points
    ]


def history(appointment: Appointment) -> list[Step]:
    """What was done to it, oldest first. Who looked at it is in the trail too, but not told here."""
    entries = [entry for entry in audit.history(appointment.subject) if entry.action != audit.VIEWED]
    ids = {entry.membership_id for entry in entries if entry.membership_id is not None}
    names = dict(Membership.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    return [Step(entry.at, _what(entry), _who(entry, names)) for entry in entries]


def messages(appointment: Appointment, *, now: datetime) -> list[MessageLine]:
    return [line(view, now=now) for view in notifications.history(appointment.subject, now=now)]


def possible(appointment: Appointment, *, now: datetime) -> Possible:
    """What the pages behind the buttons would accept."""
    cancelled_at = appointment.cancelled_at
    if appointment.kind == Kind.WALK_IN:
        return Possible(cancel=False, move=False, undo_cancel=False)  # there is nothing planned that could change
    return Possible(
        # A request is not cancelled by the office but answered, on a page of its own.
        cancel=appointment.status_now is not Status.REQUESTED
        and _allows(appointment, Verb.CANCEL)
        and now < appointment.ends_at,
        move=_allows(appointment, Verb.RESCHEDULE),
        undo_cancel=appointment.status_now is Status.CANCELLED
        and cancelled_at is not None
        and now - cancelled_at <= UNDO_WITHIN
        and now < appointment.starts_at,
    )


def points_of(appointment: Appointment) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(customer_id=appointment.customer_id).order_by("channel"))


def _allows(appointment: Appointment, verb: Verb) -> bool:
    try:
        next_status(appointment.status_now, verb)
    except NotAllowed:
        return False
    return True


def _came_about(appointment: Appointment) -> str:
    if appointment.kind == Kind.WALK_IN:
        return _("Gekommen am")
    return _("Angefragt am") if appointment.kind == Kind.REQUEST else _("Gebucht am")


def _span(appointment: Appointment) -> str:
    return dates.clock_range(appointment.starts_at, appointment.ends_at)


def channel_name(point: ContactPoint) -> str:
    if point.channel == ContactChannel.PHONE:
        return _("Telefon")
    return str(CHANNEL[Channel(point.channel)])


def masked(point: ContactPoint) -> str:
    if point.channel == ContactChannel.PHONE:
        return phone.readable(point.address)
    if point.channel == ContactChannel.PUSH:
        return _("ein Gerät")
    if point.channel == ContactChannel.LETTER:
        return _("Adresse in %(town)s") % {"town": point.address.rpartition("\n")[2]}
    return masked_email(point.address) if point.channel == ContactChannel.EMAIL else phone.mask(point.address)


def _what(entry: AuditEntry) -> str:
    text = str(words.ACTIONS.get(entry.action, words.OTHER_ACTION))
    starts_at, status = entry.detail.get("starts_at"), entry.detail.get("status")
    if starts_at:
        return f"{text}: {dates.invariant_line(datetime.fromisoformat(starts_at))}"
    if entry.action == f"attendance:{Verb.UNDO}" and status:
        return _("%(step)s, wieder: %(status)s") % {"step": text, "status": words.STATUS[Status(status)][0]}
    if entry.action == "declined":
        reason = words.DECLINE[DeclineReason(entry.detail["reason"])]
        return _("%(step)s: %(reason)s") % {"step": text, "reason": reason}
    if entry.action == "late_told":
        return _("%(step)s, etwa %(minutes)s Minuten") % {"step": text, "minutes": entry.detail["minutes"]}
    if entry.detail.get("late_notice"):
        return _("%(step)s, kurzfristig") % {"step": text}
    return text


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.actor_kind == audit.ActorKind.STAFF:
        return names.get(entry.membership_id or 0, _("Jobcenter"))
    return _("Kundin oder Kunde") if entry.actor_kind == audit.ActorKind.CUSTOMER else _("von selbst")
