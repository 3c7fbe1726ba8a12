# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of accounts: what an administrator sees, types, is told, and may try."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from jobcenter_portal.audit.models import AuditEntry
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings
from notifications.models import AccountState, ProviderAccount
from tests.appointments.desk.conftest import EIGHT
from tests.appointments.desk.staff import main_text

LIST = "/fulda/desk/einstellungen/konten/"
NEW = f"{LIST}neu/"
NOBODY_LISTENS = {"host": "127.0.0.1", "port": "9", "security": "none", "username": "fulda", "password": "geheim"}
SMTP = {**NOBODY_LISTENS, "timeout": "30", "deadline": "60", "helo": ""}


def typed(settings: Mapping[str, str] = SMTP, /, **changes: str) -> dict[str, str]:
    """What the form sends for a new account."""
    fields = {f"angabe-{name}": value for name, value in settings.items()}
    return {"anbieter": "smtp", "name": "Landkreis", "je_sekunde": "0", "gleich": "on", **fields, **changes}


def make(admin: Client, **changes: str) -> str:
    """A new account by its pages; its address."""
    answer = admin.post(NEW, typed(**changes))
    assert answer.status_code == 303, main_text(answer)
    address: str = answer["Location"].partition("?")[0]
    return address


def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ProviderAccount.objects.get().config)
    return found


def state(admin: Client, address: str) -> str:
    """The hidden field that says how old the page is."""
    html = admin.get(f"{address}aendern/").content.decode()
    return html.partition('name="stand" value="')[2].partition('"')[0]


# --- The list ------------------------------------------------------------------------------------------------------
def test_without_accounts_the_list_says_what_is_used_instead(admin: Client) -> None:
    text = main_text(admin.get(LIST))
    assert "E-Mail Zurzeit wird das gemeinsame Konto der Plattform benutzt." in text
    assert "Briefe Ihr Haus druckt die Briefe selbst." in text


def test_where_nothing_can_leave_the_list_says_so_first(admin: Client, settings: Any) -> None:
    settings.SMS_GATEWAY_URL = ""
    assert "SMS Zurzeit kann keine SMS hinaus: Kein Konto ist eingeschaltet." in main_text(admin.get(LIST))


def test_the_list_shows_the_order_and_lets_it_be_changed(admin: Client) -> None:
    make(admin, name="Erstes")
    second = make(admin, name="Zweites")
    text = main_text(admin.get(LIST))
    assert "1. Erstes SMTP-Mailserver eingeschaltet Nach unten : Erstes" in text
    assert "2. Zweites SMTP-Mailserver eingeschaltet Nach oben : Zweites" in text
    answer = admin.post(f"{second}schritt/", {"step": "hoch"})
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?getan=hoch")
    text = main_text(admin.get(answer["Location"]))
    assert "Die Reihenfolge ist geändert." in text
    assert text.index("1. Zweites") < text.index("2. Erstes")


def test_an_account_that_rests_says_why_and_until_when(admin: Client, fulda: Jobcenter) -> None:
    make(admin)
    key = ProviderAccount.objects.get().public_id
    until = EIGHT + timedelta(minutes=22)
    AccountState.objects.create(tenant=fulda, account=key, code="account:auth-535", rests_until=until)
    text = main_text(admin.get(LIST))
    assert "ruht Der Anbieter nimmt die Anmeldung nicht an. Prüfen Sie Benutzername, Passwort oder Schlüssel." in text
    assert "Nächster Versuch um 08:22 Uhr." in text


def test_an_account_that_cannot_be_read_says_so_and_can_be_typed_anew(admin: Client) -> None:
    address = make(admin)
    ProviderAccount.objects.update(config_sealed=b"nothing that opens")
    assert "nicht lesbar Die gespeicherten Angaben lassen sich nicht lesen." in main_text(admin.get(LIST))
    answer = admin.post(f"{address}aendern/", {**typed(), "stand": state(admin, address)})
    assert (answer.status_code, stored()["password"]) == (303, "geheim")


