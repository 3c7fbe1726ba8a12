# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below `/<jobcenter>/anmelden/`."""

from django.urls import path

from jobcenter_portal.signin import factor_views, oidc_views, session_views, views

app_name = "signin"
urlpatterns = [
    path("", views.sign_in, name="sign-in"),
    path("abmelden/", views.sign_out, name="sign-out"),
    path("verzeichnis/", oidc_views.begin, name="directory"),
    path("rueckkehr/", oidc_views.come_back, name="come-back"),
    path("code/", factor_views.prove, name="second-factor"),
    path("einrichten/", factor_views.set_up, name="set-up-factor"),
    path("ersatzcodes/", factor_views.recovery_codes, name="recovery-codes"),
    path("sitzungen/", session_views.sessions, name="sessions"),
    path("sprache/", views.choose_language, name="language"),
]
