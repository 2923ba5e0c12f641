"""What the story's tasks score and how its five misfits go astray: worked by hand.

Points (docs/evidence.md, Blast radius): sandbox 0, staging 6, production 12; adds 4, changes 8, permissions 16;
easily undone 3, hard 8; internal data 3, confidential 8; another team 3, customers 7; money up to
1 % of the owner's monthly budget 3; two or three agents 3; two to five steps 2; input of staff 2,
customers 5, the open web 8. Medium from 20, High from 38, Critical from 58 or by a floor.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.simulation.cast import CAST, CLERK, MEMBERS, SCOUT, WRITER
from config.simulation.plots import PLOTS
from config.simulation.plots.behaving import merge, preview, profile, release, triage
from config.simulation.plots.creeping import FIRST_SLIP, errands, payments, reaches
from config.simulation.plots.drifting import prices, publish, worn
from config.simulation.plots.favours import favours
from config.simulation.plots.rehearsing import rehearsal
from config.simulation.plots.research import drafts, research, watch
from config.simulation.runs import FAILURE, SUCCESS, Plot, Run, Stage
from config.simulation.tools import TOOLS
from governance.domain.blast import blast_score
from governance.domain.facts import Lineage, Mandate, MoneyFacts, Plan, TaskFacts, ToolEntry
from governance.domain.mandate import mandate_allows_tool
from governance.domain.policy import policy_default
from governance.domain.types import BlastLevel, Environment

LETTERS = {"write": "W", "reversibility": "R", "reach": "X", "data": "D"}


def scored(run: Run, number: int = 0) -> tuple[BlastLevel, int]:
    """Return level and points of a stage in a fleet where nothing else was spent."""
    stage = run.stages[number]
    entry = TOOLS[stage.tool]
    owner = MEMBERS[stage.agent].owner
    earlier = 0 if stage.parent is None else stage.parent + 1
    result = blast_score(
        TaskFacts(
            environment=Environment(stage.key),
            operation=stage.operation,
            tool=stage.tool,
            tool_entry=ToolEntry(
                name=stage.tool, confirmed={LETTERS[k]: entry[k] for k in LETTERS}
            ),
            declared_blast={"U": stage.source},
            plan=Plan(steps=stage.steps, agents=stage.agents, delegations=stage.agents - 1),
            lineage=Lineage(agents=1 + earlier, steps=earlier),
        ),
        MoneyFacts(
            task_budget_usd=Decimal(stage.budget_usd),
            month_budget_usd=Decimal(MEMBERS[stage.agent].budget_usd),
            owner_budget_usd=sum(
                (Decimal(m.budget_usd) for m in CAST if m.owner == owner), Decimal(0)
            ),
        ),
        policy_default().blast,
    )
    return result.level, result.points


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.lane)
def test_the_same_seed_and_step_are_the_same_work(plot: Plot) -> None:
    assert plot.run(7, 41) == plot.run(7, 41)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.lane)
def test_another_seed_is_another_story(plot: Plot) -> None:
    assert [plot.run(7, step) for step in range(5)] != [plot.run(8, step) for step in range(5)]


@pytest.mark.parametrize(
    ("run", "number", "level", "points"),
    [
        (triage(1, 0), 0, BlastLevel.MEDIUM, 12 + 3 + 3 + 5),
        (triage(1, 3), 0, BlastLevel.MEDIUM, 12 + 4 + 3 + 3 + 7 + 3 + 5),
        (preview(1, 0), 0, BlastLevel.MEDIUM, 6 + 8 + 3 + 3 + 2),
        (release(1, 0), 0, BlastLevel.HIGH, 12 + 8 + 3 + 3 + 7 + 3 + 2),
        (profile(1, 0), 0, BlastLevel.LOW, 6 + 3 + 3 + 2),
        (merge(1, 0), 0, BlastLevel.HIGH, 12 + 8 + 8 + 8 + 3 + 2),
        (watch(1, 0), 0, BlastLevel.LOW, 3 + 8),
        (watch(1, 0), 1, BlastLevel.LOW, 4 + 3 + 3 + 2 + 5),
        (drafts(1, 0), 0, BlastLevel.LOW, 4 + 3 + 2),
        (research(1, 0), 0, BlastLevel.LOW, 3 + 3 + 3 + 2 + 2),
        (research(1, 0), 1, BlastLevel.LOW, 3 + 3 + 2 + 8),
        (research(1, 0), 2, BlastLevel.LOW, 4 + 3 + 3 + 2 + 5),
        (prices(1, 0), 0, BlastLevel.LOW, 12 + 3 + 2),
        (publish(1, 0), 0, BlastLevel.MEDIUM, 12 + 8 + 3 + 7 + 3 + 2),
        (favours(1, 0), 0, BlastLevel.MEDIUM, 12 + 4 + 3 + 3 + 3 + 2),
        (payments(1, 0), 0, BlastLevel.MEDIUM, 12 + 4 + 3 + 3 + 7 + 3 + 2),
        (reaches(1, 2), 0, BlastLevel.CRITICAL, 12 + 16 + 3 + 3 + 3 + 2),
        (errands(1, 0), 0, BlastLevel.LOW, 12 + 3 + 2),
    ],
)
def test_a_task_scores_what_its_story_needs(
    run: Run, number: int, level: BlastLevel, points: int
) -> None:
    assert scored(run, number) == (level, points)


@pytest.mark.parametrize("member", CAST, ids=lambda member: member.agent)
def test_every_agent_can_prove_itself_on_probation(member: object) -> None:
    agent = next(each for each in CAST if each is member)
    run = rehearsal(1, agent.agent, 0)

    assert scored(run)[0] is BlastLevel.LOW
    assert mandate_allows_tool(Mandate(tools=agent.tools), agent.easy)


def within_mandate(stage: Stage) -> bool:
    member = MEMBERS[stage.agent]
    in_tools = mandate_allows_tool(Mandate(tools=member.tools), stage.tool)
    return in_tools and stage.key in member.environments


def test_only_the_reaches_leave_the_mandate() -> None:
    leaving = {
        plot.lane
        for plot in PLOTS
        for step in range(20)
        for stage in plot.run(1, step).stages
        if not within_mandate(stage)
    }

    assert leaving == {"reaches"}


def test_the_scout_breaks_with_its_sixth_page_until_it_is_mended() -> None:
    read = watch(1, 5).stages[0]

    assert watch(1, 4).stages[0].result({}, lambda: 0) == (SUCCESS, "")
    assert read.result({}, lambda: 2) == (FAILURE, "pages_garbled")
    assert read.result({}, lambda: 3) == (SUCCESS, "")


def test_the_writer_fails_on_garbled_pages_until_it_was_frozen_once() -> None:
    write = watch(1, 5).stages[1]

    assert (write.agent, watch(1, 5).stages[0].agent) == (WRITER, SCOUT)
    assert write.result({0: FAILURE}, lambda: 0) == (FAILURE, "input_garbled")
    assert write.result({0: SUCCESS}, lambda: 0) == (SUCCESS, "")
    assert write.result({0: FAILURE}, lambda: 1) == (SUCCESS, "")


@pytest.mark.parametrize(("step", "drift"), [(12, 0.0), (66, 0.5), (120, 1.0), (300, 0.0)])
def test_the_analyst_drifts_slowly_and_is_rolled_back(step: int, drift: float) -> None:
    assert worn(step) == drift


def test_the_analyst_gets_dearer_as_it_drifts() -> None:
    early, late = prices(1, 0).stages[0], prices(1, 130).stages[0]

    assert early.cost < 0.5
    assert late.cost > 1.7


def test_the_clerk_pays_twelve_per_cent_more_each_time() -> None:
    amounts = [Decimal(payments(1, step).stages[0].budget_usd) for step in (0, 20, 44)]

    # 4 x 1.12^20 = 38.59 and 4 x 1.12^44 = 585.65, each within 3 %.
    assert Decimal("3.88") <= amounts[0] <= Decimal("4.12")
    assert Decimal("37.43") <= amounts[1] <= Decimal("39.75")
    assert Decimal("568.08") <= amounts[2] <= Decimal("603.22")


def test_two_praise_each_other_beyond_what_their_work_is_worth() -> None:
    exchanges = [each for step in range(40) for each in favours(1, step).exchanges]
    checked = [each.verified_quality for each in exchanges if each.verified_quality is not None]

    assert min(each.rating for each in exchanges) >= 0.95
    assert len(checked) >= 10
    assert max(checked) < 0.75


def test_the_clerk_raises_its_own_limit_on_its_fifth_errand_only() -> None:
    joined = [errands(1, step).stages[0].joins for step in range(8)]

    assert joined == [(), (), (), (), ("limits.raise",), (), (), ()]
    assert not mandate_allows_tool(Mandate(tools=MEMBERS[CLERK].tools), "limits.raise")


def test_the_slip_comes_within_five_minutes() -> None:
    (plot,) = [each for each in PLOTS if each.lane == "errands"]

    assert plot.first_s + FIRST_SLIP * plot.every_s == 220
