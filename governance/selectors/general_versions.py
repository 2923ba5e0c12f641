"""The versions of what all fleets share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.policy.plain import policy_from_stored
from governance.models import GeneralPolicy

if TYPE_CHECKING:
    from governance.domain.policy import Policy


def general_versions(*, below: int | None, most: int) -> list[GeneralPolicy]:
    """Return versions, newest first: at most ``most``, and one more to compare with.

    ``below`` is a number that all of them stay under, None for the newest.
    """
    rows = GeneralPolicy.objects.all()
    if below is not None:
        rows = rows.filter(number__lt=below)
    return list(rows.order_by("-number")[: most + 1])


def general_value(version: GeneralPolicy) -> Policy:
    """Return the value of a version."""
    return policy_from_stored(version.body)
