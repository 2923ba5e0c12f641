"""What the rows send: right enough that only the caller's rights decide the answer.

A value that is the name of a part of the world stands for it (`World.of`).
"""

from __future__ import annotations

from typing import Any

# The key under which rita has sent forms whose results she may look at.
SENT = "sent-by-rita"
# What nearly every form of a page takes; a row adds what else its own needs.
FORM: dict[str, Any] = {
    "reason": "Checked.",
    "reason_text": "Checked.",
    "idempotency_key": "k-1",
    "version": "1",
}

RULE_AT = {"number": "rule"}
TASK_AT = {"task_id": "ticket_task"}
FLEET_CHANNEL = {"channel_id": "fleet_channel"}

# Forms of pages.
FREEZE = {"control": "freeze"}
TIE = {"agents": "pair_ids"}
TEAM = {"name": "Trio", "member": "pair_names", "until": "next_week"}
CHANGE = {"value.breaker.freeze_cap_h": "48", "seen.breaker.freeze_cap_h": "24"}
ROLL_BACK = {"replaces": "1"}
RULE = {
    "ticket": "note_ticket",
    "spend_most_usd": "1",
    "level_most": "MEDIUM",
    "hours": "2",
    "uses_most": "5",
}
TRIAL = {"days": "7"}
CHAT = {"kind": "chat", "address": "ntfy://countersign-on-call-other"}
ESCALATION = {"people_1": "", "roles_1": "reviewer", "replaces": "0"}
WEBHOOK = {"name": "Other", "url": "https://other.example.org/in"}
MEMBER = {"control": "change", "username": "rita", "role": "manager", "seen": "reviewer"}
FIRST_FLEET = {"name": "Other", "enforcement": "shadow"}
FIRST_KEY = {"name": "First agent", "environment": "production"}
KEY = {"name": "Nightly", "rate": "60"}
NEW_KEY = {**KEY, "environment": "production", "scopes": "read", "life": "90", "agents": ""}
OVERLAP = {"overlap": "24"}
INVITE = {"email": "new@example.test", "role": "reviewer"}

# Bodies of calls.
REASON = {"reason": "Checked."}
DECISION = {"reason_code": "arguments_checked", "reason_text": "Checked."}
DECIDE = {"choice": "approve", **DECISION}
RULE_BODY = {
    "agent": "refund-bot",
    "tool": "shop.refund",
    "operation": "refund.issue",
    "environment": "production",
    "arguments": {},
    "spend_most_usd": "1",
    "level_most": "LOW",
    "hours": 1,
    "reason": "Checked.",
}
ESCALATION_BODY = {
    "levels": [{"people": [], "roles": ["reviewer"]}],
    "shares": [],
    "reason": "Checked.",
    "replaces": 0,
}
HOURS = {"zone": "UTC", "quiet_from": None, "quiet_until": None}
CODE = {"code": "000000"}
TASK = {
    "agent": "refund-bot",
    "requested_by": "job:nightly",
    "external_id": "order-of-the-matrix",
    "title": "Refund order 1",
    "operation": "refund.issue",
    "tool": "shop.refund",
}
START = {"action_digest": f"sha256:{'0' * 64}"}
ANSWER = {"question": "00000000-0000-7000-8000-000000000000", "text": "The order of today."}
OUTCOME = {"result": "success"}
AGENT_BODY = {"name": "Refund bot", "owner": "lena"}
TOOL_BODY = {"write": "N", "reversibility": "A", "reach": "N"}
MODE = {"mode": "SHADOW", "reason": "Checked."}
BYPASS = {"reason": "Checked.", "minutes": 5}
CONFIRM = {"sha256": "0" * 64}
OUTBOUND = {"networks": [], "callback_hosts": [], "reason": "Checked."}
POLICY_BODY = {"reason": "Checked.", "replaces": 1, "policy": {}}
VERSION = {"version": 1}
VERSION_REASON = {"version": 1, "reason": "Checked."}
ROLL_BACK_BODY = {"to": 1, "reason": "Checked.", "replaces": 1}
DAYS = {"days": 7}
TRIAL_BODY = {"days": 7, "reason": "Checked."}
WEBHOOK_BODY = {"name": "Other", "url": "https://other.example.org/in"}
