"""Which rows are sealed, and which of their columns never change.

Whoever keeps records of his own that must not change says so (`sealed_subscribe`), as votes are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from governance.models import Correction, Decision, Event, Interaction, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model


@dataclass(frozen=True, kw_only=True)
class SealedKind:
    """Rows of one table.

    ``forms`` are the columns that digests cover, the newest list last: a release that adds a
    column adds a list, and seals name the one they were made with. ``changing`` has every other
    column with the reason why it may change. ``fleet`` and ``time`` are where the fleet and the
    moment of writing are found. ``order`` is the column rows become visible in the order of.
    """

    name: str
    model: type[Model]
    forms: tuple[tuple[str, ...], ...]
    changing: Mapping[str, str] = field(default_factory=dict)
    fleet: str = "fleet"
    time: str = "created_at"
    order: str = "transaction"

    @property
    def form(self) -> int:
        """Return the number of the newest list of columns, from 1."""
        return len(self.forms)

    @property
    def table(self) -> str:
        """Return the table's name."""
        return self.model._meta.db_table  # noqa: SLF001 - no public name


_EVENT = (
    "id", "fleet_id", "seq", "name", "ids", "payload", "actor", "previous_hash", "hash",
    "created_at",
)  # fmt: skip
_DECISION = (
    "id", "fleet_id", "agent_id", "task_id", "moment", "verdict", "would_be", "enforcement",
    "reasons", "tier", "task_type", "preset", "level", "vector", "blast", "limits", "inputs",
    "policy_id", "created_at", "transaction",
)  # fmt: skip
_OUTCOME = (
    "id", "fleet_id", "agent_id", "task_id", "task_external_id", "body_sha256", "reporter_id",
    "fact", "result", "source", "self_report", "task_type", "level", "error_code", "cost_usd",
    "budget_usd", "value_usd", "duration_s", "verified_quality", "verified_by", "late", "is_probe",
    "declared_honestly", "vouched_inside", "refresh_number", "policy_number", "expected", "normal",
    "weight", "trust_after", "success_after", "budget_after", "consistency_after", "finished_at",
    "received_at", "transaction",
)  # fmt: skip
_INTERACTION = (
    "id", "fleet_id", "external_id", "body_sha256", "reporter_id", "initiator_id",
    "counterparty_id", "task_id", "value_usd", "cost_usd", "rating", "verified_quality",
    "verified_by", "accepted", "payoff_initiator", "payoff_counterparty", "team", "occurred_at",
    "received_at", "transaction",
)  # fmt: skip
_CORRECTION = (
    "id", "agent_id", "outcome_id", "fact", "before", "after", "by", "reason", "sentence",
    "trust_before", "trust_after", "tier_before", "tier_after", "policy_id", "created_at",
    "transaction",
)  # fmt: skip

EVENTS = "events"
_kinds: dict[str, SealedKind] = {}


def sealed_subscribe(kind: SealedKind) -> None:
    """Let the rows of a kind be sealed from now on, and those that are there with them."""
    _kinds[kind.name] = kind


def sealed_kinds() -> tuple[SealedKind, ...]:
    """Return all kinds of rows that are sealed."""
    return tuple(_kinds.values())


def sealed_kind(name: str) -> SealedKind | None:
    """Return the kind of this name, None where nobody knows it any longer."""
    return _kinds.get(name)


for _each in (
    SealedKind(
        name=EVENTS,
        model=Event,
        forms=(_EVENT,),
        changing={"pushed_at": "Set once the live feed took it."},
        # The fleet's lock gives the numbers in the order of the commits.
        order="seq",
    ),
    SealedKind(name="decisions", model=Decision, forms=(_DECISION,)),
    SealedKind(name="outcomes", model=Outcome, forms=(_OUTCOME,), time="received_at"),
    SealedKind(name="interactions", model=Interaction, forms=(_INTERACTION,), time="received_at"),
    SealedKind(name="corrections", model=Correction, forms=(_CORRECTION,), fleet="agent__fleet"),
):
    sealed_subscribe(_each)
