import os

from celery import Celery
from celery.schedules import crontab
from kombu import Exchange, Queue

from config.worker_facts import facts_connect
from config.worker_signs import signs_connect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
signs_connect(app)
facts_connect()

# Deadlines are columns: each entry looks for what is due, so a missed beat only delays.
_OFTEN = {
    name: {"task": name, "schedule": every_s, "options": {"queue": queue, "expires": every_s * 2}}
    for name, every_s, queue in (
        ("governance.sweep", 2.0, "sweep"),
        ("escalations.sweep", 2.0, "sweep"),
        ("governance.relay", 2.0, "sweep"),
        ("governance.refresh", 30.0, "gate"),
        ("governance.webhooks_due", 2.0, "sweep"),
        ("escalations.notices_due", 2.0, "sweep"),
        ("governance.scans_due", 30.0, "sweep"),
        ("governance.backtests_due", 30.0, "sweep"),
        ("governance.retentions_due", 30.0, "sweep"),
        ("governance.ledger", 30.0, "scan"),
        ("governance.rollups", 30.0, "scan"),
        ("governance.seals", 30.0, "gate"),
        ("governance.log_checks_due", 30.0, "sweep"),
        ("escalations.reports_due", 60.0, "sweep"),
        ("governance.audit", 60.0, "sweep"),
        ("escalations.audit", 60.0, "sweep"),
        ("governance.prune", 3600.0, "sweep"),
    )
}
# Once a day, UTC: first the day's trust and states, which the re-fold an hour later confirms.
_NIGHTLY = {
    name: {
        "task": name,
        "schedule": crontab(hour=hour, minute=10),
        "options": {"queue": "scan", "expires": 12 * 3600.0},
    }
    for name, hour in (
        ("governance.snapshot", 2),
        ("governance.refold", 3),
        ("governance.retentions_tell", 4),
        ("governance.log_checks_nightly", 5),
    )
}
# Assigned at once: to read the schedule here would read the settings before they are ready.
app.conf.beat_schedule = {**_OFTEN, **_NIGHTLY}
# Each queue with an exchange of its own: queues that share one share their messages too.
app.conf.task_queues = [
    Queue(name, Exchange(name), routing_key=name)
    for name in ("gate", "sweep", "scan", "notify", "backtest")
]
app.conf.task_default_queue = "gate"
# A task whose process dies, or whose broker is lost, runs again elsewhere; each may run twice.
app.conf.task_acks_late = True
app.conf.task_reject_on_worker_lost = True
# What a killed worker had begun is handed out again after this. Only a backtest may run for longer:
# whoever is handed it then finds that it runs, or has ended.
app.conf.broker_transport_options = {"visibility_timeout": 600}
app.conf.worker_cancel_long_running_tasks_on_connection_loss = True
app.conf.worker_prefetch_multiplier = 1
# The settings say what is logged, such as how far a scan has come.
app.conf.worker_hijack_root_logger = False
# However long the broker is away: the supervisor brings it back, or an operator does.
app.conf.broker_connection_retry_on_startup = True
app.conf.broker_connection_max_retries = None
