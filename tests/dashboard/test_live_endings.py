"""When a live socket closes: whoever may no longer look, and whoever should look afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from dashboard.consumers import pulse
from dashboard.consumers.live import CloseCode
from governance.domain.types import Role
from governance.models import Membership
from governance.services.archiving import fleet_archive
from governance.services.fleets import (
    membership_remove,
    membership_set,
    session_end,
    user_deactivate,
)
from tests.dashboard.live_socket import NOTICE, Socket, connected, push, session_of, subscribed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from tests.dashboard.people import People

pytestmark = pytest.mark.django_db(transaction=True)

FLEET = "/ws/f/shop/"
ALL_FLEETS = "/ws/queue/"


def code_after(act: Callable[[], object], *, user: User, path: str = FLEET) -> int | None:
    """Return how the server closed the socket once ``act`` was done."""

    @async_to_sync
    async def closed() -> Any:
        async with connected(user, path) as socket:
            await socket.message()
            await subscribed()
            await sync_to_async(act)()
            return await socket.closed_with()

    code: int | None = closed()
    return code


def event_after(act: Callable[[], object], *, user: User, path: str = FLEET) -> dict[str, Any]:
    """Return the next event that the page hears once ``act`` was done."""

    @async_to_sync
    async def heard() -> Any:
        async with connected(user, path) as socket:
            await socket.message()
            await subscribed()
            await sync_to_async(act)()
            return await socket.event()

    event: dict[str, Any] = heard()
    return event


@pytest.fixture
def quick_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "EVERY_S", 0.1)


def test_signing_out_closes_the_page(people: People) -> None:
    assert code_after(lambda: session_end(user=people.rita), user=people.rita) == 4401


def test_signing_out_elsewhere_leaves_the_page_open(people: People) -> None:
    other = session_of(people.rita)

    event = event_after(lambda: session_end(user=people.rita, session_key=other), user=people.rita)

    # It needs the number, and learns of nobody's session.
    assert (event["name"], event["ids"]) == ("session.ended", {})


def test_a_session_that_ends_closes_its_own_page(people: People) -> None:
    def end() -> None:
        for session in Session.objects.all():
            session_end(user=people.rita, session_key=session.session_key)

    assert code_after(end, user=people.rita) == 4401


@pytest.mark.parametrize("path", [FLEET, ALL_FLEETS])
def test_losing_the_membership_closes_the_page(people: People, path: str) -> None:
    code = code_after(
        lambda: membership_remove(fleet=people.fleet, user=people.rita, actor="adam"),
        user=people.rita,
        path=path,
    )

    assert code == 4401


def test_nobody_comes_back_without_a_membership(people: People) -> None:
    membership_remove(fleet=people.fleet, user=people.rita, actor="adam")

    @async_to_sync
    async def closed() -> Any:
        socket = Socket(FLEET, cookie=await sync_to_async(session_of)(people.rita))
        await socket.open()
        code = await socket.closed_with()
        await socket.leave()
        return code

    assert closed() == CloseCode.NOT_FOUND


def test_another_role_closes_the_page(people: People) -> None:
    code = code_after(
        lambda: membership_set(
            fleet=people.fleet, user=people.mona, role=Role.REVIEWER, actor="adam"
        ),
        user=people.mona,
    )

    assert code == 4401


def test_the_same_role_once_more_closes_nothing(people: People) -> None:
    event = event_after(
        lambda: membership_set(
            fleet=people.fleet, user=people.mona, role=Role.MANAGER, actor="adam"
        ),
        user=people.mona,
    )

    assert event["name"] == "membership.changed"


def test_a_deactivated_person_sees_nothing_more(people: People) -> None:
    code = code_after(lambda: user_deactivate(user=people.rita, actor="adam"), user=people.rita)

    assert code == 4401


@pytest.mark.parametrize("path", [FLEET, ALL_FLEETS])
def test_the_end_of_the_fleet_closes_the_page(people: People, path: str) -> None:
    code = code_after(
        lambda: fleet_archive(fleet=people.fleet, actor="adam", reason="Closed."),
        user=people.rita,
        path=path,
    )

    assert code == 4401


def test_the_end_of_anothers_session_keeps_the_page_and_names_nobody(people: People) -> None:
    event = event_after(lambda: session_end(user=people.rita), user=people.mona)

    assert (event["name"], event["ids"]) == ("session.ended", {})


def test_a_membership_that_ended_unheard_closes_the_page_with_the_next_beat(
    people: People, quick_beats: None
) -> None:
    code = code_after(
        lambda: Membership.objects.filter(user=people.rita).delete(), user=people.rita
    )

    assert code == 4401


def test_a_session_that_ended_unheard_closes_the_page_with_the_next_beat(
    people: People, quick_beats: None
) -> None:
    assert code_after(lambda: Session.objects.all().delete(), user=people.rita) == 4401


def test_a_person_who_was_switched_off_unheard_is_shut_out_with_the_next_beat(
    people: People, quick_beats: None
) -> None:
    people_now = get_user_model().objects

    code = code_after(
        lambda: people_now.filter(pk=people.rita.pk).update(is_active=False), user=people.rita
    )

    assert code == 4401


def test_a_person_of_no_fleet_is_shut_out_too(people: People, quick_beats: None) -> None:
    Membership.objects.filter(user=people.otto).delete()

    code = code_after(lambda: Session.objects.all().delete(), user=people.otto, path=ALL_FLEETS)

    assert code == 4401


def test_a_new_fleet_lets_the_page_of_all_fleets_begin_afresh(
    people: People, quick_beats: None
) -> None:
    code = code_after(
        lambda: membership_set(
            fleet=people.fleet, user=people.otto, role=Role.REVIEWER, actor="adam"
        ),
        user=people.otto,
        path=ALL_FLEETS,
    )

    assert code == CloseCode.RESYNC


def test_a_new_fleet_does_not_disturb_the_page_of_another(
    people: People, quick_beats: None
) -> None:
    membership_set(fleet=people.fleet, user=people.otto, role=Role.REVIEWER, actor="adam")

    @async_to_sync
    async def heard() -> Any:
        async with connected(people.otto, "/ws/f/elsewhere/") as socket:
            await socket.message()
            await socket.message()
            await push({**NOTICE, "fleet": "elsewhere"})
            return await socket.event()

    assert heard()["name"] == "ticket.opened"
