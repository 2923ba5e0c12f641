"""A card of policy versions, as the view would fill it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.policies import (
    EffectLine,
    PoliciesPage,
    RollBackPage,
    SettingLine,
    VersionCard,
)
from tests.dashboard.sample_cards import NOW

POLICIES = PoliciesPage(
    fleet_name="Payments",
    summary="Policy 3 is in force since 21 Nov 09:12 UTC.",
    versions=(
        VersionCard(
            number=3, is_in_force=True, at=NOW - timedelta(days=1), by="Adam Brandt",
            reason="Two refunds of agents of tier medium went wrong last week.",
            settings=(
                SettingLine(path="matrix.pipeline_medium", title="Pipeline, medium trust", url="/f/payments-prod/policy/?section=matrix#field-matrix.pipeline_medium", before="balanced", after="conservative", meaning="Preset of a pipeline task at medium trust."),
                SettingLine(path="breaker.freeze_first_min", title="Freeze, first", url="/f/payments-prod/policy/?section=breaker#field-breaker.freeze_first_min", before="15 minutes", after="30 minutes", meaning="Length of the first freeze; each further level doubles it."),
            ),
            compared="The 24 h up to 21 Nov 09:00 UTC beside the 24 h from 21 Nov 10:00 UTC. Nothing else is held equal: who asked, and for what, may have changed as well.",
            effects=(
                EffectLine(label="Tasks asked for", before="1,204", after="1,311", difference="", verdict=""),
                EffectLine(label="Put before people, of what was asked", before="9.2 %, n 1,204", after="14 %, n 1,311", difference="+4.8 points (+2.3 to +7.3)", verdict="rose"),
                EffectLine(label="Failed, of what ran", before="4.1 %, n 980", after="3.2 %, n 1,020", difference="−0.9 points (−2.6 to +0.7)", verdict="may be chance"),
                EffectLine(label="Expired unanswered, of what ended", before="1 of 9", after="0 of 7", difference="", verdict="not enough data (7 of 10)"),
            ),
        ),
        VersionCard(
            number=2, is_in_force=False, how=("Agreed by Ben Ortiz.", "Brings policy 1 back."), back_url="/f/payments-prod/policies/2/back/", at=NOW - timedelta(days=29), by="Adam Brandt", reason="Calmer.",
            settings=(SettingLine(path="breaker.frozen_share_cap", title="Frozen share, at most", url="/f/payments-prod/policy/?section=breaker#field-breaker.frozen_share_cap", before="30 %", after="12.5 %", meaning="Most of the fleet that detectors freeze."),),
            compared="Policy 1 stood for less than one whole hour of the clock, so there is nothing to compare. What was seen since: the 7 d from 24 Oct 12:00 UTC.",
            effects=(EffectLine(label="Tasks asked for", before="0", after="1,311", difference="", verdict=""),), is_compared=False,
        ),
        VersionCard(
            number=1, is_in_force=False, at=NOW - timedelta(days=30), by="Adam Brandt",
            reason="The defaults. \u202e<b>x</b>", settings=(), compared="The first version: nothing stands before it.", effects=(),
        ),
    ),
    older_url="/f/payments-prod/policies/?below=1",
    editor_url="/f/payments-prod/policy/",
)  # fmt: skip
BACK = RollBackPage(
    scope_name="Payments",
    number=2,
    base=3,
    next_number=4,
    at=NOW - timedelta(days=29),
    by="Adam Brandt",
    reason="Calmer.",
    settings=POLICIES.versions[0].settings,
    url="/f/payments-prod/policies/2/back/",
    editor_url="/f/payments-prod/policy/",
    versions_url="/f/payments-prod/policies/",
    needs_second="A second admin must agree, because of “Pipeline, medium trust”.",
)
BACK_STATES = {
    "ready": BACK,
    "refused": replace(BACK, problem="Not recorded. Rolling back needs a reason.", wrong="reason"),
    "read": replace(BACK, why_off="Only an admin may change the policy; you are a reviewer."),
    "same": replace(BACK, settings=(), why_off="Policy 2 says the same as what is in force."),
}
