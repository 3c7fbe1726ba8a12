# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/betrieb/`: how delivery does at every Jobcenter, what is wrong first. Numbers and ids, nobody's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.health import BEAT_AT_MOST, OVERDUE_AT_MOST
from jobcenter_portal.operator.gathering import Gathered, OfOne, gather
from jobcenter_portal.operator.guard import needs_password
from jobcenter_portal.web.languages import use_language
from notifications.service import ChannelFigures, Spent

REFRESH_S: Final = 30
_NEARLY_USED: Final = 0.8
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_CHANNELS: Final[Mapping[str, Promise]] = MappingProxyType(
    {"email": lazy("E-Mail"), "sms": lazy("SMS"), "push": lazy("Hinweis"), "letter": lazy("Brief")}
)
_LOOPS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "tick": lazy("Takt der Zustellung"),
        "reaper": lazy("Aufräumen"),
        "dispatcher": lazy("Zustellung"),
        "urgent": lazy("Eilige Zustellung"),
    }
)
_PERIODS: Final[Mapping[str, Promise]] = MappingProxyType(
    {"hour": lazy("Stunde"), "day": lazy("Tag"), "month": lazy("Monat")}
)


@dataclass(frozen=True, slots=True)
class Beat:
    """A loop of the platform and how long ago it ran."""

    name: str
    age: str
    is_old: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One channel of one Jobcenter."""

    name: str
    due: int
    oldest: str
    is_overdue: bool
    p50: str
    p95: str
    accepted: int
    late: int
    failed: int
    expired: int
    unclear: int


@dataclass(frozen=True, slots=True)
class Section:
    """One Jobcenter. `has_trouble`: somebody should look; those stand first."""

    slug: str
    name: str
    has_trouble: bool
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    unclear: tuple[str, ...]


@open_to_all("settings.OPERATOR_PASSWORD is the key; without one there is no such page")
@require_safe
@needs_password
def overview(request: HttpRequest) -> HttpResponse:
    use_language(request, "de")
    found = gather(now=timezone.now())
    sections = sorted((_section(one, found.at) for one in found.jobcenters), key=_trouble_first)
    refreshes = request.GET.get("neu") == "laden"
    context = {
        "at": found.at,
        "beats": _beats(found),
        "sections": sections,
        "troubled": sum(section.has_trouble for section in sections),
        "unread": found.unread,
        "refresh": REFRESH_S if refreshes else 0,
    }
    return render(request, "operator/overview.html", context)


def _section(one: OfOne, at: datetime) -> Section:
    figures = one.figures
    lines = tuple(_line(channel) for channel in figures.channels)
    resting = [
        _("Konto %(account)s ruht noch %(time)s: %(code)s")
        % {"account": account.account, "time": in_words(account.until - at), "code": account.code}
        for account in figures.resting
    ]
    used = [_budget(spent) for spent in figures.budget if _is_nearly_used(spent)]
    receipts = []
    if figures.receipts:
        receipts = [
            _("%(number)s Zustellberichte ohne Nachricht, der älteste seit %(time)s")
            % {"number": figures.receipts, "time": in_words(figures.oldest_receipt or timedelta())}
        ]
    budget = " · ".join(_budget(spent) for spent in figures.budget if not _is_nearly_used(spent))
    trouble = any(line.is_overdue or line.unclear or line.failed or line.expired for line in lines)
    return Section(
        slug=one.slug,
        name=one.name,
        has_trouble=bool(trouble or resting or used),
        lines=lines,
        notes=(*resting, *used, *receipts, *filter(None, [budget])),
        unclear=figures.unclear,
    )


def _line(channel: ChannelFigures) -> Line:
    latency = channel.latency
    return Line(
        name=str(_CHANNELS.get(channel.channel, channel.channel)),
        due=channel.due,
        oldest=in_words(channel.oldest_due) if channel.oldest_due is not None else "–",
        is_overdue=channel.oldest_due is not None and channel.oldest_due > OVERDUE_AT_MOST,
        p50=_latency(latency.p50_s),
        p95=_latency(latency.p95_s),
        accepted=channel.accepted,
        late=channel.late,
        failed=channel.failed,
        expired=channel.expired,
        unclear=channel.unclear,
    )


def in_words(age: timedelta) -> str:
    """„12 s“, „3 min“, „5 h“"""
    if age < _MINUTE:
        return f"{max(int(age.total_seconds()), 0)} s"
    return f"{age // _MINUTE} min" if age < _HOUR else f"{age // _HOUR} h"


def _latency(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.1f} s".replace(".", ",") if seconds < _MINUTE.seconds else in_words(timedelta(seconds=seconds))


def _budget(spent: Spent) -> str:
    period = str(_PERIODS[spent.period])
    return _("SMS je %(period)s: %(used)s von %(cap)s") % {"period": period, "used": spent.segments, "cap": spent.cap}


def _is_nearly_used(spent: Spent) -> bool:
    return spent.segments >= _NEARLY_USED * spent.cap


def _beats(found: Gathered) -> list[Beat]:
    known = {name: found.beats.get(name) for name in {*_LOOPS, *found.beats}}
    return [
        Beat(
            name=str(_LOOPS.get(name, name)),
            age=in_words(age) if age is not None else _("noch nie"),
            is_old=age is None or age > BEAT_AT_MOST,
        )
        for name, age in sorted(known.items())
    ]


def _trouble_first(section: Section) -> tuple[bool, str]:
    return (not section.has_trouble, section.name)
