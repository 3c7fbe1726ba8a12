# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below `/<jobcenter>/anmelden/`."""

from django.urls import path

from jobcenter_portal.signin import views

app_name = "signin"
urlpatterns = [
    path("", views.sign_in, name="sign-in"),
    path("abmelden/", views.sign_out, name="sign-out"),
    path("sprache/", views.choose_language, name="language"),
]
