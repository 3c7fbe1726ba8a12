# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One letter: its sheet again, out of its batch, back from the post, or a call instead of it."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.desk.file import Fact
from appointments.desk.frame import by_of, frame, looked
from appointments.desk.letters import ALREADY_SENT, batch_page, overview, sheets
from appointments.desk.letters_forms import FindForm
from appointments.desk.letters_view import LetterRow, batch_url, letter_rows, letter_url
from appointments.desk.scope import scope_of
from appointments.letters_back import letter_came_back, letter_is_not_back
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web import dates
from notifications import service as notifications
from notifications.service import LetterState, LetterView

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_CHANGED: Final = (
    _("Mit diesem Brief ist inzwischen etwas anderes geschehen"),
    _("Es wurde nichts geändert. Unten sehen Sie den Stand von jetzt."),
)


@require_POST
@requires(Permission.PRINT_LETTERS)
def find(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """From the mark on a sheet that came back to the page that asks about it."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return overview(request, form)
    try:
        found = _seen(request, notifications.letter_by_mark(form.cleaned_data["mark"]))
    except notifications.UnknownLetter:
        form.add_error("mark", _("Einen Brief mit dieser Nummer gibt es hier nicht. Bitte prüfen Sie sie."))
        return overview(request, form)
    if found.state is LetterState.SENT:
        return _to(letter_url(jobcenter, found.public_id, "letter-returned"))
    if found.batch:
        return _to(batch_url(jobcenter, found.batch))
    form.add_error("mark", _("Dieser Brief war noch nicht in der Post."))
    return overview(request, form)


@require_safe
@requires(Permission.PRINT_LETTERS)
def pdf(request: HttpRequest, jobcenter: str, letter: str) -> HttpResponse:
    """One sheet again, for the one that the printer ate. Looking at it is written down."""
    found = _letter_or_404(request, letter)
    if not found.batch:
        raise Http404
    return sheets(
        request,
        found.batch,
        name=f"brief-{found.position}",
        make=lambda by, now: notifications.reprint_letter(letter=letter, by=by, now=now),
    )


@require_http_methods(_READ_OR_POST)
@requires(Permission.PRINT_LETTERS)
def take_out(request: HttpRequest, jobcenter: str, letter: str) -> HttpResponse:
    """Ask once more, since what the letter says is deleted; a POST takes it out."""
    found = _letter_or_404(request, letter)
    if not found.batch:
        raise Http404
    if found.state is not LetterState.BATCHED:
        return _changed(request, found)
    if request.method != "POST":
        return _ask(request, "desk/letter_take_out.html", found, "letter-take-out")
    try:
        notifications.take_letter_out(letter=letter, by=by_of(request), now=timezone.now())
    except notifications.AlreadySettled:
        return _changed(request, found)
    return _to(f"{batch_url(jobcenter, found.batch)}?getan=heraus")


@require_http_methods(_READ_OR_POST)
@requires(Permission.PRINT_LETTERS)
def returned(request: HttpRequest, jobcenter: str, letter: str) -> HttpResponse:
    """Whose letter it is, before anything is said about their address; a POST says that it came back."""
    found = _letter_or_404(request, letter)
    if found.state is not LetterState.SENT:
        raise Http404
    if request.method != "POST" or found.returned_at is not None:
        return _ask(request, "desk/letter_returned.html", found, "letter-returned")
    try:
        letter_came_back(letter=letter, by=by_of(request), now=timezone.now())
    except notifications.NotInThePost:
        return _changed(request, found)
    return _to(f"{batch_url(jobcenter, found.batch)}?getan=kam-zurueck")


@require_POST
@requires(Permission.PRINT_LETTERS)
def not_returned(request: HttpRequest, jobcenter: str, letter: str) -> HttpResponse:
    found = _letter_or_404(request, letter)
    try:
        letter_is_not_back(letter=letter, by=by_of(request), now=timezone.now())
    except notifications.NotReturned:
        return _changed(request, found)
    return _to(f"{batch_url(jobcenter, found.batch)}?getan=nicht-zurueck")


@require_POST
@requires(Permission.PRINT_LETTERS)
def called(request: HttpRequest, jobcenter: str, letter: str) -> HttpResponse:
    """Somebody has called about a letter that would come too late. Said twice, it holds once."""
    found = _letter_or_404(request, letter)
    with suppress(notifications.AlreadySettled):  # a colleague was faster, or pressed twice
        notifications.called_instead_of_letter(letter=found.public_id, by=by_of(request), now=timezone.now())
    return _to(f"{reverse('desk:letters', kwargs={'jobcenter': jobcenter})}?getan=angerufen")


def _ask(request: HttpRequest, template: str, found: LetterView, route: str) -> HttpResponse:
    jobcenter, now = tenant_of(request).slug, timezone.now()
    looked(request, f"letter:{found.public_id}", now=now)
    (row,) = letter_rows(request, [found], now=now)
    address = letter_url(jobcenter, found.public_id, route)
    context: dict[str, Any] = {
        **frame(request, page_url=address),
        "row": row,
        "facts": _facts(row, found),
        "returned_at": found.returned_at,
        "form_url": address,
        "undo_url": letter_url(jobcenter, found.public_id, "letter-not-returned"),
        "back_url": batch_url(jobcenter, found.batch),
    }
    return render(request, template, context)


def _facts(row: LetterRow, found: LetterView) -> list[Fact]:
    """Enough to be sure that it is the sheet in one's hand."""
    facts = [Fact(str(_("Brief")), row.about), Fact(str(_("Brief-Nr.")), row.mark or "–")]
    if row.comes:
        facts.append(Fact(str(_("Termin")), row.comes))
    if found.settled_at is not None:
        facts.append(Fact(str(_("Zur Post gegeben")), dates.invariant_line(found.settled_at)))
    return facts


def _changed(request: HttpRequest, found: LetterView) -> HttpResponse:
    """A colleague was faster: the batch as it is now."""
    refused = ALREADY_SENT if found.state is LetterState.SENT and found.returned_at is None else _CHANGED
    if not found.batch:
        return _to(reverse("desk:letters", kwargs={"jobcenter": tenant_of(request).slug}))
    return batch_page(request, found.batch, refused=refused, status=HTTPStatus.CONFLICT)


def _letter_or_404(request: HttpRequest, public_id: str) -> LetterView:
    try:
        return _seen(request, notifications.letter_by_public_id(public_id))
    except notifications.UnknownLetter:
        raise Http404 from None


def _seen(request: HttpRequest, found: LetterView) -> LetterView:
    """A letter to somebody of a place that is not theirs is as good as none. Raises UnknownLetter."""
    if not scope_of(request).sees(found.subject):
        raise notifications.UnknownLetter
    return found


def _to(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
