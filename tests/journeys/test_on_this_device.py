# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""An appointment on the person's own phone: kept on a press, seen without a network, knocked at, and gone again."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit

STORES = "caches.keys()"
LOOKS = 200
"""Ten in a second."""
CLEAN = "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()]).then(all => all.flat().length === 0)"
WORKERS = "navigator.serviceWorker.getRegistrations().then(all => all.map(one => new URL(one.scope).pathname))"
NOTICES = (
    "navigator.serviceWorker.getRegistration(`${scope}`).then(one => one.getNotifications())"
    ".then(all => all.map(one => [one.title, one.body, one.lang, one.dir]))"
)
KEPT = (
    "caches.open('termin:/{jobcenter}/').then(store => store.keys())"
    ".then(all => all.map(one => new URL(one.url).pathname).sort())"
)
DEVICE = """
(() => {{
  // The push service of this browser cannot be reached from here; what it would say is said in its place.
  const subscription = () => localStorage.device && {{
    endpoint: "{endpoint}",
    unsubscribe: async () => delete localStorage.device,
  }};
  PushManager.prototype.subscribe = async (options) => {{
    localStorage.device = options.applicationServerKey;
    return subscription();
  }};
  PushManager.prototype.getSubscription = async () => subscription() || null;
}})();
"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="de-DE")
    yield context
    context.close()


def books(portal: Portal, page: Page, jobcenter: str) -> Visit:
    visit = Visit(portal, page, jobcenter, "de", GERMAN)
    visit.begin()
    visit.answer_questions()
    visit.choose_a_far_time()
    visit.leave_contact("Jürgen Größer")
    visit.confirm()
    return visit


def keeps(page: Page) -> None:
    page.get_by_role("button", name="Auf diesem Gerät behalten").click()
    expect(page.get_by_text("Der Termin ist jetzt auf diesem Gerät gespeichert.")).to_be_visible()


def sees_what_is_kept(page: Page) -> None:
    """The sentence lies hidden in the page from the start, and is shown only when the cards stand below it."""
    expect(page.get_by_text("Sie haben gerade kein Internet")).to_be_visible()


def becomes(page: Page, script: str, wanted: object) -> None:
    """What the script promises in the end; `wait_for_function` would take the promise itself for a yes."""
    page.wait_for_load_state()
    found = page.evaluate(script)
    for _look in range(LOOKS):
        if found == wanted:
            return
        page.wait_for_timeout(100)
        found = page.evaluate(script)
    assert found == wanted


def test_nothing_is_stored_before_the_press_and_afterwards_the_card_opens_without_a_network(
    portal: Portal, phone: BrowserContext
) -> None:
    page = phone.new_page()
    visit = books(portal, page, "fulda")
    own, time, code = page.url, visit.starts_at(), visit.code()
    visit.open()
    page.goto(own)
    assert (page.evaluate(STORES), page.evaluate(WORKERS)) == ([], [])

    keeps(page)
    assert page.evaluate(WORKERS) == ["/fulda/"]
    stored = page.evaluate(KEPT.format(jobcenter="fulda"))
    pages = [path for path in stored if not path.startswith(("/static/", "/fulda/logo/"))]
    assert [re.sub(r"/t/[^/]+/", "/t/…/", path) for path in pages] == ["/fulda/de/geraet/", "/fulda/de/t/…/karte/"]

    phone.set_offline(True)
    for address in (own, f"{portal.url}fulda/de/", f"{portal.url}fulda/de/buchen/"):
        page.goto(address)
        sees_what_is_kept(page)
        expect(page.get_by_text(code)).to_be_visible()
        assert visit.starts_at() == time
    assert "Jürgen Größer" not in page.content()


def test_it_is_deleted_by_a_press_and_everything_with_it(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    books(portal, page, "wiesbaden")
    keeps(page)

    page.get_by_role("button", name="Vom Gerät löschen").click()
    expect(page.get_by_text("Der Termin ist von diesem Gerät gelöscht.")).to_be_visible()
    becomes(page, CLEAN, True)


def test_without_a_network_it_can_be_deleted_too(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    books(portal, page, "fulda")
    keeps(page)
    phone.set_offline(True)
    page.goto(f"{portal.url}fulda/de/")

    page.get_by_role("button", name="Vom Gerät löschen").click()
    expect(page.get_by_text("Der Termin ist von diesem Gerät gelöscht.")).to_be_visible()
    assert page.evaluate(STORES) == []


def test_a_moved_appointment_is_moved_on_the_device_and_a_cancelled_one_is_gone(
    portal: Portal, phone: BrowserContext
) -> None:
    page = phone.new_page()
    visit = books(portal, page, "fulda")
    own = page.url
    keeps(page)
    visit.move_nearer()
    moved = visit.starts_at()
    expect(page.get_by_role("button", name="Vom Gerät löschen")).to_be_visible()
    phone.set_offline(True)
    page.goto(f"{portal.url}fulda/de/")
    sees_what_is_kept(page)
    assert visit.starts_at() == moved

    phone.set_offline(False)
    page.goto(own)
    visit.call_off()
    becomes(page, CLEAN, True)


def test_leaving_a_shared_device_takes_the_card_along(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    books(portal, page, "fulda")
    keeps(page)
    page.reload()
    page.get_by_role("button", name="Sitzung beenden").click()
    becomes(page, CLEAN, True)
    assert phone.cookies() == []


def test_a_person_is_knocked_at_with_words_that_tell_nobody_anything(portal: Portal, phone: BrowserContext) -> None:
    phone.grant_permissions(["notifications"], origin=portal.url.rstrip("/"))
    device = f"phone-{secrets.token_hex(4)}"
    phone.add_init_script(DEVICE.format(endpoint=f"{portal.push}/p/{device}"))
    page = phone.new_page()
    visit = books(portal, page, "stadt-offenbach")
    keeps(page)
    assert portal.knocks_at(device) == []

    page.get_by_role("button", name="Hinweise einschalten").click()
    expect(page.get_by_text("Hinweise sind eingeschaltet.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Hinweise ausschalten")).to_be_visible()
    portal.make_due(_public_id(page), "confirmation")
    portal.wait_for("a knock at the device", lambda: portal.knocks_at(device))

    _deliver(phone.new_cdp_session(page), page, portal)
    notices = NOTICES.replace("${scope}", "/stadt-offenbach/")
    becomes(page, notices, [["Sie haben eine Nachricht", "Tippen Sie hier, um sie zu lesen.", "de", "ltr"]])

    page.get_by_role("button", name="Hinweise ausschalten").click()
    expect(page.get_by_text("Hinweise sind ausgeschaltet.")).to_be_visible()
    visit.call_off()
    page.wait_for_function("!localStorage.device")


def test_who_says_no_to_the_browser_is_told_how_to_change_that(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    books(portal, page, "stadt-offenbach")
    keeps(page)
    denied = page.evaluate("Notification.permission") == "denied"  # a browser without a face denies by itself
    if not denied:
        page.get_by_role("button", name="Hinweise einschalten").click()
    expect(page.get_by_text("Ihr Browser erlaubt keine Hinweise von dieser Seite.")).to_be_visible()


def test_where_the_jobcenter_has_no_push_nobody_is_asked(portal: Portal, phone: BrowserContext) -> None:
    page = phone.new_page()
    books(portal, page, "fulda")
    keeps(page)
    expect(page.get_by_text("Hinweise auf diesem Gerät")).to_have_count(0)


def _public_id(page: Page) -> str:
    found = re.search(r"UID:([^@\s]+)@", page.request.get(f"{page.url}termin.ics").text())
    assert found
    return found[1]


def _deliver(browser: CDPSession, page: Page, portal: Portal) -> None:
    """What the browser's push service would bring: a push without any content."""
    workers: list[str] = []
    browser.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: workers.extend(
            one["registrationId"] for one in event["registrations"] if one["scopeURL"].endswith("/stadt-offenbach/")
        ),
    )
    browser.send("ServiceWorker.enable")

    def known_workers() -> list[str]:
        page.wait_for_timeout(500)  # events come in while the page is asked something, and the last one counts
        return workers

    portal.wait_for("the worker of the page", known_workers)
    browser.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": portal.url.rstrip("/"), "registrationId": workers[-1], "data": ""},
    )
