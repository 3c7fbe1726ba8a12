# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of the waiting list: who waits, and how we reach them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from appointments.core.modes import Mode
from appointments.web.forms import ContactForm, Remind
from jobcenter_portal.tenancy.models import TenantSettings


class WaitForm(ContactForm):
    """Like that of a booking, but "not at all" is no answer: nobody would learn that a time is free."""

    def __init__(
        self,
        settings: TenantSettings,
        data: Mapping[str, str] | None = None,
        *,
        mode: Mode = Mode.IN_PERSON,
        **kwargs: Any,
    ) -> None:
        super().__init__(settings, data, mode=mode, **kwargs)
        remind: Any = self.fields["remind"]
        remind.label = _("Wie sollen wir Ihnen Bescheid geben?")
        remind.choices = [choice for choice in remind.choices if choice[0] != Remind.NOT]
        remind.error_messages = dict.fromkeys(
            ("required", "invalid_choice"), _("Wählen Sie, wie wir Ihnen Bescheid geben sollen.")
        )
