"""An app that shows codes, for tests."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

from governance.domain.one_time_codes import STEP_S, code_at
from governance.services.second_factor import second_factor_set_up, secret_new

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class App:
    """Shows codes of a secret; each call shows a later one, as if a person waited for it.

    A code is good for the step before and after its own, so three can follow each other at once.
    """

    def __init__(self, secret: str) -> None:
        self.secret = base64.b32decode(secret)
        self._last = 0

    def code(self) -> str:
        now = int(time.time() // STEP_S)
        self._last = max(self._last + 1, now - 1)
        return code_at(self.secret, self._last)


def app_of(user: User) -> tuple[App, list[str]]:
    """Set an app up for a person and return it with the recovery codes."""
    secret = secret_new()
    app = App(secret)
    return app, second_factor_set_up(user=user, secret=secret, code=app.code())
