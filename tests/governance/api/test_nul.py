"""A NUL character in an address is refused like other bad input, whichever way the call goes."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connections

from config.asgi import pages
from governance.api.lane import GateCalls
from governance.api.polls import WaitingCalls
from governance.models import Fleet
from tests.escalations.people import Crew
from tests.governance.api import asgi
from tests.governance.api.http import Api, key_api, person_api


@pytest.mark.parametrize(
    "path", ["agents/a%00b", "tasks/a%00b", "tickets?cursor=a%00b", "fleet/policy?fleet=a%00b"]
)
def test_a_nul_in_an_address_is_refused(fleet: Fleet, crew: Crew, path: str) -> None:
    api = key_api(fleet) if path.startswith(("agents", "tasks")) else person_api(crew.mona)

    answered = api.get(path)

    assert answered.status_code in {400, 404, 422}, answered.content
    assert answered["Content-Type"] == "application/problem+json"


def test_it_is_named(fleet: Fleet, api: Api) -> None:
    answered = api.post("agents/a%00b/freeze", {"reason": "Odd."})

    assert (answered.status_code, answered.json()["code"]) == (400, "nul_in_text")


@pytest.mark.django_db(transaction=True)
def test_the_lane_of_the_gate_and_waiting_calls_refuse_it_too(fleet: Fleet) -> None:
    token = key_api(fleet).token
    lane = GateCalls(WaitingCalls(pages), connections=1)

    async def both() -> tuple[asgi.Answered, asgi.Answered]:
        cancelled = await asgi.post(lane, "tasks/a\0b/cancel", token, b'{"reason": "No."}')
        return cancelled, await asgi.get("tasks/a\0b?wait=0", token)

    answers = asyncio.run(both())
    for each in lane.lanes.values():
        each.threads.submit(connections.close_all).result()
        each.threads.shutdown()

    assert [answer.json()["code"] for answer in answers] == ["nul_in_text", "nul_in_text"]
