from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from governance.domain.collusion.scan import scan
from governance.domain.collusion.states import RingState, ScanSlice, ScanState
from governance.models import (
    CollusionRing,
    CollusionScan,
    Interaction,
)
from governance.refusals import ConflictError, ForbiddenError
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.services.collusion_scans import scan_ask, scan_run, scan_start, scans_due
from tests.governance.services.colluding import colluding, full_scan, members
from tests.publishing import policy_publish
from tests.waiting import behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _at_most(fleet: Fleet, interactions: int, admin: User) -> None:
    """Let a scan of the fleet read no more than so many interactions."""
    policy = policy_in_force(fleet=fleet)[1]
    few = replace(policy, collusion=replace(policy.collusion, most_interactions=interactions))
    policy_publish(fleet=fleet, policy=few, user=admin, reason="Little memory.")
    fleet.refresh_from_db()


def test_two_that_praise_each_other_are_a_ring_and_nobody_else_is(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)

    scan = full_scan(fleet)

    ring = CollusionRing.objects.get()
    assert members(ring) == {"Buyer", "Broker"}
    assert ring.state == RingState.SUSPECTED
    assert "worked together" in ring.sentence
    assert "By luck alone" in ring.sentence
    assert (scan.state, scan.share, scan.interactions, scan.agents) == ("DONE", 1.0, 960, 14)
    assert scan.gaps == ["No payoffs: joint benefit at normal quality cannot be seen."]
    assert scan.changed == [f"New: {ring.sentence}"]


def test_the_two_rank_first(fleet: Fleet, crew: Crew) -> None:
    pair = colluding(fleet)

    scan = full_scan(fleet)

    assert {pk for pk, _ in scan.risks[:2]} == {str(agent.pk) for agent in pair}


def test_one_scan_runs_at_a_time(fleet: Fleet, clock: Clock) -> None:
    scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")

    with pytest.raises(ConflictError) as refused:
        scan_ask(fleet=fleet, part=ScanSlice.RECENT, actor="scan")

    assert refused.value.code == "scan_running"


def test_a_scan_whose_worker_was_lost_gives_way(fleet: Fleet, clock: Clock) -> None:
    lost = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    CollusionScan.objects.update(stage="ties", share=0.5)
    clock.forward(minutes=2, seconds=-1)
    with pytest.raises(ConflictError):
        scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    clock.forward(seconds=1)

    scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")

    lost.refresh_from_db()
    assert lost.state == ScanState.FAILED
    assert lost.error == (
        f"Its worker was lost: nothing was heard of it since {lost.heard_at:%Y-%m-%d %H:%M:%S} UTC,"
        " at ties, 50% done."
    )


def test_a_scan_that_waits_in_the_queue_is_given_longer(fleet: Fleet, clock: Clock) -> None:
    waiting = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    clock.forward(minutes=15, seconds=-1)
    assert scans_due() == []
    clock.forward(seconds=1)

    scans_due()

    waiting.refresh_from_db()
    assert waiting.state == ScanState.FAILED
    assert waiting.error == (
        f"No worker took it up since {waiting.heard_at:%Y-%m-%d %H:%M:%S} UTC."
    )


def test_a_lost_scan_is_ended_before_another_is_due(fleet: Fleet, clock: Clock) -> None:
    full_scan(fleet)
    clock.forward(minutes=59)
    lost = scan_start_by_hand(fleet)
    clock.forward(minutes=3)

    assert scans_due() == []

    lost.refresh_from_db()
    assert lost.state == ScanState.FAILED
    clock.forward(minutes=57)
    (again,) = scans_due()
    assert scan_run(scan_id=again).state == ScanState.DONE


def scan_start_by_hand(fleet: Fleet) -> CollusionScan:
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="mona")
    CollusionScan.objects.filter(pk=asked.pk).update(stage="circular")
    return asked


