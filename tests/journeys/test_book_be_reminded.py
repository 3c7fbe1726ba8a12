# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The portal's first complete line, in a real browser against the processes that `make run` starts."""

import re

import icalendar
from playwright.sync_api import Page, expect

from jobcenter_portal.demo.outbox_files import CaughtMessage
from tests.journeys.portal import Portal
from tests.journeys.steps import GERMAN, Visit, words_of


def uid_and_sequence(mail: CaughtMessage) -> tuple[str, int, str]:
    """UID, SEQUENCE and METHOD of the calendar entry in a mail."""
    assert mail.ics is not None
    calendar = icalendar.Calendar.from_ical(mail.ics)
    (event,) = calendar.walk("VEVENT")
    return str(event["UID"]), int(str(event["SEQUENCE"])), str(calendar["METHOD"])


def test_a_person_books_in_german_is_confirmed_and_reminded_moves_and_cancels(portal: Portal, page: Page) -> None:
    visit = Visit(portal, page, "fulda", "de", GERMAN)
    address = "jürgen.größer@post.example".replace("ü", "ue").replace("ö", "oe").replace("ß", "ss")

    # Book in four steps.
    visit.choose_service_and_place("neuantrag")
    visit.choose_a_far_time()
    visit.leave_contact("Jürgen Größer", email=address)
    expect(page.get_by_role("main")).to_contain_text("Jürgen Größer")
    visit.confirm()
    first_time = visit.starts_at()

    # The confirmation arrives over SMTP with a calendar entry.
    (confirmation,) = portal.wait_for("the confirmation", lambda: portal.mails_to(address))
    assert first_time[-5:] in confirmation.text
    uid, sequence, method = uid_and_sequence(confirmation)
    assert (sequence, method) == (1, "REQUEST")
    link = re.search(r"http://\S+/t/\S+/", confirmation.text)
    assert link
    page.goto(link[0])
    assert visit.starts_at() == first_time

    # Its reminder's time comes: the running worker delivers it.
    public_id = uid.partition("@")[0]
    assert portal.make_due(public_id, "reminder") > 0
    reminder = portal.wait_for("the reminder", lambda: _new(portal.mails_to(address), {confirmation.reference}))
    assert first_time[-5:] in reminder.text

    # Move it: the old time is kept until the new one is confirmed; the entry in the calendar follows.
    visit.press(GERMAN.move)
    page.get_by_role("radio").first.check()
    visit.press(GERMAN.on)
    visit.press(GERMAN.move_yes)
    page.wait_for_url(re.compile(r"/t/[^/]+/$"))
    second_time = visit.starts_at()
    assert second_time != first_time
    known = {confirmation.reference, reminder.reference}
    changed = portal.wait_for("the news of the change", lambda: _new(portal.mails_to(address), known))
    assert second_time[-5:] in changed.text
    assert uid_and_sequence(changed) == (uid, 2, "REQUEST")
    assert portal.make_due(public_id, "reminder") >= 0
    page.wait_for_timeout(4000)
    later = [mail for mail in portal.mails_to(address) if mail.reference not in known | {changed.reference}]
    assert [mail for mail in later if first_time[3:9] in mail.text] == []  # nothing speaks of the old day any more
    known |= {mail.reference for mail in later}

    # Cancel it: one last mail, and nothing more, though all that was planned would be due now.
    visit.press(GERMAN.cancel)
    visit.press(GERMAN.cancel_yes)
    visit.sees(GERMAN.cancelled)
    known.add(changed.reference)
    cancelled = portal.wait_for("the news of the cancellation", lambda: _new(portal.mails_to(address), known))
    assert uid_and_sequence(cancelled) == (uid, 3, "CANCEL")
    assert portal.make_due(public_id, "reminder") == 0
    page.wait_for_timeout(5000)
    known.add(cancelled.reference)
    assert {mail.reference for mail in portal.mails_to(address)} == known


