# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where test messages go: to addresses of the office that stand in its settings, never to typed ones."""

from datetime import datetime

from django.db import transaction

from jobcenter_portal.audit import service as audit
from jobcenter_portal.audit.service import By
from jobcenter_portal.tenancy.models import TenantSettings


def set_test_addresses(*, email: str, mobile: str, by: By, now: datetime) -> None:
    """The office's own e-mail address (also for what the portal writes to it) and mobile number (E.164); empty: none.

    The trail says which of them changed, never what they are.
    """
    with transaction.atomic():
        office = TenantSettings.objects.select_for_update().get()
        changed = {
            "email": office.office_address != email,
            "mobile": office.test_mobile != mobile,
        }
        if any(changed.values()):
            office.office_address, office.test_mobile = email, mobile
            office.save(update_fields=["office_address", "test_mobile"])
            audit.record(by=by, action="test_addresses_changed", subject="settings", at=now, **changed)
