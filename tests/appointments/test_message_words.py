# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages in eight languages as they are really composed, with the words that are values to their texts."""

from datetime import UTC, datetime
from itertools import product

import icalendar
import pytest
from pytest_django import Settings

from appointments.changing import cancel
from appointments.core.modes import Mode
from appointments.links import keys_of
from appointments.message_words import entry_title, moment_in_words, where_in_words
from appointments.messages import KINDS
from appointments.models import Appointment
from jobcenter_portal.accounts.models import ContactPoint
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.languages import LANGUAGES, language_by_code
from notifications.service import Channel, Envelope, MessageRef
from notifications.texts.rendering import render_email, render_sms
from tests.appointments.factories import Office, make_appointment, make_office, person
from tests.notifications.banned_words import banned_in

NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
CODES = [language.code for language in LANGUAGES]
ELSEWHERE = (Mode.PHONE, Mode.VIDEO, Mode.OUTREACH)
TO_COME = ("confirmation", "reminder", "changed", "other_time", "new_place", "deputy")
OVER = ("cancelled", "declined", "withdrawn", "new_choice")
KIND = {kind.key: kind for kind in KINDS}


@pytest.fixture
def office(fulda: Jobcenter, settings: Settings) -> Office:
    settings.SHORT_URL = "https://t.example"
    return make_office(fulda)


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, NINE, now, person(email="j@post.example", phone="+4915228817386"))


def composed(kind: str, appointment: Appointment, language: str, channel: Channel, now: datetime) -> Envelope:
    point = ContactPoint.objects.get(channel=channel.value)
    ref = MessageRef(appointment.subject, appointment.revision, "now", channel, language, bytes(point.address_index))
    envelope = KIND[kind].compose(ref, now=now)
    assert envelope is not None
    return envelope


@pytest.mark.parametrize("language", CODES)
def test_every_text_finds_its_values_and_every_sms_is_one(
    office: Office, appointment: Appointment, language: str, now: datetime
) -> None:
    def render(kind: str, current: Appointment) -> None:
        mail = composed(kind, current, language, Channel.EMAIL, now)
        sms = composed(kind, current, language, Channel.SMS, now)
        texts = render_email(kind, language, mail.values, sender="x"), render_sms(kind, language, sms.values)
        assert ([text.language for text in texts], texts[1].parts) == ([language, language], 1), texts[1].text

    for kind in TO_COME:
        render(kind, appointment)
    cancelled = cancel(jobcenter=office.jobcenter, appointment=appointment, by=audit.CUSTOMER, now=now)
    for kind in OVER:
        render(kind, cancelled)


@pytest.mark.parametrize(("mode", "language"), list(product(ELSEWHERE, CODES)))
def test_nobody_travels_to_an_appointment_that_is_not_there_in_any_language(
    appointment: Appointment, mode: Mode, language: str, now: datetime
) -> None:
    Appointment.objects.update(mode=int(mode))
    mail = composed("confirmation", appointment, language, Channel.EMAIL, now)
    words = where_in_words(mode, language)
    text = render_email("confirmation", language, mail.values, sender="x").text
    assert (words in text, appointment.location.address in text) == (True, False)
    assert (banned_in(words, language), words.endswith(".")) == ([], True)


def test_each_language_has_words_of_its_own() -> None:
    other = [code for code in CODES if code != "de-simple"]
    titles = {entry_title(code) for code in other}
    places = {where_in_words(mode, code) for mode, code in product(ELSEWHERE, CODES)}
    assert (len(titles), len(places)) == (7, 24)


@pytest.mark.parametrize("language", CODES)
def test_a_calendar_entry_is_called_as_its_reader_would(appointment: Appointment, language: str, now: datetime) -> None:
    Appointment.objects.update(language=language)
    calendar = composed("confirmation", appointment, language, Channel.EMAIL, now).calendar
    assert calendar is not None
    [event] = icalendar.Calendar.from_ical(calendar.ics).walk("VEVENT")
    assert str(event["SUMMARY"]) == entry_title(language)


@pytest.mark.usefixtures("office")
def test_a_link_opens_although_its_language_has_no_pages_yet(appointment: Appointment, now: datetime) -> None:
    Appointment.objects.update(language="uk")
    mail = composed("confirmation", appointment, "uk", Channel.EMAIL, now)
    assert mail.values["link"] == f"http://portal.example/fulda/de/t/{keys_of(appointment).token}/"


def test_a_moment_reads_in_the_language_and_as_on_german_letters() -> None:
    ukrainian = language_by_code("uk")
    assert moment_in_words(NINE, ukrainian, prefix="old_") == {
        "old_day_long": "понеділок, 30 листопада 2026\u202fр.",
        "old_day_short": "30.11",
        "old_day_german": "Mo 30.11.2026",
        "old_time": "09:00",
    }
    assert set(moment_in_words(None, ukrainian).values()) == {""}