def test_an_account_of_a_provider_that_this_version_does_not_know_can_only_go(admin: Client) -> None:
    address = make(admin)
    ProviderAccount.objects.update(driver="from-the-future")
    text = main_text(admin.get(address))
    assert "Anbieter unbekannt" in text
    assert "Angaben ändern" not in text
    assert admin.get(f"{address}aendern/").status_code == 404
    admin.post(f"{address}schritt/", {"step": "aus"})
    assert admin.post(f"{address}entfernen/").status_code == 303


# --- A new one ------------------------------------------------------------------------------------------------------
def test_one_chooses_the_provider_first_and_gets_its_own_form(admin: Client) -> None:
    html = admin.get(f"{LIST}anbieter/?weg=sms").content.decode()
    assert f'href="{NEW}?anbieter=smpp"' in html
    form = admin.get(f"{NEW}?anbieter=http_json").content.decode()
    assert '<textarea class="kern-form-input__input" name="angabe-body"' in form
    assert 'value="200,201,202"' in form  # the default
    assert 'type="password" name="angabe-auth_value" autocomplete="new-password"' in form


@pytest.mark.parametrize(
    "path", ["neu/?anbieter=gibt-es-nicht", "neu/?anbieter=web-push", "neu/", "anbieter/?weg=push", "anbieter/?weg=x"]
)
def test_what_cannot_be_added_is_not_there(admin: Client, path: str) -> None:
    assert admin.get(LIST + path).status_code == 404


