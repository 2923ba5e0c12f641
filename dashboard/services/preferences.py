"""Keep how a person wants the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.models import Preferences
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SWITCH = {"on": True, "off": False}
_NAMES = {
    "keys": "Keys are",
    "notices": "Notices are",
    "own_zone": "Times in one's own zone are",
}


def keys_switch(*, user: User, to: str) -> bool:
    """Switch the person's single-key shortcuts, in every browser; return whether they are on.

    Raises:
        InvalidFieldError: for anything but ``on`` and ``off``.
    """
    wanted = _wanted("keys", to)
    Preferences.objects.update_or_create(user=user, defaults={"keys_on": wanted})
    return wanted


def notices_switch(*, user: User, to: str) -> bool:
    """Switch whether open pages tell the person of new tickets; return whether they do.

    The browser itself asks for its permission besides, in each browser once.

    Raises:
        InvalidFieldError: for anything but ``on`` and ``off``.
    """
    wanted = _wanted("notices", to)
    Preferences.objects.update_or_create(user=user, defaults={"notices_on": wanted})
    return wanted


def own_zone_switch(*, user: User, to: str) -> bool:
    """Switch whether pages of figures show times in the person's own zone; return whether they do.

    Raises:
        InvalidFieldError: for anything but ``on`` and ``off``.
    """
    wanted = _wanted("own_zone", to)
    Preferences.objects.update_or_create(user=user, defaults={"own_zone_on": wanted})
    return wanted


def _wanted(field: str, to: str) -> bool:
    if to not in _SWITCH:
        raise InvalidFieldError(
            f"{_NAMES[field]} switched on or off.",
            field=field,
            value=to,
            allowed="on or off",
        )
    return _SWITCH[to]
