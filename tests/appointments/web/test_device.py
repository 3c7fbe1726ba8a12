# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person's device may keep of an appointment, and how it says yes to being knocked at."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils.http import parse_http_date
from pytest_django import Settings

from appointments.changing import cancel
from appointments.links import keys_of, readable_code
from appointments.models import Appointment
from appointments.web.device import device_digest
from appointments.web.push import CHANGES
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.audit.service import CUSTOMER
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import TenantSettings
from notifications.models import Message
from tests.appointments.factories import Office, make_appointment, person
from tests.appointments.web.visitor import text_of

MONDAY_NINE = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
ENDPOINT = "https://fcm.googleapis.com/fcm/send/dGhpcyBpcyBhIGRldmljZQ"
KEY = "A" * 42 + "E"  # 32 bytes as base64url


@pytest.fixture
def appointment(office: Office, now: datetime) -> Appointment:
    return make_appointment(office, MONDAY_NINE, now, person(name="Jürgen Größer", email="juergen@post.example"))


@pytest.fixture
def own(appointment: Appointment) -> str:
    return f"/fulda/de/t/{keys_of(appointment).token}/"


@pytest.fixture
def with_push(settings: Settings, office: Office) -> None:
    settings.VAPID_PRIVATE_KEY = KEY
    TenantSettings.objects.update(push_enabled=True)


def devices() -> list[str]:
    return [point.address for point in ContactPoint.objects.filter(channel=ContactChannel.PUSH)]


# --- The card --------------------------------------------------------------------------------------------------------
def test_the_card_says_when_where_and_the_code_and_nothing_that_tells_who_or_why(
    client: Client, own: str, appointment: Appointment
) -> None:
    answer = client.get(f"{own}karte/")
    text = text_of(answer)

    for needed in (
        "30. November 2026",
        "09:00",
        appointment.location.address,
        readable_code(keys_of(appointment).code),
    ):
        assert needed in text
    assert "So war es am Mo 23.11.2026, 08:00 . Seitdem kann sich etwas geändert haben." in text
    for private in (appointment.customer.name, "juergen@post.example", appointment.service.title("de")):
        assert private not in answer.content.decode()
    assert "<form" not in answer.content.decode()
    assert (answer["Cache-Control"], parse_http_date(answer["Expires"])) == (
        "no-store",
        (appointment.ends_at + timedelta(hours=2)).timestamp(),
    )


def test_by_whichever_link_it_was_opened_a_device_keeps_one_card(
    client: Client, own: str, appointment: Appointment
) -> None:
    keys = keys_of(appointment)
    cards = {
        re.search(r'data-card="([^"]*)"', client.get(f"/fulda/de/t/{key}/").content.decode())[1]  # type: ignore[index]
        for key in (keys.token, keys.code)
    }
    assert len(cards) == 1
    assert client.get(cards.pop()).status_code == 200


def test_what_is_over_or_cancelled_is_gone_from_devices_too(
    client: Client, own: str, appointment: Appointment, clock: time_machine.Traveller, now: datetime
) -> None:
    clock.move_to(appointment.ends_at)
    assert client.get(f"{own}karte/").status_code == 410
    assert "on-this-device" not in client.get(own).content.decode()

    clock.move_to(now)
    cancel(jobcenter=appointment.tenant, appointment=appointment, by=CUSTOMER, now=now)
    assert client.get(f"{own}karte/").status_code == 410


def test_nothing_of_it_shows_without_a_script(client: Client, own: str) -> None:
    section = re.search(r'<section[^>]*id="on-this-device"[^>]*>', client.get(own).content.decode())
    assert section
    assert section[0].endswith(" hidden>")


def test_the_page_of_kept_appointments_knows_nobody(client: Client, office: Office) -> None:
    answer = client.get("/fulda/de/geraet/")
    assert "Auf diesem Gerät ist kein Termin gespeichert." in text_of(answer)
    assert answer.cookies == {}


