# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""`/metrics` for Prometheus: gauges, read from the rows at each scrape.

No counters: web processes and workers come and go, each with a memory of its own, and rows are deleted by age, so a
"total" would fall, which Prometheus reads as a restart and turns into a burst. What is said is of this moment, of the
last hour (latency, a gauge histogram: `histogram_quantile` without `rate`) or of the last day (outcomes).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from appointments import service as appointments
from jobcenter_portal.accounts.permissions import open_to_all
from jobcenter_portal.operator.gathering import Gathered, OfOne, gather
from jobcenter_portal.operator.guard import needs_token
from notifications.service import BUCKETS, ChannelFigures

_OF: Final = ["tenant", "channel"]
_DAY: Final = "within the last 24 hours"


@open_to_all("settings.METRICS_TOKEN is the key; without one there is no such page")
@require_safe
@needs_token
def metrics(_request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(gather(now=timezone.now())))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """One scrape."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from self._of_channels()
        yield from self._of_jobcenters()
        yield from self._of_misuse()
        yield from self._of_platform()

    def _of_channels(self) -> Iterator[Metric]:
        due = GaugeMetricFamily("portal_messages_due", "Messages whose time has come.", labels=_OF)
        oldest = GaugeMetricFamily("portal_oldest_due_seconds", "How long the first of them has been due.", labels=_OF)
        unclear = GaugeMetricFamily(
            "portal_messages_unclear", "Nobody knows whether they were sent; people decide.", labels=_OF
        )
        ended = GaugeMetricFamily(
            "portal_messages_ended_24h", f"Messages by outcome, {_DAY}.", labels=[*_OF, "outcome"]
        )
        late = GaugeMetricFamily(
            "portal_messages_late_24h", f"Accepted more than two minutes after their time, {_DAY}.", labels=_OF
        )
        latency = GaugeHistogramMetricFamily(
            "portal_delivery_latency_seconds",
            "From due to accepted by the provider, of what was accepted within the last hour.",
            labels=_OF,
        )
        for labels, one in self._channels():
            due.add_metric(labels, one.due)
            oldest.add_metric(labels, _seconds(one.oldest_due))
            unclear.add_metric(labels, one.unclear)
            late.add_metric(labels, one.late)
            for outcome, number in (("accepted", one.accepted), ("failed", one.failed), ("expired", one.expired)):
                ended.add_metric([*labels, outcome], number)
            bounds = [(str(float(bound)), float(n)) for bound, n in zip(BUCKETS, one.latency.buckets, strict=True)]
            latency.add_metric(labels, [*bounds, ("+Inf", float(one.latency.count))], one.latency.total_s)
        yield from (due, oldest, unclear, ended, late, latency)

    def _of_jobcenters(self) -> Iterator[Metric]:
        resting = GaugeMetricFamily(
            "portal_account_resting_seconds",
            "How long a provider account is still left alone.",
            labels=["tenant", "account", "code"],
        )
        budget = GaugeMetricFamily(
            "portal_sms_budget_used_ratio", "Used share of the SMS of a period.", labels=["tenant", "period"]
        )
        receipts = GaugeMetricFamily(
            "portal_receipts_waiting", "Receipts that have not found their message.", labels=["tenant"]
        )
        for jobcenter in self._gathered.jobcenters:
            figures = jobcenter.figures
            receipts.add_metric([jobcenter.slug], figures.receipts)
            for account in figures.resting:
                left = (account.until - self._gathered.at).total_seconds()
                resting.add_metric([jobcenter.slug, account.account, account.code], left)
            for spent in figures.budget:
                share = spent.segments / spent.cap if spent.cap else 1.0
                budget.add_metric([jobcenter.slug, spent.period], share)
        yield from (resting, budget, receipts)

    def _of_misuse(self) -> Iterator[Metric]:
        kept = GaugeMetricFamily("portal_times_kept", "Times kept while people type.", labels=["tenant"])
        works = GaugeMetricFamily(
            "portal_machines_work", "1 while machines have to work for it: under attack.", labels=["tenant", "what"]
        )
        asked = GaugeMetricFamily(
            "portal_codes_asked_1h", "Codes sent, of an hour in which they could be typed.", labels=_OF
        )
        typed = GaugeMetricFamily("portal_codes_typed_1h", "Codes typed right in that hour.", labels=_OF)
        refused = GaugeMetricFamily(
            "portal_limit_refusals_1h", "How often a limit said no within an hour.", labels=["tenant", "limit"]
        )
        for jobcenter in self._gathered.jobcenters:
            slug, pressure = jobcenter.slug, jobcenter.pressure
            kept.add_metric([slug], pressure.kept)
            for what, is_so in pressure.works.items():
                works.add_metric([slug, what], int(is_so))
            for channel, codes in pressure.codes.items():
                asked.add_metric([slug, channel.value], codes.asked)
                typed.add_metric([slug, channel.value], codes.typed)
            for limit, times in pressure.refusals.items():
                refused.add_metric([slug, limit], times)
        yield from (kept, works, asked, typed, refused)

    def _of_platform(self) -> Iterator[Metric]:
        beats = GaugeMetricFamily("portal_beat_age_seconds", "Since a loop of the platform last ran.", labels=["loop"])
        for loop, age in self._gathered.beats.items():
            beats.add_metric([loop], age.total_seconds())
        unread = GaugeMetricFamily("portal_jobcenters_unread", "Jobcenters whose figures could not be read.")
        unread.add_metric([], self._gathered.unread)
        took = GaugeMetricFamily("portal_figures_seconds", "How long it took to read all figures.")
        took.add_metric([], self._gathered.took_s)
        yield from (beats, unread, took)
        yield from self._of_emergency_lists()

    def _of_emergency_lists(self) -> Iterator[Metric]:
        found = appointments.emergency_lists(now=self._gathered.at)
        failed = GaugeMetricFamily("portal_emergency_lists_failed", "Lists for an outage that could not be written.")
        age = GaugeMetricFamily("portal_emergency_lists_age_seconds", "Since somebody last looked which lists are due.")
        if found.age is not None:
            failed.add_metric([], found.failed)
            age.add_metric([], found.age.total_seconds())
        yield from (failed, age)

    def _channels(self) -> Iterator[tuple[list[str], ChannelFigures]]:
        of_all: tuple[OfOne, ...] = self._gathered.jobcenters
        return (([one.slug, channel.channel], channel) for one in of_all for channel in one.figures.channels)


def _seconds(age: timedelta | None) -> float:
    return age.total_seconds() if age else 0.0
