# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What would leave next week: the dry run of the saved plan, by day and channel. No person is named."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.desk.administration.reminders import urls_of
from appointments.desk.administration.reminders_forms import RangeForm
from appointments.desk.administration.reminders_table import LISTED, MOST_WARNINGS, listed, over_budget, sorts, table_of
from appointments.desk.administration.reminders_words import channel_name, names_of_services
from appointments.desk.frame import frame
from appointments.dry_run import DryRun, what_would_leave
from appointments.reminder_settings import plan_now
from appointments.reminder_wishes import channels_of
from jobcenter_portal.accounts.permissions import Permission, requires
from jobcenter_portal.kernel.wall_clock import local_day
from jobcenter_portal.tenancy.middleware import tenant_of
from jobcenter_portal.web.forms import render_form
from notifications.service import Channel


@require_safe
@requires(Permission.MANAGE_REMINDERS)
def preview(request: HttpRequest, jobcenter: str) -> HttpResponse:
    now, plan = timezone.now(), plan_now()
    form = RangeForm(request.GET, today=local_day(now, plan.settings.zone))
    urls = urls_of(jobcenter)
    context = {**frame(request, page_url=urls["preview"]), "urls": urls, "table": None}
    if form.is_valid():
        run = what_would_leave(
            tenant_of(request),
            form.cleaned_data["von"],
            form.cleaned_data["bis"],
            now=now,
            rules=plan.rules,
            settings=plan.settings,
        )
        warnings = over_budget(run, plan.settings, now=now)
        context |= {
            "table": table_of(run, channels_of(plan.settings), urls["preview"]),
            "sorts": sorts(run),
            "warnings": warnings[:MOST_WARNINGS],
            "more_warnings": max(0, len(warnings) - MOST_WARNINGS),
            "first_day": run.first_day,
            "last_day": run.last_day,
            **_list(request, run),
        }
    return render_form(request, "desk/administration/reminder_preview.html", form, context)


def _list(request: HttpRequest, run: DryRun) -> dict[str, object]:
    """The times of one day on one channel, when the address asks for them."""
    if "tag" not in request.GET:
        return {"list": None}
    try:
        day, channel = date.fromisoformat(request.GET["tag"]), Channel(request.GET.get("weg", ""))
    except ValueError:
        raise Http404 from None
    lines = listed(run, day, channel, names_of_services())
    return {
        "list": lines[:LISTED],
        "list_day": day,
        "list_channel": channel_name(channel),
        "list_more": max(0, len(lines) - LISTED),
    }