# --- Home screen and worker ------------------------------------------------------------------------------------------
def test_the_manifest_is_the_jobcenters_own_in_the_language_of_the_page(client: Client, office: Office) -> None:
    TenantSettings.objects.update(colour="#8a1538", languages=["de", "ar"])
    answer = client.get("/fulda/de/app.webmanifest")

    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    icons = manifest.pop("icons")
    assert manifest == {
        "id": "/fulda/",
        "name": office.jobcenter.name,
        "short_name": "Termin",
        "lang": "de",
        "dir": "ltr",
        "start_url": "/fulda/de/",
        "scope": "/fulda/",
        "display": "standalone",
        "theme_color": "#8a1538",
        "background_color": "#ffffff",
    }
    assert [(icon["sizes"], icon.get("purpose", "any")) for icon in icons] == [
        ("any", "any"),
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for icon in icons:
        built = django_settings.BASE_DIR / "build" / "static" / icon["src"].removeprefix("/static/")
        assert built.is_file(), icon["src"]


def test_every_page_of_a_jobcenter_names_its_manifest(client: Client, office: Office) -> None:
    assert '<link rel="manifest" href="/fulda/de/app.webmanifest">' in client.get("/fulda/de/").content.decode()


def test_the_worker_rules_one_jobcenter_and_no_other(client: Client, office: Office, second_office: Office) -> None:
    for slug in ("fulda", "wiesbaden"):
        answer = client.get(f"/{slug}/sw.js")
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert "Service-Worker-Allowed" not in answer.headers  # what lies below its own address is all it may rule


# --- Push ------------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("with_push")
def test_a_yes_is_written_down_told_at_once_and_taken_back(client: Client, own: str, appointment: Appointment) -> None:
    page = client.get(own).content.decode()
    assert 'data-push-key="B' in page  # the public key, an uncompressed point

    for _twice in range(2):
        assert client.post(f"{own}push/", {"push": "on", "endpoint": ENDPOINT}).status_code == 204
    assert devices() == [ENDPOINT]
    assert f'data-push-device="{device_digest(ENDPOINT)}"' in client.get(own).content.decode()
    assert Message.objects.filter(channel="push", state="planned").exists()
    said = [entry.action for entry in AuditEntry.objects.order_by("pk") if "address" in entry.action]
    assert said == ["address_given"]

    for _twice in range(2):
        assert client.post(f"{own}push/", {"push": "off"}).status_code == 204
    assert devices() == []
    assert not Message.objects.filter(channel="push", state="planned").exists()


@pytest.mark.usefixtures("with_push")
@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://user@fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "javascript:alert(1)",
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_no_address_but_that_of_a_known_push_service_is_written_down(client: Client, own: str, endpoint: str) -> None:
    assert client.post(f"{own}push/", {"push": "on", "endpoint": endpoint}).status_code == 422
    assert devices() == []


@pytest.mark.usefixtures("with_push")
def test_a_foreign_key_opens_nothing_and_says_nothing(client: Client, own: str, second_office: Office) -> None:
    yes = {"push": "on", "endpoint": ENDPOINT}
    assert client.post(own.replace("/fulda/", "/wiesbaden/") + "push/", yes).status_code == 404
    assert client.post(f"/fulda/de/t/{'x' * 43}/push/", yes).status_code == 404
    assert client.get(f"/fulda/de/t/{'x' * 43}/karte/").status_code == 404
    with tenant_context(second_office.jobcenter):
        assert devices() == []
    assert devices() == []


def test_where_the_jobcenter_has_no_push_nothing_offers_it(client: Client, own: str, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = KEY
    assert 'data-push-key=""' in client.get(own).content.decode()
    assert client.post(f"{own}push/", {"push": "on", "endpoint": ENDPOINT}).status_code == 404
    assert devices() == []


@pytest.mark.usefixtures("with_push")
def test_a_cancelled_appointment_takes_no_device_any_more(
    client: Client, own: str, appointment: Appointment, now: datetime
) -> None:
    cancel(jobcenter=appointment.tenant, appointment=appointment, by=CUSTOMER, now=now)
    assert client.post(f"{own}push/", {"push": "on", "endpoint": ENDPOINT}).status_code == 409
    assert devices() == []


@pytest.mark.usefixtures("with_push")
def test_another_site_cannot_say_yes_in_somebodys_name(own: str) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(f"{own}push/", {"push": "on", "endpoint": ENDPOINT}).status_code == 403
    assert devices() == []


@pytest.mark.usefixtures("with_push")
def test_one_network_says_yes_so_often_and_no_more_but_may_always_say_no(client: Client, own: str) -> None:
    answers = [
        client.post(
            f"{own}push/", {"push": "on", "endpoint": f"{ENDPOINT}{number}"}, REMOTE_ADDR="198.51.100.77"
        ).status_code
        for number in range(CHANGES.attempts + 1)
    ]
    assert answers == [204] * CHANGES.attempts + [429]
    assert client.post(f"{own}push/", {"push": "off"}, REMOTE_ADDR="198.51.100.77").status_code == 204


@pytest.mark.usefixtures("with_push")
def test_where_nobody_can_count_there_is_no_new_device(client: Client, own: str, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert client.post(f"{own}push/", {"push": "on", "endpoint": ENDPOINT}).status_code == 503
    assert devices() == []
