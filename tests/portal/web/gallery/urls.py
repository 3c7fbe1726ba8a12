# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the sample pages, and of a few pages that misbehave on purpose."""

from django.urls import include, path, register_converter

from jobcenter_portal.web import errors
from jobcenter_portal.web.languages import LanguageConverter
from tests.portal.web.gallery import views

# A name of its own: Django takes a second converter called "lang" for a mistake.
register_converter(LanguageConverter, "gallery_lang")

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

_samples = [
    path("seite", views.customer_page, name="page"),
    path("formular", views.form_page, name="form"),
    path("offen", views.open_page, name="open"),
    path("nur-lesen", views.read_only, name="read-only"),
    path("verboten", views.forbidden, name="forbidden"),
    path("kaputt", views.broken, name="broken"),
]

urlpatterns = [
    path("<slug:jobcenter>/<gallery_lang:language>/", include((_samples, "gallery"))),
    path("<slug:jobcenter>/desk/", views.desk_page),
]
