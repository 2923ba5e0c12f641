"""Who may use the pages of people, keys, the log and the installation."""

from __future__ import annotations

from tests.access.rows import (
    ADMINS,
    EVERYBODY,
    MANAGERS,
    MEMBERS,
    SIGNED_IN,
    SOME_MANAGER,
    Row,
    files,
    form,
    page,
    piece,
)
from tests.access.sending import INVITE, MEMBER

NOT_AT_IT = "whoever began it"

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
    # The first run of an installation: this one has people, and none of them is at it.
    page("welcome", SIGNED_IN),
    page("welcome-begin", EVERYBODY, act=EVERYBODY),
    page("welcome-fleet", SIGNED_IN, act=SIGNED_IN, only=NOT_AT_IT),
    page("welcome-reviewer", SIGNED_IN, act=SIGNED_IN, only=NOT_AT_IT),
    form("welcome-alone", SIGNED_IN, only=NOT_AT_IT),
    page("welcome-key", SIGNED_IN, act=SIGNED_IN, only=NOT_AT_IT),
    page("welcome-agent", SIGNED_IN, act=SIGNED_IN, only=NOT_AT_IT),
    form("welcome-end", SIGNED_IN, only=NOT_AT_IT),
    page("connect-client", EVERYBODY),
    page("fleet-connect", MEMBERS, act=MEMBERS),
    piece("fleet-connect-asked", MEMBERS),
    # Whoever has the link; it says whom it is for.
    page("invitation", EVERYBODY, act=EVERYBODY),
)
