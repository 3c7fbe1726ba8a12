# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where to go after signing in: a page of the same Jobcenter, and nowhere else."""

from urllib.parse import unquote, urlsplit

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jobcenter_portal.tenancy.models import Jobcenter


def is_own_path(address: str, tenant: Jobcenter) -> bool:
    """Whether an address is a plain path below the Jobcenter's own, however a browser may read it."""
    if not address.isprintable() or not address.startswith("/"):
        return False  # browsers drop blanks and line ends before they read the rest
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None) or "\\" in unquote(address):
        return False
    path = unquote(urlsplit(address).path)
    # Browsers resolve dots, written as %2e too: /fulda/../wiesbaden/ is not Fulda's.
    return path.startswith(f"/{tenant.slug}/") and not {".", ".."} & set(path.split("/"))


def destination(wanted: str, tenant: Jobcenter) -> str:
    """The wanted page if it is the Jobcenter's own and not the sign-in itself, else the desk."""
    door = reverse("signin:sign-in", kwargs={"jobcenter": tenant.slug})
    if is_own_path(wanted, tenant) and not wanted.startswith(door):
        return wanted
    return reverse("desk:start", kwargs={"jobcenter": tenant.slug})
