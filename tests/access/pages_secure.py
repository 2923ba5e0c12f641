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
from tests.access.sending import INVITE, KEY, MEMBER, NEW_KEY, OVERLAP

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
    # Keys: admins alone, for whoever sees a key's limits knows what to spare.
    page("fleet-keys", ADMINS),
    *files("fleet-keys", ADMINS),
    form("fleet-key-add", ADMINS, sends=NEW_KEY),
    page("fleet-key", ADMINS),
    form("fleet-key-change", ADMINS, sends=KEY),
    form("fleet-key-rotate", ADMINS, sends=OVERLAP),
    form("fleet-key-revoke", ADMINS),
    # Whoever has the link; it says whom it is for.
    page("invitation", EVERYBODY, act=EVERYBODY),
)
