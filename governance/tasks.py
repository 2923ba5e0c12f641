"""Celery entries: each carries the name of the service it calls, takes ids and may run twice."""

from celery import shared_task

from governance.services.answers import answers_prune
from governance.services.auditor import governance_audit
from governance.services.cascades import cascades_sweep
from governance.services.lapsing import unstarted_sweep
from governance.services.modes import bypasses_sweep
from governance.services.probation import breakers_sweep
from governance.services.refresh import fleets_refresh
from governance.services.relay import events_relay
from governance.services.usual_work import usual_work_age


@shared_task(name="governance.sweep", ignore_result=True)
def sweep() -> dict[str, int]:
    """Advance every deadline of governance that is due."""
    return {
        "bypasses": bypasses_sweep(),
        "breakers": breakers_sweep(),
        "unstarted": unstarted_sweep(),
        "cascades": cascades_sweep(),
    }


@shared_task(name="governance.relay", ignore_result=True)
def relay() -> int:
    """Push recorded events that were not pushed."""
    return events_relay()


@shared_task(name="governance.refresh", ignore_result=True)
def refresh() -> int:
    """Compute the next refresh facts of each fleet that has new outcomes."""
    return fleets_refresh()


@shared_task(name="governance.audit", ignore_result=True)
def audit() -> int:
    """Find what should have advanced and did not, mend it, and say so."""
    return governance_audit()


@shared_task(name="governance.prune", ignore_result=True)
def prune() -> int:
    """Forget stored answers after a day, and old days of what agents usually do."""
    return answers_prune() + usual_work_age()
