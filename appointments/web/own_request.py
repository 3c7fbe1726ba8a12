# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a request says: that it is no appointment yet, until when we answer, and what the answer was.

A request is not moved by the person: taking it back and asking anew does the same, and the office never answers a
wish that has changed under its hands.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from appointments.core.lifecycle import Kind, Status
from appointments.models import Appointment
from appointments.reasons import sentence
from appointments.web.notice import Notice
from appointments.web.present import moment_line
from jobcenter_portal.audit.service import ActorKind


def is_open(appointment: Appointment) -> bool:
    return appointment.status_now is Status.REQUESTED


def is_closed(appointment: Appointment) -> bool:
    """Declined or taken back, before it became an appointment."""
    return appointment.status_now is Status.CANCELLED and appointment.previous_status == Status.REQUESTED


def title(appointment: Appointment) -> str:
    """Empty for appointments."""
    if not is_open(appointment) and not is_closed(appointment):
        return ""
    is_withdrawn = is_closed(appointment) and appointment.cancelled_by == ActorKind.CUSTOMER
    return _("Ihre zurückgezogene Anfrage") if is_withdrawn else _("Ihre Anfrage")


def notice(appointment: Appointment, now: datetime) -> Notice | None:
    """None for appointments like any other."""
    if is_open(appointment):
        return _open_notice(appointment, now)
    if not is_closed(appointment):
        before = _wished_time(appointment, now)
        return _other_time_notice(before) if before else None
    if appointment.cancelled_by == ActorKind.CUSTOMER:
        thanks = _("Danke, dass Sie Bescheid gegeben haben.")
        return Notice("info", _("Sie haben diese Anfrage zurückgezogen."), thanks)
    no_harm = _("Es entsteht Ihnen kein Nachteil.")
    why = f"{sentence(appointment.decline_reason)} {no_harm}"
    return Notice("warning", _("Diesen Termin können wir Ihnen leider nicht geben."), why)


def steps(appointment: Appointment, now: datetime) -> tuple[str, ...]:
    """What happens next, while there is still something to wait for."""
    if not is_open(appointment) or now >= appointment.starts_at:
        return ()
    return (
        _("Wir halten diese Zeit für Sie frei, bis wir antworten."),
        _(
            "Unsere Antwort steht dann auf dieser Seite. Haben Sie eine E-Mail-Adresse oder Handynummer angegeben? "
            "Dann schreiben wir Ihnen."
        ),
        _("Bitte kommen Sie erst, wenn wir zugesagt haben."),
        _("Möchten Sie eine andere Zeit? Ziehen Sie diese Anfrage zurück und fragen Sie neu an."),
    )


def _wished_time(appointment: Appointment, now: datetime) -> datetime | None:
    """What the person had asked for, if the office gave another time that is still to come and stands unmoved since."""
    is_to_come = appointment.status_now is Status.BOOKED and now < appointment.starts_at
    if appointment.kind != Kind.REQUEST or appointment.reschedules or not is_to_come:
        return None
    wished: datetime | None = appointment.previous_starts_at
    return wished


def _other_time_notice(before: datetime) -> Notice:
    return Notice(
        "success",
        _("Ihr Termin steht fest, zu einer anderen Zeit."),
        _("Nicht mehr: %(before)s. Passt die neue Zeit nicht? Verschieben Sie den Termin oder sagen Sie ab.")
        % {"before": moment_line(before)},
    )


def _open_notice(appointment: Appointment, now: datetime) -> Notice:
    if now >= appointment.starts_at:
        sorry = _(
            "Das tut uns leid. Ihre Anfrage ist noch bei uns, und wir melden uns. Sie können auch neu anfragen oder "
            "uns anrufen."
        )
        return Notice("warning", _("Wir haben Ihnen nicht rechtzeitig geantwortet."), sorry)
    if appointment.answer_by is None or now >= appointment.answer_by:
        late = _("Das tut uns leid. Ihre Anfrage gilt weiter. Rufen Sie uns gern an.")
        return Notice("warning", _("Unsere Antwort ist überfällig."), late)
    answer = _("Noch ist es kein Termin. Wir antworten bis: %(moment)s") % {
        "moment": moment_line(appointment.answer_by)
    }
    return Notice("info", _("Ihre Anfrage ist bei uns."), answer)
