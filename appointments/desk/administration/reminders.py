# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Jobcenter's reminder plan on one page: its rules, its quiet hours, two examples, and who changed what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from appointments.core.reminder_rules import NO_CHANNEL, Rule
from appointments.desk.administration.reminders_example import examples
from appointments.desk.administration.reminders_words import (
    Names,
    channel_name,
    in_time,
    names_of_services,
    past_lines,
    rule_text,
    span,
)
from appointments.desk.frame import frame
from appointments.reminder_settings import PastChange, is_followed, past_changes, plan_now, undoable
from appointments.reminder_wishes import ReminderPlan
from jobcenter_portal.accounts.models import Membership
from jobcenter_portal.accounts.permissions import Permission, requires

HISTORY: Final = 10
_MINUTE: Final = timedelta(minutes=1)
DONE: Final[dict[str, Promise]] = {
    "gespeichert": _("Der Plan ist gespeichert. Die geplanten Erinnerungen folgen ihm in etwa zwei Minuten."),
    "rueckgaengig": _(
        "Die letzte Änderung ist zurückgenommen. Die geplanten Erinnerungen folgen dem Plan in etwa zwei Minuten."
    ),
    "weg": _("Diese Erinnerung gibt es nicht mehr: Jemand hat den Plan inzwischen geändert. Unten steht er von jetzt."),
    "nichts": _("Die letzte Änderung lässt sich nicht zurücknehmen: Der Plan sieht inzwischen anders aus."),
}
"""What was just done, by the value of `getan` in the address; every other value says nothing."""
_PROBLEMS: Final = frozenset({"weg", "nichts"})


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words. `is_off`: its channel is switched off, so that it does not leave."""

    key: str
    text: str
    is_off: str
    can_change: bool


@dataclass(frozen=True, slots=True)
class ServiceLines:
    """A concern with a plan of its own."""

    pk: int
    name: str
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class PastLine:
    at: datetime
    who: str
    lines: tuple[str, ...]
    was_undoing: bool


@require_safe
@requires(Permission.MANAGE_REMINDERS)
def reminders(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now, plan, past, names = timezone.now(), plan_now(), past_changes(), names_of_services()
    done = request.GET.get("getan", "")
    context = {
        **frame(request, page_url=request.path),
        "urls": urls_of(jobcenter),
        "done": DONE.get(done),
        "is_problem": done in _PROBLEMS,
        "is_followed": is_followed(plan),
        "rules": _lines(plan, plan.own_rules(None)),
        "services": _services(plan, names),
        "quiet": _quiet(plan),
        "examples": examples(plan, now=now),
        "history": _history(past[:HISTORY], names),
        "can_undo": undoable(plan, past) is not None,
    }
    return render(request, "desk/administration/reminders.html", context)


def urls_of(jobcenter: str) -> dict[str, str]:
    """Where everything about reminders is."""
    pages = ("rule", "remove", "service", "quiet", "undo", "preview")
    here = {"jobcenter": jobcenter}
    return {
        "plan": reverse("desk:reminders", kwargs=here),
        "settings": reverse("desk:settings", kwargs=here),
        **{page: reverse(f"desk:reminders-{page}", kwargs=here) for page in pages},
    }


def key_of(rule: Rule) -> str:
    """A name of a rule for forms and addresses: it says the same as the table's unique key."""
    return f"{rule.channel}.{rule.offset}.{rule.service_id or ''}"


def _lines(plan: ReminderPlan, rules: Iterable[Rule]) -> tuple[RuleLine, ...]:
    return tuple(
        RuleLine(
            key=key_of(rule),
            text=rule_text(rule),
            is_off="" if rule.channel == NO_CHANNEL or plan.uses(rule.channel) else channel_name(rule.channel),
            can_change=rule.channel != NO_CHANNEL,
        )
        for rule in sorted(rules, key=in_time)
    )


def _services(plan: ReminderPlan, names: Names) -> list[ServiceLines]:
    own = {rule.service_id for rule in plan.rules} - {None}
    return [ServiceLines(pk, name, _lines(plan, plan.own_rules(pk))) for pk, name in names.items() if pk in own]


def _quiet(plan: ReminderPlan) -> list[str]:
    """When channels stay silent, and what that does to reminders."""
    quiet, lines = plan.quiet, []
    if plan.uses("sms") or plan.uses("push"):
        lines += [
            gettext("SMS und Hinweise auf dem Gerät: still von %(span)s, an Sonntagen und hessischen Feiertagen ganz.")
            % {"span": span(quiet.start, quiet.end)}
        ]
    if plan.uses("email"):
        lines += [
            gettext("E-Mails: still von %(span)s.") % {"span": span(quiet.email_start, quiet.email_end)}
            if quiet.email_start
            else gettext("E-Mails gehen zu jeder Zeit hinaus.")
        ]
    if plan.uses("letter"):
        lines += [gettext("Briefe werden spätestens vier Werktage vorher gedruckt, damit sie rechtzeitig ankommen.")]
    last = datetime.combine(date.min, quiet.start) + 24 * 60 * _MINUTE - _MINUTE
    return [
        *lines,
        gettext(
            "Eine Erinnerung, die in eine Ruhezeit fiele, geht vorher hinaus, bei SMS zum Beispiel um %(last)s Uhr. Ist"
            " es dafür schon zu spät, geht sie danach hinaus, bei SMS ab %(first)s Uhr, solange sie noch nützt."
        )
        % {"last": f"{last:%H:%M}", "first": f"{quiet.end:%H:%M}"},
    ]


def _history(past: Sequence[PastChange], names: Names) -> list[PastLine]:
    ids = {one.membership_id for one in past}
    people = dict(Membership.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    return [
        PastLine(
            at=one.at,
            who=people.get(one.membership_id, gettext("jemand, der nicht mehr hier arbeitet")),
            lines=tuple(past_lines(one, names)),
            was_undoing=one.was_undoing,
        )
        for one in past
    ]
