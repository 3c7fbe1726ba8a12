# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the customer pages, below `/<jobcenter>/<language>/`."""

from django.urls import path

from appointments.web import choosing, groups, held, moving, own, unsubscribing, views, waiting

app_name = "booking"
urlpatterns = [
    path("", views.start, name="start"),
    path("mein-termin/", views.my_appointment, name="my-appointment"),
    path("buchen/", choosing.choose_service, name="services"),
    path("buchen/<slug:service>/", choosing.choose_location, name="locations"),
    path("buchen/<slug:service>/<slug:location>/", choosing.choose_time, name="times"),
    path("gruppen/<slug:service>/", groups.choose_date, name="group-dates"),
    path("buchen/halt/<str:token>/kontakt/", held.contact, name="contact"),
    path("buchen/halt/<str:token>/pruefen/", held.check, name="check"),
    path("buchen/halt/<str:token>/zeit/", held.other_time, name="other-time"),
    path("buchen/halt/<str:token>/verlaengern/", held.extend, name="extend"),
    path("warten/", waiting.join, name="wait"),
    path("warten/<str:waiting>/", waiting.place, name="waiting"),
    path("angebot/<str:offer>/", waiting.answer, name="offer"),
    path("erinnerungen/<str:stop>/", unsubscribing.reminders, name="reminders"),
    path("t/<str:key>/", own.show, name="appointment"),
    path("t/<str:key>/termin.ics", own.calendar_entry, name="ics"),
    path("t/<str:key>/absagen/", own.call_off, name="cancel"),
    path("t/<str:key>/absage-zuruecknehmen/", own.take_back, name="undo-cancel"),
    path("t/<str:key>/frueher/", waiting.wish, name="wish-earlier"),
    path("t/<str:key>/verschieben/", moving.choose, name="move"),
    path("t/<str:key>/verschieben/pruefen/", moving.confirm, name="confirm-move"),
]
