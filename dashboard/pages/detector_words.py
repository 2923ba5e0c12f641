"""What each detector is called, what it looks for, and what the policy lets it do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dashboard.display.durations import NBSP
from dashboard.display.figures import plural, share
from dashboard.display.wording import Mark
from governance.domain.detectors import Detector
from governance.domain.types import Enforcement, RuleMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.domain.policy import Policy
    from governance.models import Fleet


class Words(NamedTuple):
    """A detector on screen: ``events`` narrows the log to its events, ``over`` says what was
    too much."""

    name: str
    about: str
    events: str
    over: str = ""


WORDS: Mapping[Detector, Words] = {
    Detector.BREAKER: Words(
        "Breaker",
        "an agent that fails more often than is normal for it",
        "breaker.*",
        "over the share that may be frozen: supervised instead",
    ),
    Detector.RULES: Words(
        "Breaker, plain rules", "failures in a row, or a failure rate", "breaker.*"
    ),
    Detector.CRITICAL: Words(
        "Breaker, critical events",
        "one forbidden tool, violated policy or overspent cap",
        "breaker.*",
    ),
    Detector.DRIFT: Words(
        "Drift of outcomes",
        "work that fails more often for good",
        "drift.*",
        "held while the fleet has an incident",
    ),
    Detector.COST_DRIFT: Words(
        "Drift of cost",
        "work that has become dearer or cheaper",
        "drift.*",
        "held while the fleet has an incident",
    ),
    Detector.LATENCY_DRIFT: Words(
        "Drift of duration",
        "work that has become slower or faster",
        "drift.*",
        "held while the fleet has an incident",
    ),
    Detector.AUTHORITY: Words(
        "Authority creep",
        "an attempt beyond mandate and trust, denied outright",
        "task.attempt_denied",
    ),
    Detector.FLOOD: Words(
        "Flood of questions",
        "an agent that asks more than people can read",
        "breaker.approval_flood",
    ),
    Detector.CASCADE: Words(
        "Cascade",
        "failures that spread from task to task",
        "cascade.*",
        "contained in part",
    ),
    Detector.INCIDENT: Words(
        "Fleet incident", "many agents that change or freeze at once", "fleet.*"
    ),
    Detector.COLLUSION: Words(
        "Collusion", "agents that gain together at the cost of others", "collusion.*"
    ),
    Detector.AUDIT: Words(
        "Audits",
        "finished work drawn by chance for a person to check",
        "audit.*",
        "skipped, because enough wait",
    ),
}
_ENFORCE = Mark("Enforce", "check", "line")
_SHADOW = Mark("Shadow", "eye", "amber")
_OFF = Mark("Off", "minus", "line")


def mode_of(detector: Detector, fleet: Fleet, policy: Policy) -> Mark:
    """Return whether what it finds acts; agents with a setting of their own are another matter."""
    if fleet.enforcement == Enforcement.SHADOW:
        return _SHADOW
    if detector is not Detector.RULES:
        return _ENFORCE
    modes = {policy.breaker.rules.in_a_row, policy.breaker.rules.rate}
    if RuleMode.ENFORCE in modes:
        return _ENFORCE
    return _SHADOW if RuleMode.SHADOW in modes else _OFF


def setting_of(detector: Detector, policy: Policy) -> str:
    """Return the settings of the policy that bound what the detector does."""
    breaker, drift, cascade = policy.breaker, policy.drift, policy.cascade
    rules, flood, audits = breaker.rules, policy.flood, policy.audits
    lost = f"costs {plural(drift.tiers_lost, 'tier')} at once; " if drift.tiers_lost else ""
    drift_words = f"{lost}audits {drift.audit_factor:g} times as likely until people look"
    return {
        Detector.BREAKER: f"freezes at most {share(breaker.frozen_share_cap, 1)} of the fleet",
        Detector.RULES: (
            f"{rules.in_a_row_failures} in a row: {rules.in_a_row.value};"
            f" {share(rules.rate_share, 1)} of {rules.rate_window}: {rules.rate.value}"
        ),
        Detector.CRITICAL: "freezes whatever the share",
        Detector.DRIFT: drift_words,
        Detector.COST_DRIFT: drift_words,
        Detector.LATENCY_DRIFT: drift_words,
        Detector.AUTHORITY: "by mandate, tier and level",
        Detector.FLOOD: (
            f"over {flood.open_most} open, or {flood.window_most} in {flood.window_min:g}{NBSP}min"
        ),
        Detector.CASCADE: (
            f"holds at most {plural(cascade.tasks_most, 'task')},"
            f" {plural(cascade.depth_most, 'level')} down"
        ),
        Detector.INCIDENT: (
            f"from {plural(drift.incident_agents, 'agent')} within"
            f" {drift.incident_window_h:g}{NBSP}h"
        ),
        Detector.COLLUSION: (
            f"reads at most {policy.collusion.most_interactions:,} interactions, all of them every"
            f" {policy.collusion.full_every_h}{NBSP}h"
        ),
        Detector.AUDIT: f"at most {audits.open_most} waiting, {audits.day_most} a day",
    }[detector]
