# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a Jobcenter wants addresses proven, a new one counts only once its code has been typed; until then the old one.

The address waits sealed with its code, never in the browser or an address bar.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from appointments.contact_changes import TooManyChanges, change_own_address
from appointments.models import Appointment, Proof
from appointments.proving import Anchor, CodeRefused, NoCode, Verdict, ask_for_code, check_code, has_living_code
from appointments.way_in import need_work_for_codes
from appointments.web import pages
from appointments.web.doors import NO_MORE_TODAY, appointment_or_404, opened_by_key
from appointments.web.own_contact_view import WAYS
from appointments.web.present import url
from appointments.web.way_in import network_index
from jobcenter_portal.accounts.models import ContactChannel, ContactPoint
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.forms import PortalForm, render_form

TOO_MANY: Final = NO_MORE_TODAY
_PROVABLE: Final = (ContactChannel.EMAIL, ContactChannel.SMS)
_SIX_DIGITS: Final = _("Geben Sie den Code ein. Er hat 6 Ziffern.")
_SAVED: Final = "?gespeichert=ja"
_REFUSALS: Final[Mapping[NoCode, Promise]] = {
    NoCode.JUST_SENT: _("Wir haben gerade erst einen Code geschickt. Bitte warten Sie eine Minute."),
    NoCode.TOO_MANY: TOO_MANY,
    NoCode.BUDGET: _("Wir können gerade keine Codes schicken. Bitte versuchen Sie es später noch einmal."),
}
_WRONG: Final[Mapping[Verdict, Promise]] = {
    Verdict.WRONG: _("Dieser Code stimmt nicht. Bitte prüfen Sie jede Ziffer."),
    Verdict.VOID: _("Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen schicken."),
}


class OwnCodeForm(PortalForm):
    code = forms.CharField(
        label=_("Code aus der Nachricht"),
        max_length=20,
        help_text=_("6 Ziffern. Er gilt 10 Minuten."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
        error_messages=dict.fromkeys(("required", "max_length"), _SIX_DIGITS),
    )

    def clean_code(self) -> str:
        """Digits of any script, as phones with Arabic or Persian letters type them."""
        return "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())


def is_wanted(tenant: Jobcenter, channel: ContactChannel) -> bool:
    return tenant.settings.prove_addresses and channel in _PROVABLE


def in_words(refused: CodeRefused) -> str:
    return str(_REFUSALS[refused.why])


def send(
    request: HttpRequest, appointment: Appointment, key: str, channel: ContactChannel, address: str
) -> HttpResponse:
    """A code to the new address, and the page to type it. Raises CodeRefused, WorkNeeded."""
    need_work_for_codes(request, now=timezone.now())
    ask_for_code(
        Anchor(appointment=appointment),
        channel=channel,
        address=address,
        language=appointment.language,
        network=network_index(request),
        now=timezone.now(),
    )
    way = next(name for name, one in WAYS.items() if one is channel)
    return pages.see_other(url("contact-code", tenant_of(request), key=key, way=way))


def saved(request: HttpRequest, key: str) -> HttpResponse:
    return pages.see_other(url("contact-settings", tenant_of(request), key=key) + _SAVED)


@opened_by_key
@require_http_methods(["GET", "HEAD", "POST"])
def type_code(request: HttpRequest, jobcenter: str, language: str, key: str, way: str) -> HttpResponse:
    """Without a code that can still be typed the page leads back to where another one is sent.

    Of two quick taps with the right code both are told that it was right.
    """
    tenant, appointment = tenant_of(request), appointment_or_404(request, key)
    channel = WAYS.get(way)
    if channel is None:
        raise Http404
    change_url = url("contact-way", tenant, key=key, way=way)
    proof = _newest(appointment, channel) if channel in _PROVABLE else None
    if proof is None or not has_living_code(proof):
        is_done = request.method == "POST" and _is_proven_already(appointment, channel)
        return saved(request, key) if is_done else pages.see_other(change_url)
    form = OwnCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _take(form, tenant, appointment, channel, proof):
        return saved(request, key)
    context: dict[str, Any] = {"address": proof.address, "is_email": channel is ContactChannel.EMAIL}
    return render_form(request, "booking/own_code.html", form, {**context, "change_url": change_url})


def _take(
    form: OwnCodeForm, tenant: Jobcenter, appointment: Appointment, channel: ContactChannel, proof: Proof
) -> bool:
    """Whether the new address counts now; if not, the form says why."""
    now, anchor = timezone.now(), Anchor(appointment=appointment)
    typed = form.cleaned_data["code"]
    verdict = check_code(anchor, channel=channel, address=proof.address, typed=typed, now=now)
    if verdict is not Verdict.RIGHT:
        form.add_error("code", str(_WRONG[verdict]))
        return False
    try:
        change_own_address(
            jobcenter=tenant, appointment=appointment, channel=channel, address=proof.address, now=now, proven_at=now
        )
    except TooManyChanges:
        form.add_error("code", str(TOO_MANY))
        return False
    return True


def _is_proven_already(appointment: Appointment, channel: ContactChannel) -> bool:
    """Whether the last code that left for this appointment was typed rightly, and its address is the person's now."""
    last = Proof.objects.filter(appointment=appointment, channel=channel).order_by("-sent_at").first()
    if last is None or last.proven_at is None:
        return False
    theirs = ContactPoint.objects.filter(customer=appointment.customer_id, channel=channel)
    return bool(theirs.filter(address_index=last.address_index).exists())


def _newest(appointment: Appointment, channel: ContactChannel) -> Proof | None:
    found = Proof.objects.filter(appointment=appointment, channel=channel, proven_at__isnull=True)
    newest: Proof | None = found.order_by("-sent_at").first()
    return newest
