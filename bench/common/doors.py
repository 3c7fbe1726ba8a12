# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""A database URL as Django's settings. On a server that was brought, the URL also says which role to take on."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from jobcenter_portal.settings import environment


def database_settings(url: str) -> dict[str, Any]:
    settings = environment.database(url, name="a benchmark's database")
    for option in parse_qs(urlsplit(url).query).get("options", []):
        settings["OPTIONS"]["options"] += f" {option}"
    return settings
