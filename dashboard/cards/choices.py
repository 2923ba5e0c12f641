"""The ways to decide each kind of ticket, in the words of its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to decide. `why_off` is empty where this person may choose it now.

    `value` is what the form sends. `asks` is the sentence of the confirmation, without its
    question mark; `does` says what follows, where the label alone does not.
    """

    value: str
    label: str
    icon: str
    tone: str
    asks: str
    key: str = ""
    does: str = ""
    why_off: str = ""


_CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "task": (
        Choice(
            value="deny", label="Deny", icon="x", tone="deny", key="D",
            asks="Deny this task, and send your words to the agent",
        ),
        Choice(
            value="respond", label="Answer instead", icon="ask", tone="", key="R",
            asks="Send your words to the agent as its answer; the task does not run",
        ),
        Choice(
            value="approve", label="Approve", icon="check", tone="main", key="A",
            asks="Approve exactly these arguments",
        ),
    ),
    "release": (
        Choice(
            value="deny", label="Keep frozen", icon="ice", tone="deny", key="D",
            asks="Keep this agent frozen",
        ),
        Choice(
            value="approve", label="Release", icon="check", tone="main", key="A",
            asks="Release this agent to probation",
        ),
    ),
    "incident": (
        Choice(
            value="approve", label="Acknowledge", icon="check", tone="main", key="A",
            asks="Acknowledge this incident; the task stays denied",
        ),
    ),
    "fleet incident": (
        Choice(
            value="approve", label="Acknowledge", icon="check", tone="main", key="A",
            asks="Acknowledge this incident; it lifts nothing",
            does="Says that somebody looks for the shared cause. It lifts nothing.",
        ),
    ),
    "review": (
        Choice(
            value="approve", label="Record the review", icon="check", tone="main", key="A",
            asks="Record what you found of this emergency",
            does="Closes the review with your words. What has run has run.",
        ),
    ),
    "drift": (
        Choice(
            value="lower_mandate", label="Lower mandate", icon="sink", tone="", key="M",
            asks="Let this agent reach one level less without a person",
            does="It reaches one blast level less without a person; the old normal stays.",
        ),
        Choice(
            value="pause", label="Pause", icon="pause", tone="deny", key="P",
            asks="Pause this agent until a manager resumes it",
            does="Nothing of it starts until a manager resumes it; the old normal stays.",
        ),
        Choice(
            value="rebaseline", label="Re-baseline", icon="swap", tone="main", key="B",
            asks="Take the present for normal and learn it anew",
            does="The present counts as normal from now on. Trust stays as earned.",
        ),
    ),
    "audit": (
        Choice(
            value="fail", label="Fail", icon="x", tone="deny", key="F",
            asks="Say that this work was bad, whatever was reported",
            does="Counts as a verified failure, whatever was reported.",
        ),
        Choice(
            value="unclear", label="Cannot tell", icon="ask", tone="", key="U",
            asks="Leave this work as it was reported",
            does="What was reported stays as it is.",
        ),
        Choice(
            value="pass", label="Pass", icon="check", tone="main", key="P",
            asks="Say that this work was good",
            does="Counts as a verified success.",
        ),
    ),
    "cascade": (
        Choice(
            value="cancel", label="Cancel", icon="x", tone="deny", key="X",
            asks="End the tasks you ticked",
            does="Ends it; its caller reads your words.",
        ),
        Choice(
            value="rerun", label="Re-run", icon="undo", tone="", key="R",
            asks="End the tasks you ticked, to be asked for again",
            does="Ends it and tells its caller to ask again, once its input is made anew.",
        ),
        Choice(
            value="resume", label="Resume", icon="check", tone="main", key="S",
            asks="Let the tasks you ticked start",
            does="May start as it was allowed, on the input it has.",
        ),
    ),
    "collusion": (
        Choice(
            value="confirm", label="Confirm", icon="check", tone="deny", key="R",
            asks="Say that this ring is real; penalties apply to its members",
        ),
        Choice(
            value="verify", label="Ask for checks", icon="eye", tone="", key="V",
            asks="Have what they do for each other next checked before anybody is judged",
            does="Their next jobs for each other are checked; they stay suspected.",
        ),
        Choice(
            value="dismiss", label="Dismiss", icon="x", tone="", key="D",
            asks="Say that nothing is wrong; they count as a team for a time",
            does="Gives back what the suspicion took, and declares them a team.",
        ),
    ),
    "empty cascade": (
        Choice(
            value="approve", label="Acknowledge", icon="check", tone="main", key="A",
            asks="Acknowledge this cascade; it holds nothing",
            does="Ends the incident: nothing is held.",
        ),
    ),
}  # fmt: skip


def choices_for(
    kind: str,
    off: Mapping[str, str] | None = None,
    does: Mapping[str, str] | None = None,
) -> tuple[Choice, ...]:
    """Return the choices of a ticket in their words, those that stop something first.

    Args:
        kind: of the ticket; an incident of the fleet and a cascade that holds nothing are
            `fleet incident` and `empty cascade`, the review of an emergency is `review`.
        off: why this person cannot choose it now, as a sentence, by the choice's value.
        does: what follows, in place of the words here, by the choice's value.

    Raises:
        ValueError: for a kind that has no words here.
    """
    if kind not in _CHOICES:
        message = f"no words for ticket kind {kind!r}"
        raise ValueError(message)
    reasons, follows = off or {}, does or {}
    return tuple(
        replace(
            choice,
            why_off=reasons.get(choice.value, ""),
            does=follows.get(choice.value, choice.does),
        )
        for choice in _CHOICES[kind]
    )
