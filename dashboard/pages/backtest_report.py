"""What a backtest found, as people read it: facts, bounds where it tightens, unknown elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from dashboard.cards.backtest import AgentLine, CaseLine, GroupLine, ReportCard
from dashboard.cards.files import FileLinks
from dashboard.cards.ticket import Fact
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from dashboard.display.policy_titles import title_of
from dashboard.pages.agent_links import agent_url
from dashboard.pages.backtest_figures import bounds_card, count_lines, key_figures
from dashboard.pages.policies import setting_line
from escalations.selectors.ticket_numbers import task_ticket_numbers
from governance.domain.backtest.answers import Asks, Ending
from governance.domain.backtest.plain import report_from_plain
from governance.domain.backtest.report import Frozen
from governance.domain.backtest.words import report_words
from governance.domain.policy.changes import PolicyChange
from governance.selectors.backtests import agents_called, owners_called, tasks_called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from governance.domain.backtest.figures import Group
    from governance.domain.backtest.report import AgentFrozen, AgentTier, BacktestReport, Case
    from governance.domain.backtest.words import FigureWords
    from governance.models import Backtest, Fleet

_ASKS = {
    Asks.RUNS: "runs",
    Asks.ONE: "one person is asked",
    Asks.TWO: "two people are asked",
    Asks.TWO_WITH_MANAGER: "two people are asked, one a manager",
    Asks.DENIED: "denied",
}
_ENDINGS = {
    Ending.SUCCEEDED: "succeeded",
    Ending.PARTIAL: "succeeded in part",
    Ending.FAILED: "failed",
    Ending.NEUTRAL: "ended without counting",
    Ending.DENIED: "was denied by the gate",
    Ending.REFUSED: "was refused by people or expired",
    Ending.WITHDRAWN: "was withdrawn",
    Ending.WAITING: "still waits for people",
    Ending.OPEN: "has no result yet",
}
_FROZEN = {
    Frozen.NEWLY: "frozen only by the draft",
    Frozen.EARLIER: "frozen earlier",
    Frozen.LATER: "frozen later",
    Frozen.NO_LONGER: "frozen no longer",
}


def report_of(found: Backtest) -> BacktestReport | None:
    """Return what a backtest found; None before it is done, or where an older release wrote it."""
    if found.report is None:
        return None
    try:
        return report_from_plain(found.report)
    except (KeyError, TypeError, ValueError):
        return None


def report_card(report: BacktestReport, found: Backtest, fleet: Fleet) -> ReportCard:
    """Return the report with the names of agents, owners and tasks; five queries."""
    words, whole = report_words(report), report.whole
    agents = _agents(report, fleet)
    owners = owners_called(owner_ids=[group.name for group in whole.owners])
    return ReportCard(
        window=words.window,
        coverage=words.coverage,
        settings=tuple(
            setting_line(
                fleet,
                PolicyChange(change.path, change.before, change.after, change.unit, change.meaning),
            )
            for change in report.changes
        ),
        not_replayed=tuple(
            Fact(label=title_of(each.path), value=each.reason) for each in report.not_replayed
        ),
        figures=key_figures(report),
        facts=(*_facts(words.whole), words.tiers),
        halves=words.halves,
        tries=words.tries or "",
        counts=count_lines(report),
        first=words.first.title,
        second=words.second.title,
        moves=tuple(
            Fact(label=f"{_ASKS[move.base]} → {_ASKS[move.draft]}", value=f"{move.decisions:,}")
            for move in whole.moves
            if move.base is not move.draft
        ),
        levels=_groups(whole.levels, {}),
        owners=_groups(whole.owners, owners),
        owners_left=(
            f"And {plural(whole.owners_left_out, 'owner')} with fewer changes."
            if whole.owners_left_out
            else ""
        ),
        frozen=tuple(_frozen(each, agents, fleet) for each in report.frozen),
        tiers=tuple(_tier(each, agents, fleet) for each in report.tiers),
        bounds=bounds_card(whole),
        estimate=words.whole.estimate,
        unknown=words.whole.unknown,
        limits=(words.approved, words.second_order),
        cases=_cases(report.cases, agents, fleet),
        setting_files=_files("backtest-settings", "the settings that were tried", found, fleet),
        count_files=_files("backtest-counts", "the counts of each half", found, fleet),
        case_files=_files("backtest-cases", "the most changed cases", found, fleet),
    )


def _files(name: str, what: str, found: Backtest, fleet: Fleet) -> FileLinks:
    place = {"fleet": fleet.slug, "backtest_id": found.pk}
    csv_url, json_url = (reverse(f"{name}-{ending}", kwargs=place) for ending in ("csv", "json"))
    return FileLinks(what=what, csv_url=csv_url, json_url=json_url)


def _facts(words: FigureWords) -> tuple[str, ...]:
    held = () if words.held is None else (words.held,)
    return (
        words.changed,
        words.stopped,
        *held,
        *words.asked,
        *words.load,
        words.freezes,
        words.tier_changes,
    )


def _agents(report: BacktestReport, fleet: Fleet) -> Mapping[str, str]:
    listed: tuple[Iterable[AgentFrozen | AgentTier | Case], ...] = (
        report.frozen,
        report.tiers,
        report.cases,
    )
    return agents_called(fleet=fleet, agent_ids={each.agent for part in listed for each in part})


def _groups(groups: Iterable[Group], names: Mapping[str, str]) -> tuple[GroupLine, ...]:
    return tuple(
        GroupLine(
            name=names.get(group.name) or group.name.capitalize(),
            decisions=f"{group.decisions:,}",
            stricter=f"{group.stricter:,}",
            milder=f"{group.milder:,}",
            limits=f"{group.limits:,}",
        )
        for group in groups
    )


def _frozen(each: AgentFrozen, names: Mapping[str, str], fleet: Fleet) -> AgentLine:
    base, draft = (_at(at_s) for at_s in (each.base_s, each.draft_s))
    return AgentLine(
        name=names.get(each.agent, "an agent that is gone"),
        url=_agent_url(each.agent, names, fleet),
        words=f"{_FROZEN[each.how]}: {draft} instead of {base}",
        note=each.sentence,
    )


def _tier(each: AgentTier, names: Mapping[str, str], fleet: Fleet) -> AgentLine:
    return AgentLine(
        name=names.get(each.agent, "an agent that is gone"),
        url=_agent_url(each.agent, names, fleet),
        words=f"ends in tier {each.draft.value.lower()} instead of {each.base.value.lower()}",
    )


def _at(at_s: float | None) -> str:
    return "never" if at_s is None else f"{day_time(datetime.fromtimestamp(at_s, UTC))} UTC"


def _agent_url(agent: str, names: Mapping[str, str], fleet: Fleet) -> str:
    return agent_url("agent", UUID(agent), fleet=fleet.slug) if agent in names else ""


def _cases(cases: Iterable[Case], names: Mapping[str, str], fleet: Fleet) -> tuple[CaseLine, ...]:
    listed = list(cases)
    ids = [case.task_id for case in listed]
    titles, tickets = tasks_called(fleet=fleet, task_ids=ids), task_ticket_numbers(task_ids=ids)
    return tuple(
        CaseLine(
            url=_task_url(case, tickets.get(case.task_id), names, fleet),
            title=titles.get(case.task_id, "a task that is gone"),
            agent=names.get(case.agent, "an agent that is gone"),
            agent_url=_agent_url(case.agent, names, fleet),
            at=datetime.fromtimestamp(case.at_s, UTC),
            level=case.level.value,
            base=_ASKS[case.base],
            draft=_ASKS[case.draft],
            why=case.draft_reason or case.base_reason,
            ended=_ENDINGS[case.ending],
        )
        for case in listed
    )


def _task_url(case: Case, ticket: int | None, names: Mapping[str, str], fleet: Fleet) -> str:
    """Return where a task is told of: its ticket with its lineage, else its agent's page."""
    if ticket is not None:
        return reverse("ticket", kwargs={"fleet": fleet.slug, "number": ticket})
    return _agent_url(case.agent, names, fleet)
