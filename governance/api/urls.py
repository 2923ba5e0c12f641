"""Routes of governance, mounted below ``/api/v1/``; none ends in a slash."""

from django.urls import path

from governance.api.backtests import (
    BacktestCancelView,
    BacktestsView,
    BacktestView,
    TrialCompareView,
    TrialEndView,
    TrialsView,
    TrialView,
)
from governance.api.batches import interactions_call, outcomes_call
from governance.api.controls import (
    FleetHaltView,
    FleetResumeView,
    FreezeView,
    PauseView,
    ReleaseView,
    ResumeView,
)
from governance.api.feed import events_read
from governance.api.gate import (
    task_cancel_call,
    task_heartbeat_call,
    task_outcome_call,
    task_read,
    task_start_call,
    tasks_submit,
)
from governance.api.outbound import OutboundView
from governance.api.policy import (
    PolicyAgreeView,
    PolicyDeclineView,
    PolicyRollbackView,
    PolicyVersionsView,
    PolicyView,
)
from governance.api.registry import AgentView, ToolView
from governance.api.tuning import (
    BypassAgreeView,
    BypassView,
    MandateRestoreView,
    ModeView,
    ToolConfirmView,
    ToolsView,
)
from governance.api.webhooks import (
    DeliveriesView,
    DeliveryReplayView,
    WebhookEndView,
    WebhookRotateView,
    WebhooksView,
    WebhookTestView,
    WebhookView,
)

app_name = "api"

urlpatterns = [
    path("tasks", tasks_submit, name="tasks"),
    path("tasks/<str:task_id>", task_read, name="task"),
    path("tasks/<str:task_id>/start", task_start_call, name="task-start"),
    path("tasks/<str:task_id>/heartbeat", task_heartbeat_call, name="task-heartbeat"),
    path("tasks/<str:task_id>/cancel", task_cancel_call, name="task-cancel"),
    path("tasks/<str:task_id>/outcome", task_outcome_call, name="task-outcome"),
    path("outcomes", outcomes_call, name="outcomes"),
    path("interactions", interactions_call, name="interactions"),
    path("events", events_read, name="events"),
    # Names of agents and tools may hold slashes, so what follows them comes first.
    path("agents/<path:external_id>/mode", ModeView.as_view(), name="agent-mode"),
    path("agents/<path:external_id>/bypass", BypassView.as_view(), name="agent-bypass"),
    path(
        "agents/<path:external_id>/bypass/agree",
        BypassAgreeView.as_view(),
        name="agent-bypass-agree",
    ),
    path(
        "agents/<path:external_id>/mandate/restore",
        MandateRestoreView.as_view(),
        name="agent-mandate-restore",
    ),
    path("agents/<path:external_id>/freeze", FreezeView.as_view(), name="agent-freeze"),
    path("agents/<path:external_id>/pause", PauseView.as_view(), name="agent-pause"),
    path("agents/<path:external_id>/release", ReleaseView.as_view(), name="agent-release"),
    path("agents/<path:external_id>/resume", ResumeView.as_view(), name="agent-resume"),
    path("agents/<path:external_id>", AgentView.as_view(), name="agent"),
    path("tools", ToolsView.as_view(), name="tools"),
    path("tools/<path:name>/confirm", ToolConfirmView.as_view(), name="tool-confirm"),
    path("tools/<path:name>", ToolView.as_view(), name="tool"),
    path("fleet/halt", FleetHaltView.as_view(), name="fleet-halt"),
    path("fleet/resume", FleetResumeView.as_view(), name="fleet-resume"),
    path("fleet/outbound", OutboundView.as_view(), name="fleet-outbound"),
    path("fleet/policy", PolicyView.as_view(), name="fleet-policy"),
    path("fleet/policy/versions", PolicyVersionsView.as_view(), name="fleet-policy-versions"),
    path("fleet/policy/agree", PolicyAgreeView.as_view(), name="fleet-policy-agree"),
    path("fleet/policy/decline", PolicyDeclineView.as_view(), name="fleet-policy-decline"),
    path("fleet/policy/rollback", PolicyRollbackView.as_view(), name="fleet-policy-rollback"),
    path("fleet/backtests", BacktestsView.as_view(), name="backtests"),
    path("fleet/backtests/<uuid:backtest_id>", BacktestView.as_view(), name="backtest"),
    path(
        "fleet/backtests/<uuid:backtest_id>/cancel",
        BacktestCancelView.as_view(),
        name="backtest-cancel",
    ),
    path("fleet/trials", TrialsView.as_view(), name="trials"),
    path("fleet/trials/<uuid:trial_id>", TrialView.as_view(), name="trial"),
    path("fleet/trials/<uuid:trial_id>/end", TrialEndView.as_view(), name="trial-end"),
    path("fleet/trials/<uuid:trial_id>/compare", TrialCompareView.as_view(), name="trial-compare"),
    path("webhooks", WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook_id>", WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:webhook_id>/rotate", WebhookRotateView.as_view(), name="webhook-rotate"),
    path("webhooks/<uuid:webhook_id>/test", WebhookTestView.as_view(), name="webhook-test"),
    path("webhooks/<uuid:webhook_id>/end", WebhookEndView.as_view(), name="webhook-end"),
    path("webhooks/<uuid:webhook_id>/deliveries", DeliveriesView.as_view(), name="deliveries"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay",
        DeliveryReplayView.as_view(),
        name="delivery-replay",
    ),
]
