"""Which settings a backtest can replay, and why it cannot replay the others.

Every setting is sorted by the longest prefix of its path; a test fails for one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable

from governance.domain.backtest.report import NotReplayed
from governance.domain.policy.changes import PolicyChange
from governance.domain.policy.fields import Guard
from governance.domain.policy.plain import policy_fields

_REFRESH = "It acts on figures of the whole fleet, and these are taken as they were recorded."
_TIMING = "Times and deadlines are not played again: every task keeps the times of its record."
_AUDITS = "Which tasks are checked afterwards is drawn anew, and nobody knows the verdicts."
_PEOPLE = "It limits what people may do, and people's acts are taken as they were recorded."
_RUNNING = "It acts on a task that runs, and only the question before its start is asked again."
_OBSERVED = "What the agent's own tasks looked like is taken as it was recorded."
_MONEY = "What lineage and owner spent is taken as it was recorded."
_FLEET = "It raises an incident of the whole fleet and freezes no agent by itself."
_BEGINNING = "Where an agent began is taken as it was recorded."
_TAX = "Tax moves money between accounts and decides about no task."
_CASCADES = "Cascades depend on what ran below each task, and that is not played again."
_COLLUSION = "Rings are found in interactions by a scan, and the scan is not run again."
_FLOOD = "What people are asked, and when, is not played again."
_PACE = "How fast people decide is not played again."
_RETENTION = "How long records are kept decides about no task."

# None: replayed. Else the reason that people read.
PREFIXES: dict[str, str | None] = {
    "trust": None,
    "trust.class_decay": _REFRESH,
    "trust.value_outcomes": _REFRESH,
    "trust.value_memory": _REFRESH,
    "trust.prior_most_ratio": _REFRESH,
    "trust.inheritance_days": _BEGINNING,
    "trust.inheritance_share": _BEGINNING,
    "breaker": None,
    "breaker.alarm_": _FLEET,
    "breaker.early_release_level": _PEOPLE,
    "breaker.hard_cap_": _RUNNING,
    "breaker.bypass_": _PEOPLE,
    "drift": None,
    "drift.false_alarms_week": _REFRESH,
    "drift.threshold_": _REFRESH,
    "drift.fleet_": _REFRESH,
    "drift.incident_": _REFRESH,
    "drift.audit_factor": _AUDITS,
    "audits": _AUDITS,
    "cascade": _CASCADES,
    "collusion": _COLLUSION,
    "matrix": None,
    "presets": None,
    "presets.aggressive.audit_probability": _AUDITS,
    "presets.balanced.audit_probability": _AUDITS,
    "presets.conservative.audit_probability": _AUDITS,
    "presets.aggressive.tax_share": _TAX,
    "presets.balanced.tax_share": _TAX,
    "presets.conservative.tax_share": _TAX,
    "approvals": None,
    "blast": None,
    "blast.money_window_h": _MONEY,
    "blast.history_days": _OBSERVED,
    "blast.history_quantile": _OBSERVED,
    "admission": _TIMING,
    "tickets": _TIMING,
    "flood": _FLOOD,
    "pace": _PACE,
    "retention": _RETENTION,
}


def why_not_replayed(path: str) -> str | None:
    """Return why a backtest says nothing of a setting, or None where it replays it.

    Raises:
        KeyError: for a setting that nobody has sorted.
    """
    found = [prefix for prefix in PREFIXES if _holds(prefix, path)]
    if not found:
        raise KeyError(path)
    return PREFIXES[max(found, key=len)]


def not_replayed(changes: Iterable[PolicyChange]) -> tuple[NotReplayed, ...]:
    """Return the changed settings that a backtest says nothing of, each with its reason."""
    reasons = [(change.path, why_not_replayed(change.path)) for change in changes]
    return tuple(
        NotReplayed(path=path, reason=reason) for path, reason in reasons if reason is not None
    )


def only_loosens(changes: Iterable[PolicyChange]) -> bool:
    """Return whether every changed setting that is replayed loosens protection (`Guard`).

    Such a draft stops some work all the same, where an agent that is frozen later is on probation
    later; nothing may be estimated from that.
    """
    replayed = [change for change in changes if why_not_replayed(change.path) is None]
    guards = {field.path: field.guard for field in policy_fields()}
    return bool(replayed) and all(
        guards[change.path] is not Guard.ANY
        and guards[change.path].holds(change.before, change.after)
        for change in replayed
    )


def _holds(prefix: str, path: str) -> bool:
    """Return whether a path is the prefix, lies below it, or begins with one that ends in ``_``."""
    return path == prefix or path.startswith(prefix if prefix.endswith("_") else f"{prefix}.")
