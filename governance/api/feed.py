"""``GET /api/v1/events``: the fleet's events, for resync and for whoever keeps a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async

from governance.api.answers import answer
from governance.api.callers import (
    Caller,
    bearer_token,
    caller_of_token,
    fleet_wanted,
    person_in_fleet,
)
from governance.api.failures import method_refusal, problem_of_exception
from governance.api.looks import events_look, sequence_number
from governance.api.metering import Meter
from governance.api.waits import look_until_news, wait_seconds

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


async def events_read(request: HttpRequest) -> HttpResponse:
    """Answer ``GET events?after=&wait=`` for a key with ``read``, or a member of the fleet."""
    try:
        if request.method not in {"GET", "HEAD"}:
            raise method_refusal(request.method, ["GET"])
        wait_s = wait_seconds(request.GET.get("wait"))
        after = sequence_number(request.GET.get("after"))
        meter = Meter()
        look = sync_to_async(lambda: events_look(_caller(request, meter), after))
        return meter.told(answer((await look_until_news(look, wait_s=wait_s)).payload))
    except Exception as error:  # noqa: BLE001 - the boundary: logged, then a problem document
        return problem_of_exception(error)


def _caller(request: HttpRequest, meter: Meter) -> Caller:
    token = bearer_token(request)
    wanted = fleet_wanted(request)
    if token is None:
        return person_in_fleet(user=request.user, wanted=wanted, has_session=True)
    return caller_of_token(token, wanted=wanted, meter=meter)
