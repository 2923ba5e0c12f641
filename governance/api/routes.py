"""What answers where nothing else does: below ``/api/`` even a wrong address gets a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.csrf import csrf_exempt

from governance.api.problems import problem_of
from governance.refusals import MissingError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@csrf_exempt
def api_missing(request: HttpRequest, **_route: str) -> HttpResponse:
    """Answer a route this API does not have; mounted last, for every path below ``/api/``."""
    return problem_of(
        MissingError(
            f"There is no {request.path}.",
            code="route_unknown",
            field="path",
            value=request.path,
            allowed="the calls of /api/docs/",
        )
    )
