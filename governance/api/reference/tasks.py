"""The gate calls, documented."""

from __future__ import annotations

from governance.api.reference.calls import IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.api.reference.letters import every_letter
from governance.api.shown import HeartbeatShown, OutcomeShown, StartedShown, TaskShown
from governance.services.schemas import (
    HeartbeatBody,
    OutcomeBody,
    ReasonBody,
    StartBody,
    TaskBody,
)

SECTION = "Tasks"
TASK_ID = Parameter(
    name="id",
    place="path",
    meaning="The task's id, or the external_id you gave it.",
    required=True,
)
WAIT = Parameter(
    name="wait",
    place="query",
    meaning="Seconds to wait for news, 0 to 60. The answer comes at the latest then, as it stands.",
    schema={"type": "integer", "minimum": 0, "maximum": 60, "default": 0},
)
UNKNOWN_TASK = Trouble(status=404, code="task_unknown", when="The key's fleet has no such task.")
NOT_OF_KEY = Trouble(status=403, code="agent_not_of_key", when="The key is bound to other agents.")
OTHER_ENVIRONMENT = Trouble(
    status=403, code="environment_of_key", when="The task runs in another environment."
)
OF_TASK = (UNKNOWN_TASK, NOT_OF_KEY, OTHER_ENVIRONMENT)

