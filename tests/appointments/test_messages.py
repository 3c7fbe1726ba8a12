# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the messages say at the moment they leave: the truth of that moment, or nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from appointments.changing import cancel, reschedule
from appointments.core.modes import Mode
from appointments.links import keys_of, short_url
from appointments.messages import KINDS
from appointments.models import Appointment, Location
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from notifications.service import Channel, Envelope, MessageRef
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.appointments.sessions import make_group_office, make_session, seat_for
from tests.factories import make_jobcenter

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
KIND = {kind.key: kind for kind in KINDS}


@pytest.fixture
def office(fulda: Jobcenter) -> Office:
    return make_office(fulda)


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, person(email="j@post.example", phone="+4915228817386"))


def ask(
    kind: str, appointment: Appointment, now: datetime, channel: Channel = Channel.EMAIL, language: str = "de"
) -> Envelope | None:
    point = ContactPoint.objects.filter(channel=channel.value).first()
    ref = MessageRef(
        subject=appointment.subject,
        revision=appointment.revision,
        occasion="now",
        channel=channel,
        language=language,
        recipient=bytes(point.address_index) if point else b"gone",
    )
    return KIND[kind].compose(ref, now=now)


def test_a_reminder_says_when_and_where_and_carries_the_way_out(
    appointment: Appointment, fulda: Jobcenter, now: datetime
) -> None:
    envelope = ask("reminder", appointment, now)
    keys = keys_of(appointment)

    assert envelope is not None
    assert envelope.address == "j@post.example"
    assert envelope.values["day_long"] == "Montag, 30. November 2026"
    assert (envelope.values["time"], envelope.values["location"]) == ("09:00", "Haus der Arbeit")
    assert envelope.values["link"] == f"http://portal.example/fulda/de/t/{keys.token}/"
    assert envelope.calendar is None

    text_message = ask("reminder", appointment, now, Channel.SMS)
    assert text_message is not None
    assert text_message.values["link"] == short_url(keys.code)


@pytest.mark.parametrize(
    ("language", "door"), [("uk", "Бічний вхід"), ("de", "Seiteneingang"), ("tr", "Seiteneingang")]
)
def test_the_door_is_named_in_the_persons_language_in_mail_and_calendar(
    appointment: Appointment, now: datetime, language: str, door: str
) -> None:
    Appointment.objects.update(language=language)
    Location.objects.update(entrances={"de": "Seiteneingang", "uk": "Бічний вхід"})

    envelope = ask("confirmation", appointment, now, language=language)

    assert envelope is not None
    assert envelope.calendar is not None
    [entry] = icalendar.Calendar.from_ical(envelope.calendar.ics).walk("VEVENT")
    assert (envelope.values["entrance"], entry["DESCRIPTION"]) == (door, door)


@pytest.mark.parametrize(
    ("mode", "where"),
    [
        (Mode.PHONE, "am Telefon. Wir rufen Sie an, Sie müssen nicht kommen."),
        (Mode.VIDEO, "per Video. Den Zugang bekommen Sie vorher von uns."),
        (Mode.OUTREACH, "bei Ihnen. Wohin wir kommen, besprechen wir vorher am Telefon."),
    ],
)
def test_nobody_travels_to_an_appointment_that_is_not_there(
    appointment: Appointment, now: datetime, mode: Mode, where: str
) -> None:
    Appointment.objects.update(mode=int(mode))
    appointment.location.entrances = {"de": "Seiteneingang"}
    appointment.location.save()

    envelope = ask("confirmation", appointment, now)

    assert envelope is not None
    assert [envelope.values[key] for key in ("location", "address", "entrance")] == ["", where, ""]
    assert envelope.calendar is not None
    [entry] = icalendar.Calendar.from_ical(envelope.calendar.ics).walk("VEVENT")
    assert not entry.get("LOCATION")


