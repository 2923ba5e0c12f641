"""What an event of the log says, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dashboard.display.because import because, quoted
from dashboard.display.figures import plural
from dashboard.display.key_words import KEY_WORDS
from dashboard.display.people_words import PEOPLE_WORDS
from dashboard.display.retention_words import RETENTION_WORDS
from dashboard.display.sign_in_words import SIGN_IN_WORDS
from dashboard.display.wording import ticket_mark

Payload: TypeAlias = Mapping[str, Any]
# Returns how a page names who acted, by the name that is stored.
Who: TypeAlias = Callable[[str], str]
Words: TypeAlias = Callable[[Payload, Who], str]


def event_sentence(name: str, payload: Payload, actor: str, who: Who) -> str:
    """Return what happened.

    Args:
        name: the event's wire name, such as `ticket.resolved`.
        payload: what it says beside its ids; may quote what agents and people wrote.
        actor: who acted, as it is stored.
        who: how a page names people, keys and the product itself.
    """
    words = _WORDS.get(name)
    if words is not None:
        try:
            return words(payload, who)
        except (KeyError, TypeError, ValueError):
            # The log is never rewritten: an earlier release may have said less of the same fact.
            return _sparse(name, payload)
    stored = str(payload.get("sentence") or "")
    if stored:
        said = stored.replace(f" by {actor}: ", f" by {who(actor)}: ", 1)
        return f"{said} Only recorded." if _recorded_only(payload, said) else said
    return _sparse(name, payload)


def _sparse(name: str, payload: Payload) -> str:
    """Return what can be said of an event that says less than its words ask for."""
    return str(payload.get("sentence") or "") or quoted(payload.get("reason")) or name


def _recorded_only(payload: Payload, said: str) -> bool:
    return payload.get("enforced") is False and "Only recorded" not in said


def _ticket(payload: Payload) -> str:
    return f"Ticket #{payload['number']}"


def _listed(names: object) -> str:
    each = [str(name).replace("_", " ") for name in names] if isinstance(names, list) else []
    return ", ".join(each)


def _resolved(payload: Payload, who: Who) -> str:
    word = ticket_mark("", payload["resolution"]).label.lower()
    emergency = ", an emergency" if payload.get("emergency") else ""
    code = str(payload.get("reason_code") or "").replace("_", " ")
    said = f"{_ticket(payload)}: {word} by {who(payload['by'])}{emergency}"
    return because(said, payload.get("reason_text") or code)


# What a ticket asks about, by its kind.
_ABOUT = {
    "task": "a task",
    "release": "the release of an agent",
    "incident": "an incident",
    "drift": "drift",
    "audit": "a finished task, drawn for an audit",
    "cascade": "a cascade",
    "collusion": "collusion",
}


def _opened(payload: Payload, _: Who) -> str:
    kind = _ABOUT.get(payload["kind"], payload["kind"])
    needs = plural(payload["approvals_needed"], "approval")
    practice = " It is practice: nobody answers it." if payload["practice"] else ""
    return f"{_ticket(payload)} about {kind} asks for {needs}.{practice}"


def _claimed(payload: Payload, who: Who) -> str:
    over = f", over from {who(payload['taken_from'])}" if payload.get("taken_from") else ""
    return f"{who(payload['by'])} claimed {_ticket(payload).lower()}{over}."


def _claim_released(payload: Payload, who: Who) -> str:
    why = "its lease ended" if payload["lease_ended"] else f"{who(payload['by'])} let go"
    return f"{_ticket(payload)} is back in the queue: {why}."


def _escalated(payload: Payload, who: Who) -> str:
    by = f" by {who(payload['by'])}" if payload.get("by") else ""
    place = f"level {payload['level']} of {payload['of']}"
    return because(f"{_ticket(payload)}: {place} was called{by}", payload["reason"])


def _agreed(payload: Payload, who: Who) -> str:
    return f", agreed to by {who(payload['agreed_by'])}" if payload.get("agreed_by") else ""


def _vote(payload: Payload, who: Who) -> str:
    choice = str(payload["choice"]).replace("_", " ")
    count = f"{payload['approvals']} of {plural(payload['approvals_needed'], 'approval')}"
    said = f"{_ticket(payload)}: {who(payload['by'])} answered {choice}; {count}"
    return because(said, payload.get("reason_text") or payload.get("reason_code"))


def _edited(payload: Payload, who: Who) -> str:
    if payload["is_as_asked"]:
        return f"{who(payload['by'])} took the edits of {_ticket(payload).lower()} back."
    return f"{who(payload['by'])} edited the arguments of {_ticket(payload).lower()}."


def _expired(payload: Payload, _: Who) -> str:
    votes = plural(payload["votes"], "vote")
    return f"{_ticket(payload)} expired unanswered, with {votes}: it counts as no."


def _reassigned(payload: Payload, who: Who) -> str:
    said = f"{who(payload['by'])} handed {_ticket(payload).lower()} to {who(payload['given_to'])}"
    return because(said, payload.get("note"))


def _settled_ring(payload: Payload, _: Who) -> str:
    reason = quoted(payload.get("reason"))
    return f"{reason} {payload['sentence']}".strip()


def _scanned(payload: Payload, _: Who) -> str:
    rings = plural(payload["rings"], "ring")
    return f"A scan for collusion ended: {rings} suspected, {len(payload['changed'])} changed."


def _acknowledged(payload: Payload, _: Who) -> str:
    then = (
        "the present is normal now, and learned anew"
        if payload["rebaselined"]
        else "the agent is held to what was normal before"
    )
    return f"People looked at the drift: {then}."


def _ended_rule(payload: Payload, _: Who) -> str:
    state = str(payload["state"]).lower()
    revoked = payload["grants_revoked"]
    also = f"; {plural(revoked, 'permission')} taken back" if revoked else ""
    return because(f"Rule #{payload['number']} was {state}{also}", payload["reason"])


def _level(word: str, tail: str) -> Words:
    return lambda payload, _: f"{word} of level {str(payload['level']).capitalize()}{tail}."


def _moved_mandate(payload: Payload, _: Who) -> str:
    sides = f"from {str(payload['before']).capitalize()} to {str(payload['after']).capitalize()}"
    return because(f"The level reached alone went {sides}", payload["reason"])


def _by(verb: str, tail: str = "") -> Words:
    """Return words for what a person did with a ticket."""
    return lambda payload, who: f"{who(payload['by'])} {verb} {_ticket(payload).lower()}{tail}."


def _reasoned(sentence: str) -> Words:
    return lambda payload, _: because(sentence, payload.get("reason"))


def _plain(sentence: str) -> Words:
    return lambda payload, _: sentence.format_map(payload)


_WORDS: Mapping[str, Words] = {
    "agent.changed": lambda payload, _: f"Changed: {_listed(payload['fields_changed'])}.",
    "agent.mandate_lowered": _moved_mandate,
    "agent.mandate_restored": _moved_mandate,
    "agent.paused": _reasoned("The agent was paused"),
    "agent.resumed": _reasoned("The agent was resumed"),
    "agent.registered": lambda payload, _: (
        payload.get("sentence") or "The agent is known to the fleet."
    ),
    # Its own sentence names the preset: whoever judges the work must not know what is earned.
    "audit.drawn": _plain("A finished task was drawn for a person to check."),
    "audit.settled": lambda payload, _: because(
        f"The work that was drawn: {payload['verdict']}", payload["reason"]
    ),
    "breaker.bypass_asked": lambda payload, _: because(
        f"An admin asks to pass the breaker over for {payload['length']}", payload["reason"]
    ),
    "breaker.bypass_withdrawn": _reasoned("The bypass is not wanted any longer"),
    "breaker.freeze_explained": _reasoned("The reason of the freeze by hand"),
    "collusion.scanned": _scanned,
    "collusion.settled": _settled_ring,
    "drift.acknowledged": _acknowledged,
    "escalation.published": lambda payload, _: because(
        f"Escalation policy {payload['number']} is in force", payload["reason"]
    ),
    "fleet.archived": _reasoned("The fleet is over"),
    "fleet.halt_explained": _reasoned("The reason of the halt"),
    "fleet.halted": _reasoned("The fleet was halted"),
    "fleet.outbound_changed": _reasoned("What may be sent to was changed"),
    "fleet.resumed": _reasoned("The fleet was resumed"),
    "grant.lapsed": _plain("A permission was not used in time: approved, never started."),
    "grant.revoked": _reasoned("An unused permission was taken back"),
    **PEOPLE_WORDS,
    **SIGN_IN_WORDS,
    "policy.declined": _reasoned("The draft of a policy was declined"),
    "policy.discarded": _plain("The draft of a policy was discarded."),
    "policy.drafted": lambda payload, _: f"The draft changes {', '.join(payload['fields'])}.",
    "policy.proposed": lambda payload, _: because(
        f"A draft that loosens {', '.join(payload['fields'])} waits for a second admin",
        payload["reason"],
    ),
    "policy.published": lambda payload, who: because(
        f"Policy {payload['number']} is in force{_agreed(payload, who)}", payload["reason"]
    ),
    "policy.trial_ended": lambda payload, _: because(
        f"A trial beside policy {payload['number']} is over after {payload['days']:g} days",
        payload["reason"],
    ),
    "policy.trial_started": lambda payload, _: because(
        f"A draft with {plural(payload['changes'], 'changed setting')} is tried beside policy"
        f" {payload['number']} and decides nothing",
        payload["reason"],
    ),
    "preapproval.ended": _ended_rule,
    "preapproval.matched": lambda payload, _: (
        f"Rule #{payload['number']} approved a request, its use {payload['uses']}."
    ),
    "session.ended": _plain("A person receives this fleet's events no longer."),
    **KEY_WORDS,
    **RETENTION_WORDS,
    "task.answer_read": _plain("The caller was told that the task does not run."),
    "task.attempt_denied": _level("An attempt", " was denied outright"),
    "task.cancelled": _reasoned("The caller withdrew the task"),
    "task.escalated": _level("A task", " waits for people"),
    "task.finished": _plain("A task that people approved ended: {result}."),
    "task.overdue": _plain("A waiting task was looked at after its time to answer had passed."),
    "task.resolved": lambda payload, _: f"The task is {str(payload['state']).lower()} now.",
    "task.started": _plain("A task that people approved has started."),
    "task.stop_requested": _reasoned("A running task was told to stop"),
    "task.superseded": _plain("The task {successor} took its place, with other arguments."),
    "ticket.answered": lambda payload, who: because(
        f"{who(payload['by'])} answered the question of {_ticket(payload).lower()}",
        payload["text"],
    ),
    "ticket.asked": lambda payload, who: because(
        f"{who(payload['by'])} asked about {_ticket(payload).lower()}", payload["text"]
    ),
    "ticket.claim_released": _claim_released,
    "ticket.claimed": _claimed,
    "ticket.edited": _edited,
    "ticket.escalated": _escalated,
    "ticket.expired": _expired,
    "ticket.opened": _opened,
    "ticket.reassigned": _reassigned,
    "ticket.reopened": _by("reopened", ", which had been denied"),
    "ticket.resolved": _resolved,
    "ticket.snoozed": _by("put off"),
    "ticket.superseded": lambda payload, _: because(
        f"{_ticket(payload)} was replaced: the agent asks again as {payload['successor']}",
        payload["reason"],
    ),
    "ticket.undone": _by("took an approval back on", ", which waits again"),
    "ticket.vote_recorded": _vote,
    "ticket.withdrawn": lambda payload, _: because(
        f"{_ticket(payload)} is asked no longer", payload["reason"]
    ),
    "ticket.woken": lambda payload, _: (
        f"{_ticket(payload)} is back in the queue, woken by"
        f" {str(payload['woken_by']).replace('_', ' ')}."
    ),
    "tool.confirmed": _plain("An admin confirmed what the tool {name} can do."),
    "tool.proposed": _plain("The tool {name} was described and waits for an admin."),
    "webhook.tested": _plain("A test message was sent to the webhook {name}."),
}
