"""How each event of the log is called: a word, an icon and a tone; and of which area it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.display.wording import Mark, move_mark, settled_mark, ticket_mark

# The areas of the log, by the first words of the names of their events.
AREAS: Mapping[str, str] = {
    "agent": "Agents",
    "tier": "Tiers",
    "breaker": "Breakers",
    "drift": "Drift",
    "task": "Tasks",
    "grant": "Permissions",
    "ticket": "Tickets",
    "preapproval": "Rules",
    "audit": "Audits",
    "outcome": "Corrections",
    "outcomes": "Reweighed outcomes",
    "cascade": "Cascades",
    "collusion": "Collusion",
    "fleet": "Fleet",
    "policy": "Policy",
    "retention": "Removals",
    "escalation": "Escalation policy",
    "tool": "Tools",
    "key": "API keys",
    "token": "Personal tokens",
    "membership": "Members",
    "person": "People",
    "session": "Sessions",
    "webhook": "Webhooks",
    "channel": "Channels",
    "courier": "Courier",
    "auditor": "Auditor",
    "log": "Log",
}
_MARKS: Mapping[str, Mark] = {
    "agent.changed": Mark("Agent changed", "swap", "line"),
    "agent.inherited": Mark("Record inherited", "tree", "line"),
    "agent.mandate_lowered": Mark("Mandate lowered", "sink", "bad"),
    "agent.mandate_restored": Mark("Mandate restored", "up", "line"),
    "agent.paused": Mark("Agent paused", "pause", "line"),
    "agent.refold_differed": Mark("Re-fold differs", "warn", "crit"),
    "agent.registered": Mark("Agent registered", "check", "line"),
    "agent.resumed": Mark("Agent resumed", "check", "line"),
    "audit.drawn": Mark("Audit drawn", "eye", "line"),
    "audit.settled": Mark("Audit settled", "check", "line"),
    "audit.skipped": Mark("Audits skipped", "minus", "line"),
    "auditor.mended": Mark("Auditor mended", "warn", "amber"),
    "breaker.approval_flood": Mark("Approval flood", "warn", "amber"),
    "breaker.bypass_asked": Mark("Bypass asked for", "ask", "amber"),
    "breaker.bypass_withdrawn": Mark("Bypass withdrawn", "x", "line"),
    "breaker.freeze_explained": Mark("Freeze explained", "ask", "line"),
    "breaker.probe_judged": Mark("Probe judged", "half", "line"),
    "cascade.contained": Mark("Cascade contained", "lock", "ice"),
    "cascade.detected": Mark("Cascade", "tree", "crit"),
    "cascade.resolved": Mark("Cascade over", "check", "good"),
    "cascade.truncated": Mark("Cascade truncated", "warn", "amber"),
    "channel.changed": Mark("Channel changed", "swap", "line"),
    "channel.failing": Mark("Channel failing", "warn", "amber"),
    "collusion.checks_asked": Mark("Checks asked for", "eye", "line"),
    "collusion.found": Mark("Collusion found", "swap", "crit"),
    "collusion.merged": Mark("Rings merged", "swap", "line"),
    "collusion.scanned": Mark("Scan ended", "eye", "line"),
    "collusion.settled": Mark("Ring settled", "check", "line"),
    "collusion.team_declared": Mark("Team declared", "people", "line"),
    "collusion.team_ended": Mark("Team ended", "x", "line"),
    "courier.late": Mark("Courier late", "warn", "amber"),
    "drift.acknowledged": Mark("Drift looked at", "check", "line"),
    "drift.found": Mark("Drift", "sink", "bad"),
    "drift.held": Mark("Drift held", "pause", "line"),
    "escalation.published": Mark("Escalation policy", "up", "line"),
    "fleet.archived": Mark("Fleet archived", "lock", "line"),
    "fleet.halt_explained": Mark("Halt explained", "ask", "line"),
    "fleet.halted": Mark("Fleet halted", "pause", "crit"),
    "fleet.incident_ended": Mark("Incident over", "check", "good"),
    "fleet.incident_raised": Mark("Incident", "warn", "amber"),
    "fleet.outbound_changed": Mark("Outbound changed", "out", "line"),
    "fleet.resumed": Mark("Fleet resumed", "check", "good"),
    "grant.lapsed": Mark("Permission lapsed", "sand", "amber"),
    "grant.revoked": Mark("Permission revoked", "x", "line"),
    "key.changed": Mark("Key changed", "swap", "line"),
    "key.created": Mark("Key made", "lock", "line"),
    "key.revoked": Mark("Key revoked", "x", "line"),
    "key.rotated": Mark("Key rotated", "swap", "line"),
    "log.check_failed": Mark("Log in doubt", "warn", "crit"),
    "log.key_given_up": Mark("Key of the log lost", "lock", "amber"),
    "membership.changed": Mark("Member changed", "people", "line"),
    "outcome.corrected": Mark("Outcome corrected", "undo", "amber"),
    "outcomes.reweighed": Mark("Outcomes reweighed", "swap", "line"),
    "person.deactivated": Mark("Person deactivated", "x", "line"),
    "person.guesses_forgiven": Mark("Sign-in let go on", "undo", "line"),
    "person.invitation_revoked": Mark("Invitation revoked", "x", "line"),
    "person.invited": Mark("Person invited", "ask", "line"),
    "person.joined": Mark("Person joined", "people", "line"),
    "person.mail_changed": Mark("Mail changed", "out", "line"),
    "person.password_changed": Mark("Password changed", "lock", "line"),
    "person.password_reset": Mark("Password reset", "lock", "amber"),
    "person.provider_linked": Mark("Provider linked", "people", "line"),
    "person.provider_unlinked": Mark("Provider unlinked", "x", "line"),
    "person.reactivated": Mark("Person taken back", "undo", "line"),
    "person.recovery_codes_made": Mark("Recovery codes", "lock", "line"),
    "person.second_factor_off": Mark("Second factor off", "minus", "amber"),
    "person.second_factor_on": Mark("Second factor on", "shield", "line"),
    "person.sign_in_failed": Mark("Sign-in failed", "warn", "amber"),
    "person.signed_in": Mark("Signed in", "check", "line"),
    "policy.declined": Mark("Draft declined", "x", "line"),
    "policy.discarded": Mark("Draft discarded", "minus", "line"),
    "policy.drafted": Mark("Policy draft", "shield", "line"),
    "policy.proposed": Mark("Policy proposed", "ask", "amber"),
    "policy.published": Mark("Policy", "shield", "line"),
    "policy.trial_ended": Mark("Trial over", "check", "line"),
    "policy.trial_started": Mark("Trial", "half", "line"),
    "preapproval.accepted": Mark("Rule in force", "check", "line"),
    "preapproval.ended": Mark("Rule ended", "x", "line"),
    "preapproval.matched": Mark("Rule matched", "check", "line"),
    "preapproval.proposed": Mark("Rule proposed", "ask", "line"),
    "session.ended": Mark("Session ended", "minus", "line"),
    "retention.agreed": Mark("Removal agreed", "people", "amber"),
    "retention.applied": Mark("Records removed", "minus", "amber"),
    "retention.cancelled": Mark("Removal ended", "x", "line"),
    "retention.declined": Mark("Removal declined", "x", "line"),
    "retention.due": Mark("Records past time", "clock", "line"),
    "retention.exported": Mark("Records exported", "save", "line"),
    "retention.prepared": Mark("Removal counted", "lines", "line"),
    "retention.proposed": Mark("Removal proposed", "ask", "amber"),
    "task.answer_read": Mark("Answer read", "eye", "line"),
    "task.attempt_denied": Mark("Attempt denied", "x", "crit"),
    "task.cancelled": Mark("Task withdrawn", "minus", "line"),
    "task.escalated": Mark("Task asks people", "queue", "line"),
    "task.finished": Mark("Task finished", "check", "line"),
    "task.overdue": Mark("Task overdue", "sand", "amber"),
    "task.resolved": Mark("Task answered", "check", "line"),
    "task.started": Mark("Task started", "out", "line"),
    "task.stop_requested": Mark("Stop requested", "pause", "amber"),
    "task.superseded": Mark("Task replaced", "swap", "line"),
    "ticket.answered": Mark("Question answered", "ask", "line"),
    "ticket.asked": Mark("Question asked", "ask", "line"),
    "ticket.claim_released": Mark("Claim released", "undo", "line"),
    "ticket.claimed": Mark("Claimed", "lock", "line"),
    "ticket.edited": Mark("Arguments edited", "swap", "amber"),
    "ticket.escalated": Mark("Level called", "up", "amber"),
    "ticket.grew": Mark("More evidence", "eye", "amber"),
    "ticket.opened": Mark("Ticket opened", "queue", "line"),
    "ticket.reassigned": Mark("Handed over", "swap", "line"),
    "ticket.reopened": Mark("Reopened", "undo", "amber"),
    "ticket.snoozed": Mark("Snoozed", "clock", "line"),
    "ticket.tightened": Mark("Tightened", "up", "amber"),
    "ticket.undone": Mark("Taken back", "undo", "amber"),
    "ticket.unroutable": Mark("Nobody may decide", "warn", "crit"),
    "ticket.vote_recorded": Mark("Vote", "check", "line"),
    "ticket.woken": Mark("Woken", "clock", "line"),
    "token.created": Mark("Token made", "lock", "line"),
    "token.revoked": Mark("Token revoked", "x", "line"),
    "tool.confirmed": Mark("Tool confirmed", "check", "line"),
    "tool.proposed": Mark("Tool proposed", "ask", "line"),
    "webhook.changed": Mark("Webhook changed", "swap", "line"),
    "webhook.failing": Mark("Webhook failing", "warn", "amber"),
    "webhook.tested": Mark("Webhook tested", "out", "line"),
}
_RANKS = {"low": 0, "medium": 1, "high": 2}
_ENDS = {
    "ticket.expired": "expired",
    "ticket.superseded": "superseded",
    "ticket.withdrawn": "cancelled",
}


def event_mark(name: str, payload: Mapping[str, object]) -> Mark:
    """Return the mark of an event; one of a name that is not used any longer reads as its name.

    Args:
        name: its wire name, such as `breaker.tripped`.
        payload: what it says beside its ids.
    """
    known = _MARKS.get(name)
    if known is not None:
        return known
    area, _, move = name.partition(".")
    if area == "breaker":
        return move_mark(move)
    if name in _BY_PAYLOAD and (told := _BY_PAYLOAD[name](payload)).label:
        return told
    if name in _ENDS:
        return ticket_mark(_ENDS[name])
    return Mark(name.replace(".", " ").replace("_", " ").capitalize())


def _tier(payload: Mapping[str, object]) -> Mark:
    before, after = (_RANKS.get(str(payload.get(side)), 0) for side in ("before", "after"))
    return Mark("Tier fell", "sink", "bad") if after < before else Mark("Tier rose", "up", "good")


_BY_PAYLOAD: Mapping[str, Callable[[Mapping[str, object]], Mark]] = {
    "cascade.task_settled": lambda payload: settled_mark(str(payload.get("settled", ""))),
    "ticket.resolved": lambda payload: ticket_mark("", str(payload.get("resolution", ""))),
    "tier.changed": _tier,
}
