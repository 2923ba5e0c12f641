"""Who may use the pages of people, keys, the log and the installation."""

from __future__ import annotations

from tests.access.rows import (
    ADMINS,
    EVERYBODY,
    MANAGERS,
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
    # The log: everybody of the fleet reads it, managers have it checked.
    page("fleet-integrity", MEMBERS),
    piece("fleet-integrity-parts", MEMBERS),
    *files("fleet-integrity", MEMBERS),
    piece("fleet-integrity-export", MEMBERS),
    form("fleet-integrity-verify", MANAGERS),
    form("member-move", ADMINS, sends=MEMBER),
    form("invite", ADMINS, sends=INVITE),
    form("invitation-revoke", ADMINS),
    # Whoever has the link; it says whom it is for.
    page("invitation", EVERYBODY, act=EVERYBODY),
)
