"""What the form that makes a pre-approval rule sends, read against the ticket it is made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dashboard.forms.control import control_read
from escalations.selectors.edits import task_standing
from escalations.services.preapproval_drafts import Draft
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

    from escalations.models import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTyped:
    """A draft and its reason as they were sent."""

    draft: Draft
    reason: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        sent = [asdict(self.draft), self.reason]
        return hashlib.sha256(json.dumps(sent, default=str).encode()).hexdigest()


def rule_read(request: HttpRequest, ticket: Ticket) -> RuleTyped:
    """Return the rule that a form describes, made from ``ticket``.

    Agent, tool, operation, environment and the names of arguments are the ticket's, whatever was
    sent: a form loosens values, and says by how much.

    Raises:
        InvalidFieldError: naming the field whose text is not what it should be.
    """
    asked = ticket.snapshot["task"]
    arguments = json.loads(task_standing(ticket)["arguments"])
    draft = Draft(
        agent=ticket.snapshot["agent"]["external_id"],
        tool=asked["tool"],
        operation=asked["operation"],
        environment=asked["environment"],
        targets=lines(request.POST.get("target-one-of", "")) or [asked["target"]],
        arguments={
            name: _bound(request, index, name, value)
            for index, (name, value) in enumerate(arguments.items())
        },
        spend_most_usd=request.POST.get("spend_most_usd", ""),
        level_most=request.POST.get("level_most", ""),
        hours=_number(request, "hours"),
        uses_most=_uses(request),
        ticket=ticket.number,
    )
    return RuleTyped(draft=draft, reason=control_read(request).reason)


def lines(text: str) -> list[str]:
    """Return the lines of a field that hold something, as they are but for their line ends."""
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _bound(request: HttpRequest, index: int, name: str, value: Any) -> dict[str, Any]:
    """Return the bound of one argument: its shown value, unless something looser was typed."""
    least = request.POST.get(f"least-{index}", "").strip()
    most = request.POST.get(f"most-{index}", "").strip()
    listed = lines(request.POST.get(f"one-of-{index}", ""))
    if not (least or most or listed):
        return {"is": value}
    if listed and (least or most):
        raise _wrong(name, "one of the two: a range, or a list")
    is_text = isinstance(value, str)
    if listed:
        return {"any_of": listed if is_text else [_json(name, line) for line in listed]}
    ends = (least, most) if is_text else (_json(name, least), _json(name, most))
    return {"min": ends[0], "max": ends[1]}


def _json(name: str, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise _wrong(name, "a number on each line, and both ends of a range", text) from error
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, "numbers, as the request has one", text)
    return value


def _number(request: HttpRequest, field: str) -> float:
    text = request.POST.get(field, "").strip()
    try:
        return float(text)
    except ValueError as error:
        raise InvalidFieldError(
            f"{field} must be a number.", field=field, value=text, allowed="a number such as 1.5"
        ) from error


def _uses(request: HttpRequest) -> int | None:
    text = request.POST.get("uses_most", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidFieldError(
            "How often must be a whole number, or nothing.",
            field="uses_most",
            value=text,
            allowed="a whole number, or nothing",
        )
    return int(text)


def _wrong(name: str, allowed: str, value: str = "") -> InvalidFieldError:
    return InvalidFieldError(
        f"{name} takes {allowed}.", field=f"arguments.{name}", value=value, allowed=allowed
    )
