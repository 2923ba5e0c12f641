"""Ask Countersign before acting: a small client, standard library only, made to be copied.

gate = Countersign("http://127.0.0.1:8000", key)
task = gate.task(agent="support", requested_by="ines", external_id="refund-1001", ...)
started = gate.start(gate.wait(task))      # raises unless the gate or a person said yes
issue_refund(**started.arguments)          # run exactly what came back
gate.outcome(task, "success")
"""

from __future__ import annotations

import http.client
import itertools
import json
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONG_POLL_S, START_TRIES = 30, 5
NO_ACTION = frozenset({"DENIED", "EXPIRED", "CANCELLED"})
# What keeps an agent or its whole fleet from running for now, whatever it asks for.
FREEZES = frozenset({
    "fleet_halted", "agent_paused", "forced_open", "latched", "frozen",
    "probation_level", "probation_busy",
})  # fmt: skip
Body = dict[str, Any] | None


class RefusedError(Exception):
    """Countersign answered no. ``code`` is for machines, ``str(error)`` for people."""

    def __init__(self, sentence: str, *, code: str = "", status: int = 0, **problem: Any) -> None:
        """Hold the problem document of the answer, as far as there was one."""
        super().__init__(sentence)
        self.code = code
        self.status = status
        self.problem = problem


class DeniedError(RefusedError):
    """A person or the gate said no to this action; asking the same again is pointless."""


class RespondedError(RefusedError):
    """A person answered in words instead of letting it run: ``str(error)`` is the answer."""


class ExpiredError(RefusedError):
    """Nobody answered in time. That is no denial: ask again if it still matters."""


class WithdrawnError(RefusedError):
    """The task was cancelled before it ran."""


class LaterError(RefusedError):
    """Not now: asking again makes sense after ``retry_after_s`` seconds."""

    usual_s = 1.0

    @property
    def retry_after_s(self) -> float:
        """Return how many seconds to wait: what the answer said, else what is usual."""
        return float(self.problem.get("retry_after_s") or self.usual_s)


class FrozenError(LaterError):
    """The agent is frozen or paused, or the fleet is halted."""

    usual_s = 30.0


class TooEarlyError(LaterError):
    """An approval can still be undone, or the same call is still being answered."""


