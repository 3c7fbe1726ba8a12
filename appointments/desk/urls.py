# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below `/<jobcenter>/desk/`: none names a person or a concern."""

from django.urls import path

from appointments.desk import appointment, changes, day

app_name = "desk"
urlpatterns = [
    path("", day.start, name="start"),
    path("stand/<slug:public_id>/", day.attendance, name="attendance"),
    path("termin/<slug:public_id>/", appointment.appointment, name="appointment"),
    path("termin/<slug:public_id>/absagen/", changes.cancel, name="cancel"),
    path("termin/<slug:public_id>/absage-zuruecknehmen/", changes.undo_cancel, name="undo-cancel"),
    path("termin/<slug:public_id>/verschieben/", changes.move, name="move"),
    path("<slug:location>/", day.day, name="day"),
]
