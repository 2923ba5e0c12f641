"""Below ``/api/`` even an address that no route takes is answered with a problem."""

from __future__ import annotations

import pytest

from tests.governance.api.http import Api


@pytest.mark.parametrize(
    "path", ["nothing", "agents/a%0Ab", "tickets/%0A/claim", "tools/%0D%0A", "webhooks/%C3%81%0A"]
)
def test_an_address_that_no_route_takes_is_a_problem(path: str) -> None:
    answered = Api().get(path)

    assert (answered.status_code, answered["Content-Type"]) == (404, "application/problem+json")
    assert answered.json()["code"] == "route_unknown"
