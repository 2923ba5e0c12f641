from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.blast import SCALE, BlastMetric, BlastResult, blast_score, vector_parse
from governance.domain.facts import Lineage, MoneyFacts, Plan, Progress, TaskFacts, ToolEntry
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel, Environment
from tests.governance.domain.asking import PURSE, task_with

POLICY = BlastPolicy()
BARE = TaskFacts(environment=Environment.SANDBOX, operation="x", tool="shop.wipe")


def _letter(result: BlastResult, metric: str) -> str:
    return vector_parse(result.vector)[BlastMetric(metric)]


def _score(task: TaskFacts, money: MoneyFacts = PURSE) -> BlastResult:
    return blast_score(task, money, POLICY)


def test_an_unregistered_tool_with_nothing_declared_is_critical() -> None:
    result = _score(BARE, MoneyFacts())

    # By hand: sandbox 0, all else worst: 104 - 12 = 92.
    assert (result.level, result.points) == (BlastLevel.CRITICAL, 92)


def test_the_answer_says_which_fields_would_help() -> None:
    result = _score(BARE, MoneyFacts())

    assert [(gap.metric, gap.field) for gap in result.missing] == [
        ("W", "blast.W"),
        ("R", "blast.R"),
        ("D", "blast.D"),
        ("X", "blast.X"),
        ("M", "agent.budget_usd"),
        ("F", "plan.agents"),
        ("N", "plan.steps"),
        ("U", "blast.U"),
    ]
    assert result.missing[0].sentence == (
        "Write effect is not stated and counts as worst: register shop.wipe, or state blast.W."
    )
    assert result.headline.endswith(
        "Not stated, so worst: write effect, reversibility, data, reach, money, fan-out, steps,"
        " input."
    )


def test_an_unconfirmed_tool_counts_as_unknown() -> None:
    pending = ToolEntry(name="orders.read", confirmed=None)

    result = _score(task_with(tool_entry=pending))

    assert [gap.metric for gap in result.missing] == ["W", "R", "D", "X"]
    assert result.missing[0].sentence == (
        "Write effect is not stated and counts as worst: an admin must confirm orders.read, or"
        " state blast.W."
    )


def test_a_declaration_cannot_lower_what_the_registry_says() -> None:
    tool = ToolEntry(name="orders.read", confirmed={"W": "D", "R": "I", "X": "P", "D": "C"})
    declared = {"W": "N", "R": "A", "X": "N", "D": "N", "U": "T"}

    result = _score(task_with(tool_entry=tool, declared_blast=declared))

    assert result.vector == "ABR:1/E:P/W:D/R:I/D:C/X:P/M:N/F:1/N:1/U:T"


def test_a_declaration_can_raise_what_the_registry_says() -> None:
    result = _score(task_with(declared_blast={"W": "D", "U": "T"}))

    assert _letter(result, "W") == "D"


def test_the_channel_speaks_for_the_input() -> None:
    result = _score(task_with(channel_input="U"))

    assert _letter(result, "U") == "U"


@pytest.mark.parametrize(
    ("planned", "lineage", "letter"),
    [(1, 1, "1"), (2, 1, "2"), (3, 1, "2"), (3, 2, "3"), (1, 10, "3"), (11, 1, "4"), (2, 10, "4")],
)
def test_fan_out_adds_the_plan_to_the_lineage(planned: int, lineage: int, letter: str) -> None:
    task = task_with(plan=Plan(steps=1, agents=planned), lineage=Lineage(agents=lineage))

    assert _letter(_score(task), "F") == letter


@pytest.mark.parametrize(
    ("planned", "lineage", "letter"),
    [(1, 0, "1"), (1, 1, "2"), (5, 0, "2"), (6, 0, "3"), (1, 19, "3"), (1, 20, "4")],
)
def test_steps_add_up_over_the_lineage(planned: int, lineage: int, letter: str) -> None:
    task = task_with(plan=Plan(steps=planned, agents=1), lineage=Lineage(steps=lineage))

    assert _letter(_score(task), "N") == letter


def test_what_happened_counts_over_what_was_planned() -> None:
    task = task_with(progress=Progress(steps=21, agents_spawned=3))

    result = _score(task)

    assert (_letter(result, "N"), _letter(result, "F")) == ("4", "3")


def test_progress_speaks_where_no_plan_was_given() -> None:
    task = task_with(plan=Plan(), progress=Progress(steps=2, agents_spawned=1))

    result = _score(task)

    assert (_letter(result, "N"), _letter(result, "F"), result.missing) == ("2", "2", ())


@pytest.mark.parametrize(
    ("asked", "lineage", "owner", "letter"),
    [
        ("0", "500", "500", "N"),
        ("10", "0", "0", "L"),
        ("10.01", "0", "0", "M"),
        ("100", "0", "0", "M"),
        ("100.01", "0", "0", "H"),
        ("5", "5.01", "0", "M"),
        ("5", "0", "95.01", "H"),
    ],
)
def test_money_is_summed_over_lineage_and_owner_against_1000_a_month(
    asked: str, lineage: str, owner: str, letter: str
) -> None:
    money = MoneyFacts(
        task_budget_usd=Decimal(asked),
        month_budget_usd=Decimal(1000),
        lineage_spent_usd=Decimal(lineage),
        owner_spent_usd=Decimal(owner),
    )

    assert _letter(_score(task_with(), money), "M") == letter


