# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Printing letters: what waits, a batch of it on paper, and that it is in the post."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.desk.frame import by_of, frame, looked
from appointments.desk.letters_forms import FindForm
from appointments.desk.letters_view import LetterRow, batch_rows, batch_url, letter_rows, still_to_come
from appointments.desk.scope import scope_of
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.audit import service as audit
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from jobcenter_portal.web.forms import render_form
from notifications import service as notifications
from notifications.service import BatchView, LetterView

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_SHOWN: Final = 100
_LOOKED_AT: Final = 500
"""As many as one batch takes."""
_KEPT_ON_THE_PAGE: Final = timedelta(days=42)
_CALL_WITHIN: Final = timedelta(days=30)
_ONE_SIDE: Final = "eine"
NOTHING: Final = "nichts"
_DONE: Final[Mapping[str, Promise]] = {
    NOTHING: _("Es war nichts mehr zu drucken."),
    "zurueckgelegt": _("Die Briefe warten wieder auf den Druck."),
    "angerufen": _("Eingetragen: Jemand hat angerufen."),
}
_DONE_IN_BATCH: Final[Mapping[str, Promise]] = {
    "geoeffnet": _("Der Stapel ist bereit zum Drucken."),
    "post": _("Eingetragen: Die Briefe sind in der Post."),
    "heraus": _("Der Brief ist aus dem Stapel genommen. Legen Sie auch sein Blatt heraus, wenn es schon gedruckt ist."),
    "kam-zurueck": _("Eingetragen: Der Brief kam zurück. Die Adresse steht jetzt unter „Kontakt klären“."),
    "nicht-zurueck": _("Zurückgenommen: Der Brief gilt wieder als zur Post gegeben."),
}
ALREADY_SENT: Final = (
    _("Der Stapel ist schon in der Post"),
    _("Es wurde nichts geändert. Unten sehen Sie den Stand von jetzt."),
)


@require_safe
@requires(Permission.PRINT_LETTERS)
def letters(request: HttpRequest, jobcenter: str) -> HttpResponse:
    return overview(request, FindForm(), done=_DONE.get(request.GET.get("getan", "")))


def overview(request: HttpRequest, form: FindForm, *, done: Promise | None = None) -> HttpResponse:
    """What waits and what was printed; `form` looks for a letter that came back."""
    now, tenant = timezone.now(), tenant_of(request)
    here = {"jobcenter": tenant.slug}
    looked(request, "letters", now=now)
    visible = scope_of(request).visible
    waiting = notifications.letters_waiting(limit=_LOOKED_AT, visible=visible)
    in_time = [letter for letter in waiting if letter.post_by > now]
    rows = letter_rows(request, sorted(in_time, key=_by_time_left), now=now)
    batches = notifications.letter_batches(visible=visible)
    context = {
        **frame(request, page_url=reverse("desk:letters", kwargs=here)),
        "is_on": tenant.settings.letters_enabled,
        "number": len(in_time) if len(waiting) < _LOOKED_AT else notifications.waiting_letters(visible=visible),
        "oldest": min((letter.queued_at for letter in in_time), default=None),
        "urgent": [row for row in rows if row.is_urgent],
        "rows": rows[:_SHOWN],
        "has_more": len(rows) > _SHOWN,
        "to_call": _to_call(request, waiting, now),
        "open_batches": batch_rows((one for one in batches if one.sent_at is None), tenant.slug),
        "posted": batch_rows((one for one in batches if _is_recent(one, now)), tenant.slug),
        "print_url": reverse("desk:print-letters", kwargs=here),
        "find_url": reverse("desk:find-letter", kwargs=here),
        "done": done,
    }
    return render_form(request, "desk/letters.html", form, context)


def _by_time_left(letter: LetterView) -> datetime:
    return letter.post_by


