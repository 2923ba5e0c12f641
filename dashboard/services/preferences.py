"""Keep how a person wants the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.models import Preferences
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SWITCH = {"on": True, "off": False}


def keys_switch(*, user: User, to: str) -> bool:
    """Switch the person's single-key shortcuts, in every browser; return whether they are on.

    Raises:
        InvalidFieldError: for anything but ``on`` and ``off``.
    """
    if to not in _SWITCH:
        raise InvalidFieldError(
            "Keys are switched on or off.", field="keys", value=to, allowed="on or off"
        )
    Preferences.objects.update_or_create(user=user, defaults={"keys_on": _SWITCH[to]})
    return _SWITCH[to]
