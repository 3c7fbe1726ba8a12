# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds what tests need, through the same models and use cases as the portal."""

from typing import Any

from jobcenter_portal.tenancy.context import tenant_context
from jobcenter_portal.tenancy.models import Jobcenter, TenantSettings


def make_jobcenter(slug: str, **overrides: Any) -> Jobcenter:
    """A Jobcenter with settings: instant booking, 2 hours of lead, 21 days, e-mail and SMS."""
    jobcenter = Jobcenter.objects.create(slug=slug, name=f"Jobcenter {slug.title()}", short_name=slug.title())
    values: dict[str, Any] = {
        "min_lead_hours": 2,
        "horizon_days": 21,
        "grid_minutes": 15,
        "max_open_bookings": 2,
        "languages": ["de", "en"],
        "phone": "0661 0000-0",
        "phone_hours": "Mo bis Fr 8 bis 12 Uhr",
        "email_address": f"termine@{slug}.example",
        "email_sender": f"Jobcenter {slug.title()}",
        "sms_enabled": True,
        "sms_sender": slug[:11].title(),
        "discreet": False,
    }
    with tenant_context(jobcenter):
        TenantSettings.objects.create(tenant=jobcenter, **{**values, **overrides})
    return jobcenter
