"""Policies that cannot be, by name: values by path, and the sentences they are refused with."""

from __future__ import annotations

# One policy for each bound between two fields, and the sentence that it is refused with.
BROKEN: dict[str, tuple[dict[str, object], str]] = {
    "level_medium": (
        {"trust.level_medium": 0.84, "trust.level_high": 0.84, "trust.dead_band": 0.0},
        "trust.level_medium must be below 0.84 score, because of trust.level_high, got 0.84",
    ),
    "dead_band": (
        {"trust.level_medium": 0.8, "trust.dead_band": 0.06},
        "trust.dead_band must be at most 0.05 score, because of trust.level_high and"
        " trust.level_medium, got 0.06",
    ),
    "outcomes_shown": (
        {"trust.outcomes_shown": 11},
        "trust.outcomes_shown must be at most 10 outcomes, because of trust.evidence_medium,"
        " got 11",
    ),
    "evidence_medium": (
        {"trust.evidence_medium": 21},
        "trust.evidence_medium must be at most 20 outcomes, because of trust.evidence_high, got 21",
    ),
    "evidence_high": (
        {"trust.evidence_cap": 30, "trust.evidence_high": 31},
        "trust.evidence_high must be at most 30 outcomes, because of trust.evidence_cap, got 31",
    ),
    "source_floor": (
        {"trust.evidence_cap": 30, "trust.source_floor": 31},
        "trust.source_floor must be at most 30 outcomes, because of trust.evidence_cap, got 31",
    ),
    "earn_high_proof": (
        {"trust.earn_high_proof": 0.19},
        "trust.earn_high_proof must be at least 0.2 probability, because of trust.own_proof,"
        " got 0.19",
    ),
    "class_prior": (
        {"trust.class_prior_outcomes": 3},
        "trust.class_prior_failures must be below 3 failures, because of"
        " trust.class_prior_outcomes, got 3",
    ),
    "consistency_learning": (
        {"trust.consistency_learning": 60, "trust.consistency_memory": 50},
        "trust.consistency_learning must be at most 50 outcomes, because of"
        " trust.consistency_memory, got 60",
    ),
    "value_outcomes": (
        {"trust.value_outcomes": 101, "trust.value_memory": 100},
        "trust.value_outcomes must be at most 100 outcomes, because of trust.value_memory, got 101",
    ),
    "rate_window": (
        {"breaker.rules.rate_window": 5},
        "breaker.rules.rate_window must be at least 10 outcomes, because of"
        " breaker.rules.rate_least, got 5",
    ),
    "learning": (
        {"drift.learning": 101, "drift.memory": 100},
        "drift.learning must be at most 100 outcomes, because of drift.memory, got 101",
    ),
    "suspicion_low": (
        {"breaker.suspicion_low": 8.5},
        "breaker.suspicion_low must be at most 8 log odds, because of breaker.suspicion_medium,"
        " got 8.5",
    ),
    "suspicion_medium": (
        {"breaker.suspicion_high": 9, "breaker.suspicion_medium": 9.5},
        "breaker.suspicion_medium must be at most 9 log odds, because of breaker.suspicion_high,"
        " got 9.5",
    ),
    "freeze_first": (
        {"breaker.freeze_first_min": 61, "breaker.freeze_cap_h": 1},
        "breaker.freeze_first_min must be at most 60 minutes, because of breaker.freeze_cap_h,"
        " got 61",
    ),
    "bypass": (
        {"breaker.bypass_longest_h": 0.5},
        "breaker.bypass_usual_h must be at most 0.5 hours, because of breaker.bypass_longest_h,"
        " got 1",
    ),
    "alarm_share": (
        {"breaker.alarm_share": 0.31},
        "breaker.alarm_share must be at most 0.3 share, because of breaker.frozen_share_cap,"
        " got 0.31",
    ),
    "threshold": (
        {"drift.threshold_most": 3},
        "drift.threshold_least must be at most 3 log odds, because of drift.threshold_most,"
        " got 3.8",
    ),
    "odds_ratio": (
        {"drift.severe_ratio": 1.6},
        "drift.odds_ratio must be below 1.6 times the odds, because of drift.severe_ratio, got 1.6",
    ),
    "amount_slack": (
        {"drift.amount_limit": 1, "drift.amount_slack": 1},
        "drift.amount_slack must be below 1 standard deviations, because of drift.amount_limit,"
        " got 1",
    ),
    "amount_limit": (
        {"drift.amount_threshold": 5, "drift.amount_limit": 5},
        "drift.amount_limit must be below 5 standard deviations, because of"
        " drift.amount_threshold, got 5",
    ),
    "watch": (
        {"cascade.watch_below": 0.0005},
        "cascade.watch_below must be at least 0.001 probability, because of cascade.act_below,"
        " got 0.0005",
    ),
    "quiet_days": (
        {"collusion.window_days": 90, "collusion.quiet_days": 89},
        "collusion.quiet_days must be at least 90 days, because of collusion.window_days, got 89",
    ),
    "recent_every": (
        {"collusion.full_every_h": 1, "collusion.recent_every_min": 61},
        "collusion.recent_every_min must be at most 60 minutes, because of"
        " collusion.full_every_h, got 61",
    ),
    "open_rate": (
        {"collusion.open_rate": 0.003},
        "collusion.open_rate must be at most 0.002 share, because of collusion.alarm_rate,"
        " got 0.003",
    ),
    "open_least": (
        {"collusion.tie_least": 5},
        "collusion.open_least must be at least 5 interactions, because of collusion.tie_least,"
        " got 4",
    ),
    "budget": (
        {"presets.conservative.budget_factor": 1.2},
        "presets.conservative.budget_factor must be at most 1 x the declared budget, because of"
        " presets.balanced.budget_factor, got 1.2",
    ),
    "high_from": (
        {"blast.high_from": 20},
        "blast.high_from must be at least 21 points, because of blast.medium_from, got 20",
    ),
    "critical_from": (
        {"blast.critical_from": 38},
        "blast.critical_from must be at least 39 points, because of blast.high_from, got 38",
    ),
    "money": (
        {"blast.money_low_share": 0.2},
        "blast.money_medium_share must be at least 0.2 share of the monthly budget, because of"
        " blast.money_low_share, got 0.1",
    ),
    "grant_medium": (
        {"tickets.grant_medium_min": 61},
        "tickets.grant_medium_min must be at most 60 min, because of tickets.grant_low_min, got 61",
    ),
    "grant_high": (
        {"tickets.grant_high_min": 61},
        "tickets.grant_high_min must be at most 60 min, because of tickets.grant_medium_min,"
        " got 61",
    ),
    "grant_critical": (
        {"tickets.grant_critical_min": 31},
        "tickets.grant_critical_min must be at most 30 min, because of tickets.grant_high_min,"
        " got 31",
    ),
    "undo": (
        {"tickets.undo_s": 120, "tickets.grant_critical_min": 2},
        "tickets.grant_critical_min must be above 2 min, because of tickets.undo_s, got 2",
    ),
    "lease": (
        {"tickets.lease_longest_min": 9},
        "tickets.lease_longest_min must be at least 10 min, because of tickets.lease_min, got 9",
    ),
    "stale_claim": (
        {"tickets.lease_min": 1},
        "tickets.stale_claim_s must be at most 60 s, because of tickets.lease_min, got 90",
    ),
}

