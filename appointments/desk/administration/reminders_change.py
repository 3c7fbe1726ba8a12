# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changing the reminder plan: a form, what it would do to everything that is planned, and only then saving.

The page of the effect carries what was typed as hidden fields and the fingerprint of the plan that it was computed
from. When the plan is another one by the time of saving, nothing is saved, and the effect is shown as it is now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appointments import queries
from appointments.core.reminder_rules import Rule
from appointments.desk.administration.reminders import key_of, urls_of
from appointments.desk.administration.reminders_forms import (
    LONGEST_RANGE,
    QuietForm,
    RuleForm,
    ServiceForm,
    initial_of,
)
from appointments.desk.administration.reminders_table import MOST_WARNINGS, differences, over_budget
from appointments.desk.administration.reminders_words import (
    CONSEQUENCES,
    Names,
    change_lines,
    effect_text,
    names_of_services,
)
from appointments.desk.frame import by_of, frame
from appointments.reminder_settings import (
    NothingToUndo,
    change_reminders,
    effect,
    past_changes,
    plan_now,
    undo_last_change,
    undoable,
)
from appointments.reminder_wishes import (
    Change,
    PlanChangedMeanwhile,
    ReminderPlan,
    Unfit,
    channels_of,
    check,
    consequences,
    replacing,
    wished,
)
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import PortalForm, render_form
from jobcenter_portal.web.languages import current_language