TASK_CALLS = (
    Call(
        name="task_submit",
        section=SECTION,
        method="POST",
        path="/tasks",
        summary="Ask whether a task may run",
        detail=(
            "The gate answers allow (run it), escalate (people are asked; wait for them) or deny, "
            "each with its reasons. A LOW task that is allowed may run at once and only report its "
            "outcome; every other task must be started first. The same external_id with the same "
            "body returns the stored task, with another body it is refused. To change the "
            "arguments of a task that waits for people, ask with a new external_id and supersedes: "
            "the former task is withdrawn, and people are asked afresh."
        ),
        scopes=("gate",),
        parameters=(IDEMPOTENCY,),
        body=TaskBody,
        meanings={
            "agent": "The external_id under which the agent was registered.",
            "requested_by": (
                "Who or what is behind the run. It is the source for trust; a person named by user "
                "name, mail address or full name is barred from deciding. A number names nobody."
            ),
            "external_id": "Your name for this task, once in a fleet.",
            "title": "One line for the people who may be asked.",
            "operation": "What kind of thing is done, such as refund.issue.",
            "tool": "The tool that does it, as registered with PUT tools/{name}.",
            "description": "The agent's own words; shown to people as untrusted text.",
            "parent": "The external_id of the task this one came from.",
            "supersedes": "The external_id of a waiting task whose place this one takes.",
            "target": "What it is done to, such as order/1001.",
            "arguments": "Exactly what will run unless people edit it: shown, hashed, given back.",
            "plan": "Structure: steps, agents, delegations. What is not said counts as worst.",
            "task_type": "Your own classification; it can only make the gate stricter.",
            "blast": f"Declared metrics; they can only raise the level. {every_letter()}",
            "budget_usd": "What the task may cost.",
            "time_limit_s": "How long it may run.",
            "state": "Opaque text of at most 64 KiB that the gate keeps for you.",
            "callback_url": (
                "https, to a host an admin listed. A signed message goes there when the task is "
                "resolved, withdrawn or told to stop; then ask GET tasks/{id}."
            ),
        },
        replies=(
            Reply(
                status=201,
                meaning="The task with the gate's decision; ticket is set if people are asked.",
                shape=TaskShown,
            ),
            Reply(status=200, meaning="The same request again: the stored task.", shape=TaskShown),
        ),
        troubles=(
            Trouble(status=404, code="agent_unknown", when="The fleet has no such agent."),
            NOT_OF_KEY,
            Trouble(status=409, code="external_id_reused", when="It exists with other content."),
            Trouble(status=413, code="state_too_large", when="state has more than 64 KiB."),
            Trouble(
                status=422, code="callback_host_unlisted", when="No admin listed the callback host."
            ),
            Trouble(status=422, code="parent_unknown", when="The fleet has no such parent task."),
            Trouble(
                status=422, code="supersedes_unknown", when="The fleet has no task to supersede."
            ),
            Trouble(
                status=422,
                code="other_work",
                when="The task to supersede is of another agent, operation or tool.",
            ),
            Trouble(
                status=409,
                code="supersedes_too_late",
                when="The task to supersede no longer waits; read how it ended.",
            ),
        ),
    ),
    Call(
        name="task_read",
        section=SECTION,
        method="GET",
        path="/tasks/{id}",
        summary="Read a task, or wait for its answer",
        detail=(
            "With wait the answer comes when a waiting task is resolved, and once more when an "
            "approval becomes usable. resolution.answer tells denied (a person said no), responded "
            "(a person answered in words: reason_text is your answer), expired (nobody answered), "
            "withdrawn (you cancelled) and blocked (the gate itself said no) apart; "
            "approved_edited means that people edited what you sent: run arguments, no others."
        ),
        scopes=("gate", "read"),
        parameters=(TASK_ID, WAIT),
        replies=(Reply(status=200, meaning="The task as it is now.", shape=TaskShown),),
        troubles=(
            *OF_TASK,
            Trouble(status=422, code="invalid_field", when="`wait` is no such number."),
        ),
    ),
    Call(
        name="task_start",
        section=SECTION,
        method="POST",
        path="/tasks/{id}/start",
        summary="Start a task",
        detail=(
            "The gate looks again, since agent, fleet and registry may have changed. An approved "
            "task uses its one grant. Run exactly the arguments that come back."
        ),
        scopes=("gate",),
        parameters=(TASK_ID, IDEMPOTENCY),
        body=StartBody,
        meanings={
            "action_digest": "As the task's last answer gave it: it binds what was approved."
        },
        replies=(Reply(status=200, meaning="Go.", shape=StartedShown),),
        troubles=(
            *OF_TASK,
            Trouble(status=409, code="not_approved_yet", when="People have not answered yet."),
            Trouble(status=409, code="denied", when="A person said no; resolution says why."),
            Trouble(status=409, code="expired", when="Nobody answered in time."),
            Trouble(status=409, code="withdrawn", when="The task was cancelled."),
            Trouble(status=409, code="responded", when="People answered in words instead."),
            Trouble(status=409, code="blocked", when="The gate itself denied the task."),
            Trouble(status=409, code="frozen", when="The agent was frozen in the meantime."),
            Trouble(status=409, code="fleet_halted", when="The fleet was halted."),
            Trouble(status=409, code="digest_mismatch", when="The digest is not this task's."),
            Trouble(
                status=409,
                code="arguments_edited",
                when="The digest is of what you asked with; people edited it. Read the task.",
            ),
            Trouble(status=409, code="already_started", when="The task runs already."),
            Trouble(status=409, code="already_finished", when="The task has an outcome."),
            Trouble(status=409, code="grant_expired", when="The grant was not used in time."),
            Trouble(status=425, code="too_early", when="The approval can still be undone."),
        ),
    ),
    Call(
        name="task_heartbeat",
        section=SECTION,
        method="POST",
        path="/tasks/{id}/heartbeat",
        summary="Report a running task's totals",
        detail=(
            "Totals so far, not increments. New tools, agents, spending or steps are scored again; "
            "above what was approved the answer is stop."
        ),
        scopes=("gate",),
        parameters=(TASK_ID, IDEMPOTENCY),
        body=HeartbeatBody,
        meanings={
            "spent_usd": "Dollars spent so far.",
            "steps": "Steps done so far.",
            "tools_used": "Names of all tools used so far.",
            "agents_spawned": "Agents started so far.",
        },
        replies=(Reply(status=200, meaning="Go on, or stop.", shape=HeartbeatShown),),
        troubles=(
            *OF_TASK,
            Trouble(status=409, code="not_running", when="The task does not run."),
        ),
    ),
    Call(
        name="task_cancel",
        section=SECTION,
        method="POST",
        path="/tasks/{id}/cancel",
        summary="Withdraw a task",
        detail=(
            "People who were asked see that it was withdrawn. An unused grant is revoked. "
            "Cancelling again changes nothing."
        ),
        scopes=("gate",),
        parameters=(TASK_ID, IDEMPOTENCY),
        body=ReasonBody,
        meanings={"reason": "Why, for the people who were asked."},
        replies=(Reply(status=200, meaning="The task as it is now.", shape=TaskShown),),
        troubles=(*OF_TASK, Trouble(status=409, code="already_ended", when="It ended before.")),
    ),
    Call(
        name="task_outcome",
        section=SECTION,
        method="POST",
        path="/tasks/{id}/outcome",
        summary="Say how a task ended",
        detail=(
            "Trust, drift and breaker take it in at once. cancelled, child_frozen, "
            "dependency_down and denied are neutral. The same body again returns the stored "
            "outcome."
        ),
        scopes=("report",),
        parameters=(TASK_ID, IDEMPOTENCY),
        body=OutcomeBody,
        meanings={
            "finished_at": "When it ended, with a zone, at most 60 s ahead; now if absent.",
            "error_code": "Your own word for the kind of failure.",
            "cost_usd": "What it cost.",
            "duration_s": "How long it took, in seconds.",
            "value_usd": "What it was worth; earned by a success or partial work.",
            "verified_quality": "In [0, 1], by a key with verify that did not ask for the task.",
            "verified_by": "Who verified it; needs verify, as verified_quality does.",
        },
        replies=(Reply(status=200, meaning="The outcome as stored.", shape=OutcomeShown),),
        troubles=(
            *OF_TASK,
            Trouble(status=403, code="verify_scope", when="verified_* without scope verify."),
            Trouble(status=403, code="verify_own_task", when="The same key asked for the task."),
            Trouble(status=409, code="not_started", when="It must be started first."),
            Trouble(status=409, code="not_running", when="It was never allowed, or has ended."),
            Trouble(status=409, code="already_finished", when="It has another outcome."),
        ),
    ),
)
