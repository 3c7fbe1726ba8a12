# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""One text: write it, see how it reads, try it, use it, and go back to what was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments.desk.administration.texts_page import (
    Live,
    live,
    placeholders,
    test_address,
    test_lines,
    version_rows,
)
from appointments.desk.administration.texts_rows import Where, where_or_404
from appointments.desk.administration.texts_words import WHEN
from appointments.desk.frame import actor_of, by_of, frame
from jobcenter_portal.accounts.permissions import Permission, can, requires
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import UNPROCESSABLE, PortalForm
from jobcenter_portal.web.languages import language_by_code
from notifications import service as notifications
from notifications.service import Channel, NoTestAddress, texts

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_SAVE, _DRAFT, _TEST, _AGAIN = "speichern", "entwurf", "probe", "wieder"
_TO_PORTAL, _SAME = "portal", "gleich"
_ROWS: Final[Mapping[Channel, int]] = {Channel.EMAIL: 16, Channel.SMS: 5, Channel.LETTER: 16}
_NEVER_SEEN: Final = -1
_DONE: Final[Mapping[str, Promise]] = {
    _SAVE: _("Gespeichert. Ab jetzt gilt dieser Text."),
    _DRAFT: _("Als Entwurf gespeichert. Die Menschen bekommen weiter den Text, der in Gebrauch ist."),
    _TEST: _("Die Probe ist unterwegs. Was daraus wird, steht unten bei „Proben“."),
    _AGAIN: _("Die frühere Fassung gilt wieder, als neue Fassung."),
    _TO_PORTAL: _("Es gilt wieder der Text des Portals. Ihre Fassungen bleiben in der Liste."),
    _SAME: _("Das ist schon der Text, der gilt. Es gibt nichts zu speichern."),
}


