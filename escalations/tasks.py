"""Celery entries: each looks for what is due, and may run twice."""

import logging
from uuid import UUID

from celery import shared_task

from escalations.services.auditor import escalations_audit
from escalations.services.claims import claims_end_due
from escalations.services.escalating import tickets_escalate_due
from escalations.services.expiry import tickets_expire_due
from escalations.services.factor_mail import factor_off_mail_send
from escalations.services.notice_out import NotTakenError
from escalations.services.notice_sending import channels_due, notices_send
from escalations.services.password_reset import reset_mails_send
from escalations.services.reports import reports_plan
from escalations.services.waking import snoozes_end_due

logger = logging.getLogger(__name__)


@shared_task(name="escalations.sweep", ignore_result=True)
def sweep() -> dict[str, int]:
    """Expire overdue tickets, end overdue claims, wake what was put off until now, and call the
    next level of people where it is due."""
    return {
        "tickets": tickets_expire_due(),
        "claims": claims_end_due(),
        "snoozes": snoozes_end_due(),
        "escalations": tickets_escalate_due(),
    }


@shared_task(name="escalations.audit", ignore_result=True)
def audit() -> int:
    """Find tickets that should have moved and did not, mend them, and say so."""
    return escalations_audit()


@shared_task(name="escalations.notices_due", ignore_result=True)
def notices_due_start() -> int:
    """Let the couriers tell people what is due."""
    found = channels_due()
    for channel_id in found:
        # Each finds what is due by itself, so one that waited too long is not missed.
        notice_deliver.apply_async((str(channel_id),), queue="notify", expires=30.0)
    return len(found)


@shared_task(name="escalations.reports_due", ignore_result=True)
def reports_due_plan() -> int:
    """Plan the weekly reports that are due; the couriers find them like any message."""
    return reports_plan()


@shared_task(name="escalations.notice_deliver", ignore_result=True)
def notice_deliver(channel_id: str) -> int:
    """Send what is due to one channel."""
    return notices_send(channel_id=UUID(channel_id))


@shared_task(name="escalations.password_reset_mail", ignore_result=True)
def password_reset_mail(address: str) -> int:
    """Mail a link for a new password to whoever has this address.

    Sent by the courier, so that the page answers as fast for an address that nobody has.
    """
    try:
        return reset_mails_send(address)
    except NotTakenError as error:
        logger.warning("a mail for a new password was not taken: %s", error)
        return 0


@shared_task(name="escalations.factor_off_mail", ignore_result=True)
def factor_off_mail(user_id: int, by: str) -> bool:
    """Mail a person that somebody took their second factor off."""
    try:
        return factor_off_mail_send(user_id=user_id, by=by)
    except NotTakenError as error:
        logger.warning("a mail about a second factor was not taken: %s", error)
        return False
