from __future__ import annotations

import pytest

from governance.domain.types import BreakerState, Hold
from governance.files.reading import Refused
from governance.replay.alarms import BREAKER, TIER
from governance.replay.facts import ComputedFacts
from governance.replay.history import History
from governance.replay.play import history_play
from tests.governance.replay.files import (
    ENGINE,
    NOON,
    at,
    history,
    moves,
    play,
    row,
    work,
)

NOON_S = NOON.timestamp()


def test_outcomes_fold_by_the_time_they_finished_and_ties_by_line() -> None:
    loaded = history(
        row("late", finished_at=at(hours=2)),
        row("first", finished_at=at(hours=1)),
        row("second", finished_at=at(hours=1)),
    )

    numbers = [number for number, _ in loaded.in_order()]
    assert [loaded.task_ids[number] for number in numbers] == ["first", "second", "late"]


def test_a_task_has_one_outcome() -> None:
    refused = History().load([(2, row("t1")), (3, row("t1"))])

    assert refused == [Refused(3, "task_id t1 has an outcome already, in line 2")]


@pytest.mark.parametrize("column", ["task_id", "agent", "requested_by"])
def test_a_name_that_was_no_utf_8_is_refused(column: str) -> None:
    bad = row("t1")
    setattr(bad, column, "caf\udce9")

    assert History().load([(2, bad)]) == [Refused(2, f"{column} is not UTF-8")]


def test_a_fact_says_what_the_row_said() -> None:
    loaded = history(
        row(
            "t1",
            requested_by="person:ada",
            reporter="bot",
            verified=True,
            level="HIGH",
            task_type="pipeline",
            cost_usd="1.5",
            started_at=at(minutes=-1),
        )
    )

    [(_, fact)] = loaded.in_order()

    assert (fact.at_s, fact.received_s) == (NOON_S, NOON_S)
    assert (fact.source, fact.self_report, fact.verified) == ("person:ada", True, True)
    assert (fact.cost_usd, fact.budget_usd, fact.value_usd) == (1.5, None, None)
    assert (fact.level.value, fact.task_type.value) == ("HIGH", "pipeline")
    # Where only the start is known, the rest of the way is the duration.
    assert fact.duration_s == 60.0
    assert loaded.began_s[0] == NOON_S - 60.0


def test_a_task_began_its_duration_before_it_finished() -> None:
    assert history(row("t1", duration_s=90)).began_s[0] == NOON_S - 90.0


def test_an_agent_that_fails_everything_trips_and_says_why() -> None:
    played = play(*work("ffffff"))

    (alarm,) = played.alarms
    assert (alarm.kind, alarm.move, alarm.task_id) == (BREAKER, "tripped", "bot-0-5")
    assert alarm.detail.startswith("6 of the last 6 tasks failed; normal for this agent: ")
    assert alarm.at_s == NOON_S + 5 * 3600.0


def test_a_freeze_ends_by_time_and_probation_leads_back() -> None:
    # One freeze, then six clean tasks of the probation that follows.
    played = play(*work("ffffff"), *work("ssssss", start_h=6.0))

    (agent,) = played.agents
    assert agent.state.breaker.state is BreakerState.CLOSED
    # Twelve outcomes, and the sweeper's move into probation.
    assert agent.facts == 13


def test_a_probation_that_nobody_feeds_starves_and_then_waits_for_people() -> None:
    played = play(*work("ffffff"), *work("s", "other", start_h=40.0), *work("ss", start_h=41.0))

    agent = next(agent for agent in played.agents if agent.name == "bot")
    assert moves(played) == ["tripped", "starved"]
    assert agent.awaits_release
    # What comes while people must release it is late: it moves nothing.
    assert agent.state.breaker.state is BreakerState.OPEN


def test_the_fourth_freeze_of_a_week_latches() -> None:
    rows = work("ffffff")
    for hours in (8.0, 16.0, 24.0):
        rows += work("ffff", start_h=hours, every_h=0.01)

    played = play(*rows)

    (agent,) = played.agents
    assert moves(played) == ["tripped"] + ["probation_failed"] * 3
    assert agent.state.breaker.hold is Hold.LATCHED


def test_over_the_cap_an_agent_is_supervised_and_frozen_once_there_is_room() -> None:
    # Two agents: one may be frozen. The second is supervised until the first one's freeze ends.
    failing = [*work("ffffff", "a", every_h=0.001), *work("ffffff", "b", every_h=0.001)]

    played = play(*failing, *work("s", "c", start_h=1.0))

    assert moves(played, "a") == ["tripped"]
    assert moves(played, "b") == ["overflow", "tripped"]
    tripped = [alarm for alarm in played.alarms if alarm.agent == "b"][-1]
    # By time alone, when the first freeze of about 15 minutes was over.
    assert tripped.task_id is None
    assert 13.5 * 60 < tripped.at_s - NOON_S < 17 * 60


def test_agents_not_seen_for_a_day_do_not_count() -> None:
    played = play(
        *work("s" * 3, "old-1"),
        *work("s" * 3, "old-2"),
        *work("ffffff", "a", start_h=48.0, every_h=0.001),
        *work("ffffff", "b", start_h=48.0, every_h=0.001),
    )

    assert moves(played, "b") == ["overflow"]


def test_a_tier_that_rises_is_told_from_and_to() -> None:
    played = play(*work("s" * 80, every_h=12.0))

    (alarm, *_) = [alarm for alarm in played.alarms if alarm.kind == TIER]
    assert alarm.move == "low -> medium"
    assert "tier medium needs" in alarm.detail


def test_enforcement_drops_what_a_frozen_agent_would_have_sent() -> None:
    rows = [*work("ffffff"), *work("sss", start_h=5.01, every_h=0.01)]

    played, free = play(*rows, enforce=True), play(*rows)

    assert played.agents[0].held == 3
    assert played.agents[0].state.trust.outcomes == 6
    assert (free.agents[0].held, free.agents[0].state.trust.outcomes) == (0, 9)


def test_enforcement_keeps_what_ran_already_when_the_freeze_came() -> None:
    rows = [*work("ffffff"), *work("s", start_h=5.05, duration_s=3600)]

    assert play(*rows, enforce=True).agents[0].held == 0


def test_on_probation_one_task_of_level_low_runs_at_a_time() -> None:
    rows = [
        *work("ffffff"),
        row("probe", finished_at=at(hours=7), duration_s=1800),
        row("beside", finished_at=at(hours=7, minutes=1), duration_s=1800),
        row("high", finished_at=at(hours=8), level="HIGH"),
        row("next", finished_at=at(hours=9)),
    ]

    (agent,) = play(*rows, enforce=True).agents

    assert agent.held == 2
    assert agent.state.breaker.probation.clean == 2


def test_progress_is_told_in_outcomes() -> None:
    told: list[int] = []
    history_play(history(*work("s")), ComputedFacts(ENGINE, {}), ENGINE, told=told.append)

    assert told == [0]
