# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other parts ask about Jobcenters."""

from collections.abc import Callable, Iterator

import structlog

from jobcenter_portal.tenancy.briefly import briefly
from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, JobcenterHost

log = structlog.get_logger(__name__)


def all_jobcenters() -> list[Jobcenter]:
    return list(Jobcenter.objects.order_by("name"))


def jobcenter_by_slug(slug: str) -> Jobcenter | None:
    return Jobcenter.objects.filter(slug=slug).first()


def open_jobcenter(slug: str) -> Jobcenter | None:
    """The Jobcenter that a page is asked of, with its settings, as they were within the last second."""
    return briefly("jobcenter", slug, read=lambda: _with_settings(jobcenter_by_slug(slug)))


def jobcenter_by_host(host: str) -> Jobcenter | None:
    """The Jobcenter that owns this host name (without port), or None for the portal's own hosts."""
    own = JobcenterHost.objects.filter(host=host.lower()).select_related("jobcenter").first()
    return own.jobcenter if own else None


def for_each_tenant() -> Iterator[Jobcenter]:
    """Visit all Jobcenters, one context at a time. Leave early only by `break`: the context closes with the loop."""
    for jobcenter in all_jobcenters():
        with tenant_context(jobcenter):
            yield jobcenter


def serve_each_tenant(serve: Callable[[Jobcenter], object]) -> None:
    """Do for every Jobcenter, in its context, what a periodic task does: one in trouble keeps no other waiting."""
    for jobcenter in for_each_tenant():
        try:
            serve(jobcenter)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next Jobcenter has nothing to do with it
            log.error("jobcenter not served", jobcenter=jobcenter.slug, work=serve.__name__, error=type(error).__name__)  # noqa: TRY400 -- its text could hold personal data


def _with_settings(jobcenter: Jobcenter | None) -> Jobcenter | None:
    if jobcenter is not None:
        jobcenter.settings  # noqa: B018 -- read here, so that both are kept together
    return jobcenter
