# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""How we reach somebody, prepared for its page: every way of this Jobcenter, what is sent there, what can change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from appointments.contact import masked_email, needed_for
from appointments.core.lifecycle import Status
from appointments.core.modes import Mode
from appointments.models import Appointment
from appointments.reminders import reachable
from appointments.web.present import url
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.kernel import phone
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from jobcenter_portal.web.languages import isolated
from notifications import service as notifications
from notifications.service import Channel, Suppressed

WAYS: Final[Mapping[str, ContactChannel]] = {
    "email": ContactChannel.EMAIL,
    "sms": ContactChannel.SMS,
    "telefon": ContactChannel.PHONE,
    "brief": ContactChannel.LETTER,
    "geraet": ContactChannel.PUSH,
}
"""How a channel is called in addresses and forms, in the order of the page."""
_NAMES: Final[Mapping[ContactChannel, Promise]] = {
    ContactChannel.EMAIL: lazy("E-Mail"),
    ContactChannel.SMS: lazy("SMS"),
    ContactChannel.PHONE: lazy("Telefon"),
    ContactChannel.LETTER: lazy("Brief"),
    ContactChannel.PUSH: lazy("Hinweis auf dem Gerät"),
}


@dataclass(frozen=True, slots=True)
class WayView:
    """One way to reach somebody. An empty text means that the button or line is not there."""

    way: str
    name: str | Promise
    address: str
    """In part; empty where the person gave none."""
    state: str
    is_warning: bool
    switch_value: str
    switch_text: str
    change_url: str
    change_text: str


def ways_of(appointment: Appointment, tenant: Jobcenter, key: str) -> tuple[WayView, ...]:
    """What the Jobcenter uses and what the person has given; a way that is neither is left out."""
    settings = tenant.settings
    points = {ContactChannel(one.channel): one for one in ContactPoint.objects.filter(customer=appointment.customer)}
    closed = notifications.suppressed(bytes(one.address_index) for one in points.values())
    return tuple(
        _way(way, channel, points.get(channel), closed, appointment, tenant, key)
        for way, channel in WAYS.items()
        if channel in points or can_be_given(channel, appointment, settings)
    )


def can_be_given(channel: ContactChannel, appointment: Appointment, settings: TenantSettings) -> bool:
    """Whether an address of this kind is of any use here; a device says yes by itself, on the appointment's page."""
    if channel is ContactChannel.PUSH:
        return False
    if channel is ContactChannel.PHONE:
        return needed_for(Mode(appointment.mode), settings) is channel
    return bool(reachable([ContactPoint(channel=channel)], settings))


def can_be_removed(channel: ContactChannel, appointment: Appointment, settings: TenantSettings) -> bool:
    """An appointment on the telephone needs a number, a video talk an address for its link."""
    return needed_for(Mode(appointment.mode), settings) is not channel


def _way(
    way: str,
    channel: ContactChannel,
    point: ContactPoint | None,
    closed: Mapping[tuple[Channel, bytes], Suppressed],
    appointment: Appointment,
    tenant: Jobcenter,
    key: str,
) -> WayView:
    settings = tenant.settings
    fault = _closed(point, closed)
    is_used = point is not None and bool(reachable([point], settings))
    state = _state(point, fault, appointment, is_used=is_used) if point else ""
    off = point is not None and (not point.reminders_wanted or (fault is not None and fault.only_reminders))
    can_switch = is_used and (fault is None or fault.only_reminders) and appointment.status_now is Status.BOOKED
    return WayView(
        way=way,
        name=_NAMES[channel],
        address=isolated(masked(point)) if point else "",
        state=state,
        is_warning=fault is not None and not fault.only_reminders,
        switch_value=("an" if off else "aus") if can_switch else "",
        switch_text=_("Wieder erinnern") if off else _("Nicht mehr erinnern"),
        change_url=url("contact-way", tenant, key=key, way=way),
        change_text=_change_text(channel, appointment, settings) if point else _("Angeben"),
    )


def _change_text(channel: ContactChannel, appointment: Appointment, settings: TenantSettings) -> str:
    if not can_be_given(channel, appointment, settings):
        return _("Löschen")
    return _("Ändern oder löschen") if can_be_removed(channel, appointment, settings) else _("Ändern")


def masked(point: ContactPoint) -> str:
    """Enough to know one's own address again; who looks over the shoulder cannot write to it."""
    match ContactChannel(point.channel):
        case ContactChannel.EMAIL:
            return masked_email(point.address)
        case ContactChannel.PUSH:
            return _("ein Gerät")
        case ContactChannel.LETTER:
            return _("eine Adresse in %(town)s") % {"town": point.address.rpartition("\n")[2]}
    return phone.mask(point.address)


def _closed(point: ContactPoint | None, closed: Mapping[tuple[Channel, bytes], Suppressed]) -> Suppressed | None:
    if point is None or point.channel == ContactChannel.PHONE:
        return None
    return closed.get((Channel(point.channel), bytes(point.address_index)))


def _state(point: ContactPoint, fault: Suppressed | None, appointment: Appointment, *, is_used: bool) -> str:
    if point.channel == ContactChannel.PHONE:
        return _("Unter dieser Nummer rufen wir Sie an.")
    if not is_used:
        return _("Diesen Weg benutzen wir gerade nicht.")
    if fault is not None and not fault.only_reminders:
        return _("Hier kommt nichts an. Bitte geben Sie uns eine andere Adresse oder Nummer.")
    if not point.reminders_wanted or fault is not None:
        return _("Wir erinnern Sie hier nicht. Wenn sich etwas ändert, sagen wir Ihnen trotzdem Bescheid.")
    if appointment.status_now is Status.REQUESTED:
        return _("Hier bekommen Sie unsere Antwort.")
    return _("Wir erinnern Sie hier und sagen Ihnen, wenn sich etwas ändert.")
