"""docs/oversight.md: a row for every requirement of the domain, and every row tests that exist."""

from __future__ import annotations

import re

from governance.domain.policy.timing import TicketTiming
from tests.docs.test_failures import ROOT, TEST, collected

TEXT = (ROOT / "docs/oversight.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in TEXT.splitlines()
    if line.startswith("| APTS-")
]
# Those of version 0.1.0, in their order; their titles are the standard's own.
TITLES = {
    "APTS-HO-001": "Mandatory Pre-Approval Gates for Autonomy Levels L1 and L2",
    "APTS-HO-002": "Real-Time Monitoring and Intervention Capability",
    "APTS-HO-003": "Decision Timeout and Default-Safe Behavior",
    "APTS-HO-004": "Authority Delegation Matrix",
    "APTS-HO-005": "Delegation Chain-of-Custody and Decision Audit Trail",
    "APTS-HO-006": "Graceful Pause Mechanism with State Preservation",
    "APTS-HO-007": "Mid-Engagement Redirect Capability",
    "APTS-HO-008": "Immediate Kill Switch with State Dump",
    "APTS-HO-009": "Multi-Operator Kill Switch Authority and Handoff",
    "APTS-HO-010": "Mandatory Human Decision Points Before Irreversible Actions",
    "APTS-HO-011": "Unexpected Findings Escalation Framework",
    "APTS-HO-012": "Impact Threshold Breach Escalation",
    "APTS-HO-013": "Confidence-Based Escalation (Scope Uncertainty)",
    "APTS-HO-014": "Legal and Compliance Escalation Triggers",
    "APTS-HO-015": "Real-Time Activity Monitoring and Multi-Channel Notification",
    "APTS-HO-016": "Alert Fatigue Mitigation and Smart Aggregation",
    "APTS-HO-017": "Stakeholder Notification and Engagement Closure",
    "APTS-HO-018": "Operator Qualification, Training, and Competency Governance",
    "APTS-HO-019": "24/7 Operational Continuity and Shift Handoff",
}


def test_every_requirement_has_its_row_under_its_own_title() -> None:
    assert {row[0]: row[1] for row in ROWS} == TITLES
    assert [row[0] for row in ROWS] == list(TITLES)


def test_what_is_met_is_shown_and_what_is_missing_is_named() -> None:
    assert {row[0]: row[2] for row in ROWS if row[2] not in {"yes", "partly", "no"}} == {}
    assert [row[0] for row in ROWS if (row[2] == "no") is bool(TEST.findall(row[4]))] == []
    assert [row[0] for row in ROWS if (row[2] == "partly") is not ("Missing:" in row[3])] == []


def test_every_test_that_is_named_exists() -> None:
    named = {each for row in ROWS for each in TEST.findall(row[4])}

    assert {f"{file}::{name}" for file, name in named if name not in collected(file)} == set()
    assert re.sub(TEST, "", "".join(row[4] for row in ROWS)).strip() == ""


def test_the_time_to_decide_what_is_critical_is_the_standards_at_most() -> None:
    minutes = TicketTiming().decide_critical_min

    assert f"{minutes:g} min where it is Critical" in TEXT
    assert minutes <= 15
