"""Fleets, as they are and under their lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import Enforcement
from governance.models import Fleet

if TYPE_CHECKING:
    from uuid import UUID

    from governance.models import Agent


def fleet_get(fleet_id: UUID) -> Fleet:
    """Return the fleet.

    Raises:
        Fleet.DoesNotExist: if it is gone.
    """
    return Fleet.objects.get(pk=fleet_id)


def fleet_lock(fleet_id: UUID) -> Fleet:
    """Return the fleet under its row lock: last in the lock order.

    Raises:
        Fleet.DoesNotExist: if it is gone.
    """
    # NO KEY: a plain FOR UPDATE would wait behind every open insert that refers to the fleet.
    return Fleet.objects.select_for_update(no_key=True).get(pk=fleet_id)


def in_shadow(agent: Agent, fleet: Fleet) -> bool:
    """Return whether what is found about the agent is only recorded.

    Its own setting goes before the fleet's.
    """
    return (agent.enforcement or fleet.enforcement) == Enforcement.SHADOW
