"""In the fleet `shop`: two agents that a scan accuses, with the scan behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.collusion.states import ScanSlice
from governance.domain.ids import id_new
from governance.models import CollusionRing, Fleet
from governance.services.collusion_scans import scan_ask, scan_run
from tests.governance.services.colluding import colluding

if TYPE_CHECKING:
    from uuid import UUID

LIST = "/f/shop/collusion/"


def ring_new() -> CollusionRing:
    """Record a fleet in which Buyer and Broker trade favours, scan it, and return their ring."""
    fleet = Fleet.objects.get(slug="shop")
    colluding(fleet)
    scan_run(scan_id=scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan").pk)
    return CollusionRing.objects.get()


def rings_more(ring: CollusionRing, count: int) -> None:
    """Record as many further rings of the same members."""
    agents = list(ring.agents.all())
    for _ in range(count):
        ring.pk = None
        ring.id = id_new()
        ring.save(force_insert=True)
        ring.agents.set(agents)


def ring_url(ring_id: UUID) -> str:
    """Return where the ring's page is."""
    return f"{LIST}{ring_id}/"


def form(control: str, reason: str = "") -> dict[str, str]:
    """Return what a control of these pages sends."""
    return {"control": control, "reason": reason, "idempotency_key": "k-1"}
