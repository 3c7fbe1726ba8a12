# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What each role is called where people read it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobcenter_portal.accounts.permissions import Role

ROLE_WORDS: Final[Mapping[Role, Promise]] = MappingProxyType(
    {
        Role.FRONT_DESK: _("Empfang"),
        Role.CASEWORKER: _("Fachkraft"),
        Role.TEAM_LEAD: _("Teamleitung"),
        Role.LOCATION_ADMIN: _("Standortleitung"),
        Role.TENANT_ADMIN: _("Verwaltung"),
        Role.DATA_PROTECTION: _("Datenschutz"),
    }
)
