from governance.models.access import ApiKey, PersonalToken, StoredAnswer
from governance.models.agent import Agent, BreakerTransition, Bypass, Standing, UsualWork
from governance.models.audit import Audit, Correction, Reweighing
from governance.models.backtests import Backtest, PolicyTrial
from governance.models.backup import BackupTaken
from governance.models.beginning import Beginning
from governance.models.cascade import Cascade, CascadeTask, Lineage
from governance.models.collusion import CollusionRing, CollusionScan, DeclaredTeam, TieCheck
from governance.models.drift import DriftAlarm, FleetIncident
from governance.models.event import Event
from governance.models.first_run import FirstRun
from governance.models.fleet import Fleet, Membership
from governance.models.history import FormerKin, StateSnapshot, TrustDay
from governance.models.invitation import Invitation
from governance.models.ledger import AccountDay, AgentAccount, LedgerEntry, LedgerMark
from governance.models.outcome import Interaction, Outcome, Refresh, RefreshShare
from governance.models.policy import GeneralPolicy, PolicyDraft, PolicyVersion
from governance.models.retention import (
    HistoryCut,
    RetentionAgent,
    RetentionLineage,
    RetentionRun,
)
from governance.models.rollup import AgentBucket, CellHour, FleetBucket, RollupMark
from governance.models.seals import LogCheck, Seal, SealCheckpoint, SealHead, SealKeyLoss
from governance.models.task import Decision, Grant, Task
from governance.models.tool import Tool
from governance.models.untold_guess import UntoldGuess
from governance.models.watch import WatchPing
from governance.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AccountDay",
    "Agent",
    "AgentAccount",
    "AgentBucket",
    "ApiKey",
    "Audit",
    "Backtest",
    "BackupTaken",
    "Beginning",
    "BreakerTransition",
    "Bypass",
    "Cascade",
    "CascadeTask",
    "CellHour",
    "CollusionRing",
    "CollusionScan",
    "Correction",
    "Decision",
    "DeclaredTeam",
    "DriftAlarm",
    "Event",
    "FirstRun",
    "Fleet",
    "FleetBucket",
    "FleetIncident",
    "FormerKin",
    "GeneralPolicy",
    "Grant",
    "HistoryCut",
    "Interaction",
    "Invitation",
    "LedgerEntry",
    "LedgerMark",
    "Lineage",
    "LogCheck",
    "Membership",
    "Outcome",
    "PersonalToken",
    "PolicyDraft",
    "PolicyTrial",
    "PolicyVersion",
    "Refresh",
    "RefreshShare",
    "RetentionAgent",
    "RetentionLineage",
    "RetentionRun",
    "Reweighing",
    "RollupMark",
    "Seal",
    "SealCheckpoint",
    "SealHead",
    "SealKeyLoss",
    "Standing",
    "StateSnapshot",
    "StoredAnswer",
    "Task",
    "TieCheck",
    "Tool",
    "TrustDay",
    "UntoldGuess",
    "UsualWork",
    "WatchPing",
    "WebhookDelivery",
    "WebhookEndpoint",
]
