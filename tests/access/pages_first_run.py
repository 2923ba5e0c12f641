"""Who may use the pages of the first run, and connect an agent."""

from __future__ import annotations

from tests.access.rows import EVERYBODY, MEMBERS, SIGNED_IN, Row, form, page, piece
from tests.access.sending import FIRST_FLEET, FIRST_KEY, INVITE

# It is adam's: whoever began it goes on with it, and for everybody else there is none.
ADAM = "adam"

ROWS: tuple[Row, ...] = (
    page("welcome", SIGNED_IN),
    # Whoever has the link, while there are no people; the matrix has some, and it says so.
    page("welcome-begin", EVERYBODY, act=EVERYBODY),
    page("welcome-fleet", SIGNED_IN, act=SIGNED_IN, sends=FIRST_FLEET, only=ADAM),
    page("welcome-reviewer", SIGNED_IN, act=SIGNED_IN, sends=INVITE, only=ADAM),
    form("welcome-alone", SIGNED_IN, only=ADAM),
    page("welcome-key", SIGNED_IN, act=SIGNED_IN, sends=FIRST_KEY, only=ADAM),
    page("welcome-agent", SIGNED_IN, act=SIGNED_IN, only=ADAM),
    form("welcome-end", SIGNED_IN, only=ADAM),
    # The client of the examples, without a secret.
    page("connect-client", EVERYBODY),
    page("fleet-connect", MEMBERS, act=MEMBERS),
    piece("fleet-connect-asked", MEMBERS),
)
