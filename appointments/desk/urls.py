# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below `/<jobcenter>/desk/`: none names a person or a concern."""

from django.urls import path

from appointments.desk import (
    appointment,
    changes,
    contact_tasks,
    day,
    groups,
    messages,
    requests,
    schedule,
    schedule_calendar,
    schedule_site,
    waiting,
    walk_ins,
)
from appointments.desk.administration import overview

app_name = "desk"
urlpatterns = [
    path("", day.start, name="start"),
    path("stand/<slug:public_id>/", day.attendance, name="attendance"),
    path("termin/<slug:public_id>/", appointment.appointment, name="appointment"),
    path("termin/<slug:public_id>/absagen/", changes.cancel, name="cancel"),
    path("termin/<slug:public_id>/absage-zuruecknehmen/", changes.undo_cancel, name="undo-cancel"),
    path("termin/<slug:public_id>/verschieben/", changes.move, name="move"),
    path("termin/<slug:public_id>/anderer-termin/", groups.other_date, name="change-date"),
    path("gruppentermine/<slug:location>/", groups.sessions, name="sessions"),
    path("gruppentermine/<slug:location>/neu/", groups.new_session, name="new-session"),
    path("gruppentermin/<slug:session>/", groups.session, name="session"),
    path("gruppentermin/<slug:session>/stand/<slug:public_id>/", groups.attendance, name="session-attendance"),
    path("gruppentermin/<slug:session>/plaetze/", groups.seats, name="session-seats"),
    path("gruppentermin/<slug:session>/absagen/", groups.cancel, name="cancel-session"),
    path("nachrichten/", messages.messages, name="messages"),
    path("nachrichten/suchen/", messages.find, name="find-messages"),
    path("nachricht/<slug:message>/", messages.decide, name="message-step"),
    path("kontakte/", contact_tasks.tasks, name="contact-tasks"),
    path("kontakte/<slug:task>/", contact_tasks.task, name="contact-task"),
    path("anfragen/", requests.waiting, name="requests"),
    path("anfragen/<slug:public_id>/", requests.one, name="request"),
    path("anfragen/<slug:public_id>/zusagen/", requests.grant, name="grant-request"),
    path("anfragen/<slug:public_id>/andere-zeit/", requests.other_time, name="other-time"),
    path("anfragen/<slug:public_id>/ablehnen/", requests.decline, name="decline-request"),
    path("warteliste/<slug:location>/", waiting.show, name="waiting"),
    path("warteliste/<slug:location>/entfernen/", waiting.remove, name="stop-waiting"),
    path("ohne-termin/<slug:location>/", walk_ins.arrivals, name="walk-ins"),
    path("ohne-termin/<slug:location>/aufrufen/", walk_ins.next_one, name="call-next"),
    path("nummer/<slug:public_id>/", walk_ins.ticket, name="ticket"),
    path("sprechzeiten/", schedule.schedules, name="schedules"),
    path("sprechzeiten/<slug:calendar>/", schedule.schedule, name="schedule"),
    path("sprechzeiten/<slug:calendar>/krank/", schedule_calendar.ill, name="schedule-ill"),
    path("sprechzeiten/<slug:calendar>/abwesend/", schedule_calendar.away, name="schedule-away"),
    path("sprechzeiten/<slug:calendar>/wieder-da/", schedule_calendar.back, name="schedule-back"),
    path("sprechzeiten/<slug:calendar>/tag/", schedule_calendar.other_day, name="schedule-day"),
    path("sprechzeiten/<slug:calendar>/tag-wie-sonst/", schedule_calendar.usual_day, name="schedule-usual"),
    path("sprechzeiten/<slug:calendar>/zeit/", schedule_calendar.rule, name="schedule-rule"),
    path("sprechzeiten/<slug:calendar>/zeit-entfernen/", schedule_calendar.end_rule, name="schedule-end"),
    path("standort/<slug:location>/", schedule_site.site, name="site"),
    path("standort/<slug:location>/schliessen/", schedule_site.close, name="site-close"),
    path("standort/<slug:location>/wieder-auf/", schedule_site.reopen, name="site-reopen"),
    path("standort/<slug:location>/zeiten/", schedule_site.hours, name="site-hours"),
    path("standort/<slug:location>/umzug/", schedule_site.move, name="site-move"),
    path("einstellungen/", overview.overview, name="settings"),
    path("<slug:location>/", day.day, name="day"),
]