def test_a_new_account_waits_switched_off_until_it_was_tried_unless_one_says_otherwise(admin: Client) -> None:
    answer = admin.post(NEW, typed(gleich=""))
    assert "Probieren Sie es aus, und schalten Sie es dann ein." in main_text(admin.get(answer["Location"]))
    assert not ProviderAccount.objects.get().is_enabled
    address = answer["Location"].partition("?")[0]
    answer = admin.post(f"{address}schritt/", {"step": "an"})
    assert "Das Konto ist eingeschaltet." in main_text(admin.get(answer["Location"]))
    assert ProviderAccount.objects.get().is_enabled


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"angabe-host": ""}, "angabe-host", "Mailserver: Bitte ausfüllen."),
        ({"angabe-port": "x"}, "angabe-port", "Port: Bitte eine ganze Zahl von 1 bis 65535."),
        ({"angabe-deadline": "0"}, "angabe-deadline", "Längste Zeit für eine E-Mail in Sekunden: Bitte eine Zahl"),
        ({"name": ""}, "name", "Geben Sie dem Konto einen Namen."),
        ({"je_sekunde": "-1"}, "je_sekunde", "Geben Sie eine Zahl von 0 bis 1000 ein."),
    ],
)
def test_a_wrong_setting_is_named_beside_its_field_and_above_and_only_secrets_are_typed_again(
    admin: Client, wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = admin.post(NEW, typed(**{"angabe-username": "juergen", "angabe-helo": "mx"} | wrong))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a class="kern-link" href="#id_{field}">{sentence}' in html
    assert f'id="id_{field}_error"' in html
    assert 'value="juergen"' in html
    assert 'value="mx"' in html
    assert "geheim" not in html
    assert "Passwörter und Schlüssel bitte noch einmal eingeben" in html
    assert ProviderAccount.objects.count() == 0


# --- Changing -------------------------------------------------------------------------------------------------------
def test_a_secret_left_empty_is_kept_and_the_page_says_so(admin: Client) -> None:
    address = make(admin)
    html = admin.get(f"{address}aendern/").content.decode()
    assert "Gespeichert. Leer lassen, um es zu behalten." in html
    changed = typed({**SMTP, "username": "kreis", "password": ""}, stand=state(admin, address))
    answer = admin.post(f"{address}aendern/", changed)
    assert (answer.status_code, answer["Location"]) == (303, f"{address}?getan=geaendert")
    assert (stored()["username"], stored()["password"]) == ("kreis", "geheim")


def test_a_stored_secret_can_be_removed(admin: Client) -> None:
    address = make(admin)
    changed = typed({**SMTP, "password": ""}, **{"stand": state(admin, address), "entfernen-password": "on"})
    assert admin.post(f"{address}aendern/", changed).status_code == 303
    assert "password" not in stored()
    assert "Gespeichert." not in admin.get(f"{address}aendern/").content.decode()


def test_another_server_wants_the_secret_again(admin: Client) -> None:
    address = make(admin)
    changed = typed({**SMTP, "host": "mail.example", "password": ""}, stand=state(admin, address))
    answer = admin.post(f"{address}aendern/", changed)
    assert answer.status_code == 422
    assert "Passwort: Bitte noch einmal eingeben. Gespeichertes geht nicht an einen anderen Server." in main_text(
        answer
    )
    assert (stored()["host"], 'value="mail.example"' in answer.content.decode()) == ("127.0.0.1", True)


def test_the_second_of_two_is_told_sees_what_differs_and_loses_nothing(admin: Client, clock: Traveller) -> None:
    address = make(admin)
    seen = state(admin, address)
    clock.shift(5)
    first = typed({**SMTP, "username": "erste"}, stand=seen)
    assert admin.post(f"{address}aendern/", first).status_code == 303
    second = typed({**SMTP, "username": "zweite", "password": ""}, name="Kreis", stand=seen)
    answer = admin.post(f"{address}aendern/", second)
    html = answer.content.decode()
    assert (answer.status_code, stored()["username"]) == (409, "erste")
    assert "Jemand hat dieses Konto gerade geändert" in html
    assert "Benutzername: <bdi>erste</bdi>" in html
    assert "Mailserver: <bdi>" not in html  # the same in both
    assert 'value="zweite"' in html
    assert 'value="Kreis"' in html
    now_seen = html.partition('name="stand" value="')[2].partition('"')[0]
    assert admin.post(f"{address}aendern/", {**second, "stand": now_seen}).status_code == 303
    assert stored()["username"] == "zweite"


@pytest.mark.parametrize("stand", ["", "gestern", "2026-11-23T08:00:00"])
def test_a_page_that_does_not_say_how_old_it_is_changes_nothing(admin: Client, stand: str) -> None:
    address = make(admin)
    answer = admin.post(f"{address}aendern/", typed({**SMTP, "username": "x"}, stand=stand))
    assert answer.status_code in {409, 422}
    assert stored()["username"] == "fulda"


# --- Trying ---------------------------------------------------------------------------------------------------------
def test_a_try_says_what_came_of_it_and_what_to_do_however_often_one_looks(admin: Client) -> None:
    address = make(admin)
    answer = admin.post(f"{address}probe/")
    assert (answer.status_code, answer["Location"]) == (303, f"{address}#probe")
    for _look in range(2):
        text = main_text(admin.get(address))
        assert "Die Probe ist nicht hinausgegangen. Unter dieser Adresse antwortet niemand." in text
        assert "Letzte Probe: Mo 23.11.2026, 08:20 · Code: connect" in text
    assert list(AuditEntry.objects.filter(action__startswith="account_").values_list("action", flat=True)) == [
        "account_added",
        "account_tried",
        "account_answered",
    ]


def test_too_many_tries_are_told_when_the_next_may_go(admin: Client) -> None:
    address = make(admin)
    for _try in range(5):
        assert admin.post(f"{address}probe/").status_code == 303
    answer = admin.post(f"{address}probe/")
    assert answer.status_code == 409
    assert "Das waren genug Proben für den Moment. Die nächste geht um 08:30 Uhr." in main_text(answer)


def test_without_a_number_of_the_house_the_page_says_where_to_enter_it(admin: Client) -> None:
    seven = {"url": "http://127.0.0.1:9", "key": "geheim", "timeout": "1"}
    address = make(admin, **{f"angabe-{name}": value for name, value in seven.items()}, anbieter="seven")
    answer = admin.post(f"{address}probe/")
    assert answer.status_code == 409
    assert "Es gibt noch keine Handynummer für Proben." in main_text(answer)
    assert f'href="{LIST}proben/"' in answer.content.decode()


def test_the_addresses_for_tests_are_checked_and_kept_as_the_portal_writes_them(admin: Client) -> None:
    answer = admin.post(f"{LIST}proben/", {"email": "haus", "handy": "030 1234"})
    text = main_text(answer)
    assert answer.status_code == 422
    assert "Geben Sie die E-Mail-Adresse so ein: name@beispiel.de." in text
    assert "Geben Sie eine deutsche Handynummer ein" in text
    answer = admin.post(f"{LIST}proben/", {"email": "haus@fulda.example", "handy": "0152 28817386"})
    assert answer["Location"] == f"{LIST}?getan=proben"
    office = TenantSettings.objects.get()
    assert (office.office_address, office.test_mobile) == ("haus@fulda.example", "+4915228817386")
    assert "haus@fulda.example Ändern : E-Mail Handynummer 01522 8817386" in main_text(admin.get(LIST))
    entry = AuditEntry.objects.get(action="test_addresses_changed")
    assert entry.detail == {"email": True, "mobile": True}


# --- Off, and gone --------------------------------------------------------------------------------------------------
def test_whoever_switches_the_last_one_off_is_told_what_is_used_instead(admin: Client, settings: Any) -> None:
    address = make(admin)
    assert "gemeinsame Konto" not in main_text(admin.get(address))
    answer = admin.post(f"{address}schritt/", {"step": "aus"})
    assert "Zurzeit wird das gemeinsame Konto der Plattform benutzt." in main_text(admin.get(answer["Location"]))
    settings.SMTP_URL = ""
    assert "Zurzeit kann keine E-Mail hinaus: Kein Konto ist eingeschaltet." in main_text(admin.get(address))


def test_only_what_is_switched_off_can_be_removed(admin: Client) -> None:
    address = make(admin)
    assert f'href="{address}entfernen/"' not in admin.get(address).content.decode()
    answer = admin.post(f"{address}entfernen/")
    assert answer.status_code == 409
    assert "Das Konto ist eingeschaltet. Schalten Sie es zuerst aus." in main_text(answer)
    admin.post(f"{address}schritt/", {"step": "aus"})
    assert "Das lässt sich nicht zurücknehmen." in main_text(admin.get(f"{address}entfernen/"))
    answer = admin.post(f"{address}entfernen/")
    assert "Das Konto ist entfernt, mit allen Angaben." in main_text(admin.get(answer["Location"]))
    assert ProviderAccount.objects.count() == 0


def test_whoever_is_late_is_told_that_the_account_is_gone(admin: Client) -> None:
    address = make(admin)
    ProviderAccount.objects.all().delete()
    for path in ("schritt/", "probe/"):
        answer = admin.post(address + path, {"step": "aus"})
        assert "Dieses Konto gibt es nicht mehr." in main_text(admin.get(answer["Location"]))
    assert admin.post(f"{address}entfernen/").status_code == 404


def test_the_address_for_receipts_stands_where_a_provider_calls_one_and_nowhere_else(admin: Client) -> None:
    seven = make(admin, **{"angabe-url": "https://gateway.seven.io", "angabe-key": "geheim"}, anbieter="seven")
    key = seven.rstrip("/").rpartition("/")[2]
    text = main_text(admin.get(seven))
    assert f"/fulda/zustellung/{key}/ Legen Sie bei seven.io einen Webhook" in text
    assert "zustellung" not in main_text(admin.get(make(admin)))


def test_in_english_the_pages_of_a_provider_still_open(admin: Client, now: datetime) -> None:
    admin.post("/fulda/sprache/", {"language": "en"})
    assert admin.get(f"{NEW}?anbieter=smtp").status_code == 200
