"""The facts of a ticket: what will run, why a person is asked, who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.agent import AgentCard
from dashboard.cards.blast import BlastCard
from dashboard.cards.earlier import Comparison, EarlierDecisions, Former, WaitingInRun
from dashboard.cards.editing import EditNote
from dashboard.cards.panel import DecisionPanel
from dashboard.cards.permits import Permits
from dashboard.cards.rules import InAdvance
from dashboard.cards.told import ToldCard
from dashboard.display.arguments import argument_texts
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentLine:
    """One argument as it will run: its name and its canonical JSON text."""

    name: str
    value: str


def argument_lines(canonical_json: str) -> tuple[ArgumentLine, ...]:
    """Return the arguments of the stored canonical form, one line each.

    Raises:
        ValueError: if the text is not JSON.
    """
    return tuple(
        ArgumentLine(name=name, value=value) for name, value in argument_texts(canonical_json)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label with a value, and where it helps a note in small print."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCard:
    """What will run, exactly as it was hashed.

    `canonical_json` is the stored canonical form of the arguments, shown raw. `own_words` is the
    agent's description: untrusted. `facts` holds the rest: spend cap, task type, requested by;
    `edited` what people changed of it. `former` the ticket whose place it took.
    """

    operation: str
    environment: str
    agent: str
    arguments: tuple[ArgumentLine, ...]
    canonical_json: str
    action_digest: str
    tool: str = ""
    target: str = ""
    own_words: str = ""
    facts: tuple[Fact, ...] = ()
    edited: EditNote | None = None
    former: Former | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCard:
    """Why an agent is latched and what a release does; `sentences` carry the numbers."""

    agent: str
    sentences: tuple[str, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """The numbers behind one finding: what changed, spread or is shared, and since when known."""

    title: str
    at: datetime
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCard:
    """Finished work as it was reported; `drawn` says why it was drawn, once it is judged.

    `approved_by` are the user names of those who let it run.
    """

    result: Mark
    reporter: str
    is_self_report: bool
    facts: tuple[Fact, ...]
    approved_by: tuple[str, ...] = ()
    drawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """One reason of the gate: its code, and a sentence with the numbers that decided."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateCard:
    """What the agent is meant to do, and how this task stands to it (`verdict`, a sentence)."""

    tools: tuple[str, ...]
    environments: tuple[str, ...]
    highest_level: str
    verdict: str
    is_inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageNode:
    """A task of the same run with its children; `state` is a word or two, `url` its ticket."""

    title: str
    agent: str
    state: str
    is_here: bool = False
    is_tainted: bool = False
    url: str = ""
    children: tuple[LineageNode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    """One screen to decide: what is asked about, why, and the agent behind it.

    What will run or ran is `request`, an audit's report of it `work`; `findings` hold the numbers
    of a drift, a cascade or an incident of the fleet. `incident_url` leads to the
    page of a cascade or of an incident of the fleet, or to the emergency that it reviews;
    `events_url` to what happened while it was open, empty where that would bias a blind verdict.
    """

    number: int
    kind: str
    title: str
    level: str
    opened_at: datetime
    task_external_id: str
    policy_version: int
    panel: DecisionPanel
    agent: AgentCard | None
    reasons: tuple[ReasonLine, ...]
    request: RequestCard | None = None
    release: ReleaseCard | None = None
    findings: tuple[FindingCard, ...] = ()
    work: WorkCard | None = None
    blast: BlastCard | None = None
    mandate: MandateCard | None = None
    lineage: LineageNode | None = None
    lineage_note: str = ""
    comparison: Comparison | None = None
    decisions: EarlierDecisions | None = None
    waiting: WaitingInRun | None = None
    permits: Permits | None = None
    in_advance: InAdvance | None = None
    told: ToldCard | None = None
    why_me: str = ""
    incident_url: str = ""
    is_review: bool = False
    looking_url: str = ""
    events_url: str = ""
