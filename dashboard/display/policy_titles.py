"""What a person calls each setting of a policy: its title on screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUST = {
    "weight_success": "Weight of success",
    "weight_budget": "Weight of keeping within budget",
    "weight_consistency": "Weight of steady work",
    "floor_budget_high": "Budget score, tier high",
    "floor_consistency_high": "Consistency score, tier high",
    "component_prior": "Budget and consistency score at the start",
    "component_prior_outcomes": "Weight of that start",
    "consistency_sigmas": "Deviation that is inconsistent",
    "consistency_learning": "Outcomes before consistency is judged",
    "consistency_memory": "Memory of cost and duration",
    "consistency_least_sigma": "Smallest deviation assumed",
    "prior_most_ratio": "Head start, at most",
    "inheritance_days": "Look-alikes inherit for",
    "inheritance_share": "Evidence a look-alike inherits",
    "value_outcomes": "Outcomes before values weigh",
    "value_memory": "Memory of values",
    "half_life_days": "Half-life of an outcome",
    "evidence_cap": "Evidence, at most",
    "prior_strength": "Strength of the start",
    "reference_failure_rate": "Failure rate of ordinary work",
    "level_high": "Score for tier high",
    "level_medium": "Score for tier medium",
    "dead_band": "Margin before a tier is lost",
    "promote_probability": "Certainty to promote",
    "demote_probability": "Certainty below which a tier is lost",
    "own_proof": "Proof from the agent's own record",
    "earn_high_proof": "Own proof to earn tier high",
    "earn_medium_level": "Success rate to leave tier low",
    "earn_medium_proof": "Certainty to leave tier low",
    "evidence_high": "Evidence for tier high",
    "evidence_medium": "Evidence for tier medium",
    "outcomes_shown": "Outcomes before a score is shown",
    "dwell_hours": "Time in a tier before a promotion",
    "sources_needed": "Sources of work for a promotion",
    "sources_window_days": "How recent a source must be",
    "source_share": "Evidence from one source, at most",
    "source_floor": "Weight one source always keeps",
    "self_report_weight": "Weight of a self-report",
    "class_prior_failures": "Failures assumed of a new class of work",
    "class_prior_outcomes": "Weight of that assumption",
    "class_decay": "Memory of a class's failure rate",
}
_BREAKER = {
    "suspicion_low": "Suspicion limit, tier low",
    "suspicion_medium": "Suspicion limit, tier medium",
    "suspicion_high": "Suspicion limit, tier high",
    "least_failures": "Failures, at least",
    "expected_floor": "Expected failures, at least",
    "expected_ceiling": "Expected failures, at most",
    "freeze_first_min": "Freeze, first",
    "freeze_cap_h": "Freeze, at most",
    "freeze_jitter": "Spread of freezes",
    "level_decay_days": "Clean time per level",
    "latch_trips": "Freezes until a person must release",
    "latch_window_days": "Window of these freezes",
    "probation_error": "Wrong verdicts of probation",
    "probation_limit_h": "Probation, at most",
    "probe_margin_s": "Margin of a probe",
    "frozen_share_cap": "Frozen share, at most",
    "alarm_share": "Frozen share that is an incident",
    "alarm_window_min": "Window of that incident",
    "alarm_agents": "Agents for that incident, at least",
    "supervised_clean": "Clean outcomes that end supervision",
    "early_release_level": "Level a reviewer may release",
    "hard_cap_factor": "Overspending that freezes at once",
    "hard_cap_least_usd": "Overspending that never freezes at once",
    "bypass_longest_h": "Bypass, at most",
    "bypass_usual_h": "Bypass where nobody says",
    "rules.in_a_row": "Rule: failures in a row",
    "rules.in_a_row_failures": "Failures in a row",
    "rules.rate": "Rule: failure rate",
    "rules.rate_share": "Failure rate",
    "rules.rate_window": "Window of the failure rate",
    "rules.rate_least": "Outcomes before a rate is taken",
}
_DRIFT = {
    "false_alarms_week": "False alarms accepted",
    "threshold_least": "Threshold, at least",
    "threshold_most": "Threshold, at most",
    "odds_ratio": "Slight worsening",
    "severe_ratio": "Severe worsening",
    "severe_margin": "More evidence for severe",
    "learning": "Outcomes that only teach",
    "memory": "Memory of what is normal",
    "normal_floor": "Normal failures, at least",
    "normal_ceiling": "Normal failures, at most",
    "fleet_memory": "Memory of the fleet",
    "fleet_prior": "Failures the fleet starts with",
    "fleet_doubt": "Doubt about the fleet",
    "amount_threshold": "Summed deviation that alarms",
    "amount_slack": "Deviation that is chance",
    "amount_least": "Change of cost or duration, at least",
    "amount_limit": "Deviation of one task, at most",
    "tiers_lost": "Tiers lost on an alarm",
    "audit_factor": "More audits after an alarm",
    "incident_probability": "Certainty of a shared cause",
    "incident_agents": "Agents for a shared cause, at least",
    "incident_factor": "Failures that are a fleet's incident",
    "incident_window_h": "Window of alarming agents",
}
_CASCADE = {
    "expected_factor": "Failures under failed parents",
    "failures_min": "Failures, at least",
    "agents_min": "Agents, at least",
    "act_below": "Chance below which a lineage is held",
    "watch_below": "Chance below which a lineage is watched",
    "depth_most": "Depth held, at most",
    "tasks_most": "Tasks held, at most",
}
_COLLUSION = {
    "margin_over_rated": "Margin: over-rated",
    "least_over_rated": "Interactions: over-rated",
    "margin_favoured": "Margin: favoured",
    "least_favoured": "Interactions: favoured",
    "margin_waved_through": "Margin: waved through",
    "least_waved_through": "Poor results: waved through",
    "margin_joint_benefit": "Margin: joint benefit",
    "least_joint_benefit": "Interactions: joint benefit",
    "margin_lockstep": "Margin: lockstep",
    "pair_spread": "Kindness of honest pairs",
    "window_days": "Window of a full scan",
    "quiet_days": "Window of a quiet fleet",
    "quiet_interactions": "Interactions of a quiet fleet",
    "most_interactions": "Interactions one scan reads, at most",
    "recent_every_min": "Scan of the latest day, every",
    "full_every_h": "Scan of the whole window, every",
    "tie_rate": "Chance among excess ties",
    "tie_least": "Interactions of an excess tie",
    "alarm_rate": "Chance among accused ties",
    "open_rate": "Chance among other pairs",
    "open_least": "Interactions of other pairs",
    "own_chance": "A tie's own evidence",
    "served_share": "Work for one agent that is serving it",
    "window_s": "Time that counts as in step",
    "window_agents": "Agents at once that say nothing",
    "lockstep_rate": "Chance among pairs in step",
    "passed_on_s": "Time within which an amount is passed on",
    "same_amount": "Difference that is still the same amount",
    "circular_rate": "Chance among agents passing on",
    "circular_least": "Amounts passed on that accuse",
    "circular_chance": "Chance of so many matches",
    "circular_returned": "Value that must come back",
    "penal_days": "Time a ring stays at tier low",
    "fine_share": "Fine of a ring's member",
    "penal_budget_share": "Budget left to a ring's member",
    "team_days": "How long a declared team counts",
    "verify_jobs": "Jobs checked on a tie",
    "verify_days": "Time until people are asked again",
}
_BLAST = {
    "medium_from": "Points from which a task is Medium",
    "high_from": "Points from which a task is High",
    "critical_from": "Points from which a task is Critical",
    "money_low_share": "Money that counts as little",
    "money_medium_share": "Money that makes a task High",
    "money_window_h": "Window of added spending",
    "history_tasks_min": "Tasks before history counts",
    "history_days": "How far back history goes",
    "history_quantile": "Quantile of history",
}
_TICKETS = {
    **{f"decide_{level}_min": f"Time to decide, {level.capitalize()}"
       for level in ("low", "medium", "high", "critical")},
    "decide_release_min": "Time to decide, release",
    "decide_incident_min": "Time to answer, incident",
    "decide_drift_min": "Time to answer, drift alarm",
    "decide_audit_min": "Time to judge, audit",
    "decide_cascade_min": "Time to settle, cascade",
    "decide_collusion_min": "Time to judge, ring",
    **{f"grant_{level}_min": f"Approved task waits, {level.capitalize()}"
       for level in ("low", "medium", "high", "critical")},
    "undo_s": "Time to undo an approval",
    "lease_min": "A claim holds",
    "lease_longest_min": "A claim holds, at most",
    "claims_max": "Claims of one person, at most",
    "stale_claim_s": "Silence that frees a claim",
    "snooze_leaves_share": "Time left after a snooze",
    "ask_extends_share": "More time for a question",
    "emergency_min": "An emergency waits for a second admin",
    "preapproval_longest_h": "A pre-approval holds, at most",
}  # fmt: skip
_REST = {
    "audits.open_most": "Audits waiting, at most",
    "audits.day_most": "Audits a day, at most",
    "admission.retry_parallel_s": "Ask again after too many tasks",
    "admission.retry_probe_s": "Ask again while a probe runs",
    "admission.ready_h": "An allowed task waits for its start",
    "flood.open_most": "Waiting tickets of one agent that are a flood",
    "flood.window_most": "Raised tickets of one agent that are a flood",
    "flood.window_min": "Window of a flood",
    "pace.window_min": "Window of a reviewer's pace",
    "pace.approvals_many": "Approvals that call for a break",
    "pace.median_least_s": "Median time that is too quick",
    "pace.decisions_least": "Decisions before pace is judged",
}
_RETENTION = {
    "tasks_days": "Tasks are kept",
    "interactions_days": "Interactions are kept",
    "events_days": "Events are kept",
    "deliveries_days": "Messages to webhooks are kept",
    "minutes_days": "Sums of minutes are kept",
    "hours_days": "Sums of hours are kept",
    "days_days": "Sums of days are kept",
    "cells_days": "Sums of the matrix are kept",
}
_PRESETS = {
    "budget_factor": "Budget",
    "parallel_max": "Tasks at a time",
    "audit_probability": "Share audited",
    "tax_share": "Tax",
}
_BY_BRANCH = {
    "trust": _TRUST,
    "breaker": _BREAKER,
    "drift": _DRIFT,
    "cascade": _CASCADE,
    "collusion": _COLLUSION,
    "blast": _BLAST,
    "tickets": _TICKETS,
    "retention": _RETENTION,
}
_TITLES: Mapping[str, str] = {
    **{
        f"{branch}.{name}": title
        for branch, names in _BY_BRANCH.items()
        for name, title in names.items()
    },
    **{
        f"presets.{preset}.{name}": f"{title}, {preset}"
        for preset in ("aggressive", "balanced", "conservative")
        for name, title in _PRESETS.items()
    },
    **{
        f"matrix.{kind}_{tier}": f"{kind.capitalize()}, {tier} trust"
        for kind in ("stateless", "pipeline", "coordination")
        for tier in ("high", "medium", "low")
    },
    **{
        f"approvals.{preset}.{level}": f"{level.capitalize()} under {preset}"
        for preset in ("aggressive", "balanced", "conservative")
        for level in ("low", "medium", "high", "critical")
    },
    **_REST,
}  # fmt: skip
# What a name ends in says the unit, which stands beside the value.
_UNITS = ("_days", "_min", "_h", "_s", "_usd", "_share", "_months", "_hours")
_BOUND = re.compile(r"limit|score (for|,)|at least|at most|certainty|points from", re.IGNORECASE)


def title_of(path: str) -> str:
    """Return the title of a setting; one without a title of its own reads as its name does."""
    known = _TITLES.get(path)
    if known is not None:
        return known
    name = path.rpartition(".")[2]
    for unit in _UNITS:
        name = name.removesuffix(unit)
    return name.replace("_", " ").capitalize()


def other_name_of(path: str) -> str:
    """Return what else people look for a setting by: a limit or a level is a threshold to many."""
    return "threshold" if _BOUND.search(title_of(path)) else ""


def has_title(path: str) -> bool:
    """Return whether a person gave the setting a title."""
    return path in _TITLES


def titled_paths() -> frozenset[str]:
    """Return every path that has a title."""
    return frozenset(_TITLES)
