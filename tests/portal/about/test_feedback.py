# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody reports a barrier: a number, a day, an e-mail to the office that says nothing, an answer, and forgetting."""

import re
import secrets
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from jobcenter_portal.about.face import typed_without_keys
from jobcenter_portal.about.feedback import (
    AlreadySettled,
    Report,
    feedback_by_number,
    forget_old_feedback,
    leave_feedback,
    settle_feedback,
)
from jobcenter_portal.about.models import Feedback, FeedbackState
from jobcenter_portal.about.office_notice import OFFICE_FEEDBACK
from jobcenter_portal.about.web import feedback
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.throttle import Limit, is_allowed
from notifications.kinds import MessageRef, kind_of
from notifications.models import Message
from notifications.service import Channel, Envelope
from notifications.texts.rendering import render_email
from tests.appointments.desk.staff import main_text

FORM = "/fulda/de/feedback/"
WORDS = "Der Knopf sagt meinem Screenreader nichts."
TYPED = {"message": WORDS, "reply_to": "erika@people.example", "page": "/fulda/de/buchen/"}


@pytest.fixture(autouse=True)
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nobody else had written from this network."""
    monkeypatch.setattr("jobcenter_portal.about.web.feedback.is_allowed", lambda *_request, **_limit: True)


@pytest.fixture
def left(fulda: Jobcenter, now: datetime) -> Feedback:
    report = Report(WORDS, "erika@people.example", "/fulda/de/buchen/", "de")
    return leave_feedback(report, jobcenter=fulda, now=now)


def test_who_reports_a_barrier_gets_a_number_and_a_day(visitor: Client) -> None:
    answer = visitor.post(FORM, TYPED, follow=True)
    feedback = Feedback.objects.get()
    assert answer.redirect_chain == [(f"/fulda/de/feedback/danke/?nummer={feedback.number}", 303)]
    assert re.fullmatch(r"B-[A-Z2-9]{6}", feedback.number)
    assert (feedback.message, feedback.reply_to, feedback.page, feedback.language, feedback.state) == (
        WORDS,
        "erika@people.example",
        "/fulda/de/buchen/",
        "de",
        "offen",
    )
    assert feedback.due_on == date(2027, 1, 4)
    shown = main_text(answer)
    assert feedback.number in shown
    assert "Wir antworten spätestens an diesem Tag: Montag, 4. Januar 2027" in shown
    assert "keine E-Mail-Adresse angegeben" not in shown


def test_without_an_address_the_page_says_how_to_get_an_answer(visitor: Client) -> None:
    assert "rufen Sie uns an und nennen Sie die Nummer" in main_text(
        visitor.post(FORM, {"message": WORDS}, follow=True)
    )


def test_what_was_written_lies_sealed(left: Feedback) -> None:
    row = Feedback.objects.values().get()
    assert [name for name, value in row.items() if "Knopf" in repr(value) or "erika" in repr(value)] == []


def test_a_number_that_somebody_made_up_opens_nothing(visitor: Client, left: Feedback) -> None:
    for number in ("B-AAAAAA", "<script>", "", left.number.lower()):
        shown = visitor.get(f"{FORM}danke/", {"nummer": number})
        assert (shown.status_code, "Wir kümmern uns darum." in main_text(shown)) == (200, True)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"message": " "}, "Schreiben Sie, was das Problem ist."),
        ({"message": "x" * 4001}, "Der Text ist zu lang. Bitte kürzen Sie ihn auf 4000 Zeichen."),
        ({"reply_to": "erika"}, "Diese E-Mail-Adresse stimmt nicht. Sie sieht zum Beispiel so aus: name@beispiel.de"),
        ({"reply_to": "e" * 300 + "@x.example"}, "Diese E-Mail-Adresse stimmt nicht."),
        ({"website": "https://spam.example"}, "Bitte lassen Sie dieses Feld leer."),
    ],
    ids=["nothing", "too long", "no address", "endless address", "machine"],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    visitor: Client, changed: dict[str, str], sentence: str
) -> None:
    typed = {**TYPED, **changed}
    answer = visitor.post(FORM, typed)
    html = answer.content.decode()
    assert (answer.status_code, sentence in main_text(answer), Feedback.objects.count()) == (422, True, 0)
    assert [value for value in typed.values() if value.strip() and value not in html] == []


def test_who_may_not_write_just_now_keeps_their_words(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """One from this network has written, and one an hour is the limit; then nobody can count at all."""
    monkeypatch.setattr(feedback, "is_allowed", is_allowed)
    monkeypatch.setattr(feedback, "REPORTS", Limit(f"feedback-{secrets.token_hex(4)}", attempts=1, seconds=3600))
    assert visitor.post(FORM, TYPED).status_code == 303
    full = visitor.post(FORM, TYPED)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    uncounted = visitor.post(FORM, TYPED)
    assert [answer.status_code for answer in (full, uncounted)] == [429, 503]
    assert [WORDS in answer.content.decode() for answer in (full, uncounted)] == [True, True]
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/fulda/de/buchen/", "/fulda/de/feedback/?seite=%2Ffulda%2Fde%2Fbuchen%2F"),
        ("/fulda/de/t/kEy0123456789abcdefghij/", "/fulda/de/feedback/?seite=%2Ffulda%2Fde%2Ft%2F%E2%80%A6%2F"),
        ("/fulda/de/gibtesnicht/", "/fulda/de/feedback/"),
    ],
)
def test_the_link_names_the_page_without_its_key(visitor: Client, path: str, link: str) -> None:
    assert f'href="{link}"' in visitor.get(path).content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/fulda/de/buchen/", "/fulda/de/buchen/"),
        ("https://portal.example/fulda/de/buchen/neuantrag/?x=1#y", "/fulda/de/buchen/neuantrag/"),
        ("/fulda/de/t/kEy0123456789abcdefghij/absagen/", "/fulda/de/t/…/absagen/"),
        ("/a/h7Gd8sKq2LmN0p", "/a/…"),
        ("http://[", ""),
        ("Startseite", "Startseite"),
    ],
)
def test_an_address_that_somebody_copies_loses_its_key(typed: str, kept: str) -> None:
    assert typed_without_keys(typed) == kept


def test_the_office_is_told_that_there_is_something_and_never_what(fulda: Jobcenter, left: Feedback) -> None:
    planned = Message.objects.get(kind=OFFICE_FEEDBACK)
    assert (planned.subject, planned.occasion, planned.language) == ("feedback", left.number, "de")
    envelope = compose(planned)
    assert envelope is not None
    assert envelope.address == "termine@fulda.example"
    mail = render_email(OFFICE_FEEDBACK, "de", envelope.values, sender="Fulda")
    assert mail.subject == "Neue Rückmeldung zur Barrierefreiheit"
    assert "http://portal.example/fulda/desk/einstellungen/rueckmeldungen/" in mail.text
    assert ("Knopf" in mail.text, "erika" in mail.text, left.number in mail.text) == (False, False, False)


def test_what_was_settled_before_the_e_mail_left_is_not_told(left: Feedback, by: audit.By, now: datetime) -> None:
    settle_feedback(left, as_=FeedbackState.CLOSED, note="", by=by, now=now)
    assert compose(Message.objects.get(kind=OFFICE_FEEDBACK)) is None


def test_only_one_can_settle_a_report(left: Feedback, by: audit.By, now: datetime) -> None:
    settle_feedback(left, as_=FeedbackState.ANSWERED, note="Knopf hat jetzt einen Namen.", by=by, now=now)
    with pytest.raises(AlreadySettled):
        settle_feedback(left, as_=FeedbackState.CLOSED, note="", by=by, now=now)
    kept = feedback_by_number(left.number)
    assert kept is not None
    assert (kept.state, kept.note) == ("beantwortet", "Knopf hat jetzt einen Namen.")
    assert [(one.action, one.detail) for one in audit.history(f"feedback:{left.number}")] == [
        ("feedback_left", {}),
        ("feedback_settled", {"state": "beantwortet"}),
    ]


def test_a_year_after_it_was_settled_a_report_is_gone_and_an_open_one_stays(
    fulda: Jobcenter, left: Feedback, by: audit.By, now: datetime
) -> None:
    still_open = leave_feedback(Report("Noch offen", "", "", "de"), jobcenter=fulda, now=now)
    settle_feedback(left, as_=FeedbackState.ANSWERED, note="", by=by, now=now)
    assert forget_old_feedback(now=now + timedelta(days=365)) == 0
    assert forget_old_feedback(now=now + timedelta(days=365, seconds=1)) == 1
    assert list(Feedback.objects.values_list("number", flat=True)) == [still_open.number]


def test_another_jobcenter_does_not_see_it(left: Feedback, wiesbaden: Jobcenter) -> None:
    with tenant_context(wiesbaden):
        assert feedback_by_number(left.number) is None


def test_a_report_never_shows_itself_in_a_trace() -> None:
    assert repr(Report(WORDS, "erika@people.example", "", "de")) == "Report()"


def test_the_list_shows_first_what_is_due_first_and_says_what_is_late(
    admin: Client, boss: Membership, clock: Traveller, left: Feedback
) -> None:
    reports = "/fulda/desk/einstellungen/rueckmeldungen/"
    assert "Montag, 4. Januar 2027 , in 42 Tagen" in main_text(admin.get(reports))
    clock.move_to(datetime.fromisoformat("2027-01-04T12:00:00+01:00"))
    admin.post("/fulda/anmelden/", {"person": boss.pk})
    assert ", heute" in main_text(admin.get(reports))
    clock.move_to(datetime.fromisoformat("2027-01-06T12:00:00+01:00"))
    admin.post("/fulda/anmelden/", {"person": boss.pk})
    late = admin.get(reports)
    assert "seit 2 Tagen überfällig" in main_text(late)
    assert 'class="overdue"' in late.content.decode()
    assert WORDS not in late.content.decode()


def test_the_office_reads_answers_and_closes_a_report(admin: Client, left: Feedback) -> None:
    address = f"/fulda/desk/einstellungen/rueckmeldungen/{left.number}/"
    shown = main_text(admin.get(address))
    assert (WORDS in shown, "erika@people.example" in shown, "/fulda/de/buchen/" in shown) == (True, True, True)
    nothing_chosen = admin.post(address, {"note": "Angerufen"})
    assert (nothing_chosen.status_code, "Angerufen" in nothing_chosen.content.decode()) == (422, True)
    assert "Wählen Sie, was daraus geworden ist." in main_text(nothing_chosen)
    done = admin.post(address, {"state": "beantwortet", "note": "Angerufen"}, follow=True)
    assert "Gespeichert. Die Meldung ist abgeschlossen." in main_text(done)
    assert "Es ist nichts offen." in main_text(done)
    again = admin.post(address, {"state": "geschlossen", "note": "Zu spät"})
    assert (again.status_code, "Zu spät" in again.content.decode()) == (409, True)
    assert "Angerufen" in main_text(admin.get(address))


def test_an_unknown_report_is_a_404(admin: Client) -> None:
    assert admin.get("/fulda/desk/einstellungen/rueckmeldungen/B-AAAAAA/").status_code == 404


def compose(planned: Message) -> Envelope | None:
    ref = MessageRef(planned.subject, planned.revision, planned.occasion, Channel.EMAIL, "de", bytes(planned.recipient))
    return kind_of(OFFICE_FEEDBACK).compose(ref, now=planned.due_at)
