"""Scripted people: they sign in as anybody does, take their time, and decide through the API."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from config.simulation.wire import SIGNED_OUT, Patience, StoppedError, essence
from examples.client import RefusedError, UnavailableError

if TYPE_CHECKING:
    from config.simulation.access import Access
    from config.simulation.journal import Journal

logger = logging.getLogger("simulation")

LOOK_S, SECOND_S = 5.0, 12.0
LEAST_S, MOST_S = 20.0, 75.0
DENIED_SHARE = 0.2
PEOPLE = ("rita", "ravi", "mona")
# What each kind of ticket is answered with: the path, the reason's code, the words.
# What held tasks of a cascade need is left to whoever watches.
ANSWERS: Mapping[tuple[str, bool], tuple[str, dict[str, str]]] = {
    ("task", True): (
        "approve",
        {
            "reason_code": "arguments_checked",
            "reason_text": "Checked against what was asked for.",
        },
    ),
    ("task", False): (
        "deny",
        {"reason_code": "not_needed", "reason_text": "This is not needed this week."},
    ),
    ("release", True): (
        "approve",
        {"reason_code": "cause_mended", "reason_text": "The cause was found and mended."},
    ),
    ("incident", True): (
        "approve",
        {"reason_code": "owner_told", "reason_text": "The owner knows and will look into it."},
    ),
    ("drift", True): (
        "decide",
        {
            "choice": "rebaseline",
            "reason_code": "cause_mended",
            "reason_text": "The cause was found and mended.",
        },
    ),
    ("audit", True): (
        "decide",
        {
            "choice": "pass",
            "reason_code": "work_good",
            "reason_text": "Looked at the result: it is what was asked for.",
        },
    ),
}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Desk:
    """One person's session."""

    def __init__(self, url: str, username: str, password: str, *, fleet: str) -> None:
        """Sign in later, at the first call."""
        self.username = username
        self._url, self._password, self._fleet = url.rstrip("/"), password, fleet
        self._cookies = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        ).open

    def sign_in(self) -> None:
        """Sign in through the form.

        Raises:
            RefusedError: if the form does not take the password.
        """
        page = self._request("GET", "/sign-in/").decode()
        token = _TOKEN.search(page)
        if token is None:
            return
        form = {
            "username": self.username,
            "password": self._password,
            "csrfmiddlewaretoken": token[1],
        }
        page = self._request("POST", "/sign-in/", urlencode(form).encode()).decode()
        if 'id="sign-in-error"' in page:
            raise RefusedError(f"{self.username} cannot sign in.", code="sign_in", status=403)

    def tickets(self) -> list[dict[str, Any]]:
        """Return the fleet's open tickets."""
        listed = json.loads(self._api("GET", "tickets?state=PENDING&limit=200"))
        tickets: list[dict[str, Any]] = listed["tickets"]
        return tickets

    def has_voted(self, ticket: Mapping[str, Any]) -> bool:
        """Return whether this person has answered the ticket already."""
        whole = json.loads(self._api("GET", f"tickets/{ticket['id']}"))
        return any(vote["by"] == self.username for vote in whole["votes"])

    def decide(self, ticket: Mapping[str, Any], path: str, body: Mapping[str, str]) -> Any:
        """Answer a ticket as it was read; the same answer twice counts once."""
        headers = {
            "If-Match": f'"{ticket["version"]}"',
            "Idempotency-Key": f"{self.username}-{ticket['id']}-{ticket['version']}",
        }
        if ticket["level"] == "CRITICAL":
            headers["X-Reauthenticate"] = self._password
        return json.loads(self._api("POST", f"tickets/{ticket['id']}/{path}", body, headers))

    def _api(
        self,
        method: str,
        path: str,
        body: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        given = {"Countersign-Fleet": self._fleet, **(headers or {})}
        if body is not None:
            given |= {"Content-Type": "application/json", "X-CSRFToken": self._csrf()}
        sent = None if body is None else json.dumps(body).encode()
        return self._request(method, f"/api/v1/{path}", sent, given)

    def _csrf(self) -> str:
        return next((one.value or "" for one in self._cookies if one.name == "csrftoken"), "")

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the address is the console's own
            self._url + path, data=body, headers=dict(headers or {}), method=method
        )
        try:
            with self._open(request, timeout=10.0) as response:
                read: bytes = response.read()
                return read
        except urllib.error.HTTPError as error:
            raise _refused(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise UnavailableError(f"No answer from {self._url}: {error}") from error


class Reviewers:
    """Everybody of `PEOPLE` whose password is known, at work in turn."""

    def __init__(
        self, url: str, access: Access, patience: Patience, journal: Journal, *, seed: int
    ) -> None:
        """Share the program's patience and journal."""
        self._desks = [
            Desk(url, name, access.passwords[name], fleet=access.fleet)
            for name in PEOPLE
            if name in access.passwords
        ]
        self._patience = patience
        self._journal = journal
        self._seed = seed

    def work(self) -> None:
        """Decide tickets until told to stop."""
        try:
            for desk in self._desks:
                self._patience.until_answered(desk.sign_in, about=f"{desk.username} signs in")
            while True:
                for place, desk in enumerate(self._desks):
                    self._look(desk, place)
                self._patience.rest(LOOK_S)
        except StoppedError:
            logger.info("reviewers: stopped")
        except RefusedError as error:
            logger.error("reviewers: %s", error)  # noqa: TRY400 - the answer says it all

    def _look(self, desk: Desk, place: int) -> None:
        try:
            tickets = self._patience.until_answered(desk.tickets, about="tickets")
        except RefusedError as error:
            if error.status not in SIGNED_OUT:
                raise
            # A session lasts half a day.
            self._patience.until_answered(desk.sign_in, about=f"{desk.username} signs in")
            return
        now = datetime.now(UTC)
        for ticket in tickets:
            age_s = (now - datetime.fromisoformat(ticket["opened_at"])).total_seconds()
            turn = (place + ticket["number"]) % len(self._desks)
            if age_s >= thinking_s(self._seed, ticket["number"]) + turn * SECOND_S:
                self._decide(desk, ticket)

    def _decide(self, desk: Desk, ticket: Mapping[str, Any]) -> None:
        answered = answer_of(self._seed, ticket)
        if answered is None:
            return
        path, body = answered
        call = ""
        try:
            voted = self._patience.until_answered(lambda: desk.has_voted(ticket), about="votes")
            if voted:
                return
            where = f"tickets/{ticket['id']}/{path}"
            call = self._journal.asked("POST", where, {"by": desk.username, **body})
            answer = self._patience.until_answered(
                lambda: desk.decide(ticket, path, body), about=where
            )
        except RefusedError as error:
            if call:
                self._journal.answered(call, ok=False, code=error.code, answer={})
            logger.info("%s, ticket #%s: %s", desk.username, ticket["number"], error)
            return
        self._journal.answered(call, ok=True, code="", answer=essence(answer))
        logger.info("%s: %s ticket #%s", desk.username, path, ticket["number"])


def thinking_s(seed: int, number: int) -> float:
    """Return how long people think about a ticket: the same for the same number."""
    return Random(f"{seed}/thinks/{number}").uniform(LEAST_S, MOST_S)  # noqa: S311 - a story


def answer_of(seed: int, ticket: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Return how a ticket is answered, path and body; None where that is left to others."""
    dice = Random(f"{seed}/answers/{ticket['number']}")  # noqa: S311 - a story, not a secret
    agrees = ticket["kind"] != "task" or dice.random() >= DENIED_SHARE
    return ANSWERS.get((ticket["kind"], agrees))


def _refused(error: urllib.error.HTTPError) -> RefusedError:
    try:
        problem = json.load(error)
    except (OSError, http.client.HTTPException, ValueError):
        problem = {}
    kind = UnavailableError if error.code >= 500 else RefusedError
    said = problem.get("detail") or f"HTTP {error.code}"
    return kind(said, code=problem.get("code", ""), status=error.code)