def test_a_person_books_in_english_by_text_message_and_takes_a_cancellation_back(portal: Portal, page: Page) -> None:
    english = words_of("en")
    visit = Visit(portal, page, "stadt-offenbach", "en", english)
    number = "+4915228817386"

    earlier = {caught.reference for caught in portal.sms_to(number)}  # the demo's people use these numbers too
    visit.choose_service_and_place(_first_service(portal, page, "stadt-offenbach"))
    visit.choose_a_far_time()
    visit.leave_contact("Maryam Hosseini", phone="0152 28817386")
    visit.confirm()
    time = visit.starts_at()

    # At night and on a Sunday it would wait for the morning.
    uid = re.search(r"UID:([^@\s]+)@", page.request.get(f"{page.url}termin.ics").text())
    assert uid
    portal.make_due(uid[1], "confirmation")
    sms = portal.wait_for("the text message", lambda: _new(portal.sms_to(number), earlier))
    assert time[-5:] in sms.text
    assert "appointment" in sms.text
    link = re.search(r"/a/(\w+)", sms.text)
    assert link
    page.goto(f"{portal.url}a/{link[1]}")
    assert visit.starts_at() == time

    visit.press(english.cancel, exact=False)
    visit.press(english.cancel_yes, exact=False)
    visit.press(english.undo, exact=False)
    expect(page.get_by_role("link", name=english.move, exact=True)).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("has been cancelled")
    assert visit.starts_at() == time


def test_without_mail_and_phone_a_printed_code_opens_the_appointment_again(portal: Portal, page: Page) -> None:
    visit = Visit(portal, page, "wiesbaden", "de", GERMAN)
    visit.choose_service_and_place(_first_service(portal, page, "wiesbaden"))
    visit.choose_a_far_time()
    visit.leave_contact("Ohne Kontakt")
    visit.confirm()
    time, code = visit.starts_at(), visit.code()

    page.context.clear_cookies()
    visit.open("mein-termin/")
    page.get_by_role("textbox").fill(code.lower().replace("-", " "))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"/t/"))
    assert visit.starts_at() == time


def test_the_desk_sees_the_person_and_records_who_came(portal: Portal, page: Page) -> None:
    visit = Visit(portal, page, "fulda", "de", GERMAN)
    visit.choose_service_and_place("neuantrag")
    visit.choose_a_far_time()
    visit.leave_contact("Ännchen von Fulda")
    visit.confirm()
    day = visit.starts_at()
    date = f"{day[9:13]}-{day[6:8]}-{day[3:5]}"

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{portal.url}fulda/desk/")
    page.get_by_role("button", name=re.compile("Fachkraft")).first.click()
    page.goto(f"{portal.url}fulda/desk/haus/?tag={date}")
    expect(page.get_by_role("row", name=re.compile("Ännchen von Fulda"))).to_contain_text(day[-5:])
    page.get_by_role("link", name="Ännchen von Fulda").click()
    expect(page.get_by_role("main")).to_contain_text("gebucht")

    # On the latest day with appointments before today somebody changes their mind about who came, and back.
    page.goto(f"{portal.url}fulda/desk/haus/")
    for _ in range(14):
        page.get_by_role("link", name="Vorheriger Tag").click()
        page.wait_for_load_state()
        if page.get_by_role("row").count() > 1:
            break
    row = page.get_by_role("row").filter(has=page.get_by_role("button")).first
    before = row.inner_text()
    row.get_by_role("button").first.click()
    expect(page.get_by_role("row").filter(has=page.get_by_role("button")).first).not_to_have_text(before)


def _new(caught: list[CaughtMessage], known: set[str]) -> CaughtMessage | None:
    fresh = [message for message in caught if message.reference not in known]
    assert len(fresh) < 2, "one message at a time"
    return fresh[0] if fresh else None


def _first_service(portal: Portal, page: Page, jobcenter: str) -> str:
    """The first that is booked ahead: emergencies are for today, and on a Sunday there are none."""
    page.goto(f"{portal.url}{jobcenter}/de/buchen/")
    values = [radio.get_attribute("value") for radio in page.get_by_role("radio").all()]
    return next(value for value in values if value and value not in ("notlage", "notfall"))
