"""Who may make the calls of `escalations`: tickets, rules, escalation and channels."""

from __future__ import annotations

from tests.access.rows import ADMINS, MANAGERS, MEMBERS, Row, Said, by, call
from tests.access.sending import (
    ANSWER,
    CHAT,
    CODE,
    DECIDE,
    DECISION,
    ESCALATION_BODY,
    FLEET_CHANNEL,
    HOURS,
    REASON,
    RULE_AT,
    RULE_BODY,
)

# No key decides, claims or hands on: `keys` stands empty.
ROWS: tuple[Row, ...] = (
    call(
        "tickets:list",
        get=by(MEMBERS, "read"),
        post=by(MEMBERS, sends={"kind": "release", "agent": "refund-bot"}),
    ),
    call("tickets:read", get=by(MEMBERS, "read")),
    call("tickets:rights", get=by(MEMBERS)),
    call("tickets:claim", post=by(MEMBERS)),
    call("tickets:release", post=by(MEMBERS)),
    call("tickets:snooze", post=by(MEMBERS)),
    call("tickets:wake", post=by(MEMBERS)),
    call("tickets:ask", post=by(MEMBERS)),
    # The one move of a key: it decides nothing. It must speak for the agent.
    call("tickets:answer", post=by(MEMBERS, "gate", sends=ANSWER, bound=Said.FORBIDDEN)),
    call("tickets:escalate", post=by(MEMBERS)),
    call("tickets:reassign", post=by(MEMBERS)),
    call("tickets:edit", post=by(MEMBERS)),
    call("tickets:approve", post=by(MEMBERS, sends=DECISION)),
    call("tickets:deny", post=by(MEMBERS, sends=DECISION)),
    call("tickets:decide", post=by(MEMBERS, sends=DECIDE)),
    call("tickets:undo", post=by(MEMBERS)),
    call("tickets:reopen", post=by(MEMBERS)),
    call("channels:notices", get=by(MEMBERS, "read")),
    call("rules:list", get=by(MEMBERS, "read"), post=by(MEMBERS, sends=RULE_BODY)),
    call("rules:read", get=by(MEMBERS, "read"), at=RULE_AT),
    call("rules:accept", post=by(MANAGERS), at=RULE_AT),
    call("rules:decline", post=by(MANAGERS, sends=REASON), at=RULE_AT),
    call("rules:revoke", post=by(MEMBERS, sends=REASON), at=RULE_AT),
    call(
        "escalation:policy",
        get=by(MEMBERS, "read"),
        put=by(ADMINS, sends=ESCALATION_BODY),
    ),
    # One's own channels, whoever one is; the fleet's are its admins'.
    call("channels:own", get=by(MEMBERS), post=by(MEMBERS, sends=CHAT)),
    call("channels:hours", get=by(MEMBERS), put=by(MEMBERS, sends=HOURS)),
    call("channels:own-test", post=by(MEMBERS), only="adam"),
    call("channels:own-prove", post=by(MEMBERS, sends=CODE), only="adam"),
    call("channels:own-end", post=by(MEMBERS), only="adam"),
    call("channels:fleet", get=by(MANAGERS, "read"), post=by(ADMINS, sends=CHAT)),
    call("channels:fleet-test", post=by(ADMINS), at=FLEET_CHANNEL),
    call("channels:fleet-prove", post=by(ADMINS, sends=CODE), at=FLEET_CHANNEL),
    call("channels:fleet-end", post=by(ADMINS), at=FLEET_CHANNEL),
)
