# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Options of Celery 5.7; each closes a loss, a duplicate or a delay that was reproduced with kill -9 or a cut line."""

from typing import Any, Final

from kombu import Exchange, Queue

from jobcenter_portal.settings import environment

_STALE_AFTER_S: Final = 2 * 3600
"""Whoever publishes writes the expiry by their own clock and the worker reads it by its own: seconds would make every
hint void when the two are a minute apart. What piles up in two hours is 3,600 ticks that find nothing to do."""


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": _STALE_AFTER_S}}


broker_url = environment.needed("REDIS_URL")
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # the default gives up after 100 tries; an outage may take longer
broker_transport_options = {
    "visibility_timeout": 300,  # longer than any task may run, or it would run twice
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 30,  # a worker killed with it in hand would keep all others from restoring for 5 minutes
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 20,  # also after what time kombu drops a connection that has fallen silent
    "retry_on_timeout": True,
    "global_keyprefix": "jc:",
}
task_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True  # otherwise kill -9 of a pool child loses its task
task_time_limit = 240
task_soft_time_limit = 200
task_publish_retry_policy = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
task_queues = [Queue(name, Exchange(name), routing_key=name) for name in ("urgent", "delivery", "housekeeping")]
"""Three lanes. A worker empties all of them unless told otherwise (-Q urgent). Each has an exchange of its own: with
Celery's default all would be bound to the same one, and what names no queue would be copied into all three."""
task_default_queue = "housekeeping"
task_routes = {
    "notifications.deliver_due": {"queue": "urgent"},
    "notifications.urgent_lane_of_all_tenants": {"queue": "urgent"},
    "notifications.deliver_due_of_all_tenants": {"queue": "delivery"},
    "notifications.reap_of_all_tenants": {"queue": "delivery"},
}
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 2000
worker_soft_shutdown_timeout = 20
worker_cancel_long_running_tasks_on_connection_loss = True
worker_hijack_root_logger = False
worker_send_task_events = False
event_queue_expires = 60
timezone = "UTC"
enable_utc = True
# Without a file: every entry is an interval, so a new start begins a new one, and neither kill -9 nor a clock that was
# set back can leave anything behind that keeps beat silent.
beat_scheduler = "celery.beat:Scheduler"
beat_schedule = {
    "deliver-due-messages": _every(2.0, "notifications.deliver_due_of_all_tenants"),
    "show-urgent-lane": _every(10.0, "notifications.urgent_lane_of_all_tenants"),
    "reap-expired-leases": _every(15.0, "notifications.reap_of_all_tenants"),
    "expire-dead-holds": _every(60.0, "appointments.expire_holds_of_all_tenants"),
    "remind-offices": _every(600.0, "appointments.remind_offices_of_all_tenants"),
    "follow-reminder-plans": _every(60.0, "appointments.follow_plans_of_all_tenants"),
    "offer-free-times": _every(60.0, "appointments.offer_free_times_of_all_tenants"),
    "forget-old-answers": _every(3600.0, "rest.forget_old_answers_of_all_tenants"),
    "forget-old-feedback": _every(3600.0, "about.forget_old_feedback_of_all_tenants"),
    "forget-old-messages": _every(3600.0, "notifications.forget_old_of_all_tenants"),
    "forget-old-trail": _every(3600.0, "audit.forget_old_of_all_tenants"),
    "write-emergency-lists": _every(300.0, "appointments.write_emergency_lists_of_all_tenants"),
}
