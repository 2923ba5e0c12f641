"""Celery entries: each carries the name of the service it calls, takes ids and may run twice."""

from uuid import UUID

from celery import shared_task
from django.conf import settings

from governance.services.answers import answers_prune
from governance.services.auditor import governance_audit
from governance.services.backtest_running import backtest_carry_out
from governance.services.backtests import backtests_sweep
from governance.services.breakers import pauses_sweep
from governance.services.cascade_sweeping import cascades_sweep
from governance.services.collusion_scans import scan_run, scans_due
from governance.services.fleet_alarm import fleet_alarms_sweep
from governance.services.guesses_telling import guesses_tell
from governance.services.lapsing import unstarted_sweep
from governance.services.ledger import fleets_ledger_book
from governance.services.log_checks import (
    log_check_run,
    log_checks_due,
    log_checks_nightly,
)
from governance.services.modes import bypasses_sweep
from governance.services.nightly import shard_refold, shard_snapshot, shards
from governance.services.probation import breakers_sweep
from governance.services.refresh import fleets_refresh
from governance.services.relay import events_relay
from governance.services.retention import retention_work, retentions_due
from governance.services.retention_due import retentions_tell
from governance.services.rollups import buckets_prune, fleets_roll_up
from governance.services.sealing import seals_write
from governance.services.trials import trials_sweep
from governance.services.usual_work import usual_work_age
from governance.services.watch import watch_ping
from governance.services.webhook_sending import (
    webhook_send,
    webhooks_due,
    webhooks_fan_out,
)
from governance.services.webhook_upkeep import deliveries_forget, deliveries_give_up


@shared_task(name="governance.sweep", ignore_result=True)
def sweep() -> dict[str, int]:
    """Advance every deadline of governance that is due."""
    return {
        "bypasses": bypasses_sweep(),
        "breakers": breakers_sweep(),
        "pauses": pauses_sweep(),
        "unstarted": unstarted_sweep(),
        "cascades": cascades_sweep(),
        "fleet_alarms": fleet_alarms_sweep(),
        "guesses": guesses_tell(),
    }


@shared_task(name="governance.relay", ignore_result=True)
def relay() -> int:
    """Push recorded events that were not pushed."""
    return events_relay()


@shared_task(name="governance.refresh", ignore_result=True)
def refresh() -> int:
    """Compute the next refresh facts of each fleet that has new outcomes."""
    return fleets_refresh()


@shared_task(name="governance.ledger", ignore_result=True)
def ledger() -> int:
    """Book what agents earned, spent and passed on since the last time."""
    return fleets_ledger_book()


@shared_task(name="governance.rollups", ignore_result=True)
def rollups() -> int:
    """Sum up what ended and was answered since the last time, for pages of months."""
    return fleets_roll_up()


@shared_task(name="governance.seals", ignore_result=True)
def seals() -> int:
    """Seal what committed transactions wrote since the last time."""
    return seals_write()


@shared_task(name="governance.log_checks_due", ignore_result=True)
def log_checks_start() -> int:
    """Let the workers check logs as people asked."""
    found = log_checks_due()
    for check_id in found:
        log_check.apply_async((str(check_id),), queue="scan", expires=60.0)
    return len(found)


@shared_task(name="governance.log_checks_nightly", ignore_result=True)
def log_checks_ask() -> int:
    """Ask for the check of every fleet's log."""
    return log_checks_nightly()


@shared_task(name="governance.log_check", ignore_result=True)
def log_check(check_id: str) -> str:
    """Check the log of a fleet against its seals."""
    return log_check_run(check_id=UUID(check_id)).state


@shared_task(name="governance.audit", ignore_result=True)
def audit() -> int:
    """Find what should have advanced and did not, mend it, and say so, to the outside as well."""
    found = governance_audit()
    watch.apply_async(queue="notify", expires=60.0)
    return found


