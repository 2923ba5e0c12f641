"""Backtests and trials of draft policies, documented."""

from __future__ import annotations

from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.api.reference.fleet import PERSON_ONLY, REASON, TOO_LOW, who_may
from governance.api.shown_backtests import BacktestShown, BacktestsShown, TrialShown, TrialsShown
from governance.domain.backtest.jobs import KEPT, LONGEST_DAYS, WINDOW_DAYS
from governance.domain.permissions import Action
from governance.services.schemas import ReasonBody
from governance.services.schemas_backtests import BacktestBody, TrialBody

TRIED = "Backtests and trials"
BACKTEST_ID = Parameter(name="id", place="path", meaning="The backtest's id.", required=True)
TRIAL_ID = Parameter(name="id", place="path", meaning="The trial's id.", required=True)
VIEWER, ADMIN = who_may(Action.POLICY_VIEW), who_may(Action.POLICY_CHANGE)
NO_DRAFT = Trouble(
    status=409, code="no_draft", when="No draft is open, or it says what is in force."
)
UNKNOWN_BACKTEST = Trouble(
    status=404, code="backtest_unknown", when="The fleet has, or keeps, no such backtest."
)
UNKNOWN_TRIAL = Trouble(status=404, code="trial_unknown", when="The fleet has no such trial.")
TRIAL_OVER = Trouble(status=409, code="trial_over", when="The trial has ended.")
NOTHING = Trouble(
    status=409, code="nothing_recorded", when="Nothing was decided or reported in that time."
)
RUNNING = Trouble(status=409, code="backtest_running", when="One waits or runs already.")
OF_VALUES = (
    " values are the settings in which the draft differed; settings_moved says in how many the "
    "open draft differs from that by now."
)

BACKTEST_CALLS = (
    Call(
        name="backtest_ask",
        section=TRIED,
        method="POST",
        path="/fleet/backtests",
        summary="Try the open draft on the fleet's own history",
        detail=(
            "A worker decides the recorded tasks again, under the policy in force and under the "
            "draft as it is now. Ask for the backtest until state is DONE. One runs at a time; "
            f"the last {KEPT} are kept." + OF_VALUES
        ),
        scopes=(),
        person=ADMIN,
        parameters=(FLEET, IDEMPOTENCY),
        body=BacktestBody,
        meanings={
            "days": f"How many days up to now, {WINDOW_DAYS} if nothing is said.",
            "since": f"Or where the window begins, at most {LONGEST_DAYS} days before its end.",
            "until": "Where it ends; null for now.",
        },
        replies=(Reply(status=201, meaning="The backtest, waiting.", shape=BacktestShown),),
        troubles=(PERSON_ONLY, TOO_LOW, NO_DRAFT, NOTHING, RUNNING),
    ),
    Call(
        name="backtests_read",
        section=TRIED,
        method="GET",
        path="/fleet/backtests",
        summary="List the backtests",
        detail="Those that are kept, newest first, without their reports.",
        scopes=("read",),
        person=VIEWER,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="The backtests.", shape=BacktestsShown),),
    ),
    Call(
        name="backtest_read",
        section=TRIED,
        method="GET",
        path="/fleet/backtests/{id}",
        summary="Read one backtest, with its report once it is done",
        detail=(
            "share of the work is done, and stage says at what. replaced_by is the policy that "
            "came into force since: the report then compares with one that no longer decides."
        ),
        scopes=("read",),
        person=VIEWER,
        parameters=(BACKTEST_ID, FLEET),
        replies=(Reply(status=200, meaning="The backtest.", shape=BacktestShown),),
        troubles=(UNKNOWN_BACKTEST,),
    ),
    Call(
        name="backtest_cancel",
        section=TRIED,
        method="POST",
        path="/fleet/backtests/{id}/cancel",
        summary="Cancel a backtest",
        detail="Any admin may. Its worker stops within seconds and stores nothing.",
        scopes=(),
        person=ADMIN,
        parameters=(BACKTEST_ID, FLEET, IDEMPOTENCY),
        replies=(Reply(status=200, meaning="The backtest, cancelled.", shape=BacktestShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            UNKNOWN_BACKTEST,
            Trouble(status=409, code="backtest_over", when="It has ended, or was cancelled."),
        ),
    ),
    Call(
        name="trial_start",
        section=TRIED,
        method="POST",
        path="/fleet/trials",
        summary="Try the open draft on what happens from now on",
        detail=(
            "The policy in force decides, as before; each hour a worker decides again, under the "
            "draft as it was at the start, what happened since. One runs at a time."
        ),
        scopes=(),
        person=ADMIN,
        parameters=(FLEET, IDEMPOTENCY),
        body=TrialBody,
        meanings={"days": "How long.", **REASON},
        replies=(Reply(status=201, meaning="The trial.", shape=TrialShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            NO_DRAFT,
            Trouble(status=409, code="trial_running", when="One runs already."),
        ),
    ),
    Call(
        name="trials_read",
        section=TRIED,
        method="GET",
        path="/fleet/trials",
        summary="List the trials",
        detail=f"The last {KEPT}, newest first.",
        scopes=("read",),
        person=VIEWER,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="The trials.", shape=TrialsShown),),
    ),
    Call(
        name="trial_read",
        section=TRIED,
        method="GET",
        path="/fleet/trials/{id}",
        summary="Read one trial",
        detail="compared is the backtest with its latest report.",
        scopes=("read",),
        person=VIEWER,
        parameters=(TRIAL_ID, FLEET),
        replies=(Reply(status=200, meaning="The trial.", shape=TrialShown),),
        troubles=(UNKNOWN_TRIAL,),
    ),
    Call(
        name="trial_compare",
        section=TRIED,
        method="POST",
        path="/fleet/trials/{id}/compare",
        summary="Compare a trial now instead of at the next hour",
        detail="The answer is the backtest that does it.",
        scopes=(),
        person=ADMIN,
        parameters=(TRIAL_ID, FLEET, IDEMPOTENCY),
        replies=(Reply(status=201, meaning="The backtest, waiting.", shape=BacktestShown),),
        troubles=(PERSON_ONLY, TOO_LOW, UNKNOWN_TRIAL, TRIAL_OVER, RUNNING, NOTHING),
    ),
    Call(
        name="trial_end",
        section=TRIED,
        method="POST",
        path="/fleet/trials/{id}/end",
        summary="End a trial before its days are over",
        detail="What happened until then is compared once more.",
        scopes=(),
        person=ADMIN,
        parameters=(TRIAL_ID, FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The trial, ended.", shape=TrialShown),),
        troubles=(PERSON_ONLY, TOO_LOW, UNKNOWN_TRIAL, TRIAL_OVER),
    ),
)
