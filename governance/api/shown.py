"""What callers are told: the one definition behind the answers and their documentation.

Amounts are US dollars as decimal text, times ISO 8601 in UTC, shares and probabilities in [0, 1].
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID


class ReasonShown(TypedDict):
    """One reason of the gate: a code, a sentence with the numbers, what it alone would mean."""

    code: str
    sentence: str
    verdict: str
    enforced: bool


class BlastPartShown(TypedDict):
    """One metric of the blast radius: its value, its points, and which source gave it."""

    metric: str
    name: str
    value: str
    meaning: str
    points: int
    points_max: int
    source: str


class MissingSourceShown(TypedDict):
    """A metric that counts as worst because nothing states it; ``field`` would help."""

    metric: str
    field: str
    sentence: str


class BlastShown(TypedDict):
    """How dangerous: points out of 104, the nine parts by weight, the floors that fired."""

    points: int
    headline: str
    parts: list[BlastPartShown]
    floors: list[str]
    missing: list[MissingSourceShown]


class LimitsShown(TypedDict):
    """What the answer allows; an allowed task must start before ``start_by``."""

    budget_usd: str | None
    parallel: int
    audit_probability: float
    tax_share: float
    approval: str
    approvals: int
    needs_manager: bool
    start_by: datetime | None


class DecisionShown(TypedDict):
    """The gate's answer with everything that decided it, the deciding reason first.

    ``would_be`` differs from ``verdict`` only in shadow, where decisions are recorded and not
    enforced. ``retry_after_s`` is null where waiting alone does not help.
    """

    verdict: str
    would_be: str
    enforced: bool
    reasons: list[ReasonShown]
    retry_after_s: float | None
    tier: str
    task_type: str
    preset: str
    level: str
    vector: str
    blast: BlastShown
    limits: LimitsShown
    policy_version: int
    decided_at: datetime


class QuestionShown(TypedDict):
    """What a person asks the agent while its task waits; `POST tickets/{id}/answer` answers it."""

    id: str
    text: str
    by: str
    at: str


class TicketReferenceShown(TypedDict):
    """The question that people were asked; ``question`` is what they ask back, until answered."""

    id: str
    number: int
    url: str
    decide_by: NotRequired[str | None]
    approvals_needed: NotRequired[int]
    question: NotRequired[QuestionShown | None]


class ResolutionShown(TypedDict):
    """How the question ended.

    ``answer`` is approved, denied, responded (people answered in words, it does not run), expired
    (nobody answered), withdrawn (cancelled) or blocked (the gate itself said no); the reason is
    verbatim.
    """

    answer: str
    by: str
    at: str
    reason_code: str
    reason_text: str


class GrantShown(TypedDict):
    """The one-use permission of an approved task."""

    state: str
    usable_from: datetime
    expires_at: datetime
    is_used: bool
    envelope_level: str
    spend_cap_usd: str | None


class ProgressShown(TypedDict):
    """The largest totals that heartbeats have reported."""

    spent_usd: str
    steps: int
    tools_used: list[str]
    agents_spawned: int


class TaskShown(TypedDict):
    """A task, the gate's first answer to it, and what people said where they were asked.

    ``arguments`` are null unless people ``edited`` them; then run these, under ``action_digest``.
    """

    id: UUID
    external_id: str
    state: str
    agent: str
    environment: str
    task_type: str
    level: str
    title: str
    decision: DecisionShown
    limits: LimitsShown
    ticket: TicketReferenceShown | None
    answer_by: datetime | None
    resolution: ResolutionShown | None
    action_digest: str
    edited: bool
    arguments: Any
    usable_from: datetime | None
    grant: GrantShown | None
    progress: ProgressShown
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stop_requested_at: datetime | None


class StartedShown(TypedDict):
    """The go. ``arguments`` are the stored ones, byte for byte: run these and no others."""

    id: UUID
    external_id: str
    state: str
    verdict: str
    operation: str
    tool: str
    target: str
    arguments: Any
    edited: bool
    action_digest: str
    spend_cap_usd: str | None
    level: str
    is_probe: bool
    started_at: datetime | None
    reasons: list[str]


class StopReasonShown(TypedDict):
    """Why a running task must stop."""

    code: str
    sentence: str


class HeartbeatShown(TypedDict):
    """``continue`` or ``stop``."""

    verdict: str
    reasons: list[StopReasonShown]


class OutcomeShown(TypedDict):
    """A stored outcome: ``fact`` is its place in the agent's order.

    ``expected`` is the failure probability of its class when it came, ``weight`` how much the
    outcome counts.
    """

    task: str
    result: str
    fact: int
    finished_at: datetime
    received_at: datetime
    is_late: bool
    is_probe: bool
    is_self_report: bool
    cost_usd: str | None
    value_usd: str | None
    duration_s: float | None
    error_code: str
    verified_quality: float | None
    verified_by: str
    expected: float
    weight: float
    refresh_number: int


class ProblemShown(TypedDict):
    """RFC 9457: ``code`` is stable and for machines; where one field is at fault it is named.

    Some problems carry more members, such as ``retry_after_s``, ``state`` or ``resolution``.
    ``request_id`` is that of the header ``X-Request-Id``, by which the server's log is searched.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: NotRequired[str]
    value: NotRequired[Any]
    allowed: NotRequired[str]
    request_id: NotRequired[str]


class ItemShown(TypedDict):
    """The fate of one item: stored, duplicate (the same was stored before) or rejected."""

    index: int
    status: str
    error: NotRequired[ProblemShown]


class BatchShown(TypedDict):
    """How many items had which fate, and each item's."""

    stored: int
    duplicate: int
    rejected: int
    results: list[ItemShown]


class EventShown(TypedDict):
    """A fact of the fleet; ``hash`` covers it and ``previous_hash``."""

    seq: int
    id: UUID
    name: str
    at: datetime
    actor: str
    ids: dict[str, str]
    payload: dict[str, Any]
    previous_hash: str
    hash: str


class FeedShown(TypedDict):
    """Events in their order; ask again with ``after`` = ``next``, at once if there are more."""

    fleet: str
    events: list[EventShown]
    next: int
    more: bool
