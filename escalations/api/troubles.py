"""What the ticket calls take and refuse alike, as it is documented."""

from __future__ import annotations

from escalations.api.headers import IF_MATCH, PASSWORD
from escalations.domain.routing import BAR_MEANING, Bar
from governance.api.reference.calls import Parameter, Trouble

TICKET_ID = Parameter(
    name="id",
    place="path",
    meaning="The ticket's id, as a task's answer names it.",
    required=True,
    schema={"type": "string", "format": "uuid"},
)
VERSION = Parameter(
    name=IF_MATCH,
    place="header",
    meaning='The version you read, in quotes: the ETag, such as "3".',
    required=True,
)
AGAIN = Parameter(
    name=PASSWORD,
    place="header",
    meaning="Your password, which an approval of a CRITICAL ticket takes.",
)
WRONG_PASSWORD = (
    Trouble(status=401, code="reauthentication_failed", when="The password is wrong."),
    Trouble(
        status=429,
        code="too_many_wrong",
        when="Too many passwords were wrong; none is taken before Retry-After, in s.",
    ),
)
UNKNOWN = Trouble(status=404, code="ticket_unknown", when="The fleet has no such ticket.")
PERSON_ONLY = Trouble(
    status=403, code="person_required", when="A key called; only people answer tickets."
)
TOO_LOW = Trouble(status=403, code="role_too_low", when="The person's role may not do this.")
NO_VERSION = Trouble(status=428, code="version_required", when="If-Match is missing.")
STALE = Trouble(
    status=409, code="stale_version", when="It changed since you read it; current says how."
)
DECIDED = Trouble(
    status=409, code="already_decided", when="Somebody decided first; current says who and when."
)
EXPIRED = Trouble(status=409, code="ticket_expired", when="Its time to answer has passed.")
WITHDRAWN = Trouble(status=410, code="ticket_withdrawn", when="The caller asks no longer.")
CLAIMED = Trouble(status=423, code="ticket_claimed", when="Somebody else works on it for now.")
PRACTICE = Trouble(
    status=409, code="practice_ticket", when="It only records what would have been asked."
)
NOT_HELD = Trouble(status=409, code="not_claimed", when="The caller does not hold it; claim it.")
GRANT_USED = Trouble(
    status=409, code="grant_used", when="The agent has used the approval, or it is gone."
)
# Whoever is no member or has no open account gets no further than 404 and 401.
STANDING_BARS, COUNTING_BARS = (
    tuple(Trouble(status=403, code=bar.value, when=BAR_MEANING[bar]) for bar in bars)
    for bars in (
        (Bar.OWNS_AGENT, Bar.REQUESTED_IT, Bar.APPROVED_IT),
        (Bar.ALREADY_APPROVED, Bar.MANAGER_MISSING),
    )
)
OPEN_ONLY = (
    UNKNOWN,
    PERSON_ONLY,
    TOO_LOW,
    *STANDING_BARS,
    NO_VERSION,
    STALE,
    DECIDED,
    EXPIRED,
    PRACTICE,
    WITHDRAWN,
    CLAIMED,
)
