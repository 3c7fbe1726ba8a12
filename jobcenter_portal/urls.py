# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every path of the portal. The first segment is the platform's own or a Jobcenter's."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, register_converter

from appointments.web import device, short_links
from appointments.web import views as booking
from jobcenter_portal import health
from jobcenter_portal.operator.metrics import metrics
from jobcenter_portal.operator.overview import overview
from jobcenter_portal.web.languages import LanguageConverter
from jobcenter_portal.web.start import portal_start

register_converter(LanguageConverter, "lang")

handler400 = "jobcenter_portal.web.errors.bad_request"
handler403 = "jobcenter_portal.web.errors.permission_denied"
handler404 = "jobcenter_portal.web.errors.page_not_found"
handler500 = "jobcenter_portal.web.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", portal_start, name="portal-start"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics, name="operator-metrics"),
    path("betrieb/", overview, name="operator-overview"),
    path("a/<str:code>", short_links.short_link, name="short-link"),
    path("<slug:jobcenter>/", booking.choose_language, name="choose-language"),
    path("<slug:jobcenter>/sw.js", device.worker, name="device-worker"),
    path("<slug:jobcenter>/", include("jobcenter_portal.about.urls")),
    path("<slug:jobcenter>/api/v1/", include("appointments.rest.urls")),
    path("<slug:jobcenter>/zustellung/", include("notifications.web.urls")),
    path("<slug:jobcenter>/desk/", include("appointments.desk.urls")),
    path("<slug:jobcenter>/anmelden/", include("jobcenter_portal.signin.urls")),
    path("<slug:jobcenter>/<lang:language>/", include("appointments.web.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("jobcenter_portal.demo.urls")))
