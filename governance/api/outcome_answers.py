"""An outcome as its reporter is told about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.money import usd_text

if TYPE_CHECKING:
    from decimal import Decimal

    from governance.api.shown import OutcomeShown
    from governance.models import Outcome


def outcome_shown(outcome: Outcome) -> OutcomeShown:
    """Return an outcome with its place in the agent's order and what it was judged by.

    ``expected`` is the failure probability in [0, 1] of its class at that time, ``weight`` how much
    it counts.
    """
    return {
        "task": outcome.task_external_id,
        "result": outcome.result,
        "fact": outcome.fact,
        "finished_at": outcome.finished_at,
        "received_at": outcome.received_at,
        "is_late": outcome.late,
        "is_probe": outcome.is_probe,
        "is_self_report": outcome.self_report,
        "cost_usd": _amount(outcome.cost_usd),
        "value_usd": _amount(outcome.value_usd),
        "duration_s": outcome.duration_s,
        "error_code": outcome.error_code,
        "verified_quality": outcome.verified_quality,
        "verified_by": outcome.verified_by,
        "expected": outcome.expected,
        "weight": outcome.weight,
        "refresh_number": outcome.refresh_number,
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else usd_text(amount)
