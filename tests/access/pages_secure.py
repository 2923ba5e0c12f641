"""Who may use the pages of people, keys, the log and the installation."""

from __future__ import annotations

from tests.access.rows import (
    ADMINS,
    EVERYBODY,
    MEMBERS,
    SOME_MANAGER,
    Row,
    files,
    form,
    page,
    piece,
)
from tests.access.sending import INVITE, MEMBER

ROWS: tuple[Row, ...] = (
    page("health", SOME_MANAGER),
    piece("health-parts", SOME_MANAGER),
    # People: everybody of the fleet sees who is in it.
    page("fleet-people", MEMBERS),
    *files("fleet-people", MEMBERS),
    form("member-move", ADMINS, sends=MEMBER),
    form("invite", ADMINS, sends=INVITE),
    form("invitation-revoke", ADMINS),
    # Whoever has the link; it says whom it is for.
    page("invitation", EVERYBODY, act=EVERYBODY),
)