def test_a_scan_that_was_taken_for_lost_stores_nothing(
    fleet: Fleet, crew: Crew, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    colluding(fleet)
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")

    def slow(*args: Any, **named: Any) -> Any:
        clock.forward(minutes=2)
        full_scan(fleet)
        return scan(*args, **named)

    monkeypatch.setattr("governance.services.collusion_scans.scan", _once(slow))
    ended = scan_run(scan_id=asked.pk)

    assert ended.state == ScanState.FAILED
    assert CollusionRing.objects.count() == 1
    assert CollusionScan.objects.filter(state=ScanState.DONE.value).count() == 1


def _once(first: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``first`` for one call and the scan itself from then on."""
    calls = iter([first])

    def call(*args: Any, **named: Any) -> Any:
        return next(calls, scan)(*args, **named)

    return call


@pytest.mark.django_db(transaction=True)
def test_a_scan_that_stores_what_it_found_is_not_taken_for_lost(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    CollusionScan.objects.update(stage="rings")
    clock.forward(minutes=5)

    tried = behind(
        lambda: CollusionScan.objects.select_for_update(no_key=True).get(pk=asked.pk), scans_due
    )

    assert (tried.answer, tried.waited) == ([], False)
    asked.refresh_from_db()
    assert asked.state == ScanState.RUNNING


def test_a_scan_that_fails_says_why(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    monkeypatch.setattr("governance.services.collusion_scans.scan", None)

    with pytest.raises(TypeError):
        scan_run(scan_id=asked.pk)

    asked.refresh_from_db()
    assert asked.state == ScanState.FAILED
    assert asked.error.startswith("TypeError")


def test_what_a_scan_found_stands_though_words_could_not_be_weighed_anew(
    fleet: Fleet, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, fleet: Fleet) -> None:
        raise OperationalError

    colluding(fleet)
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    monkeypatch.setattr("governance.services.collusion_scans.late_words_weigh", broken)

    with pytest.raises(OperationalError):
        scan_run(scan_id=asked.pk)

    asked.refresh_from_db()
    assert (asked.state, asked.error) == (ScanState.DONE, "")
    assert CollusionRing.objects.count() == 1


def test_a_scan_that_has_ended_is_not_run_again(fleet: Fleet) -> None:
    done = full_scan(fleet)

    assert scan_run(scan_id=done.pk).ended_at == done.ended_at


def test_the_whole_window_is_due_first_then_the_latest_day(fleet: Fleet, clock: Clock) -> None:
    def ran() -> list[str]:
        return [scan_run(scan_id=scan_id).slice for scan_id in scans_due()]

    assert [ran(), ran()] == [["full"], []]
    clock.forward(hours=1)
    assert [ran(), ran()] == [["recent"], []]


def test_a_quiet_fleet_is_read_further_back(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)

    scan = full_scan(fleet)

    # 960 interactions of 14 agents are fewer than 100 each.
    assert scan.until - scan.since == timedelta(days=90)


def test_of_more_interactions_than_one_scan_reads_the_newest_are_kept(
    fleet: Fleet, crew: Crew
) -> None:
    _at_most(fleet, 1_000, crew.adam)
    colluding(fleet, favours=600)

    scan = full_scan(fleet)

    newest = Interaction.objects.order_by("-occurred_at")[:1_000]
    since = newest[999].occurred_at
    assert (scan.interactions, scan.since) == (1_000, since)
    assert scan.gaps[0] == (
        "Only the newest 1,000 of 1,500 interactions were read, those since"
        f" {since:%Y-%m-%d %H:%M} UTC."
    )
    assert len(members(CollusionRing.objects.get())) == 2


def test_of_interactions_at_one_time_no_more_are_read_than_one_scan_reads(
    fleet: Fleet, crew: Crew
) -> None:
    _at_most(fleet, 1_000, crew.adam)
    colluding(fleet, favours=600)
    Interaction.objects.update(occurred_at=clock_now() - timedelta(hours=1))

    assert full_scan(fleet).interactions == 1_000


def test_what_one_scan_could_not_read_makes_no_further_scan_due(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    _at_most(fleet, 1_000, crew.adam)
    colluding(fleet, favours=700)
    full_scan(fleet)
    clock.forward(hours=1, seconds=1)

    (scan_id,) = scans_due()

    assert scan_run(scan_id=scan_id).slice == ScanSlice.RECENT


def test_a_manager_starts_a_scan_and_a_reviewer_does_not(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ForbiddenError):
        scan_start(fleet=fleet, user=crew.rita)

    assert scan_start(fleet=fleet, user=crew.mona).asked_by == crew.mona.get_username()


def test_a_history_that_is_loaded_is_scanned_as_a_whole(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    full_scan(fleet)
    colluding(fleet)
    clock.forward(hours=1, seconds=1)

    (scan_id,) = scans_due()

    assert scan_run(scan_id=scan_id).slice == ScanSlice.FULL
    assert CollusionRing.objects.count() == 1


def test_a_scan_is_taken_up_by_one_worker_only(fleet: Fleet) -> None:
    asked = scan_ask(fleet=fleet, part=ScanSlice.FULL, actor="scan")
    CollusionScan.objects.filter(pk=asked.pk).update(stage="ties")

    assert scan_run(scan_id=asked.pk).state == ScanState.RUNNING


def test_a_scan_that_failed_is_not_tried_again_at_once(
    fleet: Fleet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.services.collusion_scans.scan", None)
    (asked,) = scans_due()
    with pytest.raises(TypeError):
        scan_run(scan_id=asked)

    assert scans_due() == []
    clock.forward(hours=1)
    assert len(scans_due()) == 1