def test_an_owners_sum_is_measured_against_the_owners_budget() -> None:
    money = MoneyFacts(
        task_budget_usd=Decimal(5),
        month_budget_usd=Decimal(1000),
        owner_spent_usd=Decimal(495),
        owner_budget_usd=Decimal(50_000),
    )

    assert _letter(_score(task_with(), money), "M") == "L"


@pytest.mark.parametrize(
    ("lineage", "owner", "words"),
    [
        # 715.97 / 20,000 is 3.58 %; with 580 of the run 6.48 %; with 1,000 of the owner 8.58 %.
        ("0", "0", "3.6 % of $20,000.00 a month"),
        (
            "580",
            "0",
            "6.5 % of $20,000.00 a month with what the rest of its run asked for in 24 h",
        ),
        (
            "580",
            "1000",
            "8.6 % of $20,000.00 a month with what its owner's agents asked for in 24 h",
        ),
    ],
)
def test_a_share_of_the_month_says_what_it_adds_up(lineage: str, owner: str, words: str) -> None:
    money = MoneyFacts(
        task_budget_usd=Decimal("715.97"),
        month_budget_usd=Decimal(20_000),
        lineage_spent_usd=Decimal(lineage),
        owner_spent_usd=Decimal(owner),
    )

    [part] = [part for part in _score(task_with(), money).parts if part.metric == "M"]

    assert part.meaning == words


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (MoneyFacts(month_budget_usd=Decimal(1000)), "spending has no cap"),
        (
            MoneyFacts(task_budget_usd=Decimal(500), month_budget_usd=Decimal(1000)),
            "much money is at stake",
        ),
    ],
)
def test_much_money_and_no_cap_are_told_apart(money: MoneyFacts, words: str) -> None:
    result = _score(task_with(), money)

    assert f"At least High: {words}." in result.floors


def test_what_a_task_plans_is_told_apart_from_its_lineage() -> None:
    task = task_with(plan=Plan(steps=1, agents=2), lineage=Lineage(agents=3, steps=4))

    meanings = {part.metric.value: part.meaning for part in _score(task).parts}

    assert (meanings["N"], meanings["F"]) == (
        "1 step, 5 with its lineage",
        "2 agents, 4 with its lineage",
    )


def test_sixty_small_payments_become_much_money() -> None:
    # docs/evidence.md, Blast radius: payments of half a percent each; after twenty the tenth is passed.
    money = MoneyFacts(
        task_budget_usd=Decimal(5), month_budget_usd=Decimal(1000), lineage_spent_usd=Decimal(100)
    )

    assert _letter(_score(task_with(), money), "M") == "H"


def test_spending_beyond_the_declared_budget_counts() -> None:
    money = MoneyFacts(task_budget_usd=Decimal(5), month_budget_usd=Decimal(1000))
    task = task_with(progress=Progress(spent_usd=Decimal(150)))

    assert _letter(_score(task, money), "M") == "H"


@pytest.mark.parametrize(
    ("money", "field"),
    [
        (MoneyFacts(month_budget_usd=Decimal(1000)), "budget_usd"),
        (MoneyFacts(task_budget_usd=Decimal(0)), "agent.budget_usd"),
    ],
)
def test_money_without_a_budget_counts_as_worst_whatever_is_declared(
    money: MoneyFacts, field: str
) -> None:
    result = _score(task_with(declared_blast={"M": "N", "U": "T"}), money)

    assert _letter(result, "M") == "H"
    assert [gap.field for gap in result.missing] == [field]


def test_any_spending_on_an_empty_budget_is_much() -> None:
    money = MoneyFacts(task_budget_usd=Decimal("0.01"), month_budget_usd=Decimal(0))

    result = _score(task_with(), money)

    assert result.parts[1].meaning == "spending without any budget"
    assert _letter(result, "M") == "H"


def test_a_joined_tool_raises_the_metrics() -> None:
    mail = ToolEntry(name="mail.send", confirmed={"W": "A", "X": "P"})

    result = _score(task_with(progress=Progress(tools=(mail,))))

    assert (_letter(result, "W"), _letter(result, "X")) == ("A", "P")


def test_a_joined_tool_that_nobody_registered_counts_as_worst() -> None:
    unknown = ToolEntry(name="shell.run", confirmed=None)

    result = _score(task_with(progress=Progress(tools=(unknown,))))

    assert (_letter(result, "W"), _letter(result, "R"), _letter(result, "X")) == ("P", "I", "O")
    assert result.parts[0].meaning == "shell.run is not registered"


LETTERS = st.fixed_dictionaries(
    {},
    optional={
        metric.value: st.sampled_from([step.letter for step in SCALE[metric].steps])
        for metric in BlastMetric
    },
)


@given(declared=LETTERS, registered=LETTERS)
def test_declaring_never_loosens_what_is_known(
    declared: dict[str, str], registered: dict[str, str]
) -> None:
    known = {"W": "N", "R": "A", "X": "N", "D": "N", "U": "T", **registered}
    task = task_with(tool_entry=ToolEntry(name="orders.read", confirmed=known), declared_blast={})

    silent = _score(task)
    speaking = _score(task_with(tool_entry=task.tool_entry, declared_blast=declared))

    assert speaking.level.rank >= silent.level.rank
    assert speaking.points >= silent.points