def test_where_discretion_is_wanted_no_value_names_the_house_or_the_office(db: None, now: datetime) -> None:
    jobcenter = make_jobcenter("fulda", discreet=True)
    with tenant_context(jobcenter):
        office = make_office(jobcenter)
        appointment = make_appointment(office, MONDAY_NINE, now, person(email="j@post.example"))
        envelope = ask("confirmation", appointment, now)
        assert envelope is not None
        assert envelope.calendar is not None
        said = str({key: value for key, value in envelope.values.items() if key != "link"})
        entry = envelope.calendar.ics.decode()
        for word in ("Jobcenter", "Haus der Arbeit", "Beratung"):
            assert (word in said, word in entry) == (False, False)


def test_a_seat_in_a_group_says_so_and_how_long_it_takes(fulda: Jobcenter, now: datetime) -> None:
    office = make_group_office(fulda)
    seat_for(make_session(office, MONDAY_NINE, now), now, person(email="j@post.example"))
    envelope = ask("confirmation", Appointment.objects.get(), now)

    assert envelope is not None
    assert (envelope.values["in_group"], envelope.values["duration_minutes"]) == (True, 60)
    assert "Gruppeninformation" not in str(envelope.values)


def test_the_calendar_entry_keeps_its_name_and_counts_its_changes(
    office: Office, appointment: Appointment, now: datetime
) -> None:
    def entry(kind: str, current: Appointment) -> tuple[str, int, str, str]:
        envelope = ask(kind, current, now)
        assert envelope is not None
        assert envelope.calendar is not None
        calendar = icalendar.Calendar.from_ical(envelope.calendar.ics)
        (event,) = calendar.walk("VEVENT")
        return str(event["UID"]), int(str(event["SEQUENCE"])), str(calendar["METHOD"]), str(event["STATUS"])

    uid = f"{appointment.public_id}@termine.invalid"
    assert entry("confirmation", appointment) == (uid, 1, "REQUEST", "CONFIRMED")
    moved = reschedule(
        jobcenter=office.jobcenter,
        appointment=appointment,
        starts_at=MONDAY_NINE + timedelta(hours=1),
        by=audit.CUSTOMER,
        now=now,
    )
    assert entry("changed", moved) == (uid, 2, "REQUEST", "CONFIRMED")
    cancelled = cancel(jobcenter=office.jobcenter, appointment=moved, by=audit.CUSTOMER, now=now)
    assert entry("cancelled", cancelled) == (uid, 3, "CANCEL", "CANCELLED")


def _move(office: Office, appointment: Appointment, now: datetime) -> None:
    later = MONDAY_NINE + timedelta(hours=1)
    reschedule(jobcenter=office.jobcenter, appointment=appointment, starts_at=later, by=audit.CUSTOMER, now=now)


def _cancel(office: Office, appointment: Appointment, now: datetime) -> None:
    cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)


def _forget_address(_office: Office, _appointment: Appointment, _now: datetime) -> None:
    ContactPoint.objects.all().delete()


def _withdraw_consent(_office: Office, _appointment: Appointment, _now: datetime) -> None:
    ContactPoint.objects.update(reminders_wanted=False)


@pytest.mark.parametrize("event", [_move, _cancel, _forget_address, _withdraw_consent])
def test_a_reminder_that_is_no_longer_true_or_wanted_is_not_written(
    office: Office,
    appointment: Appointment,
    now: datetime,
    event: Callable[[Office, Appointment, datetime], None],
) -> None:
    assert ask("reminder", appointment, now) is not None
    event(office, appointment, now)
    assert ask("reminder", appointment, now) is None


def test_nothing_is_said_about_what_is_over(appointment: Appointment) -> None:
    assert ask("reminder", appointment, appointment.ends_at) is None


def test_the_messages_of_another_jobcenter_find_nothing(
    appointment: Appointment, wiesbaden: Jobcenter, now: datetime
) -> None:
    with tenant_context(wiesbaden):
        assert ask("reminder", appointment, now) is None
