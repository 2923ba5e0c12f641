"""The first ask of a new agent: what came, and what the gate answered."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.models import ApiKey, Decision, Task
from governance.refusals import InvalidFieldError
from governance.selectors.access import KEY_MARK, secret_sha256

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Fleet

_FORM = f"{KEY_MARK}_<prefix>_<secret>"


@dataclass(frozen=True, slots=True)
class Asked:
    """A task and the gate's answer to it at submission."""

    task: Task
    decision: Decision


def asked_since(*, fleet: Fleet, since: datetime) -> Asked | None:
    """Return the first task that an agent of the fleet asked for from ``since`` on; None yet."""
    decision = (
        Decision.objects.select_related("task", "task__agent")
        .filter(fleet=fleet, task__created_at__gte=since, moment="submit")
        .order_by("task__created_at", "created_at")
        .first()
    )
    return None if decision is None else Asked(decision.task, decision)


def key_recognised(*, fleet: Fleet, token: str, now: datetime) -> ApiKey:
    """Return the key of this fleet whose text somebody holds; that does not count as its use.

    Raises:
        InvalidFieldError: naming ``key``, which is never repeated.
    """
    mark, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    found = ApiKey.objects.filter(fleet=fleet, prefix=prefix).first() if mark == KEY_MARK else None
    if found is None or not hmac.compare_digest(found.secret_sha256, secret_sha256(secret)):
        raise InvalidFieldError(
            f"No key of {fleet.name} has this text; copy all of it.", field="key", allowed=_FORM
        )
    if found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        raise InvalidFieldError(
            f"The key {found.name} no longer signs in; take another.", field="key", allowed=_FORM
        )
    return found