class TextForm(PortalForm):
    """A text as it was typed; what is wrong with its words is the linter's to say. `seen` was in use then."""

    subject = forms.CharField(label=_("Betreff"), required=False, strip=False)
    body = forms.CharField(label=_("Text"), required=False, strip=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    despite = forms.BooleanField(label=_("Ich habe die Warnungen gelesen und speichere trotzdem"), required=False)

    def __init__(self, data: Any, where: Where, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        language = language_by_code(where.language)
        spoken = {"lang": language.code, "dir": language.direction, "autocomplete": "off"}
        self.fields["subject"].widget = forms.TextInput({**spoken, "aria-describedby": "id_subject_findings"})
        if where.channel is Channel.LETTER:
            self.fields["subject"].label = _("Überschrift")
        described = {"rows": _ROWS[where.channel], "aria-describedby": "id_body_findings"}
        self.fields["body"].widget = forms.Textarea({**spoken, **described})
        if where.channel is Channel.SMS:
            del self.fields["subject"]

    @property
    def has_tick(self) -> bool:
        return bool(self["despite"].value())

    @property
    def typed(self) -> texts.Words:
        """As it stands in the fields: Django forgets what it has cleaned as soon as a field is refused."""
        seen = self._said("seen")
        number = int(seen) if seen.isdecimal() and len(seen) < len(str(2**31)) else _NEVER_SEEN
        return texts.Words(self._said("subject"), self._said("body"), number)

    def _said(self, name: str) -> str:
        return str(self[name].value() or "") if name in self.fields else ""

    def mark(self, seen: Live) -> None:
        """Tell screen readers which field is wrong, saved or not."""
        for name, is_wrong in (("subject", seen.subject_is_wrong), ("body", seen.body_is_wrong)):
            if is_wrong and name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"

    def refuse(self, findings: list[texts.Finding]) -> None:
        """Let the error summary lead to what keeps the text from being saved."""
        self.full_clean()
        errors = [finding for finding in findings if finding.severity is texts.Severity.ERROR]
        for finding in errors:
            line = f"{gettext('Zeile')} {finding.line}: " if finding.part == texts.BODY and finding.line else ""
            self.add_error(finding.part, f"{line}{finding.sentence}")
        if not errors:
            self.add_error("despite", _("Ändern Sie, wovor gewarnt wird, oder setzen Sie den Haken."))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside the form: a version that was opened, and what somebody else did meanwhile."""

    version: texts.TextVersion | None = None
    changed: bool = False
    current: texts.TextVersion | None = None
    status: int = HTTPStatus.OK


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_TEXTS)
def text(request: HttpRequest, jobcenter: str, kind: str, channel: str, tongue: str) -> HttpResponse:
    where = where_or_404(kind, channel, tongue)
    if request.method != "POST":
        return _opened(request, where)
    step = request.POST.get("step", "")
    if step == _AGAIN:
        return _use_again(request, where)
    form = TextForm(request.POST, where)
    try:
        if step == _SAVE:
            return _saved(request, where, form)
        if step in (_DRAFT, _TEST):
            return _drafted(request, where, form, step)
    except texts.TextRefused as refused:
        form.refuse(list(refused.findings))
        return _page(request, where, form, Shown(status=UNPROCESSABLE))
    return _page(request, where, form, Shown())


@require_POST
@requires(Permission.MANAGE_TEXTS)
def preview(request: HttpRequest, jobcenter: str, kind: str, channel: str, tongue: str) -> HttpResponse:
    """The parts of the page that follow what is typed, for its script."""
    where = where_or_404(kind, channel, tongue)
    form = TextForm(request.POST, where)
    typed = form.typed
    seen = live(where, tenant_of(request), typed.subject, typed.body, has_tick=form.has_tick)
    return render(request, "desk/administration/text_live.html", {"live": seen})


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_TEXTS)
def back_to_portal(request: HttpRequest, jobcenter: str, kind: str, channel: str, tongue: str) -> HttpResponse:
    """Asked once more, with both texts side by side."""
    where = where_or_404(kind, channel, tongue)
    changed = False
    if request.method == "POST":
        seen = TextForm({"seen": request.POST.get("seen", "")}, where)
        try:
            texts.back_to_default(**where.named, by=by_of(request), now=timezone.now(), seen=seen.typed.version)
            return _to(where.url(jobcenter, getan=_TO_PORTAL))
        except texts.TextChangedMeanwhile:
            changed = True
    in_use = texts.words_in_use(**where.named)
    if not in_use.version:
        return _to(where.url(jobcenter))
    context = {
        **frame(request, page_url=request.path),
        "title": where.title,
        "own": in_use,
        "portal": texts.portal_words(**where.named),
        "language": language_by_code(where.language),
        "is_letter": where.channel is Channel.LETTER,
        "changed": changed,
        "text_url": where.url(jobcenter),
    }
    status = HTTPStatus.CONFLICT if changed else HTTPStatus.OK
    return render(request, "desk/administration/text_back.html", context, status=status)


def _opened(request: HttpRequest, where: Where) -> HttpResponse:
    """The words in use, or those of a version that the address names."""
    in_use = texts.words_in_use(**where.named)
    wanted, version = request.GET.get("fassung", ""), None
    if wanted:
        version = _version_or_404(where, wanted)
    words = version or in_use
    initial = {"subject": words.subject, "body": words.body, "seen": str(in_use.version)}
    return _page(request, where, TextForm(None, where, initial), Shown(version))


def _saved(request: HttpRequest, where: Where, form: TextForm) -> HttpResponse:
    typed, in_use = form.typed, texts.words_in_use(**where.named)
    jobcenter = tenant_of(request).slug
    if (_plain(typed.subject), _plain(typed.body)) == (in_use.subject, in_use.body):
        return _to(where.url(jobcenter, getan=_SAME))
    try:
        texts.save_text(
            **where.named,
            subject=typed.subject,
            body=typed.body,
            by=by_of(request),
            now=timezone.now(),
            despite_warnings=form.has_tick,
            seen=typed.version,
        )
    except texts.TextChangedMeanwhile as meanwhile:
        return _changed(request, where, form, meanwhile)
    return _to(where.url(jobcenter, getan=_SAVE))


def _drafted(request: HttpRequest, where: Where, form: TextForm, step: str) -> HttpResponse:
    """Keep the words without using them; as a test they also go to the office itself."""
    typed, by, now = form.typed, by_of(request), timezone.now()
    version = texts.draft_text(**where.named, subject=typed.subject, body=typed.body, by=by, now=now)
    if step == _TEST:
        try:
            notifications.send_test(version=version, by=by, now=now)
        except NoTestAddress:
            step = _DRAFT  # the page says that there is no address, and what was typed is kept
    return _to(where.url(tenant_of(request).slug, fassung=version.version, getan=step))


def _use_again(request: HttpRequest, where: Where) -> HttpResponse:
    version = _version_or_404(where, request.POST.get("fassung", ""))
    words = {"subject": version.subject, "body": version.body, "seen": request.POST.get("seen", "")}
    form = TextForm(words, where)
    try:
        texts.restore(version, by=by_of(request), now=timezone.now(), seen=form.typed.version)
    except texts.TextRefused as refused:
        form.refuse(list(refused.findings))
        return _page(request, where, form, Shown(version, status=UNPROCESSABLE))
    except texts.TextChangedMeanwhile as meanwhile:
        return _changed(request, where, form, meanwhile)
    return _to(where.url(tenant_of(request).slug, getan=_AGAIN))


def _changed(request: HttpRequest, where: Where, form: TextForm, meanwhile: texts.TextChangedMeanwhile) -> HttpResponse:
    """Both texts are shown; whoever saves once more has seen the other one."""
    typed, current = form.typed, meanwhile.current
    again = {"subject": typed.subject, "body": typed.body, "seen": str(current.version if current else 0)}
    shown = Shown(changed=True, current=current, status=HTTPStatus.CONFLICT)
    return _page(request, where, TextForm(again, where), shown)


def _page(request: HttpRequest, where: Where, form: TextForm, shown: Shown) -> HttpResponse:
    now, tenant, typed = timezone.now(), tenant_of(request), form.typed
    versions = texts.versions(**where.named)
    drafts = texts.drafts(**where.named)
    in_use = next((one.version for one in versions if one.is_active), 0)
    version = shown.version
    seen = live(where, tenant, typed.subject, typed.body, has_tick=form.has_tick)
    form.mark(seen)
    newest = versions[0].version if versions else 0
    context = {
        **frame(request, page_url=_own_address(request)),
        "title": where.title,
        "when": WHEN[where.kind],
        "form": form,
        "live": seen,
        "language": language_by_code(where.language),
        "in_use": in_use,
        "is_letter": where.channel is Channel.LETTER,
        "opened": version,
        "opened_is_draft": version is not None and version.version in drafts,
        "draft": newest if newest in drafts and newest > in_use and version is None else 0,
        "draft_url": where.url(tenant.slug, fassung=newest),
        "changed": shown.changed,
        "current": shown.current,
        "portal": texts.portal_words(**where.named),
        "placeholders": placeholders(where, discreet=tenant.settings.discreet),
        "versions": version_rows(where, tenant.slug, versions, drafts, version.version if version else in_use),
        "tests": test_lines(version, now=now),
        "test_address": test_address(where.channel),
        "may_set_address": can(actor_of(request), Permission.MANAGE_ACCOUNTS),
        "can_be_tested": where.channel is not Channel.LETTER,
        "text_url": where.url(tenant.slug),
        "preview_url": where.url(tenant.slug, "text-preview"),
        "portal_url": where.url(tenant.slug, "text-back"),
        "back_url": reverse("desk:texts-of-kind", kwargs={"jobcenter": tenant.slug, "kind": where.kind}),
        "done": _DONE.get(request.GET.get("getan", "")),
    }
    return render(request, "desk/administration/text.html", context, status=shown.status)


def _own_address(request: HttpRequest) -> str:
    return request.path if request.method == "POST" else request.get_full_path()


def _version_or_404(where: Where, number: str) -> texts.TextVersion:
    for version in texts.versions(**where.named):
        if str(version.version) == number:
            return version
    raise Http404


def _plain(typed: str) -> str:
    """As it would be saved: one kind of line ends, nothing around it."""
    return "\n".join(typed.splitlines()).strip()


def _to(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
