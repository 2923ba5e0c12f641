"""Two sealers at once, each with a connection of its own."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from django.db import connection

from governance.domain.log.seals import parted
from governance.models import Seal
from governance.services import sealing
from governance.services.sealing import fleet_seal
from tests.governance.log.world import checked

if TYPE_CHECKING:
    import pytest

    from tests.governance.services.orchestrator import Orchestrator

SEALERS = 2
WAIT_S = 60


def test_two_sealers_at_once_leave_one_chain_without_gaps(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "ROWS_AT_ONCE", 1)
    before = Seal.objects.count()
    for _ in range(4):
        shop.work()
    together = Barrier(SEALERS)

    def sealed() -> bool:
        together.wait(WAIT_S)
        try:
            # What the other has is left to it: False then, and nothing is sealed twice.
            return any(fleet_seal(fleet_id=shop.fleet.pk) for _ in range(500))
        finally:
            connection.close()

    with ThreadPoolExecutor(SEALERS) as pool:
        ended = [each.result(WAIT_S) for each in [pool.submit(sealed) for _ in range(SEALERS)]]
    seals = list(Seal.objects.order_by("number"))

    assert any(ended)
    assert len(seals) >= before + 4
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert [seal.previous for seal in seals] == ["", *(seal.signature for seal in seals[:-1])]
    rows = Counter(row for seal in seals for row in parted(bytes(seal.ids), 16))
    assert max(rows.values()) == 1
    assert checked(shop) == []
