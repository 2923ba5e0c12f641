"""What a page shows, as frozen plain values: views fill them, templates draw them.

Nothing here reads a database or knows a framework, so every state of every page can be drawn from
a fixture. Times carry a zone; durations are seconds; money is a `Decimal` in US dollars.
"""

from dashboard.cards.agent import AgentCard, OutcomeLine
from dashboard.cards.blast import BlastCard, BlastPart
from dashboard.cards.choices import Choice, choices_for
from dashboard.cards.marks import Claim, Countdown, TrustBand
from dashboard.cards.panel import (
    AnswerLine,
    Conflict,
    DecisionPanel,
    FieldError,
    HeldLine,
    ReasonCode,
    ReopenWindow,
    Ruling,
    Signature,
    UndoWindow,
)
from dashboard.cards.queue import KindLink, QueueFilters, QueuePage, TicketRow
from dashboard.cards.shell import FleetLink, NavGroup, NavLink, Person, Shell
from dashboard.cards.ticket import (
    ArgumentLine,
    Fact,
    FindingCard,
    LineageNode,
    MandateCard,
    ReasonLine,
    ReleaseCard,
    RequestCard,
    TicketPage,
    WorkCard,
    argument_lines,
)
from dashboard.display.wording import Mark, breaker_mark, kind_mark, result_mark, ticket_mark

__all__ = [
    "AgentCard",
    "AnswerLine",
    "ArgumentLine",
    "BlastCard",
    "BlastPart",
    "Choice",
    "Claim",
    "Conflict",
    "Countdown",
    "DecisionPanel",
    "Fact",
    "FieldError",
    "FindingCard",
    "FleetLink",
    "HeldLine",
    "KindLink",
    "LineageNode",
    "MandateCard",
    "Mark",
    "NavGroup",
    "NavLink",
    "OutcomeLine",
    "Person",
    "QueueFilters",
    "QueuePage",
    "ReasonCode",
    "ReasonLine",
    "ReleaseCard",
    "ReopenWindow",
    "RequestCard",
    "Ruling",
    "Shell",
    "Signature",
    "TicketPage",
    "TicketRow",
    "TrustBand",
    "UndoWindow",
    "WorkCard",
    "argument_lines",
    "breaker_mark",
    "choices_for",
    "kind_mark",
    "result_mark",
    "ticket_mark",
]
