# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the customer pages, below `/<jobcenter>/<language>/`."""

from django.urls import path

from appointments.web import (
    beginning,
    choosing,
    device,
    groups,
    held,
    leaving,
    lost_link,
    moving,
    own,
    own_code,
    own_contact,
    own_late,
    own_sheet,
    push,
    unsubscribing,
    views,
    waiting,
)

app_name = "booking"
urlpatterns = [
    path("", views.start, name="start"),
    path("beenden/", leaving.leave, name="leave"),
    path("mein-termin/", views.my_appointment, name="my-appointment"),
    path("mein-termin/link/", lost_link.lost_link, name="lost-link"),
    path("geraet/", device.kept, name="kept"),
    path("app.webmanifest", device.manifest, name="manifest"),
    path("buchen/", beginning.choose_service, name="services"),
    path("buchen/<slug:service>/", choosing.choose_location, name="locations"),
    path("buchen/<slug:service>/<slug:location>/", choosing.choose_time, name="times"),
    path("gruppen/<slug:service>/", groups.choose_date, name="group-dates"),
    path("buchen/halt/<str:token>/kontakt/", held.contact, name="contact"),
    path("buchen/halt/<str:token>/code/", held.prove, name="prove"),
    path("buchen/halt/<str:token>/pruefen/", held.check, name="check"),
    path("buchen/halt/<str:token>/zeit/", held.other_time, name="other-time"),
    path("buchen/halt/<str:token>/verlaengern/", held.extend, name="extend"),
    path("warten/", waiting.join, name="wait"),
    path("warten/<str:waiting>/", waiting.place, name="waiting"),
    path("angebot/<str:offer>/", waiting.answer, name="offer"),
    path("erinnerungen/<str:stop>/", unsubscribing.reminders, name="reminders"),
    path("t/<str:key>/", own.show, name="appointment"),
    path("t/<str:key>/termin.ics", own.calendar_entry, name="ics"),
    path("t/<str:key>/karte/", device.card, name="card"),
    path("t/<str:key>/push/", push.push, name="push"),
    path("t/<str:key>/termin.pdf", own_sheet.sheet, name="sheet"),
    path("t/<str:key>/spaeter/", own_late.come_later, name="come-later"),
    path("t/<str:key>/nachrichten/", own_contact.settings, name="contact-settings"),
    path("t/<str:key>/nachrichten/<str:way>/", own_contact.one_way, name="contact-way"),
    path("t/<str:key>/nachrichten/<str:way>/code/", own_code.type_code, name="contact-code"),
    path("t/<str:key>/absagen/", own.call_off, name="cancel"),
    path("t/<str:key>/absage-zuruecknehmen/", own.take_back, name="undo-cancel"),
    path("t/<str:key>/frueher/", waiting.wish, name="wish-earlier"),
    path("t/<str:key>/verschieben/", moving.choose, name="move"),
    path("t/<str:key>/verschieben/pruefen/", moving.confirm, name="confirm-move"),
]
