"""A member is mailed what an admin did to their sign-in, where mail is set up."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from escalations.tasks import factor_off_mail
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


def factor_mail_queue(member: User, *, by: User) -> None:
    """Ask a courier to tell a member that their second factor is off, once it is committed.

    Without a broker it is not told by mail: the log of each fleet has it either way.
    """
    if not settings.EMAIL_HOST or not member.email:
        return
    words = (member.pk, person_name(by))

    def ask() -> None:
        try:
            factor_off_mail.apply_async(words, queue="notify", expires=3_600.0)
        except OperationalError as error:
            logger.warning("the broker took no mail about a second factor: %s", error)

    transaction.on_commit(ask)
