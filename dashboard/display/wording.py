"""States as a person reads them: one word, one icon and one tone each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag: `tone` is '', line, good, amber, bad, crit or ice; `icon` is in the sprite."""

    label: str
    icon: str = ""
    tone: str = ""


_TICKET_STATES = {
    "pending": Mark("Pending", "clock", "line"),
    "expired": Mark("Expired", "sand", "amber"),
    "cancelled": Mark("Withdrawn", "minus"),
    "superseded": Mark("Superseded", "swap"),
}
_RESOLUTIONS = {
    "approved": Mark("Approved", "check", "good"),
    "approved_edited": Mark("Approved with edits", "check", "good"),
    "denied": Mark("Denied", "x", "crit"),
    "responded": Mark("Answered", "ask"),
    "released": Mark("Released", "check", "good"),
    "kept_frozen": Mark("Kept frozen", "ice", "ice"),
    "acknowledged": Mark("Acknowledged", "check"),
    "exception": Mark("Exception granted", "warn", "amber"),
    "agent_paused": Mark("Agent paused", "pause"),
    "rebaselined": Mark("Re-baselined", "swap"),
    "mandate_lowered": Mark("Mandate lowered", "sink", "amber"),
    "passed": Mark("Passed", "check", "good"),
    "failed": Mark("Failed", "x", "bad"),
    "unclear": Mark("Cannot tell", "ask"),
    "settled": Mark("Settled", "check"),
    "confirmed": Mark("Confirmed", "x", "crit"),
    "dismissed": Mark("Dismissed", "check", "good"),
    "verifying": Mark("To be checked", "eye", "amber"),
}
_BREAKER_STATES = {
    "closed": Mark("Breaker closed", "dot"),
    "open": Mark("Frozen", "ice", "ice"),
    "half_open": Mark("Probation", "half", "amber"),
}
_HOLDS = {
    "forced_open": Mark("Frozen by a person", "ice", "ice"),
    "latched": Mark("Latched", "lock", "ice"),
    "supervised": Mark("Supervised", "eye", "amber"),
}
_MOVES = {
    "tripped": Mark("Tripped", "ice", "ice"),
    "overflow": Mark("Supervised", "eye", "amber"),
    "would_trip": Mark("Would trip", "eye", "line"),
    "latched": Mark("Latched", "lock", "ice"),
    "probation_started": Mark("Probation", "half", "amber"),
    "released_early": Mark("Released early", "half", "amber"),
    "closed": Mark("Closed", "check", "good"),
    "probation_failed": Mark("Probation failed", "ice", "ice"),
    "starved": Mark("No verdict", "sand", "ice"),
    "forced_open": Mark("Frozen by hand", "ice", "ice"),
    "released": Mark("Released", "half", "amber"),
    "supervision_ended": Mark("Supervision ended", "check", "good"),
    "mode_changed": Mark("Mode changed", "swap", "amber"),
}
_RESULTS = {
    "success": Mark("success", tone="success"),
    "partial": Mark("partial", tone="partial"),
    "failure": Mark("failure", tone="failure"),
}
_SETTLED = {
    "resume": Mark("Resumed", "check", "good"),
    "cancel": Mark("Cancelled", "x", "bad"),
    "rerun": Mark("To be re-run", "undo", "amber"),
    "withdrawn": Mark("Withdrawn", "minus"),
    "finished": Mark("Finished", "check"),
    "expired": Mark("Expired", "sand", "amber"),
}
_KIND_TAGS = {
    "release": Mark("Release", "lock", "ice"),
    "incident": Mark("Incident", "warn", "crit"),
    "drift": Mark("Drift", "sink", "amber"),
    "audit": Mark("Audit", "eye"),
    "cascade": Mark("Cascade", "tree", "crit"),
    "collusion": Mark("Collusion", "swap", "crit"),
}
_VOTES = {
    "approve": "approved",
    "deny": "denied",
    "respond": "answered instead",
    "rebaseline": "re-baselined",
    "pause": "paused the agent",
    "lower_mandate": "lowered the mandate",
    "pass": "passed",
    "fail": "failed it",
    "unclear": "cannot tell",
    "resume": "resumed",
    "cancel": "cancelled",
    "rerun": "asked to re-run",
    "confirm": "confirmed",
    "dismiss": "dismissed",
    "verify": "asked for checks",
    "emergency": "called an emergency",
}
_VOTES_OF_KIND = {
    ("release", "approve"): "released",
    ("release", "deny"): "kept frozen",
    ("incident", "approve"): "acknowledged",
    ("cascade", "approve"): "acknowledged",
}

# Beside what became of a ticket that two admins approved past the usual quorum.
EMERGENCY = Mark("Emergency", "warn", "amber")


def vote_word(kind: str, choice: str) -> str:
    """Return what a person did by a vote, to go on after the name: `approved`."""
    word = _VOTES_OF_KIND.get((kind, choice)) or _VOTES.get(choice)
    return word or choice.replace("_", " ")


def ticket_mark(state: str, resolution: str = "") -> Mark:
    """Return the mark of a ticket; expired, denied, withdrawn and superseded all differ."""
    known = _RESOLUTIONS.get(resolution.lower()) or _TICKET_STATES.get(state.lower())
    return known or Mark(_sentence(resolution or state))


def breaker_mark(state: str, hold: str = "", *, detail: str = "") -> Mark:
    """Return the mark of a breaker: the hold where there is one, else the state.

    Args:
        state: CLOSED, OPEN or HALF_OPEN.
        hold: none, FORCED_OPEN, LATCHED or SUPERVISED.
        detail: what follows the word, such as `28 min` or `4 of 6`.
    """
    known = _HOLDS.get(hold.lower()) or _BREAKER_STATES.get(state.lower())
    mark = known or Mark(_sentence(state))
    return Mark(f"{mark.label}, {detail}", mark.icon, mark.tone) if detail else mark


def move_mark(move: str) -> Mark:
    """Return the mark of one move of a breaker."""
    return _MOVES.get(move.lower()) or Mark(_sentence(move))


def place_words(place: str) -> str:
    """Return where a breaker stood, in lower case: `CLOSED`, or `OPEN, LATCHED` with its hold."""
    state, _, hold = place.partition(", ")
    known = _HOLDS.get(hold.lower()) or _BREAKER_STATES.get(state.lower())
    return (known.label.removeprefix("Breaker ") if known else _sentence(state)).lower()


def kind_mark(kind: str) -> Mark | None:
    """Return the mark of a ticket kind; a task has none, its level speaks for it."""
    return _KIND_TAGS.get(kind.lower())


def settled_mark(settled: str) -> Mark:
    """Return what became of a task that a cascade held."""
    return _SETTLED.get(settled) or Mark(_sentence(settled))


def result_mark(result: str) -> Mark:
    """Return the word of an outcome; whatever counts neither way reads as itself, neutral."""
    return _RESULTS.get(result.lower()) or Mark(result.lower().replace("_", " "), tone="neutral")


def _sentence(word: str) -> str:
    return word.replace("_", " ").capitalize()