_READ_OR_POST: Final = ["GET", "HEAD", "POST"]
_OWN_FIELDS: Final = frozenset({"csrfmiddlewaretoken", "gesehen", "tun"})
_SAVE, _BACK = "speichern", "zurueck"


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that somebody typed, and how it is saved."""

    plan: ReminderPlan
    change: Change
    title: str
    action: str
    """The page that the wish came from and goes back to, by its name in `urls_of`."""
    has_form: bool
    note: str = ""


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_REMINDERS)
def rule(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """A new reminder, or with `regel` another one instead of that."""
    plan = plan_now()
    key = request.POST.get("regel") or request.GET.get("regel") or ""
    old = _rule_of(plan, key)
    if key and old is None and request.method != "POST":
        return _to_plan(jobcenter, "weg")
    form = RuleForm(_data(request), plan=plan, names=_offered(plan), initial=initial_of(old) if old else {})
    title = _("Erinnerung ändern") if key else _("Neue Erinnerung")
    wish = _wish(form, plan, title, "rule", lambda: replacing(plan, old, form.rule))
    if wish is None:
        return _form_page(request, form, title, "rule", key)
    if key and old is None:
        gone = _("Die Erinnerung, die Sie ändern wollten, gibt es nicht mehr. Speichern legt sie so neu an.")
        wish = Wish(wish.plan, wish.change, wish.title, wish.action, wish.has_form, gone)
    return _decide(request, wish)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_REMINDERS)
def service(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """No reminders about a concern, or the same as for all again."""
    plan = plan_now()
    form, title = ServiceForm(_data(request), names=_offered(plan)), _("Ein Anliegen anders behandeln")
    wish = _wish(form, plan, title, "service", lambda: form.change(plan))
    return _form_page(request, form, title, "service") if wish is None else _decide(request, wish)


@require_http_methods(_READ_OR_POST)
@requires(Permission.MANAGE_REMINDERS)
def quiet(request: HttpRequest, jobcenter: str) -> HttpResponse:
    plan = plan_now()
    form, title = QuietForm(_data(request), plan=plan), _("Ruhezeiten ändern")
    wish = _wish(form, plan, title, "quiet", lambda: form.change(plan))
    return _form_page(request, form, title, "quiet") if wish is None else _decide(request, wish)


@require_POST
@requires(Permission.MANAGE_REMINDERS)
def remove(request: HttpRequest, jobcenter: str) -> HttpResponse:
    plan = plan_now()
    old = _rule_of(plan, request.POST.get("regel", ""))
    if old is None:
        return _to_plan(jobcenter, "weg")
    change = Change(removed=frozenset({old}))
    return _decide(request, Wish(plan, change, _("Erinnerung entfernen"), "remove", has_form=False))


@require_POST
@requires(Permission.MANAGE_REMINDERS)
def undo(request: HttpRequest, jobcenter: str) -> HttpResponse:
    """What was changed last, turned round."""
    plan = plan_now()
    last = undoable(plan, past_changes())
    if last is None:
        return _to_plan(jobcenter, "nichts")
    try:
        check(plan, last.inverse, now=timezone.now())
    except (PlanChangedMeanwhile, Unfit):
        return _to_plan(jobcenter, "nichts")
    title = _("Letzte Änderung zurücknehmen")
    return _decide(request, Wish(plan, last.inverse, title, "undo", has_form=False))


def _wish(
    form: RuleForm | ServiceForm | QuietForm, plan: ReminderPlan, title: str, action: str, read: Callable[[], Change]
) -> Wish | None:
    """What the form asks for; None when there is nothing typed yet, or something that makes no plan."""
    if not form.is_valid():
        return None
    change = read()
    try:
        check(plan, change, now=timezone.now())
    except Unfit as unfit:
        form.refuse(unfit)
        return None
    return Wish(plan, change, title, action, has_form=True)


def _decide(request: HttpRequest, wish: Wish) -> HttpResponse:
    """Show what the wish would do, or carry it out when that page was sent back."""
    now, step = timezone.now(), request.POST.get("tun", "")
    if step == _BACK and wish.has_form:
        return _typed_again(request, wish)
    if step != _SAVE:
        return _effect_page(request, wish, now)
    tenant, seen, by = tenant_of(request), request.POST.get("gesehen", ""), by_of(request)
    try:
        if wish.action == "undo":
            undo_last_change(jobcenter=tenant, seen=seen, by=by, now=now)
            return _to_plan(tenant.slug, "rueckgaengig")
        change_reminders(jobcenter=tenant, change=wish.change, seen=seen, by=by, now=now)
    except PlanChangedMeanwhile:
        return _effect_page(request, wish, now, is_outdated=True)
    except NothingToUndo:
        return _to_plan(tenant.slug, "nichts")
    return _to_plan(tenant.slug, "gespeichert")


def _effect_page(request: HttpRequest, wish: Wish, now: datetime, *, is_outdated: bool = False) -> HttpResponse:
    settings = wished(wish.plan, wish.change).settings
    change = effect(wish.plan, wish.change, now=now)
    first = local_day(now, settings.zone)
    before, after = change.between(first, first + timedelta(days=LONGEST_RANGE - 1))
    warnings = over_budget(after, settings, now=now)
    urls = urls_of(tenant_of(request).slug)
    context = {
        **frame(request, page_url=urls["plan"]),
        "urls": urls,
        "title": wish.title,
        "lines": change_lines(wish.change, names_of_services(), wish.plan.quiet),
        "is_outdated": is_outdated,
        "note": wish.note,
        "consequences": [CONSEQUENCES[one] for one in consequences(wish.plan, wish.change)],
        "effect": effect_text(change),
        "total": change.total,
        "table": differences(before, after, channels_of(settings)),
        "last_day": after.last_day,
        "warnings": warnings[:MOST_WARNINGS],
        "more_warnings": max(0, len(warnings) - MOST_WARNINGS),
        "action_url": urls[wish.action],
        "has_form": wish.has_form,
        "hidden": [
            (name, one) for name in request.POST if name not in _OWN_FIELDS for one in request.POST.getlist(name)
        ],
        "fingerprint": wish.plan.fingerprint,
    }
    status = HTTPStatus.CONFLICT if is_outdated else HTTPStatus.OK
    return render(request, "desk/administration/reminder_effect.html", context, status=status)


def _typed_again(request: HttpRequest, wish: Wish) -> HttpResponse:
    """The form with everything that was typed."""
    forms: dict[str, Callable[[], PortalForm]] = {
        "rule": lambda: RuleForm(request.POST, plan=wish.plan, names=_offered(wish.plan), initial={}),
        "service": lambda: ServiceForm(request.POST, names=_offered(wish.plan)),
        "quiet": lambda: QuietForm(request.POST, plan=wish.plan),
    }
    return _form_page(request, forms[wish.action](), wish.title, wish.action, request.POST.get("regel", ""))


def _form_page(request: HttpRequest, form: PortalForm, title: str, action: str, key: str = "") -> HttpResponse:
    urls = urls_of(tenant_of(request).slug)
    address = f"{urls[action]}?regel={key}" if key else urls[action]
    context = {
        **frame(request, page_url=address if not key else urls["plan"]),
        "urls": urls,
        "title": title,
        "action": action,
        "form_url": urls[action],
        "hidden": [("regel", key)] if key else [],
    }
    return render_form(request, "desk/administration/reminder_form.html", form, context)


def _rule_of(plan: ReminderPlan, key: str) -> Rule | None:
    return next((one for one in plan.rules if key_of(one) == key), None)


def _offered(plan: ReminderPlan) -> Names:
    """What people can come for now, in the office's order, and what else has reminders of its own."""
    language, own = current_language().code, {rule.service_id for rule in plan.rules}
    names = {one.pk: one.title(language) for one in queries.services()}
    return {**names, **{pk: name for pk, name in names_of_services().items() if pk in own}}


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _to_plan(jobcenter: str, done: str) -> HttpResponse:
    address = reverse("desk:reminders", kwargs={"jobcenter": jobcenter})
    return HttpResponseRedirect(f"{address}?getan={done}", status=HTTPStatus.SEE_OTHER)
