"""Who may make the calls of `governance`: the gate, agents, tools, the fleet and its policy."""

from __future__ import annotations

from tests.access.rows import (
    ADMINS,
    EVERYBODY,
    MANAGERS,
    MEMBERS,
    NOBODY,
    Row,
    Said,
    by,
    call,
    keys,
)
from tests.access.sending import (
    AGENT_BODY,
    BYPASS,
    CONFIRM,
    DAYS,
    MODE,
    OUTBOUND,
    OUTCOME,
    POLICY_BODY,
    REASON,
    ROLL_BACK_BODY,
    START,
    TASK,
    TASK_AT,
    TOOL_BODY,
    TRIAL_BODY,
    VERSION,
    VERSION_REASON,
    WEBHOOK_BODY,
)

NOT_ITS_AGENT = Said.FORBIDDEN

ROWS: tuple[Row, ...] = (
    # Any other sentence of the documentation is public too.
    call("docs:openapi", get=by(EVERYBODY)),
    # Asking and reporting: keys alone, and each for its own agents.
    call("api:tasks", post=keys("gate", sends=TASK, bound=NOT_ITS_AGENT, foreign=Said.HIDDEN)),
    call("api:task", get=keys("gate read", bound=NOT_ITS_AGENT), at=TASK_AT),
    call("api:task-start", post=keys("gate", sends=START, bound=NOT_ITS_AGENT), at=TASK_AT),
    call("api:task-heartbeat", post=keys("gate", bound=NOT_ITS_AGENT), at=TASK_AT),
    call("api:task-cancel", post=keys("gate", sends=REASON, bound=NOT_ITS_AGENT), at=TASK_AT),
    call(
        "api:task-outcome",
        post=keys("report", sends=OUTCOME, bound=NOT_ITS_AGENT),
        at=TASK_AT,
    ),
    call("api:outcomes", post=keys("report")),
    call("api:interactions", post=keys("report")),
    call("api:events", get=by(MEMBERS, "read")),
    # Agents and tools. A key of another fleet registers an agent of this name in its own.
    call(
        "api:agent",
        get=by(MEMBERS, "read gate operate"),
        put=by(NOBODY, "operate", sends=AGENT_BODY, bound=NOT_ITS_AGENT, foreign=Said.ALLOWED),
    ),
    call("api:agent-freeze", post=by(MEMBERS, "operate", sends=REASON, bound=NOT_ITS_AGENT)),
    call("api:agent-pause", post=by(MEMBERS, "operate", sends=REASON, bound=NOT_ITS_AGENT)),
    call("api:agent-release", post=by(MEMBERS, sends=REASON)),
    call("api:agent-resume", post=by(MANAGERS, sends=REASON)),
    call("api:agent-mode", post=by(ADMINS, sends=MODE)),
    call("api:agent-bypass", post=by(ADMINS, sends=BYPASS)),
    call("api:agent-bypass-agree", post=by(ADMINS)),
    call("api:agent-mandate-restore", post=by(MANAGERS, sends=REASON)),
    call("api:tools", get=by(MEMBERS, "read gate operate")),
    call("api:tool", put=by(NOBODY, "gate operate", sends=TOOL_BODY, foreign=Said.ALLOWED)),
    call("api:tool-confirm", post=by(ADMINS, sends=CONFIRM)),
    # The fleet. A key that speaks for some agents only does not stop all of them.
    call("api:fleet-halt", post=by(MEMBERS, "operate", sends=REASON, bound=Said.FORBIDDEN)),
    call("api:fleet-resume", post=by(MANAGERS, sends=REASON)),
    call("api:fleet-outbound", get=by(MANAGERS, "read"), put=by(ADMINS, sends=OUTBOUND)),
    call("api:fleet-policy", get=by(MEMBERS, "read"), put=by(ADMINS, sends=POLICY_BODY)),
    call("api:fleet-policy-versions", get=by(MEMBERS, "read")),
    call("api:fleet-policy-agree", post=by(ADMINS, sends=VERSION)),
    call("api:fleet-policy-decline", post=by(ADMINS, sends=VERSION_REASON)),
    call("api:fleet-policy-rollback", post=by(ADMINS, sends=ROLL_BACK_BODY)),
    call("api:backtests", get=by(MEMBERS, "read"), post=by(ADMINS, sends=DAYS)),
    call("api:backtest", get=by(MEMBERS, "read")),
    call("api:backtest-cancel", post=by(ADMINS)),
    call("api:trials", get=by(MEMBERS, "read"), post=by(ADMINS, sends=TRIAL_BODY)),
    call("api:trial", get=by(MEMBERS, "read")),
    call("api:trial-compare", post=by(ADMINS)),
    call("api:trial-end", post=by(ADMINS, sends=REASON)),
    # Where events are sent.
    call("api:webhooks", get=by(MANAGERS, "read"), post=by(ADMINS, sends=WEBHOOK_BODY)),
    call("api:webhook", get=by(MANAGERS, "read"), put=by(ADMINS, sends=WEBHOOK_BODY)),
    call("api:webhook-rotate", post=by(ADMINS)),
    call("api:webhook-test", post=by(ADMINS)),
    call("api:webhook-end", post=by(ADMINS)),
    call("api:deliveries", get=by(MANAGERS, "read")),
    call("api:delivery-replay", post=by(ADMINS)),
)
