# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of a Jobcenter's face, below `/<jobcenter>/`: pages for everybody, and those on which it is set up."""

from django.urls import path

from jobcenter_portal.about.desk import logo, look, overview, reports, statement, wording
from jobcenter_portal.about.web import feedback, pages, pictures

_FACE = "desk/einstellungen/auftritt/"
_REPORTS = "desk/einstellungen/rueckmeldungen/"

app_name = "about"
urlpatterns = [
    path("logo/<slug:digest>.png", pictures.logo, name="logo"),
    path("<lang:language>/impressum/", pages.imprint, name="imprint"),
    path("<lang:language>/datenschutz/", pages.privacy, name="privacy"),
    path("<lang:language>/barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("<lang:language>/feedback/", feedback.feedback, name="feedback"),
    path("<lang:language>/feedback/danke/", feedback.thanks, name="thanks"),
    path(_FACE, overview.face, name="face"),
    path(f"{_FACE}farbe/", look.look, name="look"),
    path(f"{_FACE}logo/<slug:ground>/", logo.logo, name="set-logo"),
    path(f"{_FACE}erklaerung/", statement.statement, name="statement"),
    path(f"{_FACE}texte/<slug:part>/<slug:tongue>/", wording.wording, name="wording"),
    path(_REPORTS, reports.reports, name="reports"),
    path(f"{_REPORTS}<slug:number>/", reports.report, name="report"),
]
