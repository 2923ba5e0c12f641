"""Cards of backtests and trials, as the views would fill them, around a report that was counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from dashboard.cards import Fact, Mark
from dashboard.cards.backtest import (
    AgentLine,
    AskForm,
    BacktestLine,
    BacktestPage,
    BacktestsPage,
    BesideCard,
    CaseLine,
    GroupLine,
    JobCard,
    ReportCard,
    TrialForm,
    TrialLine,
    TrialPage,
    WindowChoice,
)
from dashboard.cards.files import FileLinks
from dashboard.cards.policies import SettingLine
from dashboard.pages.backtest_figures import bounds_card, count_lines, key_figures
from governance.domain.backtest.answers import Answer, Compared, Ending
from governance.domain.backtest.report import BacktestReport
from governance.domain.backtest.tally import BacktestTally
from governance.domain.backtest.words import report_words
from governance.domain.policy.changes import PolicyChange
from governance.domain.types import BlastLevel, Preset, Tier, Verdict
from tests.dashboard.sample_cards import NOW

FLEET = "/f/payments-prod/"
HERE = f"{FLEET}policy/backtest/"
SINCE_S = datetime(2026, 11, 7, tzinfo=UTC).timestamp()
DAY_S = 86_400.0
_RUNS = Answer(
    Verdict.ALLOW,
    0,
    False,
    Preset.BALANCED,
    Tier.MEDIUM,
    BlastLevel.MEDIUM,
    "Tier medium allows it.",
)
_DENIED = _RUNS._replace(would_be=Verdict.DENY, reason="The agent would have been frozen.")
_ASKED = _RUNS._replace(
    would_be=Verdict.ESCALATE, approvals=1, reason="Level medium asks one person."
)


def _compared(number: int, base: Answer, draft: Answer, ending: Ending) -> Compared:
    at_s = SINCE_S + number * 14 * DAY_S / 400
    ids = (UUID(int=number), UUID(int=10_000 + number))
    return Compared(*ids, f"agent-{number % 7}", f"owner-{number % 3}", at_s, base, draft, ending)


def _report(*, loosens: bool) -> BacktestReport:
    tally = BacktestTally(since_s=SINCE_S, until_s=SINCE_S + 14 * DAY_S)
    for number in range(400):
        failed = number % 9 == 0
        draft = _DENIED if number % 6 == 0 else _ASKED if number % 10 == 1 else _RUNS
        base, ending = _RUNS, Ending.FAILED if failed else Ending.SUCCEEDED
        if loosens and number % 25 == 3:
            base, draft, ending = _DENIED, _RUNS, Ending.DENIED
        one = _compared(number, base, draft, ending)
        tally.compared(one)
        if ending is not Ending.DENIED:
            tally.ended(one.agent, one.at_s, ending)
    for number in range(7):
        draft_tier = Tier.LOW if number == 2 else Tier.MEDIUM
        tally.stood(f"agent-{number}", Tier.MEDIUM, draft_tier)
    tally.unreplayable(UUID(int=1), "The version that decided is not known any longer.")
    changes = [
        PolicyChange(
            "breaker.suspicion_low", 6.9, 5.5, "log odds", "Suspicion that trips the breaker."
        ),
        PolicyChange("tickets.high_s", 1800, 900, "s", "How long people have to decide."),
    ]
    return tally.report(base_number=42, changes=changes, tries=3)


def _files(what: str) -> FileLinks:
    return FileLinks(what=what, csv_url=f"{HERE}b-1/{what}.csv", json_url=f"{HERE}b-1/{what}.json")


def _card(report: BacktestReport) -> ReportCard:
    words = report_words(report)
    return ReportCard(
        window=words.window,
        coverage=words.coverage,
        settings=(
            SettingLine(
                path="breaker.suspicion_low", title="Suspicion limit, tier low", url=f"{FLEET}policy/#breaker.suspicion_low", before="6.9 log odds", after="5.5 log odds",
                meaning="Suspicion that trips the breaker of an agent of tier low.",
            ),
        ),
        not_replayed=tuple(Fact(label=each.path, value=each.reason) for each in report.not_replayed),
        figures=key_figures(report),
        facts=(words.whole.changed, words.whole.stopped, *words.whole.load, words.tiers),
        halves=words.halves, tries=words.tries or "", counts=count_lines(report),
        first=words.first.title, second=words.second.title,
        moves=(Fact(label="runs → denied", value="67"), Fact(label="runs → one person is asked", value="26")),
        levels=(GroupLine(name="Medium", decisions="399", stricter="93", milder="16", limits="0"),),
        owners=(GroupLine(name="Lena Fischer", decisions="133", stricter="31", milder="5", limits="0"),),
        owners_left="And 2 owners with fewer changes.",
        frozen=(
            AgentLine(
                name="refund-us-03", url=f"{FLEET}agents/a-1/",
                words="frozen earlier: 12 Nov 10:51 UTC instead of 14 Nov 08:20 UTC",
                note="4 of its last 9 tasks failed. Normal for this agent: 1 in 20.",
            ),
        ),
        tiers=(AgentLine(name="a name that is rather long for one agent of a fleet, to wrap", url="", words="ends in tier low instead of medium"),),
        bounds=bounds_card(report.whole),
        estimate=words.whole.estimate, unknown=words.whole.unknown,
        limits=(words.approved, words.second_order),
        setting_files=_files("settings"), count_files=_files("counts"), case_files=_files("cases"),
        cases=(
            CaseLine(
                url=f"{FLEET}tickets/7/", title="Refund order 1001", agent="refund-us-03",
                agent_url=f"{FLEET}agents/a-1/", at=NOW, level="CRITICAL", base="runs",
                draft="denied", why="The agent would have been frozen.", ended="failed",
            ),
            CaseLine(
                url="", title="A task that is gone", agent="an agent that is gone", agent_url="",
                at=NOW, level="LOW", base="runs", draft="one person is asked",
                why="Level medium asks one person.", ended="succeeded",
            ),
        ),
    )  # fmt: skip


REPORT, LOOSENS = _card(_report(loosens=False)), _card(_report(loosens=True))
JOB = JobCard(
    url=f"{HERE}b-1/", title="14 days, 7 Nov 00:00 to 21 Nov 00:00 UTC, 12,340 decisions, 11,980 outcomes",
    by="Adam Weiss", stage="deciding again", share=0.42, elapsed="18 s", left="about 25 s left",
    silent="", cancel_url=f"{HERE}b-1/cancel/", idempotency_key="k-1", why_not="",
)  # fmt: skip
_ASK = AskForm(
    url=f"{HERE}ask/",
    windows=tuple(
        WindowChoice(value=days, label=f"Last {days} days", is_chosen=days == 14)
        for days in (7, 14, 30, 90)
    ),
    since="", until="", holds="The record begins on 3 Nov 08:00 UTC; nothing before it can be decided again.",
    idempotency_key="k-2", draft="", draft_url=f"{FLEET}policies/", why_not="",
)  # fmt: skip
_LINE = BacktestLine(
    url=f"{HERE}b-1/", mark=Mark("Done", "check", "good"), at=NOW, by="Adam Weiss",
    window="14 days, 7 Nov 00:00 to 21 Nov 00:00 UTC, 12,340 decisions, 11,980 outcomes",
    settings="Policy 42, Suspicion limit, tier low = 5.5", told="Asked for by Adam Weiss. Done at 12:03:04 UTC, after 43 s.",
)  # fmt: skip
_TRIAL_LINE = TrialLine(
    url=f"{HERE}trials/t-1/", mark=Mark("Runs", "half", "line"), at=NOW, by="Adam Weiss",
    told="1 changed setting beside policy 42, 5 days left.", reason="See what it freezes in a sale.",
)  # fmt: skip
BACKTESTS = BacktestsPage(
    fleet_name="Payments", fleet_slug="payments-prod", seq=7, parts_url="/parts/",
    policy_url=f"{FLEET}policies/", is_busy=False,
    summary="A draft on top of policy 42 changes 1 setting and is not in force.",
    ask=_ASK,
    trial_form=TrialForm(
        url=f"{HERE}trials/start/", days=7, days_most=30, typed_reason="", idempotency_key="k-3", why_not="",
    ),
    job=None,
    lines=(
        _LINE,
        replace(_LINE, mark=Mark("Cancelled", "minus"), told="Asked for by Adam Weiss. Cancelled by Ben Ortiz at 12:03:04 UTC: nothing was stored."),
        replace(_LINE, mark=Mark("Failed", "warn", "bad"), told="Asked for by Adam Weiss. Failed at 12:03:04 UTC."),
    ),
    trials=(replace(_TRIAL_LINE, mark=Mark("Over", "check", "good"), told="1 changed setting beside policy 41, tried for 7 days."),),
)  # fmt: skip
BACKTESTS_RUNNING = replace(
    BACKTESTS,
    job=replace(JOB, silent="Nothing was heard of it for 40 s: its worker may be lost."),
    trial_form=None,
    trials=(_TRIAL_LINE,),
    ask=replace(_ASK, problem="Not recorded. A backtest runs already.", wrong="days"),
)
BACKTESTS_READ = replace(
    BACKTESTS,
    ask=replace(_ASK, why_not="Only an admin may change the policy; you are a reviewer."),
    trial_form=TrialForm(
        url="", days=7, days_most=30, typed_reason="", idempotency_key="k-3",
        why_not="Only an admin may change the policy; you are a reviewer.",
    ),
    lines=(), trials=(),
)  # fmt: skip
BACKTEST = BacktestPage(
    id="01a2f4c0-1f1a-7c3e-8a55-5d0c7be20b01", fleet_name="Payments", fleet_slug="payments-prod",
    seq=7, parts_url="/parts/", list_url=HERE, is_busy=False,
    title="Policy 42 and a draft, on 14 days, 7 Nov 00:00 to 21 Nov 00:00 UTC",
    told="Asked for by Adam Weiss. Done at 12:03:04 UTC, after 43 s.",
    stale=("Policy 43 came into force since: run it again.", "2 fields of the draft changed since: run it again."),
    error="", job=None, report=REPORT,
)  # fmt: skip
BACKTEST_LOOSENS = replace(BACKTEST, stale=(), report=LOOSENS)
BACKTEST_RUNNING = replace(BACKTEST, stale=(), report=None, job=JOB)
BACKTEST_FAILED = replace(
    BACKTEST,
    stale=(),
    report=None,
    error="Its worker was lost: nothing was heard of it since 2026-11-21 12:00:00 UTC.",
)
TRIAL = TrialPage(
    id="01a2f4c0-1f1a-7c3e-8a55-5d0c7be20c01", fleet_name="Payments", fleet_slug="payments-prod",
    seq=7, parts_url="/parts/", list_url=HERE, policy_url=f"{FLEET}policies/", is_busy=False,
    mark=Mark("Runs", "half", "line"), title="Trial of 1 changed setting beside policy 42",
    told="Started 19 Nov 12:00 UTC by Adam Weiss, until 26 Nov 12:00 UTC. Policy 42 decides.",
    left="5 days left", reason="See what it freezes in a sale.", end_reason="",
    stale=("1 field of the draft changed since.",),
    publish="The open draft differs from what was tried in 1 field.",
    settings=REPORT.settings, job=None, compared="Compared over 2 days, 19 Nov 12:00 to 21 Nov 12:00 UTC.",
    compared_url=f"{HERE}b-1/", report=REPORT, is_running=True, compare_url=f"{HERE}trials/t-1/compare/",
    end_url=f"{HERE}trials/t-1/end/", idempotency_key="k-4", why_not="",
)  # fmt: skip
TRIAL_OVER = replace(
    TRIAL, mark=Mark("Ended early", "minus"), left="", stale=(), is_running=False,
    end_reason="Seen enough.", report=None, compared_url="",
    compared="Nothing was decided or reported while it ran.",
)  # fmt: skip
BESIDE = BesideCard(
    url=f"{HERE}b-1/", ask_url=HERE, is_busy=False, job=JOB,
    told="14 days, 7 Nov 00:00 to 21 Nov 00:00 UTC, 12,340 decisions, 11,980 outcomes",
    stale=("1 field of the draft changed since: run it again.",), figures=REPORT.figures,
    bounds=REPORT.bounds, estimate=REPORT.estimate[0], unknown=" ".join(LOOSENS.unknown),
    trial="A trial runs: 1 changed setting beside policy 42, 5 days left.", trial_url=f"{HERE}trials/t-1/",
)  # fmt: skip
