"""Batches and the event feed, documented."""

from __future__ import annotations

from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.api.reference.tasks import WAIT
from governance.api.shown import BatchShown, FeedShown
from governance.services.schemas import InteractionItem, OutcomeItem

TOO_MANY = Trouble(status=422, code="too_many_items", when="More than 1,000 items at once.")

REPORT_CALLS = (
    Call(
        name="outcomes_load",
        section="Reports",
        method="POST",
        path="/outcomes",
        summary="Report up to 1,000 outcomes",
        detail=(
            "Of tasks the gate knows, or of the past: history may be loaded so that trust is "
            "earned before the first task. Each item has its own fate; a bad one never loses the "
            "others and is listed by index with its problem."
        ),
        scopes=("report",),
        parameters=(IDEMPOTENCY,),
        body=OutcomeItem,
        is_batch=True,
        meanings={
            "task_id": "The external_id of the task, once in a fleet.",
            "agent": "The agent's external_id.",
            "finished_at": "When it ended, with a zone, at most 60 s ahead.",
            "requested_by": "Who or what was behind the run: the source for trust.",
            "parent_id": "The external_id of the task it came from.",
            "level": "Blast level; of a task the gate knows, the gate's own counts.",
            "budget_usd": "What it was allowed to cost.",
        },
        replies=(Reply(status=200, meaning="The fate of each item.", shape=BatchShown),),
        troubles=(TOO_MANY,),
    ),
    Call(
        name="interactions_load",
        section="Reports",
        method="POST",
        path="/interactions",
        summary="Report up to 1,000 exchanges between agents",
        detail="Who gave work or value to whom; the evidence against agents that act together.",
        scopes=("report",),
        parameters=(IDEMPOTENCY,),
        body=InteractionItem,
        is_batch=True,
        meanings={
            "id": "Your name for the exchange, once in a fleet.",
            "occurred_at": "When, with a zone, at most 60 s ahead.",
            "initiator": "The external_id of the agent that began it.",
            "counterparty": "The external_id of the other agent.",
            "task_id": "The external_id of the task it belongs to.",
            "value_usd": "What the initiator gave the counterparty, who pays the tax on it.",
            "cost_usd": "What the exchange cost the initiator.",
            "rating": "The initiator's rating of the counterparty, in [0, 1].",
            "accepted": "Whether the result was accepted.",
            "payoff_initiator": "What the initiator gained by it, in a unit all reports share.",
            "payoff_counterparty": "What the counterparty gained; both are needed to count.",
            "team": "A workflow that both belong to; its agents are not watched, only accused.",
        },
        replies=(Reply(status=200, meaning="The fate of each item.", shape=BatchShown),),
        troubles=(TOO_MANY,),
    ),
    Call(
        name="events_read",
        section="Events",
        method="GET",
        path="/events",
        summary="Read the fleet's events in their order",
        detail=(
            "At most 500 at once. Sequence numbers have no gap, and each event carries the hash of "
            "the one before: a copy can be checked. With wait the answer comes with the next event."
        ),
        scopes=("read",),
        person="every member of the fleet",
        parameters=(
            Parameter(
                name="after",
                place="query",
                meaning="The last sequence number you have; 0 from the beginning.",
                schema={"type": "integer", "minimum": 0, "default": 0},
            ),
            WAIT,
            FLEET,
        ),
        replies=(Reply(status=200, meaning="The events after that number.", shape=FeedShown),),
        troubles=(
            Trouble(
                status=410,
                code="events_removed",
                when="Retention removed what would come next; `first` is the first that is kept.",
            ),
            Trouble(status=422, code="invalid_field", when="`after` or `wait` is no such number."),
        ),
    ),
)