@shared_task(name="governance.watch", ignore_result=True)
def watch() -> bool:
    """Tell whoever watches from outside that the auditor ran."""
    return watch_ping(url=settings.WATCH_URL)


@shared_task(name="governance.prune", ignore_result=True)
def prune() -> int:
    """Forget stored answers, old days of what agents usually do, old messages and old buckets."""
    return answers_prune() + usual_work_age() + deliveries_forget() + buckets_prune()


@shared_task(name="governance.snapshot", ignore_result=True)
def snapshot() -> int:
    """Let the workers keep the day's trust of every agent, and states to fold from."""
    found = shards()
    for first, last in found:
        snapshot_shard.apply_async((str(first), str(last)), queue="scan")
    return len(found)


@shared_task(name="governance.snapshot_shard", ignore_result=True)
def snapshot_shard(first: str, last: str) -> int:
    """Keep the day's trust and the states of the agents from ``first`` to ``last``."""
    return shard_snapshot(first=UUID(first), last=UUID(last))


@shared_task(name="governance.refold", ignore_result=True)
def refold() -> int:
    """Let the workers fold the history of every agent again."""
    found = shards()
    for first, last in found:
        refold_shard.apply_async((str(first), str(last)), queue="scan")
    return len(found)


@shared_task(name="governance.refold_shard", ignore_result=True)
def refold_shard(first: str, last: str) -> int:
    """Fold the agents from ``first`` to ``last`` again and return how many differ."""
    return shard_refold(first=UUID(first), last=UUID(last)).differences


@shared_task(name="governance.scans_due", ignore_result=True)
def scans_due_start() -> int:
    """Let the workers run the scans for collusion that are due."""
    asked = scans_due()
    for scan_id in asked:
        collusion_scan.apply_async((str(scan_id),), queue="scan")
    return len(asked)


@shared_task(name="governance.collusion_scan", ignore_result=True)
def collusion_scan(scan_id: str) -> str:
    """Run a scan for collusion that was asked for."""
    return scan_run(scan_id=UUID(scan_id)).state


@shared_task(name="governance.backtests_due", ignore_result=True)
def backtests_due() -> int:
    """End backtests without a worker, and compare or end the trials that are due."""
    return backtests_sweep() + trials_sweep()


@shared_task(name="governance.backtest_carry_out", ignore_result=True)
def backtest_run(backtest_id: str) -> str:
    """Run a backtest that was asked for."""
    return backtest_carry_out(backtest_id=UUID(backtest_id)).state


@shared_task(name="governance.retentions_due", ignore_result=True)
def retentions_due_start() -> int:
    """Let the workers go on with removals that nobody has."""
    found = retentions_due()
    for run_id in found:
        retention_go_on.apply_async((str(run_id),), queue="scan", expires=60.0)
    return len(found)


@shared_task(name="governance.retentions_tell", ignore_result=True)
def retentions_tell_due() -> int:
    """Tell fleets that records are past their time; nothing is removed for it."""
    return retentions_tell()


@shared_task(name="governance.retention_work", ignore_result=True)
def retention_go_on(run_id: str) -> str:
    """Prepare or carry out a removal as far as a turn goes."""
    return retention_work(run_id=UUID(run_id))


@shared_task(name="governance.webhooks_due", ignore_result=True)
def webhooks_due_start() -> int:
    """List new events for every webhook, and let the workers send what is due."""
    webhooks_fan_out()
    deliveries_give_up()
    found = webhooks_due()
    for endpoint_id in found:
        # Each finds what is due by itself, so one that waited too long is not missed.
        webhook_deliver.apply_async((str(endpoint_id),), queue="notify", expires=30.0)
    return len(found)


@shared_task(name="governance.webhook_deliver", ignore_result=True)
def webhook_deliver(endpoint_id: str) -> int:
    """Send what is due to one webhook."""
    return webhook_send(endpoint_id=UUID(endpoint_id))
