"""Audits: which finished tasks a person checks, drawn so that nobody can choose.

Whether a task is drawn depends on its id, a secret of the fleet and a probability, and on nothing
else: whoever runs the agent cannot foresee it, and drawing again draws the same.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from governance.domain.phrases import share_words
from governance.domain.policy.audits import AuditPolicy
from governance.domain.types import Preset, Result

_STEPS = 2**64


class AuditVerdict(StrEnum):
    """What a person says of the work that was sampled."""

    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"


class AuditState(StrEnum):
    """Where an audit stands; a skipped one was drawn and put before nobody."""

    OPEN = "open"
    SETTLED = "settled"
    SKIPPED = "skipped"


# What the outcome counts as from then on; an unclear audit says nothing about it.
RESULT_OF: dict[AuditVerdict, Result] = {
    AuditVerdict.PASSED: Result.SUCCESS,
    AuditVerdict.FAILED: Result.FAILURE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLoad:
    """How many audits of a fleet wait for people, and how many were put before them this day.

    ``is_skipping`` says that one was skipped today already.
    """

    waiting: int
    today: int
    is_skipping: bool = False


def audit_drawn(secret: str, task_id: str, probability: float) -> bool:
    """Return whether the task is drawn: true for a share ``probability`` of all task ids.

    Args:
        secret: the fleet's, known to no key and no page.
        task_id: as text, fixed before the task runs.
        probability: in [0, 1].

    Raises:
        ValueError: without a secret, for then anybody could compute the draw.

    Source: HMAC-SHA256 (RFC 2104) as a keyed random function, its first 64 bits as a share.
    """
    if not secret:
        raise ValueError("an audit is drawn with the fleet's secret, got none")
    drawn = hmac.digest(secret.encode(), f"audit:{task_id}".encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8], "big") < probability * _STEPS


def audit_probability(share: float, *, drifting: bool, factor: float) -> float:
    """Return the probability of an audit, in [0, 1].

    Args:
        share: the preset's audit probability.
        drifting: whether an alarm of drift waits for people.
        factor: how many times as likely an audit is then, >= 1.
    """
    return min(1.0, share * factor) if drifting else share


def audit_sentence(preset: Preset, share: float, probability: float) -> str:
    """Return why the task is checked, with the numbers."""
    usual = f"Drawn by chance: {share_words(share)} of finished tasks under preset {preset.value}"
    if probability > share:
        return f"{usual}, {share_words(probability)} while a drift alarm of the agent is open."
    return f"{usual}."


def audit_refused(load: AuditLoad, policy: AuditPolicy) -> str | None:
    """Return why a drawn audit is put before nobody, or None if people have room for it."""
    if load.waiting >= policy.open_most:
        most = policy.open_most
        return f"Skipped: {load.waiting} audits wait for people already, of at most {most}."
    if load.today >= policy.day_most:
        most = policy.day_most
        return f"Skipped: {load.today} audits were drawn today (UTC), of at most {most}."
    return None
