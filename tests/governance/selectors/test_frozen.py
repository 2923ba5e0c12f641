from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from governance.selectors.frozen import FrozenNow, frozen_now
from governance.services.frozen_share import frozen_share
from tests.clock import NOON
from tests.factories import AgentFactory, FleetFactory


@pytest.mark.django_db
def test_the_share_that_is_shown_is_the_share_the_guard_counts() -> None:
    fleet = FleetFactory()
    seen = {"fleet": fleet, "last_seen_at": NOON}
    asking = AgentFactory(**seen)
    AgentFactory(**seen, standing__breaker_state="OPEN")
    AgentFactory(**seen, standing__breaker_state="OPEN", standing__hold="LATCHED")
    AgentFactory(**seen, standing__breaker_state="OPEN", standing__hold="FORCED_OPEN")
    AgentFactory(**seen, standing__breaker_state="HALF_OPEN")
    AgentFactory(**seen, standing__breaker_state="OPEN", paused_at=NOON)
    AgentFactory(
        fleet=fleet, last_seen_at=NOON - timedelta(hours=24), standing__breaker_state="OPEN"
    )
    AgentFactory(last_seen_at=NOON, standing__breaker_state="OPEN")

    shown = frozen_now(fleet=fleet, now=NOON)
    with transaction.atomic():
        guard = frozen_share(agent=asking, now=NOON)

    assert shown == FrozenNow(frozen=2, eligible=5)
    assert (guard.frozen, guard.eligible) == (shown.frozen, shown.eligible)
