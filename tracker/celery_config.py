"""Celery's options, each with its reason. The outbox row is the queue; a message only wakes it."""

from typing import Any

from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from tracker.broker import folders
from tracker.schedule import SCHEDULE

# --- Broker ---------------------------------------------------------------------------------------

# Longer than any job may run: a message is not handed to a second worker while the first works.
VISIBILITY_SECONDS = 3600

SERVER_OPTIONS = {
    "visibility_timeout": VISIBILITY_SECONDS,
    # A broker that is down or silent costs a web request seconds, not its thread.
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "max_retries": 1,
    "interval_start": 0,
}
broker_transport_options: dict[str, Any]
if settings.BROKER_URL:
    broker_url = settings.BROKER_URL
    broker_transport_options = SERVER_OPTIONS
else:
    # The embedded set-up: messages are files, so nothing but Python is needed.
    TRANSPORT_ALIASES["files"] = "tracker.broker:Transport"
    broker_url = "files://localhost"
    broker_transport_options = folders(settings.BROKER_DIR)

# The same number in all three places where Celery and its transports look for it.
visibility_timeout = VISIBILITY_SECONDS
result_backend_transport_options = {"visibility_timeout": VISIBILITY_SECONDS}

# Seconds until a dead broker is noticed when connecting.
broker_connection_timeout = 2
# A worker started before its broker waits for it, for as long as it takes.
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
# Publishing is tried once: what a lost wake was about is found by the next one.
task_publish_retry = False
# Only data crosses the broker, so nothing in it can run code.
task_serializer = "json"
result_serializer = "json"
accept_content = ["json"]
# Nobody reads results; what a job did stands in the database.
task_ignore_result = True

# --- Work -----------------------------------------------------------------------------------------

# A message is done when its work is, so a killed worker's messages come back.
task_acks_late = True
task_reject_on_worker_lost = True
# One message at a time: a long job does not hold short ones that another process could do.
worker_prefetch_multiplier = 1
worker_concurrency = settings.WORKER_PROCESSES
# A job that hangs is interrupted, then killed; jobs commit in small steps and resume.
task_soft_time_limit = 25 * 60
task_time_limit = 30 * 60
# Without its broker a worker cannot say "done": it stops the job rather than do it twice.
worker_cancel_long_running_tasks_on_connection_loss = True
# Processes are renewed, so a leak in a library stays small.
worker_max_tasks_per_child = 500
worker_max_memory_per_child = 400_000  # kilobytes
# Logging is Django's (settings.LOGGING), one line an event.
worker_hijack_root_logger = False
worker_redirect_stdouts = False
# Each cycle's messages would cost more than they tell: nobody listens to worker events.
worker_send_task_events = False
# The health check of a worker in a container asks it by broadcast; files have no such listeners.
worker_enable_remote_control = bool(settings.BROKER_URL)
task_send_sent_event = False

# --- Beat -----------------------------------------------------------------------------------------

# Times of the schedule are the office's, wherever the server stands.
timezone = settings.TIME_ZONE
enable_utc = True
beat_schedule = {name: entry.as_celery() for name, entry in SCHEDULE.items()}
beat_schedule_filename = str(settings.DATA_DIR / "beat-schedule")
# After a pause beat looks back this far: a night without the machine is made up for in the morning.
beat_cron_starting_deadline = 12 * 3600
