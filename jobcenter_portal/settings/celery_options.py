# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""Options of Celery 5.7; each closes a loss or a duplicate that was reproduced with kill -9."""

from jobcenter_portal.settings import environment

broker_url = environment.needed("REDIS_URL")
broker_connection_retry_on_startup = True
broker_transport_options = {
    "visibility_timeout": 300,  # longer than any task may run, or it would run twice
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 20,
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
task_create_missing_queues = True
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 2000
worker_soft_shutdown_timeout = 20
worker_cancel_long_running_tasks_on_connection_loss = True
worker_hijack_root_logger = False
worker_send_task_events = False
event_queue_expires = 60
timezone = "UTC"
enable_utc = True
beat_schedule = {
    "deliver-due-messages": {
        "task": "notifications.deliver_due_of_all_tenants",
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    "reap-expired-leases": {
        "task": "notifications.reap_of_all_tenants",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "expire-dead-holds": {
        "task": "appointments.expire_holds_of_all_tenants",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "remind-offices": {
        "task": "appointments.remind_offices_of_all_tenants",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "follow-reminder-plans": {
        "task": "appointments.follow_plans_of_all_tenants",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "offer-free-times": {
        "task": "appointments.offer_free_times_of_all_tenants",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget-old-answers": {
        "task": "rest.forget_old_answers_of_all_tenants",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
