# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Codes that prove an address, typed beside the summary on the last page, and every way on for whom none came.

The button that books judges them first, so that proving an address costs no screen of its own. The page says the same
to everybody: whether we know an address decides nothing here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments import way_in
from appointments.contact import needed_for
from appointments.core.modes import Mode
from appointments.holding import keep_draft
from appointments.models import Hold, Proof
from appointments.proving import (
    DIGITS,
    Anchor,
    CodeRefused,
    NoCode,
    Verdict,
    ask_for_code,
    check_code,
    has_living_code,
    proof_of,
    to_prove,
    unproven,
)
from appointments.web.drafts import Draft
from appointments.web.forms import Remind
from appointments.writing import Person
from jobcenter_portal.accounts.models import ContactChannel
from jobcenter_portal.kernel.phone import parse_mobile, readable
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.tenancy.models import Jobcenter
from jobcenter_portal.web.forms import PortalForm
from jobcenter_portal.web.languages import isolated

_AGAIN: Final = "again"
_WITHOUT: Final = "without"
_LONGEST_TYPED: Final = 20
_NOT_DIGITS: Final = re.compile(r"\D")

_LABELS: Final[Mapping[ContactChannel, str | Promise]] = {
    ContactChannel.EMAIL: _("Code aus der E-Mail"),
    ContactChannel.SMS: _("Code aus der SMS"),
}
_HINT: Final = _("Er hat 6 Ziffern und gilt 10 Minuten. Wir haben ihn geschickt an: %(address)s")
_VERDICTS: Final[Mapping[Verdict, str | Promise]] = {
    Verdict.WRONG: _("Dieser Code stimmt nicht. Bitte prüfen Sie jede Ziffer."),
    Verdict.VOID: _("Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen schicken."),
}
_REFUSALS: Final[Mapping[NoCode, str | Promise]] = {
    NoCode.JUST_SENT: _("Wir haben gerade erst einen Code geschickt. Bitte warten Sie eine Minute."),
    NoCode.TOO_MANY: _(
        "Wir haben schon mehrere Codes geschickt. Mehr geht gerade nicht. Wählen Sie einen anderen Weg."
    ),
    NoCode.BUDGET: _(
        "Wir können gerade keine Codes schicken. Wählen Sie einen anderen Weg oder versuchen Sie es später."
    ),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address on the page: where a code went, and whether one can still be typed."""

    channel: ContactChannel
    address: str
    is_proven: bool
    has_code: bool

    @property
    def readable(self) -> str:
        number = readable(parse_mobile(self.address)) if self.channel is ContactChannel.SMS else self.address
        return isolated(number)


class ProofForm(PortalForm):
    """A field for each address that is still to be proven."""

    def __init__(self, data: Mapping[str, str] | None, recipients: tuple[Recipient, ...]) -> None:
        super().__init__(data)
        for one in recipients:
            if one.has_code:
                self.fields[_name(one.channel)] = forms.CharField(
                    label=str(_LABELS[one.channel]),
                    help_text=_HINT % {"address": one.readable},
                    max_length=_LONGEST_TYPED,
                    widget=forms.TextInput(
                        attrs={
                            "inputmode": "numeric",
                            "autocomplete": "one-time-code",
                            "dir": "ltr",
                        }
                    ),
                    error_messages={
                        "required": _("Geben Sie den Code ein. Er hat 6 Ziffern."),
                        "max_length": _("Geben Sie den Code ein. Er hat 6 Ziffern."),
                    },
                )

    def typed(self, channel: ContactChannel) -> str:
        """The digits of any script, without blanks and dashes; empty when the field was not filled in properly."""
        text = str(self.cleaned_data.get(_name(channel), ""))
        return "".join(str(int(digit)) for digit in _NOT_DIGITS.sub("", text))


@dataclass(frozen=True, slots=True)
class Codes:
    """What the last page asks about addresses that are still to be proven, and says about those that are."""

    form: ProofForm
    recipients: tuple[Recipient, ...]
    may_go_without: bool

    @property
    def proven(self) -> list[Recipient]:
        return [one for one in self.recipients if one.is_proven]

    @property
    def unproven(self) -> list[Recipient]:
        return [one for one in self.recipients if not one.is_proven]

    @property
    def unreached(self) -> list[Recipient]:
        """Those for which nothing can be typed: first another code has to go there."""
        return [one for one in self.unproven if not one.has_code]


def send_codes(request: HttpRequest, held: Hold, person: Person) -> None:
    """One to each address of a complete contact page, where the Jobcenter wants them and none is out yet."""
    if not tenant_of(request).settings.prove_addresses:
        return
    for channel in unproven(Anchor(hold=held), person):
        try:
            _send(request, held, person, channel)
        except (CodeRefused, way_in.WorkNeeded):
            continue  # the page itself says that none was sent, and what can be done


def codes_wanted(
    jobcenter: Jobcenter, held: Hold, person: Person, typed: Mapping[str, str] | None = None
) -> Codes | None:
    """What has to be typed before this person can book; None where nothing has."""
    if not (jobcenter.settings.prove_addresses and unproven(Anchor(hold=held), person)):
        return None
    recipients = _recipients(held, person)
    return Codes(ProofForm(typed, recipients), recipients, _may_go_without(jobcenter, held))


def judged(codes: Codes, held: Hold, person: Person) -> Codes | None:
    """None when all is proven now; else what is left, the complaints at the fields of what was typed wrong.

    What was right stays right, even where another one was wrong, and has no field any more.
    """
    if _judge(codes.form, held, codes.recipients):
        return None
    left = replace(codes, recipients=_recipients(held, person))
    for one in left.proven:
        left.form.fields.pop(_name(one.channel), None)
    return left


def is_other_way(posted: Mapping[str, str]) -> bool:
    """Whether somebody pressed one of the buttons for whom no code came."""
    return _AGAIN in posted or _WITHOUT in posted


def take_other_way(request: HttpRequest, held: Hold, person: Person) -> str:
    """Send another code, or go on without messages; why not, in words, else nothing. Raises WorkNeeded."""
    if _WITHOUT in request.POST:
        if _may_go_without(tenant_of(request), held):
            keep_draft(held=held, draft_json=replace(Draft.of(held), remind=Remind.NOT).as_json())
        return ""
    wanted = next((one for one in unproven(Anchor(hold=held), person) if one.value == request.POST[_AGAIN]), None)
    if wanted is None or not tenant_of(request).settings.prove_addresses:
        return ""
    try:
        _send(request, held, person, wanted, is_again=True)
    except CodeRefused as refused:
        return str(_REFUSALS[refused.why])
    return ""


def _judge(form: ProofForm, held: Hold, recipients: tuple[Recipient, ...]) -> bool:
    """Whether all is proven now. A code that was right stays right, even where another one was wrong."""
    form.is_valid()
    now, all_right = timezone.now(), True
    for one in recipients:
        if one.is_proven:
            continue
        typed = form.typed(one.channel) if one.has_code else ""
        if len(typed) != DIGITS:
            all_right = False
            if one.has_code and _name(one.channel) not in form.errors:
                form.add_error(_name(one.channel), form.fields[_name(one.channel)].error_messages["required"])
            continue  # a slip of the finger is no guess
        verdict = check_code(Anchor(hold=held), channel=one.channel, address=one.address, typed=typed, now=now)
        if verdict is not Verdict.RIGHT:
            all_right = False
            form.add_error(_name(one.channel), str(_VERDICTS[verdict]))
    if not all_right and not form.errors:
        form.add_error(None, str(_VERDICTS[Verdict.VOID]))  # it ran out while the page was open
    return all_right


def _send(
    request: HttpRequest, held: Hold, person: Person, channel: ContactChannel, *, is_again: bool = False
) -> Proof | None:
    """A code to an address, unless one is out that can still be typed. Raises CodeRefused, WorkNeeded."""
    anchor, address = Anchor(hold=held), to_prove(person)[channel]
    if not is_again and has_living_code(proof_of(anchor, channel, address)):
        return None
    way_in.need_work_for_codes(request, now=timezone.now())
    return ask_for_code(
        anchor,
        channel=channel,
        address=address,
        language=person.language,
        network=way_in.network_index(request),
        now=timezone.now(),
    )


def _recipients(held: Hold, person: Person) -> tuple[Recipient, ...]:
    anchor = Anchor(hold=held)
    found = [(channel, address, proof_of(anchor, channel, address)) for channel, address in to_prove(person).items()]
    return tuple(
        Recipient(channel, address, bool(proof and proof.proven_at), has_living_code(proof))
        for channel, address, proof in found
    )


def _may_go_without(tenant: Jobcenter, held: Hold) -> bool:
    """Only a talk by video needs an address: its way in is sent there."""
    return needed_for(Mode(held.mode), tenant.settings) is not ContactChannel.EMAIL


def _name(channel: ContactChannel) -> str:
    return f"code_{channel.value}"
