# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Production: the demo cannot be reached from here."""

from jobcenter_portal.settings.base import *  # noqa: F403
from jobcenter_portal.settings.base import BASE_DIR

DEMO = False
STATIC_ROOT = BASE_DIR / "build" / "collected"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
