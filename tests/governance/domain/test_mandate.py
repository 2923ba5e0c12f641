from __future__ import annotations

import pytest

from governance.domain.facts import Mandate, Progress, ToolEntry
from governance.domain.mandate import mandate_allows_tool, mandate_findings
from governance.domain.types import Approval, BlastLevel, Environment
from tests.governance.domain.asking import READ_TASK, task_with

MANDATE = Mandate(
    tools=("orders.*", "refunds.draft"),
    environments=(Environment.PRODUCTION,),
    level=BlastLevel.MEDIUM,
)


@pytest.mark.parametrize(
    ("tool", "allowed"),
    [
        ("orders.read", True),
        ("orders.", True),
        ("orders.lines.read", True),
        ("refunds.draft", True),
        ("refunds.draft2", False),
        ("Orders.read", False),
        ("all.orders.read", False),
        ("", False),
    ],
)
def test_a_pattern_matches_the_whole_name_and_case_counts(tool: str, allowed: bool) -> None:
    assert mandate_allows_tool(MANDATE, tool) is allowed


def test_question_marks_and_sets_stand_for_one_character() -> None:
    mandate = Mandate(tools=("db.shard[12]", "v?.read"))

    assert mandate_allows_tool(mandate, "db.shard2")
    assert mandate_allows_tool(mandate, "v9.read")
    assert not mandate_allows_tool(mandate, "db.shard3")


def test_an_empty_mandate_allows_no_tool() -> None:
    [tool, environment] = mandate_findings(
        Mandate(), READ_TASK, level=BlastLevel.LOW, table=Approval.RUN
    )

    assert tool.sentence == "orders.read is outside the mandate (no tools): one step stricter."
    assert environment.sentence == (
        "production is outside the mandate (no environments): one step stricter."
    )


def test_a_task_inside_says_so() -> None:
    [finding] = mandate_findings(MANDATE, READ_TASK, level=BlastLevel.LOW, table=Approval.RUN)

    assert finding.sentence == "Within the mandate: orders.read, production, alone up to Medium."
    assert (finding.code, finding.asks) == ("within_mandate", Approval.RUN)


@pytest.mark.parametrize(
    ("table", "asks", "incident"),
    [
        (Approval.RUN, Approval.ONE, False),
        (Approval.RUN_SAMPLED, Approval.ONE, False),
        (Approval.ONE, Approval.TWO, False),
        (Approval.TWO, Approval.DENY, True),
        (Approval.TWO_WITH_MANAGER, Approval.DENY, True),
        (Approval.DENY, Approval.DENY, True),
    ],
)
def test_outside_is_one_step_stricter_and_an_incident_at_the_end(
    table: Approval, asks: Approval, incident: bool
) -> None:
    task = task_with(tool="shell.run", environment=Environment.STAGING)

    found = mandate_findings(MANDATE, task, level=BlastLevel.LOW, table=table)

    assert [(each.code, each.asks, each.incident) for each in found] == [
        ("outside_mandate_tool", asks, incident),
        ("outside_mandate_environment", asks, incident),
    ]


@pytest.mark.parametrize(("level", "count"), [(BlastLevel.MEDIUM, 0), (BlastLevel.HIGH, 1)])
def test_above_the_mandates_level_a_person_is_asked(level: BlastLevel, count: int) -> None:
    found = mandate_findings(MANDATE, READ_TASK, level=level, table=Approval.RUN)

    asked = [each for each in found if each.code == "above_mandate_level"]
    assert [each.asks for each in asked] == [Approval.ONE] * count


def test_the_sentence_names_both_levels() -> None:
    [finding] = mandate_findings(MANDATE, READ_TASK, level=BlastLevel.CRITICAL, table=Approval.TWO)

    assert finding.sentence == "The mandate allows Medium without a person; this is Critical."


def test_tools_that_joined_count_too() -> None:
    joined = Progress(tools=(ToolEntry(name="mail.send", confirmed=None),))

    [finding] = mandate_findings(
        MANDATE, task_with(progress=joined), level=BlastLevel.LOW, table=Approval.RUN
    )

    assert finding.sentence == (
        "mail.send is outside the mandate (orders.*, refunds.draft): one step stricter."
    )