def _to_call(request: HttpRequest, waiting: Sequence[LetterView], now: datetime) -> list[LetterRow]:
    """What waited too long for the post, printed or not: whoever it is for knows nothing yet."""
    too_late = [letter for letter in waiting if letter.post_by <= now]
    visible = scope_of(request).visible
    dropped = notifications.letters_to_call_about(since=now - _CALL_WITHIN, limit=_SHOWN, visible=visible)
    return still_to_come(request, [*too_late, *dropped], now=now)


def _is_recent(batch: BatchView, now: datetime) -> bool:
    return batch.sent_at is not None and batch.sent_at > now - _KEPT_ON_THE_PAGE


@require_POST
@requires(Permission.PRINT_LETTERS)
def print_now(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """Open a batch of all that waits and is still true."""
    visible = scope_of(request).visible
    opened = notifications.open_letter_batch(by=by_of(request), now=timezone.now(), visible=visible)
    if opened.batch is None:
        return _to(f"{reverse('desk:letters', kwargs={'jobcenter': jobcenter})}?getan={NOTHING}")
    told = {"getan": "geoeffnet", "entfallen": opened.dropped, "bleiben": opened.left}
    return _to(f"{batch_url(jobcenter, opened.batch)}?{urlencode({key: one for key, one in told.items() if one})}")


@require_safe
@requires(Permission.PRINT_LETTERS)
def batch(request: HttpRequest, jobcenter: str, batch: str) -> HttpResponse:
    return batch_page(request, batch, done=_DONE_IN_BATCH.get(request.GET.get("getan", "")))


def batch_page(
    request: HttpRequest,
    public_id: str,
    *,
    done: Promise | None = None,
    refused: tuple[str | Promise, str | Promise] | None = None,
    faulty: tuple[str, ...] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """A batch with its letters, what must not be posted first. `faulty`: of which no page can be made."""
    now, jobcenter = timezone.now(), tenant_of(request).slug
    found = _batch_or_404(request, public_id)
    looked(request, f"letter-batch:{public_id}", now=now)
    against = notifications.outdated_letters(batch=public_id, now=now) if found.sent_at is None else {}
    rows = letter_rows(request, notifications.letters_of_batch(batch=public_id), against=against, now=now)
    context = {
        **frame(request, page_url=batch_url(jobcenter, public_id)),
        "batch": found,
        "rows": rows,
        "outdated": [row for row in rows if row.public_id in against],
        "faulty": [row for row in rows if row.public_id in faulty],
        "is_printable": any(row.is_printable for row in rows),
        "dropped": _number(request, "entfallen"),
        "left": _number(request, "bleiben"),
        "back_url": reverse("desk:letters", kwargs={"jobcenter": jobcenter}),
        **{name: batch_url(jobcenter, public_id, route) for name, route in _WAYS.items()},
        "done": done,
        "refused": refused,
    }
    return render(request, "desk/letter_batch.html", context, status=status)


_WAYS: Final = {"pdf_url": "letter-batch-pdf", "posted_url": "letters-posted", "put_back_url": "letters-put-back"}


@require_safe
@requires(Permission.PRINT_LETTERS)
def pdf(request: HttpRequest, jobcenter: str, batch: str) -> HttpResponse:
    """The sheets of an open batch. Looking at them is written down: the one thing that this GET changes."""
    found = _batch_or_404(request, batch)
    both_sides = request.GET.get("seiten") != _ONE_SIDE
    return sheets(
        request,
        batch,
        name=f"briefe-{dates.local(found.opened_at):%Y-%m-%d-%H%M}",
        make=lambda by, now: notifications.letter_batch_pdf(batch=batch, by=by, now=now, both_sides=both_sides),
    )


def sheets(request: HttpRequest, batch: str, *, name: str, make: Callable[[audit.By, datetime], bytes]) -> HttpResponse:
    """A PDF to be shown, or the page of its batch with what is in the way. `name` names nobody."""
    try:
        content = make(by_of(request), timezone.now())
    except (notifications.AlreadySent, notifications.AlreadySettled):
        return batch_page(request, batch, refused=_NO_LONGER_HERE, status=HTTPStatus.CONFLICT)
    except notifications.NothingToPrint:
        return batch_page(request, batch, refused=_EMPTY, status=HTTPStatus.CONFLICT)
    except notifications.LettersCannotBeSet as fault:
        return batch_page(request, batch, faulty=fault.letters, status=HTTPStatus.CONFLICT)
    except (notifications.NoFonts, notifications.PressFailed):
        return batch_page(request, batch, refused=_PRESS_IS_DOWN, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


_NO_LONGER_HERE: Final = (
    _("Das lässt sich nicht mehr drucken"),
    _("Der Inhalt eines Briefs wird gelöscht, sobald er in der Post oder herausgenommen ist."),
)
_EMPTY: Final = (_("In diesem Stapel ist kein Brief mehr"), _("Legen Sie ihn zurück, dann verschwindet er."))
_PRESS_IS_DOWN: Final = (
    _("Die Briefe lassen sich gerade nicht setzen"),
    _("Es ist nichts verloren. Versuchen Sie es in einer Minute noch einmal. Bleibt es so, rufen Sie Ihre IT an."),
)


@require_http_methods(_READ_OR_POST)
@requires(Permission.PRINT_LETTERS)
def posted(request: HttpRequest, jobcenter: str, batch: str) -> HttpResponse:
    """Ask once more, since the content goes; a POST says that the batch is in the post."""
    now, found = timezone.now(), _batch_or_404(request, batch)
    if found.sent_at is not None:
        return batch_page(request, batch, refused=ALREADY_SENT, status=HTTPStatus.CONFLICT)
    if request.method != "POST":
        against = notifications.outdated_letters(batch=batch, now=now)
        return _confirm(request, "desk/letters_posted.html", found, "letters-posted", {"outdated": len(against)})
    try:
        notifications.mark_letters_sent(batch=batch, by=by_of(request), now=now)
    except notifications.AlreadySent:
        return batch_page(request, batch, refused=ALREADY_SENT, status=HTTPStatus.CONFLICT)
    except notifications.UnknownBatch:
        raise Http404 from None
    return _to(f"{batch_url(jobcenter, batch)}?getan=post")


@require_http_methods(_READ_OR_POST)
@requires(Permission.PRINT_LETTERS)
def put_back(request: HttpRequest, jobcenter: str, batch: str) -> HttpResponse:
    """Ask once more, since printed sheets must go; a POST lets the letters wait again."""
    found = _batch_or_404(request, batch)
    if found.sent_at is not None:
        return batch_page(request, batch, refused=ALREADY_SENT, status=HTTPStatus.CONFLICT)
    if request.method != "POST":
        return _confirm(request, "desk/letters_put_back.html", found, "letters-put-back", {})
    try:
        notifications.put_letters_back(batch=batch, by=by_of(request), now=timezone.now())
    except notifications.AlreadySent:
        return batch_page(request, batch, refused=ALREADY_SENT, status=HTTPStatus.CONFLICT)
    except notifications.UnknownBatch:
        raise Http404 from None
    return _to(f"{reverse('desk:letters', kwargs={'jobcenter': jobcenter})}?getan=zurueckgelegt")


def _confirm(
    request: HttpRequest, template: str, found: BatchView, route: str, more: Mapping[str, Any]
) -> HttpResponse:
    jobcenter = tenant_of(request).slug
    address = batch_url(jobcenter, found.public_id, route)
    context = {
        **frame(request, page_url=address),
        "batch": found,
        "form_url": address,
        "back_url": batch_url(jobcenter, found.public_id),
        **more,
    }
    return render(request, template, context)


def _batch_or_404(request: HttpRequest, public_id: str) -> BatchView:
    """An unknown batch, another Jobcenter's and one with a letter of a place that is not theirs look alike."""
    try:
        return notifications.letter_batch(public_id, visible=scope_of(request).visible)
    except notifications.UnknownBatch:
        raise Http404 from None


def _number(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= len(str(_LOOKED_AT)) else 0


def _to(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