class UnavailableError(LaterError):
    """Countersign did not answer or could not decide (5xx); silence is never a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as last answered; ``answer`` is the whole document."""

    id: str
    state: str
    action_digest: str
    ticket: Mapping[str, Any] | None = None
    resolution: Mapping[str, Any] | None = None
    usable_from: str | None = None
    answer: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def reasons(self) -> list[str]:
        """Return why the gate decided as it did, the deciding sentence first."""
        return [reason["sentence"] for reason in self.answer["decision"]["reasons"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Permission to run now, once: ``arguments`` as approved, maybe ``edited``; run no others."""

    task_id: str
    arguments: dict[str, Any]
    spend_cap_usd: Decimal | None = None
    edited: bool = False


class Countersign:
    """One key of one fleet. Safe to share between threads: it holds no connection."""

    def __init__(self, base_url: str, key: str, *, timeout_s: float = 10.0) -> None:
        """Point at ``base_url`` such as ``http://127.0.0.1:8000``, signing in with ``key``."""
        if urlsplit(base_url).scheme not in {"http", "https"}:
            raise ValueError(f"base_url must start with http:// or https://, got {base_url!r}")
        self._root = base_url.rstrip("/") + "/api/v1/"
        self._key = key
        self._timeout_s = timeout_s

    def agent_put(self, external_id: str, **body: Any) -> dict[str, Any]:
        """Register an agent, or bring its description up to date."""
        return self._call("PUT", f"agents/{quote(external_id, safe='')}", body)

    def tool_put(self, name: str, **body: Any) -> dict[str, Any]:
        """Describe a tool; the description counts once an admin has confirmed it."""
        return self._call("PUT", f"tools/{quote(name, safe='')}", body)

    def task(self, **body: Any) -> Task:
        """Ask for permission. Asking twice with one ``external_id`` gives the stored task.

        The fields are those of ``POST tasks``: agent, requested_by, external_id, title, operation
        and tool are required.
        """
        return _task(self._call("POST", "tasks", body))

    def task_read(self, task_id: str, *, wait_s: int = 0) -> Task:
        """Return the task, at the latest after ``wait_s`` seconds if nothing happens to it."""
        return _task(self._call("GET", f"tasks/{task_id}?wait={wait_s}", patience_s=wait_s))

    def wait(
        self, task: Task, *,
        goes_on: Callable[[], bool] = lambda: True, asked: Callable[[str], str] = lambda _: "",
    ) -> Task:  # fmt: skip
        """Return the task once it may start; at once if nobody had to be asked.

        ``goes_on`` is asked between long polls of half a minute; when it says no, the task is
        returned as it stands. ``asked`` answers what people ask back; "" leaves it to people.

        Raises:
            DeniedError, RespondedError, ExpiredError, WithdrawnError, FrozenError: five answers.
            UnavailableError: if Countersign is away; call again with the same task.
        """
        while task.state in {"PENDING", "HELD"} and goes_on():
            task = self.task_read(task.id, wait_s=LONG_POLL_S)
            question = (task.ticket or {}).get("question") if task.state == "PENDING" else None
            if question and (said := asked(question["text"])):
                self.answer(task, said)
            if task.state == "READY" and task.usable_from:
                # Within the undo window the second poll ends when the window does, or the vote.
                task = self.task_read(task.id, wait_s=LONG_POLL_S)
        if task.state in NO_ACTION:
            raise _refusal_of(task)
        return task

    def answer(self, task: Task, text: str) -> None:
        """Answer the question that stands; it decides nothing."""
        ticket = task.ticket or {}
        said = {"question": ticket["question"]["id"], "text": text}
        self._call("POST", f"tickets/{ticket['id']}/answer", said)

    def start(self, task: Task, *, idempotency_key: str = "") -> Started:
        """Begin, or learn why not. Each call is a new question: a task starts once.

        A lost answer is asked for again within the call. A later call, by another run of the
        program too, raises that the task has started or finished. Only where running the
        arguments twice does no harm, pass an ``idempotency_key``: it gets the same go for 24 h.

        Raises:
            RefusedError: or one of its kinds; nothing may run then.
            UnavailableError: if no answer came; whether the task has started is unknown.
        """
        key = idempotency_key or uuid.uuid4().hex
        path, body = f"tasks/{task.id}/start", {"action_digest": task.action_digest}
        for tries_left in itertools.count(START_TRIES - 1, -1):
            try:
                answer = self._call("POST", path, body, key=key)
                break
            except (TooEarlyError, UnavailableError) as later:
                if not tries_left:
                    raise
                time.sleep(later.retry_after_s)
        cap = answer["spend_cap_usd"] and Decimal(answer["spend_cap_usd"])
        arguments, edited = answer["arguments"], bool(answer.get("edited"))
        return Started(task_id=task.id, arguments=arguments, spend_cap_usd=cap, edited=edited)

    def heartbeat(self, task: Task, **totals: Any) -> bool:
        """Report totals so far; returns False when the task must stop. Repeating totals is safe."""
        answer = self._call("POST", f"tasks/{task.id}/heartbeat", totals)
        return bool(answer["verdict"] == "continue")

    def cancel(self, task: Task, reason: str) -> Task:
        """Withdraw a question that is asked no longer. Safe to repeat."""
        return _task(self._call("POST", f"tasks/{task.id}/cancel", {"reason": reason}))

    def outcome(self, task: Task, result: str, **facts: Any) -> None:
        """Say how it ended: success, partial, failure or a neutral word; the first report stays."""
        self._call("POST", f"tasks/{task.id}/outcome", {"result": result, **facts})

    def outcomes(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """Load up to 1,000 finished tasks, each ``task_id`` once; returns the fates by index."""
        return self._call("POST", "outcomes", {"items": items})

    def _call(
        self, method: str, path: str, body: Body = None, *, key: str = "", patience_s: int = 0
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body, default=_amount).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked on entry
            self._root + path, data=data, headers=headers, method=method
        )
        if key:
            request.add_header("Idempotency-Key", key)
        try:
            with urllib.request.urlopen(  # noqa: S310 - the scheme was checked on entry
                request, timeout=self._timeout_s + patience_s
            ) as response:
                return dict(json.load(response))
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            # Also an answer that breaks off: its server was killed in the middle of it.
            raise UnavailableError(f"No answer from {self._root}: {error}") from error


def _task(answer: dict[str, Any]) -> Task:
    return Task(
        id=answer["id"],
        state=answer["state"],
        action_digest=answer["action_digest"],
        ticket=answer.get("ticket"),
        resolution=answer.get("resolution"),
        usable_from=answer.get("usable_from"),
        answer=answer,
    )


def _refusal(error: urllib.error.HTTPError) -> RefusedError:
    """Return the typed error of a problem document (RFC 9457)."""
    try:
        problem = json.load(error)
    except (OSError, http.client.HTTPException, ValueError):
        problem = {}
    code, sentence = problem.get("code", ""), problem.get("detail") or f"HTTP {error.code}"
    problem.setdefault("retry_after_s", error.headers.get("Retry-After"))
    reason_code = (problem.get("resolution") or {}).get("reason_code", "")
    facts = {k: v for k, v in problem.items() if k not in {"code", "status", "detail"}}
    return _kind(code, reason_code, error.code)(sentence, code=code, status=error.code, **facts)


def _kind(code: str, reason_code: str, status: int) -> type[RefusedError]:
    """Return the class for an answer; the gate's own denial counts by its reason."""
    by_code = {
        "denied": DeniedError, "responded": RespondedError, "expired": ExpiredError,
        "withdrawn": WithdrawnError, "idempotency_key_in_flight": TooEarlyError,
    }  # fmt: skip
    if code in FREEZES or (code == "blocked" and reason_code in FREEZES):
        return FrozenError
    if code == "blocked":
        return DeniedError
    if status >= 500:
        return UnavailableError
    return by_code.get(code) or {410: WithdrawnError, 425: TooEarlyError}.get(status, RefusedError)


def _refusal_of(task: Task) -> RefusedError:
    """Return why a finished question gave no permission, in the words of whoever answered."""
    resolution = task.resolution or {}
    answer, reason_code = resolution.get("answer", ""), resolution.get("reason_code", "")
    sentence = resolution.get("reason_text") or " ".join(task.reasons)
    return _kind(answer, reason_code, 0)(
        sentence,
        code=reason_code or answer,
        retry_after_s=task.answer["decision"].get("retry_after_s"),
        resolution=resolution,
    )


def _amount(value: object) -> str:
    """Write amounts as decimal strings: a float would round them."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
