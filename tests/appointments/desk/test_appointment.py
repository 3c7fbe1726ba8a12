# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one appointment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from time_machine import Traveller

from appointments.changing import cancel, reschedule
from appointments.models import Appointment
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit
from notifications.models import ChannelPause, Message
from notifications.states import State
from tests.appointments.desk.conftest import BOOKED_AT, EIGHT, Morning
from tests.appointments.desk.staff import main_text


def page_of(client: Client, appointment: Appointment) -> str:
    return main_text(client.get(f"/fulda/desk/termin/{appointment.public_id}/"))


def test_it_shows_the_facts_and_the_addresses_only_in_part(desk: Client, morning: Morning) -> None:
    html = desk.get(f"/fulda/desk/termin/{morning.first.public_id}/").content.decode()
    text = page_of(desk, morning.first)
    assert "Jürgen Größer gebucht Termin Montag, 23. November 2026, 08:00–08:30 Anliegen Beratung" in text
    assert "E-Mail j…@example.org SMS +49 … 386" in text
    assert [part for part in ("juergen.groesser", "15228817", "017") if part in html] == []
    assert "Keine Kontaktdaten. Die Person hat einen Code auf Papier." in page_of(desk, morning.second)


def test_its_history_is_told_in_plain_words_with_who_did_it(
    desk: Client, morning: Morning, caseworker: Membership
) -> None:
    jobcenter, by = morning.office.jobcenter, audit.staff(caseworker.pk)
    moved_at = BOOKED_AT + timedelta(hours=1)
    moved = reschedule(
        jobcenter=jobcenter, appointment=morning.third, starts_at=EIGHT + timedelta(hours=2), by=by, now=moved_at
    )
    cancel(jobcenter=jobcenter, appointment=moved, by=audit.CUSTOMER, now=EIGHT - timedelta(hours=2))
    text = page_of(desk, morning.third)
    assert text.endswith(
        "Verlauf"
        " Sa 21.11.2026, 08:00 Termin gebucht: Mo 23.11.2026, 09:00 Änne Großmann"
        " Sa 21.11.2026, 09:00 Termin verschoben: Mo 23.11.2026, 10:00 Änne Großmann"
        " Mo 23.11.2026, 06:00 Termin abgesagt, kurzfristig Kundin oder Kunde"
    )


def test_looking_is_written_down_and_nothing_else_is(desk: Client, morning: Morning, caseworker: Membership) -> None:
    before = list(audit.history(morning.first.subject))
    rows = _rows_of_all_tables()
    page_of(desk, morning.first)
    new = audit.history(morning.first.subject)[len(before) :]
    assert [(entry.action, entry.membership_id, entry.detail) for entry in new] == [("viewed", caseworker.pk, {})]
    changed = {table for table, count in _rows_of_all_tables().items() if count != rows[table]}
    assert changed == {"audit_auditentry"}


def _rows_of_all_tables() -> dict[str, str]:
    """A fingerprint of each table's rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            rows = "string_agg(t::text, chr(10) ORDER BY t::text)"
            cursor.execute(f'SELECT md5(coalesce({rows}, chr(10))) FROM "{table}" t')  # noqa: S608 -- our own tables
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("state", "code", "expected"),
    [
        (State.PLANNED, "", "Bestätigung per E-Mail geplant"),
        (State.ACCEPTED, "", "Bestätigung per E-Mail gesendet"),
        (State.DELIVERED, "", "Bestätigung per E-Mail zugestellt"),
        (State.AMBIGUOUS, "data", "Bestätigung per E-Mail unklar Der Anbieter hat mitten im Senden aufgehört"),
        (
            State.FAILED,
            "rcpt-550",
            "nicht angekommen Der Anbieter hat die Nachricht endgültig abgelehnt. Meldung: rcpt-550.",
        ),
        (State.SUPPRESSED, "channel-off", "Bestätigung per E-Mail nicht gesendet Dieser Weg ist"),
        (State.SUPERSEDED, "", "Bestätigung per E-Mail überholt Der Termin hat sich vorher geändert"),
    ],
)
def test_each_message_says_what_became_of_it(
    desk: Client, make: Callable[..., Appointment], state: State, code: str, expected: str
) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    rows = Message.objects.filter(subject=one.subject, kind="confirmation")
    assert rows.count() == 1
    for step in _way_to(state):
        rows.update(state=step, **_lease(step))
    rows.update(result_code=code)
    assert expected in page_of(desk, one)


def _way_to(state: State) -> tuple[State, ...]:
    """The steps that the database allows from planned to there."""
    sent = (State.LEASED, State.SENDING)
    ways = {
        State.PLANNED: (),
        State.SUPPRESSED: (State.SUPPRESSED,),
        State.SUPERSEDED: (State.SUPERSEDED,),
        State.DELIVERED: (*sent, State.ACCEPTED, State.DELIVERED),
    }
    return ways.get(state, (*sent, state))


def _lease(step: State) -> dict[str, object]:
    held = step in (State.LEASED, State.SENDING)
    return {
        "lease_token": "11111111-1111-1111-1111-111111111111" if held else None,
        "lease_until": EIGHT if held else None,
    }


def test_a_message_that_waits_because_the_provider_is_down_says_so(
    desk: Client, make: Callable[..., Appointment], clock: Traveller
) -> None:
    one = make(60, "Olena Шевченко", email="olena@example.org")
    ChannelPause.objects.create(
        tenant=one.tenant, channel="email", until=EIGHT + timedelta(hours=1), code="provider-down"
    )
    assert "Bestätigung per E-Mail wartet Der Anbieter ist gerade nicht erreichbar." in page_of(desk, one)


def test_reminders_say_how_long_before_they_leave(desk: Client, make: Callable[..., Appointment]) -> None:
    one = make(7 * 24 * 60 + 60, "Olena Шевченко", email="olena@example.org", phone="+4915228817386")
    text = page_of(desk, one)
    assert "Erinnerung per E-Mail, 3 Tage vorher geplant" in text
    assert "Erinnerung per SMS, 1 Tag vorher geplant" in text
