"""How long each fleet keeps what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.policy import policy_default
from governance.models import Fleet
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator

    from governance.domain.policy.retention import RetentionPolicy


def retentions() -> Iterator[tuple[Fleet, RetentionPolicy]]:
    """Yield every fleet, archived ones too, with what its policy says of keeping.

    One without a policy keeps as a new one does. One query, and one for each version once.
    """
    for fleet in Fleet.objects.order_by("slug"):
        yield fleet, retention_of(fleet)


def retention_of(fleet: Fleet) -> RetentionPolicy:
    """Return what the policy in force says of keeping, of a fleet without one the defaults."""
    if fleet.policy_id is None:
        return policy_default().retention
    return policy_in_force(fleet=fleet)[1].retention