# Policies that break no bound between numbers: tables, ranges, types and fields that are not.
OTHERS: dict[str, tuple[dict[str, object], str]] = {
    "matrix_tier": (
        {"matrix.pipeline_low": "balanced"},
        "matrix.pipeline_low must be conservative or stricter, because of matrix.stateless_low,"
        " got balanced",
    ),
    "matrix_type": (
        {"matrix.coordination_high": "aggressive"},
        "matrix.coordination_high must be balanced or stricter, because of matrix.pipeline_high,"
        " got aggressive",
    ),
    "approvals_level": (
        {"approvals.conservative.critical": "two_approvals"},
        "approvals.conservative.critical must be two_approvals_one_manager or stricter, because of"
        " approvals.conservative.high, got two_approvals",
    ),
    "approvals_preset": (
        {"approvals.aggressive.low": "run_sampled"},
        "approvals.aggressive.medium must be run_sampled or stricter, because of"
        " approvals.aggressive.low, got run\n"
        "approvals.balanced.low must be run_sampled or stricter, because of"
        " approvals.aggressive.low, got run",
    ),
    "approvals_word": (
        {"approvals.balanced.high": "maybe"},
        "approvals.balanced.high must be one of run, run_sampled, one_approval, two_approvals,"
        " two_approvals_one_manager, deny, got maybe",
    ),
    "matrix_word": (
        {"matrix.stateless_low": "Balanced"},
        "matrix.stateless_low must be one of aggressive, balanced, conservative, got Balanced",
    ),
    "rule_word": (
        {"breaker.rules.rate": "on"},
        "breaker.rules.rate must be one of off, shadow, enforce, got on",
    ),
    "too_low": (
        {"breaker.latch_trips": 1},
        "breaker.latch_trips must be from 2 to 20 freezes, got 1",
    ),
    "too_high": (
        {"trust.half_life_days": 366},
        "trust.half_life_days must be from 1 to 365 days, got 366",
    ),
    "negative": (
        {"tickets.undo_s": -1},
        "tickets.undo_s must be from 0 to 300 s, got -1",
    ),
    "huge": (
        {"audits.day_most": 9007199254740991},
        "audits.day_most must be from 0 to 100000 audits a day, got 9007199254740991",
    ),
    "tiny": (
        {"cascade.act_below": 1e-10},
        "cascade.act_below must be from 1e-09 to 0.05 probability, got 1e-10",
    ),
    "share_as_percent": (
        {"breaker.frozen_share_cap": 30},
        "breaker.frozen_share_cap must be from 0.05 to 1 share, got 30",
    ),
    "text": (
        {"tickets.claims_max": "five"},
        "tickets.claims_max must be a whole number, got five",
    ),
    "nan": (
        {"trust.level_high": "nan"},
        "trust.level_high must be a number, got “nan”",
    ),
    "infinite": (
        {"drift.threshold_most": "Infinity"},
        "drift.threshold_most must be a number, got Infinity",
    ),
    "comma": (
        {"presets.balanced.tax_share": "0,05"},
        "presets.balanced.tax_share must be a number, got 0,05",
    ),
    "nothing": (
        {"pace.decisions_least": ""},
        "pace.decisions_least must be a whole number, got “”",
    ),
    "truth": (
        {"flood.open_most": "true"},
        "flood.open_most must be a whole number, got “true”",
    ),
    "part": (
        {"blast.high_from": 38.5},
        "blast.high_from must be a whole number, got 38.5",
    ),
    "unknown_field": (
        {"breaker.latch": 3},
        "breaker.latch must be left out: no such field, got 3",
    ),
    "unknown_branch": (
        {"nothing.here": 3},
        "nothing must be left out: no such field, got {'here': 3}",
    ),
    "branch": (
        {"breaker.rules": 3},
        "breaker.rules must be an object, got 3",
    ),
    "below_a_field": (
        {"breaker.latch_trips.most": 3},
        "breaker.latch_trips must be a whole number, got {'most': 3}",
    ),
    "several": (
        {"breaker.latch_trips": 1, "blast.high_from": 20, "tickets.claims_max": 51},
        "breaker.latch_trips must be from 2 to 20 freezes, got 1\n"
        "tickets.claims_max must be from 1 to 50 tickets, got 51\n"
        "blast.high_from must be at least 21 points, because of blast.medium_from, got 20",
    ),
}
BAD = BROKEN | OTHERS
