"""A mail to whose second factor was taken off: whoever did not ask for it must hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from escalations.domain.factor_text import factor_off_message
from escalations.services.notice_out import mail_send
from governance.domain.ids import id_new

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def factor_off_mail_send(*, user_id: int, by: str) -> bool:
    """Mail a person that ``by`` took their second factor off; return whether they have an address.

    Raises:
        NotTakenError: unless the mail server took it.
    """
    user: User | None = get_user_model().objects.filter(pk=user_id).first()
    if user is None or not user.email:
        return False
    mail_send(user.email, factor_off_message(username=user.get_username(), by=by), id_new())
    return True
